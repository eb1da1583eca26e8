from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.formats.x12.inquiry_examples import ELIGIBILITY_ANSWER, ELIGIBILITY_REQUEST, LENA, PAYER, PRACTICE, TIM
from tests.formats.x12.inquiry_strategies import ENVELOPE

from chartline.formats.x12.check import check
from chartline.formats.x12.eligibility import (
    Benefit,
    BenefitQuestion,
    Contact,
    EligibilityRequest,
    Person,
    QualifiedDate,
    Reference,
    Rejection,
    Trace,
    build_270,
    build_271,
    read_270,
    read_271,
)
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError


def body(data: bytes) -> list[str]:
    segments = data.decode().split("~")
    return [one for one in segments if one[:3] not in ("ISA", "GS*", "GE*", "IEA", "")]


def test_a_question_word_for_word() -> None:
    assert body(build_270([ELIGIBILITY_REQUEST], ENVELOPE)) == [
        "ST*270*0001*005010X279A1",
        "BHT*0022*13*REF1*20260106*1405",
        "HL*1**20*1",
        "NM1*PR*2*EXAMPLE PAYER*****PI*00123",
        "HL*2*1*21*1",
        "NM1*1P*2*EXAMPLE FAMILY PRACTICE*****XX*1999999984",
        "HL*3*2*22*0",
        "TRN*1*ASK1*9CHARTLINE",
        "NM1*IL*1*SAMPLE*LENA****MI*W000001",
        "N3*1 EXAMPLE WAY",
        "N4*SPRINGFIELD*IL*62701",
        "DMG*D8*19881102*F",
        "EQ*30",
        "EQ**HC:99213:25",
        "III*ZZ*11",
        "SE*16*0001",
    ]


def test_levels_are_shared_by_neighbours_and_numbered_through() -> None:
    other = replace(PRACTICE, id="1999999992")
    child = replace(ELIGIBILITY_REQUEST, dependent=TIM)
    several = [ELIGIBILITY_REQUEST, child, replace(child, provider=other), ELIGIBILITY_REQUEST]
    data = build_270(several, ENVELOPE)
    assert [one for one in body(data) if one.startswith("HL")] == [
        "HL*1**20*1",
        "HL*2*1*21*1",
        "HL*3*2*22*0",
        "HL*4*2*22*1",
        "HL*5*4*23*0",
        "HL*6*1*21*1",
        "HL*7*6*22*1",
        "HL*8*7*23*0",
        "HL*9*1*21*1",
        "HL*10*9*22*0",
    ]
    assert read_270(data) == several


def test_another_reference_is_another_transaction_and_so_is_the_hundredth_patient() -> None:
    several = [replace(ELIGIBILITY_REQUEST, reference="OTHER"), *[ELIGIBILITY_REQUEST] * 100]
    data = build_270(several, ENVELOPE)
    assert data.count(b"ST*270") == 3
    assert read_270(data) == several


def test_what_the_answer_tells_at_a_glance() -> None:
    [answer] = read_271(build_271([ELIGIBILITY_ANSWER], ENVELOPE))
    assert answer == ELIGIBILITY_ANSWER
    assert answer.group is not None
    assert (answer.group.value, answer.group.description) == ("G77", "EXAMPLE GROUP")
    assert answer.plan_days == (date(2026, 1, 1), date(2026, 12, 31))
    assert answer.trace("9CHARTLINE") == "ASK1"
    assert [party.name for party in answer.parties("P3")] == ["EXAMPLE"]
    assert answer.parties("P3")[0].contacts[0].number("TE") == "5550100100"
    assert check(build_271([ELIGIBILITY_ANSWER], ENVELOPE)).is_clean


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ((QualifiedDate("291", date(2026, 1, 1), date(2026, 6, 30)),), (date(2026, 1, 1), date(2026, 6, 30))),
        ((QualifiedDate("346", date(2026, 1, 1)),), (date(2026, 1, 1), None)),
        ((QualifiedDate("347", date(2026, 1, 1)),), (None, date(2026, 1, 1))),
        ((QualifiedDate("102", date(2026, 1, 1)),), (None, None)),
    ],
)
def test_the_days_of_the_plan_are_found_however_they_are_sent(
    dates: tuple[QualifiedDate, ...], expected: tuple[date | None, date | None]
) -> None:
    answer = replace(ELIGIBILITY_ANSWER, subscriber=replace(LENA, dates=dates))
    assert answer.plan_days == expected


def test_a_payer_that_is_down_answers_without_patient() -> None:
    down = Rejection(level="source", reason="42", follow_up="R", is_request_valid=True)
    answer = replace(ELIGIBILITY_ANSWER, provider=None, subscriber=None, benefits=(), traces=(), rejections=(down,))
    data = build_271([answer, answer], ENVELOPE)
    assert body(data)[2:5] == ["HL*1**20*0", "AAA*Y**42*R", "NM1*PR*2*EXAMPLE PAYER*****PI*00123"]
    assert read_271(data) == [answer, answer]


def test_a_subscriber_with_benefits_and_dependents_gives_an_answer_for_each() -> None:
    family = build_271([ELIGIBILITY_ANSWER, replace(ELIGIBILITY_ANSWER, dependent=TIM)], ENVELOPE).decode()
    # The dependent under the first subscriber, as some payers send it.
    begin, end = family.index("HL*4*2*22*1"), family.index("HL*5*4*23*0")
    joined = family[:begin] + family[end:].replace("HL*5*4", "HL*4*3")
    assert [one.patient.name.first for one in read_271(joined.encode()) if one.patient] == ["LENA", "TIM"]


