"""Transactions made at random of what a guide allows are accepted, read without loss, and come back from JSON.

``CHARTLINE_GRAMMARS=2000`` makes as many of each guide as given instead of a few.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.formats.x12.derivation import derive, misfit
from tests.formats.x12.grammar import interchange

from chartline.formats.x12.check import check
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.envelope import read_interchanges
from chartline.formats.x12.explain.form import from_json, to_json
from chartline.formats.x12.guide import Guide, guides
from chartline.formats.x12.source import STRICT, read_blocks
from chartline.formats.x12.tree import Loop, read_tree

EXAMPLES = int(os.environ.get("CHARTLINE_GRAMMARS", "6"))
BETWEEN_SEGMENTS = (3, 4)
"""Levels of problems that a transaction made at random may have: sums, and rules between segments."""
GUIDES = {f"{guide.id} {guide.name or guide.set_id}": guide for guide in guides()}

delimiters = st.sampled_from(
    [Delimiters(), Delimiters(element="|", component=">", repetition="!", segment="\n"), Delimiters(component="<")]
)


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
@settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 2**32), marks=delimiters, line_end=st.sampled_from(["", "\n", "\r\n"]))
def test_what_a_guide_allows_is_accepted_and_read_without_loss(
    guide: Guide, seed: int, marks: Delimiters, line_end: str
) -> None:
    data = interchange(guide, random.Random(seed), marks, "" if marks.segment == "\n" else line_end)
    _is_derived(data, guide, marks)
    wrong = [problem for problem in check(data).problems if problem.kind.level not in BETWEEN_SEGMENTS]
    assert [(problem.code, problem.place.short, problem.found, problem.expected) for problem in wrong] == []
    blocks = list(read_blocks(data, STRICT, size=1000))
    assert "".join(block.text for block in blocks).encode("latin-1") == data
    assert from_json(to_json(data)) == data
    for each in read_interchanges(data):
        for group in each.groups:
            for transaction in group.transactions:
                tree = read_tree(transaction, group.guide)
                assert sorted(_ordinals(tree)) == [segment.ordinal for segment in transaction.segments]
                assert None not in _uses(tree)


def _is_derived(data: bytes, guide: Guide, marks: Delimiters) -> None:
    segments = [tuple(raw.split(marks.element)) for block in read_blocks(data, STRICT) for raw in block.raws]
    starts = [at for at, elements in enumerate(segments) if elements[0] == "ST"]
    ends = [at for at, elements in enumerate(segments) if elements[0] == "SE"]
    for start, end in zip(starts, ends, strict=True):
        inside = segments[start : end + 1]
        root = derive(inside, marks, guide.id)
        assert root is not None
        assert [wrong for _, use, at in root.segments() if (wrong := misfit(use, inside[at], marks))] == []


def _ordinals(loop: Loop) -> list[int]:
    return [segment.ordinal for segment in loop.segments] + [at for inner in loop.loops for at in _ordinals(inner)]


def _uses(loop: Loop) -> list[object]:
    return [*loop.uses, *(use for inner in loop.loops for use in _uses(inner))]
