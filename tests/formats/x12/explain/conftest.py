"""The files of the corpus, for what is done with any file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chartline.formats.x12.check import check
from chartline.formats.x12.problem import Problem
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(CORPUS.rglob("*.x12"))


def name_of(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def problems_of(data: bytes) -> list[Problem] | None:
    """None for a file that cannot be read at all."""
    try:
        return check(data).problems
    except ChartlineError:
        return None


@cache
def readable() -> list[tuple[Path, bytes]]:
    return [(file, file.read_bytes()) for file in FILES if problems_of(file.read_bytes()) is not None]
