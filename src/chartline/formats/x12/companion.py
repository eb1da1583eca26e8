"""A payer's companion rules (SNIP type 7) as a table: what this payer asks for beyond the guide.

    companion example_health
    title Example Health, professional claims
    for 005010X222A1
    payer EXMPL

    in 2010AA
      rule x12.example.tax_id need REF[EI] "Example Health asks for the tax id." "Add REF*EI to the provider."
    in 2300
      rule x12.example.account value CLM01 like [A-Z0-9]{1,20} "..." "..."
      advice x12.example.notes forbid NTE "..." "..."

The lines under ``in`` are those of the guides' own tables: ``need``, ``forbid``, ``value``; errors as ``rule``,
warnings as ``advice``. With ``payer``, only what goes to or comes from these payer ids is asked. Adding a payer needs
no code. Refuses loops that the guide does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from chartline.formats.x12.guide import Guide, LoopUse, Situation, guides
from chartline.formats.x12.guide_text import read_situation
from chartline.formats.x12.situations import Inner
from chartline.formats.x12.tables import Line, packaged, read_lines, read_table_file

_PAYER = {
    "837": ("2010BB", 9),
    "835": ("1000A", 4),
    "270": ("2100A", 9),
    "271": ("2100A", 9),
    "276": ("2100A", 9),
    "277": ("2100A", 9),
    "278": ("2010A", 9),
}
"""By transaction set: the loop whose first segment names the payer, and the element with its id."""


class Companion(msgspec.Struct, frozen=True):
    """The rules of one payer for one guide, by the id of the loop they are asked in (``ST`` for the transaction)."""

    name: str
    title: str
    guide: str
    payers: frozenset[str]
    rules: dict[str, tuple[Situation, ...]]

    def applies(self, guide: Guide) -> bool:
        """Whether these rules are for this guide."""
        return self.guide == guide.id or self.guide in guide.also

    def concerns(self, inner: Inner, set_id: str) -> bool:
        """Whether what stands in this loop goes to, or comes from, one of the payers."""
        if not self.payers:
            return True
        name, element = _PAYER.get(set_id, ("", 0))
        loop: Inner | None = inner
        while loop is not None:
            for each in (loop, *loop.loops):
                if each.node.id == name and each.items:
                    elements = each.items[0][0]
                    return element < len(elements) and elements[element].strip() in self.payers
            loop = loop.parent
        return False


def read_companion(path: Path) -> Companion:
    """The companion rules in a file. Raises ``x12.bad_table``."""
    return companion_of(read_table_file(path))


def packaged_companions() -> Iterator[Companion]:
    """The companion rules that come with the package, as examples."""
    for name, text in packaged("companions", ".companion"):
        yield companion_of(read_lines(text, f"{name}.companion"))


def companion_of(lines: list[Line]) -> Companion:
    """Companion rules from the lines of their table. Raises ``x12.bad_table``."""
    header = {"payer": ""}
    rules: dict[str, list[Situation]] = {}
    loop = ""
    for line in lines:
        word, _, rest = line.text.partition(" ")
        if line.indent == 0 and word in ("companion", "title", "for", "payer", "source"):
            header[word] = rest.strip()
        elif line.indent == 0 and word == "in":
            loop = rest.strip()
            if loop not in _loops_of(header.get("for", "")):
                line.wrong(f"the guide has no loop {loop}")
        elif line.indent and loop:
            rules.setdefault(loop, []).append(read_situation(line, level=7))
        else:
            line.wrong("not a line of companion rules: companion, title, for, payer, source, in, or a rule under in")
    missing = {"companion", "title", "for"} - header.keys()
    if missing:
        lines[0].wrong(f"the table does not say its {', '.join(sorted(missing))}")
    return Companion(
        header["companion"],
        header["title"],
        header["for"],
        frozenset(header["payer"].replace("|", " ").split()),
        {name: tuple(each) for name, each in rules.items()},
    )


def _loops_of(guide_id: str) -> set[str]:
    found: set[str] = set()
    waiting: list[LoopUse] = [guide.root for guide in guides() if guide_id in (guide.id, *guide.also)]
    while waiting:
        node = waiting.pop()
        found.add(node.id)
        waiting += node.loops
    return found
