"""Random values that questions to a payer and their answers share; all of them may be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import (
    Contact,
    Delivery,
    Diagnosis,
    Procedure,
    QualifiedDate,
    Reference,
    Rejection,
    Specialty,
    Trace,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.writer import clean
from chartline.kernel.money import Money

T = TypeVar("T")

ENVELOPE = Envelope(
    sender="CHARTLINE", receiver="PAYER", at=datetime(2026, 1, 6, 14, 5, tzinfo=UTC), control=7, usage=Usage.TEST
)
_LETTERS = st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="*:^~")
EMPTY = st.just("")
YES_NO = st.booleans()
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MONEY = st.integers(0, 10**7).map(Money)
QUANTITY = st.integers(0, 9999).map(Decimal) | st.integers(0, 99).map(lambda n: Decimal(2 * n + 1) / 2)
NPI = st.sampled_from(["1999999984", "1999999992"])


def free_text(most: int) -> st.SearchStrategy[str]:
    """Any text that may be sent, without a blank at its ends."""
    return st.text(_LETTERS, min_size=1, max_size=most).map(str.strip).filter(bool)


def text(most: int = 20, least: int = 1) -> st.SearchStrategy[str]:
    """Few texts, of all lengths that fit; drawing letter by letter would be most of the time of a test."""
    some = ["7", "a1", "Ab-1", "00123", "O'NEIL", "X (Y)", "1/2 #3", "A  B", "Q" * most, "z" * least]
    return st.sampled_from([one for one in some if least <= len(one) <= most])


def name(most: int = 20) -> st.SearchStrategy[str]:
    return text(most).map(clean)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def several(strategy: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def once_each(
    codes: Sequence[str], most: int, make: Callable[[str], st.SearchStrategy[T]]
) -> st.SearchStrategy[tuple[T, ...]]:
    """Values of different kinds, for segments that may come once with each qualifier."""
    chosen = st.lists(st.sampled_from(list(codes)), unique=True, max_size=most)
    return chosen.flatmap(lambda some: st.tuples(*(make(code) for code in some)))


def references(*codes: str, described: bool = False) -> st.SearchStrategy[tuple[Reference, ...]]:
    note = EMPTY | text(40) if described else EMPTY
    return once_each(codes, 3, lambda code: st.builds(Reference, st.just(code), text(30), note))


@st.composite
def spans(draw: st.DrawFn, code: str, *, timed: bool = False, single: bool = False) -> QualifiedDate:
    first = draw(DAY)
    if timed and draw(YES_NO):
        return QualifiedDate(code, first, time=draw(st.sampled_from(["0000", "0930", "2359"])))
    days = None if single else draw(maybe(st.integers(0, 400)))
    return QualifiedDate(code, first, None if days is None else first + timedelta(days=days))


def dates(*codes: str, most: int = 3) -> st.SearchStrategy[tuple[QualifiedDate, ...]]:
    return once_each(codes, most, spans)


def traces(*kinds: str, most: int = 2) -> st.SearchStrategy[tuple[Trace, ...]]:
    originator = st.sampled_from(["9CHARTLINE", "1999999999"])
    return several(st.builds(Trace, text(30), originator, EMPTY | text(10), st.sampled_from(kinds)), most)


ADDRESS = st.builds(
    Address,
    line1=name(),
    line2=EMPTY | name(),
    city=text(20, 2).map(clean).filter(lambda found: len(found) > 1),
    state=st.sampled_from(["IL", "NY"]),
    zip=st.from_regex(r"[0-9]{5}([0-9]{4})?", fullmatch=True),
)
PERSON_NAME = st.builds(PersonName, last=name(), first=EMPTY | name(), middle=EMPTY | name(), suffix=EMPTY | name(8))
CONTACT = st.builds(
    Contact,
    name(),
    st.lists(
        st.sampled_from([("TE", "5550100100"), ("FX", "5550100101"), ("EM", "desk@example.invalid")]),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
SPECIALTY = st.builds(Specialty, st.sampled_from(["PE", "RF", "AT"]), st.sampled_from(["", "207Q00000X"]))
DIAGNOSES = st.lists(st.sampled_from(["K0262", "Z0000", "E119", "M545"]), max_size=4).map(
    lambda codes: tuple(Diagnosis(code, "ABF" if at else "ABK") for at, code in enumerate(codes))
)
MODIFIERS = several(st.sampled_from(["25", "59", "TC", "LT"]), 4)
PROCEDURE = st.builds(Procedure, st.sampled_from(["99213", "J1885", "G0101"]), st.just("HC"), MODIFIERS)
DELIVERY = st.builds(
    Delivery,
    quantity_kind=st.just("VS"),
    quantity=QUANTITY,
    interval_kind=st.sampled_from(["", "WK", "MO"]),
    interval=maybe(st.integers(1, 99).map(Decimal)),
    period=st.sampled_from(["34", "35"]),
    periods=maybe(st.integers(1, 99)),
    days=st.sampled_from(["", "1", "SX"]),
    time=st.sampled_from(["", "A", "D"]),
)


def organisations(
    role: str | st.SearchStrategy[str], kind: str = "PI", /, **parts: st.SearchStrategy[object]
) -> st.SearchStrategy[Party]:
    """Organisations with an id of one kind; ``parts`` are what the loop has room for beside."""
    return st.builds(
        Party,
        role=st.just(role) if isinstance(role, str) else role,
        name=name(),
        id=NPI if kind == "XX" else text(12, 2),
        id_kind=st.just(kind),
        **parts,
    )


def parties(
    role: str | st.SearchStrategy[str], kind: str = "PI", /, **parts: st.SearchStrategy[object]
) -> st.SearchStrategy[Party]:
    """Organisations, and persons."""
    person = {"first": EMPTY | name(), "middle": EMPTY | name(), "suffix": EMPTY | name(8), "is_person": st.just(True)}
    return organisations(role, kind, **parts) | organisations(role, kind, **(person | parts))


def people(*, member: bool, **parts: st.SearchStrategy[object]) -> st.SearchStrategy[Person]:
    """Subscribers, or with ``member`` False dependents without an id."""
    return st.builds(
        Person,
        name=PERSON_NAME,
        member_id=text(12, 2) if member else EMPTY,
        member_id_kind=st.sampled_from(["MI", "II"]) if member else st.just("MI"),
        born=DAY,
        sex=st.sampled_from("FM"),
        **parts,
    )


def rejections(level: str, *reasons: str) -> st.SearchStrategy[tuple[Rejection, ...]]:
    return several(
        st.builds(
            Rejection,
            level=st.just(level),
            reason=st.sampled_from(reasons),
            follow_up=st.sampled_from("CNR"),
            is_request_valid=YES_NO,
        ),
        2,
    )


def found(data: bytes) -> list[tuple[str, str]]:
    """What is wrong with a file. Advice is left out: random answers are whole without being reasonable."""
    problems = check(data).problems
    return [(one.code, one.place.short) for one in problems if one.is_error or one.kind.level != 4]
