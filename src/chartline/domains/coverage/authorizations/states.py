"""Where a prior authorization stands, and which steps lead where. Pure.

Refuses a step that contradicts what is known: what the payer decided is not undone by sending it again.
"""

from __future__ import annotations

from enum import StrEnum

from chartline.connect.clearing import Certified
from chartline.kernel.errors import Again, Blame, ErrorKind

WRONG_STEP = ErrorKind(
    "authorization.wrong_step",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The authorization stands where this cannot be done.",
    "Look at its history; begin a new one if this one is over.",
    status=409,
)


class AuthorizationState(StrEnum):
    """Where it stands."""

    DRAFT = "draft"
    NEEDS_DOCUMENTS = "needs_documents"
    SUBMITTED = "submitted"
    """Handed over: to the wire, or to the person who calls the payer."""
    PENDED = "pended"
    """The payer has it and has not decided."""
    APPROVED = "approved"
    MODIFIED = "modified"
    """Approved otherwise than asked: fewer units, other days."""
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NOT_REQUIRED = "not_required"


class Route(StrEnum):
    """How the payer is asked."""

    UNDECIDED = ""
    WIRE = "wire"
    """An X12 278 through a connection."""
    MANUAL = "manual"
    """A person calls, faxes or uses the payer's pages, and types what came of it."""


_S = AuthorizationState
GRANTED = frozenset({_S.APPROVED, _S.MODIFIED})
UNDECIDED = frozenset({_S.SUBMITTED, _S.PENDED})
OVER = frozenset({_S.CANCELLED, _S.NOT_REQUIRED})
_DECISIONS = frozenset({_S.PENDED, _S.APPROVED, _S.MODIFIED, _S.DENIED, _S.NOT_REQUIRED, _S.CANCELLED})
NEXT: dict[AuthorizationState, frozenset[AuthorizationState]] = {
    _S.DRAFT: _DECISIONS | {_S.NEEDS_DOCUMENTS, _S.SUBMITTED},
    _S.NEEDS_DOCUMENTS: _DECISIONS | {_S.DRAFT, _S.SUBMITTED},
    _S.SUBMITTED: _DECISIONS | {_S.DRAFT, _S.NEEDS_DOCUMENTS},
    _S.PENDED: _DECISIONS | {_S.NEEDS_DOCUMENTS},
    _S.APPROVED: frozenset({_S.APPROVED, _S.MODIFIED, _S.DENIED, _S.EXPIRED, _S.CANCELLED}),
    _S.MODIFIED: frozenset({_S.APPROVED, _S.MODIFIED, _S.DENIED, _S.EXPIRED, _S.CANCELLED}),
    _S.DENIED: _DECISIONS | {_S.SUBMITTED, _S.NEEDS_DOCUMENTS},
    _S.EXPIRED: frozenset({_S.APPROVED, _S.MODIFIED, _S.CANCELLED}),
    _S.CANCELLED: frozenset(),
    _S.NOT_REQUIRED: frozenset(),
}
"""The steps."""
STATE_OF = {
    Certified.APPROVED: _S.APPROVED,
    Certified.MODIFIED: _S.MODIFIED,
    Certified.PENDED: _S.PENDED,
    Certified.DENIED: _S.DENIED,
    Certified.CANCELLED: _S.CANCELLED,
    Certified.NOT_REQUIRED: _S.NOT_REQUIRED,
}
"""What a payer's word makes of it."""


def require_step(before: AuthorizationState, after: AuthorizationState) -> None:
    """Raises ``authorization.wrong_step`` unless one leads to the other."""
    if after not in NEXT[before]:
        raise WRONG_STEP.error(state=before.value, wanted=after.value)
