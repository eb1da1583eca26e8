"""An invented code system of animals, value sets on it, and a shelf to put them on."""

from __future__ import annotations

from chartline.formats.fhir.terminology import Columns, ConceptMap, Filter, MemorySystem, Rule, ValueSet

R4 = "http://hl7.org/fhir/ValueSet/"


class Shelf:
    """A source of a few invented things."""

    def __init__(self, *things: MemorySystem | ValueSet | ConceptMap) -> None:
        self.things = things

    def system(self, url: str, version: str) -> MemorySystem | None:
        found = [one for one in self.things if isinstance(one, MemorySystem) and one.url == url]
        return next((one for one in found if not version or one.version == version), None)

    def value_set(self, url: str, version: str) -> ValueSet | None:
        return next((one for one in self.things if isinstance(one, ValueSet) and one.url == url), None)

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        return next((one for one in self.concept_maps() if one.url == url), None)

    def concept_maps(self) -> list[ConceptMap]:
        return [one for one in self.things if isinstance(one, ConceptMap)]


ANIMALS = MemorySystem(
    "urn:animals",
    "1",
    "Animals",
    "complete",
    Columns(
        ["animal", "dog", "terrier", "cat", "lapdog"],
        ["Animal", "Dog", "Terrier", "Cat", "Lap dog"],
        parents={"dog": ["animal"], "terrier": ["dog"], "cat": ["animal"], "lapdog": ["dog", "cat"]},
        properties={
            "animal": {"notSelectable": True},
            "terrier": {"legs": 4, "status": "retired"},
            "cat": {"legs": 4, "temper": "proud"},
        },
        designations={"cat": [("de", "display", "Katze")]},
    ),
)


def value_set(
    *include: Rule, exclude: tuple[Rule, ...] = (), active_only: bool = False, url: str = "urn:set"
) -> ValueSet:
    """A value set of these rules."""
    return ValueSet(url, "1", "Set", "Set", include, exclude, active_only)


def rule(*filters: tuple[str, str, str], **more: object) -> Rule:
    """A rule on the animals: (property, operator, value) each."""
    return Rule("urn:animals", "", None, {}, tuple(Filter(*one) for one in filters), **more)  # ty: ignore[invalid-argument-type]
