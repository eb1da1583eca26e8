"""Blocks of raw segments: the same segments whatever the size of the pieces, in bounded memory, at the right bytes."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from chartline.formats.x12.source import LENIENT, STRICT, Block, Leniency, read_blocks
from chartline.kernel.errors import ChartlineError

FILES = sorted((Path(__file__).parent / "corpus" / "835").glob("*.x12"))
ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260120*0905*^*00501*000000001*0*T*:~"
PLAIN = ISA + "GS*HP*SENDER*RECEIVER*20260120*0905*1*X*005010X221A1~GE*0*1~IEA*1*000000001~"


def raws(blocks: list[Block]) -> list[str]:
    return [raw for block in blocks for raw in block.raws]


def outcome(data: bytes, leniency: Leniency, size: int) -> object:
    try:
        blocks = list(read_blocks(data, leniency, size=size))
    except ChartlineError as error:
        return error.problem.code
    return raws(blocks), [block.byte(i) for block in blocks for i in range(len(block.raws))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("leniency", [STRICT, LENIENT], ids=["strict", "lenient"])
def test_the_size_of_the_pieces_changes_nothing(file: Path, leniency: Leniency) -> None:
    data = file.read_bytes()
    whole = outcome(data, leniency, 1 << 20)
    for size in (700, 1024, 4096):
        assert outcome(data, leniency, size) == whole


def test_bytes_a_path_and_a_stream_are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "one.x12"
    file.write_bytes(PLAIN.encode())
    expected = raws(list(read_blocks(PLAIN.encode())))
    assert expected[0].startswith("ISA*00") and expected[-1] == "IEA*1*000000001"
    assert raws(list(read_blocks(file))) == expected
    assert raws(list(read_blocks(io.BytesIO(PLAIN.encode())))) == expected


def test_ordinals_go_on_over_blocks_and_interchanges() -> None:
    other = PLAIN.replace("*", "|").replace("~", "\n")
    blocks = list(read_blocks((PLAIN + other).encode(), size=64))
    numbers = [block.ordinal + at for block in blocks for at in range(len(block.raws))]
    assert numbers == list(range(1, 9))
    assert {block.delimiters.element for block in blocks} == {"*", "|"}
    assert [block.opens for block in blocks].count(True) == 2 == [block.closes for block in blocks].count(True)


@pytest.mark.parametrize(
    ("damage", "leniency", "code", "note"),
    [
        (lambda text: "Subject: claims\n\n" + text, Leniency(junk=True), "x12.unreadable", "x12.junk"),
        (lambda text: text.replace("SENDER         ", "SENDER"), Leniency(isa_width=True), None, "x12.isa_width"),
        (lambda text: text[:-30], Leniency(truncated=True), "x12.truncated", "x12.truncated"),
        (lambda text: text[: text.index("IEA")], Leniency(truncated=True), "x12.truncated", "x12.truncated"),
        (lambda text: text[: text.index("IEA")] + PLAIN, Leniency(truncated=True), "x12.truncated", "x12.iea_missing"),
    ],
    ids=["junk", "width", "cut", "no-trailer", "no-trailer-between"],
)
def test_what_a_leniency_lets_pass_is_noted(
    damage: Callable[[str], str], leniency: Leniency, code: str | None, note: str
) -> None:
    data = damage(PLAIN).encode()
    with pytest.raises(ChartlineError) as refused:
        list(read_blocks(data))
    assert code is None or refused.value.problem.code == code
    assert note in [each.code for block in read_blocks(data, leniency) for each in block.notes]


@pytest.mark.parametrize("data", [b"", b"\r\n \n", b"<html>ISA</html>", b"ISA", b"ISA*00*~", b"\xef\xbb\xbf"])
def test_what_is_not_x12_is_refused_also_by_the_lenient(data: bytes) -> None:
    with pytest.raises(ChartlineError) as refused:
        list(read_blocks(data, LENIENT))
    assert refused.value.problem.code in ("x12.unreadable", "x12.truncated")


def test_a_segment_without_end_does_not_fill_the_memory() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self._start: bytes = ISA.encode()
            self.given = 0

        def read(self, size: int = -1, /) -> bytes:
            part, self._start = self._start, b""
            self.given += size
            return part or b"A" * size

    stream = Endless()
    with pytest.raises(ChartlineError) as refused:
        list(read_blocks(stream, LENIENT))  # ty: ignore[invalid-argument-type]
    assert refused.value.problem.code == "x12.segment_too_large"
    assert stream.given < 4_000_000


def test_memory_does_not_grow_with_the_file() -> None:
    body = "".join(f"N3*{number} EXAMPLE STREET~\n" for number in range(200_000))
    data = io.BytesIO((PLAIN[: PLAIN.index("GE*")] + body + PLAIN[PLAIN.index("GE*") :]).encode())
    tracemalloc.start()
    count = sum(len(block.raws) for block in read_blocks(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200_004
    assert peak < 6_000_000


@pytest.mark.parametrize("width", [72, 80, 106, 120, 200])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_a_file_broken_at_some_width_is_the_same_file(width: int, end: bytes) -> None:
    data = (Path(__file__).parent / "corpus" / "837p" / "office_visit.x12").read_bytes().replace(b"\n", b"")
    broken = end.join(data[at : at + width] for at in range(0, len(data), width))
    for size in (300, 1 << 18):
        blocks = list(read_blocks(broken, LENIENT, size=size))
        assert raws(blocks) == raws(list(read_blocks(data)))
        assert "x12.wrapped" in [note.code for block in blocks for note in block.notes]
    if width < 106:
        with pytest.raises(ChartlineError):
            list(read_blocks(broken))
