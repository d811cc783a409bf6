"""Open enumerations: the declared values are listed, and values added later are kept as they are.

A generated enumeration is ``Literal["red", "blue"] | UnknownStr`` for type checkers and plain
``str`` at run time, so that ::

    match color:
        case "red": ...
        case "blue": ...
        case UnknownStr(): print("newer than this SDK:", color)

type-checks as exhaustive and works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


class _AnyStr(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, str)


class _AnyInt(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, int) and not isinstance(instance, bool)


class _AnyFloat(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, float)


class UnknownStr(str, metaclass=_AnyStr):
    """A value of an open string enumeration that this SDK does not know.

    ``UnknownStr("x")`` makes one to send; every plain ``str`` is an instance.
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        # A plain str, because the encoder knows no subclasses of it.
        def __new__(cls, value: Any) -> str:  # noqa: D102
            return str(value)


class UnknownInt(int, metaclass=_AnyInt):
    """A value of an open integer enumeration that this SDK does not know; see `UnknownStr`."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __new__(cls, value: Any) -> int:  # noqa: D102
            return int(value)


class UnknownFloat(float, metaclass=_AnyFloat):
    """A value of an open number enumeration that this SDK does not know; see `UnknownStr`."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __new__(cls, value: Any) -> float:  # noqa: D102
            return float(value)
