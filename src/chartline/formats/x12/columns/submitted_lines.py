"""The lines of professional claims, and what payers before this one did not pay of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from chartline.formats.x12.claim_parts.value_reader import read_period
from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.adjustments import reasons
from chartline.formats.x12.columns.arrays import Days, Flags, Ints, Spans
from chartline.formats.x12.columns.finding import Found, interleaved, numbered, places, rows_of
from chartline.formats.x12.columns.identifiers import CAS, CLM, DTP, LX, NM1, OTHER_PAYER, REF, SV1, SVD, packed
from chartline.formats.x12.columns.numbers import EPOCH, Place, cents, dates, millionths
from chartline.formats.x12.columns.shapes import OTHER_PAYERS_ADJUSTMENTS, SUBMITTED_LINES
from chartline.formats.x12.elements import BAD_DATE, BAD_QUANTITY
from chartline.formats.x12.loops import INCOMPLETE

if TYPE_CHECKING:
    from chartline.formats.x12.columns.submitted import Part


def lines(part: Part) -> pa.RecordBatch:
    """One row an LX. Raises ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity`` and ``x12.bad_date``."""
    window, lx = part.window, part.lx
    count = len(lx)
    claim = rows_of(part.clm, lx)
    service = part.of(lx, SV1, staged=LX).last()
    times, references = part.of(lx, DTP, owned=LX).having(3), part.of(lx, REF, staged=LX)
    references = references.only(part.owned[references.segments] != NM1)
    when = times.first(times.code(1) == packed("472"))
    for found, name in ((service, "SV1"), (when, "DTP*472")):
        if len(found.rows) < count:
            row = int(np.setdiff1d(np.arange(count), found.rows)[0])
            raise INCOMPLETE.error(missing=name, near=f"LX {window.place(int(lx[row]))[0]}")
    segments = service.segments
    procedure, charge, unit, units, place, _, pointers = window.elements(segments, 1, 7)
    _, code, *modifiers = window.components(procedure, 6)
    values, large = millionths(Place(window, segments, "SV1", 4), units)
    first, last, ranged = _period(when)
    return pa.RecordBatch.from_arrays(
        [
            build.numbers(np.arange(part.first_line, part.first_line + count)),
            build.numbers(claim + part.first_claim),
            build.numbers(numbered(claim)),
            build.texts(window, code),
            build.lists(window, *interleaved(modifiers, count), count),
            build.money(cents(Place(window, segments, "SV1", 2), charge)),
            build.texts(window, unit),
            build.quantities(values, large),
            build.texts(window, place),
            _pointers(part, segments, pointers),
            build.days(first),
            build.days(last, ranged),
            references.first(references.code(1) == packed("6R")).texts(2),
            *places(window, lx),
        ],
        schema=SUBMITTED_LINES,
    )


def _period(when: Found) -> tuple[Days, Days, Flags]:
    """First and last days of DTP segments, and which have a last one."""
    window, (start, end) = when.window, when.element(3)
    place = Place(window, when.segments, "DTP", 3)
    length = end - start
    ranged = (length == 17) & (window.text[np.minimum(start + 8, end)] == 0x2D)
    odd = ~ranged & (length != 8)
    first = dates(place, Spans(start, np.where(odd, start, start + 8)))
    last = dates(place, Spans(np.where(ranged, end - 8, end), end))
    for row, text in zip(np.flatnonzero(odd).tolist(), window.texts(Spans(start, end).pick(odd)), strict=True):
        try:
            day, through, _ = read_period(text)
        except ValueError:
            raise place.error(BAD_DATE, row) from None
        first[row] = day.toordinal() - EPOCH
        if through is not None:
            last[row], ranged[row] = through.toordinal() - EPOCH, True
    return first, last, ranged


def _pointers(part: Part, segments: Ints, pointers: Spans) -> pa.Array:
    """The diagnoses a line points to, counted from 1."""
    window = part.window
    spans, rows = window.all_components(pointers)
    present = spans.present
    spans, rows = spans.pick(present), rows[present]
    values = window.text[spans.start].astype(np.int64) - 0x30
    odd = (spans.end - spans.start > 1) | (values < 0) | (values > 9)
    for at, text in zip(np.flatnonzero(odd).tolist(), window.texts(spans.pick(odd)), strict=True):
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Place(window, segments, "SV1", 7).error(BAD_QUANTITY, int(rows[at]))
        values[at] = int(text)
    return pa.ListArray.from_arrays(pa.array(build.offsets(rows, len(segments))), pa.array(values), type=build.NUMBERS)


def adjustments(part: Part) -> pa.RecordBatch:
    """One row a reason of a CAS. Raises ``x12.bad_amount`` and ``x12.bad_quantity``."""
    window, kinds = part.window, part.kinds
    segments = part.rows[CAS]
    segments = segments[np.isin(part.staged[segments], (CLM, OTHER_PAYER, LX))]
    found = reasons(window, segments)
    in_line = part.staged[found.segments] == LX
    others, decided = part.rows[OTHER_PAYER], part.rows[SVD]
    names = part.of(others, NM1, staged=OTHER_PAYER)
    of_claims = names.first(names.code(1) == packed("PR")).texts(9)
    of_lines = build.texts(window, window.element(decided, 1))
    # A line's decision begins with its SVD, a claim's with its SBR; without one the payer is not known.
    stage = np.where(in_line, part.last_decision[found.segments], part.stage[found.segments])
    known = np.where(in_line, kinds[stage] == SVD, kinds[stage] == OTHER_PAYER)
    index = np.where(in_line, rows_of(decided, stage) + len(others), rows_of(others, stage))
    payers = pa.concat_arrays([of_claims, of_lines]).take(pa.array(index, mask=~known))
    return pa.RecordBatch.from_arrays(
        [
            build.numbers(rows_of(part.clm, found.segments) + part.first_claim),
            build.numbers(rows_of(part.lx, found.segments) + part.first_line, in_line),
            payers,
            found.group,
            found.reason,
            found.amount,
            found.quantity,
        ],
        schema=OTHER_PAYERS_ADJUSTMENTS,
    )
