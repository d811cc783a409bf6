"""What a value must be in Python, by the specification alone: the words that `tests/exchange.py` reads.

`models.Widget` is a class of the version, `list[…]` and `dict[…]` say it of each item; empty where the specification leaves it
open. Formats are those of the OpenAPI format registry. Written anew and not taken from `types`, which spells the annotations.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model import Api, Enumeration, ListOf, MapOf, Nullable, OneOf, Record, Scalar, Type

_DECIMALS = ("decimal", "decimal128")
_SCALARS = {"integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {
    "date-time": "datetime",
    "date": "date",
    "duration": "timedelta",
    "uuid": "UUID",
    "byte": "bytes",
    "base64": "bytes",
}
_DEEPEST = 8


def python_type(api: Api, names: Mapping[str, str], type_: Type, depth: int = 0) -> str:
    """The word for what a value of a type is in Python; `?` after it says that it may be null too.

    `Model` is an instance of any class of models: one of several.

    `names` are the class names by model key.
    """
    if depth > _DEEPEST:
        return ""
    resolved = api.resolve(type_)
    match resolved:
        case Nullable():
            return f"{python_type(api, names, resolved.of, depth + 1).removesuffix('?')}?"
        case Record():
            return f"models.{names[resolved.key]}"
        case Scalar("string" | "number", format) if format in _DECIMALS:
            return "Decimal"
        case Scalar(kind="string"):
            return "" if resolved.format == "binary" else _FORMATS.get(resolved.format or "", "str")
        case Scalar():
            return _SCALARS[resolved.kind]
        case Enumeration() if len(resolved.values) > 1 or resolved.open or len(resolved.path) == 1:
            # open to values that are announced later; one that is written in place and has one value is a constant
            return {"string": "str", "integer": "int"}.get(resolved.base, "")
        case OneOf() if resolved.variants and all(
            _is_model(python_type(api, names, variant.type, depth + 1)) for variant in resolved.variants
        ):
            return "Model"
        case ListOf() if not resolved.prefix:
            return f"list[{python_type(api, names, resolved.of, depth + 1)}]"
        case MapOf() if not resolved.patterns:
            return f"dict[{python_type(api, names, resolved.of, depth + 1)}]"
        case _:
            return ""


def _is_model(word: str) -> bool:
    return word == "Model" or (word.startswith("models.") and not word.endswith("?"))
