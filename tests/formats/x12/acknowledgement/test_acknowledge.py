from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.formats.x12.remittance.everything import everything

from chartline.formats.x12.acknowledgement import (
    Context,
    ElementError,
    GroupAnswer,
    TransactionAnswer,
    acknowledge,
    acknowledge_interchange,
    answer_groups,
    answer_interchange,
    find_claims,
    read_999,
    read_ta1,
    reply_envelope,
)
from chartline.formats.x12.acknowledgement.element_numbers import element_numbers
from chartline.formats.x12.check import check
from chartline.formats.x12.envelope import read_interchanges
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p
from chartline.formats.x12.remittance import write_835

AT = datetime(2026, 1, 7, 8, 30, tzinfo=UTC)


def answer(data: bytes) -> GroupAnswer:
    """The only group answered, after it went through a file, which itself must have no problem."""
    (interchange,) = check(data).interchanges
    written = acknowledge(interchange, reply_envelope(interchange, AT, 78), find_claims(data))
    assert written is not None
    assert check(written).problems == []
    (found,) = read_999(written)
    return found


@pytest.fixture
def advice(envelope: Envelope) -> bytes:
    return write_835(everything(), envelope)


@pytest.fixture
def claims(claim: ProfessionalClaim, envelope: Envelope) -> bytes:
    return build_837p([claim], envelope)


def test_a_good_remittance_is_accepted_although_it_has_no_st03(advice: bytes) -> None:
    found = answer(advice)
    assert (found.functional, found.control, found.guide, found.outcome) == ("HP", "1", "005010X221A1", "A")
    assert (found.declared, found.received, found.accepted) == (1, 1, 1)
    assert found.transactions == (TransactionAnswer(set_id="835", control="0001", outcome="A"),)


def test_the_answer_goes_back_to_the_sender(claims: bytes) -> None:
    (interchange,) = check(claims).interchanges
    written = acknowledge(interchange, reply_envelope(interchange, AT, 78, group_control=5))
    assert written is not None
    (back,) = read_interchanges(written)
    assert (back.sender, back.receiver, back.control, back.usage) == ("CLEARING", "CHARTLINE", "000000078", "T")
    assert (back.groups[0].sender, back.groups[0].receiver, back.groups[0].control) == ("CLEARING", "CHARTLINE", "5")
    (notice,) = read_ta1(acknowledge_interchange(interchange, reply_envelope(interchange, AT, 79)))
    assert (notice.control, notice.date, notice.time, notice.outcome, notice.note) == (
        "000000042",
        "260106",
        "1405",
        "A",
        "000",
    )


def test_a_bad_value_is_named_by_place_number_and_claim(claims: bytes) -> None:
    found = answer(claims.replace(b"DTP*472*D8*20260105", b"DTP*472*D8*20260231"))
    (transaction,) = found.transactions
    (segment,) = transaction.segments
    assert (found.outcome, found.accepted, transaction.outcome, transaction.errors) == ("R", 0, "R", ("5",))
    assert (segment.segment_id, segment.loop, segment.code) == ("DTP", "2400", "8")
    assert segment.contexts == (Context(name="CLM01", value="PCN7"),)
    # The date of a service identifies, so it is not quoted.
    assert segment.elements == (ElementError(element=3, code="8", number="1251"),)


def test_the_position_counts_from_the_st(claims: bytes) -> None:
    body = claims[claims.index(b"ST*") :].split(b"~")
    expected = next(number for number, segment in enumerate(body, 1) if segment.startswith(b"CLM*"))
    (transaction,) = answer(claims.replace(b"*11:B:1*", b"*11:B:9Z*")).transactions
    assert {segment.position for segment in transaction.segments if segment.segment_id == "CLM"} == {expected}


