"""Data that may hold secrets, and shows none.

The data of this package are `msgspec.Struct`: a dataclass takes twenty times as long to define, which is
felt when the package is imported.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Veiled:
    """Shows only the fields in ``__shown__``, in ``repr`` and in the tracebacks of rich."""

    __slots__ = ()
    __shown__: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.__shown__]
