from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.formats.x12.inquiry_examples import MEMBER, PAYER, PRACTICE, STATUS_ANSWER, STATUS_REQUEST
from tests.formats.x12.inquiry_strategies import ENVELOPE

from chartline.formats.x12.check import check
from chartline.formats.x12.claim_status import (
    Contact,
    Status,
    StatusAnswer,
    StatusCode,
    StatusRequest,
    build_276,
    build_277,
    read_276,
    read_277,
)
from chartline.formats.x12.inquiry_parts.values import Specialty
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

OWN = replace(STATUS_REQUEST, dependent=None, subscriber=replace(MEMBER, born=date(1988, 11, 2), sex="F"))
REFUSED_FILE = StatusAnswer(
    reference="REF2",
    payer=PAYER,
    requester=STATUS_ANSWER.requester,
    trace="0",
    statuses=(Status(codes=(StatusCode("E0", "24", "41"),), since=date(2026, 1, 7)),),
)


def body(data: bytes) -> list[str]:
    segments = data.decode().split("~")
    return [one for one in segments if one[:3] not in ("ISA", "GS*", "GE*", "IEA", "")]


def test_an_answer_word_for_word() -> None:
    data = build_277([STATUS_ANSWER], ENVELOPE)
    assert body(data) == [
        "ST*277*0001*005010X212",
        "BHT*0010*08*REF2*20260106*1405*DG",
        "HL*1**20*1",
        "NM1*PR*2*EXAMPLE PAYER*****PI*00123",
        "HL*2*1*21*1",
        "NM1*41*2*EXAMPLE FAMILY PRACTICE*****46*CHART1",
        "HL*3*2*19*1",
        "NM1*1P*2*EXAMPLE FAMILY PRACTICE*****XX*1999999984",
        "HL*4*3*22*1",
        "NM1*IL*1*SAMPLE*LENA****MI*W000001",
        "HL*5*4*23",
        "NM1*QC*1*SAMPLE*TIM",
        "TRN*2*ASK2",
        "STC*F1:65*20260120**150*100*20260119*ACH*20260120*EFT0001*F1:107:1P",
        "REF*1K*ICN1",
        "REF*EJ*PCN7",
        "DTP*472*D8*20260106",
        "SVC*HC:99213*150*100****1",
        "STC*F1:65*20260120",
        "REF*FJ*L1",
        "DTP*472*D8*20260106",
        "SE*22*0001",
    ]
    assert check(data).is_clean


def test_claims_of_one_member_stand_together_and_their_order_is_kept() -> None:
    several = [OWN, replace(OWN, trace="ASK4"), STATUS_REQUEST, replace(STATUS_REQUEST, trace="ASK5"), OWN]
    data = build_276(several, ENVELOPE)
    assert [one for one in body(data) if one.startswith("HL")][3:] == [
        "HL*4*3*22*0",
        "HL*5*3*22*1",
        "HL*6*5*23",
        "HL*7*3*22*0",
    ]
    assert read_276(data) == several
    assert check(data).is_clean


def test_refusals_of_the_file_and_of_a_provider_stand_alone() -> None:
    of_provider = replace(REFUSED_FILE, provider=PRACTICE)
    several = [REFUSED_FILE, REFUSED_FILE, of_provider, of_provider, STATUS_ANSWER]
    data = build_277(several, ENVELOPE)
    assert read_277(data) == several
    assert check(data).is_clean


def test_an_acknowledgement_of_new_claims_is_not_an_answer() -> None:
    data = build_277([STATUS_ANSWER], ENVELOPE).replace(b"BHT*0010*08", b"BHT*0085*08")
    with pytest.raises(ChartlineError) as raised:
        read_277(data)
    assert raised.value.problem.code == "x12.no_transaction"


def test_what_the_answer_tells_at_a_glance() -> None:
    assert STATUS_ANSWER.is_final
    assert STATUS_ANSWER.paid == Money(10000)
    assert [code.status for code in STATUS_ANSWER.codes] == ["65", "107"]
    assert STATUS_ANSWER.patient is not None
    assert STATUS_ANSWER.patient.name.first == "TIM"
    assert not REFUSED_FILE.is_final
    assert StatusCode("R3", "297").wants_more
    assert StatusCode("P1", "20").is_pending


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (replace(OWN, trace=""), "x12.missing", "trace"),
        (replace(OWN, reference=""), "x12.missing", "reference"),
        (replace(OWN, subscriber=MEMBER), "x12.missing", "born"),
        (replace(OWN, subscriber=replace(OWN.subscriber, member_id="")), "x12.missing", "member_id"),
        (replace(STATUS_REQUEST, subscriber=OWN.subscriber), "x12.no_place", "born"),
        (replace(OWN, provider=replace(PRACTICE, specialty=Specialty("PE"))), "x12.no_place", "specialty"),
        (replace(OWN, payer=replace(PAYER, contacts=(Contact("X"),))), "x12.no_place", "contacts"),
        (replace(OWN, first_day=None), "x12.missing", "first_day"),
        (replace(OWN, bill_type="1" * 51), "x12.too_long", "REF02"),
    ],
)
def test_a_question_that_cannot_be_sent_is_refused_by_name(wrong: StatusRequest, code: str, field: str) -> None:
    with pytest.raises(ChartlineError) as raised:
        build_276([wrong], ENVELOPE)
    assert (raised.value.problem.code, raised.value.problem.fields["field"]) == (code, field)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (replace(STATUS_ANSWER, statuses=()), "x12.missing", "statuses"),
        (replace(STATUS_ANSWER, statuses=(Status(codes=(), since=date(2026, 1, 7)),)), "x12.missing", "codes"),
        (replace(STATUS_ANSWER, provider=None), "x12.missing", "provider"),
        (replace(REFUSED_FILE, voucher="V1"), "x12.no_place", "voucher"),
        (replace(STATUS_ANSWER, subscriber=OWN.subscriber), "x12.no_place", "born"),
        (
            replace(STATUS_ANSWER, statuses=(Status(codes=(StatusCode("F1", "65"),) * 4, since=date(2026, 1, 7)),)),
            "x12.too_many",
            "codes",
        ),
    ],
)
def test_an_answer_that_cannot_be_sent_is_refused_by_name(wrong: StatusAnswer, code: str, field: str) -> None:
    with pytest.raises(ChartlineError) as raised:
        build_277([wrong], ENVELOPE)
    assert (raised.value.problem.code, raised.value.problem.fields["field"]) == (code, field)


def test_a_wrong_amount_is_refused_with_its_place() -> None:
    data = build_277([STATUS_ANSWER], ENVELOPE).replace(b"**150*100*2026", b"**150*1OO*2026")
    with pytest.raises(ChartlineError) as raised:
        read_277(data)
    assert raised.value.problem.fields["element"] == "STC05"


def test_a_payer_who_sends_more_than_the_guide_has_is_understood() -> None:
    data = build_277([STATUS_ANSWER], ENVELOPE).replace(b"*20260120**150", b"*20260120*WQ*150")
    [answer] = read_277(data)
    assert answer.statuses[0].action == "WQ"
