"""What payers said of a patient over time, and what changed from one answer to the next. Opens no sealed answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.tables import Check, eligibility_check_table, read_check
from chartline.kernel.money import Money
from chartline.platform.database import Work

_columns = eligibility_check_table.c
_COMPARED = (
    "state",
    "plan_name",
    "copay",
    "deductible",
    "deductible_left",
    "out_of_pocket",
    "out_of_pocket_left",
    "coinsurance",
)
MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an answer says otherwise than the one before: both as text, empty where nothing was said."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A check, and what its answer changed against the answer before on the same coverage and service type."""

    check: Check
    changed: tuple[Difference, ...]


def history(work: Work, patient_id: str, limit: int = 50) -> list[Told]:
    """The checks of a patient, the newest first, in one query.

    The oldest ones of a long history are left out, and the first that is shown is compared with nothing.
    """
    query = work.select(eligibility_check_table).where(_columns.patient_id == patient_id)
    # Some more than are shown, so that the last ones shown are compared too.
    newest = query.order_by(_columns.asked.desc(), _columns.id.desc()).limit(min(limit, MOST) + 20)
    return told([read_check(row) for row in work.rows(newest)])[:limit]


def told(checks: Sequence[Check]) -> list[Told]:
    """Checks, the newest first, each with what it changed."""
    before: dict[tuple[str, str], Check] = {}
    found: list[Told] = []
    for check in reversed(checks):
        place = (check.coverage_id, check.service_type)
        changed: tuple[Difference, ...] = ()
        if check.answered is not None:
            if place in before:
                changed = _differences(before[place], check)
            before[place] = check
        found.append(Told(check, changed))
    return found[::-1]


def _differences(before: Check, after: Check) -> tuple[Difference, ...]:
    values = [(name, _text(getattr(before, name)), _text(getattr(after, name))) for name in _COMPARED]
    return tuple(Difference(name, old, new) for name, old, new in values if old != new)


def _text(value: object) -> str:
    return value.text() if isinstance(value, Money) else "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Checks by service date, and the cursor of the next page."""

    checks: tuple[Check, ...]
    next: str | None


def list_checks(
    work: Work, begin: date, end: date, states: Collection[CheckState] = (), cursor: str = "", limit: int = 50
) -> CheckPage:
    """Checks for service dates from ``begin`` through ``end``, by their day; one query.

    A cursor that is none begins anew.
    """
    query = work.select(eligibility_check_table).where(_columns.service_date >= begin, _columns.service_date <= end)
    if states:
        query = query.where(_columns.state.in_(sorted(state.value for state in states)))
    day, _, identity = cursor.partition("/")
    try:
        behind = date.fromisoformat(day) if UUID(identity) else None
    except ValueError:
        behind = None
    if behind is not None:
        later = sa.and_(_columns.service_date == behind, _columns.id > identity)
        query = query.where(sa.or_(_columns.service_date > behind, later))
    rows = work.rows(query.order_by(_columns.service_date, _columns.id).limit(limit + 1))
    shown = tuple(read_check(row) for row in rows[:limit])
    more = f"{shown[-1].service_date.isoformat()}/{shown[-1].id}" if len(rows) > limit else None
    return CheckPage(shown, more)
