"""Damages files of the corpus at random and runs everything that reads X12 over them; used by the suite and by
``bench/x12_fuzz.py``.

A seed names a damaged file as long as the corpus stays as it is. What is read must come back, or be refused by an error
of the product, in bounded time; every other exception is a find.
"""

from __future__ import annotations

import random
import signal
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from chartline.formats.x12.acknowledgement import (
    acknowledge,
    acknowledge_interchange,
    find_claims,
    read_277ca,
    read_997,
    read_999,
    read_ta1,
    reply_envelope,
)
from chartline.formats.x12.authorization import read_278_answer, read_278_request
from chartline.formats.x12.check import check
from chartline.formats.x12.claim_status import read_276, read_277
from chartline.formats.x12.columns import to_arrow
from chartline.formats.x12.dental_claim import read_837d
from chartline.formats.x12.eligibility import read_270, read_271
from chartline.formats.x12.envelope import read_interchanges
from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.explain.changes import changes
from chartline.formats.x12.explain.explained import explained
from chartline.formats.x12.explain.form import from_json, to_json
from chartline.formats.x12.explain.parts import split
from chartline.formats.x12.explain.redact import redact
from chartline.formats.x12.explain.show import read_shown
from chartline.formats.x12.explain.statement import as_json, as_markdown, as_text
from chartline.formats.x12.explain.stats import read_stats
from chartline.formats.x12.institutional_claim import read_837i
from chartline.formats.x12.professional_claim import read_837p
from chartline.formats.x12.remittance import check_balance, read_835, stream_835
from chartline.formats.x12.source import LENIENT, STRICT, Leniency, read_blocks
from chartline.formats.x12.tree import Loop, read_tree
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent / "corpus"
SECONDS = 10
"""CPU seconds that one call may take for a small file and for each further megabyte."""

