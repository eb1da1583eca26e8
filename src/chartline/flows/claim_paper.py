"""A claim printed: the PDF of its present version, from its frozen copy."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.domains.claims.claim import NO_CLAIM
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.on_paper import paper_of
from chartline.flows.ground import Ground
from chartline.kernel.sealed import Masked, Sealed
from chartline.platform.database import Work


@dataclass(frozen=True, slots=True, repr=False)
class Paper(Masked):
    """A file with its name; the name is the claim's number and version, the content full of the patient."""

    name: str
    content: Sealed[bytes]


def print_claim(ground: Ground, work: Work, claim: str, *, data_only: bool = False) -> Paper:
    """The claim on its paper form. Raises ``claims.not_found``, ``claims.no_paper_form``."""
    copy = open_copies(work, ground.vault, [claim]).get(claim)
    if copy is None:
        raise NO_CLAIM.error(claim=claim)
    return Paper(f"{copy.number}V{copy.version}.pdf", Sealed(paper_of(copy, data_only=data_only)))