@pytest.mark.parametrize(
    ("before", "after", "outcome", "errors", "codes"),
    [
        # before, after, outcome of the transaction, IK502.., IK304 with IK403
        (b"SE*", b"SE*9", "R", ("4",), []),
        (b"*0001~GE", b"*0002~GE", "R", ("3",), []),
        (b"CLP*PCN1*1*", b"CLP*PCN1*77*", "R", ("5",), ["8 7"]),
        (b"DTM*405*20260120", b"DTM*405*20260230", "R", ("5",), ["8 8"]),
        (b"MIA*3*", b"MIA*O*", "R", ("5",), ["8 6"]),
        (b"LX*1~", b"LX*1~ZZZ*1~", "R", ("4", "5"), ["1"]),
        (b"TRN*1*EFT0001*1999999998*999999997~", b"", "R", ("4", "5"), ["3"]),
        (b"CAS*CO*45*900", b"CAS*CO*Z99*900", "E", ("I5",), ["8 I12"]),
    ],
)
def test_defects_have_the_codes_of_the_999(
    advice: bytes, before: bytes, after: bytes, outcome: str, errors: tuple[str, ...], codes: list[str]
) -> None:
    assert before in advice
    (transaction,) = answer(advice.replace(before, after)).transactions
    listed = [
        " ".join([segment.code, *(element.code for element in segment.elements)]) for segment in transaction.segments
    ]
    assert (transaction.outcome, transaction.errors, listed) == (outcome, errors, codes)


def test_a_code_that_names_nobody_is_quoted(advice: bytes) -> None:
    (transaction,) = answer(advice.replace(b"CLP*PCN1*1*", b"CLP*PCN1*77*")).transactions
    (element,) = transaction.segments[0].elements
    assert (element.element, element.number, element.found) == (2, "1029", "77")


@pytest.mark.parametrize(
    ("before", "after", "outcome", "errors"),
    [(b"GE*1*1", b"GE*2*1", "R", ("5",)), (b"GE*1*1", b"GE*1*7", "R", ("4",)), (b"GS*HP", b"GS*HC", "R", ("1",))],
)
def test_a_wrong_group_takes_its_transactions_along(
    advice: bytes, before: bytes, after: bytes, outcome: str, errors: tuple[str, ...]
) -> None:
    found = answer(advice.replace(before, after))
    assert (found.outcome, found.errors, found.received, found.accepted) == (outcome, errors, 1, 0)


def test_one_of_two_is_accepted_in_part(claim: ProfessionalClaim, envelope: Envelope) -> None:
    good = build_837p([claim], envelope)
    start, end = good.index(b"ST*"), good.index(b"GE*")
    second = good[start:end].replace(b"ST*837*0001", b"ST*837*0002").replace(b"*0001~", b"*0002~")
    both = good[:end] + second.replace(b"*HC:99213", b"*XX:99213") + good[end:].replace(b"GE*1", b"GE*2")
    found = answer(both)
    assert (found.outcome, found.received, found.accepted) == ("P", 2, 1)
    assert [transaction.outcome for transaction in found.transactions] == ["A", "R"]


@pytest.mark.parametrize(
    ("before", "after", "outcome", "note"),
    [
        (b"IEA*1*000000042", b"IEA*2*000000042", "R", "021"),
        (b"IEA*1*000000042", b"IEA*1*000000043", "R", "001"),
        (b"*00501*", b"*00401*", "R", "017"),
        (b"*0*T*", b"*0*X*", "R", "024"),
        (b"ISA*00", b"ISA*00", "A", "000"),
    ],
)
def test_a_wrong_envelope_is_refused_as_a_whole(
    claims: bytes, before: bytes, after: bytes, outcome: str, note: str
) -> None:
    (interchange,) = check(claims.replace(before, after, 1)).interchanges
    found = answer_interchange(interchange)
    assert (found.outcome, found.note) == (outcome, note)
    # Of an interchange that was not opened nothing is said in a 999.
    assert bool(answer_groups(interchange)) == (outcome == "A")


def test_an_acknowledgement_is_not_acknowledged(claims: bytes) -> None:
    (interchange,) = check(claims).interchanges
    written = acknowledge(interchange, reply_envelope(interchange, AT, 78))
    assert written is not None
    (back,) = check(written).interchanges
    assert acknowledge(back, reply_envelope(back, AT, 80)) is None


def test_element_numbers_tell_components_apart() -> None:
    numbers = element_numbers()
    assert (numbers["NM1", 9, 0], numbers["SVC", 1, 2], numbers["CLM", 5, 1]) == ("67", "234", "1331")
    assert ("SVC", 1, 0) not in numbers
