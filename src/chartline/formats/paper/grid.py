"""Forms that are filled box by box on a grid of lines and columns, as pre-printed claim forms are.

Six lines and ten columns to the inch, in a typewriter's font, so that data alone falls into the boxes of a printed
form. Our own form is drawn around the same places: box numbers as payers know them, with short words of our own.
Values that do not fit their box are cut. The same values give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from chartline.formats.paper.sheet import PLAIN, printable

TYPED = "Courier"
LINE, COLUMN = 12.0, 7.2
"""Points from one line to the next, and from one column to the next."""
LEFT, TOP = 18.0, 12.0
"""Where column 1 and line 1 begin on an unshifted page."""
_SIZE = 10.0
_WORDS = 4.6


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its number on the form, where its value stands, how many columns it has, and what it is for.

    ``rows`` is how many lines it has; ``right`` sets the value to its right edge, as amounts are.
    """

    number: str
    line: int
    column: int
    columns: int
    words: str = ""
    rows: int = 1
    right: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a printer is off, in points to the right and down."""

    right: float = 0.0
    down: float = 0.0


def fill(
    title: str,
    pages: Iterable[Mapping[str, str]],
    boxes: Iterable[Box],
    *,
    heading: str = "",
    data_only: bool = False,
    shift: Shift | None = None,
) -> bytes:
    """The filled form, one page for each mapping from box number to value; lines of a value are parted by newlines.

    With ``data_only`` nothing is drawn but the values. Raises KeyError for a value of a box that the form lacks: a
    claim must not lose a value silently.
    """
    known = {box.number: box for box in boxes}
    where = shift or Shift()
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=letter, invariant=1, pageCompression=1)
    canvas.setTitle(printable(title))
    canvas.setCreator("Chartline")
    for values in pages:
        if not data_only:
            _draw(canvas, known.values(), heading)
        for number, value in values.items():
            _write(canvas, known[number], value, where)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _draw(canvas: Canvas, boxes: Iterable[Box], heading: str) -> None:
    canvas.setLineWidth(0.4)
    canvas.setFont(PLAIN, 8)
    canvas.drawString(LEFT, letter[1] - TOP - LINE, printable(heading))
    for box in boxes:
        x, top = LEFT + (box.column - 1) * COLUMN, letter[1] - TOP - (box.line - 1) * LINE + LINE - 1
        height = LINE * (box.rows + (1 if box.words else 0)) - 1
        if not box.words:
            top -= LINE
        canvas.rect(x - 2, top - height, box.columns * COLUMN, height)
        if box.words:
            canvas.setFont(PLAIN, _WORDS)
            canvas.drawString(x, top - _WORDS - 0.5, printable(f"{box.number}  {box.words}"))


def _write(canvas: Canvas, box: Box, value: str, shift: Shift) -> None:
    canvas.setFont(TYPED, _SIZE)
    x = LEFT + (box.column - 1) * COLUMN + shift.right
    most = int(box.columns * COLUMN / (_SIZE * 0.6))
    for row, text in enumerate(value.split("\n")[: box.rows]):
        y = letter[1] - TOP - (box.line + row) * LINE + 2 - shift.down
        typed = printable(text.upper())[:most]
        if box.right:
            canvas.drawRightString(x + box.columns * COLUMN - 4, y, typed)
        else:
            canvas.drawString(x, y, typed)
