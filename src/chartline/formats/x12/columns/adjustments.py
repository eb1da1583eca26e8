"""The reasons in CAS segments, each with its amount, of whole claims and of lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.arrays import Ints
from chartline.formats.x12.columns.numbers import Place, cents, millionths
from chartline.formats.x12.columns.window import Window

LAST_TRIPLE = 17
"""The element of the last reason of a CAS."""


class Reasons(NamedTuple):
    """Columns with one row a reason, and the CAS segment that each reason is from."""

    segments: Ints
    group: pa.Array
    reason: pa.Array
    amount: pa.Array
    quantity: pa.Array


def reasons(window: Window, segments: Ints) -> Reasons:
    """Every reason of CAS segments, in the order of the file; a pair of reason and amount that is empty is none.

    Raises ``x12.bad_amount`` and ``x12.bad_quantity``.
    """
    elements = np.minimum(window.count(segments), LAST_TRIPLE)
    triples = np.maximum((elements - 2) // 3 + 1, 0)
    of = np.repeat(np.arange(len(segments)), triples)
    repeated = segments[of]
    numbers = 2 + 3 * (np.arange(len(of)) - (np.cumsum(triples) - triples)[of])
    reason, amount = window.element(repeated, numbers), window.element(repeated, numbers + 1)
    kept = reason.present | amount.present
    if not kept.all():
        of, repeated, numbers = of[kept], repeated[kept], numbers[kept]
        reason, amount = reason.pick(kept), amount.pick(kept)
    quantity = window.element(repeated, numbers + 2)
    values = cents(Place(window, repeated, "CAS", numbers + 1), amount)
    units, large = millionths(Place(window, repeated, "CAS", numbers + 2), quantity)
    group = window.element(segments, 1)
    groups = build.texts(window, group).take(pa.array(of))
    return Reasons(
        repeated,
        groups,
        build.texts(window, reason),
        build.money(values),
        build.quantities(units, large, quantity.present),
    )
