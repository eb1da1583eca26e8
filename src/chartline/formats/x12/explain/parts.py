"""One file into several: one transaction each, or so many of them, every part a whole file with its own envelope.

Counts are made right; control numbers stay, so that acknowledgements of the parts can be told to belong to the file. In
constant memory for each transaction. Refuses a file that stops inside an interchange.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.check import Progress
from chartline.formats.x12.source import STRICT, Leniency, Source, read_blocks


def split(
    source: Source, *, transactions: int = 1, leniency: Leniency = STRICT, progress: Progress | None = None
) -> Iterator[bytes]:
    """The parts, in the order of the file, each with up to ``transactions`` transactions of one group.

    Raises as ``read_blocks`` does; what was yielded before is whole.
    """
    isa = gs = ""
    kept: list[str] = []
    count = 0
    mark = end = ""
    for block in read_blocks(source, leniency):
        mark, end = block.delimiters.element, block.delimiters.segment
        for raw in block.raws:
            name = raw.split(mark, 1)[0]
            if name == "ISA":
                isa, gs = raw, ""
            elif name == "GS":
                gs = raw
            elif name in ("GE", "IEA"):
                if kept:
                    yield _part(isa, gs, kept, count, mark, end)
                kept, count, gs = [], 0, ""
            elif gs:
                kept.append(raw)
                if name == "SE":
                    count += 1
                if name == "SE" and count == transactions:
                    yield _part(isa, gs, kept, count, mark, end)
                    kept, count = [], 0
        if progress is not None:
            progress(block.offset + len(block.text))


def _part(isa: str, gs: str, kept: list[str], count: int, mark: str, end: str) -> bytes:
    group = gs.split(mark)
    interchange = isa.split(mark)
    trailers = [mark.join(("GE", str(count), *group[6:7])), mark.join(("IEA", "1", *interchange[13:14]))]
    line = "" if end == "\n" else "\n"
    return "".join(f"{raw}{end}{line}" for raw in (isa, gs, *kept, *trailers)).encode()
