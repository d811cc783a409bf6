"""Decimals, by the way they are written: in a JSON string, or as a JSON number.

The formats ``decimal`` and ``decimal128`` are of either (OpenAPI format registry). To a type checker both are `Decimal`; at
run time each has a class, because the decoder would read the one as the other, and the encoder cannot know which it
writes: a Decimal is a number to it, and `substitutes` puts the text in its place.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias

from .models import substituted
from .shapes import ReadType

if TYPE_CHECKING:
    DecimalText: TypeAlias = Decimal
    DecimalNumber: TypeAlias = Decimal
else:

    class DecimalText(metaclass=ReadType):
        """A decimal in a JSON string, as `Decimal` writes it."""

        expected = "a decimal number in a string"
        is_text = True

        @staticmethod
        def read(value: object) -> Decimal | None:
            """Read a string."""
            if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
                return None
            try:
                return Decimal(value)
            except InvalidOperation:  # the exponent is beyond all bounds
                return None

    class DecimalNumber(metaclass=ReadType):
        """A decimal that is a JSON number, with all its digits."""

        expected = "a number"
        is_text = False

        @staticmethod
        def read(value: object) -> Decimal | None:
            """Read a number; what has a fraction or an exponent comes as a Decimal."""
            is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
            return Decimal(value) if is_number else None

    # From here on the encoder is not alone.
    substituted.add(DecimalText)


# Without what Decimal takes besides: NaN, spaces, underscores, and the digits of other scripts.
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
