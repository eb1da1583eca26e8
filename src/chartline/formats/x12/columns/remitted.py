"""The tables of remittances (835), window by window.

Reads by the same rules as ``remittance.read_835``: a claim lasts from its CLP to the next one, a line from its SVC to
the next SVC or CLP, and of what may stand only once the first counts. Strict about amounts and dates.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.adjustments import reasons
from chartline.formats.x12.columns.envelopes import Transaction
from chartline.formats.x12.columns.finding import Found, controls, interleaved, last_of, numbered, places, rows_of
from chartline.formats.x12.columns.identifiers import (
    AMT,
    CAS,
    CLP,
    DTM,
    LQ,
    LX,
    MIA,
    MOA,
    N1,
    NM1,
    OTHER,
    PLB,
    REF,
    ST,
    SVC,
    chosen,
    packed,
)
from chartline.formats.x12.columns.numbers import Place, cents, dates, millionths
from chartline.formats.x12.columns.payments import payments
from chartline.formats.x12.columns.shapes import (
    ADJUSTMENTS,
    PROVIDER_ADJUSTMENTS,
    REMITTED_CLAIMS,
    REMITTED_LINES,
    Batches,
)
from chartline.formats.x12.columns.window import Sorted, Window
from chartline.formats.x12.columns.windows import Boundary
from chartline.formats.x12.loops import INCOMPLETE

_MOA_REMARKS = (3, 4, 5, 6, 7)
_MIA_REMARKS = (5, 20, 21, 22, 23)
_PLB_PAIRS = (3, 5, 7, 9, 11, 13)


def boundary(window: Window) -> Boundary | None:
    """Before the last claim; claims do not depend on what is before them."""
    rows = np.flatnonzero(window.kinds == CLP)
    return Boundary(int(rows[-1]), b"") if len(rows) else None


class Remittances:
    """Makes the tables of one file; counts the rows made so far."""

    def __init__(self) -> None:
        self._claims = 0
        self._lines = 0

    def batches(self, window: Window, transactions: list[Transaction]) -> Batches:
        """The rows of a window. Raises ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity``,
        ``x12.bad_date``."""
        part = _Part(window, transactions, self._claims, self._lines)
        batches = Batches(
            payments=payments(window, transactions, part.rows, part.kinds, part.owner),
            claims=part.claims(),
            lines=part.lines(),
            adjustments=part.adjustments(),
            provider_adjustments=part.provider_adjustments(),
        )
        self._claims += len(part.clp)
        self._lines += len(part.svc)
        return batches


class _Part:
    """The wanted transactions of one window. ``owner`` is the last segment that begins something."""

    def __init__(self, window: Window, transactions: list[Transaction], claims: int, lines: int) -> None:
        self.window = window
        self.transactions = transactions
        self.begins = np.array([transaction.begin for transaction in transactions], np.int64)
        self.numbers = np.array([transaction.number for transaction in transactions], np.int64)
        self.first_claim, self.first_line = claims, lines
        kinds = np.full(len(window), OTHER, np.uint8)
        for transaction in transactions:
            begin = transaction.begin - transaction.opens
            kinds[begin : transaction.end] = window.kinds[begin : transaction.end]
        # Names of parties stand before the first claim; a line is in a claim, which LX and PLB end.
        section = kinds[last_of(chosen(kinds, ST, CLP, LX, PLB))]
        kinds[((kinds == N1) & (section != ST)) | ((kinds == SVC) & (section != CLP))] = OTHER
        self.kinds = kinds
        self.rows = Sorted(kinds)
        self.clp, self.svc = self.rows[CLP], self.rows[SVC]
        self._claim, self._line = np.cumsum(kinds == CLP) - 1, np.cumsum(kinds == SVC) - 1
        self.owner = last_of(chosen(kinds, ST, N1, CLP, SVC, LX, PLB))
        self._level = kinds[self.owner]

    def _of_claims(self, kind: int) -> Found:
        segments = self.rows[kind]
        segments = segments[self._level[segments] == CLP]
        return Found(self.window, segments, self._claim[segments], len(self.clp))

    def _of_lines(self, kind: int) -> Found:
        segments = self.rows[kind]
        segments = segments[self._level[segments] == SVC]
        return Found(self.window, segments, self._line[segments], len(self.svc))

    def _check_amounts(self, found: Found) -> None:
        cents(Place(self.window, found.segments, "AMT", 2), found.element(2))

    def claims(self) -> pa.RecordBatch:
        window, clp = self.window, self.clp
        count = len(clp)
        of = rows_of(self.begins, clp)
        control, status, charged, paid, owed, *rest = window.elements(clp, 1, 9)
        names, times = self._of_claims(NM1), self._of_claims(DTM).having(2)
        role, period = names.code(1), times.code(1)
        patient, subscriber = names.first(role == packed("QC")), names.first(role == packed("IL"))
        self._check_amounts(self._of_claims(AMT))
        return pa.RecordBatch.from_arrays(
            [
                build.numbers(np.arange(self.first_claim, self.first_claim + count)),
                build.numbers(self.numbers[of]),
                *controls(self.transactions, of),
                build.texts(window, control),
                build.texts(window, status),
                build.money(cents(Place(window, clp, "CLP", 3), charged)),
                build.money(cents(Place(window, clp, "CLP", 4), paid)),
                build.money(cents(Place(window, clp, "CLP", 5), owed, optional=True), owed.present),
                *(build.texts(window, spans) for spans in rest),
                patient.texts(3),
                patient.texts(4),
                patient.texts(9),
                subscriber.texts(3),
                subscriber.texts(4),
                subscriber.texts(9),
                names.first(role == packed("82")).texts(9),
                times.first(period == packed("232")).dates(2, "DTM"),
                times.first(period == packed("233")).dates(2, "DTM"),
                times.first(period == packed("050")).dates(2, "DTM"),
                self._claim_remarks(),
                *places(window, clp),
            ],
            schema=REMITTED_CLAIMS,
        )

    def _claim_remarks(self) -> pa.Array:
        inpatient, outpatient = self._of_claims(MIA), self._of_claims(MOA)
        spans, rows = outpatient.spread(_MOA_REMARKS)
        if not len(inpatient.rows):
            return build.lists(self.window, spans, rows, len(self.clp))
        before, before_rows = inpatient.spread(_MIA_REMARKS)
        some, others = before.present, spans.present
        rows = np.concatenate((before_rows[some], rows[others]))
        values = pa.concat_arrays(
            [build.gathered(self.window, before.pick(some)), build.gathered(self.window, spans.pick(others))]
        )
        order = np.argsort(rows, kind="stable")
        return pa.ListArray.from_arrays(
            pa.array(build.offsets(rows, len(self.clp))), values.take(pa.array(order)), type=build.TEXTS
        )

    def lines(self) -> pa.RecordBatch:
        window, svc = self.window, self.svc
        count = len(svc)
        claim = self._claim[svc]
        procedure, charged, paid, revenue, units, _, original = window.elements(svc, 1, 7)
        qualifier, code, *modifiers = window.components(procedure, 6)
        # An absent SVC05 means one unit.
        values, large = millionths(Place(window, svc, "SVC", 5), units)
        values = np.where(units.present, values, 1_000_000)
        millionths(Place(window, svc, "SVC", 7), original)
        times, amounts, remarks = self._of_lines(DTM).having(2), self._of_lines(AMT), self._of_lines(LQ)
        served, through = self._served(times)
        kind = amounts.code(1)
        self._check_amounts(amounts.only(kind != packed("B6")))
        references = self._of_lines(REF)
        remarks = remarks.only(remarks.code(1) == packed("HE"))
        return pa.RecordBatch.from_arrays(
            [
                build.numbers(np.arange(self.first_line, self.first_line + count)),
                build.numbers(claim + self.first_claim),
                build.numbers(numbered(claim)),
                build.texts(window, qualifier),
                build.texts(window, code),
                build.lists(window, *interleaved(modifiers, count), count),
                build.money(cents(Place(window, svc, "SVC", 2), charged)),
                build.money(cents(Place(window, svc, "SVC", 3), paid, optional=True)),
                amounts.first(kind == packed("B6")).money(2, "AMT"),
                build.texts(window, revenue),
                build.quantities(values, large),
                served,
                through,
                references.first(references.code(1) == packed("6R")).texts(2),
                build.lists(window, remarks.element(2), remarks.rows, count),
                *places(window, svc),
            ],
            schema=REMITTED_LINES,
        )

    def _served(self, times: Found) -> tuple[pa.Array, pa.Array]:
        period = times.code(1)
        values, present = times.first(period == packed("472")).days(2, "DTM")
        begin, begins = times.first(period == packed("150")).days(2, "DTM")
        day = build.days(np.where(present, values, begin), present | begins)
        return day, times.first(period == packed("151")).dates(2, "DTM")

    def adjustments(self) -> pa.RecordBatch:
        segments = self.rows[CAS]
        segments = segments[chosen(self._level[segments], CLP, SVC)]
        found = reasons(self.window, segments)
        in_line = self._level[found.segments] == SVC
        return pa.RecordBatch.from_arrays(
            [
                build.numbers(self._claim[found.segments] + self.first_claim),
                build.numbers(self._line[found.segments] + self.first_line, in_line),
                found.group,
                found.reason,
                found.amount,
                found.quantity,
            ],
            schema=ADJUSTMENTS,
        )

    def provider_adjustments(self) -> pa.RecordBatch:
        window = self.window
        plb = self.rows[PLB]
        segments = np.repeat(plb, len(_PLB_PAIRS))
        numbers = np.tile(np.array(_PLB_PAIRS), len(plb))
        reason, amount = window.element(segments, numbers), window.element(segments, numbers + 1)
        kept = reason.present | amount.present
        segments, numbers, reason, amount = segments[kept], numbers[kept], reason.pick(kept), amount.pick(kept)
        ends = window.element(segments, 2)
        if not ends.present.all():
            ordinal, _ = window.place(int(segments[np.argmin(ends.present)]))
            raise INCOMPLETE.error(missing="PLB02", near=f"PLB {ordinal}")
        code, reference = window.components(reason, 2)
        of = pa.array(np.searchsorted(plb, segments))
        year_ends = dates(Place(window, segments, "PLB", np.full(len(segments), 2)), ends)
        return pa.RecordBatch.from_arrays(
            [
                build.numbers(self.numbers[rows_of(self.begins, segments)]),
                build.texts(window, window.element(plb, 1)).take(of),
                build.days(year_ends),
                build.texts(window, code),
                build.texts(window, reference),
                build.money(cents(Place(window, segments, "PLB", numbers + 1), amount)),
            ],
            schema=PROVIDER_ADJUSTMENTS,
        )