def test_a_file_without_its_guide_is_read_as_the_one_we_know() -> None:
    data = build_270([ELIGIBILITY_REQUEST], ENVELOPE)
    assert read_270(data.replace(b"*005010X279A1", b"*005010X999")) == [ELIGIBILITY_REQUEST]


ODD_ANSWER = replace(
    ELIGIBILITY_ANSWER,
    traces=ELIGIBILITY_ANSWER.traces[:1],
    benefits=(
        Benefit(
            information="1",
            service_types=("30",),
            references=(Reference("18", "P1"),),
            dates=(QualifiedDate("348", date(2026, 1, 6)),),
            messages=("CALL FIRST",),
            parties=ELIGIBILITY_ANSWER.parties("P3"),
        ),
    )
    * 2,
)


@pytest.mark.parametrize(
    ("right", "odd"),
    [
        (b"LS*2120~", b""),
        (b"LE*2120~", b""),
        (b"DTP*348*D8*20260106~MSG*CALL FIRST~", b"MSG*CALL FIRST~DTP*348*D8*20260106~"),
        (b"REF*18*P1~DTP*348*D8*20260106~", b"DTP*348*D8*20260106~REF*18*P1~"),
        (
            b"TRN*2*ASK1*9CHARTLINE~NM1*IL*1*SAMPLE*LENA****MI*W000001~",
            b"NM1*IL*1*SAMPLE*LENA****MI*W000001~TRN*2*ASK1*9CHARTLINE~",
        ),
        (b"ST*271*0001*005010X279A1~", b"ST*271*0001~"),
    ],
    ids=["no LS", "no LE", "MSG before DTP", "DTP before REF", "TRN after NM1", "no ST03"],
)
def test_answers_as_payers_really_send_them_say_the_same(right: bytes, odd: bytes) -> None:
    data = build_271([ODD_ANSWER], ENVELOPE)
    assert right in data
    assert read_271(data.replace(right, odd)) == [ODD_ANSWER]


REFUSED: list[tuple[EligibilityRequest, str, str]] = [
    (replace(ELIGIBILITY_REQUEST, questions=()), "x12.missing", "questions"),
    (replace(ELIGIBILITY_REQUEST, questions=(BenefitQuestion(),)), "x12.missing", "service_types"),
    (replace(ELIGIBILITY_REQUEST, payer=replace(PAYER, contacts=(Contact("DESK"),))), "x12.no_place", "contacts"),
    (replace(ELIGIBILITY_REQUEST, subscriber=replace(LENA, relationship="18")), "x12.no_place", "relationship"),
    (replace(ELIGIBILITY_REQUEST, dependent=replace(TIM, member_id="W2")), "x12.no_place", "member_id"),
    (
        replace(ELIGIBILITY_REQUEST, dependent=replace(TIM, relationship="", birth_order=1)),
        "x12.missing",
        "relationship",
    ),
    (replace(ELIGIBILITY_REQUEST, subscriber=Person(name=PersonName(last="X" * 61))), "x12.too_long", "NM103"),
    (replace(ELIGIBILITY_REQUEST, payer=replace(PAYER, id="1")), "x12.too_short", "NM109"),
    (replace(ELIGIBILITY_REQUEST, traces=(Trace("1", "SHORT"),)), "x12.too_short", "TRN03"),
    (replace(ELIGIBILITY_REQUEST, traces=(Trace("1", "9CHARTLINE"),) * 3), "x12.too_many", "traces"),
]


@pytest.mark.parametrize(("request_", "code", "field"), REFUSED, ids=[f"{code} {field}" for _, code, field in REFUSED])
def test_what_cannot_be_sent_is_refused_by_name(request_: EligibilityRequest, code: str, field: str) -> None:
    with pytest.raises(ChartlineError) as raised:
        build_270([request_], ENVELOPE)
    assert raised.value.problem.code == code
    assert raised.value.problem.fields["field"] == field
    assert "XXX" not in str(raised.value.problem.fields)


def test_an_answer_below_a_level_that_is_not_there_is_refused() -> None:
    for wrong, field in (
        (replace(ELIGIBILITY_ANSWER, provider=None), "provider"),
        (replace(ELIGIBILITY_ANSWER, subscriber=None), "subscriber"),
        (replace(ELIGIBILITY_ANSWER, rejections=(Rejection(level="dependent", reason="67"),)), "rejections"),
        (replace(ELIGIBILITY_ANSWER, rejections=(Rejection(level="payer", reason="42", number=1),)), "rejections"),
        (replace(ELIGIBILITY_ANSWER, benefits=(Benefit(information=""),)), "information"),
    ):
        with pytest.raises(ChartlineError) as raised:
            build_271([wrong], ENVELOPE)
        assert raised.value.problem.fields["field"] == field


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (b"DTP*346*D8*20260101", b"DTP*346*D8*20260231", "x12.bad_date"),
        (b"*23*1500*", b"*23*1500O*", "x12.bad_amount"),
        (b"DMG*D8*19881102", b"DMG*D8*1988", "x12.bad_date"),
        (b"HSD*VS*20", b"HSD*VS*MANY", "x12.bad_quantity"),
    ],
)
def test_amounts_quantities_and_dates_must_be_right(right: bytes, wrong: bytes, code: str) -> None:
    data = build_271([ELIGIBILITY_ANSWER], ENVELOPE)
    assert right in data
    with pytest.raises(ChartlineError) as raised:
        read_271(data.replace(right, wrong, 1))
    assert raised.value.problem.code == code


def test_an_answer_never_shows_the_patient() -> None:
    assert "SAMPLE" not in repr(ELIGIBILITY_ANSWER)
    assert "W000001" not in repr([ELIGIBILITY_REQUEST])
