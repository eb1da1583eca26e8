from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.formats.x12.inquiry_examples import AUTHORIZATION_ANSWER, AUTHORIZATION_REQUEST, EVENT, THERAPY, TIM
from tests.formats.x12.inquiry_strategies import ENVELOPE

from chartline.formats.x12.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Condition,
    Decision,
    FacilityService,
    Rejection,
    Review,
    build_278_answer,
    build_278_request,
    read_278_answer,
    read_278_request,
)
from chartline.formats.x12.check import check
from chartline.kernel.errors import ChartlineError

UNREACHED = AuthorizationAnswer(
    reference="REF3",
    reviewer=AUTHORIZATION_ANSWER.reviewer,
    rejections=(Rejection(level="source", reason="42", follow_up="R", is_request_valid=True),),
    kind="",
)


def body(data: bytes) -> list[str]:
    segments = data.decode().split("~")
    return [one for one in segments if one[:3] not in ("ISA", "GS*", "GE*", "IEA", "")]


def test_a_request_word_for_word() -> None:
    data = build_278_request([replace(AUTHORIZATION_REQUEST, dependent=TIM)], ENVELOPE)
    assert body(data) == [
        "ST*278*0001*005010X217",
        "BHT*0007*13*REF3*20260106*1405",
        "HL*1**20*1",
        "NM1*X3*2*EXAMPLE PAYER*****PI*00123",
        "HL*2*1*21*1",
        "NM1*1P*2*EXAMPLE FAMILY PRACTICE*****XX*1999999984",
        "HL*3*2*22*1",
        "NM1*IL*1*SAMPLE*LENA****MI*W000001",
        "N3*1 EXAMPLE WAY",
        "N4*SPRINGFIELD*IL*62701",
        "DMG*D8*19881102*F",
        "HL*4*3*23*1",
        "NM1*QC*1*SAMPLE*TIM",
        "DMG*D8*20180304*M",
        "INS*N*19",
        "HL*5*4*EV*1",
        "TRN*1*ASK3*9CHARTLINE",
        "UM*HS*I*AE*11:B*****Y",
        "DTP*AAH*RD8*20260201-20260430",
        "HI*ABK:M545",
        "HSD*VS*2*WK**35*6",
        "MSG*SEE THE ATTACHED PLAN OF CARE",
        "NM1*SJ*1*EXAMPLE*AMOS****XX*1999999992",
        "HL*6*5*SS*0",
        "DTP*472*RD8*20260201-20260430",
        "SV1*HC:97110:GP**UN*12***1",
        "SE*27*0001",
    ]


def test_request_and_answer_survive_and_nothing_is_wrong_with_them() -> None:
    asked, said = [AUTHORIZATION_REQUEST], [AUTHORIZATION_ANSWER, UNREACHED, UNREACHED]
    assert read_278_request(build_278_request(asked, ENVELOPE)) == asked
    assert read_278_answer(build_278_answer(said, ENVELOPE)) == said
    assert check(build_278_request(asked, ENVELOPE)).is_clean
    assert check(build_278_answer(said, ENVELOPE)).is_clean


def test_one_file_may_hold_both_and_each_reader_takes_its_own() -> None:
    request, answer = build_278_request([AUTHORIZATION_REQUEST], ENVELOPE), build_278_answer([UNREACHED], ENVELOPE)
    assert read_278_request(request + answer) == [AUTHORIZATION_REQUEST]
    assert read_278_answer(request + answer) == [UNREACHED]
    with pytest.raises(ChartlineError) as raised:
        read_278_answer(request)
    assert raised.value.problem.code == "x12.no_transaction"


def test_what_the_answer_tells_at_a_glance() -> None:
    assert AUTHORIZATION_ANSWER.number == "AUTH77"
    assert [one.action for one in AUTHORIZATION_ANSWER.decisions] == ["A6", "A1"]
    assert all(one.is_certified and not one.is_pending for one in AUTHORIZATION_ANSWER.decisions)
    assert Decision(action="A4").is_pending
    assert not Decision(action="A3").is_certified
    assert AUTHORIZATION_ANSWER.events[0].validity.last_day == date(2026, 3, 31)
    assert [one.reason for one in UNREACHED.all_rejections] == ["42"]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (replace(AUTHORIZATION_REQUEST, reference=""), "x12.missing", "reference"),
        (replace(AUTHORIZATION_REQUEST, event=replace(EVENT, review=Review(category=""))), "x12.missing", "category"),
        (
            replace(AUTHORIZATION_REQUEST, event=replace(EVENT, conditions=(Condition("07", True, ()),))),
            "x12.missing",
            "condition.codes",
        ),
        (
            replace(AUTHORIZATION_REQUEST, services=(replace(THERAPY, item=FacilityService()),)),
            "x12.missing",
            "revenue_code",
        ),
        (
            replace(AUTHORIZATION_REQUEST, event=replace(EVENT, providers=EVENT.providers * 15)),
            "x12.too_many",
            "providers",
        ),
        (
            replace(AUTHORIZATION_REQUEST, subscriber=replace(AUTHORIZATION_REQUEST.subscriber, birth_order=1)),
            "x12.no_place",
            "birth_order",
        ),
        (replace(AUTHORIZATION_REQUEST, event=replace(EVENT, message="X" * 265)), "x12.too_long", "MSG01"),
    ],
)
def test_a_request_that_cannot_be_sent_is_refused_by_name(wrong: AuthorizationRequest, code: str, field: str) -> None:
    with pytest.raises(ChartlineError) as raised:
        build_278_request([wrong], ENVELOPE)
    assert (raised.value.problem.code, raised.value.problem.fields["field"]) == (code, field)


def test_refusals_must_point_at_something_that_is_there() -> None:
    [event] = AUTHORIZATION_ANSWER.events
    for rejection in (
        Rejection(level="provider", reason="43", number=2),
        Rejection(level="provider", reason="43"),
        Rejection(level="dependent", reason="67"),
        Rejection(level="event", reason="33", number=1),
    ):
        wrong = replace(AUTHORIZATION_ANSWER, events=(replace(event, rejections=(rejection,)),))
        with pytest.raises(ChartlineError) as raised:
            build_278_answer([wrong], ENVELOPE)
        assert raised.value.problem.code == "x12.no_place"
    right = replace(event, rejections=(Rejection(level="provider", reason="43", number=1),))
    answer = replace(AUTHORIZATION_ANSWER, events=(right,))
    assert read_278_answer(build_278_answer([answer], ENVELOPE)) == [answer]


def test_a_time_of_admission_must_exist() -> None:
    data = build_278_request([AUTHORIZATION_REQUEST], ENVELOPE)
    timed = data.replace(b"DTP*AAH*RD8*20260201-20260430", b"DTP*435*DT*202602012360")
    with pytest.raises(ChartlineError) as raised:
        read_278_request(timed)
    assert raised.value.problem.code == "x12.bad_date"
    assert raised.value.problem.fields["element"] == "DTP03"
