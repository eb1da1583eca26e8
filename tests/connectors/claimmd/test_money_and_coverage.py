"""Remittances and eligibility (vendor sheet 7, 8)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.connectors.claimmd.conftest import KEY, Account
from tests.connectors.claimmd.test_claims import code, said
from tests.support.vendor import Said

from chartline.connect.facts import EligibilityQuestion, Relationship
from chartline.kernel.money import Money
from chartline.kernel.outcome import Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed


def era(number: int, **more: object) -> dict[str, object]:
    return {"eraid": number, "check_number": f"EFT{number}", "paid_amount": "96.00", "paid_date": "01-20-2026",
            "payer_name": "EXAMPLE PAYER", "payerid": "00123", **more}  # fmt: skip


def test_remittances_are_listed_seen_or_not_after_a_cursor_traps_14_and_8(account: Account) -> None:
    account.script["eralist"] = [said(era=[era(41002), era(41001)])]
    outcome = account.connector().remittances("41000")
    assert isinstance(outcome, Receipt)
    first, second = outcome.value.rows
    assert ("41001", "00123", "EFT41001", Money(9600), "2026-01-20") == (
        first.vendor_id,
        first.payer_id,
        first.check_number,
        first.paid,
        first.paid_date,
    )
    assert (second.vendor_id, outcome.value.cursor) == ("41002", "41002")
    assert account.asked[0][1] == {"AccountKey": KEY, "NewOnly": "0", "ERAID": "41000"}


def test_all_pages_are_read_before_the_cursor_moves(account: Account) -> None:
    rows = [era(number) for number in range(1, 231)][::-1]
    account.script["eralist"] = [
        lambda form: said(era=rows[(int(form.get("Page", "1")) - 1) * 100 : int(form.get("Page", "1")) * 100])
    ]
    outcome = account.connector().remittances("")
    assert isinstance(outcome, Receipt)
    assert ([str(n) for n in range(1, 231)], "230") == ([r.vendor_id for r in outcome.value.rows], outcome.value.cursor)
    assert [form.get("Page") for _, form in account.asked] == [None, "2", "3", "4"]


@pytest.mark.parametrize("answer", [{}, {"era": []}, {"era": {}}, {"era": [era(41000)], "last_eraid": "0"}])
def test_nothing_new_keeps_the_cursor_trap_12(account: Account, answer: dict[str, object]) -> None:
    account.script["eralist"] = [said(**answer)]
    outcome = account.connector().remittances("41000")
    assert isinstance(outcome, Receipt)
    assert (outcome.value.rows, outcome.value.cursor) == ((), "41000")


def test_a_list_that_never_ends_does_not_move_the_cursor(account: Account) -> None:
    account.script["eralist"] = [said(era=[era(n) for n in range(1, 101)])]
    assert code(account.connector().remittances("")) == "incomplete"


def test_a_remittance_whose_amount_cannot_be_read_is_named(account: Account) -> None:
    account.script["eralist"] = [said(era=era(41001, paid_amount="ninety"))]
    outcome = account.connector().remittances("")
    assert isinstance(outcome, Refused)
    assert (outcome.problem.code, outcome.problem.fields["eraid"]) == ("claimmd.unreadable", "41001")


RAW = "ISA*00*~GS*HP~SE*1~IEA*1*1~"


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"eraid": "41001", "data": [RAW]}),
        json.dumps({"eraid": 41001, "data": RAW}),
        json.dumps({"eraid": "41001", "data": [RAW[:9], RAW[9:]]}),
        json.dumps({"result": [{"era": {"eraid": "41001", "data": RAW}}]}),
        f'<result eraid="41001" data="{RAW}"/>',
        f'<result eraid="41001"><data>{RAW}</data></result>',
    ],
)
def test_the_raw_835_comes_whole_from_every_shape_trap_5(account: Account, answer: str) -> None:
    account.script["era835"] = [Said(answer)]
    outcome = account.connector().remittance("41001")
    assert isinstance(outcome, Receipt)
    assert RAW.encode() == outcome.value.reveal(Purpose.EXCHANGE)
    assert account.asked[0][1] == {"AccountKey": KEY, "eraid": "41001"}


@pytest.mark.parametrize(
    "answer", [{"eraid": "41001"}, {"eraid": "9", "data": RAW}, {"eraid": "41001", "data": "<html>"}]
)
def test_what_is_not_that_835_is_refused(account: Account, answer: dict[str, object]) -> None:
    account.script["era835"] = [said(**answer)]
    assert code(account.connector().remittance("41001")) == "unreadable"


QUESTION = EligibilityQuestion(
    payer_id="00123",
    provider_npi="1999999984",
    provider_tax_id="999999999",
    provider_name="Invented Counseling",
    subscriber_family=Sealed("Okafor"),
    subscriber_given=Sealed("Lena"),
    subscriber_birth_date=Sealed(date(1988, 11, 2)),
    subscriber_sex="F",
    member_id=Sealed("W1"),
    service_date=date(2026, 1, 5),
)
BENEFITS = [
    {"benefit_coverage_code": "1", "benefit_code": "30", "insurance_plan": "GOLD PPO", "inplan_network": "W"},
    {"benefit_coverage_code": "C", "benefit_level_code": "IND", "benefit_code": "30", "benefit_period_code": "29",
     "benefit_amount": 250.00, "inplan_network": "Y", "benefit_notes": ["ONE", "TWO"]},
    {"benefit_coverage_code": "A", "benefit_code": "98", "benefit_percent": "0.2", "benefit_amount": "n/a"},
]  # fmt: skip


def test_a_question_goes_with_compact_dates_and_the_key_in_the_body_traps_21_and_9(account: Account) -> None:
    account.script["eligdata"] = [said(elig={"eligid": "550001", "benefit": BENEFITS[0]})]
    account.connector().check_coverage(QUESTION)
    form = account.asked[0][1]
    assert tuple(form[n] for n in ("fdos", "ins_dob", "pat_rel", "payerid", "service_code", "ins_number")) == (
        "20260105",
        "19881102",
        "18",
        "00123",
        "30",
        "W1",
    )
    assert "pat_dob" not in form
    assert account.served is not None
    assert account.served.heard[0].path == "/services/eligdata/"


def test_a_dependent_goes_as_g8_with_the_own_name(account: Account) -> None:
    account.script["eligdata"] = [said(elig={"eligid": "1"})]
    child = replace(
        QUESTION,
        relationship=Relationship.CHILD,
        patient_family=Sealed("Okafor"),
        patient_given=Sealed("Ike"),
        patient_birth_date=Sealed(date(2015, 2, 3)),
    )
    account.connector().check_coverage(child)
    form = account.asked[0][1]
    assert (form["pat_rel"], form["pat_name_f"], form["pat_dob"]) == ("G8", "Ike", "20150203")


def test_a_question_without_what_is_demanded_is_not_sent(account: Account) -> None:
    outcome = account.connector().check_coverage(replace(QUESTION, payer_id="", relationship=Relationship.CHILD))
    assert isinstance(outcome, Refused)
    assert outcome.problem.fields["missing"] == "payer_id,patient_family,patient_given,patient_birth_date"
    assert account.wire.sent == []


@pytest.mark.parametrize("wrap", [lambda elig: elig, lambda elig: [elig]])
def test_the_benefits_come_with_codes_and_exact_money(account: Account, wrap: object) -> None:
    assert callable(wrap)
    account.script["eligdata"] = [said(elig=wrap({"eligid": 550001, "group_number": "G10", "benefit": BENEFITS}))]
    outcome = account.connector().check_coverage(QUESTION)
    assert isinstance(outcome, Receipt)
    answer = outcome.value
    active, deductible, share = answer.benefits
    assert ("550001", "GOLD PPO", Sealed("G10")) == (answer.vendor_id, answer.plan_name, answer.group_number)
    assert (active.coverage, active.service_type, active.amount) == ("1", "30", None)
    assert (Money(25000), "29", "IND", "Y", "ONE TWO") == (
        deductible.amount,
        deductible.period,
        deductible.level,
        deductible.in_network,
        deductible.note,
    )
    assert (share.percent, share.amount, share.note) == ("0.2", None, "[amount as sent: n/a]")
    assert b"GOLD PPO" in answer.raw.reveal(Purpose.EXCHANGE)
    assert "GOLD" not in repr(outcome)


def test_a_payers_own_error_is_an_answer_and_a_system_error_is_none_trap_20(account: Account) -> None:
    account.script["eligdata"] = [
        said(elig={"eligid": "1", "error": {"error_code": "75", "error_mesg": "Subscriber not found"}}),
        said(error={"error_code": "410", "error_mesg": "Payer does not support real-time eligibility"}),
    ]
    connector = account.connector()
    outcome = connector.check_coverage(QUESTION)
    assert isinstance(outcome, Receipt)
    assert outcome.value.payer_errors == (("75", "Subscriber not found"),)
    assert code(connector.check_coverage(QUESTION)) == "eligibility_not_supported"


@pytest.mark.parametrize("answer", [Said("<html>busy</html>"), said(something="else"), Said("")])
def test_an_answer_that_is_none_may_be_asked_again(account: Account, answer: Said) -> None:
    account.script["eligdata"] = [answer]
    outcome = account.connector().check_coverage(QUESTION)
    assert isinstance(outcome, Refused)
    assert (outcome.problem.code, outcome.problem.again.value) == ("claimmd.unreadable", "after")


def test_no_answer_to_a_read_is_refused_and_not_unknown(account: Account) -> None:
    account.script["eligdata"] = [Said(cut=True)]
    assert isinstance(account.connector().check_coverage(QUESTION), Refused)
