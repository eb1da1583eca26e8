from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.x12 import claim_strategies as made

from chartline.formats.x12.check import check
from chartline.formats.x12.dental_claim import (
    DentalClaim,
    DentalDates,
    DentalLine,
    DentalLineDates,
    Orthodontics,
    Tooth,
    ToothStatus,
    build_837d,
    build_837d_files,
    read_837d,
)
from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.tokenizer import read_segments
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace
TOOTH = st.builds(Tooth, st.integers(1, 32).map(str), made.some(st.sampled_from(["M", "O", "D", "B", "L"]), most=5))
LINE_DATES = st.builds(
    DentalLineDates,
    **dict.fromkeys(
        [
            "earlier_placement",
            "earlier_placement_estimated",
            "appliance_placed",
            "appliance_replaced",
            "treatment_began",
            "treatment_completed",
        ],
        made.MAYBE_DAY,
    ),
    other=made.some(made.OTHER_DATE),
)
LINE = {
    "code": made.CODE,
    "charge": made.MONEY,
    "modifiers": made.some(made.CODE, most=4),
    "teeth": made.some(TOOTH, most=3),
    "areas": made.some(st.sampled_from(["00", "10", "20"]), most=5),
    "units": made.QUANTITY,
    "place_of_service": st.sampled_from(["", "22"]),
    "prosthesis": st.sampled_from(["", "I", "R"]),
    "control": made.EMPTY | made.text(12),
    "adjudications": made.some(made.ADJUDICATION),
    "description": made.EMPTY | made.text(20),
    "dates": LINE_DATES,
    "contract": st.none() | made.CONTRACT,
    "references": made.references("G3", "G1", "9F"),
    "sales_tax": made.MAYBE_MONEY,
    "file_information": made.some(made.text(80)),
    "repricing": st.none() | made.REPRICING,
    "rendering": made.MAYBE_PROVIDER,
    "assistant": made.MAYBE_PROVIDER,
    "supervising": made.MAYBE_PROVIDER,
    "facility": st.none() | made.FACILITY,
}
ORTHODONTICS = st.builds(
    Orthodontics,
    months=made.QUANTITY,
    months_left=made.MAYBE_QUANTITY,
    is_treatment=st.booleans(),
    description=made.EMPTY | made.text(20),
)


@st.composite
def claims(draw: st.DrawFn) -> DentalClaim:
    is_predetermination = draw(st.booleans())
    days = {} if is_predetermination else {"date": made.DAY, "through": made.MAYBE_DAY}
    diagnoses = draw(made.some(made.CODE, most=4))
    pointers = made.some(st.integers(1, len(diagnoses)), most=4) if diagnoses else st.just(())
    lines = draw(made.some(st.builds(DentalLine, **LINE, **days, pointers=pointers), least=1, most=3))
    service = None if is_predetermination else draw(made.MAYBE_DAY)
    return DentalClaim(
        submitter=draw(made.PARTIES),
        receiver=made.RECEIVER,
        billing=draw(made.BILLING | made.PERSON_BILLING),
        subscriber=draw(made.SUBSCRIBER),
        reference=draw(made.text(20)),
        total=Money.total([line.charge for line in lines]),
        place_of_service="11",
        lines=lines,
        patient=draw(st.none() | made.PATIENT),
        rendering=draw(made.MAYBE_PROVIDER),
        frequency=draw(st.sampled_from("178")),
        diagnoses=diagnoses,
        provider_signature=draw(st.booleans()),
        assignment=draw(st.sampled_from(["", "A", "P"])),
        benefits_assigned=draw(st.sampled_from("YNW")),
        release=draw(st.sampled_from("YI")),
        other_coverages=draw(made.some(made.COVERAGE)),
        intermediary_reference=draw(made.EMPTY | made.text(20)),
        payer_control_number=draw(made.text(20)),
        prior_authorization=draw(made.EMPTY | made.text(20)),
        predetermination=draw(made.EMPTY | made.text(20)),
        referral=draw(made.EMPTY | made.text(20)),
        references=draw(made.references("4N", "9A")),
        related_causes=draw(made.some(st.sampled_from(["AA", "EM", "OA"]), most=3)),
        accident_state=draw(st.sampled_from(["", "IL"])),
        accident_country=draw(st.sampled_from(["", "CA"])),
        special_program=draw(st.sampled_from(["", "02"])),
        is_predetermination=is_predetermination,
        delay_reason=draw(st.sampled_from(["", "1"])),
        icd_version=draw(st.sampled_from([10, 9])) if diagnoses else 10,
        dates=DentalDates(
            accident=draw(made.MAYBE_DAY),
            appliance_placed=draw(made.MAYBE_DAY),
            service=service,
            service_through=draw(made.MAYBE_DAY) if service else None,
            repricer_received=draw(made.MAYBE_DAY),
            other=draw(made.some(made.OTHER_DATE)),
        ),
        orthodontics=draw(st.none() | ORTHODONTICS),
        tooth_statuses=draw(made.some(st.builds(ToothStatus, st.just("3"), st.sampled_from("EMI")))),
        attachments=draw(made.some(made.ATTACHMENT)),
        contract=draw(st.none() | made.CONTRACT),
        patient_paid=draw(made.MAYBE_MONEY),
        file_information=draw(made.some(made.text(80))),
        notes=draw(made.some(made.NOTE)),
        repricing=draw(st.none() | made.REPRICING),
        referring=draw(made.MAYBE_PROVIDER),
        primary_care=draw(made.MAYBE_PROVIDER),
        facility=draw(st.none() | made.FACILITY),
        assistant=draw(made.MAYBE_PROVIDER),
        supervising=draw(made.MAYBE_PROVIDER),
    )


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(claims())
def test_everything_a_claim_can_say_survives_building_and_reading(claim: DentalClaim) -> None:
    data = build_837d([claim], made.ENVELOPE, unchecked=True)
    assert [claim] == read_837d(data)
    assert check_envelope(data) == []


