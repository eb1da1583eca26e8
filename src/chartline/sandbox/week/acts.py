"""What can happen in the week: one act by one side at one moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chartline.kernel.sealed import Masked


class Side(StrEnum):
    """Who acts: our front desk, the vendor's, or fate, which breaks things."""

    HERE = "here"
    THERE = "there"
    FATE = "fate"


class Verb(StrEnum):
    """What is done. The comment behind each names what ``number`` and ``values`` are."""

    REGISTER = "register"  # a patient; nothing
    CHANGE = "change"  # a patient; our names of fields to new values
    INSURE = "insure"  # a patient; payer, member, begin
    END_PLAN = "end_plan"  # a patient; end: the last day of their first plan
    AMEND = "amend"  # a patient; group: the group number of their first plan
    BOOK = "book"  # a visit; nothing
    MOVE = "move"  # a visit; start: an ISO moment with its zone
    SAY = "say"  # a visit; status: our word for where it stands
    FAULT = "fault"  # nothing; operation, kind, times, status, seconds as the simulator's menu names them
    EXPIRE = "expire"  # every token is out of date
    CLUSTER = "cluster"  # nothing; cluster: where the office is from now on
    KILL = "kill"  # which worker is killed
    DECIDE = "decide"  # how many open conflicts are decided
    REVIVE = "revive"  # what was put aside is taken up again


@dataclass(frozen=True, slots=True, repr=False)
class Act(Masked):
    """One act. ``disputed`` marks an edit whose field the other side edits apart at the same moment."""

    at: datetime
    side: Side
    verb: Verb
    number: int = 0
    values: tuple[tuple[str, str], ...] = ()
    disputed: bool = False

    def value(self, name: str) -> str:
        """One of the values. Raises KeyError."""
        return dict(self.values)[name]
