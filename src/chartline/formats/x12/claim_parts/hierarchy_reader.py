"""A file of claims into claims, one after another, whatever their kind.

Walks interchanges, groups, transactions and levels, and hands each claim to the reader of its kind. Refuses what
breaks the nesting, because nothing in such a file can be trusted to be whole; counts and control numbers are not
checked here. Transactions of another set or of another kind of claim are stepped over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from chartline.formats.x12.claim_parts.mistakes import mistake
from chartline.formats.x12.claim_parts.parties import BillingProvider, Patient, Receiver, Submitter, Subscriber
from chartline.formats.x12.claim_parts.party_reader import read_billing, read_header, read_patient, read_subscriber
from chartline.formats.x12.claim_parts.raw_segments import BLANK, RawSegments
from chartline.formats.x12.delimiters import TRUNCATED
from chartline.formats.x12.envelope import MISPLACED, NO_TRANSACTION
from chartline.formats.x12.source import Source
from chartline.kernel.errors import ChartlineError

C = TypeVar("C")


class Level(NamedTuple):
    """Everybody a claim inherits from the levels above it."""

    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    subscriber: Subscriber
    patient: Patient | None


ReadClaim = Callable[[list[str], RawSegments, Level], tuple[C, list[str]]]
"""Takes the elements of a CLM; gives the claim and the segment that follows it."""

_GUIDES = ("005010X222", "005010X223", "005010X224")


def stream_claims(source: Source, guide: str, read_claim: ReadClaim[C]) -> Iterator[C]:
    """Every claim of every 837 transaction of this guide, in file order, in constant memory.

    ``guide`` is the guide without its addenda, ``005010X222``; a transaction that names none of the three claim guides
    is read too. Raises the errors of ``read_blocks``, ``x12.no_transaction`` (at the end), ``x12.misplaced``,
    ``x12.truncated``, ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity`` and ``x12.bad_date``, possibly
    after claims were already given.
    """
    segments = RawSegments(source)
    try:
        yield from _file(segments, guide, read_claim)
    except ValueError:
        wrong = mistake(segments.last())
        if wrong is None:
            raise
        raise wrong from None


def _file(segments: RawSegments, guide: str, read_claim: ReadClaim[C]) -> Iterator[C]:
    found = in_group = False
    group_guide = ""
    while (name := (elements := segments.next())[0]) != "":
        if name == "ISA" or (name in ("TA1", "IEA") and not in_group):
            continue
        if name == "GS" and not in_group:
            in_group, group_guide = True, (elements + BLANK)[8]
        elif name == "GE" and in_group:
            in_group = False
        elif name == "ST" and in_group:
            elements += BLANK
            named = elements[3] or group_guide
            if elements[1] == "837" and (named.startswith(guide) or not named.startswith(_GUIDES)):
                found = True
                yield from _transaction(segments, read_claim)
            else:
                _end(segments, segments.next(), skip=True)
        elif name in ("GS", "IEA"):
            raise TRUNCATED.error(missing="GE", segment=str(segments.last().ordinal))
        else:
            raise _misplaced(segments)
    if not found:
        raise NO_TRANSACTION.error(set="837", guide=guide)


def _transaction(segments: RawSegments, read_claim: ReadClaim[C]) -> Iterator[C]:
    submitter, receiver, elements = read_header(segments)
    providers: dict[str, BillingProvider] = {}
    subscribers: dict[str, tuple[BillingProvider, Subscriber]] = {}
    while elements[0] == "HL":
        elements += BLANK
        number, parent, kind = elements[1], elements[2], elements[3]
        patient: Patient | None = None
        if kind == "22" and parent in providers:
            billing = providers[parent]
            subscriber, elements = read_subscriber(segments)
            subscribers[number] = billing, subscriber
        elif kind == "23" and parent in subscribers:
            billing, subscriber = subscribers[parent]
            patient, elements = read_patient(segments)
        elif kind == "20":
            providers[number], elements = read_billing(segments)
            continue
        else:
            raise _misplaced(segments)
        if elements[0] == "CLM":
            level = Level(submitter, receiver, billing, subscriber, patient)
            while elements[0] == "CLM":
                claim, elements = read_claim(elements, segments, level)
                yield claim
    _end(segments, elements, skip=False)


def _end(segments: RawSegments, elements: list[str], *, skip: bool) -> None:
    """Make sure that the transaction ends with its SE, stepping over what comes before where that is wanted."""
    while elements[0] != "SE":
        if elements[0] in ("ST", "GS", "GE", "IEA", "ISA", ""):
            fields = {"segment": str(segments.last().ordinal)} if elements[0] else {}
            raise TRUNCATED.error(missing="SE", **fields)
        if not skip:
            raise _misplaced(segments)
        segments.step_over(elements[0])
        elements = segments.next()


def _misplaced(segments: RawSegments) -> ChartlineError:
    stray = segments.last()
    return MISPLACED.error(segment=str(stray.ordinal), id=stray.id)
