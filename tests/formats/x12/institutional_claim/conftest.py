"""An invented hospital stay of two days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chartline.formats.x12.claim_parts.parties import BillingProvider, Provider, Receiver, Submitter, Subscriber
from chartline.formats.x12.institutional_claim import (
    Diagnosis,
    InstitutionalClaim,
    Occurrence,
    Procedure,
    RevenueLine,
    ValueAmount,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

STREET = Address(line1="1 EXAMPLE WAY", city="SPRINGFIELD", state="IL", zip="627010001")


@pytest.fixture
def stay() -> InstitutionalClaim:
    return InstitutionalClaim(
        submitter=Submitter(name="CHARTLINE", id="CHART1", contact="BILLING DESK", phone="5550100100"),
        receiver=Receiver(name="EXAMPLE CLEARING", id="CLEARING"),
        billing=BillingProvider(
            name="EXAMPLE HOSPITAL", npi="1999999984", tax_id="999999999", taxonomy="282N00000X", address=STREET
        ),
        subscriber=Subscriber(
            name=PersonName(last="SAMPLE", first="LENA"),
            member_id="W1",
            born=date(1958, 11, 2),
            sex="F",
            address=STREET,
            filing="CI",
            payer_name="EXAMPLE PAYER",
            payer_id="00123",
        ),
        reference="PCN7",
        total=Money(150050),
        facility_code="11",
        statement_from=date(2026, 1, 5),
        statement_through=date(2026, 1, 7),
        patient_status="01",
        principal=Diagnosis("I214", "Y"),
        diagnoses=(Diagnosis("E119", "N"), Diagnosis("I10")),
        admitting="R079",
        drg="280",
        admission=date(2026, 1, 5),
        admission_time="0830",
        discharge_time="1130",
        admission_type="1",
        admission_source="7",
        principal_procedure=Procedure("4A023N7", date(2026, 1, 6)),
        occurrences=(Occurrence("11", date(2026, 1, 4)),),
        values=(ValueAmount("80", Decimal(2)),),
        condition_codes=("C1",),
        attending=Provider(PersonName(last="EXAMPLE", first="AMOS"), "1999999992", "207RC0000X"),
        lines=(
            RevenueLine(revenue_code="0120", charge=Money(100050), units=Decimal(2), unit="DA"),
            RevenueLine(revenue_code="0450", charge=Money(50000), code="99285", date=date(2026, 1, 5)),
        ),
    )
