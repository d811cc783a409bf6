"""Proofs of breaks, and the independent check of them against both versions as they are written.

In: a proof that a rule proposes, and two versions. Out: a `Witness`, verified where the documents themselves confirm it.
Nothing here knows a rule or a relation.
"""

from ...media import BODILESS, best, covers, is_json
from .attest import attest
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
    "Payload",
    "Proof",
    "Request",
    "Response",
    "Shown",
    "Target",
    "attest",
    "best",
    "covers",
    "is_json",
]
