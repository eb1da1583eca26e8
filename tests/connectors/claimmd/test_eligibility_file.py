"""Asking about coverage by a 270, and what its 271 becomes (sheet 8.1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.connectors.claimmd.conftest import Account
from tests.connectors.claimmd.direct import Meeting
from tests.connectors.claimmd.test_against_simulator import QUESTION
from tests.support.vendor import Said

from chartline.connect.facts import Benefit, EligibilityQuestion, Relationship
from chartline.connect.simulation.web import Request
from chartline.connectors.claimmd.simulator.form import read_form
from chartline.formats.x12.check import check
from chartline.formats.x12.eligibility import EligibilityRequest, read_270
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

DEPENDENT = replace(
    QUESTION,
    relationship=Relationship.CHILD,
    patient_family=Sealed("Okafor"),
    patient_given=Sealed("Ben"),
    patient_birth_date=Sealed(date(2015, 1, 1)),
    service_type="98",
)


def asked(meeting: Meeting) -> tuple[bytes, EligibilityRequest]:
    """The file of the last call, and the one question in it."""
    call = meeting.wire.sent[-1]
    assert call.operation == "elig"
    headers = {name: value for name, value in call.headers.items() if isinstance(value, str)}
    form = read_form(Request("POST", "/", headers, call.content.reveal(Purpose.MATCH)))
    (request,) = read_270(form.files["File"].body)
    return form.files["File"].body, request


def answered(question: EligibilityQuestion = QUESTION, **options: str) -> tuple[Meeting, tuple[Benefit, ...]]:
    meeting = Meeting()
    outcome = meeting.connector(eligibility_by="x12", **options).check_coverage(question)
    assert isinstance(outcome, Receipt), outcome
    return meeting, outcome.value.benefits


def test_the_file_is_one_clean_270_with_the_questions_own_words() -> None:
    meeting, _ = answered()
    file, request = asked(meeting)
    assert check(file).problems == []
    assert (request.payer.id, request.provider.id, request.provider.reference("TJ")) == (
        "00123",
        "1999999984",
        "999999999",
    )
    assert (request.subscriber.member_id, request.subscriber.born, request.dependent) == ("W1", date(1988, 11, 2), None)
    assert request.questions[0].service_types == ("30",)
    assert [one.day for one in request.subscriber.dates] == [date(2026, 3, 2)]


def test_anybody_but_the_subscriber_is_asked_about_as_a_dependent() -> None:
    meeting, benefits = answered(DEPENDENT)
    file, request = asked(meeting)
    assert check(file).problems == []
    assert request.dependent is not None
    assert (request.dependent.relationship, request.dependent.name.first) == ("G8", "BEN")
    assert (request.subscriber.member_id, request.questions[0].service_types) == ("W1", ("98",))
    assert "98" in {each.service_type for each in benefits}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_both_ways_of_asking_end_in_the_same_facts(form: str) -> None:
    for question in (QUESTION, replace(QUESTION, member_id=Sealed("GONE")), DEPENDENT):
        meeting, benefits = answered(question, format=form)
        by_fields = meeting.connector(format=form).check_coverage(question)
        assert isinstance(by_fields, Receipt)
        assert benefits == by_fields.value.benefits


def test_each_question_has_numbers_of_its_own() -> None:
    meeting = Meeting()
    connector = meeting.connector(eligibility_by="x12")
    traces = set()
    for _ in range(3):
        connector.check_coverage(QUESTION)
        traces.add(asked(meeting)[1].traces[0].number)
    assert len(traces) == 3


def test_a_question_that_cannot_be_written_is_not_sent() -> None:
    meeting = Meeting()
    odd = replace(QUESTION, payer_id="00~123")
    outcome = meeting.connector(eligibility_by="x12").check_coverage(odd)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "claimmd.bad_question"
    assert meeting.wire.sent == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"eligibility": {"eligid": "1", "data": ""}},
        {"eligibility": {"eligid": "1", "data": "no file"}},
        {"eligibility": [{"eligid": "1", "data": "ISA*00*half"}]},
        {"elig": {"eligid": "1"}},
    ],
)
def test_what_is_no_271_may_be_asked_again(account: Account, answer: dict[str, object]) -> None:
    account.script["elig"] = [Said(json.dumps(answer))]
    outcome = account.connector(eligibility_by="x12").check_coverage(QUESTION)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "claimmd.unreadable"


def test_an_answer_to_another_question_is_not_believed(account: Account) -> None:
    meeting, _ = answered()
    outcome = meeting.connector(eligibility_by="x12").check_coverage(QUESTION)
    assert isinstance(outcome, Receipt)
    account.script["elig"] = [Said(outcome.value.raw.reveal(Purpose.MATCH))]
    other = account.connector(eligibility_by="x12").check_coverage(QUESTION)
    assert isinstance(other, Refused)
    assert other.problem.code == "claimmd.unreadable"


def test_the_option_has_two_words(account: Account) -> None:
    with pytest.raises(ChartlineError, match="bad_option"):
        account.connector(eligibility_by="fax")
