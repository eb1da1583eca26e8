"""Small charts drawn on the server as SVG, without scripts; each says the same in text beside it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from chartline.console.words import label, tone

WIDTH, HEIGHT = 600, 14
"""Units of the picture's own space; the page scales it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a stacked bar and its number."""

    word: str
    number: int


def stacked_bar(parts: list[Part]) -> Markup:
    """One bar in which each word has its share; empty when there is nothing to show."""
    shown = [part for part in parts if part.number > 0]
    total = sum(part.number for part in shown)
    if not total:
        return Markup("")
    gaps = 2 * (len(shown) - 1)
    pieces: list[Markup] = []
    x = 0.0
    for part in shown:
        width = max(3.0, (WIDTH - gaps) * part.number / total)
        pieces.append(
            Markup('<rect class="bar-{tone}" x="{x:.1f}" y="0" width="{width:.1f}" height="{height}" rx="2">').format(
                tone=tone(part.word), x=x, width=width, height=HEIGHT
            )
            + Markup("<title>{words}: {number}</title></rect>").format(words=label(part.word), number=part.number)
        )
        x += width + 2
    words = ", ".join(f"{label(part.word)} {part.number}" for part in shown)
    return (
        Markup(
            '<svg class="bar" viewBox="0 0 {width:.0f} {height}" preserveAspectRatio="none"'
            ' role="img" aria-label="{words}">'
        ).format(width=max(x - 2, 1), height=HEIGHT, words=words)
        + Markup("").join(pieces)
        + Markup("</svg>")
    )
