from __future__ import annotations

from datetime import date
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.x12 import claim_strategies as made

from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.institutional_claim import (
    Diagnosis,
    InstitutionalClaim,
    Occurrence,
    OccurrenceSpan,
    Procedure,
    RevenueLine,
    ValueAmount,
    build_837i,
    build_837i_files,
    read_837i,
)
from chartline.formats.x12.professional_claim import read_837p
from chartline.formats.x12.tokenizer import read_segments
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace
DIAGNOSIS = st.builds(Diagnosis, made.CODE, st.sampled_from(["", "Y", "N", "U", "W"]))
PROCEDURE = st.builds(Procedure, made.CODE, made.DAY)
DATED = st.none() | made.DAY
SERVICE = st.fixed_dictionaries(
    {
        "code": made.CODE,
        "qualifier": st.sampled_from(["HC", "HP"]),
        "modifiers": made.some(made.CODE, most=4),
        "description": made.EMPTY | made.text(20),
        "date": made.DAY,
        "through": made.MAYBE_DAY,
    }
) | st.fixed_dictionaries({"date": made.MAYBE_DAY})


@st.composite
def lines(draw: st.DrawFn) -> RevenueLine:
    line = RevenueLine(
        revenue_code=draw(made.CODE),
        charge=draw(made.MONEY),
        units=draw(made.QUANTITY),
        unit=draw(st.sampled_from(["UN", "DA"])),
        control=draw(made.EMPTY | made.text(12)),
        not_covered=draw(made.MAYBE_MONEY),
        adjudications=draw(made.some(made.ADJUDICATION)),
        attachments=draw(made.some(made.ATTACHMENT)),
        references=draw(made.references("9B", "9D")),
        service_tax=draw(made.MAYBE_MONEY),
        facility_tax=draw(made.MAYBE_MONEY),
        notes=draw(made.some(made.NOTE)),
        repricing=draw(st.none() | made.REPRICING),
        drug=draw(st.none() | made.DRUG),
        operating=draw(made.MAYBE_PROVIDER),
        other_operating=draw(made.MAYBE_PROVIDER),
        rendering=draw(made.MAYBE_PROVIDER),
        referring=draw(made.MAYBE_PROVIDER),
    )
    return replace(line, **draw(SERVICE))


@st.composite
def claims(draw: st.DrawFn) -> InstitutionalClaim:
    charged = draw(made.some(lines(), least=1, most=3))
    admission = draw(made.MAYBE_DAY)
    return InstitutionalClaim(
        submitter=draw(made.PARTIES),
        receiver=made.RECEIVER,
        billing=draw(made.BILLING),
        subscriber=draw(made.SUBSCRIBER),
        reference=draw(made.text(20)),
        total=Money.total([line.charge for line in charged]),
        facility_code=draw(st.sampled_from(["11", "13"])),
        statement_from=draw(made.DAY),
        statement_through=draw(made.DAY),
        patient_status="01",
        principal=draw(DIAGNOSIS),
        lines=charged,
        patient=draw(st.none() | made.PATIENT),
        attending=draw(made.MAYBE_PROVIDER),
        frequency=draw(st.sampled_from("12378")),
        intermediary_reference=draw(made.EMPTY | made.text(20)),
        payer_control_number=draw(made.text(20)),
        prior_authorization=draw(made.EMPTY | made.text(20)),
        medical_record=draw(made.EMPTY | made.text(20)),
        assignment=draw(st.sampled_from("ABC")),
        benefits_assigned=draw(st.sampled_from("YNW")),
        release=draw(st.sampled_from("YI")),
        diagnoses=draw(made.some(DIAGNOSIS, most=14)),
        admission_type=draw(st.sampled_from(["", "1"])),
        admission_source=draw(st.sampled_from(["", "7"])),
        other_coverages=draw(made.some(made.COVERAGE)),
        delay_reason=draw(st.sampled_from(["", "1"])),
        icd_version=draw(st.sampled_from([10, 9])),
        admission=admission,
        admission_time=draw(made.EMPTY | made.TIME) if admission else "",
        discharge_time=draw(made.EMPTY | made.TIME),
        repricer_received=draw(made.MAYBE_DAY),
        attachments=draw(made.some(made.ATTACHMENT)),
        contract=draw(st.none() | made.CONTRACT),
        patient_due=draw(made.MAYBE_MONEY),
        referral=draw(made.EMPTY | made.text(20)),
        accident_state=draw(st.sampled_from(["", "IL"])),
        references=draw(made.references("4N", "9A", "LX", "G4")),
        file_information=draw(made.some(made.text(80))),
        notes=draw(made.some(made.NOTE)),
        conditions=draw(made.some(made.CONDITION)),
        admitting=draw(made.EMPTY | made.CODE),
        reasons_for_visit=draw(made.some(made.CODE, most=3)),
        external_causes=draw(made.some(DIAGNOSIS, most=3)),
        drg=draw(st.sampled_from(["", "470"])),
        principal_procedure=draw(st.none() | PROCEDURE),
        procedures=draw(made.some(PROCEDURE)),
        occurrence_spans=draw(made.some(st.builds(OccurrenceSpan, made.CODE, made.DAY, made.DAY))),
        occurrences=draw(made.some(st.builds(Occurrence, made.CODE, made.DAY))),
        values=draw(made.some(st.builds(ValueAmount, made.CODE, made.QUANTITY))),
        condition_codes=draw(made.some(made.CODE, most=14)),
        treatment_codes=draw(made.some(made.CODE)),
        repricing=draw(st.none() | made.REPRICING),
        operating=draw(made.MAYBE_PROVIDER),
        other_operating=draw(made.MAYBE_PROVIDER),
        rendering=draw(made.MAYBE_PROVIDER),
        facility=draw(st.none() | made.FACILITY),
        referring=draw(made.MAYBE_PROVIDER),
    )


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(claims())
def test_everything_a_claim_can_say_survives_building_and_reading(claim: InstitutionalClaim) -> None:
    data = build_837i([claim], made.ENVELOPE, unchecked=True)
    assert [claim] == read_837i(data)
    assert check_envelope(data) == []


