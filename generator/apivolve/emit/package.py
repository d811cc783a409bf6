"""A `Service` → the view of its whole package, and the surface of each version."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UsageError
from ..fingerprint import fingerprints
from ..model import Alias, Api, Enumeration, OneOf, Record, Service
from ..reach import Reach, reach
from ..surface import Annotation, Surface, SurfaceAlias, SurfaceAttribute, SurfaceClass
from .calls import Calls
from .cases import tests_view
from .classes import is_optional, models_view, reads
from .names import SafeName, module, snake
from .spelling import Spelling
from .views import PackageView, VersionView


@dataclass(frozen=True)
class Written:
    """One version with all that is decided about its spelling."""

    api: Api
    module: SafeName
    spelling: Spelling
    identities: dict[str, str]


def write_version(api: Api) -> Written:
    """Decide the names of one version."""
    spelling = Spelling(api)
    return Written(api, module(api.version), spelling, fingerprints(api, spelling.names))


def package_name(service: str) -> SafeName:
    """The import name of a service's package."""
    return SafeName(snake(service, "client"))


def package_view(service: Service) -> PackageView:
    """The package of a service. Raises UsageError when two versions would share a module."""
    written = [write_version(api) for api in service.versions]
    modules: dict[str, Api] = {}
    for one in written:
        if one.module in modules:
            other = modules[one.module].version
            raise UsageError(
                f"the api-versions {other!r} and {one.api.version!r} of {service.name} are both {one.module} in Python"
            )
        modules[one.module] = one.api
    homes: dict[tuple[str, str], SafeName] = {}
    versions: list[VersionView] = []
    for one in written:
        for key, identity in one.identities.items():
            homes.setdefault((one.spelling.names[key], identity), one.module)
        by_key = {key: homes[one.spelling.names[key], identity] for key, identity in one.identities.items()}
        versions.append(_version(one, by_key))
    stable = [view for view in versions if view.stage == "stable"]
    package = package_name(service.name)
    return PackageView(
        service=service.name,
        package=package,
        distribution=package.replace("_", "-"),
        title=service.versions[-1].title or service.name,
        versions=tuple(versions),
        default=(stable or versions)[-1],
    )


def _version(one: Written, homes: dict[str, SafeName]) -> VersionView:
    spelling = one.spelling.prefixed("models.")
    calls = Calls(spelling)
    return VersionView(
        version=one.api.version,
        module=one.module,
        stage=one.api.stage,
        title=one.api.title,
        doc=one.api.doc,
        models=models_view(one.spelling, homes, one.module),
        client=calls.view,
        tests=tests_view(spelling, calls),
        uses_models=calls.uses_models,
    )


def surface(api: Api) -> Surface:
    """The public surface that the generator would give a version. `Surface.package` is its import path."""
    one = write_version(api)
    spelling = one.spelling
    reached = reach(api)
    calls = Calls(spelling.prefixed("models."))
    classes: list[SurfaceClass] = []
    aliases: list[SurfaceAlias] = []
    for model in api.models:
        hit: Reach = reached[model.key]
        name, identity = spelling.names[model.key], one.identities[model.key]
        if isinstance(model, Record):
            attributes = tuple(_attribute(spelling, model, index) for index in range(len(model.fields)))
            classes.append(SurfaceClass(name, attributes, hit.direction, hit.operations, identity, model.at))
        elif not spelling.is_inline(model):
            aliases.append(_alias(spelling, model, name, identity, hit))
    package = f"{package_name(api.service)}.{one.module}"
    return Surface(package, calls.surface(), tuple(classes), tuple(aliases))


def _attribute(spelling: Spelling, record: Record, index: int) -> SurfaceAttribute:
    field = record.fields[index]
    shown: Annotation = reads(spelling, field)
    name = spelling.fields(record)[field.wire_name]
    return SurfaceAttribute(name, shown, shown, not is_optional(spelling, field), field.at)


def _alias(
    spelling: Spelling, model: Enumeration | OneOf | Alias, name: str, identity: str, hit: Reach
) -> SurfaceAlias:
    return SurfaceAlias(name, spelling.meaning(model), hit.direction, hit.operations, identity, model.at)
