"""What a check says does not depend on how many bytes are read at a time."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from chartline.formats.x12.check import Checker
from chartline.formats.x12.source import LENIENT, read_blocks
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent / "corpus"
FOLDERS = sorted(folder.name for folder in CORPUS.iterdir())
LARGE = 1 << 18


def said(data: bytes, size: int) -> list[tuple[str, str, int]]:
    checker = Checker()
    try:
        for block in read_blocks(BytesIO(data), LENIENT, size=size):
            checker.take(block)
    except ChartlineError as error:
        return [(error.problem.code, "", 0)]
    return sorted((p.code, p.place.short, p.place.byte) for p in checker.finish().problems)


@pytest.mark.parametrize("folder", FOLDERS)
def test_small_blocks_say_what_one_block_says(folder: str) -> None:
    for file in sorted((CORPUS / folder).glob("*.x12")):
        data = file.read_bytes()
        whole = said(data, LARGE)
        for size in (17, 113):
            assert said(data, size) == whole, f"{file.name} in blocks of {size}"
