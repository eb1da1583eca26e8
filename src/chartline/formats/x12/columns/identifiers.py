"""Segment ids as small numbers, so that all segments of one kind can be picked from an array at once.

An id has two or three letters or digits, which fit into a number of 24 bits. Refuses an id that the segment reader
refuses; ids that no table needs are all one kind, ``OTHER``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from chartline.formats.x12.columns.arrays import Flags, Ints, Octets, Words
from chartline.formats.x12.delimiters import UNREADABLE

UNSEEN = 0
OTHER = 1
NAMES = (
    "ISA IEA GS GE ST SE TA1 BPR TRN CUR DTM N1 REF CLP CAS NM1 MIA MOA AMT SVC LQ PLB "
    "HL SBR PAT PRV DMG N3 N4 CLM HI LX SV1 DTP SVD"
).split()


def packed(text: str) -> int:
    """A text of at most four characters as a number: its bytes, little-endian, and above them its length."""
    return int.from_bytes(text.encode(), "little") | len(text) << 32


def _code(name: str) -> int:
    return int.from_bytes(name.encode(), "little")


KIND = {name: number for number, name in enumerate(NAMES, OTHER + 1)}
ISA, IEA, GS, GE, ST, SE, TA1 = (KIND[name] for name in "ISA IEA GS GE ST SE TA1".split())
BPR, TRN, CUR, DTM, N1, REF, CLP, CAS, NM1, MIA, MOA, AMT, SVC, LQ, PLB = (
    KIND[name] for name in "BPR TRN CUR DTM N1 REF CLP CAS NM1 MIA MOA AMT SVC LQ PLB".split()
)
HL, SBR, PAT, PRV, DMG, N3, N4, CLM, HI, LX, SV1, DTP, SVD = (
    KIND[name] for name in "HL SBR PAT PRV DMG N3 N4 CLM HI LX SV1 DTP SVD".split()
)
OTHER_PAYER = 255
"""Given to an SBR that stands inside a claim."""
ENVELOPE = (ISA, IEA, GS, GE, ST, SE, TA1)
IEA_CODE = _code("IEA")

# One byte for each possible id. The system gives memory only to the pages that are used, which are a few dozen.
_kinds = np.zeros(1 << 24, np.uint8)
for _name, _kind in KIND.items():
    _kinds[_code(_name)] = _kind


def kinds(codes: Words, lengths: Ints, place: Callable[[int], tuple[int, int]]) -> Octets:
    """The kind of each segment from its id as a number and the length of the id.

    ``place`` gives the ordinal and the byte of a segment for the error. Raises ``x12.unreadable``.
    """
    found = _kinds[codes]
    unseen = (found == UNSEEN) | (lengths < 2) | (lengths > 3) | ((lengths == 3) & (codes < 1 << 16))
    for row in np.flatnonzero(unseen).tolist():
        code, length = int(codes[row]), int(lengths[row])
        name = code.to_bytes(4, "little")[:length].decode("latin-1")
        if not (1 < length < 4 and name.isascii() and name.isalnum() and name.isupper()):
            ordinal, offset = place(row)
            raise UNREADABLE.error(segment=str(ordinal), offset=str(offset))
        _kinds[code] = found[row] = OTHER
    return found


def chosen(found: Octets, *wanted: int) -> Flags:
    """Which segments are of one of these kinds."""
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table[found]
