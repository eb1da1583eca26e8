"""The quick pattern of a segment never accepts what the full check would report."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from chartline.formats.x12.accept import Acceptance
from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, dictionary
from chartline.formats.x12.guide import ElementUse, Guide, LoopUse, SegmentUse, guides
from chartline.formats.x12.segment_check import flaws

DELIMITERS = Delimiters()
TRIES = 25
ODD = ("", " ", "X ", "é", "1O", "-.5", ".", "-", "20260231", "A^B", "1.005", "12:30", "2400", "000", "0" * 300)
EXAMPLES = {
    "date": ("20260105", "20260230"),
    "dates": ("20260101-20260131", "20260131-20260101"),
    "time": ("0905", "2505"),
    "datetime": ("202601050905", "202601059905"),
    "yymmdd": ("260105", "261305"),
    "money": ("100", "-1.5", "0.005", ".5"),
    "quantity": ("1", "1.25"),
    "npi": ("1999999984", "1999999985"),
    "ssn": ("999999999", "99999999"),
    "taxid": ("999999999", "99999999"),
    "zip": ("62701", "6270"),
    "phone": ("5550100100", "5550100"),
    "email": ("A@B.EXAMPLE", "AB"),
    "hcpcs": ("99213", "9921"),
    "revenue": ("0120", "12"),
    "ndc": ("00000000017", "17"),
    "taxonomy": ("207Q00000X", "207"),
    "icd10": ("J10", "J1"),
}


def uses(loop: LoopUse) -> Iterator[SegmentUse]:
    for child in loop.children:
        if isinstance(child, SegmentUse):
            yield child
        else:
            yield from uses(child)


def value(element: ElementDefinition, use: ElementUse | None, random: Random) -> str:
    if element.is_composite:
        parts = {part.number: part for part in use.parts} if use else {}
        found = [
            value(part, parts.get(part.number), random)
            if random.random() < (0.02 if part.number not in parts else 0.98 if parts[part.number].required else 0.5)
            else ""
            for part in dictionary()[element.kind].elements
        ]
        return ":".join(found).rstrip(":")
    if random.random() < 0.04:
        return random.choice(ODD)
    known = [STANDARD.get(name) for name in (*(use.lists if use else ()), *(form.name for form in element.formats))]
    allowed = sorted({*(use.codes if use else ()), *(code for each in known if each for code in each.codes)})
    if allowed and random.random() < 0.9:
        return random.choice(allowed)
    examples = [example for form in element.formats for example in EXAMPLES.get(form.name, ())]
    if examples and random.random() < 0.8:
        return random.choice(examples)
    length = random.randint(element.least, min(element.most, element.least + 9)) + (random.random() < 0.05)
    return "".join(random.choice("0123456789" if element.kind not in ("AN", "ID") else "ABC123") for _ in range(length))


def segment(use: SegmentUse, random: Random) -> str:
    found = [use.id]
    for element in use.definition.elements:
        chosen = use.elements.get(element.number)
        likely = 0.02 if chosen is None else 0.97 if chosen.required else 0.45
        found.append(value(element, chosen, random) if random.random() < likely else "")
    return "*".join(found).rstrip("*") if random.random() < 0.97 else "*".join(found)


@pytest.mark.parametrize("guide", guides(), ids=lambda g: f"{g.id}-{g.name}")
def test_the_pattern_accepts_only_what_is_right(guide: Guide) -> None:
    random = Random(guide.name)
    accepted = 0
    for use in uses(guide.root):
        accepts = Acceptance(use, DELIMITERS, STANDARD)
        for _ in range(TRIES):
            raw = segment(use, random)
            elements = raw.split("*")
            if accepts[len(elements)](raw):
                accepted += 1
                assert list(flaws(use, elements, DELIMITERS, STANDARD)) == [], raw
    # Otherwise the test would say nothing.
    assert accepted > TRIES
