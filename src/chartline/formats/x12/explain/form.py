"""A file as JSON and back: interchanges, groups, transactions, loops, segments; no value is lost.

``from_json(to_json(file))`` is the file again, byte for byte, but for a byte order mark, blanks around segments other
than a regular line end, and text that was not UTF-8. Refuses a form that lacks a delimiter or a segment's id.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def to_json(source: Source, leniency: Leniency = STRICT) -> Json:
    """The file as nested objects: ``interchanges``, each with its ``delimiters``, ``line_end`` and ``content``.

    Content is a list, in the order of the file, of segments (``{"segment": "CLP", "elements": [...]}``, elements as
    they were sent) and loops (``{"loop": "2100", "name": ..., "content": [...]}``). Raises as ``read_blocks`` does.
    """
    interchanges: list[Json] = []
    forming: _Forming | None = None
    for block in read_blocks(source, leniency):
        if forming is None or block.opens:
            forming = _Forming(block)
            interchanges.append(forming.interchange)
        forming.take(block)
    return {"interchanges": interchanges}


def from_json(form: object) -> bytes:
    """The file again. Raises ``x12.bad_form``."""
    written: list[str] = []
    for interchange in _list(form, "interchanges"):
        marks = _delimiters(_get(interchange, "delimiters"))
        end = _get(interchange, "line_end")
        for segment in _segments(_list(interchange, "content")):
            elements = [str(value) for value in _list(segment, "elements")]
            written.append(marks.element.join([str(_get(segment, "segment")), *elements]) + marks.segment + str(end))
    return "".join(written).encode()


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
            "line_end": _line_end(block),
            "content": self._content,
        }
        self._version = ""
        self._start: Json | None = None
        self._walk: Walk[None] | None = None
        self._contents: dict[int, list[object]] = {}

    def take(self, block: Block) -> None:
        mark = block.delimiters.element
        for raw in block.raws:
            elements = raw.split(mark)
            name = elements[0]
            segment: Json = {"segment": name, "elements": elements[1:]}
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

    def _begin(self, start: Json, second: list[str], block: Block) -> None:
        self._start = None
        values = [str(value) for value in _list(start, "elements")] + ["", "", ""]
        guide = guide_of(values[0], values[2].strip() or self._version, second)
        if guide is not None:
            self._walk = Walk(guide, lambda *_: None, component=block.delimiters.component)
            self._walk.step(["ST", *values], None)
            self._contents = {id(self._walk.root): self._content}

    def _of(self, inner: Open[None]) -> list[object]:
        """The content of an open loop, made with those of its parents when it is new."""
        content = self._contents.get(id(inner))
        if content is None:
            content = []
            node: LoopUse = inner.node
            if inner.parent is not None:
                self._of(inner.parent).append({"loop": node.id, "name": node.name, "content": content})
            self._contents[id(inner)] = content
        return content


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
