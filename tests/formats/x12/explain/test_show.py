"""The tree shows every segment and every problem once."""

from __future__ import annotations

import io
from collections import Counter

from tests.formats.x12.explain.conftest import CORPUS, problems_of, readable

from chartline.formats.x12.explain.meaning import MASK
from chartline.formats.x12.explain.show import Shown, read_shown
from chartline.formats.x12.problem import Problem
from chartline.formats.x12.source import LENIENT, read_blocks


def test_every_segment_and_every_problem_is_shown_once() -> None:
    for file, data in readable():
        lines = list(read_shown(io.BytesIO(data)))
        segments = [line.raw for line in lines if isinstance(line, Shown) and line.segment]
        raws = [raw for block in read_blocks(data, LENIENT) for raw in block.raws]
        if all(raw.split("*")[0] for raw in raws):
            assert segments == raws, file.name
        shown: Counter[str] = Counter()
        for line in lines:
            found = line.problems if isinstance(line, Shown) else (line,)
            shown.update(f"{problem.code} {problem.place.short}" for problem in found)
        assert shown == Counter(f"{p.code} {p.place.short}" for p in problems_of(data) or ()), file.name


def test_problems_stand_beside_their_segment() -> None:
    lines = read_shown((CORPUS / "835" / "bad_claim_sum.x12").read_bytes())
    (wrong,) = [line for line in lines if isinstance(line, Shown) and line.problems]
    assert (wrong.segment, wrong.ordinal) == ("CLP", wrong.problems[0].place.segment)


def test_loops_are_named_and_indented() -> None:
    lines = list(read_shown((CORPUS / "837p" / "dependent_child.x12").read_bytes()))
    loops = [
        (line.loop.rpartition("/")[2], line.depth) for line in lines if isinstance(line, Shown) and not line.segment
    ]
    assert ("2010BB", loops[[name for name, _ in loops].index("2000B")][1] + 1) in loops
    assert [name for name, _ in loops][:3] == ["1000A", "1000B", "2000A"]


def test_a_large_file_is_shown_from_its_beginning_and_late_problems_follow() -> None:
    data = (CORPUS / "835" / "plain_claim.x12").read_bytes()
    head, _, rest = data.partition(b"CLP*")
    claim, mark, tail = (b"CLP*" + rest).partition(b"SE*")
    many = head.replace(b"BPR*I*100*", b"BPR*I*1*") + claim * 3000 + mark + tail
    assert len(many) > 600_000
    stream = io.BytesIO(many)
    lines = read_shown(stream)
    first = next(lines)
    assert isinstance(first, Shown)
    assert first.segment == "ISA"
    assert stream.tell() < len(many)
    late = [line.code for line in lines if isinstance(line, Problem)]
    assert "x12.balance_payment" in late


def test_what_names_anybody_is_masked() -> None:
    lines = read_shown((CORPUS / "835" / "plain_claim.x12").read_bytes())
    values = {
        value.label: value
        for line in lines
        if isinstance(line, Shown)
        for value in line.values
        if line.segment == "NM1"
    }
    assert values["last name or organisation"].shown(values=False) == MASK
    assert values["last name or organisation"].shown(values=True) != MASK
