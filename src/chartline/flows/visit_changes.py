"""Which call a changed visit needs, and which of its fields leave with that call.

A vendor has calls for moving, cancelling and a patient who did not come, and none for the other states of a visit
(AdvancedMD sheet 9.2, 9.10). One call carries one kind of change: a visit that was moved and then cancelled is
cancelled, for where it would have been no longer matters.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from chartline.connect.facts import VisitStatus
from chartline.domains.sync.fields import Fields, status_of
from chartline.domains.sync.outgoing import Pending


class VisitChange(StrEnum):
    """What has to be said to the vendor."""

    MOVE = "move"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    STATUS = "status"
    """A state for which there is no call; it stays here."""
    OTHER = "other"


MOVES: Final = frozenset({"start", "minutes", "provider", "column"})
_STATES: Final = frozenset({"status"})
_CALLS: Final = {
    VisitStatus.CANCELLED: VisitChange.CANCEL,
    VisitStatus.DELETED: VisitChange.CANCEL,
    VisitStatus.NO_SHOW: VisitChange.NO_SHOW,
}


def visit_change(item: Pending) -> VisitChange:
    """The call that a changed visit needs."""
    changed = set(item.changed)
    state, _ = status_of(item.after.get("status", ""))
    if "status" in changed and state in _CALLS:
        return _CALLS[state]
    if changed & MOVES:
        return VisitChange.MOVE
    return VisitChange.STATUS if changed <= _STATES else VisitChange.OTHER


def sent_with(item: Pending, change: VisitChange) -> tuple[Fields, tuple[str, ...]]:
    """What the vendor has after the call, and the names of the fields that leave with it."""
    wanted = MOVES if change is VisitChange.MOVE else _STATES
    names = tuple(name for name in item.changed if name in wanted)
    return {**item.after, **item.before, **{name: item.after[name] for name in names}}, names
