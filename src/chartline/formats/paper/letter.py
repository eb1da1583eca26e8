"""A letter on paper: paragraphs that wrap, lines that stay lines. Pure; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.utils import simpleSplit

from chartline.formats.paper.sheet import MARGIN, PLAIN, WIDTH, Sheet, printable
from chartline.kernel.sealed import Masked

_SIZE, _LINE = 10.0, 13.0


@dataclass(frozen=True, slots=True, repr=False)
class Block(Masked):
    """A paragraph, or lines that stay lines."""

    text: str
    bold: bool = False


def letter_pdf(title: str, blocks: Sequence[Block]) -> bytes:
    """The file. Lines inside a block stay lines; those that are too long go on in the next."""
    sheet = Sheet(title)
    for block in blocks:
        for line in printable_lines(block.text):
            sheet.down(_LINE, keep=_LINE)
            sheet.text(MARGIN, line, size=_SIZE, bold=block.bold)
        sheet.down(_LINE)
    return sheet.finish()


def text_pdf(title: str, text: str) -> bytes:
    """A letter from its plain text: an empty line ends a paragraph, the first line of all is the sender's name."""
    parts = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return letter_pdf(title, [Block(part) for part in parts])


def printable_lines(text: str) -> list[str]:
    """The lines of a text as they fit between the margins."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += simpleSplit(printable(line), PLAIN, _SIZE, WIDTH - 2 * MARGIN) or [""]
    return lines
