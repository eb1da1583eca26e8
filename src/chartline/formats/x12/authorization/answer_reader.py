"""A 278 file of answers into authorization answers.

A level below which nothing follows is an answer too, because that is how a request is refused. Tolerant about what may
be missing, strict about amounts, quantities and dates. Requests in the same file are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.authorization.answer import (
    AuthorizationAnswer,
    Decision,
    EventAnswer,
    ServiceAnswer,
    Validity,
)
from chartline.formats.x12.authorization.event_reader import read_event
from chartline.formats.x12.authorization.request_reader import ANSWER
from chartline.formats.x12.authorization.review import GUIDE
from chartline.formats.x12.authorization.service_reader import read_service
from chartline.formats.x12.inquiry_parts.party_reader import inner, read_party, read_person, read_trees
from chartline.formats.x12.inquiry_parts.value_reader import read_diagnoses, read_period, read_rejections
from chartline.formats.x12.inquiry_parts.values import Rejection
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop


def read_278_answer(data: bytes) -> list[AuthorizationAnswer]:
    """Every answer, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        answer
        for tree, heading in read_trees(data, "278", GUIDE, lambda bht: bht.at(2) == ANSWER)
        for source in tree.children("2000A")
        for answer in _source(heading, source)
    ]


def _source(heading: Segment, source: Loop) -> Iterator[AuthorizationAnswer]:
    loop = inner(source, "2010A")
    above = AuthorizationAnswer(
        reference=heading.at(3),
        reviewer=read_party(loop),
        rejections=(*read_rejections(source, "source"), *read_rejections(loop, "reviewer")),
        kind=heading.at(6),
    )
    levels = source.children("2000B")
    if not levels:
        yield above
    for level in levels:
        yield from _requester(above, level)


def _requester(above: AuthorizationAnswer, level: Loop) -> Iterator[AuthorizationAnswer]:
    loops = [inner(level, "2010B"), *(one for one in level.children("2010B")[1:] if one.find("NM1") is not None)]
    here = msgspec.structs.replace(
        above,
        requester=read_party(loops[0]),
        second_requester=read_party(loops[1]) if len(loops) > 1 else None,
        rejections=(*above.rejections, *(one for loop in loops for one in read_rejections(loop, "requester"))),
    )
    members = level.children("2000C")
    if not members:
        yield here
    for member in members:
        yield from _member(here, member)


def _member(above: AuthorizationAnswer, member: Loop) -> Iterator[AuthorizationAnswer]:
    loop = inner(member, "2010C")
    here = msgspec.structs.replace(
        above,
        subscriber=read_person(loop),
        rejections=(*above.rejections, *read_rejections(loop, "subscriber")),
    )
    dependents, events = member.children("2000D"), member.children("2000E")
    if events or not dependents:
        yield msgspec.structs.replace(here, events=tuple(_event(one) for one in events))
    for level in dependents:
        person = inner(level, "2010D")
        yield msgspec.structs.replace(
            here,
            dependent=read_person(person, is_dependent=True),
            rejections=(*here.rejections, *read_rejections(person, "dependent")),
            events=tuple(_event(one) for one in level.children("2000E")),
        )


def _event(loop: Loop) -> EventAnswer:
    contact = loop.child("2010EB")
    return EventAnswer(
        event=read_event(loop, "2010EA", "2010EC"),
        decision=_decision(loop),
        validity=_validity(loop),
        services=tuple(_service(one) for one in loop.children("2000F")),
        contact=read_party(contact) if contact is not None else None,
        rejections=(
            *read_rejections(loop, "event"),
            *_numbered(loop.children("2010EA"), "provider"),
            *_numbered(loop.children("2010EC"), "place"),
        ),
    )


def _service(loop: Loop) -> ServiceAnswer:
    contact = loop.child("2010FB")
    return ServiceAnswer(
        service=read_service(loop, "2010FA"),
        decision=_decision(loop),
        validity=_validity(loop),
        wanted=read_diagnoses(loop),
        contact=read_party(contact) if contact is not None else None,
        rejections=(*read_rejections(loop, "service"), *_numbered(loop.children("2010FA"), "provider")),
    )


def _numbered(loops: list[Loop], level: str) -> Iterator[Rejection]:
    for number, loop in enumerate(loops, 1):
        for one in read_rejections(loop, level):
            yield msgspec.structs.replace(one, number=number)


def _decision(loop: Loop) -> Decision | None:
    hcr = loop.find("HCR")
    if hcr is None:
        return None
    reasons = tuple(code for one in hcr.repetitions(3) if (code := one.strip()))
    return Decision(action=hcr.at(1), number=hcr.at(2), reasons=reasons, second_opinion=hcr.at(4))


def _validity(loop: Loop) -> Validity:
    first, last = read_period(loop, "007")
    issued, _ = read_period(loop, "102")
    expires, _ = read_period(loop, "036")
    return Validity(issued=issued, expires=expires, first_day=first, last_day=last)
