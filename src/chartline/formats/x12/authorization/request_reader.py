"""A 278 file of requests into authorization requests.

Tolerant about what may be missing, strict about amounts, quantities and dates. Answers in the same file are stepped
over.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.authorization.event_reader import read_event
from chartline.formats.x12.authorization.request import AuthorizationRequest
from chartline.formats.x12.authorization.review import GUIDE
from chartline.formats.x12.authorization.service_reader import read_service
from chartline.formats.x12.inquiry_parts.parties import Person
from chartline.formats.x12.inquiry_parts.party_reader import inner, read_party, read_person, read_trees
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop

ANSWER = "11"
"""BHT02 of an answer."""


def read_278_request(data: bytes) -> list[AuthorizationRequest]:
    """Every event of every request, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        request
        for tree, heading in read_trees(data, "278", GUIDE, lambda bht: bht.at(2) != ANSWER)
        for source in tree.children("2000A")
        for asking in source.children("2000B")
        for member in asking.children("2000C")
        for request in _requests(heading, source, asking, member)
    ]


def _requests(heading: Segment, source: Loop, asking: Loop, member: Loop) -> Iterator[AuthorizationRequest]:
    reviewer, requester = read_party(inner(source, "2010A")), read_party(inner(asking, "2010B"))
    subscriber = read_person(inner(member, "2010C"))
    patients: list[tuple[Loop, Person | None]] = [(member, None)]
    for level in member.children("2000D"):
        patients.append((level, read_person(inner(level, "2010D"), is_dependent=True)))
    for level, dependent in patients:
        for event in level.children("2000E"):
            yield AuthorizationRequest(
                reference=heading.at(3),
                reviewer=reviewer,
                requester=requester,
                subscriber=subscriber,
                dependent=dependent,
                event=read_event(event, "2010EA", "2010EB"),
                services=tuple(read_service(one, "2010F") for one in event.children("2000F")),
                purpose=heading.at(2),
                kind=heading.at(6),
            )
