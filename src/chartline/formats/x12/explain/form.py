"""A file as JSON and back: interchanges, groups, transactions, loops, segments; no value is lost.

``from_json(to_json(file))`` is the file again, byte for byte; of a stream, blanks around the interchanges are lost. A
segment that is not followed by the terminator and line end of its interchange says by what (``after``); one whose text
is not UTF-8 says so (``charset``). From an ISA that is broken over lines on, the lines come back joined,
and what stands around interchanges is lost. Refuses a form that lacks a delimiter or a segment's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.guide import LoopUse, guide_of
from chartline.formats.x12.source import STRICT, Block, Leniency, Source, read_blocks
from chartline.formats.x12.walker import Open, Walk
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_FORM = ErrorKind(
    "x12.bad_form",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The JSON is not the form of an X12 file.",
    "Give what `chartline x12 show --json` printed; the fields name what is missing.",
    status=422,
)

Json = dict[str, object]

_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_OTHER_CHARSET = "latin-1"


def to_json(source: Source, leniency: Leniency = STRICT) -> Json:
    """The file as nested objects: ``interchanges``, each with its ``delimiters``, ``line_end`` and ``content``.

    Content is a list, in the order of the file, of segments (``{"segment": "CLP", "elements": [...]}``, elements as
    they were sent) and loops (``{"loop": "2100", "name": ..., "content": [...]}``). Raises as ``read_blocks`` does.
    """
    interchanges: list[Json] = []
    forming: _Forming | None = None
    end = 0
    usual = ""
    joined = False
    for block in read_blocks(source, leniency):
        # Where the lines were joined, places are no longer those of the file, and nothing around them can be found.
        joined = joined or (any(note.code == "x12.wrapped" for note in block.notes) and "\n" not in block.text)
        if not block.raws:
            if forming is not None and block.text:
                forming.fill(block.text)
                end = block.offset + len(block.text)
            continue
        if forming is None or block.opens:
            forming = _Forming(block)
            interchanges.append(forming.interchange)
            around = None if joined else _between(source, end, block.offset)
            if around != usual and around is not None:
                forming.interchange["before"] = around
            usual = forming.line_end
        forming.take(block)
        end = block.offset + len(block.text)
    form: Json = {"interchanges": interchanges}
    around = None if joined else _between(source, end, None)
    if around != usual and around is not None:
        form["after"] = around
    return form


def from_json(form: object) -> bytes:
    """The file again. Raises ``x12.bad_form``."""
    written: list[bytes] = []
    usual = ""
    for interchange in _list(form, "interchanges"):
        marks = _delimiters(_get(interchange, "delimiters"))
        written.append(_plain(_optional(interchange, "before", usual)))
        usual = str(_get(interchange, "line_end"))
        end = marks.segment + usual
        segments = list(_segments(_list(interchange, "content")))
        for number, segment in enumerate(segments, 1):
            elements = [str(value) for value in _list(segment, "elements")]
            text = marks.element.join([str(_get(segment, "segment")), *elements])
            after = end if number < len(segments) else marks.segment
            written += [_encoded(text, segment), _plain(_optional(segment, "after", after))]
    written.append(_plain(_optional(form, "after", usual)))
    return b"".join(written)


def _between(source: Source, start: int, end: int | None) -> str | None:
    """What stands around interchanges, byte for character; None where it cannot be read a second time."""
    if isinstance(source, bytes):
        return source[start:end].decode("latin-1")
    if isinstance(source, Path):
        with source.open("rb") as stream:
            stream.seek(start)
            return stream.read(-1 if end is None else end - start).decode("latin-1")
    return None


class _Forming:
    """One interchange on its way into a form."""

    def __init__(self, block: Block) -> None:
        marks = block.delimiters
        self._content: list[object] = []
        self.interchange: Json = {
            "delimiters": {
                "element": marks.element,
                "component": marks.component,
                "repetition": marks.repetition,
                "segment": marks.segment,
            },
            "line_end": "",
            "content": self._content,
        }
        self.line_end = _line_end(block)
        self.interchange["line_end"] = self.line_end
        self._version = ""
        self._start: Json | None = None
        self._walk: Walk[None] | None = None
        self._contents: dict[int, tuple[Open[None], list[object]]] = {}
        self._tail: tuple[Json, str] | None = None
        """The last segment of the block before, and what came after it there."""

    def fill(self, text: str) -> None:
        """More text after the last segment, which the next block began with."""
        if self._tail is None:
            return
        segment, after = self._tail
        after += text
        self._tail = segment, after
        segment.pop("after", None)
        marks = self.interchange["delimiters"]
        if after != str(_get(marks, "segment")) + self.line_end:
            segment["after"] = after

    def take(self, block: Block) -> None:
        mark = block.delimiters.element
        self.fill(block.text[: block.byte(0) - block.offset])
        for index, read in enumerate(block.raws):
            raw = _as_sent(read, block, index)
            elements = raw.split(mark)
            name = elements[0]
            segment: Json = {"segment": name, "elements": elements[1:]}
            self._oddities(segment, raw, block, index)
            if name == "GS":
                self._version = elements[8].strip() if len(elements) > 8 else ""
            if name in _ENVELOPE:
                self._walk = None
                self._content.append(segment)
                self._start = segment if name == "ST" else None
                continue
            if self._start is not None:
                self._begin(self._start, elements, block)
            if self._walk is None:
                self._content.append(segment)
            else:
                self._walk.step(elements, None)
                self._of(self._walk.inner).append(segment)

    def _oddities(self, segment: Json, raw: str, block: Block, index: int) -> None:
        """What is not as it is with other segments of the interchange."""
        begin = block.byte(index) - block.offset
        if not raw.isascii() and block.text.startswith(raw, begin):
            segment["charset"] = _OTHER_CHARSET
        end = begin + (len(raw) if raw.isascii() or "charset" in segment else len(raw.encode()))
        last = index + 1 == len(block.raws)
        after = block.text[end : len(block.text) if last else block.byte(index + 1) - block.offset]
        # The line end after the last segment of a block is read with the next one, or stands around the interchange.
        usual = block.delimiters.segment if last else block.delimiters.segment + self.line_end
        if after != usual:
            segment["after"] = after
        if last:
            self._tail = segment, after

    def _begin(self, start: Json, second: list[str], block: Block) -> None:
        self._start = None
        values = [str(value) for value in _list(start, "elements")] + ["", "", ""]
        guide = guide_of(values[0], values[2].strip() or self._version, second)
        if guide is not None:
            self._walk = Walk(guide, lambda *_: None, component=block.delimiters.component)
            self._walk.step(["ST", *values], None)
            self._contents = {id(self._walk.root): (self._walk.root, self._content)}

    def _of(self, inner: Open[None]) -> list[object]:
        """The content of an open loop, made with those of its parents when it is new."""
        known = self._contents.get(id(inner))
        if known is not None:
            return known[1]
        content: list[object] = []
        node: LoopUse = inner.node
        if inner.parent is not None:
            self._of(inner.parent).append({"loop": node.id, "name": node.name, "content": content})
        # The loop is kept with its content, so that no other one can have its identity.
        self._contents[id(inner)] = (inner, content)
        return content


def _as_sent(raw: str, block: Block, index: int) -> str:
    """The text of a segment with the line ends inside it, which lenient reading takes out."""
    begin = block.byte(index) - block.offset
    sent = raw if raw.isascii() else raw.encode().decode("latin-1")
    if block.text.startswith(sent, begin) or block.text.startswith(raw, begin):
        return raw
    end = block.text.find(block.delimiters.segment, begin)
    return block.text[begin : end if end >= 0 else len(block.text)]


def _line_end(block: Block) -> str:
    if block.delimiters.segment == "\n":
        return ""
    at = block.text.find(block.delimiters.segment) + 1
    end = at
    while end < len(block.text) and block.text[end] in "\r\n":
        end += 1
    return block.text[at:end]


def _segments(content: list[object]) -> Iterator[object]:
    for each in content:
        if isinstance(each, dict) and "loop" in each:
            yield from _segments(_list(each, "content"))
        else:
            yield each


def _get(form: object, name: str) -> object:
    if not isinstance(form, dict) or name not in form:
        raise BAD_FORM.error(missing=name)
    return form[name]


def _optional(form: object, name: str, otherwise: str) -> object:
    return form[name] if isinstance(form, dict) and name in form else otherwise


def _plain(text: object) -> bytes:
    try:
        return str(text).encode("latin-1")
    except UnicodeEncodeError:
        raise BAD_FORM.error(wrong="after") from None


def _encoded(text: str, segment: object) -> bytes:
    try:
        return text.encode(str(_optional(segment, "charset", "utf-8")))
    except (LookupError, UnicodeEncodeError):
        raise BAD_FORM.error(wrong="charset") from None


def _list(form: object, name: str) -> list[object]:
    found = _get(form, name)
    if not isinstance(found, list):
        raise BAD_FORM.error(missing=name)
    return found


def _delimiters(form: object) -> Delimiters:
    names = ("element", "component", "repetition", "segment")
    marks = {name: str(_get(form, name)) for name in names}
    if not marks["element"] or not marks["segment"]:
        raise BAD_FORM.error(missing="delimiters")
    return Delimiters(**marks)
