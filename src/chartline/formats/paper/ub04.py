"""The UB-04, on which institutional claims travel on paper: locator numbers as payers know them, 22 lines a page.

Values come as texts, ready to be typed. More lines make further pages; the total stands on the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartline.formats.paper.grid import Box, Shift, fill
from chartline.kernel.sealed import Masked

LINES_A_PAGE = 22
CONDITIONS, OCCURRENCES, VALUES, DIAGNOSES = 11, 4, 6, 18
"""How many of each the form has room for here; the first ones are printed."""
_FIRST_LINE = 19

_HEAD = (
    Box("1", 2, 1, 27, "Who bills", rows=3),
    Box("2", 2, 29, 25, "Place of care", rows=3),
    Box("3a", 2, 55, 16, "Claim number"),
    Box("4", 2, 72, 7, "Bill type"),
    Box("3b", 4, 55, 16, "Medical record"),
    Box("5", 6, 29, 17, "Tax id"),
    Box("6", 6, 47, 24, "Days billed"),
    Box("8", 8, 1, 28, "Patient: last, first, middle"),
    Box("9", 8, 30, 49, "Patient's address"),
    Box("10", 10, 1, 11, "Born"),
    Box("11", 10, 12, 4, "Sex"),
    Box("12", 10, 16, 10, "Admitted"),
    Box("13", 10, 26, 5, "Hour"),
    Box("14", 10, 31, 5, "Kind"),
    Box("15", 10, 36, 6, "From"),
    Box("16", 10, 42, 6, "Left at"),
    Box("17", 10, 48, 6, "Status"),
    *(Box(f"18.{one}", 10, 54 + one * 2 + one // 6, 2, "") for one in range(CONDITIONS)),
    Box("29", 10, 77, 3, "State"),
    *(Box(f"31.{one}", 12, 1 + one * 14, 13, "Occurrence" if not one else "What, when") for one in range(OCCURRENCES)),
    Box("35", 12, 58, 21, "Span"),
    Box("38", 14, 1, 30, "Payer", rows=2),
    *(Box(f"39.{one}", 14 + one // 3 * 1, 32 + one % 3 * 16, 15, "" if one > 2 else "Value") for one in range(VALUES)),
)
_COLUMNS = (
    ("revenue", 1, 5, False),
    ("words", 6, 25, False),
    ("procedure", 31, 15, False),
    ("day", 46, 8, False),
    ("units", 54, 7, True),
    ("charge", 61, 10, True),
    ("not covered", 71, 9, True),
)
_LINES = tuple(
    Box(f"42.{row} {name}", _FIRST_LINE + row, column, columns, "", right=right)
    for row in range(LINES_A_PAGE)
    for name, column, columns, right in _COLUMNS
)
_FOOT = (
    Box("47", 43, 58, 13, "Total", right=True),
    Box("50", 45, 1, 25, "Payer", rows=3),
    Box("51", 45, 27, 12, "Payer's id", rows=3),
    Box("54", 45, 40, 12, "Paid before", rows=3, right=True),
    Box("56", 45, 53, 12, "NPI"),
    Box("58", 49, 1, 25, "Insured", rows=3),
    Box("59", 49, 27, 5, "Is", rows=3),
    Box("60", 49, 33, 19, "Member's id", rows=3),
    Box("62", 49, 53, 26, "Group", rows=3),
    Box("63", 53, 1, 31, "Authorization", rows=2),
    Box("64", 53, 33, 46, "Payer's number of the claim replaced", rows=2),
    *(
        Box(
            "67" if not one else f"67{chr(64 + one)}",
            56 + one // 9 * 2,
            1 + one % 9 * 8,
            8,
            "Diagnosis" if not one else "Further",
        )
        for one in range(DIAGNOSES)
    ),
    Box("69", 60, 1, 9, "Admitting"),
    Box("70", 60, 11, 24, "Reasons for the visit"),
    Box("71", 60, 36, 6, "DRG"),
    Box("74", 60, 43, 36, "Procedures, days"),
    Box("76", 62, 1, 39, "Attending: NPI, name"),
    Box("77", 62, 41, 38, "Operating: NPI, name"),
    Box("80", 64, 1, 39, "Remarks"),
    Box("81", 64, 41, 38, "Taxonomy"),
)
BOXES = (*_HEAD, *_LINES, *_FOOT)


@dataclass(frozen=True, slots=True, repr=False)
class PaperCharge(Masked):
    """One line of locators 42 to 48. The day as ``030226``, amounts as ``150 00``."""

    revenue: str
    words: str
    procedure: str
    day: str
    units: str
    charge: str
    not_covered: str


def ub04(
    head: Mapping[str, str],
    charges: Sequence[PaperCharge],
    total: str,
    *,
    data_only: bool = False,
    shift: Shift | None = None,
) -> bytes:
    """The form as PDF. ``head`` has the values by locator but for those of the lines and the total (47).

    Raises KeyError for a locator that the form has not got.
    """
    parts = [charges[start : start + LINES_A_PAGE] for start in range(0, max(len(charges), 1), LINES_A_PAGE)]
    pages: list[dict[str, str]] = []
    for place, part in enumerate(parts):
        page = {**head, "47": total if place == len(parts) - 1 else "CONTINUED"}
        for row, charge in enumerate(part):
            page |= _row(row, charge)
        pages.append(page)
    title = f"Claim {head.get('3a', '')}"
    return fill(title, pages, BOXES, heading="INSTITUTIONAL CLAIM (UB-04)", data_only=data_only, shift=shift)


def _row(row: int, charge: PaperCharge) -> dict[str, str]:
    values = {
        "revenue": charge.revenue,
        "words": charge.words,
        "procedure": charge.procedure,
        "day": charge.day,
        "units": charge.units,
        "charge": charge.charge,
        "not covered": charge.not_covered,
    }
    return {f"42.{row} {name}": value for name, value in values.items()}
