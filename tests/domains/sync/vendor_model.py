"""A vendor as small as can be: patients and visits as maps of fields, a feed by change number, and bad manners.

It keeps what a real one keeps apart: the record as it is now, the rows its feed already told (which may arrive late,
twice, or not at all), and the moment of each change by its own clock, in whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.domains.practice_world import ADA, PLAN, VISIT

from chartline.connect.facts import CoverageFact, PatientDetail, PersonFact, VisitFact
from chartline.domains.sync.fields import (
    Fields,
    Kind,
    coverage_fields,
    coverage_from,
    person_fields,
    person_from,
    same,
    visit_fields,
    visit_from,
)
from chartline.domains.sync.meeting import Reading


@dataclass
class Record:
    """One record of the vendor's."""

    kind: Kind
    vendor_id: str
    fields: Fields
    changed_at: datetime
    number: int
    owner: str = ""


@dataclass(frozen=True)
class Row:
    """What a call told: the patient's records together, and when it was asked and answered."""

    vendor_id: str
    parts: tuple[tuple[Kind, str, Fields, datetime | None], ...]
    reading: Reading

    def detail(self) -> PatientDetail:
        """The patient with insurance."""
        person: PersonFact | None = None
        plans: list[CoverageFact] = []
        for kind, vendor_id, fields, changed_at in self.parts:
            if kind is Kind.PATIENT:
                person = replace(person_from(fields, vendor_id), changed_at=changed_at)
            elif kind is Kind.COVERAGE:
                plans.append(coverage_from(fields, vendor_id))
        assert person is not None
        return PatientDetail(person, tuple(plans))

    def visits(self) -> list[VisitFact]:
        """The visits."""
        return [
            replace(visit_from(fields, self.vendor_id, vendor_id), changed_at=changed_at)
            for kind, vendor_id, fields, changed_at in self.parts
            if kind is Kind.VISIT
        ]


@dataclass
class Vendor:
    """The vendor's side. ``tells_times`` says whether its rows carry the time of change."""

    tells_times: bool
    records: dict[tuple[Kind, str], Record] = field(default_factory=dict)
    told: int = 0
    count: int = 0
    deaf: set[str] = field(default_factory=set)
    """Fields that it accepts and does not store."""

    def add_family(self, vendor_id: str, now: datetime) -> None:
        """A patient with a plan and a visit."""
        for kind, number, fields in (
            (Kind.PATIENT, vendor_id, person_fields(ADA)),
            (Kind.COVERAGE, f"ins{vendor_id}", coverage_fields(PLAN)),
            (Kind.VISIT, f"v{vendor_id}", visit_fields(VISIT)),
        ):
            self.add(kind, number, fields, now, vendor_id)

    def add(self, kind: Kind, vendor_id: str, fields: Fields, now: datetime, owner: str) -> None:
        """A new record."""
        self.count += 1
        self.records[kind, vendor_id] = Record(kind, vendor_id, dict(fields), _second(now), self.count, owner)

    def edit(self, kind: Kind, vendor_id: str, name: str, value: str, now: datetime) -> None:
        """Somebody there types a value."""
        record = self.records[kind, vendor_id]
        record.fields[name] = value
        self._touched(record, now)

    def update(self, kind: Kind, vendor_id: str, before: Fields, after: Fields, now: datetime) -> bool:
        """A write through the interface; False when what it replaces is not what stands there (sheet 4: 4106)."""
        record = self.records[kind, vendor_id]
        changed = [name for name in after if not same(name, before.get(name, ""), after[name])]
        if any(not same(name, record.fields.get(name, ""), before.get(name, "")) for name in changed):
            return False
        for name in changed:
            if name not in self.deaf:
                record.fields[name] = after[name]
        self._touched(record, now)
        return True

    def feed(self, now: datetime) -> list[Row]:
        """Everything of every patient of whom anything changed since the last time."""
        owners = dict.fromkeys(one.owner for one in self.records.values() if one.number > self.told)
        self.told = self.count
        return [self.row(owner, now) for owner in owners]

    def row(self, owner: str, now: datetime) -> Row:
        """One patient with all that is theirs, as it stands."""
        mine = [one for one in self.records.values() if one.owner == owner]
        parts = tuple(
            (one.kind, one.vendor_id, dict(one.fields), one.changed_at if self.tells_times else None) for one in mine
        )
        return Row(owner, parts, Reading(now, now))

    def _touched(self, record: Record, now: datetime) -> None:
        self.count += 1
        record.number, record.changed_at = self.count, _second(now)


def _second(now: datetime) -> datetime:
    return now.replace(microsecond=0)
