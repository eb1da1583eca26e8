"""Bytes to a tree of elements with the standard library's expat, set up so that nothing but elements gets in.

Refuses document types (and with them entities of every sort), other encodings than UTF-8, too much depth and too many
bytes. Comments and processing instructions are dropped. XHTML is not taken apart: its text is cut out of the source
as it stands, so that a narrative comes through unchanged (but for its line
ends, which XML makes line feeds).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from chartline.formats.fhir.xml.problems import NOT_XML
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Masked

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
MOST_BYTES = 64 * 1024 * 1024
MOST_DEPTH = 150
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True, repr=False)
class Node(Masked):
    """One element: its namespace, name, attributes (``namespace name`` when they have one), line and children.

    ``words`` says that it holds text, which FHIR elements never do; ``markup`` is the source of an XHTML element.
    """

    space: str
    name: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    words: bool = False
    markup: str | None = None


def read_tree(data: bytes) -> Node:
    """The root element. Raises ``fhir.not_xml`` with ``reason`` and ``line``."""
    if len(data) > MOST_BYTES:
        raise NOT_XML.error(reason="too many bytes", line="1")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NOT_XML.error(reason="not UTF-8", line=str(data.count(b"\n", 0, error.start) + 1)) from None
    # XML itself reads every line end as a line feed; done first, so that what is cut out has them too.
    return _Growing(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")).grown()


class _Growing:
    """The tree while expat reads. Elements inside XHTML are only counted, or written anew where they use prefixes."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._open: list[Node] = []
        self._root: Node | None = None
        self._declared: list[tuple[str | None, str]] = []
        self._inside = 0
        """Depth inside an XHTML element; 0 outside."""
        self._from: int | None = None
        """Where the source of an XHTML element begins; None when it is written anew."""
        self._anew: list[str] = []
        parser = expat.ParserCreate("utf-8", " ")
        parser.namespace_prefixes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser

    def grown(self) -> Node:
        try:
            self._parser.Parse(self._source, True)
        except expat.ExpatError as error:
            raise NOT_XML.error(reason=expat.ErrorString(error.code) or "unknown", line=str(error.lineno)) from None
        if self._root is None:
            raise self._problem("no element")
        return self._root

    def _problem(self, reason: str) -> ChartlineError:
        return NOT_XML.error(reason=reason, line=str(self._parser.CurrentLineNumber))

    def _refuse(self, *_: object) -> None:
        raise self._problem("document types are not read")

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._declared.append((prefix, uri or ""))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        declared, self._declared = self._declared, []
        if len(self._open) + self._inside >= MOST_DEPTH:
            raise self._problem("too deep")
        space, local, prefixed = _split(name)
        if self._inside:
            self._start_inside(space, local, prefixed, attributes)
            return
        plain = {key if " " not in key else " ".join(key.split(" ")[:2]): value for key, value in attributes.items()}
        node = Node(space, local, plain, self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(node)
        elif self._root is None:
            self._root = node
        self._open.append(node)
        if space == XHTML:
            if any(_foreign(key) for key in attributes):
                raise self._problem("narrative with prefixed names")
            self._inside = 1
            self._from = self._parser.CurrentByteIndex if (None, XHTML) in declared and not prefixed else None
            self._anew = [] if self._from is not None else [_tag(local, attributes, f' xmlns="{XHTML}"')]

    def _start_inside(self, space: str, local: str, prefixed: bool, attributes: dict[str, str]) -> None:
        if space != XHTML:
            raise self._problem("narrative with elements that are not XHTML")
        if (prefixed and self._from is not None) or any(_foreign(key) for key in attributes):
            raise self._problem("narrative with prefixed names")
        self._inside += 1
        if self._from is None:
            self._anew.append(_tag(local, attributes))

    def _end(self, name: str) -> None:
        if not self._inside:
            self._open.pop()
            return
        self._inside -= 1
        if self._from is None:
            self._anew.append(f"</{_split(name)[1]}>")
        if not self._inside:
            node = self._open.pop()
            node.markup = self._markup(node.name)

    def _markup(self, name: str) -> str:
        if self._from is None:
            return "".join(self._anew)
        end = self._parser.CurrentByteIndex
        # The end of <div/> is told behind it, that of <div></div> before its last tag.
        if self._source.startswith(f"</{name}".encode(), end):
            end = self._source.index(b">", end) + 1
        return self._source[self._from : end].decode()

    def _text(self, words: str) -> None:
        if self._inside:
            if self._from is None:
                self._anew.append(escape(words))
        elif self._open and not words.isspace():
            self._open[-1].words = True


def _split(name: str) -> tuple[str, str, bool]:
    """Namespace, local name, and whether a prefix was used."""
    parts = name.split(" ")
    if len(parts) == 1:
        return "", name, False
    return parts[0], parts[1], len(parts) > 2


def _foreign(attribute: str) -> bool:
    return " " in attribute and not attribute.startswith(_XML)


def _tag(local: str, attributes: dict[str, str], more: str = "") -> str:
    kept = ((f"xml:{key.split(' ')[1]}" if " " in key else key, value) for key, value in attributes.items())
    own = "".join(f" {key}={quoteattr(value)}" for key, value in kept)
    return f"<{local}{more}{own}>"
