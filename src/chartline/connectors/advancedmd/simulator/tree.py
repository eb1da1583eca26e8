"""One message tree, two encoders: the vendor's XML and the JSON its broker makes of it (vendor sheet 2.4).

The mapping is as unfriendly as the vendor's: every value is a string, a single child is an object and not a list,
and an empty element is an empty string. Refuses document types (and with them entity tricks) and deep nesting.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from xml.parsers import expat

from chartline.kernel.sealed import Masked

DEEPEST = 40
_READABLE = {"utf-8", "iso-8859-1", "us-ascii", "utf-16"}


class Unreadable(ValueError):
    """The bytes are not a message; the text is static."""


@dataclass(slots=True, repr=False)
class Node(Masked):
    """One element: its name, attributes, children in order, and text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str:
        """An attribute, or the empty text when it is absent."""
        return self.attributes.get(name, "")

    def child(self, name: str) -> Node | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, *path: str) -> list[Node]:
        """Every element at a path below this one: ``all("insplanlist", "insplan")``."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        return found


def element(name: str, attributes: Mapping[str, str] | None = None, *children: Node, text: str = "") -> Node:
    """A node in one expression."""
    return Node(name, dict(attributes or {}), list(children), text)


def read_xml(body: bytes, charset: str = "") -> Node:
    """Read a message; ``charset`` is the one named in the content type and overrules the declaration.

    Raises Unreadable.
    """
    parser = expat.ParserCreate(charset if charset in _READABLE else None)
    parser.buffer_text = True
    top = Node("")
    open_nodes = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > DEEPEST:
            raise Unreadable("the message is nested too deeply")
        node = Node(name, dict(attributes))
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        node = open_nodes.pop()
        node.text = node.text.strip()

    def text(data: str) -> None:
        open_nodes[-1].text += data

    def doctype(*_: object) -> None:
        raise Unreadable("document types are not accepted")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable("the message is not well-formed XML") from None
    return top.children[0]


def read_json(body: bytes) -> Node:
    """Read a message in the broker's JSON: one key, ``@`` before attributes, ``#text`` for text. Raises Unreadable."""
    try:
        data: object = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise Unreadable("the message is not JSON") from None
    if not isinstance(data, dict) or len(data) != 1:
        raise Unreadable("the message is not one JSON object with one key")
    name, value = next(iter(cast("dict[str, object]", data).items()))
    return _node(name, value, 0)


def _node(name: str, value: object, depth: int) -> Node:
    if depth > DEEPEST:
        raise Unreadable("the message is nested too deeply")
    if not isinstance(value, dict):
        return Node(name, text=_scalar(value))
    node = Node(name)
    for key, inner in cast("dict[str, object]", value).items():
        if key.startswith("@"):
            node.attributes[key[1:]] = _scalar(inner)
        elif key == "#text":
            node.text = _scalar(inner)
        else:
            items = inner if isinstance(inner, list) else [inner]
            node.children += [_node(key, item, depth + 1) for item in items]
    return node


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    raise Unreadable("a value is neither text nor a number")


def write_xml(node: Node) -> bytes:
    """Bytes declared and encoded as ISO-8859-1; other characters become references (vendor sheet 1.2)."""
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + _xml(node)
    return text.encode("iso-8859-1", "xmlcharrefreplace")


def _xml(node: Node) -> str:
    attributes = "".join(f' {name}="{_escaped(value)}"' for name, value in node.attributes.items())
    inner = _escaped(node.text) + "".join(_xml(child) for child in node.children)
    return f"<{node.name}{attributes}>{inner}</{node.name}>" if inner else f"<{node.name}{attributes}/>"


_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
# Characters XML 1.0 has no way to write; a tab or line end inside an attribute needs a reference to survive.
_ESCAPES |= dict.fromkeys(range(32), "") | {9: "&#9;", 10: "&#10;", 13: "&#13;"}


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def write_json(node: Node) -> bytes:
    """UTF-8 JSON of the same tree, by the table in vendor sheet 2.4."""
    return json.dumps({node.name: _plain(node)}, ensure_ascii=False).encode()


def _plain(node: Node) -> object:
    if not node.attributes and not node.children:
        return node.text
    data: dict[str, object] = {f"@{name}": value for name, value in node.attributes.items()}
    if node.text:
        data["#text"] = node.text
    groups: dict[str, list[object]] = {}
    for child in node.children:
        groups.setdefault(child.name, []).append(_plain(child))
    data |= {name: same[0] if len(same) == 1 else same for name, same in groups.items()}
    return data
