from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.x12 import claim_strategies as made

from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.professional_claim import (
    ClaimDates,
    LineDates,
    ProfessionalClaim,
    ServiceLine,
    build_837p,
    build_837p_files,
    read_837p,
    stream_837p,
)
from chartline.formats.x12.professional_claim.line import DurableCertification, DurableEquipment, PurchasedService
from chartline.formats.x12.tokenizer import Delimiters
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace
LINE_DATES = st.builds(
    LineDates,
    **dict.fromkeys(
        [
            "prescription",
            "certification_revised",
            "therapy_began",
            "last_certification",
            "last_seen",
            "hemoglobin_test",
            "creatinine_test",
            "shipped",
            "last_xray",
            "initial_treatment",
        ],
        made.MAYBE_DAY,
    ),
    other=made.some(made.OTHER_DATE),
)
PLAIN_LINE = {
    "code": made.CODE,
    "modifiers": made.some(made.CODE, most=4),
    "charge": made.MONEY,
    "units": made.QUANTITY,
    "unit": st.sampled_from(["UN", "MJ"]),
    "pointers": st.lists(st.just(1), min_size=1, max_size=4).map(tuple),
    "date": made.DAY,
    "through": made.MAYBE_DAY,
    "control": made.EMPTY | made.text(12),
    "place_of_service": st.sampled_from(["", "22"]),
}
RICH_LINE = {
    **PLAIN_LINE,
    "qualifier": st.sampled_from(["HC", "ER", "IV", "WK"]),
    "description": made.EMPTY | made.text(20),
    "adjudications": made.some(made.ADJUDICATION),
    "is_emergency": st.booleans(),
    "is_screening": st.booleans(),
    "is_family_planning": st.booleans(),
    "is_copay_exempt": st.booleans(),
    "durable_equipment": st.none()
    | st.builds(
        DurableEquipment, code=made.CODE, days=made.QUANTITY, rent=made.MONEY, price=made.MONEY, period=st.just("4")
    ),
    "attachments": made.some(made.ATTACHMENT),
    "ambulance": st.none() | made.TRIP,
    "certification": st.none() | st.builds(DurableCertification, kind=st.just("R"), months=made.QUANTITY),
    "conditions": made.some(made.CONDITION),
    "dates": LINE_DATES,
    "ambulance_patients": made.MAYBE_QUANTITY,
    "anesthesia_units": made.MAYBE_QUANTITY,
    "measurements": made.some(made.MEASUREMENT),
    "contract": st.none() | made.CONTRACT,
    "clia": made.EMPTY | made.CODE,
    "references": made.references("G1", "9F", "EW", "BT"),
    "sales_tax": made.MAYBE_MONEY,
    "postage": made.MAYBE_MONEY,
    "file_information": made.some(made.text(80)),
    "notes": made.some(made.NOTE),
    "purchased_service": st.none() | st.builds(PurchasedService, provider_id=made.CODE, charge=made.MONEY),
    "repricing": st.none() | made.REPRICING,
    "drug": st.none() | made.DRUG,
    "rendering": made.MAYBE_PROVIDER,
    "purchased_from": st.none() | made.PROVIDER_NUMBER,
    "facility": st.none() | made.FACILITY,
    "supervising": made.MAYBE_PROVIDER,
    "ordering": st.none() | made.ORDERING,
    "referring": made.MAYBE_PROVIDER,
    "primary_care": made.MAYBE_PROVIDER,
    "pick_up": st.none() | made.ADDRESS,
    "drop_off": st.none() | made.DESTINATION,
    "forms": made.some(made.FORM),
}
DATES = st.builds(
    ClaimDates,
    **dict.fromkeys(
        [
            "onset",
            "initial_treatment",
            "last_seen",
            "acute_manifestation",
            "accident",
            "admission",
            "discharge",
            "last_menstrual_period",
            "last_xray",
            "prescription",
            "disability_from",
            "disability_through",
            "last_worked",
            "return_to_work",
            "care_assumed",
            "care_relinquished",
            "first_contact",
            "repricer_received",
        ],
        made.MAYBE_DAY,
    ),
    other=made.some(made.OTHER_DATE),
)


