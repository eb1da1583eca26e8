"""Why a claim cannot be written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from chartline.formats.x12.claim_parts.values import Reference
from chartline.formats.x12.writer import MISSING, TOO_MANY
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

CLAIM_TOTAL = ErrorKind(
    "x12.claim_total",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The total of a claim is not the sum of its service lines.",
    "Recalculate the claim; the fields name its reference.",
    status=422,
)
BAD_POINTER = ErrorKind(
    "x12.bad_pointer",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A service line points at a diagnosis that the claim does not have, or at none or more than four.",
    "Choose one to four of the claim's diagnoses for the line; the fields name the claim and the line.",
    status=422,
)
OWN_FIELD = ErrorKind(
    "x12.own_field",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A number or date stands in a general list although the claim has a field of its own for it.",
    "Move the value to its field; the fields name the list and the code.",
    status=422,
)
CONTRADICTION = ErrorKind(
    "x12.contradiction",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Two values of a claim exclude each other, or one needs another that is missing.",
    "Correct the values named in the fields and build the file again.",
    status=422,
)


def fitting(name: str, values: Sequence[object], most: int, claim: str = "", *, least: int = 0) -> None:
    """Raise ``x12.missing`` or ``x12.too_many`` unless there are ``least`` to ``most`` values."""
    fields = {"claim": claim} if claim else {}
    if len(values) < least:
        raise MISSING.error(field=name, **fields)
    if len(values) > most:
        raise TOO_MANY.error(field=name, **fields)


def without_own(name: str, references: Iterable[Reference], own: Collection[str]) -> None:
    """Raise ``x12.own_field`` for a reference that has a field of its own."""
    for reference in references:
        if reference.qualifier in own:
            raise OWN_FIELD.error(field=name, code=reference.qualifier)


def check_total(claim: str, total: Money, charges: Iterable[Money]) -> None:
    """Raise ``x12.claim_total`` when the charges are not the total."""
    if Money.total(list(charges), total.currency) != total:
        raise CLAIM_TOTAL.error(claim=claim)


def check_pointers(claim: str, line: int, pointers: Sequence[int], diagnoses: int, *, least: int = 1) -> None:
    """Raise ``x12.bad_pointer`` unless there are ``least`` to four pointers, each at a diagnosis."""
    if not least <= len(pointers) <= 4 or not all(1 <= pointer <= diagnoses for pointer in pointers):
        raise BAD_POINTER.error(claim=claim, line=str(line))
