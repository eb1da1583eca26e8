"""References inside a transaction: from what an entry calls itself to the address it is stored under.

Rewrites references, uri values that equal an entry's ``urn:`` address, and the links of narratives. Leaves texts,
identifiers and canonical addresses alone, whatever they equal. Changes the resources it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chartline.formats.fhir import JsonObject

_URIS = frozenset(
    "url uri valueUri valueUrl valueUuid valueOid source sourceUri target targetUri definition definitionUri "
    "derivedFromUri detail endpoint eventUri address link location policy instantiates instantiatesUri moduleUri "
    "nameUrl onlineInformation protocol rendering relativePath identifier authorizationUrl issuer authority".split()
)
"""Elements of R4 of the types uri, url, oid and uuid; their other uses hold no text at all."""
_LINK = re.compile(r"""\b(href|src)(\s*=\s*)(?:"([^"]*)"|'([^']*)')""")
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]{1,63}\?.+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Conditional:
    """A reference that is a search: the Reference object it stands in, its text, and where that is."""

    holder: JsonObject
    text: str
    place: str


def rewrite(resource: JsonObject, targets: Mapping[str, str], place: str) -> list[Conditional]:
    """Rewrite what points at entries; answers the conditional references that are left. ``place`` is a FHIRPath."""
    found: list[Conditional] = []
    _walk(resource, targets, place, found)
    return found


def _walk(value: JsonObject, targets: Mapping[str, str], place: str, found: list[Conditional]) -> None:
    for name, content in value.items():
        if isinstance(content, str):
            if name == "reference":
                _reference(value, content, targets, place, found)
            elif name in _URIS:
                if content[:4] == "urn:" and content in targets:
                    value[name] = targets[content]
            elif name == "div" and ("urn:" in content or "http" in content):
                value[name] = _LINK.sub(lambda match: _link(match, targets), content)
        elif isinstance(content, dict):
            _walk(content, targets, f"{place}.{name}", found)
        elif isinstance(content, list):
            for index, item in enumerate(content):
                if isinstance(item, dict):
                    _walk(item, targets, f"{place}.{name}[{index}]", found)
                elif isinstance(item, str) and name in _URIS and item[:4] == "urn:" and item in targets:
                    content[index] = targets[item]


def _reference(holder: JsonObject, text: str, targets: Mapping[str, str], place: str, found: list[Conditional]) -> None:
    target = targets.get(text)
    if target is not None:
        holder["reference"] = target
        return
    address, mark, fragment = text.partition("#")
    if mark and address in targets:
        holder["reference"] = f"{targets[address]}#{fragment}"
    elif "?" in text and _CONDITIONAL.fullmatch(text):
        found.append(Conditional(holder, text, f"{place}.reference"))


def _link(match: re.Match[str], targets: Mapping[str, str]) -> str:
    address = match[3] if match[3] is not None else match[4]
    return f'{match[1]}{match[2]}"{targets[address]}"' if address in targets else match[0]
