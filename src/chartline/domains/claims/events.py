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


SENTENCES = {
    EventKind.DRAFTED: "The claim was drafted from the visit.",
    EventKind.VALIDATED: "Every rule let the claim pass.",
    EventKind.HELD: "A rule holds the claim back.",
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
}
"""What to show for each kind."""
