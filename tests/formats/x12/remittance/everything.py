"""A remittance that says everything an 835 can say, balanced, of an invented hospital."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import (
    Adjustment,
    Amount,
    BankAccount,
    Contact,
    Delivery,
    Inpatient,
    InpatientSummary,
    Insured,
    OtherPayer,
    Outpatient,
    ProviderAdjustment,
    ProviderSummary,
    Quantity,
    Reference,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    ServiceProvider,
)
from chartline.kernel.money import Money

NPI = "1999999984"
PLAZA = Address(line1="9 EXAMPLE PLAZA", city="SPRINGFIELD", state="IL", zip="62701")


def everything() -> Remittance:
    return Remittance(
        handling="I",
        amount=Money(123_450),
        method="ACH",
        payment_format="CTX",
        payer_account=BankAccount(bank="999999992", account="00000001"),
        payer_company="1999999998",
        payer_company_supplement="999999999",
        payee_account=BankAccount(bank="999999992", account="000900001", kind="SG"),
        paid_on=date(2026, 1, 21),
        trace="EFT0001",
        originator="1999999998",
        originator_supplement="999999997",
        receiver_id="CLEARING",
        version="7.1",
        produced_on=date(2026, 1, 20),
        payer_name="EXAMPLE PAYER",
        payer_id="00123",
        payer_id_kind="2U",
        payer_address=PLAZA,
        payer_references=(Reference("NF", "99999"),),
        payer_contact=Contact(name="EDI DESK", phone="5550100112", extension="12", email="edi@example.invalid"),
        payer_contacts=(
            Contact(kind="CX", name="CLAIMS DESK", phone="5550100111", fax="5550100119"),
            Contact(kind="IC", url="payer.example.invalid/policies"),
        ),
        payee_name="EXAMPLE HOSPITAL",
        payee_npi=NPI,
        payee_tax_id="999999999",
        payee_address=PLAZA,
        payee_references=(Reference("PQ", "P77"),),
        delivery=Delivery(method="EM", name="ADVICE DESK", to="advice@example.invalid"),
        claims=(_inpatient(), _outpatient()),
        summaries=(
            ProviderSummary(
                group="1",
                provider=NPI,
                facility="11",
                fiscal_year_end=date(2026, 12, 31),
                claims=Decimal(1),
                charged=Money(200_000),
                secondary_payer=Money(100),
                other_than_laboratory=Money(200),
                patient_reimbursed=Money(300),
                periodic_claims=Decimal(2),
                periodic_adjustment=Money(-400),
                inpatient=InpatientSummary(
                    drg=Money(90_000),
                    outlier_days=Decimal(1),
                    average_weight=Decimal("1.25"),
                    capital_share_drg=Money(5),
                ),
            ),
        ),
        provider_adjustments=(
            ProviderAdjustment(
                provider=NPI, fiscal_year_end=date(2026, 12, 31), reason="WO", reference="ICN0", amount=Money(-3_450)
            ),
        ),
    )


def _inpatient() -> RemittanceClaim:
    return RemittanceClaim(
        patient_control_number="PCN1",
        status="1",
        charged=Money(200_000),
        paid=Money(100_000),
        patient_responsibility=Money(10_000),
        filing="MA",
        payer_control_number="ICN1",
        facility="11",
        frequency="1",
        patient=Insured(name=PersonName(last="SAMPLE", first="LENA", middle="Q"), member_id="W1"),
        subscriber=Insured(name=PersonName(last="SAMPLE TRUST"), member_id="W9", is_organisation=True),
        corrected=Insured(name=PersonName(last="SAMPLE", first="LENNA"), member_id="W1X", id_kind="C"),
        rendering_npi="1999999992",
        rendering=ServiceProvider(name=PersonName(last="EXAMPLE", first="AMOS", suffix="JR")),
        adjustments=(Adjustment("CO", "45", Money(90_000)), Adjustment("PR", "1", Money(10_000), Decimal(1))),
        remarks=("MA01", "MA18", "N130"),
        references=(Reference("EA", "MR1"), Reference("F8", "ICN0")),
        statement_from=date(2026, 1, 2),
        statement_through=date(2026, 1, 5),
        received=date(2026, 1, 7),
        coverage_expired=date(2026, 1, 31),
        amounts=(Amount("AU", Money(110_000)), Amount("I", Money(123))),
        quantities=(Quantity("CA", Decimal(3)),),
        contacts=(Contact(kind="CX", name="APPEALS", phone="5550100113"),),
        corrected_payer=OtherPayer(name="FIRST PAYER", id="00999"),
        other_insured=Insured(name=PersonName(last="EXAMPLE", first="BO"), member_id="G1"),
        drg="470",
        drg_weight=Decimal("1.8945"),
        discharge_fraction=Decimal("0.5"),
        inpatient=Inpatient(
            covered_days=Decimal(3), drg=Money(95_000), capital=Money(5_000), capital_exception=Money(1)
        ),
    )


def _outpatient() -> RemittanceClaim:
    return RemittanceClaim(
        patient_control_number="PCN2",
        status="19",
        charged=Money(30_000),
        paid=Money(20_000),
        group="2",
        filing="MB",
        payer_control_number="ICN2",
        patient=Insured(name=PersonName(last="PERSON", first="BO"), member_id="W2"),
        crossover_name="NEXT PAYER",
        crossover_id="00456",
        crossover_id_kind="XV",
        remarks=("MA07",),
        outpatient=Outpatient(rate=Decimal("0.8"), procedures=Money(20_000)),
        statement_from=date(2026, 1, 2),
        lines=(
            RemittanceLine(
                code="A9270",
                modifiers=("GY", "25"),
                charged=Money(30_000),
                paid=Money(20_000),
                revenue_code="0270",
                units=Decimal("1.5"),
                original_code=("HC", "A9999", "GY", "", "", "", "INVENTED SUPPLY"),
                original_units=Decimal(2),
                service_date=date(2026, 1, 2),
                service_through=date(2026, 1, 3),
                adjustments=(
                    Adjustment("CO", "45", Money(4_000), Decimal(1)),
                    Adjustment("CO", "253", Money(1_000)),
                    Adjustment("PR", "2", Money(5_000)),
                ),
                control="L1",
                references=(Reference("LU", "11"), Reference("HPI", "1999999992"), Reference("0K", "POLICY1")),
                allowed=Money(25_000),
                amounts=(Amount("T2", Money(10)),),
                quantities=(Quantity("ZL", Decimal(2)),),
                remarks=("N130", "M15"),
                rejects=("75",),
            ),
        ),
    )
