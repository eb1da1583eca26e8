"""Arrow arrays from spans and numbers, without a Python object for a value.

Texts are gathered by Arrow from the bytes of the window. Whatever is absent is null.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chartline.formats.x12.columns.arrays import Days, Flags, Ints, Spans
from chartline.formats.x12.columns.window import Window

MONEY = pa.decimal128(18, 2)
QUANTITY = pa.decimal128(21, 6)
TEXTS = pa.list_(pa.string())
NUMBERS = pa.list_(pa.int64())


def gathered(window: Window, spans: Spans) -> pa.Array:
    """Texts that are all present, in the order of the file, as an array."""
    count = len(spans.start)
    offsets = np.zeros(2 * count + 1, np.int32)
    offsets[0 : 2 * count : 2] = spans.start
    offsets[1 : 2 * count : 2] = spans.end
    offsets[2 * count] = offsets[2 * count - 1] if count else 0
    # Between two texts stands what separates them; every other entry is a text.
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(window.data)]
    return pa.Array.from_buffers(pa.string(), 2 * count, buffers).take(pa.array(np.arange(0, 2 * count, 2)))


def texts(window: Window, spans: Spans) -> pa.Array:
    """Texts in the order of the file, one a row; an empty one is null."""
    present = spans.present
    if present.all():
        return gathered(window, spans)
    return _spread(gathered(window, spans.pick(present)), present)


def scattered(window: Window, spans: Spans, rows: Ints, count: int) -> pa.Array:
    """Texts in the order of the file for some ``rows`` of ``count``; the others are null."""
    present = spans.present
    return placed(gathered(window, spans.pick(present)), rows[present], count)


def placed(values: pa.Array, rows: Ints, count: int) -> pa.Array:
    """Texts at their rows, which ascend; null everywhere else."""
    present = np.zeros(count, np.bool_)
    present[rows] = True
    return _spread(values, present)


def _spread(values: pa.Array, present: Flags) -> pa.Array:
    """Texts where they are present, in order; null everywhere else."""
    _, places, data = values.buffers()
    ends = np.frombuffer(places, np.int32, len(values) + 1, values.offset * 4) if len(values) else np.zeros(1, np.int32)
    offsets = np.zeros(len(present) + 1, np.int64)
    np.cumsum(present, out=offsets[1:])
    bits = np.packbits(present, bitorder="little")
    buffers = [pa.py_buffer(bits), pa.py_buffer(ends[offsets]), data]
    return pa.Array.from_buffers(pa.string(), len(present), buffers)


def lists(window: Window, spans: Spans, rows: Ints, count: int) -> pa.Array:
    """Lists of texts: each present one is an item of its row; both are in ascending order."""
    present = spans.present
    return pa.ListArray.from_arrays(
        pa.array(offsets(rows[present], count)), gathered(window, spans.pick(present)), type=TEXTS
    )


def offsets(rows: Ints, count: int) -> Days:
    """Where the items of each of ``count`` rows begin, from the row of each item."""
    found = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=count), out=found[1:])
    return found


def money(values: Ints, present: Flags | None = None) -> pa.Array:
    """Hundredths as amounts; null where not present."""
    return _decimals(values, MONEY, present)


def quantities(values: Ints, large: dict[int, int], present: Flags | None = None) -> pa.Array:
    """Millionths as quantities; null where not present. ``large`` are those beyond 64 bits by row."""
    return _decimals(values, QUANTITY, present, large)


def days(values: Days, present: Flags | None = None) -> pa.Array:
    """Days since 1970 as dates; null where not present."""
    return pa.array(values, mask=None if present is None else ~present).cast(pa.date32())


def numbers(values: Ints, present: Flags | None = None) -> pa.Array:
    """Whole numbers; null where not present."""
    return pa.array(values, mask=None if present is None else ~present)


def _decimals(values: Ints, kind: pa.DataType, present: Flags | None, large: dict[int, int] | None = None) -> pa.Array:
    wide = np.empty((len(values), 2), "<i8")
    wide[:, 0] = values
    np.right_shift(values, 63, out=wide[:, 1])
    for row, value in (large or {}).items():
        wide[row] = np.frombuffer(value.to_bytes(16, "little", signed=True), "<i8")
    bits = None
    if present is not None and not present.all():
        bits = pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(wide)])
