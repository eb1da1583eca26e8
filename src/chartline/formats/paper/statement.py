"""A patient's statement on letter paper: what was done, what insurance paid, what is left, and a coupon to send back.

The address stands where a window of a number 10 envelope shows it. Refuses to ask for nothing: an amount of zero or
less is no statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.formats.paper.sheet import MARGIN, WIDTH, Sheet
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

AGES = ("0-30 days", "31-60 days", "61-90 days", "91-120 days", "over 120 days")
"""The columns of the ageing."""
_RIGHT = WIDTH - MARGIN
_COLUMNS = (_RIGHT - 225, _RIGHT - 150, _RIGHT - 75, _RIGHT)
_COUPON = 190.0


@dataclass(frozen=True, slots=True, repr=False)
class StatementService(Masked):
    """A visit: what was charged and what came of it. ``words`` say it plainly, one sentence a line."""

    day: date
    number: str
    charged: Money
    insurance: Money
    """Paid by insurance."""
    taken_off: Money
    """Given up by contract or by the practice."""
    paid: Money
    """Paid by the patient."""
    owed: Money
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Statement(Masked):
    """Everything on a statement. ``practice`` and ``patient`` are the lines of an address block, the name first."""

    number: str
    day: date
    due: date
    practice: tuple[str, ...]
    phone: str
    patient: tuple[str, ...]
    account: str
    services: tuple[StatementService, ...]
    ages: tuple[Money, ...]
    """What is owed by age, in the order of ``AGES``."""
    credit: Money
    with_insurance: Money
    """Still open with insurance; not asked for."""
    times: int
    """The how-manieth statement about it this is."""

    @property
    def owed(self) -> Money:
        """What the patient is asked for."""
        return Money.total([one.owed for one in self.services]) - self.credit


def statement_pdf(statement: Statement) -> bytes:
    """The statement as PDF. Raises ValueError when nothing is owed."""
    if statement.owed.minor <= 0:
        raise ValueError("a statement asks for something")
    sheet = Sheet(f"Statement {statement.number}")
    _head(sheet, statement)
    _services(sheet, statement)
    _sums(sheet, statement)
    _coupon(sheet, statement)
    return sheet.finish()


def _head(sheet: Sheet, statement: Statement) -> None:
    sheet.text(MARGIN, statement.practice[0], size=14, bold=True, width=300)
    sheet.right(_RIGHT, "STATEMENT", size=14, bold=True)
    facts = (
        ("Statement", statement.number),
        ("Date", _day(statement.day)),
        ("Account", statement.account),
        ("Please pay by", _day(statement.due)),
        ("Amount due", statement.owed.shown()),
    )
    left = [*statement.practice[1:], f"Questions? Call {statement.phone}"]
    for place in range(max(len(left), len(facts))):
        sheet.down(13)
        if place < len(left):
            sheet.text(MARGIN, left[place], width=280)
        if place < len(facts):
            name, value = facts[place]
            sheet.text(_RIGHT - 190, name)
            sheet.right(_RIGHT, value, bold=name == "Amount due")
    sheet.down(34)
    for place, line in enumerate(statement.patient):
        sheet.text(MARGIN, line, size=10, bold=place == 0, width=320)
        sheet.down(13)
    sheet.down(14)


def _services(sheet: Sheet, statement: Statement) -> None:
    _titles(sheet)
    for one in statement.services:
        if sheet.down(15, keep=12.0 * (len(one.words) + 1)):
            _titles(sheet)
            sheet.down(15)
        sheet.text(MARGIN, f"{_day(one.day)}   visit, claim {one.number}", bold=True, width=230)
        for x, amount in zip(_COLUMNS, (one.charged, one.insurance, one.taken_off + one.paid, one.owed), strict=True):
            sheet.right(x, amount.shown(), bold=x == _RIGHT)
        for words in one.words:
            sheet.down(11)
            sheet.text(MARGIN + 12, words, size=8, width=_RIGHT - MARGIN - 12)
    sheet.down(6)
    sheet.rule()


def _titles(sheet: Sheet) -> None:
    sheet.text(MARGIN, "What was done", size=8, bold=True)
    titles = ("Charged", "Insurance paid", "Taken off, paid", "You owe")
    for x, title in zip(_COLUMNS, titles, strict=True):
        sheet.right(x, title, size=8, bold=True)
    sheet.down(4)
    sheet.rule()


def _sums(sheet: Sheet, statement: Statement) -> None:
    lines = [("Your credit", -statement.credit)] if statement.credit else []
    for name, amount in [*lines, ("Amount due", statement.owed)]:
        sheet.down(14)
        sheet.text(_RIGHT - 190, name, bold=True)
        sheet.right(_RIGHT, amount.shown(), bold=True)
    if statement.with_insurance:
        sheet.down(16)
        say = f"Insurance still looks at {statement.with_insurance.shown()} more. You are not asked for that now."
        sheet.text(MARGIN, say, size=8)
    sheet.down(22, keep=30)
    step = (_RIGHT - MARGIN) / len(AGES)
    for place, name in enumerate(AGES):
        sheet.right(MARGIN + step * (place + 1), name, size=8, bold=True)
    sheet.down(12)
    for place, amount in enumerate(statement.ages):
        sheet.right(MARGIN + step * (place + 1), amount.shown(), size=8)
    if statement.times > 1:
        sheet.down(18)
        sheet.text(MARGIN, f"This is statement number {statement.times}. If you have paid, thank you: ignore this one.")


def _coupon(sheet: Sheet, statement: Statement) -> None:
    if sheet.y < _COUPON + 20:
        sheet.new_page()
    sheet.y = _COUPON
    sheet.rule(dashed=True)
    sheet.down(16)
    sheet.text(MARGIN, "Please send this part with your payment.", bold=True)
    sheet.right(_RIGHT, f"Statement {statement.number}   Account {statement.account}")
    rows = (("Amount due", statement.owed.shown()), ("Please pay by", _day(statement.due)), ("Amount paid", "$ ______"))
    for place in range(max(len(rows), len(statement.practice))):
        sheet.down(15)
        if place < len(statement.practice):
            sheet.text(MARGIN, statement.practice[place], width=300)
        if place < len(rows):
            sheet.text(_RIGHT - 190, rows[place][0])
            sheet.right(_RIGHT, rows[place][1], bold=True)


def _day(value: date) -> str:
    return f"{value:%b} {value.day}, {value.year}"
