"""One tree for both spellings of a message: XML elements, and the vendor's JSON image of them (vendor sheet 2.4).

Reading is tolerant: one child or many, empty text, null, missing, numbers where strings belong, ISO-8859-1 and stray
bytes in XML. Names are lower-cased on reading. Refuses document types and entities, and depth without end.
"""

from __future__ import annotations

import codecs
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chartline.kernel.sealed import Masked

MAX_DEPTH = 60


class Unreadable(ValueError):
    """The bytes are not a message of this vendor. The text never quotes them."""


@dataclass(frozen=True, slots=True, repr=False)
class Node(Masked):
    """An element: attributes, children in order, text. All values are strings, as the vendor's are."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    text: str = ""

    def get(self, name: str) -> str:
        """An attribute, stripped; empty when it is missing."""
        return self.attributes.get(name, "").strip()

    def every(self, name: str) -> tuple[Node, ...]:
        """The children of that name that hold anything: an empty element is how the vendor writes "none"."""
        return tuple(child for child in self.children if child.name == name and not child.empty)

    def first(self, *path: str) -> Node:
        """The first node along a path of names; an empty node when a step is missing."""
        node = self
        for name in path:
            node = next(iter(node.every(name)), NOTHING)
        return node

    def below(self, name: str) -> Iterator[Node]:
        """Every non-empty node of that name at any depth, outer ones first."""
        for child in self.children:
            if child.name == name and not child.empty:
                yield child
            yield from child.below(name)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it at all."""
        return not self.attributes and not self.children and not self.text.strip()


NOTHING = Node("")


def _stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    # windows-1252 is what "ISO-8859-1" means in practice; its five holes fall back to the real ISO-8859-1.
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in bad), error.end


codecs.register_error("chartline.advancedmd.stray", _stray)

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?(?:encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'])?[^>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _Builder(ElementTree.TreeBuilder):
    """Builds elements, and refuses a document type: there is none in this protocol, and entities come with it."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Called by the parser for ``<!DOCTYPE``."""
        raise Unreadable("document types are refused")


def decode_xml(body: bytes) -> str:
    """The text of an XML message without its declaration, whatever bytes strayed into it."""
    body = body.removeprefix(codecs.BOM_UTF8)
    found = _DECLARATION.match(body)
    named = (found.group(1) or b"utf-8").decode("ascii").lower() if found else "utf-8"
    text = body[found.end() if found else 0 :]
    single = named in ("iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252")
    return _FORBIDDEN.sub(" ", text.decode("cp1252" if single else "utf-8", "chartline.advancedmd.stray"))


def read_xml(body: bytes) -> Node:
    """The tree of an XML message. Raises Unreadable."""
    # S314 warns of entity expansion; entities need a document type, and the builder refuses those.
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314
    try:
        parser.feed(decode_xml(body))
        root = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise Unreadable("not well-formed XML") from None
    return _from_element(root, 0)


def _from_element(element: ElementTree.Element, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise Unreadable("nested too deeply")
    return Node(
        element.tag.lower(),
        {name.lower(): value for name, value in element.attrib.items()},
        tuple(_from_element(child, depth + 1) for child in element),
        (element.text or "").strip(),
    )


def read_json(body: bytes) -> Node:
    """The tree of a JSON message, an object with one key. Raises Unreadable."""
    try:
        # Numbers stay text: an id or an amount must come out as it went in.
        value = json.loads(body.decode("utf-8", "chartline.advancedmd.stray"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(value, dict) or len(value) != 1:
        raise Unreadable("not one message")
    name, content = next(iter(value.items()))
    nodes = _from_json(str(name), content, 0)
    if len(nodes) != 1:
        raise Unreadable("not one message")
    return nodes[0]


def _from_json(name: str, value: object, depth: int) -> tuple[Node, ...]:
    if depth > MAX_DEPTH:
        raise Unreadable("nested too deeply")
    name = name.lower()
    if isinstance(value, list):
        return tuple(node for item in value for node in _from_json(name, item, depth + 1))
    if not isinstance(value, dict):
        return (Node(name, text=_scalar(value)),)
    attributes: dict[str, str] = {}
    children: list[Node] = []
    text = ""
    for key, content in value.items():
        if key.startswith("@") and not isinstance(content, dict | list):
            attributes[key[1:].lower()] = _scalar(content)
        elif key == "#text":
            text = _scalar(content)
        else:
            children.extend(_from_json(key.removeprefix("@"), content, depth + 1))
    return (Node(name, attributes, tuple(children), text),)


def _scalar(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def read(body: bytes) -> Node:
    """The tree of a message in either spelling; what it is, its first character tells. Raises Unreadable."""
    start = body.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if start == b"{":
        return read_json(body)
    if start == b"<":
        return read_xml(body)
    raise Unreadable("neither XML nor JSON")


def write_xml(node: Node) -> bytes:
    """The message as XML in UTF-8; the library escapes."""
    return ElementTree.tostring(_to_element(node), encoding="utf-8", xml_declaration=True)


def _to_element(node: Node) -> ElementTree.Element:
    element = ElementTree.Element(node.name, dict(node.attributes))
    element.text = node.text or None
    element.extend(_to_element(child) for child in node.children)
    return element


def write_json(node: Node) -> bytes:
    """The message as the vendor's JSON image of XML."""
    return json.dumps({node.name: _to_json(node)}, ensure_ascii=True).encode()


def _to_json(node: Node) -> object:
    if not node.attributes and not node.children:
        return node.text
    result: dict[str, object] = {f"@{name}": value for name, value in node.attributes.items()}
    if node.text:
        result["#text"] = node.text
    grouped: dict[str, list[object]] = {}
    for child in node.children:
        grouped.setdefault(child.name, []).append(_to_json(child))
    result.update({name: items[0] if len(items) == 1 else items for name, items in grouped.items()})
    return result
