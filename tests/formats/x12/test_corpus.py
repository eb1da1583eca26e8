"""Every file of the corpus is reported exactly as its ``.expected`` says, and writes back as it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartline.formats.x12.check import check
from chartline.formats.x12.source import LENIENT, read_blocks
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.rglob("*.x12"))
LEAST = 150


def reported(file: Path) -> list[str]:
    """One line for each problem, ``code place``; for a file that cannot be read at all, the error's code."""
    try:
        return sorted(f"{problem.code} {problem.place.short}" for problem in check(file).problems)
    except ChartlineError as error:
        return [error.problem.code]


def test_the_corpus_is_large_enough() -> None:
    assert len(FILES) >= LEAST
    assert {file.parent.name for file in FILES} >= {"835", "837p", "837i", "837d", "270", "271", "276", "277", "278"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_problems(file: Path) -> None:
    expected = file.with_suffix(".expected").read_text("utf-8").split("\n")
    assert reported(file) == sorted(line.strip() for line in expected if line.strip())


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_lossless(file: Path) -> None:
    data = file.read_bytes()
    try:
        blocks = list(read_blocks(data, LENIENT))
    except ChartlineError:
        return
    for block in blocks:
        assert block.text.encode("latin-1") == data[block.offset : block.offset + len(block.text)]
        for index, raw in enumerate(block.raws):
            at = block.byte(index)
            assert data[at:].startswith(raw.encode()) or data[at:].startswith(raw.encode("latin-1"))