_AT = datetime(2026, 1, 6, 14, 5, tzinfo=UTC)
_ODD_VALUES = (
    *(
        b"",
        b" ",
        b"-",
        b".",
        b"0",
        b"-0",
        b"1e5",
        b"9" * 40,
        b"-1.005",
        b"0.001",
        b"00000000",
        b"99999999",
        b"20260230",
    ),
    *(b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA", b"HL", b"LX", b"CLP", b"CLM", b"NM1", b"NaN", b"Infinity", b"1_000"),
    *(
        b"\xff",
        b"\x00",
        b"\xc3\xa9",
        b"\xd9\xa3",
        b"\xe2\x80\xa8",
        b"\r\n",
        b"\n",
        b"*",
        b":",
        b"^",
        b"~",
        b"**",
        b"~~",
    ),
)
_MARKS = b"*:^~|>+!\n\x1c\x1d\x1f#%&,;?AZ0 "


class Hang(BaseException):
    """A call took longer than it may; no handler of the product catches it."""


@dataclass(frozen=True)
class Find:
    """What a target did that it must not do."""

    target: str
    error: str
    place: str


def _lossless(leniency: Leniency) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        for block in read_blocks(data, leniency):
            if any(note.code == "x12.wrapped" for note in block.notes):
                return  # From a broken ISA on lines are joined, so nothing stands where it stood.
            text = block.text.encode("latin-1")
            assert data[block.offset : block.offset + len(text)] == text, "a block is not what stands in the file"
            for index in range(len(block.raws)):
                at = block.byte(index)
                assert block.offset <= at <= block.offset + len(text), "a segment stands outside its block"

    return run


def _check(data: bytes) -> None:
    result = check(data)
    for problem in result.problems:
        assert problem.place.short and 0 <= problem.place.byte <= len(data), "a problem stands outside the file"


def _acknowledge(data: bytes) -> None:
    places = find_claims(data)
    for interchange in check(data).interchanges:
        envelope = reply_envelope(interchange, _AT, 1)
        acknowledge_interchange(interchange, envelope)
        acknowledge(interchange, envelope, places)


def _trees(data: bytes) -> None:
    for interchange in read_interchanges(data):
        for group in interchange.groups:
            for transaction in group.transactions:
                count = _count(read_tree(transaction, group.guide))
                assert count == len(transaction.segments), "a tree loses segments"


def _count(loop: Loop) -> int:
    return len(loop.segments) + sum(_count(inner) for inner in loop.loops)


def _form(data: bytes) -> None:
    again = from_json(to_json(data, LENIENT))
    joined = any(note.code == "x12.wrapped" for block in read_blocks(data, LENIENT) for note in block.notes)
    assert joined or again == data, "a file does not come back from JSON"


def _explain(data: bytes) -> None:
    for section in explained(data):
        list(as_text(section, values=True))
        list(as_markdown(section, values=False))
        as_json(section, values=True)


def _balance(data: bytes) -> None:
    for remittance in read_835(data):
        check_balance(remittance)


def _changed(data: bytes) -> None:
    changes(data, data[: len(data) // 2] + data[len(data) // 2 :].replace(b"1", b"2"))


def _all(call: Callable[[bytes], Iterator[object]]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        for _ in call(data):
            pass

    return run


TARGETS: dict[str, Callable[[bytes], object]] = {
    "blocks strict": _lossless(STRICT),
    "blocks lenient": _lossless(LENIENT),
    "check": _check,
    "acknowledge": _acknowledge,
    "envelope": check_envelope,
    "trees": _trees,
    "stats": read_stats,
    "show": _all(read_shown),
    "redact": _all(lambda data: redact(data, secret=b"fixed")),
    "form": _form,
    "split": _all(lambda data: split(data, leniency=LENIENT)),
    "changes": _changed,
    "explain": _explain,
    "835": _balance,
    "835 stream": _all(stream_835),
    "835 columns": lambda data: to_arrow(data, "835"),
    "837P": read_837p,
    "837P columns": lambda data: to_arrow(data, "837P"),
    "837I": read_837i,
    "837D": read_837d,
    "270": read_270,
    "271": read_271,
    "276": read_276,
    "277": read_277,
    "277CA": read_277ca,
    "278": read_278_request,
    "278 answer": read_278_answer,
    "999": read_999,
    "997": read_997,
    "TA1": read_ta1,
}
"""Everything that reads a file, by name."""


@cache
def originals() -> tuple[bytes, ...]:
    """The files of the corpus."""
    return tuple(file.read_bytes() for file in sorted(CORPUS.rglob("*.x12")))


def damaged(seed: int) -> bytes:
    """A file of the corpus, damaged in a few ways."""
    chance = random.Random(seed)
    data = chance.choice(originals())
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        data = chance.choice(_WAYS)(chance, data)
    return data


def _flip(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.choice((chance.randrange(256), *_MARKS))
    return bytes(changed)


def _span(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(len(data) ** chance.random()))


def _cut(chance: random.Random, data: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def _end_early(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _splice(chance: random.Random, data: bytes) -> bytes:
    other = chance.choice(originals())
    start, end = _span(chance, other)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


def _append(chance: random.Random, data: bytes) -> bytes:
    return data + chance.choice((b"", b"\r\n", b" junk ", b"\x1a")) + chance.choice(originals())


def _repeat(chance: random.Random, data: bytes) -> bytes:
    start, end = _span(chance, data)
    piece = data[start:end]
    times = chance.choice((2, 3, 20, 2000))
    return data[:start] + piece * min(times, 1 + 300_000 // max(1, len(piece))) + data[end:]


def _mark(chance: random.Random, data: bytes) -> bytes:
    return data.replace(bytes([chance.choice(b"*:^~")]), bytes([chance.choice(_MARKS)]))


def _pieces(data: bytes) -> tuple[list[bytes], bytes]:
    end = data[105:106] or b"~"
    return data.split(end), end


def _segments(chance: random.Random, data: bytes) -> bytes:
    """Drop, repeat or move whole segments."""
    pieces, end = _pieces(data)
    at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    way = chance.randrange(3)
    if way == 0:
        del pieces[at]
    elif way == 1:
        pieces[at:at] = [pieces[at]] * chance.choice((1, 2, 50))
    else:
        pieces[at], pieces[to] = pieces[to], pieces[at]
    return end.join(pieces)


def _element(chance: random.Random, data: bytes) -> bytes:
    """Another value in one element."""
    pieces, end = _pieces(data)
    at = chance.randrange(len(pieces))
    mark = data[3:4] or b"*"
    values = pieces[at].split(mark)
    values[chance.randrange(len(values))] = chance.choice(_ODD_VALUES)
    pieces[at] = mark.join(values)
    return end.join(pieces)


def _grow(chance: random.Random, data: bytes) -> bytes:
    """An enormous element, or an enormous number of them."""
    at = chance.randrange(len(data) + 1)
    return (
        data[:at]
        + chance.choice((b"9", b"A", b"*", b":", b"^", b"~", b"0", b"\n")) * chance.choice((100, 5_000, 70_000))
        + data[at:]
    )


_WAYS = (
    _flip,
    _flip,
    _cut,
    _end_early,
    _splice,
    _append,
    _repeat,
    _mark,
    _segments,
    _segments,
    _element,
    _element,
    _grow,
)


@contextmanager
def _in_time(seconds: float) -> Generator[None]:
    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def tried(name: str, data: bytes) -> Find | None:
    """Run one target over a file; None when it came back or refused in words."""
    try:
        with _in_time(SECONDS * (1 + len(data) // 1_000_000)):
            TARGETS[name](data)
    except ChartlineError:
        return None
    except (Exception, Hang) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "chartline" in frame.filename] or list(frames)
        place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
        text = str(error)[:80] if isinstance(error, AssertionError) else ""
        return Find(name, f"{type(error).__name__} {text}".strip(), place)
    return None
