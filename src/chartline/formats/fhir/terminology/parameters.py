"""What an operation was asked, from a Parameters resource or from an address; and Parameters as answers.

Both ways of asking give the same ``Question``. Refuses with ``terminology.bad_question`` what has the wrong type; it
names the parameter, never the value.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.elements import children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.terminology.checking import Coding
from chartline.formats.fhir.terminology.problems import BAD_QUESTION

_TRUE_OR_FALSE = {"true": True, "false": False}


class Question:
    """The parameters of an operation by name; a name may be given several times."""

    def __init__(self, values: Sequence[tuple[str, object]]) -> None:
        self._values: dict[str, list[object]] = {}
        for name, value in values:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def of_query(cls, pairs: Sequence[tuple[str, str]]) -> Question:
        """From the query of an address."""
        return cls([(name, value) for name, value in pairs if value])

    @classmethod
    def of_parameters(cls, resource: JsonObject) -> Question:
        """From a Parameters resource."""
        if resource.get("resourceType") != "Parameters":
            raise BAD_QUESTION.error(parameter="Parameters")
        found: list[tuple[str, object]] = []
        for one in children(resource, "parameter"):
            value = next((value for name, value in one.items() if name.startswith("value")), one.get("resource"))
            if value is not None:
                found.append((text(one, "name") or "", value))
        return cls(found)

    def text(self, name: str) -> str:
        """A text, or empty."""
        value = self._values.get(name, [""])[0]
        if not isinstance(value, str):
            raise BAD_QUESTION.error(parameter=name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a name."""
        values = self._values.get(name, [])
        return tuple(one for one in values if isinstance(one, str))

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise BAD_QUESTION.error(parameter=name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self._values.get(name, [default])[0]
        known = _TRUE_OR_FALSE.get(value) if isinstance(value, str) else value
        if not isinstance(known, bool):
            raise BAD_QUESTION.error(parameter=name)
        return known

    def number(self, name: str) -> int | None:
        """A whole number of zero or more, or None."""
        value = self._values.get(name, [None])[0]
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise BAD_QUESTION.error(parameter=name)
        return value

    def part(self, name: str) -> JsonObject | None:
        """An object: a Coding, a CodeableConcept or a resource."""
        value = self._values.get(name, [None])[0]
        if value is not None and not isinstance(value, dict):
            raise BAD_QUESTION.error(parameter=name)
        return value

    def codings(self, system: str = "system", code: str = "code") -> tuple[Coding, ...]:
        """What is asked about: a code with its system, a ``coding`` or a ``codeableConcept``."""
        if code in self._values:
            version = self.text("systemVersion") or self.text("version")
            return (Coding(self.text(system), self.text(code), version, self.text("display")),)
        coding, concept = self.part("coding"), self.part("codeableConcept")
        parts = [coding] if coding is not None else children(concept, "coding")
        found = tuple(one for one in map(coding_of, parts) if one is not None)
        if not found and concept is None:
            raise BAD_QUESTION.error(parameter=code)
        return found


def coding_of(value: JsonObject) -> Coding | None:
    """A Coding as a value; None when it has no code."""
    code = text(value, "code")
    if code is None:
        return None
    return Coding(text(value, "system") or "", code, text(value, "version") or "", text(value, "display") or "")


def parameters(*parts: tuple[str, str, object]) -> JsonObject:
    """A Parameters resource from (name, type of value, value); parts whose value is empty text or None are left out."""
    listed = [
        {"name": name, kind: value} for name, kind, value in parts if value is not None and value != "" and value != []
    ]
    return {"resourceType": "Parameters", "parameter": listed}


def shown_coding(system: str, code: str, display: str = "") -> JsonObject:
    """A Coding for an answer."""
    found: JsonObject = {}
    if system:
        found["system"] = system
    if code:
        found["code"] = code
    if display:
        found["display"] = display
    return found


def resource_in(question: Question, name: str, kind: str) -> JsonObject | None:
    """A resource that came with the question, of the right type."""
    found = question.part(name)
    if found is not None and found.get("resourceType") != kind:
        raise BAD_QUESTION.error(parameter=name)
    return found


def canonical_in(question: Question, address: str, version: str) -> str:
    """A canonical whose version may be a parameter of its own."""
    url, extra = question.text(address), question.text(version)
    return f"{url}|{extra}" if url and extra and "|" not in url else url
