"""What may be done with a claim now, and why the rest may not: one table for every surface.

Pure: it sees the claim's axes, whether its present version lies in a file, and what insurance owes on it. The acts
themselves ask here before they change anything, so that a page and a refusal never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import Claim
from chartline.kernel.errors import Again, Blame, ErrorKind

NOT_NOW = ErrorKind(
    "claims.not_in_this_state",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This cannot be done with the claim as it stands now.",
    "Open the claim: it lists what can be done now, and why the rest cannot.",
    status=409,
)


class Act(StrEnum):
    """What people do with a claim."""

    EDIT = "edit"
    VALIDATE = "validate"
    SUBMIT = "submit"
    HOLD = "hold"
    RELEASE = "release"
    RESUBMIT = "resubmit"
    REPLACE = "replace"
    VOID = "void"
    UNDO_VOID = "undo_void"
    CANCEL = "cancel"
    APPEAL = "appeal"
    UNDO_APPEAL = "undo_appeal"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class ActState:
    """An act, and the plain reason for which it may not be done now; empty when it may."""

    act: Act
    why_not: str = ""

    @property
    def may(self) -> bool:
        """Whether it may be done now."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that the answer depends on. ``filed``: its present version is in a file; ``owed``: insurance owes
    something on it, in the ledger."""

    claim: Claim
    filed: bool = False
    owed: bool = True


_UNSENT = (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
_OVER = (WorkAxis.CLOSED, WorkAxis.CANCELLED)
_REFUSED = (AdjudicationAxis.DENIED, AdjudicationAxis.PARTIALLY_PAID)
_IN_FILE = "It is in a file that is on its way."
_WAITS = "It was sent and nobody has answered yet."
_CLOSED = "The claim is closed; reopen it first."
_CANCELLED = "The claim is cancelled; reopen it first."


def acts_of(standing: Standing) -> list[ActState]:
    """Every act with its answer, in the order in which pages show them."""
    return [ActState(act, reason(standing)) for act, reason in _REASONS.items()]


def why_not(standing: Standing, act: Act) -> str:
    """Why an act may not be done now; empty when it may."""
    return _REASONS[act](standing)


def require_act(standing: Standing, act: Act) -> None:
    """Raises ``claims.not_in_this_state`` unless the act may be done now."""
    if why_not(standing, act):
        raise NOT_NOW.error(claim=standing.claim.id, word=standing.claim.word.value, act=act.value)


def _over(standing: Standing) -> str:
    return {WorkAxis.CLOSED: _CLOSED, WorkAxis.CANCELLED: _CANCELLED}.get(standing.claim.work, "")


def _under_way(standing: Standing) -> str:
    if standing.claim.submission is SubmissionAxis.SUBMITTED:
        return _WAITS
    unsent = standing.claim.submission in _UNSENT
    return _IN_FILE if unsent and standing.filed else ""


def _unsent(standing: Standing) -> str:
    """Why it is no longer ours to change before sending."""
    if standing.claim.submission not in _UNSENT:
        return "It was sent already."
    return _IN_FILE if standing.filed else ""


def _edit(standing: Standing) -> str:
    if standing.claim.frequency == "8" and standing.claim.submission is not SubmissionAxis.REJECTED:
        return "It is being voided; undo the void first."
    return _over(standing) or _under_way(standing)


def _validate(standing: Standing) -> str:
    return _over(standing) or _unsent(standing)


def _submit(standing: Standing) -> str:
    if standing.claim.hold_reason:
        return "Somebody holds it; release it first."
    return _over(standing) or _unsent(standing)


def _hold(standing: Standing) -> str:
    if standing.claim.hold_reason:
        return "It is held already."
    return _over(standing) or _unsent(standing)


def _release(standing: Standing) -> str:
    return "" if standing.claim.hold_reason else "Nobody holds it."


def _resubmit(standing: Standing) -> str:
    if standing.claim.frequency == "8":
        return "It is a void; void it again, or call the void off."
    answered = standing.claim.submission in (SubmissionAxis.REJECTED, SubmissionAxis.ACKNOWLEDGED)
    decided = standing.claim.adjudication not in (AdjudicationAxis.NONE, AdjudicationAxis.PENDING)
    if standing.claim.submission in _UNSENT and not decided:
        return "It was not sent yet."
    return _over(standing) or _under_way(standing) or ("" if answered or decided else _WAITS)


def _replace(standing: Standing) -> str:
    return _edit(standing) or ("" if with_payer(standing.claim) else "The payer does not have it; edit it instead.")


def _void(standing: Standing) -> str:
    claim = standing.claim
    if claim.frequency == "8" and claim.submission is not SubmissionAxis.REJECTED:
        return "It is being voided already."
    if not with_payer(claim):
        return "The payer does not have it; cancel it instead."
    if not claim.payer_number:
        return "The payer's own number of the claim is not known, and a void must name it."
    return _over(standing) or _under_way(standing)


def _undo_void(standing: Standing) -> str:
    claim = standing.claim
    if claim.frequency != "8":
        return "It is not being voided."
    if claim.work is WorkAxis.CANCELLED:
        return "The payer has taken the void in; bill the services with a new claim."
    return _under_way(standing)


def _cancel(standing: Standing) -> str:
    claim = standing.claim
    if claim.frequency != "1" or claim.adjudication is not AdjudicationAxis.NONE:
        return "The payer has it; void it instead."
    if claim.submission is SubmissionAxis.ACKNOWLEDGED:
        return "The payer has it; void it instead."
    return _over(standing) or _under_way(standing)


def _appeal(standing: Standing) -> str:
    refused = standing.claim.adjudication in _REFUSED
    return _over(standing) or ("" if refused else "Only what a payer denied can be appealed.")


def _undo_appeal(standing: Standing) -> str:
    return "" if standing.claim.adjudication is AdjudicationAxis.APPEALED else "It is not under appeal."


def _close(standing: Standing) -> str:
    if standing.claim.work is not WorkAxis.READY or standing.claim.adjudication is AdjudicationAxis.NONE:
        return _over(standing) or "No payer has decided it."
    return "Insurance still owes something on it; move or write that off first." if standing.owed else ""


def _reopen(standing: Standing) -> str:
    claim = standing.claim
    if claim.work is WorkAxis.CANCELLED and claim.frequency == "8":
        return "The payer has taken the void in; bill the services with a new claim."
    return "" if claim.work in _OVER else "It is open."


def with_payer(claim: Claim) -> bool:
    """The payer holds some version of it: it took one in, decided, or a replacement is on its way."""
    decided = claim.adjudication is not AdjudicationAxis.NONE
    return claim.submission is SubmissionAxis.ACKNOWLEDGED or decided or claim.frequency != "1"


_REASONS: dict[Act, Callable[[Standing], str]] = {
    Act.EDIT: _edit,
    Act.VALIDATE: _validate,
    Act.SUBMIT: _submit,
    Act.HOLD: _hold,
    Act.RELEASE: _release,
    Act.RESUBMIT: _resubmit,
    Act.REPLACE: _replace,
    Act.VOID: _void,
    Act.UNDO_VOID: _undo_void,
    Act.CANCEL: _cancel,
    Act.APPEAL: _appeal,
    Act.UNDO_APPEAL: _undo_appeal,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
}
