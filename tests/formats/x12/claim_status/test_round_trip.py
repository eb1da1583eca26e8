from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.formats.x12.inquiry_strategies import (
    CONTACT,
    DAY,
    EMPTY,
    ENVELOPE,
    MONEY,
    PERSON_NAME,
    PROCEDURE,
    QUANTITY,
    found,
    free_text,
    maybe,
    organisations,
    parties,
    several,
    text,
)

from chartline.formats.x12.claim_status import (
    LineQuestion,
    LineStatus,
    Procedure,
    Status,
    StatusAnswer,
    StatusCode,
    StatusPerson,
    StatusRequest,
    build_276,
    build_277,
    read_276,
    read_277,
)

Claim = TypeVar("Claim", StatusRequest, StatusAnswer)

PAYER = organisations("PR", "PI")
# Only its own people have a name suffix in the guide.
REQUESTER = organisations("41", "46")
PROVIDER = parties("1P", "XX")
NUMBER = EMPTY | text(20)
REVENUE = st.builds(Procedure, st.sampled_from(["0450", "0120"]), st.just("NU"))


@st.composite
def patients(draw: st.DrawFn, *, member: bool, born: bool) -> StatusPerson:
    return StatusPerson(
        name=draw(PERSON_NAME),
        is_organisation=member and draw(st.booleans()),
        member_id=draw(text(12, 2)) if member else "",
        member_id_kind=draw(st.sampled_from(["MI", "II"])) if member else "MI",
        born=draw(DAY) if born else None,
        sex=draw(st.sampled_from(["", "F", "M"])) if born else "",
    )


@st.composite
def line_questions(draw: st.DrawFn) -> LineQuestion:
    first = draw(DAY)
    return LineQuestion(
        procedure=draw(PROCEDURE | REVENUE),
        charge=draw(MONEY),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=2)))),
        units=draw(maybe(QUANTITY)),
        revenue_code=draw(st.sampled_from(["", "0450"])),
        control=draw(EMPTY | text(20)),
    )


@st.composite
def requests(draw: st.DrawFn) -> StatusRequest:
    dependent = draw(maybe(patients(member=False, born=True)))
    first = draw(maybe(DAY))
    return StatusRequest(
        reference=draw(st.sampled_from(["B1", "B2"])),
        payer=draw(PAYER),
        requester=draw(REQUESTER),
        provider=draw(PROVIDER),
        second_provider=draw(maybe(parties("1P", "SV"))),
        subscriber=draw(patients(member=True, born=dependent is None)),
        dependent=dependent,
        trace=draw(free_text(20)),
        payer_control_number=draw(NUMBER),
        bill_type=draw(st.sampled_from(["", "111"])),
        application=draw(NUMBER),
        group=draw(NUMBER),
        patient_control_number=draw(NUMBER),
        prescription=draw(NUMBER),
        intermediary_reference=draw(NUMBER),
        charge=draw(maybe(MONEY)),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=2)))) if first else None,
        lines=draw(several(line_questions(), 2)),
    )


CODE = st.builds(
    StatusCode,
    st.sampled_from(["A1", "P1", "F1", "F2", "R3"]),
    st.sampled_from(["20", "65", "107"]),
    st.sampled_from(["", "1P", "QC"]),
)
CODES = st.lists(CODE, min_size=1, max_size=3).map(tuple)
STATUS = st.builds(
    Status,
    codes=CODES,
    since=DAY,
    charged=maybe(MONEY),
    paid=maybe(MONEY),
    decided_on=maybe(DAY),
    method=st.sampled_from(["", "ACH", "CHK"]),
    paid_on=maybe(DAY),
    payment_number=EMPTY | text(16),
)
STATUSES = st.lists(STATUS, min_size=1, max_size=2).map(tuple)
REFUSALS = st.lists(st.builds(Status, codes=CODES, since=DAY), min_size=1, max_size=2).map(tuple)


@st.composite
def line_statuses(draw: st.DrawFn) -> LineStatus:
    first = draw(DAY)
    return LineStatus(
        procedure=draw(PROCEDURE | REVENUE),
        charged=draw(MONEY),
        paid=draw(MONEY),
        statuses=draw(STATUSES),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=2)))),
        units=draw(maybe(st.just(Decimal("1.5")))),
        revenue_code=draw(st.sampled_from(["", "0450"])),
        control=draw(EMPTY | text(20)),
    )


@st.composite
def answers(draw: st.DrawFn) -> StatusAnswer:
    """Of claims, and such that end at the requester or the provider."""
    above = StatusAnswer(
        reference=draw(st.sampled_from(["B1", "B2"])),
        payer=draw(organisations("PR", "PI", contacts=several(CONTACT, 1))),
        requester=draw(REQUESTER),
        provider=None,
        trace=draw(free_text(20)),
        statuses=draw(REFUSALS),
    )
    reached = draw(st.sampled_from([1, 2, 3, 3, 3]))
    if reached == 1:
        return above
    provider, second = draw(PROVIDER), draw(maybe(parties("1P", "SV")))
    if reached == 2:
        return replace(above, provider=provider, second_provider=second)
    first = draw(maybe(DAY))
    return replace(
        above,
        provider=provider,
        second_provider=second,
        subscriber=draw(patients(member=True, born=False)),
        dependent=draw(maybe(patients(member=False, born=False))),
        statuses=draw(STATUSES),
        payer_control_number=draw(NUMBER),
        bill_type=draw(st.sampled_from(["", "111"])),
        patient_control_number=draw(NUMBER),
        prescription=draw(NUMBER),
        voucher=draw(NUMBER),
        intermediary_reference=draw(NUMBER),
        first_day=first,
        last_day=draw(maybe(st.just(first + timedelta(days=2)))) if first else None,
        lines=draw(several(line_statuses(), 2)),
    )


@st.composite
def batches(draw: st.DrawFn, one: st.SearchStrategy[Claim]) -> list[Claim]:
    """Several claims, some of them of the same member."""
    some = draw(st.lists(one, min_size=1, max_size=2))
    if some[0].subscriber is not None and draw(st.booleans()):
        some.insert(0, replace(some[0], trace="ANOTHER", first_day=None, last_day=None))
    return some


@settings(max_examples=20, deadline=None)
@given(batches(requests()))
def test_questions_survive_building_and_reading_and_nothing_is_wrong_with_the_file(asked: list[StatusRequest]) -> None:
    data = build_276(asked, ENVELOPE)
    assert read_276(data) == asked
    assert found(data) == []
    assert build_276(asked, ENVELOPE) == data


@settings(max_examples=20, deadline=None)
@given(batches(answers()))
def test_answers_survive_building_and_reading_and_nothing_is_wrong_with_the_file(said: list[StatusAnswer]) -> None:
    data = build_277(said, ENVELOPE)
    assert read_277(data) == said
    assert found(data) == []
    assert build_277(said, ENVELOPE) == data
