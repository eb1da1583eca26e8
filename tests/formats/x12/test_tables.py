"""The tables name nothing that is not there, and do not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.dictionary import SegmentDefinition, dictionary
from chartline.formats.x12.guide import ElementUse, Guide, LoopUse, SegmentUse, guides
from chartline.formats.x12.value_formats import FORMS

LOADED_BY_THE_USER = {"rarc"}
"""Lists that are not ours to ship; nothing is asked of their values until somebody loads them."""


def uses(loop: LoopUse) -> Iterator[tuple[LoopUse, SegmentUse]]:
    for child in loop.children:
        if isinstance(child, SegmentUse):
            yield loop, child
        else:
            yield from uses(child)


def elements(found: dict[int, ElementUse]) -> Iterator[ElementUse]:
    for use in found.values():
        yield use
        yield from elements({part.number: part for part in use.parts})


@pytest.mark.parametrize("definition", dictionary().values(), ids=lambda d: d.id)
def test_dictionary(definition: SegmentDefinition) -> None:
    known = {*FORMS, *STANDARD.names(), *LOADED_BY_THE_USER}
    numbers = {element.number for element in definition.elements}
    for element in definition.elements:
        if element.is_composite:
            assert element.kind in dictionary()
        else:
            assert element.kind in {"AN", "ID", "R", "N0", "N2", "DT", "TM"}
            assert 1 <= element.least <= element.most
        assert element.label
        assert {form.name for form in element.formats} <= known
        assert {form.when for form in element.formats} <= numbers | {0}
    for note in definition.notes:
        assert set(note.numbers) <= numbers
        assert len(note.numbers) >= (3 if note.kind == "L" else 2)


@pytest.mark.parametrize("guide", guides(), ids=lambda g: f"{g.id}-{g.name}")
def test_guide(guide: Guide) -> None:
    for loop, use in uses(guide.root):
        last = max(use.elements, default=0)
        assert last <= len(use.definition.elements), f"{loop.path} {use.id}"
        for element in elements(use.elements):
            assert all(STANDARD.get(name) is not None for name in element.lists), f"{loop.path} {use.id}"
        for number, element in use.elements.items():
            definition = use.definition.elements[number - 1]
            for code in element.codes:
                assert definition.least <= len(code) <= definition.most, f"{loop.path} {use.id}{number:02d}={code}"
    codes = [
        situation.code for loop in {id(lp): lp for lp, _ in uses(guide.root)}.values() for situation in loop.situations
    ]
    assert all(code.startswith("x12.") for code in codes)


@pytest.mark.parametrize("guide", guides(), ids=lambda g: f"{g.id}-{g.name}")
def test_uses_at_one_place_can_be_told_apart(guide: Guide) -> None:
    for loop in {id(lp): lp for lp, _ in uses(guide.root)}.values():
        seen: dict[tuple[int, str], set[str]] = {}
        for use in loop.segments:
            keys = seen.setdefault((use.place, use.id), set())
            assert not keys & use.keys, f"{loop.path} {use.id} {sorted(keys & use.keys)}"
            keys |= use.keys
