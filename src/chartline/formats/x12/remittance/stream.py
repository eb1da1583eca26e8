"""A remittance file as a stream: payments and claims one by one, in memory that does not grow with the file.

The envelope is followed as strictly as in ``read_interchanges``; transactions of other kinds are passed over. Counts
and control numbers are not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.cents import AMOUNTS, Amounts
from chartline.formats.x12.delimiters import TRUNCATED
from chartline.formats.x12.envelope import MISPLACED, NO_TRANSACTION
from chartline.formats.x12.remittance.claims import read_claim
from chartline.formats.x12.remittance.header import read_header
from chartline.formats.x12.remittance.institutional import ProviderSummary
from chartline.formats.x12.remittance.lines import ENDS_CLAIM
from chartline.formats.x12.remittance.mistakes import mistake
from chartline.formats.x12.remittance.model import ProviderAdjustment, Remittance, RemittanceClaim, RemittanceEnd
from chartline.formats.x12.remittance.pricing import read_inpatient_summary, read_summary
from chartline.formats.x12.remittance.provider import read_provider_adjustments
from chartline.formats.x12.remittance.segments import Segments
from chartline.formats.x12.source import Source
from chartline.formats.x12.tokenizer import Segment

RemittanceEvent = Remittance | RemittanceClaim | RemittanceEnd

_ENVELOPE = frozenset({"ST", "GS", "GE", "IEA", "ISA"})


def stream_835(source: Source) -> Iterator[RemittanceEvent]:
    """For each payment in file order: the ``Remittance`` without its claims, its claims, a ``RemittanceEnd``.

    Errors as ``read_835``, but possibly after a part of the file was yielded: nothing may be acted upon before the
    ``RemittanceEnd`` of its payment, nor before the iteration is over when the file must be whole.
    """
    segments = Segments(source)
    found = False
    for isa in _each(segments):
        if isa.id != "ISA":
            raise MISPLACED.error(segment=str(isa.ordinal), id=isa.id)
        for event in _interchange(segments):
            found = True
            yield event
    if not found:
        raise NO_TRANSACTION.error(set="835")


def _interchange(segments: Segments) -> Iterator[RemittanceEvent]:
    for segment in _each(segments):
        if segment.id == "GS":
            yield from _group(segments)
        elif segment.id == "IEA":
            return
        elif segment.id != "TA1":
            raise MISPLACED.error(segment=str(segment.ordinal), id=segment.id)
    raise TRUNCATED.error(missing="IEA")


def _group(segments: Segments) -> Iterator[RemittanceEvent]:
    for segment in _each(segments):
        if segment.id == "ST":
            if segment.at(1) == "835":
                yield from _remittance(segments)
            else:
                _pass_over(segments)
        elif segment.id == "GE":
            return
        elif segment.id in ("GS", "IEA"):
            raise TRUNCATED.error(missing="GE", segment=str(segment.ordinal))
        else:
            raise MISPLACED.error(segment=str(segment.ordinal), id=segment.id)
    raise TRUNCATED.error(missing="GE")


def _remittance(segments: Segments) -> Iterator[RemittanceEvent]:
    before: list[Segment] = []
    for segment in _each(segments):
        if segment.id in ENDS_CLAIM:
            break
        before.append(segment)
    else:
        raise TRUNCATED.error(missing="SE")
    elements = segments.split(segments.last_raw())
    header = read_header(before)
    segments.amounts = Amounts(header.currency) if header.currency not in ("", "USD") else AMOUNTS
    yield header
    group = "1"
    claims = 0
    summaries: list[ProviderSummary] = []
    adjustments: list[ProviderAdjustment] = []
    while elements[0] != "SE":
        if elements[0] == "CLP":
            try:
                claim, elements = read_claim(elements, segments, group)
            except ValueError:
                raise mistake(segments.last()) from None
            claims += 1
            yield claim
            continue
        if elements[0] == "LX":
            group = elements[1] if len(elements) > 1 else ""
        elif elements[0] in _ENVELOPE:
            raise TRUNCATED.error(missing="SE", segment=str(segments.last().ordinal))
        else:
            _between(elements, segments, group, summaries, adjustments)
        raw = next(segments.raws, None)
        elements = [""] if raw is None else segments.split(raw)
        if raw is None:
            raise TRUNCATED.error(missing="SE")
    yield RemittanceEnd(claims=claims, summaries=tuple(summaries), provider_adjustments=tuple(adjustments))


def _between(
    elements: list[str],
    segments: Segments,
    group: str,
    summaries: list[ProviderSummary],
    adjustments: list[ProviderAdjustment],
) -> None:
    """What stands outside the claims: sums of a provider, money outside any claim; anything else says nothing."""
    try:
        match elements[0]:
            case "PLB":
                adjustments += read_provider_adjustments(elements, segments)
            case "TS3":
                summaries.append(read_summary(elements, segments.amounts, group))
            case "TS2" if summaries and summaries[-1].group == group:
                inpatient = read_inpatient_summary(elements, segments.amounts)
                summaries[-1] = msgspec.structs.replace(summaries[-1], inpatient=inpatient)
            case _:
                segments.last()
    except ValueError:
        raise mistake(segments.last()) from None


def _pass_over(segments: Segments) -> None:
    """Step over a transaction of another kind."""
    for segment in _each(segments):
        if segment.id == "SE":
            return
        if segment.id in _ENVELOPE:
            raise TRUNCATED.error(missing="SE", segment=str(segment.ordinal))
    raise TRUNCATED.error(missing="SE")


def _each(segments: Segments) -> Iterator[Segment]:
    for _ in segments.raws:
        yield segments.last()
