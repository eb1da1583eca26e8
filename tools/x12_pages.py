"""The reference pages of the X12 codec, from its own tables: the guides, and every problem a check can find."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.guide import Guide, LoopUse, Situation, guides
from chartline.formats.x12.problem import kinds

LEVELS = {
    1: "Syntax",
    2: "Requirement",
    3: "Balance",
    4: "Between segments",
    5: "Code sets",
    7: "Payer",
}


def loops(node: LoopUse) -> Iterator[LoopUse]:
    """A loop and every loop in it."""
    yield node
    for child in node.loops:
        yield from loops(child)


def cell(text: str) -> str:
    """Text that a table cell can hold."""
    return text.replace("|", "\\|").replace("\n", " ")


def guides_page() -> Iterator[str]:
    """What is known of each guide, and its situational rules."""
    yield "# X12 guides"
    yield ""
    yield "The implementation guides that Chartline reads, checks and writes, as tables of structure and codes in our"
    yield "own words (`formats/x12/data`). No text of a guide is included: the authoritative text is X12's."
    yield ""
    yield "| transaction | guide | GS01 | title | loops | segment uses | situational rules |"
    yield "|---|---|---|---|---|---|---|"
    known = sorted(guides(), key=lambda guide: (guide.set_id, guide.name, guide.id))
    for guide in known:
        every = list(loops(guide.root))
        uses = sum(len(loop.segments) for loop in every)
        rules = sum(len(loop.situations) for loop in every)
        names = ", ".join((guide.id, *guide.also))
        yield f"| {guide.name} | {names} | {guide.group} | {cell(guide.title)} | {len(every)} | {uses} | {rules} |"
    yield ""
    for guide in known:
        yield from rules_of(guide)
    yield "## Code lists"
    yield ""
    yield "| list | title | values | an unknown value is |"
    yield "|---|---|---|---|"
    for name in STANDARD.names():
        found = STANDARD.get(name)
        if found is not None:
            unknown = "an error" if found.closed else "a warning"
            yield f"| {name} | {cell(found.title)} | {len(found.codes)} | {unknown} |"
    yield ""


def rules_of(guide: Guide) -> Iterator[str]:
    """The situational rules of a guide, each once."""
    rules: dict[str, tuple[str, Situation]] = {}
    for loop in loops(guide.root):
        for rule in loop.situations:
            rules.setdefault(rule.code, (loop.id, rule))
    if not rules:
        return
    yield f"## {guide.name} ({guide.id})"
    yield ""
    yield "| code | loop | what is wrong | what to do |"
    yield "|---|---|---|---|"
    for code, (place, rule) in rules.items():
        yield f"| `{code}` | {place} | {cell(rule.say)}{' (a warning)' if rule.advice else ''} | {cell(rule.do)} |"
    yield ""


def problems_page() -> Iterator[str]:
    """Every problem of the standard's own rules."""
    yield "# X12 problems"
    yield ""
    yield "What `chartline x12 check` can find by the standard's own rules, with the codes by which it is told to the"
    yield "sender: TA1 (note), 999 (IK3 segment, IK4 element, IK5 transaction, AK9 group) and 277CA (STC category and"
    yield "status)."
    yield "Situational rules of each guide are on the page [X12 guides](x12-guides.md)."
    yield ""
    for level, title in LEVELS.items():
        found = [kind for kind in kinds().values() if kind.level == level]
        if not found:
            continue
        yield f"## SNIP {level}: {title}"
        yield ""
        yield "| code | | what is wrong | why it matters | what to do | told as |"
        yield "|---|---|---|---|---|---|"
        for kind in found:
            told = {
                "TA1": kind.ta1,
                "IK3": kind.ik3,
                "IK4": kind.ik4,
                "IK5": kind.ik5,
                "AK9": kind.ak9,
                "STC": kind.stc,
            }
            codes = ", ".join(f"{name} {code}" for name, code in told.items() if code)
            texts = " | ".join(cell(text) for text in (kind.say, kind.why, kind.do))
            yield f"| `{kind.code}` | {kind.severity} | {texts} | {codes} |"
        yield ""
