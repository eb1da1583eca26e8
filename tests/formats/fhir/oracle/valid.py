"""Random resources that R4 accepts, made from the definitions: every type, every element, right codes, small values."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.definitions import Element, structure
from chartline.formats.fhir.definitions.codes import required_codings
from chartline.formats.fhir.primitives import PRIMITIVES

_DEEPEST = 4
_VALUES: dict[str, tuple[object, ...]] = {
    "base64Binary": ("YQ==",),
    "boolean": (True, False),
    "canonical": ("http://e.example/c|1", "http://e.example/c"),
    "code": ("c1",),
    "date": ("2020", "2020-02", "2020-02-29"),
    "dateTime": ("2020", "2020-02", "2020-02-29", "2020-02-29T10:00:00Z"),
    "decimal": (Decimal("1.50"), 5),
    "id": ("x1",),
    "instant": ("2020-02-29T10:00:00Z",),
    "integer": (7,),
    "markdown": ("word",),
    "oid": ("urn:oid:1.2.3",),
    "positiveInt": (7,),
    "string": ("word", "Zoë"),
    "time": ("10:00:00",),
    "unsignedInt": (7,),
    "uri": ("http://e.example/x", "urn:example:a"),
    "url": ("http://e.example/u",),
    "uuid": ("urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7",),
    "xhtml": ('<div xmlns="http://www.w3.org/1999/xhtml">a</div>',),
}
_REFERRED = ("Patient", "Practitioner", "Group", "Organization", "Encounter", "Location", "Observation", "Device")
_NEVER = frozenset({"id", "contained", "extension", "modifierExtension", "implicitRules", "language"})
_TELLING = {
    "Address": ("city",),
    "CodeableConcept": ("coding",),
    "Coding": ("system", "code"),
    "ContactPoint": ("system", "value"),
    "HumanName": ("family",),
    "Identifier": ("system", "value"),
    "Money": ("value", "currency"),
    "Period": ("start",),
    "Range": ("low", "high"),
    "Timing": ("event",),
    "Quantity": ("value", "code", "system"),
}
"""What a datatype always has here: without it, it could not be searched by."""


class Maker:
    """Makes resources from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def resource(self, name: str, depth: int = 0) -> JsonObject:
        """A resource of one type."""
        return {"resourceType": name, "id": "a", **self._object(name, name, depth)}

    def _object(self, name: str, path: str, depth: int) -> JsonObject:
        if name == "Reference":
            return self._reference()
        children = structure(name).children[path]
        if name == "Extension":
            return {"url": "urn:example:more", "valueString": "word"}
        telling = _TELLING.get("Quantity" if "code" in children and "comparator" in children else name, ())
        chosen = [one for one in children.values() if one.least or one.name in telling]
        others = [one for one in children.values() if one.name not in _NEVER and one not in chosen]
        wanted = 0 if depth >= _DEEPEST else self._random.randint(1, 10 if not depth else 5)
        if not chosen and not wanted:
            others.sort(key=lambda one: PRIMITIVES.isdisjoint(one.names.values()))
            chosen = others[:1]
        chosen += self._random.sample(others, min(len(others), wanted))
        if depth < 2 and "extension" in children and self._random.random() < 0.1:
            chosen.append(children["extension"])
        made: JsonObject = {}
        for element in chosen:
            json_name = self._random.choice(sorted(element.names))
            many = element.most is None or element.most > 1
            values = [
                self._value(name, element, json_name, depth) for _ in range(self._random.randint(1, 2) if many else 1)
            ]
            made[json_name] = values if many else values[0]
        return made

    def _reference(self) -> JsonObject:
        rtype = self._random.choice(_REFERRED)
        forms = (f"{rtype}/1", f"{rtype}/1/_history/2", f"https://o.example/fhir/{rtype}/2", *_VALUES["uuid"])
        made: JsonObject = {"reference": self._random.choice(forms)}
        if self._random.random() < 0.2:
            made["identifier"] = {"system": "urn:example:a", "value": "word"}
        return made

    def _value(self, name: str, element: Element, json_name: str, depth: int) -> object:
        kind = element.names[json_name]
        binding = element.binding
        codes = required_codings(binding.value_set) if binding is not None and binding.strength == "required" else None
        if kind in PRIMITIVES:
            known = [code for _, code in sorted(codes)] if codes and kind == "code" else _VALUES[kind]
            return self._random.choice(known)
        if kind == "CodeableConcept" and codes is not None:
            system, code = self._random.choice(sorted(codes))
            return {"coding": [{"system": system, "code": code}]}
        if kind == "Resource":
            return self.resource(self._random.choice(("Basic", "Patient", "Observation")), depth + 3)
        if element.content is not None:
            return self._object(element.content.partition(".")[0], element.content, depth + 1)
        return self._object(name, element.path, depth + 1) if element.backbone else self._object(kind, kind, depth + 1)
