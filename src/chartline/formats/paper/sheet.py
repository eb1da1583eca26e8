"""A letter-size page to write on: lines of text, columns of figures, page breaks; the same input, the same bytes.

Only the fonts that every reader has are used, so nothing is embedded and files stay small. Texts that do not fit their
width are cut, never wrapped into the next column.
"""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = letter
MARGIN = 54.0
BOTTOM = 60.0
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"


class Sheet:
    """A PDF that grows downwards. Positions are points from the left edge; ``y`` is the present line."""

    def __init__(self, title: str) -> None:
        self._bytes = io.BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=letter, invariant=1, pageCompression=1)
        self._canvas.setTitle(printable(title))
        self._canvas.setCreator("Chartline")
        self.y = HEIGHT - MARGIN
        self.page = 1

    def text(self, x: float, words: str, *, size: float = 9, bold: bool = False, width: float = 0) -> None:
        """Words from ``x`` on, cut to ``width`` if one is given."""
        font = BOLD if bold else PLAIN
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, self.y, _cut(printable(words), font, size, width))

    def right(self, x: float, words: str, *, size: float = 9, bold: bool = False) -> None:
        """Words that end at ``x``."""
        self._canvas.setFont(BOLD if bold else PLAIN, size)
        self._canvas.drawRightString(x, self.y, printable(words))

    def rule(self, *, dashed: bool = False) -> None:
        """A line across the page."""
        self._canvas.setDash(3, 3) if dashed else self._canvas.setDash()
        self._canvas.setLineWidth(0.5)
        self._canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self._canvas.setDash()

    def down(self, points: float = 12, *, keep: float = 0) -> bool:
        """Go down; a new page when less than ``keep`` is left below. Says whether there is one."""
        self.y -= points
        if self.y - keep >= BOTTOM:
            return False
        self.new_page()
        return True

    def new_page(self) -> None:
        """Begin the next page."""
        self._foot()
        self._canvas.showPage()
        self.page += 1
        self.y = HEIGHT - MARGIN

    def finish(self) -> bytes:
        """The file."""
        self._foot()
        self._canvas.showPage()
        self._canvas.save()
        return self._bytes.getvalue()

    def _foot(self) -> None:
        self._canvas.setFont(PLAIN, 7)
        self._canvas.drawRightString(WIDTH - MARGIN, BOTTOM / 2, f"Page {self.page}")


def printable(text: str) -> str:
    """Text with what the built-in fonts can show; control characters and the rest become question marks."""
    known = text.encode("cp1252", "replace").decode("cp1252")
    return "".join(letter if letter.isprintable() else "?" for letter in known)


def _cut(text: str, font: str, size: float, width: float) -> str:
    if not width or stringWidth(text, font, size) <= width:
        return text
    while text and stringWidth(text + "...", font, size) > width:
        text = text[:-1]
    return text + "..."
