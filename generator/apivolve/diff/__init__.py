"""Two snapshots → everything that changed between them, whom it breaks, and the proof.

In: two `Api`s, and for the `code` scope the Python surfaces that `emit` would make of them. Out: a `Verdict`.
"""

from typing import TYPE_CHECKING

from ..lazily import exports

if TYPE_CHECKING:
    from .comparison import (
        compare as compare,
        unchanged as unchanged,
    )
    from .rule import (
        Rule as Rule,
    )
    from .rules import (
        RULES as RULES,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            ".comparison": ("compare", "unchanged"),
            ".rule": ("Rule",),
            ".rules": ("RULES",),
        },
    )
