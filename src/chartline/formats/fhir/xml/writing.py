"""The JSON form of a resource to FHIR XML, elements in the order of the definitions.

Refuses what XML cannot say: members R4 does not have, control characters, narrative that is not well-formed XHTML.
"""

from __future__ import annotations

import re
from decimal import Decimal
from html.entities import name2codepoint
from xml.parsers import expat

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.xml.plan import Kind, Part, Plan, plan
from chartline.formats.fhir.xml.problems import NO_XML_FORM
from chartline.formats.fhir.xml.tree import FHIR, XHTML
from chartline.kernel.errors import ChartlineError

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DIV = re.compile(r"<div(?=[\s/>])")


def write_xml(resource: JsonObject) -> bytes:
    """The resource as XML in UTF-8. Raises ``fhir.no_xml_form`` with the path of what cannot be written."""
    parts = [_DECLARATION]
    try:
        _resource(parts, resource, "", f' xmlns="{FHIR}"')
    except RecursionError:
        raise _refused("resource", "is too deep") from None
    return "".join(parts).encode()


def _resource(parts: list[str], value: object, path: str, more: str = "") -> None:
    name = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str) or name not in RESOURCE_TYPES:
        raise _refused(path or "resource", "is not a resource of FHIR R4")
    _object(parts, name, value, plan(name, name), path or name, more)


def _object(parts: list[str], tag: str, value: JsonObject, known: Plan, path: str, more: str = "") -> None:
    present: dict[str, Part] = {}
    for member in value:
        name = member.removeprefix("_")
        part = known.parts.get(name)
        if part is not None:
            present[name] = part
        elif member in known.attributes:
            more += f' {member}="{_text(value[member], path)}"'
        elif member != "resourceType":
            raise _refused(path, "has a member that is not an element of this type")
    parts.append(f"<{tag}{more}>")
    for part in sorted(present.values(), key=_place):
        place = f"{path}.{part.name}"
        if part.kind is Kind.PRIMITIVE:
            _primitives(parts, part, value.get(part.name), value.get(f"_{part.name}"), place)
            continue
        content = value.get(part.name)
        for item in content if isinstance(content, list) else [content]:
            _item(parts, part, item, place)
    parts.append(f"</{tag}>")


def _place(part: Part) -> int:
    return part.place


def _item(parts: list[str], part: Part, item: object, path: str) -> None:
    if part.kind is Kind.XHTML:
        parts.append(_narrative(item, path))
    elif part.kind is Kind.RESOURCE:
        parts.append(f"<{part.name}>")
        _resource(parts, item, path)
        parts.append(f"</{part.name}>")
    elif isinstance(item, dict):
        _object(parts, part.name, item, plan(*part.inner), path)
    else:
        raise _refused(path, "is not an object")


def _primitives(parts: list[str], part: Part, value: object, extra: object, path: str) -> None:
    values = value if isinstance(value, list) else [value]
    extras = extra if isinstance(extra, list) else [extra]
    for index in range(max(len(values), len(extras))):
        one = values[index] if index < len(values) else None
        beside = extras[index] if index < len(extras) else None
        _primitive(parts, part.name, one, beside if isinstance(beside, dict) else {}, path)


def _primitive(parts: list[str], tag: str, value: object, beside: JsonObject, path: str) -> None:
    attributes = f' id="{_text(beside["id"], path)}"' if "id" in beside else ""
    if value is not None:
        attributes += f' value="{_text(value, path)}"'
    extensions = beside.get("extension")
    if beside.keys() - {"id", "extension"} or not (attributes or extensions):
        raise _refused(path, "has neither a value nor an extension, or more than that")
    if not isinstance(extensions, list):
        parts.append(f"<{tag}{attributes}/>")
        return
    parts.append(f"<{tag}{attributes}>")
    for extension in extensions:
        if not isinstance(extension, dict):
            raise _refused(path, "is not an object")
        _object(parts, "extension", extension, plan("Extension", "Extension"), f"{path}.extension")
    parts.append(f"</{tag}>")


def _text(value: object, path: str) -> str:
    """A primitive as the value of an attribute; line ends and tabs are spelled, or they would be read as blanks."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if not isinstance(value, str) or _ILLEGAL.search(value):
        raise _refused(path, "is not a text that XML can hold")
    return _SPECIAL.sub(_escape, value) if _SPECIAL.search(value) else value


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]


def _narrative(value: object, path: str) -> str:
    """XHTML as it stands, in its namespace; HTML's own entities, which XML does not know, become characters."""
    if not isinstance(value, str):
        raise _refused(path, "is not a text that XML can hold")
    markup = _ENTITY.sub(_character, value.strip())
    opening = _DIV.match(markup)
    if opening and "xmlns" not in markup[: markup.find(">")]:
        markup = f'<div xmlns="{XHTML}"{markup[4:]}'
    parser = expat.ParserCreate("utf-8", " ")
    roots: list[str] = []

    def refuse(*_: object) -> None:
        raise _refused(path, "is not plain XHTML")

    def start(name: str, _: object) -> None:
        if not roots:
            roots.append(name)

    parser.StartElementHandler = start
    parser.XmlDeclHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(markup.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        raise _refused(path, "is not well-formed XHTML") from None
    if roots != [f"{XHTML} div"]:
        raise _refused(path, "is not an XHTML div")
    return markup


def _character(found: re.Match[str]) -> str:
    point = name2codepoint.get(found[1])
    return found[0] if found[1] in _OWN_ENTITIES or point is None else chr(point)


def _refused(path: str, rule: str) -> ChartlineError:
    return NO_XML_FORM.error(path=path, rule=rule)