@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
@given(claims(), st.randoms(use_true_random=False))
def test_a_damaged_claim_of_any_shape_is_read_or_refused_in_words(claim: InstitutionalClaim, random: Random) -> None:
    whole = build_837i([claim], made.ENVELOPE, unchecked=True)
    for _ in range(200):
        data = made.damaged(whole, random)
        try:
            read_837i(data)
        except ChartlineError as refused:
            assert refused.problem.code.startswith("x12.")


def segments(data: bytes, *names: str) -> list[str]:
    return ["*".join([s.id, *s.elements]) for s in read_segments(data) if s.id in names]


def test_an_inpatient_stay_is_written_as_hospitals_write_it(stay: InstitutionalClaim) -> None:
    data = build_837i([stay], made.ENVELOPE)
    assert stay.bill_type == "0111"
    assert segments(data, "CLM", "CL1") == ["CLM*PCN7*1500.5***11:A:1**A*Y*Y", "CL1*1*7*01"]
    assert segments(data, "DTP") == [
        "DTP*096*TM*1130",
        "DTP*434*RD8*20260105-20260107",
        "DTP*435*DT*202601050830",
        "DTP*472*D8*20260105",
    ]
    assert segments(data, "HI") == [
        "HI*ABK:I214:::::::Y",
        "HI*ABJ:R079",
        "HI*DR:280",
        "HI*ABF:E119:::::::N*ABF:I10",
        "HI*BBR:4A023N7:D8:20260106",
        "HI*BH:11:D8:20260104",
        "HI*BE:80:::2",
        "HI*BG:C1",
    ]
    assert not check(data).problems
    assert segments(data, "SV2") == ["SV2*0120**1000.5*DA*2", "SV2*0450*HC:99285*500*UN*1"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": Money(1)}, "x12.claim_total"),
        ({"frequency": "7"}, "x12.missing"),
        ({"principal": Diagnosis("")}, "x12.missing"),
        ({"patient_status": ""}, "x12.missing"),
        ({"admission": None}, "x12.contradiction"),
        ({"discharge_time": "11:30"}, "x12.contradiction"),
        ({"diagnoses": (Diagnosis("I10"),) * 25}, "x12.too_many"),
        ({"lines": ()}, "x12.missing"),
    ],
)
def test_a_claim_that_cannot_be_sent_is_refused(change: dict[str, object], code: str, stay: InstitutionalClaim) -> None:
    with pytest.raises(ChartlineError) as caught:
        build_837i([replace(stay, **change)], made.ENVELOPE)
    assert code == caught.value.problem.code


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"DTP*434*RD8*20260105-20260107~", b"", "x12.incomplete"),
        (b"SV2*0120**1000.5*DA*2~", b"", "x12.incomplete"),
        (b"SV2*0120**1000.5", b"SV2*0120**1000.5O", "x12.bad_amount"),
        (b"BH:11:D8:20260104", b"BH:11:D8:20260231", "x12.bad_date"),
        (b"BE:80:::2", b"BE:80:::X", "x12.bad_quantity"),
        (b"005010X223A2", b"005010X222A1", "x12.no_transaction"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(
    before: bytes, after: bytes, code: str, stay: InstitutionalClaim
) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_837i(build_837i([stay], made.ENVELOPE).replace(before, after))
    assert code == caught.value.problem.code


def test_the_kinds_of_claims_are_told_apart_by_their_guide(stay: InstitutionalClaim) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_837p(build_837i([stay], made.ENVELOPE))
    assert caught.value.problem.code == "x12.no_transaction"


def test_files_are_split_by_size(stay: InstitutionalClaim) -> None:
    many = [replace(stay, reference=f"PCN{number}", statement_from=date(2026, 1, 5)) for number in range(3)]
    files = list(build_837i_files(many, made.ENVELOPE, claims_in_file=2))
    assert [read_837i(file) for file in files] == [many[:2], many[2:]]
