"""The day sheet on letter paper: one table after the other, and lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chartline.formats.paper.sheet import MARGIN, WIDTH, Sheet
from chartline.kernel.money import Money

_RIGHT = WIDTH - MARGIN


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A part of the sheet: rows of name, number of entries, and amount."""

    title: str
    rows: tuple[tuple[str, int, Money], ...]


def day_sheet_pdf(practice: str, day: date, tables: Sequence[SheetTable]) -> bytes:
    """The sheet as PDF; the same input gives the same bytes."""
    sheet = Sheet(f"Day sheet {day.isoformat()}")
    sheet.text(MARGIN, practice, size=13, bold=True, width=320)
    sheet.right(_RIGHT, f"Day sheet, {day:%b} {day.day}, {day.year}", size=11, bold=True)
    for table in tables:
        sheet.down(26, keep=40)
        sheet.text(MARGIN, table.title, size=10, bold=True)
        sheet.right(_RIGHT - 110, "Entries", size=8)
        sheet.right(_RIGHT, "Amount", size=8)
        sheet.down(4)
        sheet.rule()
        for name, entries, amount in table.rows:
            sheet.down(13)
            sheet.text(MARGIN, name, width=300)
            sheet.right(_RIGHT - 110, str(entries))
            sheet.right(_RIGHT, amount.shown())
        if not table.rows:
            sheet.down(13)
            sheet.text(MARGIN, "Nothing")
    sheet.down(50, keep=20)
    sheet.text(MARGIN, "Counted by ______________________    Checked by ______________________")
    return sheet.finish()
