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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two amounts of one period, side by side, each as it is and as it is said."""

    name: str
    first: int
    second: int
    said: str


PAIRS_WIDTH, PAIRS_HEIGHT = 640, 140


def paired_columns(pairs: list[Pair], first: str, second: str) -> Markup:
    """Columns in pairs over time, such as billed and collected by month; empty when there is nothing to show.

    Amounts below zero have no column; their text says them.
    """
    most = max((max(pair.first, pair.second) for pair in pairs), default=0)
    if most <= 0:
        return Markup("")
    wide = PAIRS_WIDTH / len(pairs)
    column = max(1.0, wide * 0.38)
    pieces: list[Markup] = []
    for place, pair in enumerate(pairs):
        for number, amount, shade in ((0, pair.first, "quiet"), (1, pair.second, "good")):
            high = max(0.0, PAIRS_HEIGHT * amount / most)
            pieces.append(
                Markup(
                    '<rect class="bar-{shade}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="1.5">'
                    "<title>{said}</title></rect>"
                ).format(
                    shade=shade,
                    x=place * wide + wide * 0.1 + number * column,
                    y=PAIRS_HEIGHT - high,
                    wide=column,
                    high=high,
                    said=pair.said,
                )
            )
    words = f"{first} and {second}: " + "; ".join(pair.said for pair in pairs)
    return (
        Markup(
            '<svg class="columns" viewBox="0 0 {wide} {high}" preserveAspectRatio="none" role="img"'
            ' aria-label="{words}">'
        ).format(wide=PAIRS_WIDTH, high=PAIRS_HEIGHT, words=words)
        + Markup("").join(pieces)
        + Markup("</svg>")
    )
