"""Random resources made from the definitions themselves: right in structure, meaningless in content."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.definitions import Element, structure
from chartline.formats.fhir.primitives import PRIMITIVES

TYPES = ("Patient", "Observation", "Claim", "Questionnaire", "Bundle", "Parameters", "Composition", "ValueSet", "Task")
_DEEPEST = 5
_XHTML = '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a&lt;b">One &amp; two<br/></p></div>'
_TEXTS = ("a\nb", "tab\there", "\r\n", '"quoted" & <marked>', "  blanks  ", "é日本", "\u2028", "]]>", "&#10;")
_NUMBERS = ("72.50", "1E+3", "1.00E-7", "-0.0", "0.1", "123456789012345678.90")


class Inventor:
    """Makes resources from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def resource(self, name: str, depth: int = 0) -> JsonObject:
        """A resource of one type."""
        return {"resourceType": name, "id": "a", **self._object(name, name, depth)}

    def _object(self, name: str, path: str, depth: int) -> JsonObject:
        if depth >= _DEEPEST:
            return {"id": "x1"}
        wanted = [one for one in structure(name).children[path].values() if one.name not in ("id", "contained")]
        made: JsonObject = {"id": "x1"} if depth and self._random.random() < 0.3 else {}
        for element in self._random.sample(wanted, min(len(wanted), self._random.randint(1, 4))):
            self._fill(made, name, element, depth)
        return made

    def _fill(self, made: JsonObject, name: str, element: Element, depth: int) -> None:
        json_name = self._random.choice(sorted(element.names))
        kind, many = element.names[json_name], element.most is None or element.most > 1
        count = self._random.randint(1, 3) if many else 1
        if kind not in PRIMITIVES or kind == "xhtml" or (name, json_name) == ("Extension", "url"):
            inner = [self._complex(name, element, kind, depth + 1) for _ in range(count)]
            made[json_name] = inner if many else inner[0]
            return
        pairs = [self._primitive(kind, depth) for _ in range(count)]
        for place, values in ((json_name, [one for one, _ in pairs]), (f"_{json_name}", [one for _, one in pairs])):
            if any(value is not None for value in values):
                made[place] = values if many else values[0]

    def _primitive(self, kind: str, depth: int) -> tuple[object, JsonObject | None]:
        value = self._value(kind)
        if self._random.random() < 0.7:
            return value, None
        url_and_value = {"url": "urn:example:why", "valueString": self._random.choice(_TEXTS)}
        extra: JsonObject = {"id": "e1"} if depth >= _DEEPEST else {"id": "e1", "extension": [url_and_value]}
        return (value if self._random.random() < 0.5 else None), extra

    def _value(self, kind: str) -> object:
        if kind == "boolean":
            return self._random.random() < 0.5
        if kind == "decimal":
            whole = self._random.randint(-(10**12), 10**12)
            return whole if self._random.random() < 0.3 else Decimal(self._random.choice(_NUMBERS))
        if kind in ("integer", "positiveInt", "unsignedInt"):
            return self._random.randint(1, 2**31 - 1)
        return self._random.choice(_TEXTS)

    def _complex(self, name: str, element: Element, kind: str, depth: int) -> object:
        if kind in PRIMITIVES:
            return _XHTML if kind == "xhtml" else self._random.choice(_TEXTS)
        if kind == "Resource":
            return self.resource(self._random.choice(TYPES), depth + 1)
        if element.content is not None:
            return self._object(name, element.content, depth)
        return self._object(name, element.path, depth) if element.backbone else self._object(kind, kind, depth)
