"""A claim with much of what the guide allows, checked against the guide itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.check import check
from chartline.formats.x12.claim_parts.parties import PayToPlan, Provider, ServiceFacility
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contact,
    Contract,
    Drug,
    Form,
    FormAnswer,
    Measurement,
    Note,
    ProviderNumber,
    Reference,
)
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import (
    ClaimDates,
    LineDates,
    Patient,
    ProfessionalClaim,
    build_837p,
    read_837p,
)
from chartline.formats.x12.professional_claim.line import DurableCertification, DurableEquipment, PurchasedService
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

replace = msgspec.structs.replace
STREET = Address(line1="2 EXAMPLE WAY", city="SPRINGFIELD", state="IL", zip="627010001")
DOCTOR = Provider(PersonName(last="EXAMPLE", first="IDA", suffix="JR"), "1999999992")


def rich(claim: ProfessionalClaim) -> ProfessionalClaim:
    plan = PayToPlan(name="EXAMPLE PLAN", id="PLAN1", address=STREET, tax_id="999999999")
    line = replace(
        claim.lines[0],
        is_emergency=True,
        attachments=(Attachment("CT", "AD"),),
        dates=LineDates(
            therapy_began=date(2026, 1, 2), hemoglobin_test=date(2026, 1, 3), last_certification=date(2026, 1, 4)
        ),
        durable_equipment=DurableEquipment(
            code="E0601", days=Decimal(30), rent=Money(8000), price=Money(90000), period="4"
        ),
        certification=DurableCertification(kind="I", months=Decimal(12)),
        measurements=(Measurement("TR", "R1", Decimal("11.5")),),
        clia="99D9999999",
        references=(Reference("G1", "AUTH2", "00123"), Reference("9F", "REF2")),
        notes=(Note("ADD", "NOTE TO THE PAYER"),),
        purchased_service=PurchasedService(provider_id="1999999992", charge=Money(500)),
        drug=Drug(code="00999000101", quantity=Decimal("2.5"), unit="ML", prescription="RX7"),
        rendering=DOCTOR,
        purchased_from=ProviderNumber("1999999992"),
        facility=ServiceFacility("EXAMPLE LABORATORY", STREET, "1999999984"),
        supervising=DOCTOR,
        ordering=replace(DOCTOR, address=STREET, contact=Contact(name="DESK", phone="5550100101")),
        referring=DOCTOR,
        forms=(Form("UT", "0001", (FormAnswer(question="1", choice="Y"), FormAnswer(question="2", text="A"))),),
    )
    return replace(
        claim,
        billing=replace(
            claim.billing,
            pay_to=STREET,
            pay_to_plan=plan,
            contacts=(Contact(name="DESK", phone="5550100100", extension="12"),),
        ),
        subscriber=replace(claim.subscriber, born=None, sex="", address=None),
        patient=Patient(
            PersonName(last="SAMPLE", first="BO"), date(2010, 2, 3), "M", STREET, "19", (Reference("Y4", "PC1"),)
        ),
        signature_source="P",
        related_causes=("AA",),
        accident_state="IL",
        dates=ClaimDates(onset=date(2026, 1, 1), accident=date(2026, 1, 1), admission=date(2026, 1, 2)),
        attachments=(Attachment("OZ", "EL", "ATT1"),),
        contract=Contract(kind="02", amount=Money(12000)),
        patient_paid=Money(1000),
        referral="REF1",
        prior_authorization="AUTH1",
        clia="99D9999999",
        medical_record="MR1",
        notes=(Note("ADD", "ONE NOTE"),),
        ambulance=AmbulanceTrip(reason="A", distance=Decimal(12), weight=Decimal(150)),
        conditions=(ConditionIndicator("07", applies=True, codes=("01", "06")),),
        referring=DOCTOR,
        facility=ServiceFacility("EXAMPLE CLINIC", STREET, "1999999984", contact=Contact(phone="5550100102")),
        supervising=DOCTOR,
        pick_up=STREET,
        drop_off=ServiceFacility("EXAMPLE HOSPITAL", STREET),
        lines=(line,),
    )


def test_what_the_builder_writes_is_what_the_guide_allows(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim, rich(claim)], envelope)
    assert [claim, rich(claim)] == read_837p(data) or [rich(claim), claim] == read_837p(data)
    assert [(p.code, p.place.segment_id, p.place.element) for p in check(data).problems] == []
