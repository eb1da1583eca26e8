"""What breaks in the week: every fault of the simulator's menu, dead sessions, a moved cluster, killed workers.

Faults are placed at moments at which their operation is about to be called, so that each of them strikes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.people import Week, wall

MENU: tuple[tuple[str, str], ...] = (
    ("getdemographic", "refuse"),
    ("getdemographic", "html"),
    ("getdemographic", "cut"),
    ("getdemographic", "empty"),
    ("getdemographic", "delay"),
    ("getdemographic", "empty_results"),
    ("getdemographic", "string_error"),
    ("getdemographic", "drop"),
    ("getupdatedpatients", "refuse"),
    ("getupdatedpatients", "cut"),
    ("getupdatedpatients", "html"),
    ("getupdatedpatients", "empty"),
    ("getupdatedvisits", "drop"),
    ("getupdatedvisits", "cut"),
    ("getupdatedvisits", "string_error"),
    ("lookuppatient", "refuse"),
    ("lookuppatient", "html"),
    ("addpatient", "drop"),
    ("addpatient", "cut"),
    ("addpatient", "empty"),
    ("addpatient", "refuse"),
    ("updatepatient", "drop"),
    ("updatepatient", "refuse"),
    ("updatepatient", "html"),
    ("updatepatient", "empty_results"),
    ("addinsurance", "drop"),
    ("addinsurance", "empty_results"),
    ("addinsurance", "cut"),
    ("addvisit", "drop"),
    ("addvisit", "refuse"),
    ("addvisit", "empty"),
    ("addpatient", "duplicate_ssn"),
    ("updatepatient", "expire_tokens"),
    ("updateinsurance", "drop"),
    ("scheduler.move", "drop"),
    ("scheduler.move", "refuse"),
    ("scheduler.move", "expire_tokens"),
    ("scheduler.cancel", "drop"),
    ("scheduler.cancel", "html"),
    ("scheduler.noshow", "drop"),
    ("getdemographic", "move_cluster"),
    ("login", "refuse"),
    ("login", "html"),
)
"""Operation and kind of fault. A dropped or spoilt answer to a write comes after the vendor has done it."""
CAUSES: dict[str, tuple[Verb, str]] = {
    "lookuppatient": (Verb.REGISTER, ""),
    "addpatient": (Verb.REGISTER, ""),
    "addinsurance": (Verb.REGISTER, ""),
    "addvisit": (Verb.BOOK, ""),
    "updatepatient": (Verb.CHANGE, ""),
    "updateinsurance": (Verb.AMEND, ""),
    "scheduler.move": (Verb.MOVE, ""),
    "scheduler.cancel": (Verb.SAY, "cancelled"),
    "scheduler.noshow": (Verb.SAY, "no_show"),
}
"""What our desk does that makes us call an operation, and the status it says; the others are called all the time."""
ENDS_SESSION = frozenset({"expire_tokens", "move_cluster"})
"""Kinds under which the session dies in the middle of a call."""
DELAY = 3.0
"""Simulated seconds of a slow answer."""


EXPIRIES = ((0, 13), (2, 9), (3, 14))
MOVES = ((1, 11, "api-128"), (4, 11, "api-801"))
KILLS = ((0, 6), (1, 14), (2, 10), (2, 12), (3, 10), (4, 15))
"""Day and hour; the first kill strikes in the middle of the initial load."""


def breakage(week: Week, seed: int, edits: Sequence[Act]) -> Iterator[Act]:
    """What fate does, spread over the working days: each fault before an edit of ours that runs into it."""
    for operation, moments in _moments(week, edits).items():
        faults = [kind for struck, kind in MENU if struck == operation]
        for place, kind in enumerate(faults):
            yield _fault(moments[place * len(moments) // len(faults)], operation, kind)
    for day, hour in EXPIRIES:
        if day < week.days:
            yield Act(wall(day, hour, 15), Side.FATE, Verb.EXPIRE)
    for day, hour, cluster in MOVES:
        if day < week.days:
            yield Act(wall(day, hour, 15), Side.FATE, Verb.CLUSTER, 0, (("cluster", cluster),))
    for day, hour in KILLS:
        if day < week.days:
            yield Act(wall(day, hour, 10), Side.FATE, Verb.KILL, (day + seed) % 3)


def _moments(week: Week, edits: Sequence[Act]) -> dict[str, list[datetime]]:
    """When each operation of the menu is about to be called."""
    working = [wall(day, hour) for day in range(week.days) for hour in range(9, 17)]
    found: dict[str, list[datetime]] = {}
    for operation, _ in MENU:
        verb, status = CAUSES.get(operation, (None, ""))
        mine = (one for one in edits if one.side is Side.HERE and one.verb is verb)
        causes = sorted({one.at for one in mine if not status or one.value("status") == status})
        found[operation] = causes or working
    return found


def _fault(at: datetime, operation: str, kind: str) -> Act:
    values = (("operation", operation), ("kind", kind), ("times", "1"), ("seconds", str(DELAY)))
    # Just before the moment at which people act, or it would be too late for what they cause.
    return Act(at - timedelta(minutes=1), Side.FATE, Verb.FAULT, 0, values)


def struck(script: Sequence[Act]) -> Counter[str]:
    """How many faults of each kind a script puts in line."""
    return Counter(act.value("kind") for act in script if act.verb is Verb.FAULT)
