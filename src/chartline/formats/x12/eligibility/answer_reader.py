"""A 271 file into eligibility answers.

Each patient becomes one answer, and so does a payer or provider level below which nothing follows, because that is how
a question is refused. Tolerant about what may be missing, strict about amounts, quantities and dates.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.elements import period
from chartline.formats.x12.eligibility.answer import EligibilityAnswer, Military
from chartline.formats.x12.eligibility.benefit_reader import read_benefit
from chartline.formats.x12.eligibility.question import GUIDE
from chartline.formats.x12.inquiry_parts.party_reader import inner, read_party, read_person, read_trees
from chartline.formats.x12.inquiry_parts.value_reader import read_rejections, read_traces
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop


def read_271(data: bytes) -> list[EligibilityAnswer]:
    """Every answer of every 271 transaction, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        answer
        for tree, heading in read_trees(data, "271", GUIDE)
        for source in tree.children("2000A")
        for answer in _source(heading, source)
    ]


def _source(heading: Segment, source: Loop) -> Iterator[EligibilityAnswer]:
    loop = inner(source, "2100A")
    refused = (*read_rejections(source, "source"), *read_rejections(loop, "payer"))
    above = EligibilityAnswer(
        payer=read_party(loop), rejections=refused, reference=heading.at(3), purpose=heading.at(2)
    )
    asking = source.children("2000B")
    if not asking:
        yield above
    for level in asking:
        yield from _asking(above, level)


def _asking(above: EligibilityAnswer, asking: Loop) -> Iterator[EligibilityAnswer]:
    loop = inner(asking, "2100B")
    here = msgspec.structs.replace(
        above, provider=read_party(loop), rejections=(*above.rejections, *read_rejections(loop, "provider"))
    )
    members = asking.children("2000C")
    if not members:
        yield here
    for level in members:
        yield from _member(here, level)


def _member(above: EligibilityAnswer, member: Loop) -> Iterator[EligibilityAnswer]:
    loop = inner(member, "2100C")
    here = msgspec.structs.replace(
        above,
        subscriber=read_person(loop),
        subscriber_military=_military(loop),
        rejections=(*above.rejections, *read_rejections(loop, "subscriber")),
    )
    dependents = member.children("2000D")
    benefits = tuple(read_benefit(one) for one in loop.children("2110C"))
    if benefits or not dependents:
        yield msgspec.structs.replace(here, benefits=benefits, traces=read_traces(member))
    for level in dependents:
        person = inner(level, "2100D")
        yield msgspec.structs.replace(
            here,
            dependent=read_person(person, is_dependent=True),
            dependent_military=_military(person),
            benefits=tuple(read_benefit(one) for one in person.children("2110D")),
            rejections=(*here.rejections, *read_rejections(person, "dependent")),
            traces=read_traces(level),
        )


def _military(loop: Loop) -> tuple[Military, ...]:
    found: list[Military] = []
    for mpi in loop.all("MPI"):
        first, last = period(mpi, 7) or (None, None)
        found.append(
            Military(
                status=mpi.at(1),
                employment=mpi.at(2),
                branch=mpi.at(3),
                note=mpi.at(4),
                rank=mpi.at(5),
                first_day=first,
                last_day=last,
            )
        )
    return tuple(found)
