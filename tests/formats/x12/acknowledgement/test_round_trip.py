from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.x12.acknowledgement import (
    ClaimAcknowledgement,
    ClaimAnswer,
    Context,
    Decision,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    LineAnswer,
    OtherId,
    Party,
    PatientAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    SegmentError,
    Status,
    Totals,
    TransactionAnswer,
    build_277ca,
    build_997,
    build_999,
    build_ta1,
    read_277ca,
    read_997,
    read_999,
    read_ta1,
)
from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

ENVELOPE = Envelope(
    sender="CLEARING", receiver="CHARTLINE", at=datetime(2026, 1, 7, tzinfo=UTC), control=9, usage=Usage.TEST
)

TEXT = st.text("ABCXYZ abc019.-/", min_size=1, max_size=20).map(str.strip).filter(bool)
WORD = st.text("ABCXYZ019", min_size=2, max_size=9)
NUMBER = st.integers(1, 999_999_999).map(str)
EMPTY = st.just("")
SEGMENT = st.sampled_from(["CLM", "NM1", "REF", "SV1", "HI"])
SEGMENT_CODE = st.sampled_from(["1", "2", "3", "5", "8", "I4", "I6"])
ELEMENT_CODE = st.sampled_from(["1", "5", "7", "8", "12", "I9", "I12"])
TRANSACTION_CODES = st.lists(st.sampled_from(["2", "4", "5", "I5", "23"]), max_size=5, unique=True).map(tuple)
POSITION = st.integers(1, 99_999)