@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
@given(claims(), st.randoms(use_true_random=False))
def test_a_damaged_claim_of_any_shape_is_read_or_refused_in_words(claim: DentalClaim, random: Random) -> None:
    whole = build_837d([claim], made.ENVELOPE, unchecked=True)
    for _ in range(200):
        data = made.damaged(whole, random)
        try:
            read_837d(data)
        except ChartlineError as refused:
            assert refused.problem.code.startswith("x12.")


def segments(data: bytes, *names: str) -> list[str]:
    return ["*".join([s.id, *s.elements]) for s in read_segments(data) if s.id in names]


def test_teeth_surfaces_and_areas_are_written_as_dentists_write_them(visit: DentalClaim) -> None:
    data = build_837d([visit], made.ENVELOPE)
    assert segments(data, "DN2", "SV3", "TOO") == [
        "DN2*16*M****JP",
        "SV3*AD:D2392*200****1",
        "TOO*JP*14*M:O",
        "SV3*AD:D2740*1150***R*1",
        "TOO*JP*3",
        "SV3*AD:D4341*100**10:40**1",
    ]
    assert "DTP*441*D8*20160301" in segments(data, "DTP")
    assert not check(data).problems


def test_orthodontics_and_a_predetermination_have_no_days_of_service(visit: DentalClaim) -> None:
    asked = replace(
        visit,
        is_predetermination=True,
        orthodontics=Orthodontics(months=Decimal(24), months_left=Decimal(18), is_treatment=True),
        lines=(DentalLine("D8080", Money(145000)),),
    )
    data = build_837d([asked], made.ENVELOPE)
    assert segments(data, "CLM", "DN1") == ["CLM*PCN7*1450***11:B:1*Y*A*Y*Y**********PB", "DN1*24*18*Y"]
    assert [asked] == read_837d(data)
    with pytest.raises(ChartlineError) as caught:
        build_837d([replace(asked, dates=DentalDates(service=date(2026, 1, 5)))], made.ENVELOPE)
    assert caught.value.problem.code == "x12.contradiction"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": Money(1)}, "x12.claim_total"),
        ({"frequency": "8"}, "x12.missing"),
        ({"lines": ()}, "x12.missing"),
        ({"lines": (DentalLine("D0120", Money(145000), pointers=(1,)),)}, "x12.bad_pointer"),
        ({"diagnoses": ("K0262",) * 5}, "x12.too_many"),
        ({"lines": (DentalLine("D0120", Money(145000), through=date(2026, 1, 5)),)}, "x12.contradiction"),
    ],
)
def test_a_claim_that_cannot_be_sent_is_refused(change: dict[str, object], code: str, visit: DentalClaim) -> None:
    with pytest.raises(ChartlineError) as caught:
        build_837d([replace(visit, **change)], made.ENVELOPE)
    assert code == caught.value.problem.code


@pytest.mark.parametrize(
    ("before", "after", "code", "element"),
    [
        (b"SV3*AD:D2392*200*", b"SV3*AD:D2392*2OO*", "x12.bad_amount", "SV302"),
        (b"SV3*AD:D2392*200****1~", b"SV3*AD:D2392*200****X~", "x12.bad_quantity", "SV306"),
        (b"DTP*441*D8*20160301", b"DTP*441*D8*20160231", "x12.bad_date", "DTP03"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(
    before: bytes, after: bytes, code: str, element: str, visit: DentalClaim
) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_837d(build_837d([visit], made.ENVELOPE).replace(before, after))
    assert (code, element) == (caught.value.problem.code, caught.value.problem.fields["element"])


def test_files_are_split_by_size(visit: DentalClaim) -> None:
    many = [replace(visit, reference=f"PCN{number}") for number in range(3)]
    files = list(build_837d_files(many, made.ENVELOPE, claims_in_file=2))
    assert [read_837d(file) for file in files] == [many[:2], many[2:]]
