"""The kinds of arrays this package works with, by name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64] | npt.NDArray[np.uint32]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class Spans(NamedTuple):
    """Where texts begin and end in the bytes of a window; an absent or empty text begins where it ends."""

    start: Ints
    end: Ints

    @property
    def present(self) -> Flags:
        """Which are not empty."""
        return self.end > self.start

    def pick(self, rows: Ints | Flags) -> Spans:
        """Some of them."""
        return Spans(self.start[rows], self.end[rows])
