"""The four separators of an interchange, read from its ISA by position.

The ISA is the only fixed-width segment: 106 characters, with the separators at known places. An ISA whose fields lost
their padding can still be read by counting separators, when the caller's ``Leniency`` allows it. Refuses separators
that are letters, digits or blanks, or that are not all different: nothing after such an ISA can be told apart.
"""

from __future__ import annotations

import msgspec

from chartline.kernel.errors import Again, Blame, ErrorKind

UNREADABLE = ErrorKind(
    "x12.unreadable",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The file is not readable as X12.",
    "Open the file as received: it must begin with a 106-character ISA segment. "
    "An error page or a mail header means it was saved wrongly; otherwise ask the sender to send it again.",
    status=422,
)
TRUNCATED = ErrorKind(
    "x12.truncated",
    Blame.NETWORK,
    Again.AFTER_FIX,
    "The X12 file stops before its end.",
    "Fetch the file again; if it is still cut off, ask the sender for a complete copy. Nothing of it was used.",
    status=422,
)

ISA_LENGTH = 106
_ISA_SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_LONGEST_ISA = 4 * ISA_LENGTH


class Delimiters(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The four separators of one interchange; ``repetition`` is empty where ISA11 does not name one (before 5010)."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


def read_delimiters(data: bytes, offset: int = 0, *, any_width: bool = False) -> Delimiters:
    """The delimiters of the interchange whose ISA begins at ``offset``.

    ``any_width`` also takes an ISA whose fields are not padded. Raises ``x12.unreadable`` and, where the data ends
    inside the ISA, ``x12.truncated``.
    """
    isa = data[offset : offset + ISA_LENGTH]
    if not isa.startswith(b"ISA"):
        raise (TRUNCATED if isa and b"ISA".startswith(isa) else UNREADABLE).error(offset=str(offset))
    if len(isa) == ISA_LENGTH and _has_width(isa):
        return _chosen(isa[3], isa[82], isa[104], isa[105], offset)
    if not any_width:
        if len(isa) < ISA_LENGTH:
            raise TRUNCATED.error(offset=str(offset))
        raise UNREADABLE.error(offset=str(offset), segment="ISA")
    return _by_counting(data[offset : offset + _LONGEST_ISA], offset)


def has_isa_width(data: bytes, offset: int) -> bool:
    """Whether the ISA at ``offset`` has every field at its fixed width."""
    return _has_width(data[offset : offset + ISA_LENGTH])


def _has_width(isa: bytes) -> bool:
    # An element separator anywhere else would mean that a field is not padded to its width.
    return len(isa) == ISA_LENGTH and all(isa[at] == isa[3] for at in _ISA_SEPARATORS) and isa.count(isa[3:4]) == 16


def _by_counting(isa: bytes, offset: int) -> Delimiters:
    fields = isa.split(isa[3:4], 16) if len(isa) > 3 else []
    if len(fields) < 17 or len(fields[16]) < 2:
        raise (TRUNCATED if len(isa) < ISA_LENGTH else UNREADABLE).error(offset=str(offset), segment="ISA")
    repetition = fields[11][0] if len(fields[11]) == 1 else 0x20
    return _chosen(isa[3], repetition, fields[16][0], fields[16][1], offset)


def _chosen(element: int, eleventh: int, component: int, segment: int, offset: int) -> Delimiters:
    repetition = "" if chr(eleventh).isalnum() or eleventh == 0x20 else chr(eleventh)
    chosen = [chr(element), chr(component), chr(segment), *repetition]
    if len(set(chosen)) != len(chosen) or any(not c.isascii() or c.isalnum() or c == " " for c in chosen):
        raise UNREADABLE.error(offset=str(offset), segment="ISA")
    return Delimiters(element=chr(element), component=chr(component), repetition=repetition, segment=chr(segment))
