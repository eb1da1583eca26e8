"""Numbers that people and payers see: claim numbers and interchange control numbers, in order, without reuse.

A rolled-back transaction gives its number back; a committed one never comes again.
"""

from __future__ import annotations

import re

from chartline.domains.claims.tables import number_series_table
from chartline.platform.database import Work

MOST_CONTROL = 999_999_999
"""ISA13 has nine digits; after the last one the series starts again at 1."""

_reference = re.compile(r"(C\d{6,})V(\d{1,4})", re.ASCII)


def next_number(work: Work, name: str, count: int = 1) -> int:
    """The next number of a series, from 1; two transactions that ask at once wait for each other.

    With ``count`` so many numbers are taken at once, and this is the first of them.
    """
    work.insert_new(number_series_table, name=name, last=0)
    table = number_series_table
    grown = work.update(table).where(table.c.name == name).values(last=table.c.last + count).returning(table.c.last)
    return int(work.scalar(grown)) - count + 1


def next_claim_numbers(work: Work, count: int) -> list[str]:
    """``C000123`` and so on: our patient control numbers (CLM01), in order; two statements for any count."""
    first = next_number(work, "claim", count)
    return [f"C{number:06d}" for number in range(first, first + count)]


def next_control_number(work: Work) -> int:
    """The next interchange control number (ISA13)."""
    return (next_number(work, "interchange") - 1) % MOST_CONTROL + 1


def claim_reference(number: str, version: int) -> str:
    """``C000123V2``: one version of a claim, as it travels in REF*D9 and comes back from clearinghouses."""
    return f"{number}V{version}"


def read_reference(text: str) -> tuple[str, int] | None:
    """Claim number and version of a reference, or None when it is not one of ours."""
    match = _reference.fullmatch(text.strip())
    return (match[1], int(match[2])) if match else None


def shown_number(number: str) -> str:
    """``CLM-000123``: the claim number as the billing API writes it. On the wire it is ``C000123``."""
    return f"CLM-{number.removeprefix('C')}"


def plain_number(text: str) -> str:
    """Our claim number, however it is written: ``CLM-000123`` and ``c000123`` are ``C000123``."""
    plain = text.strip().upper()
    return f"C{plain.removeprefix('CLM-')}" if plain.startswith("CLM-") else plain


def line_control(number: str, line: int) -> str:
    """``C000123L1``: the line item control number (REF*6R), at most 12 characters as some clearinghouses keep."""
    return f"{number}L{line}"
