"""A 270 file into eligibility questions.

Each patient about whom something is asked becomes one question; a subscriber who is only named above dependents does
not. Tolerant about what may be missing, strict about amounts and dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.elements import amount
from chartline.formats.x12.eligibility.question import GUIDE, BenefitQuestion, EligibilityRequest
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.party_reader import head, inner, read_party, read_person, read_trees
from chartline.formats.x12.inquiry_parts.value_reader import (
    read_period,
    read_pointers,
    read_procedure,
    read_references,
    read_traces,
)
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop
from chartline.kernel.money import Money


def read_270(data: bytes) -> list[EligibilityRequest]:
    """Every question of every 270 transaction, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        request
        for tree, heading in read_trees(data, "270", GUIDE)
        for source in tree.children("2000A")
        for asking in source.children("2000B")
        for member in asking.children("2000C")
        for request in _requests(
            heading, read_party(inner(source, "2100A")), read_party(inner(asking, "2100B")), member
        )
    ]


def _requests(heading: Segment, payer: Party, provider: Party, member: Loop) -> Iterator[EligibilityRequest]:
    person = inner(member, "2100C")
    subscriber = read_person(person)
    dependents = member.children("2000D")
    patients: list[tuple[Loop, Loop, Person | None]] = [
        (level, inner(level, "2100D"), read_person(inner(level, "2100D"), is_dependent=True)) for level in dependents
    ]
    if person.children("2110C") or not dependents:
        patients.insert(0, (member, person, None))
    for level, loop, dependent in patients:
        yield EligibilityRequest(
            payer=payer,
            provider=provider,
            subscriber=subscriber,
            dependent=dependent,
            questions=tuple(_question(one) for one in loop.children("2110C", "2110D")),
            traces=read_traces(level),
            reference=heading.at(3),
            purpose=heading.at(2),
            kind=heading.at(6),
        )


def _question(loop: Loop) -> BenefitQuestion:
    eq, iii, ref = head(loop, "EQ"), loop.find("III"), loop.find("REF")
    first, last = read_period(loop, "291")
    return BenefitQuestion(
        service_types=tuple(code for one in eq.repetitions(1) if (code := one.strip())),
        procedure=read_procedure(eq, 2),
        coverage_level=eq.at(3),
        pointers=read_pointers(eq, 5),
        spend_down=_amount(loop, "R"),
        spend_down_billed=_amount(loop, "PB"),
        place_of_service=iii.at(2) if iii is not None else "",
        authorization=read_references([ref])[0] if ref is not None else None,
        first_day=first,
        last_day=last,
    )


def _amount(loop: Loop, qualifier: str) -> Money | None:
    amt = loop.find("AMT", qualifier)
    return amount(amt, 2) if amt is not None else None
