"""Proofs of breaks, and the independent check of them against both versions as they are written.

In: a proof that a rule proposes, and two versions. Out: a `Witness`, verified where the documents themselves confirm it.
Nothing here knows a rule or a relation.
"""

from ...media import BODILESS, best, covers, is_json
from .attest import attest
from .formats import KNOWN as KNOWN_FORMATS
from .formats import conforms
from .kinds import (
    ABSENT,
    Address,
    Credential,
    Payload,
    Proof,
    Request,
    Response,
    Shown,
    Target,
)

__all__ = [
    "ABSENT",
    "Address",
    "BODILESS",
    "Credential",
    "KNOWN_FORMATS",
    "Payload",
    "Proof",
    "Request",
    "Response",
    "Shown",
    "Target",
    "attest",
    "best",
    "conforms",
    "covers",
    "is_json",
]
