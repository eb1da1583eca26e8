"""The kinds of claim events, each with its sentence. Sentences are static: what varies travels as codes."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a claim."""

    DRAFTED = "drafted"
    VALIDATED = "validated"
    HELD = "held"
    BUILT = "built"
    WITHDRAWN = "withdrawn"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    REPORTED = "reported"
    STALE = "stale"
    CORRECTED = "corrected"
    ADJUDICATED = "adjudicated"
    REVERSED = "reversed"
    APPEALED = "appealed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    PUT_ON_HOLD = "put_on_hold"
    RELEASED = "released"
    RESUBMITTED = "resubmitted"
    REFRESHED = "refreshed"
    VOIDING = "voiding"
    VOIDED = "voided"
    VOID_UNDONE = "void_undone"
    APPEAL_UNDONE = "appeal_undone"
    REOPENED = "reopened"
    NOTED = "noted"
    EDITED_OUTSIDE = "edited_outside"
    ARCHIVED = "archived"
    TAGGED = "tagged"
    PASSED_ON = "passed_on"
    UNDONE = "undone"
    REPAIRED = "repaired"
    STATUS = "status"


SENTENCES = {
    EventKind.DRAFTED: "The claim was drafted from the visit.",
    EventKind.VALIDATED: "Every rule let the claim pass.",
    EventKind.HELD: "A rule holds the claim back.",
    EventKind.REPAIRED: "Rules repaired what they could; nothing of the care was changed without a click.",
    EventKind.BUILT: "The claim was put into a file.",
    EventKind.WITHDRAWN: "The file was proven not to have arrived; the claim is free for another.",
    EventKind.SUBMITTED: "The file with the claim was handed over.",
    EventKind.ACKNOWLEDGED: "The claim was accepted at this stage.",
    EventKind.REJECTED: "The claim was rejected before any decision on payment.",
    EventKind.REPORTED: "A report came that changes nothing.",
    EventKind.STALE: "A report came on an earlier version of the claim.",
    EventKind.CORRECTED: "The claim was corrected; a new version begins.",
    EventKind.ADJUDICATED: "The payer decided on the claim.",
    EventKind.REVERSED: "The payer took its decision back.",
    EventKind.APPEALED: "The decision was appealed.",
    EventKind.CLOSED: "The claim was closed.",
    EventKind.CANCELLED: "The claim was cancelled before it was sent.",
    EventKind.PUT_ON_HOLD: "Somebody holds the claim back.",
    EventKind.RELEASED: "The claim is no longer held back.",
    EventKind.RESUBMITTED: "The claim is sent again as it was; a new version begins.",
    EventKind.REFRESHED: "The claim took over what changed in the practice since; a new version begins.",
    EventKind.VOIDING: "The payer is asked to void the claim; its charge was taken back.",
    EventKind.VOIDED: "The payer took the void in.",
    EventKind.VOID_UNDONE: "The void was called off; the claim is sent again as a replacement.",
    EventKind.APPEAL_UNDONE: "The appeal was taken back.",
    EventKind.REOPENED: "The claim was opened again.",
    EventKind.NOTED: "Somebody wrote a note.",
    EventKind.EDITED_OUTSIDE: "Somebody changed the claim in the clearinghouse's own pages; nothing changed here.",
    EventKind.UNDONE: "The posting of the payer's decision was taken back.",
    EventKind.STATUS: "The payer was asked how the claim stands.",
    EventKind.ARCHIVED: "The claim was put away at the clearinghouse.",
    EventKind.TAGGED: "The claim's tags changed.",
    EventKind.PASSED_ON: "What this payer left open was claimed from the next payer.",
}
"""What to show for each kind."""