def several(one: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(one, max_size=most).map(tuple)


UNIT = st.builds(Context, name=st.sampled_from(["CLM01", "NM109", "TRN02"]), value=TEXT)
TRIGGER = st.builds(
    Context,
    name=st.just("SITUATIONAL TRIGGER"),
    segment_id=SEGMENT,
    position=POSITION,
    loop=EMPTY | st.sampled_from(["2300", "2400"]),
    element=st.integers(1, 20),
    component=st.integers(0, 9),
    number=EMPTY | st.just("1331"),
)


def errors(contexts: st.SearchStrategy) -> st.SearchStrategy:
    element = st.builds(
        ElementError,
        element=st.integers(1, 20),
        code=ELEMENT_CODE,
        component=st.integers(0, 9),
        repetition=st.integers(0, 9),
        number=EMPTY | st.just("67"),
        found=EMPTY | TEXT,
        contexts=contexts,
    )
    return st.builds(
        SegmentError,
        segment_id=SEGMENT,
        position=POSITION,
        code=SEGMENT_CODE,
        loop=EMPTY | st.sampled_from(["2010", "2300", "2400"]),
        contexts=contexts,
        elements=several(element),
    )


def groups(contexts: st.SearchStrategy) -> st.SearchStrategy:
    transaction = st.builds(
        TransactionAnswer,
        set_id=st.sampled_from(["837", "835", "270"]),
        control=st.text("0123456789", min_size=4, max_size=9),
        outcome=st.sampled_from("AER"),
        guide=EMPTY | st.just("005010X222A1"),
        errors=TRANSACTION_CODES,
        segments=several(errors(contexts)),
    )
    return st.builds(
        GroupAnswer,
        functional=st.sampled_from(["HC", "HP", "HS"]),
        control=NUMBER,
        outcome=st.sampled_from("AEPR"),
        declared=st.integers(0, 9),
        received=st.integers(0, 9),
        accepted=st.integers(0, 9),
        guide=st.sampled_from(["005010X222A1", "005010X221A1"]),
        errors=st.lists(st.sampled_from(["3", "4", "5"]), max_size=5).map(tuple),
        transactions=several(transaction, 2),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(groups(several(UNIT | TRIGGER, 2)), min_size=1, max_size=2))
def test_a_999_survives_writing_and_reading(answers: list[GroupAnswer]) -> None:
    data = build_999(answers, ENVELOPE, unchecked=True)
    assert answers == read_999(data)
    # What was made up at random need not make sense (an error on what is accepted), but its form must be right.
    assert [p.code for p in check(data).problems if p.kind.level < 3 and p.is_error and "999." not in p.code] == []


@settings(max_examples=20, deadline=None)
@given(st.lists(groups(st.just(())), min_size=1, max_size=2))
def test_a_997_survives_writing_and_reading(answers: list[GroupAnswer]) -> None:
    assert answers == read_997(build_997(answers, ENVELOPE, unchecked=True))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            InterchangeAnswer,
            control=st.integers(1, 999_999_999).map("{:09d}".format),
            date=st.dates(date(2001, 1, 1), date(2099, 1, 1)).map("{:%y%m%d}".format),
            time=st.times().map("{:%H%M}".format),
            outcome=st.sampled_from("AER"),
            note=st.sampled_from(["000", "001", "021", "025"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_ta1_survives_writing_and_reading(answers: list[InterchangeAnswer]) -> None:
    data = build_ta1(answers, ENVELOPE)
    assert answers == read_ta1(data)
    assert [p.code for p in check(data).problems if p.is_error] == []


NAME = st.builds(PersonName, last=WORD, first=EMPTY | WORD, middle=EMPTY | WORD, suffix=EMPTY | WORD)
DAY = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONEY = st.integers(0, 10**9).map(Money)
STATUS = st.builds(
    Status, st.sampled_from(["A1", "A3", "A7"]), st.sampled_from(["20", "21", "562"]), EMPTY | st.just("85")
)


def decisions(least: int = 1, text: st.SearchStrategy = EMPTY) -> st.SearchStrategy:
    one = st.builds(
        Decision,
        statuses=st.lists(STATUS, min_size=1, max_size=3).map(tuple),
        action=st.sampled_from(["WQ", "U"]),
        on=DAY,
        amount=MONEY,
        text=text,
    )
    return st.lists(one, min_size=least, max_size=2).map(tuple)


def party(role: str, kind: str) -> st.SearchStrategy:
    return st.builds(
        Party,
        name=st.builds(PersonName, last=WORD),
        id=WORD,
        id_kind=st.just(kind),
        role=st.just(role),
        is_organisation=st.just(True),
    )


COUNT = st.none() | st.integers(0, 999)
TOTALS = st.builds(
    Totals,
    accepted=COUNT,
    refused=COUNT,
    accepted_amount=st.none() | MONEY,
    refused_amount=st.none() | MONEY,
)
DAYS = st.tuples(DAY, DAY).map(sorted) | st.tuples(DAY, st.none())
LINE = st.builds(
    lambda days, **rest: LineAnswer(first_day=days[0], last_day=days[1], **rest),
    DAYS,
    code=WORD,
    charged=MONEY,
    decisions=decisions(),
    modifiers=several(st.sampled_from(["25", "59", "RT"]), 4),
    revenue_code=EMPTY | st.just("0270"),
    units=st.none() | st.integers(1, 99).map(Decimal),
    control=EMPTY | WORD,
    prescription=EMPTY | WORD,
)
CLAIM = st.builds(
    lambda days, **rest: ClaimAnswer(first_day=days[0], last_day=days[1], **rest),
    DAYS,
    reference=TEXT,
    decisions=decisions(text=EMPTY | TEXT),
    payer_control_number=EMPTY | WORD,
    intermediary_reference=EMPTY | WORD,
    bill_type=EMPTY | st.just("131"),
    lines=several(LINE, 2),
)
PATIENT = st.builds(PatientAnswer, name=NAME, member_id=EMPTY | WORD, claims=several(CLAIM, 2))
PROVIDER = st.builds(
    ProviderAnswer,
    party=party("85", "XX"),
    trace=WORD,
    decisions=decisions(0),
    ids=several(st.builds(OtherId, st.sampled_from(["0B", "G2"]), WORD), 2),
    totals=TOTALS,
    patients=several(PATIENT, 2),
)
RECEIVER = st.builds(
    ReceiverAnswer,
    party=party("41", "46"),
    reference=WORD,
    decisions=decisions(),
    totals=TOTALS,
    providers=several(PROVIDER, 2),
)
ACKNOWLEDGEMENT = st.builds(
    ClaimAcknowledgement,
    source=party("PR", "PI"),
    reference=WORD,
    created=DAY,
    time=st.just("080000"),
    trace=WORD,
    received=DAY,
    processed=DAY,
    receivers=st.lists(RECEIVER, min_size=1, max_size=2).map(tuple),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ACKNOWLEDGEMENT, min_size=1, max_size=2))
def test_a_277ca_survives_writing_and_reading(answers: list[ClaimAcknowledgement]) -> None:
    data = build_277ca(answers, ENVELOPE, unchecked=True)
    assert answers == read_277ca(data)
    assert [p.code for p in check(data).problems if p.kind.level == 1 and p.is_error] == []


def test_a_claim_acknowledgement_lists_its_claims() -> None:
    claim = ClaimAnswer(reference="P1", decisions=(Decision(statuses=(Status("A7", "562", "85"),), action="U"),))
    answer = ClaimAcknowledgement(
        source=Party(name=PersonName(last="EXAMPLE PAYER"), id="00123", id_kind="PI", role="PR"),
        reference="R1",
        created=date(2026, 1, 7),
        time="0800",
        trace="T1",
        received=date(2026, 1, 7),
        processed=date(2026, 1, 7),
        receivers=(
            ReceiverAnswer(
                party=Party(name=PersonName(last="CHARTLINE"), id="C1", id_kind="46", role="41"),
                reference="000000001",
                decisions=claim.decisions,
                providers=(
                    ProviderAnswer(
                        party=Party(name=PersonName(last="EXAMPLE"), id="1999999984", id_kind="XX", role="85"),
                        patients=(PatientAnswer(name=PersonName(last="SAMPLE"), claims=(claim,)),),
                    ),
                ),
            ),
        ),
    )
    assert answer.claims == [claim]
    assert not claim.is_accepted
    assert claim.decisions[0].statuses[0].text == "A7:562:85"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"errors": ("1", "2", "3", "4", "5", "6")}, "x12.too_many"),
        ({"functional": ""}, "x12.missing"),
        ({"control": "1*2"}, "x12.bad_text"),
    ],
)
def test_what_cannot_be_written_is_refused(change: dict[str, object], code: str) -> None:
    answer = GroupAnswer(functional="HC", control="1", outcome="R", declared=1, received=1, accepted=0)
    with pytest.raises(ChartlineError) as caught:
        build_999([msgspec.structs.replace(answer, **change)], ENVELOPE)
    assert caught.value.problem.code == code


def test_a_997_has_no_place_for_contexts() -> None:
    error = SegmentError(segment_id="CLM", position=9, code="8", contexts=(Context(name="CLM01", value="P1"),))
    transaction = TransactionAnswer(set_id="837", control="0001", outcome="R", segments=(error,))
    answer = GroupAnswer(
        functional="HC", control="1", outcome="R", declared=1, received=1, accepted=0, transactions=(transaction,)
    )
    with pytest.raises(ChartlineError) as caught:
        build_997([answer], ENVELOPE)
    assert caught.value.problem.fields["field"] == "contexts"
