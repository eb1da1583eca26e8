"""A 276 file into questions about claims: one for each claim.

Tolerant about what may be missing, strict about amounts, quantities and dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.claim_status.question import GUIDE, LineQuestion, StatusPerson, StatusRequest
from chartline.formats.x12.claim_status.segments import read_person, read_providers
from chartline.formats.x12.elements import amount, quantity
from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.party_reader import head, inner, read_party, read_trees
from chartline.formats.x12.inquiry_parts.value_reader import read_period, read_procedure
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.loops import present
from chartline.formats.x12.tree import Loop


def read_276(data: bytes) -> list[StatusRequest]:
    """Every claim of every 276 transaction, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        request
        for tree, heading in read_trees(data, "276", GUIDE)
        for source in tree.children("2000A")
        for asking in source.children("2000B")
        for request in _requests(heading.at(3), source, asking)
    ]


def _requests(reference: str, source: Loop, asking: Loop) -> Iterator[StatusRequest]:
    payer, requester = read_party(inner(source, "2100A")), read_party(inner(asking, "2100B"))
    for level in asking.children("2000C"):
        providers = read_providers(level)
        for member in level.children("2000D"):
            subscriber = read_person(inner(member, "2100D"), member.find("DMG"))
            for claim in member.children("2200D"):
                yield _request(reference, payer, requester, providers, subscriber, None, claim)
            for inside in member.children("2000E"):
                dependent = read_person(inner(inside, "2100E"), inside.find("DMG"))
                for claim in inside.children("2200E"):
                    yield _request(reference, payer, requester, providers, subscriber, dependent, claim)


def _request(
    reference: str,
    payer: Party,
    requester: Party,
    providers: tuple[Party, Party | None],
    subscriber: StatusPerson,
    dependent: StatusPerson | None,
    claim: Loop,
) -> StatusRequest:
    charge = claim.find("AMT", "T3")
    first, last = read_period(claim, "472")
    return StatusRequest(
        reference=reference,
        payer=payer,
        requester=requester,
        provider=providers[0],
        second_provider=providers[1],
        subscriber=subscriber,
        dependent=dependent,
        trace=head(claim, "TRN").at(2),
        payer_control_number=claim.value("REF", "1K"),
        bill_type=claim.value("REF", "BLT"),
        application=claim.value("REF", "LU"),
        group=claim.value("REF", "6P"),
        patient_control_number=claim.value("REF", "EJ"),
        prescription=claim.value("REF", "XZ"),
        intermediary_reference=claim.value("REF", "D9"),
        charge=amount(charge, 2) if charge is not None else None,
        first_day=first,
        last_day=last,
        lines=tuple(_line(line) for line in claim.children("2210D", "2210E")),
    )


def _line(loop: Loop) -> LineQuestion:
    svc = head(loop, "SVC")
    first, last = read_period(loop, "472")
    return LineQuestion(
        procedure=read_procedure(svc, 1) or Procedure(""),
        charge=amount(svc, 2),
        first_day=present(first, "DTP*472", svc),
        last_day=last,
        units=quantity(svc, 7),
        revenue_code=svc.at(4),
        control=loop.value("REF", "FJ"),
    )