@st.composite
def claims(draw: st.DrawFn, *, rich: bool = False) -> ProfessionalClaim:
    lines = draw(made.some(st.builds(ServiceLine, **(RICH_LINE if rich else PLAIN_LINE)), least=1, most=3))
    plain = ProfessionalClaim(
        submitter=draw(made.PARTIES),
        receiver=made.RECEIVER,
        billing=draw(made.BILLING | made.PERSON_BILLING),
        subscriber=draw(made.SUBSCRIBER),
        patient=draw(st.none() | made.PATIENT),
        rendering=draw(made.MAYBE_PROVIDER),
        reference=draw(made.text(20)),
        intermediary_reference=draw(made.EMPTY | made.text(30)),
        total=Money.total([line.charge for line in lines]),
        place_of_service="11",
        frequency=draw(st.sampled_from("178")),
        payer_control_number=draw(made.text(20)),
        prior_authorization=draw(made.EMPTY | made.text(20)),
        medical_record=draw(made.EMPTY | made.text(20)),
        provider_signature=draw(st.booleans()),
        assignment=draw(st.sampled_from("ABC")),
        benefits_assigned=draw(st.sampled_from("YNW")),
        release=draw(st.sampled_from("YI")),
        diagnoses=draw(made.some(made.CODE, least=1, most=12)),
        lines=lines,
    )
    if not rich:
        return plain
    return replace(
        plain,
        other_coverages=draw(made.some(made.COVERAGE)),
        signature_source=draw(st.sampled_from(["", "P"])),
        related_causes=draw(made.some(st.sampled_from(["AA", "EM", "OA"]), most=3)),
        accident_state=draw(st.sampled_from(["", "IL"])),
        accident_country=draw(st.sampled_from(["", "CA"])),
        special_program=draw(st.sampled_from(["", "02"])),
        delay_reason=draw(st.sampled_from(["", "1"])),
        icd_version=draw(st.sampled_from([10, 9])),
        dates=draw(DATES),
        attachments=draw(made.some(made.ATTACHMENT)),
        contract=draw(st.none() | made.CONTRACT),
        patient_paid=draw(made.MAYBE_MONEY),
        referral=draw(made.EMPTY | made.text(20)),
        clia=draw(made.EMPTY | made.CODE),
        references=draw(made.references("4N", "EW", "9A", "P4")),
        file_information=draw(made.some(made.text(80))),
        notes=draw(made.some(made.NOTE)),
        ambulance=draw(st.none() | made.TRIP),
        spinal=draw(st.none() | made.SPINAL),
        conditions=draw(made.some(made.CONDITION)),
        anesthesia_procedures=draw(made.some(made.CODE)),
        condition_codes=draw(made.some(made.CODE, most=14)),
        repricing=draw(st.none() | made.REPRICING),
        referring=draw(made.MAYBE_PROVIDER),
        primary_care=draw(made.MAYBE_PROVIDER),
        facility=draw(st.none() | made.FACILITY),
        supervising=draw(made.MAYBE_PROVIDER),
        pick_up=draw(st.none() | made.ADDRESS),
        drop_off=draw(st.none() | made.DESTINATION),
    )


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(claims(rich=True))
def test_everything_a_claim_can_say_survives_building_and_reading(claim: ProfessionalClaim) -> None:
    data = build_837p([claim], made.ENVELOPE, unchecked=True)
    assert [claim] == read_837p(data)
    assert check_envelope(data) == []


@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
@given(claims(rich=True))
def test_other_separators_carry_the_same_claim(claim: ProfessionalClaim) -> None:
    marks = Delimiters(element="\x1d", component="\x1f", repetition="\x1e", segment="\x1c")
    data = build_837p([claim], replace(made.ENVELOPE, delimiters=marks), unchecked=True)
    assert [claim] == read_837p(data)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(st.lists(claims(), min_size=1, max_size=5))
def test_many_claims_survive_though_their_order_may_follow_the_billing_provider(
    several: list[ProfessionalClaim],
) -> None:
    found = read_837p(build_837p(several, made.ENVELOPE, unchecked=True))
    assert len(several) == len(found)
    for claim in several:
        found.remove(claim)
    assert found == []


@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
@given(claims(rich=True), st.randoms(use_true_random=False))
def test_a_damaged_claim_of_any_shape_is_read_or_refused_in_words(claim: ProfessionalClaim, random: Random) -> None:
    whole = build_837p([claim], made.ENVELOPE, unchecked=True)
    for _ in range(200):
        data = made.damaged(whole, random)
        try:
            read_837p(data)
        except ChartlineError as refused:
            assert refused.problem.code.startswith("x12.")


def test_transactions_and_files_are_split_by_size(claim: ProfessionalClaim) -> None:
    many = [replace(claim, reference=f"PCN{number}") for number in range(7)]
    data = build_837p(many, made.ENVELOPE, most_claims=3)
    assert (data.count(b"~ST*"), read_837p(data)) == (3, many)
    files = list(build_837p_files(iter(many), made.ENVELOPE, most_claims=2, claims_in_file=4))
    assert [read_837p(file) for file in files] == [many[:4], many[4:]]
    assert [file[90:99] for file in files] == [b"000000007", b"000000008"]
    assert all(check_envelope(file) == [] for file in files)


def test_a_file_a_stream_and_bytes_are_read_alike(claim: ProfessionalClaim, tmp_path: Path) -> None:
    data = build_837p([claim, replace(claim, reference="PCN8")], made.ENVELOPE)
    path = tmp_path / "claims.x12"
    path.write_bytes(data)
    expected = read_837p(data)
    assert expected == list(stream_837p(path)) == list(stream_837p(io.BytesIO(data)))
    assert [line.date for line in expected[1].lines] == [date(2026, 1, 5)]


def test_claims_come_before_the_file_is_read_to_its_end(claim: ProfessionalClaim) -> None:
    data = build_837p([replace(claim, reference=f"PCN{number}") for number in range(1500)], made.ENVELOPE)
    source = io.BytesIO(data)
    claims = stream_837p(source)
    assert next(claims).reference == "PCN0"
    assert source.tell() < len(data)
    cut = stream_837p(data[: len(data) * 3 // 4])
    assert next(cut).reference == "PCN0"
    with pytest.raises(ChartlineError) as caught:
        list(cut)
    assert caught.value.problem.code == "x12.truncated"
