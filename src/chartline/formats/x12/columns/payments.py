"""The payments of remittances: what stands before the first claim of each 835 transaction."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.arrays import Flags, Ints, Octets
from chartline.formats.x12.columns.envelopes import Transaction
from chartline.formats.x12.columns.finding import Found, controls, places, rows_of
from chartline.formats.x12.columns.identifiers import BPR, CUR, DTM, N1, REF, ST, TRN, packed
from chartline.formats.x12.columns.numbers import Place, cents
from chartline.formats.x12.columns.shapes import PAYMENTS
from chartline.formats.x12.columns.window import Sorted, Window
from chartline.formats.x12.loops import INCOMPLETE


def payments(
    window: Window, transactions: list[Transaction], every: Sorted, kinds: Octets, owner: Ints
) -> pa.RecordBatch:
    """One row for each transaction that begins in the window.

    ``every`` are the segments by kind; ``owner`` is, for each segment, the last that begins something. Raises
    ``x12.incomplete``, ``x12.bad_amount`` and ``x12.bad_date``.
    """
    opened = [transaction for transaction in transactions if transaction.opens]
    begins = np.array([transaction.begin for transaction in opened], np.int64)
    count = len(opened)

    def found(kind: int, under: int) -> Found:
        segments = every[kind]
        segments = segments[kinds[owner[segments]] == under]
        return Found(window, segments, rows_of(begins, segments), count)

    def party(role: str) -> tuple[Found, Found]:
        """The N1 and the REFs of the first party in this role."""
        names, references = found(N1, N1), found(REF, N1)
        first = names.first(names.code(1) == packed(role))
        segment = np.full(count, -1)
        segment[first.rows] = first.segments
        return first, references.only(owner[references.segments] == segment[references.rows])

    def reference(references: Found, qualifier: str) -> pa.Array:
        return references.first(references.code(1) == packed(qualifier)).texts(2)

    money, trace, times = found(BPR, ST).first(), found(TRN, ST).first(), found(DTM, ST)
    _require(window, begins, money, "BPR")
    _require(window, begins, trace, "TRN", money)
    if count and not money.element(16).present.all():
        ordinal, _ = window.place(int(money.segments[np.argmin(money.element(16).present)]))
        raise INCOMPLETE.error(missing="BPR16", near=f"BPR {ordinal}")
    payer, payer_references = party("PR")
    payee, payee_references = party("PE")
    is_npi, is_plan = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    is_npi[payee.rows], is_plan[payee.rows] = payee.code(3) == packed("XX"), payee.code(3) == packed("XV")
    payee_id = payee.texts(4)
    tax = reference(payee_references, "TJ")
    debit = np.zeros(count, np.bool_)
    debit[money.rows] = money.code(3) == packed("D")
    return pa.RecordBatch.from_arrays(
        [
            build.numbers(np.array([transaction.number for transaction in opened], np.int64)),
            *controls(opened, np.arange(count)),
            money.texts(1),
            build.money(cents(Place(window, money.segments, "BPR", 2), money.element(2))),
            pa.array(debit),
            money.texts(4),
            money.dates(16, "BPR"),
            trace.texts(2),
            trace.texts(3),
            times.first(times.code(1) == packed("405")).dates(2, "DTM"),
            _either(found(CUR, ST).first().texts(2), pa.array(["USD"] * count, pa.string())),
            payer.texts(2),
            _either(payer.texts(4), reference(payer_references, "2U")),
            payee.texts(2),
            _chosen(is_npi, payee_id, reference(payee_references, "HPI")),
            _either(tax, _chosen(is_npi | is_plan, pa.nulls(count, pa.string()), payee_id)),
            *places(window, begins - 1),
        ],
        schema=PAYMENTS,
    )


def _either(some: pa.Array, others: pa.Array) -> pa.Array:
    """Texts, and others where they are null."""
    return pc.call_function("coalesce", [some, others])


def _chosen(flags: Flags, some: pa.Array, others: pa.Array) -> pa.Array:
    """Texts where the flag is set, and others where it is not."""
    return pc.call_function("if_else", [pa.array(flags), some, others])


def _require(window: Window, begins: Ints, found: Found, name: str, near: Found | None = None) -> None:
    missing = np.setdiff1d(np.arange(len(begins)), found.rows)
    if len(missing):
        row = int(missing[0])
        place = f"BPR {window.place(int(near.segments[row]))[0]}" if near is not None else ""
        raise INCOMPLETE.error(missing=name, near=place)
