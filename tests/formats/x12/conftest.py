"""One envelope, one claim and one remittance of an invented practice, for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import (
    BillingProvider,
    ProfessionalClaim,
    Receiver,
    RenderingProvider,
    ServiceLine,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import (
    Adjustment,
    BankAccount,
    Contact,
    Insured,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from chartline.kernel.money import Money

STREET = Address(line1="1 EXAMPLE WAY", line2="SUITE 2", city="SPRINGFIELD", state="IL", zip="627010001")


@pytest.fixture
def envelope() -> Envelope:
    return Envelope(
        sender="CHARTLINE",
        receiver="CLEARING",
        at=datetime(2026, 1, 6, 14, 5, tzinfo=UTC),
        control=42,
        usage=Usage.TEST,
    )


@pytest.fixture
def claim() -> ProfessionalClaim:
    return ProfessionalClaim(
        submitter=Submitter(name="CHARTLINE", id="CHART1", contact="BILLING DESK", phone="5550100100"),
        receiver=Receiver(name="EXAMPLE CLEARING", id="CLEARING"),
        billing=BillingProvider(
            name="EXAMPLE FAMILY PRACTICE",
            npi="1999999984",
            tax_id="999999999",
            taxonomy="207Q00000X",
            address=STREET,
        ),
        subscriber=Subscriber(
            name=PersonName(last="SAMPLE", first="LENA"),
            member_id="W1",
            born=date(1988, 11, 2),
            sex="F",
            address=STREET,
            group="G77",
            filing="CI",
            payer_name="EXAMPLE PAYER",
            payer_id="00123",
        ),
        rendering=RenderingProvider(name=PersonName(last="EXAMPLE", first="AMOS"), npi="1999999992"),
        reference="PCN7",
        intermediary_reference="INT-7",
        total=Money(15000),
        place_of_service="11",
        diagnoses=("K0262", "Z0000"),
        lines=(
            ServiceLine(
                code="99213",
                modifiers=("25",),
                charge=Money(15000),
                pointers=(1, 2),
                date=date(2026, 1, 5),
                control="L1",
            ),
        ),
    )


@pytest.fixture
def remittance() -> Remittance:
    return Remittance(
        amount=Money(8000),
        method="ACH",
        paid_on=date(2026, 1, 20),
        payer_account=BankAccount(bank="999999992", account="00000001"),
        payer_company="1999999998",
        payee_account=BankAccount(bank="990000013", account="00000002"),
        trace="EFT0001",
        originator="1999999998",
        produced_on=date(2026, 1, 19),
        payer_name="EXAMPLE PAYER",
        payer_id="00123",
        payer_address=STREET,
        payer_contact=Contact(name="EDI DESK", phone="5550100112"),
        payee_name="EXAMPLE FAMILY PRACTICE",
        payee_npi="1999999984",
        payee_tax_id="999999999",
        claims=(
            RemittanceClaim(
                patient_control_number="PCN7",
                status="1",
                charged=Money(15000),
                paid=Money(10000),
                patient_responsibility=Money(2000),
                filing="12",
                payer_control_number="ICN1",
                facility="11",
                frequency="1",
                patient=Insured(name=PersonName(last="SAMPLE", first="LENA"), member_id="W1"),
                received=date(2026, 1, 7),
                remarks=("MA01",),
                lines=(
                    RemittanceLine(
                        code="99213",
                        modifiers=("25",),
                        charged=Money(15000),
                        paid=Money(10000),
                        service_date=date(2026, 1, 5),
                        adjustments=(
                            Adjustment("CO", "45", Money(3000)),
                            Adjustment("PR", "1", Money(1500)),
                            Adjustment("PR", "3", Money(500)),
                        ),
                        control="L1",
                        allowed=Money(12000),
                        remarks=("N130",),
                    ),
                ),
            ),
        ),
        provider_adjustments=(
            ProviderAdjustment(
                provider="1999999984",
                fiscal_year_end=date(2026, 12, 31),
                reason="WO",
                reference="ICN0",
                amount=Money(2000),
            ),
        ),
    )
