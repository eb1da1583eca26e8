"""What payers said of a patient over time, and what changed from one answer to the next. Opens no sealed answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
