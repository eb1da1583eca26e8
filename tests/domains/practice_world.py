"""An invented practice for the tests of identity, practice, coverage and sync."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from chartline.connect.facts import CoverageFact, PatientDetail, PersonFact, Relationship, VisitFact, VisitStatus
from chartline.domains.practice.settings import Practice
from chartline.formats.fhir import JsonObject
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Database, Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault
from chartline.platform.vault.keys import Key, KeyRing

AMD = "advancedmd-main"
START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)

PRACTICE = Practice(
    name="Invented Meadow Counseling",
    npi="1999999984",
    tax_id="999999999",
    taxonomy="251S00000X",
    street="1 Nowhere Road",
    city="Denver",
    state="CO",
    postal_code="80299",
    phone="3035550100",
    zone="America/Denver",
)

ADA = PersonFact(
    vendor_id="900",
    family=Sealed("Inventado"),
    given=Sealed("Adabelle"),
    middle=Sealed("Quirina"),
    birth_date=Sealed(date(1984, 5, 17)),
    sex="F",
    phone=Sealed("(303) 555-0142"),
    email=Sealed("adabelle@example.org"),
    street=Sealed("77 Fictional Lane"),
    unit=Sealed("Apt 4"),
    city=Sealed("Aurora"),
    state=Sealed("CO"),
    postal_code=Sealed("80298"),
    chart="C-77",
    responsible_party="r456",
)
PLAN = CoverageFact(
    vendor_id="ins1",
    payer_id="00999",
    payer_name="Imaginary Health",
    member_id=Sealed("ZZQ123456789"),
    group_number=Sealed("GRP-900"),
    order=1,
    relationship=Relationship.SELF,
    begin=date(2026, 1, 1),
    copay=Money(2500),
    carrier_vendor_id="car40",
)
VISIT = VisitFact(
    vendor_id="v800",
    patient_vendor_id="900",
    start=START,
    minutes=50,
    status=VisitStatus.BOOKED,
    provider_vendor_id="prof1",
    column_vendor_id="col2",
    facility_vendor_id="fac3",
)
DETAIL = PatientDetail(ADA, (PLAN,))


def person(**changes: object) -> PersonFact:
    """Ada with changes; plain texts and dates are sealed where the fact wants them sealed."""
    sealed = {n: Sealed(v) if isinstance(getattr(ADA, n), Sealed) else v for n, v in changes.items()}
    return replace(ADA, **sealed)


def detail(**changes: object) -> PatientDetail:
    """Ada, changed, with her plan."""
    return PatientDetail(person(**changes), (PLAN,))


@dataclass(frozen=True)
class World:
    """One organisation in one test database."""

    database: Database
    organisation: str
    vault: Vault
    records: Records

    @contextmanager
    def work(self) -> Generator[Work, None, None]:
        """A writing transaction."""
        with self.database.work(self.organisation) as work:
            yield work

    def body(self, work: Work, rtype: str, identity: str) -> JsonObject:
        """A resource as it stands."""
        return self.records.read(work, rtype, identity).reveal(Purpose.SHOW)

    @contextmanager
    def counted(self) -> Generator[list[str], None, None]:
        """The statements that run meanwhile."""
        seen: list[str] = []

        def note(
            connection: sa.Connection, cursor: object, statement: str, parameters: object, context: object, many: bool
        ) -> None:
            seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)


@pytest.fixture
def world(database: Database) -> World:
    """An organisation on each make of database."""
    return made(database)


@pytest.fixture
def sqlite_world(sqlite_database: Database) -> World:
    """An organisation on SQLite alone."""
    return made(sqlite_database)


def made(database: Database) -> World:
    """A new organisation with a vault of its own."""
    vault = Vault(KeyRing((Key.generate(),)))
    return World(database, new_id(), vault, Records(vault))
