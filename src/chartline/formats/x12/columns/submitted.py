"""The tables of professional claims (837P), window by window.

Reads by the same rules as ``professional_claim.read_837p``: what a claim says of itself stands before its first NM1,
other payers begin with an SBR inside a claim, and a line says of itself what stands before its first NM1 or SVD.
Strict about amounts, dates and the hierarchy.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.arrays import Ints
from chartline.formats.x12.columns.envelopes import Transaction
from chartline.formats.x12.columns.finding import Found, controls, last_of, places, rows_of
from chartline.formats.x12.columns.identifiers import (
    CLM,
    DMG,
    HI,
    HL,
    LX,
    NM1,
    OTHER,
    OTHER_PAYER,
    PAT,
    REF,
    SBR,
    ST,
    SVD,
    chosen,
    packed,
)
from chartline.formats.x12.columns.levels import BILLING, PATIENT, SUBSCRIBER, levels
from chartline.formats.x12.columns.numbers import Place, cents
from chartline.formats.x12.columns.shapes import SUBMITTED_CLAIMS, Batches
from chartline.formats.x12.columns.submitted_lines import adjustments, lines
from chartline.formats.x12.columns.window import Sorted, Window
from chartline.formats.x12.columns.windows import Boundary
from chartline.formats.x12.envelope import MISPLACED
from chartline.formats.x12.loops import INCOMPLETE


def boundary(window: Window) -> Boundary | None:
    """Before the last claim or level; the levels that are open there are the context of what follows."""
    rows = np.flatnonzero(chosen(window.kinds, HL, CLM, ST))
    kinds = window.kinds[rows]
    if not len(rows) or kinds[-1] == ST:
        return None
    cut = int(rows[-1])
    hl = rows[(kinds == HL) & (rows < cut)]
    opened = rows[kinds == ST]
    hl = hl[hl > (opened[-1] if len(opened) else -1)]
    codes = window.code(window.element(hl, 3)).tolist()
    context: list[bytes] = []
    after = -1
    for wanted in (BILLING, SUBSCRIBER, PATIENT):
        found = [row for row, code in zip(hl.tolist(), codes, strict=True) if code == wanted and row > after]
        if not found:
            continue
        after = found[-1]
        end = int(rows[np.searchsorted(rows, after) + 1])
        context.append(window.data[int(window.begin[after]) : int(window.begin[end])])
    return Boundary(cut, b"".join(context))


class Claims:
    """Makes the tables of one file; counts the rows made so far."""

    def __init__(self) -> None:
        self._claims = 0
        self._lines = 0

    def batches(self, window: Window, transactions: list[Transaction]) -> Batches:
        """The rows of a window. Raises ``x12.misplaced``, ``x12.incomplete``, ``x12.bad_amount``,
        ``x12.bad_quantity``, ``x12.bad_date`` and ``x12.far_parent``."""
        part = Part(window, transactions, self._claims, self._lines)
        batches = Batches(claims=part.claims(), lines=lines(part), adjustments=adjustments(part))
        self._claims += len(part.clm)
        self._lines += len(part.lx)
        return batches


class Part:
    """The wanted transactions of one window.

    For each segment, ``owner`` is the last that begins something, ``stage`` the same without names: the HL, the CLM,
    the other payer or the LX that it is part of.
    """

    def __init__(self, window: Window, transactions: list[Transaction], claims: int, lines: int) -> None:
        self.window = window
        self.transactions = transactions
        self.first_claim, self.first_line = claims, lines
        kinds = np.full(len(window), OTHER, np.uint8)
        begins = [transaction.begin - 1 if transaction.opens else 0 for transaction in transactions]
        for begin, transaction in zip(begins, transactions, strict=True):
            kinds[begin : transaction.end] = window.kinds[begin : transaction.end]
        self.begins = np.array(begins, np.int64)
        section = kinds[last_of(chosen(kinds, ST, HL, CLM))]
        level = kinds[last_of(chosen(kinds, ST, HL))]
        stray = (kinds == CLM) & (level != HL)
        if stray.any():
            raise MISPLACED.error(segment=str(window.place(int(np.argmax(stray)))[0]), id="CLM")
        # Nothing of the header is in the tables, and lines are only in claims.
        kinds[(level == ST) & (kinds != ST)] = OTHER
        kinds[(kinds == LX) & (section != CLM)] = OTHER
        base = kinds[last_of(chosen(kinds, ST, HL, CLM, LX))]
        kinds[(kinds == SBR) & (base == CLM)] = OTHER_PAYER
        kinds[((kinds == SBR) & (base == LX)) | ((kinds == SVD) & (base != LX))] = OTHER
        self.kinds = kinds
        self.rows = Sorted(kinds)
        self.owner = last_of(chosen(kinds, ST, HL, CLM, NM1, OTHER_PAYER, LX, SVD))
        self.stage = last_of(chosen(kinds, ST, HL, CLM, OTHER_PAYER, LX))
        self.last_decision = last_of(chosen(kinds, CLM, LX, SVD))
        self.owned, self.staged = kinds[self.owner], kinds[self.stage]
        self.clm, self.lx = self.rows[CLM], self.rows[LX]

    def of(self, rows: Ints, kind: int, *, owned: int | None = None, staged: int | None = None) -> Found:
        """Segments of one kind by what they follow, with the row among ``rows`` that each is after."""
        segments = self.rows[kind]
        if owned is not None:
            segments = segments[self.owned[segments] == owned]
        if staged is not None:
            segments = segments[self.staged[segments] == staged]
        return Found(self.window, segments, rows_of(rows, segments), len(rows))

    def claims(self) -> pa.RecordBatch:
        """One row a CLM."""
        window, clm = self.window, self.clm
        count = len(clm)
        reference, total, _, _, facility, signature, *consent = window.elements(clm, 1, 9)
        place, _, frequency = window.components(facility, 3)
        references, names = self.of(clm, REF, owned=CLM), self.of(clm, NM1, staged=CLM)
        kind = references.code(1)
        rendering = names.first(names.code(1) == packed("82"))
        return pa.RecordBatch.from_arrays(
            [
                build.numbers(np.arange(self.first_claim, self.first_claim + count)),
                *controls(self.transactions, rows_of(self.begins, clm)),
                build.texts(window, reference),
                build.money(cents(Place(window, clm, "CLM", 2), total)),
                build.texts(window, place),
                build.texts(window, frequency),
                pa.array(window.code(signature) == packed("Y")),
                *(build.texts(window, spans) for spans in consent),
                *(references.first(kind == packed(name)).texts(2) for name in ("D9", "F8", "G1")),
                self._diagnoses(),
                *self._people(),
                rendering.texts(3),
                rendering.texts(4),
                rendering.texts(9),
                *places(window, clm),
            ],
            schema=SUBMITTED_CLAIMS,
        )

    def _diagnoses(self) -> pa.Array:
        window, found = self.window, self.of(self.clm, HI, staged=CLM)
        counts = window.count(found.segments)
        segments, rows = np.repeat(found.segments, counts), np.repeat(found.rows, counts)
        numbers = np.arange(len(segments)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
        kind, code = window.components(window.element(segments, numbers), 2)
        kinds = window.code(kind)
        kept = (kinds == packed("ABK")) | (kinds == packed("ABF"))
        return build.lists(window, code.pick(kept), rows[kept], len(self.clm))

    def _people(self) -> list[pa.Array]:
        """The columns of billing provider, subscriber and patient, which the levels above a claim name."""
        window, hl = self.window, self.rows[HL]
        continued = bool(self.transactions) and not self.transactions[0].opens
        found = levels(window, hl, self.begins, continued=continued)
        names = self.of(hl, NM1, staged=HL)
        role = names.code(1)
        billing, subscriber, payer, patient = (names.first(role == packed(name)) for name in ("85", "IL", "PR", "QC"))
        references, born = self.of(hl, REF, staged=HL), self.of(hl, DMG, staged=HL)
        kind = references.code(1)
        taxes = self._under(references.only((kind == packed("EI")) | (kind == packed("SY"))), billing)
        insurance, relation = self.of(hl, SBR, staged=HL).first(), self.of(hl, PAT, staged=HL).first()
        subscriber_born = self._under(born, subscriber)
        patient_born = born.first(found.kinds[born.rows] == PATIENT)
        self._require(found.kinds == SUBSCRIBER, hl, insurance, "SBR")
        self._require(found.kinds == PATIENT, hl, patient_born.having(2), "DMG")
        of = rows_of(hl, self.clm)
        if (found.subscriber[of] < 0).any():
            # A claim has a subscriber; one that stands at once below its billing provider would be lost.
            row = int(self.clm[np.argmax(found.subscriber[of] < 0)])
            raise MISPLACED.error(segment=str(window.place(row)[0]), id="CLM")
        billed, insured = pa.array(found.billing[of]), pa.array(found.subscriber[of])
        treated = pa.array(of, mask=found.kinds[of] != PATIENT)
        return [
            *(column.take(billed) for column in (billing.texts(3), billing.texts(4), billing.texts(9), taxes.texts(2))),
            *(column.take(insured) for column in (subscriber.texts(3), subscriber.texts(4), subscriber.texts(9))),
            *(column.take(insured) for column in (subscriber_born.dates(2, "DMG"), subscriber_born.texts(3))),
            *(column.take(insured) for column in (insurance.texts(3), insurance.texts(1), insurance.texts(9))),
            *(column.take(insured) for column in (payer.texts(3), payer.texts(9))),
            *(column.take(treated) for column in (relation.texts(1), patient.texts(3), patient.texts(4))),
            *(column.take(treated) for column in (patient_born.dates(2, "DMG"), patient_born.texts(3))),
        ]

    def _under(self, found: Found, names: Found) -> Found:
        """The first that stands in the loop of the name of its row."""
        segment = np.full(found.count, -1)
        segment[names.rows] = names.segments
        return found.first(self.owner[found.segments] == segment[found.rows])

    def _require(self, wanted: np.ndarray, hl: Ints, found: Found, name: str) -> None:
        has = np.zeros(len(hl), np.bool_)
        has[found.rows] = True
        if (wanted & ~has).any():
            ordinal, _ = self.window.place(int(hl[np.argmax(wanted & ~has)]))
            raise INCOMPLETE.error(missing=name, near=f"HL {ordinal}")
