"""One answer model, two encodings: XML (the default) and JSON with its shape switches (sheet 3.1, 3.2, 15.3-6).

Services build a ``Node``; nothing but this module knows how it looks on the wire. In XML scalars are attributes
and repeated data are child elements. In JSON attributes become keys and repeated elements become arrays, or the
shapes an account asks for. Refuses to guess which scalars are numbers: a service marks them with ``Number``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import msgspec

from chartline.connect.simulation.web import Answer
from chartline.connectors.claimmd.simulator.seed import Shapes

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "application/xml; charset=utf-8"
_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class Number(str):
    """A scalar that some answers send quoted and some unquoted (sheet 3.2): ids, counts and amounts."""

    __slots__ = ()


@dataclass(slots=True, repr=False)
class Node:
    """An element: ``attributes`` are scalars, ``children`` are elements, ``text`` is the content of a leaf.

    ``single`` marks an element that is one thing by nature (``elig``, ``error``); all others are repeated
    elements, which JSON shows as arrays.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str | None = None
    single: bool = False


def error(code: str, message: str) -> Node:
    """A system error: HTTP says 200, the envelope says no (sheet 3.3; mind the spelling of ``error_mesg``)."""
    return Node("result", children=[Node("error", {"error_code": code, "error_mesg": message}, single=True)])


def error_code(root: Node) -> str:
    """The system error's code, or empty text when the answer is not an error."""
    return next((child.attributes["error_code"] for child in root.children if child.name == "error"), "")


def answer(root: Node, accept: str, shapes: Shapes, status: int = 200) -> Answer:
    """Encode for the caller: JSON when Accept asks for it, else XML (sheet 2)."""
    if "application/json" in accept.lower():
        return Answer(status, _json(root, shapes), JSON_TYPE)
    return Answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{_xml(root)}\n'.encode(), XML_TYPE)


def _xml(node: Node) -> str:
    attributes = "".join(f" {_xml_name(name)}={quoteattr(_xml_text(value))}" for name, value in node.attributes.items())
    inside = escape(_xml_text(node.text or "")) + "".join(_xml(child) for child in node.children)
    return f"<{node.name}{attributes}>{inside}</{node.name}>" if inside else f"<{node.name}{attributes}/>"


def _xml_text(text: str) -> str:
    # XML 1.0 has no way to write these characters, and what a caller sent is echoed.
    return _UNWRITABLE.sub("?", text)


def _xml_name(name: str) -> str:
    # An XML name cannot begin with a digit; the vendor's own spelling of 1500_claims is unknown (sheet 6).
    return f"_{name}" if name[0].isdigit() else name


def _json(root: Node, shapes: Shapes) -> bytes:
    body = _value(root, shapes)
    if shapes.wrapper == "object":
        body = {"result": body}
    elif shapes.wrapper == "array":
        body = {"result": [body]}
    return msgspec.json.encode(body)


def _value(node: Node, shapes: Shapes) -> object:
    if node.text is not None:
        return node.text
    body: dict[str, object] = {}
    for name, text in node.attributes.items():
        if text == "" and shapes.empties != "text":
            if shapes.empties == "object":
                body[name] = {}
        elif isinstance(text, Number) and shapes.numbers == "plain":
            body[name] = msgspec.Raw(text.encode())
        else:
            body[name] = str(text)
    repeated: dict[str, list[object]] = {}
    for child in node.children:
        if child.single:
            alone = _value(child, shapes)
            body[child.name] = [alone] if child.name == "error" and shapes.errors == "array" else alone
        else:
            repeated.setdefault(child.name, []).append(_value(child, shapes))
    for name, values in repeated.items():
        alone = len(values) == 1 and shapes.singles == "object"
        body[name] = values[0] if alone else values
    return body
