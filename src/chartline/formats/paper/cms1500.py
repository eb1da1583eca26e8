"""The CMS-1500, on which professional claims travel on paper: box numbers as payers know them, six services a page.

Values come as texts, ready to be typed. More than six services make further pages; the total stands on the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartline.formats.paper.grid import Box, Shift, fill
from chartline.kernel.sealed import Masked

LINES_A_PAGE = 6
DIAGNOSES = "ABCDEFGHIJKL"

_FIRST_SERVICE = 44
_HEAD = (
    Box("0", 2, 42, 37, "Payer", rows=2),
    Box("1", 7, 1, 48, "Kind of coverage"),
    Box("1a", 7, 50, 29, "Member's id"),
    Box("2", 9, 1, 29, "Patient: last, first, middle"),
    Box("3", 9, 31, 18, "Patient: born, sex"),
    Box("4", 9, 50, 29, "Insured: last, first, middle"),
    Box("5", 11, 1, 29, "Patient's street"),
    Box("6", 11, 31, 18, "Patient is to insured"),
    Box("7", 11, 50, 29, "Insured's street"),
    Box("5 city", 13, 1, 25, "City"),
    Box("5 state", 13, 26, 4, "State"),
    Box("7 city", 13, 50, 24, "City"),
    Box("7 state", 13, 74, 5, "State"),
    Box("5 zip", 15, 1, 13, "ZIP"),
    Box("5 phone", 15, 14, 16, "Telephone"),
    Box("7 zip", 15, 50, 13, "ZIP"),
    Box("9", 17, 1, 29, "Other insured person"),
    Box("11", 17, 50, 29, "Group"),
    Box("9a", 19, 1, 29, "Other policy"),
    Box("10a", 19, 31, 18, "From work"),
    Box("11a", 19, 50, 29, "Insured: born, sex"),
    Box("10b", 21, 31, 18, "From a car accident, state"),
    Box("10c", 23, 31, 18, "From another accident"),
    Box("11c", 23, 50, 29, "Plan"),
    Box("9d", 25, 1, 29, "Other plan"),
    Box("11d", 25, 50, 29, "Another plan"),
    Box("12", 28, 1, 48, "Patient's signature"),
    Box("13", 28, 50, 29, "Insured's signature"),
    Box("14", 31, 1, 29, "Illness or injury began"),
    Box("17", 33, 1, 29, "Referred or supervised by"),
    Box("17b", 33, 31, 18, "That provider's NPI"),
    Box("19", 35, 1, 48, "Further information"),
    Box("21 icd", 37, 36, 13, "Code set"),
    *(
        Box(f"21{letter}", 38 + place // 4, 1 + place % 4 * 12, 12, "", right=False)
        for place, letter in enumerate(DIAGNOSES)
    ),
    Box("22", 38, 50, 29, "Frequency, payer's number"),
    Box("23", 40, 50, 29, "Prior authorization"),
)
_COLUMNS = (
    ("from", 1, 9, False),
    ("to", 10, 9, False),
    ("place", 19, 3, False),
    ("procedure", 22, 7, False),
    ("modifiers", 29, 13, False),
    ("pointers", 42, 7, False),
    ("charge", 49, 10, True),
    ("units", 59, 5, True),
    ("npi", 65, 14, False),
)
_SERVICES = tuple(
    Box(f"24.{row} {name}", _FIRST_SERVICE + 2 * row, column, columns, "", right=right)
    for row in range(LINES_A_PAGE)
    for name, column, columns, right in _COLUMNS
)
_FOOT = (
    Box("25", 58, 1, 16, "Tax id"),
    Box("26", 58, 18, 16, "Claim number"),
    Box("27", 58, 35, 14, "Assignment"),
    Box("28", 58, 50, 14, "Total", right=True),
    Box("29", 58, 65, 14, "Patient paid", right=True),
    Box("31", 61, 1, 16, "Signed", rows=3),
    Box("32", 61, 18, 31, "Place of care", rows=3),
    Box("33", 61, 50, 29, "Who bills", rows=3),
    Box("32a", 65, 18, 16, "Its NPI"),
    Box("33a", 65, 50, 14, "NPI"),
)
BOXES = (*_HEAD, *_SERVICES, *_FOOT)


@dataclass(frozen=True, slots=True, repr=False)
class PaperService(Masked):
    """One line of box 24. Days as ``03 02 26``, the charge as ``150 00``, pointers as letters."""

    begin: str
    end: str
    place: str
    procedure: str
    modifiers: str
    pointers: str
    charge: str
    units: str
    npi: str


def cms1500(
    head: Mapping[str, str],
    services: Sequence[PaperService],
    total: str,
    *,
    data_only: bool = False,
    shift: Shift | None = None,
) -> bytes:
    """The form as PDF. ``head`` has the values of boxes 1 to 23 and 25 to 33 but for 28, by box number.

    Raises KeyError for a box that the form has not got.
    """
    number = head.get("26", "")
    parts = [services[start : start + LINES_A_PAGE] for start in range(0, max(len(services), 1), LINES_A_PAGE)]
    pages: list[dict[str, str]] = []
    for place, part in enumerate(parts):
        page = {**head, "28": total if place == len(parts) - 1 else "CONTINUED"}
        for row, service in enumerate(part):
            page |= _row(row, service)
        pages.append(page)
    return fill(
        f"Claim {number}", pages, BOXES, heading="HEALTH INSURANCE CLAIM (CMS-1500)", data_only=data_only, shift=shift
    )


def _row(row: int, service: PaperService) -> dict[str, str]:
    values = {
        "from": service.begin,
        "to": service.end,
        "place": service.place,
        "procedure": service.procedure,
        "modifiers": service.modifiers,
        "pointers": service.pointers,
        "charge": service.charge,
        "units": service.units,
        "npi": service.npi,
    }
    return {f"24.{row} {name}": value for name, value in values.items()}
