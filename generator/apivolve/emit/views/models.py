"""What templates see of models, and of the dictionaries that may stand for them."""

from __future__ import annotations

from dataclasses import dataclass

from ..names.identifiers import SafeName


@dataclass(frozen=True, slots=True)
class FieldView:
    """An attribute of a model class. `default_code` is empty for a required attribute."""

    name: SafeName
    annotation: str
    default_code: str
    doc: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """A model class."""

    name: SafeName
    fields: tuple[FieldView, ...]
    doc: str
    true_names: tuple[tuple[SafeName, str], ...] = ()
    sent_only: tuple[str, ...] = ()
    """The wire names of required fields that are never received."""
    """Attribute and wire name of the fields that msgspec cannot write."""


@dataclass(frozen=True, slots=True)
class AliasView:
    """A named type: what type checkers see, and what decodes at run time."""

    name: SafeName
    annotation: str
    runtime_code: str
    doc: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """Names that one module takes from another. `module_code` is relative; `names_code` are lines of names, or `*`."""

    module_code: str
    names_code: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenamedView:
    """An old name of a model, which still works."""

    name: SafeName
    home_code: SafeName


@dataclass(frozen=True, slots=True)
class PartView:
    """The models that a version introduces and that are used together: one module. `names_code` are lines of names."""

    part: SafeName
    names_code: tuple[str, ...]
    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]
    imports: tuple[ImportView, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    typing_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelsView:
    """The models of one version: the parts it introduces, and where each of its names is defined."""

    parts: tuple[PartView, ...]
    imports: tuple[ImportView, ...]
    renamed: tuple[RenamedView, ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a dictionary. `name` is its name as an attribute, where the members are written so."""

    wire_name: str
    annotation: str
    required: bool
    name: SafeName | None = None


@dataclass(frozen=True, slots=True)
class ParamView:
    """A dictionary that may be given instead of a model."""

    name: SafeName
    members: tuple[MemberView, ...]

    @property
    def plain(self) -> bool:
        """True when its members can be written as attributes are."""
        return all(member.name is not None for member in self.members)

    @property
    def is_total(self) -> bool:
        """True when all of its members are required."""
        return all(member.required for member in self.members)


@dataclass(frozen=True, slots=True)
class ParamsPartView:
    """A module of dictionaries, and what it names. `names_code` are lines of names."""

    part: SafeName
    names_code: tuple[str, ...]
    classes: tuple[ParamView, ...]
    aliases: tuple[AliasView, ...]
    imports: tuple[ImportView, ...]
    modules: tuple[str, ...]
    typing_names: tuple[str, ...]
    runtime_names: tuple[str, ...]
    uses_abc: bool
    uses_models: bool


@dataclass(frozen=True, slots=True)
class ParamsView:
    """The dictionaries of one version: the parts it introduces, and where each of its names is defined."""

    parts: tuple[ParamsPartView, ...]
    imports: tuple[ImportView, ...]
