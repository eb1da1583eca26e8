"""Invented resources and short ways to ask about them."""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.fhir import JsonObject, parse
from chartline.formats.fhir.search import Condition, Query, Value, extract, holds, read_query

BASE = "https://fhir.example.org/fhir/R4"
"""This server, as queries name it."""


def resource(text: str) -> JsonObject:
    """A resource from JSON."""
    return parse(text)


def found(of: JsonObject, code: str) -> list[Value]:
    """The values of one parameter."""
    return extract(of).values.get(code, [])


def asked(rtype: str, name: str, value: str, now: int | None = None) -> Condition:
    """One condition, read strictly."""
    query = read_query([rtype], [(name, value)], strict=True, base=BASE, now=now)
    condition = query.criteria[0][0]
    assert isinstance(condition, Condition)
    return condition


def answers(of: JsonObject, name: str, value: str, now: int | None = None) -> bool:
    """Whether a resource answers ``name=value``."""
    rtype = of["resourceType"]
    assert isinstance(rtype, str)
    return holds(asked(rtype, name, value, now), extract(of))


def query(rtype: str, *pairs: tuple[str, str], strict: bool = False) -> Query:
    """A query over one type."""
    return read_query([rtype], list(pairs), strict=strict, base=BASE)


def observation(**elements: object) -> JsonObject:
    """An Observation with a code and some elements more."""
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        **elements,
    }


def weight(value: str, **more: object) -> JsonObject:
    """An Observation of so many kilograms."""
    kilos = {"value": Decimal(value), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg", **more}
    return observation(valueQuantity=kilos)


PATIENT = resource("""{
  "resourceType": "Patient", "id": "p1",
  "meta": {"lastUpdated": "2026-03-01T10:00:00.123Z", "source": "https://a.example/feed",
    "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0"],
    "tag": [{"system": "urn:tags", "code": "demo"}]},
  "extension": [{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "extension": [
    {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3"}},
    {"url": "text", "valueString": "White"}]}],
  "identifier": [
    {"system": "urn:mrn", "value": "A-17",
     "type": {"text": "Chart number", "coding": [{"system": "urn:v2", "code": "MR"}]}},
    {"value": "loose"}],
  "active": true,
  "name": [{"use": "official", "family": "García López", "given": ["Anna", "Marie-Claire"], "suffix": ["Jr."]}],
  "telecom": [{"system": "phone", "value": "(555) 010-1234"}, {"system": "email", "value": "Anna@Example.org"}],
  "gender": "female", "birthDate": "1974-12-25",
  "address": [{"line": ["12 Elm St"], "city": "Springfield", "state": "IL", "postalCode": "62701"}],
  "generalPractitioner": [{"reference": "Practitioner/d1"}, {"reference": "Organization/g1"}],
  "managingOrganization": {"reference": "Organization/o1"}
}""")
