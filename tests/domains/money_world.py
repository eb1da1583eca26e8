"""Invented people, coverages and visits for the money domains' tests, and one open practice."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from chartline.connect.facts import ChargeFact, ClaimFile, ClaimReport, CoverageFact, PersonFact, Relationship
from chartline.domains.claims import (
    BillingIdentity,
    DraftSource,
    EnvelopeFacts,
    FileParties,
    PostalAddress,
    RenderingIdentity,
    build_file,
    draft,
    mark_submitted,
    validate,
)
from chartline.domains.codes import load_reference
from chartline.formats.x12.envelope_writer import Usage
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Database, Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

SERVICE_DATE = date(2026, 3, 2)
TODAY = date(2026, 3, 3)
ADDRESS = PostalAddress(line1="1 Example Way", city="Sampleton", state="NY", zip="100010000")
BILLING = BillingIdentity(
    name="Quiet Harbor Example Clinic",
    npi="1999999984",
    tax_id="999999999",
    taxonomy="261QM0801X",
    address=ADDRESS,
    contact="Billing Desk",
    phone="5555550100",
)
RENDERING = RenderingIdentity(last="Mocktherapist", first="Ada", npi="1999999976", taxonomy="103TC0700X")
FACTS = EnvelopeFacts(
    FileParties("CHARTLINE", "Quiet Harbor Example Clinic", "CLAIMMD", "Claim.MD", "Billing Desk", "5555550100"),
    Usage.TEST,
)


def person(**changes: Any) -> PersonFact:
    """An invented patient."""
    values: dict[str, Any] = {
        "family": "Zzyzxdottir",
        "given": "Quillon",
        "middle": "",
        "birth_date": date(1988, 11, 2),
        "phone": "5555550111",
        "email": "",
        "street": "9 Imaginary Lane",
        "unit": "",
        "city": "Sampleton",
        "state": "NY",
        "postal_code": "10001-0000",
    }
    sealed: dict[str, Any] = {name: Sealed(changes.get(name, value)) for name, value in values.items()}
    return PersonFact(vendor_id=None, sex=changes.get("sex", "F"), **sealed)


def coverage(**changes: Any) -> CoverageFact:
    """An invented coverage."""
    return CoverageFact(
        vendor_id=None,
        payer_id=changes.get("payer_id", "00123"),
        payer_name=changes.get("payer_name", "Example Mutual"),
        member_id=Sealed(changes.get("member_id", "XQZ7771234")),
        group_number=Sealed("G77"),
        order=1,
        relationship=changes.get("relationship", Relationship.SELF),
        begin=changes.get("begin"),
        end=changes.get("end"),
    )


def charge(amount: int = 15000, procedure: str = "90837", **changes: Any) -> ChargeFact:
    """An hour of an invented therapy."""
    return ChargeFact(
        procedure=procedure,
        modifiers=changes.get("modifiers", ()),
        units=changes.get("units", 1),
        diagnoses=changes.get("diagnoses", ("F411",)),
        place_of_service=changes.get("place_of_service", "11"),
        amount=Money(amount),
    )


def source(*charges: ChargeFact, **changes: Any) -> DraftSource:
    """A finished visit; each call is another visit of another patient."""
    plain = DraftSource(
        encounter_id=new_id(),
        patient_id=new_id(),
        coverage_id=new_id(),
        service_date=SERVICE_DATE,
        place_of_service="11",
        billing=BILLING,
        rendering=RENDERING,
        patient=person(),
        coverage=coverage(),
        charges=charges or (charge(),),
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Practice:
    """One organisation with its stores."""

    database: Database
    vault: Vault
    records: Records
    organisation: str

    @contextmanager
    def work(self) -> Generator[Work, None, None]:
        """A writing transaction."""
        with self.database.work(self.organisation) as work:
            yield work

    def drafted(self, *sources: DraftSource) -> list[str]:
        """Claims that passed the rules."""
        with self.work() as work:
            ids = [draft(work, self.vault, self.records, one) for one in sources]
            for one in ids:
                validate(work, self.vault, self.records, one, today=TODAY)
            return ids

    def sent(self, *sources: DraftSource) -> list[str]:
        """Claims that were handed over in one file."""
        ids = self.drafted(*sources)
        self.send(*ids)
        return ids

    def send(self, *claims: str) -> ClaimFile:
        """Hand claims over."""
        with self.work() as work:
            file = build_file(work, self.vault, claims, FACTS)
            mark_submitted(work, self.vault, self.records, file)
        return file


def open_practice(database: Database, folder: Path) -> Practice:
    """A new organisation with the reference codes loaded."""
    vault = Vault.open(folder / "keys", {})
    practice = Practice(database, vault, Records(vault), new_id())
    with practice.work() as work:
        load_reference(work)
    return practice


def report(reference: str, status: str = "A", **changes: Any) -> ClaimReport:
    """A report of the clearinghouse on a claim version."""
    return ClaimReport(
        reference=reference,
        control_number=changes.get("control_number", reference.partition("V")[0]),
        vendor_id=changes.get("vendor_id", "70010" + reference[-4:]),
        status=status,
        sender=changes.get("sender", "CLAIM.MD"),
        payer_number=changes.get("payer_number", ""),
        messages=changes.get("messages", ()),
        at=changes.get("at", "2026-03-03 04:00:00"),
        from_payer=changes.get("from_payer", False),
    )


@contextmanager
def counted(database: Database) -> Generator[list[str], None, None]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
