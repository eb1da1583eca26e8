"""What some sixty search parameters find in a resource, each written out by hand from the definition's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.platform.records.oracle.meaning import FOREVER, Amount, Link, Token, span

Json = Any


@dataclass(frozen=True)
class Parameter:
    """``kind`` is the type of the parameter; ``targets`` the types a reference may lead to; ``parts`` the kinds of a
    composite's components. ``plain`` says that only codes without a system are asked for: the system is implied."""

    kind: str
    find: Callable[[Json], list[Json]]
    targets: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    plain: bool = False
    always: bool = False
    """Has a value in every resource: its absence is not asked for."""


def many(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def at(value: Json, path: str) -> list[Json]:
    """Every value at a path of plain element names."""
    found = [value]
    for name in path.split("."):
        found = [inner for one in found for inner in many(one.get(name)) if inner is not None]
    return found


def concept(value: Json) -> list[Token]:
    words = tuple(many(value.get("text")))
    codings = value.get("coding", [])
    tokens = [coding(one, words) for one in codings]
    return tokens or [Token(None, None, words)]


def coding(value: Json, words: Iterable[str] = ()) -> Token:
    return Token(value.get("system"), value.get("code"), (*words, *many(value.get("display"))))


def identifier(value: Json) -> Token:
    kind = value.get("type", {})
    kinds = tuple((one.get("system"), one.get("code")) for one in kind.get("coding", []))
    return Token(value.get("system"), value.get("value"), tuple(many(kind.get("text"))), kinds)


def period(value: Json) -> tuple[int, int]:
    lo = span(value["start"])[0] if "start" in value else -FOREVER
    return lo, span(value["end"])[1] if "end" in value else FOREVER


def _times(value: Json) -> tuple[int, int]:
    """A date, a period, or the outer limits of a schedule."""
    if isinstance(value, str):
        return span(value)
    events = [span(one) for one in value.get("event", [])]
    if "repeat" in value:
        events.append(period(value["repeat"]["boundsPeriod"]))
    return (min(lo for lo, _ in events), max(hi for _, hi in events)) if events else period(value)


def amount(value: Json) -> list[Amount]:
    if "value" not in value:
        return []
    system = "urn:iso:std:iso:4217" if "currency" in value else value.get("system")
    return [Amount(Decimal(value["value"]), system, value.get("currency", value.get("code")), value.get("unit"))]


def link(value: Json) -> Link:
    return Link(
        value.get("reference"), tuple(identifier(one) for one in many(value.get("identifier"))), named=value.get("type")
    )


def concepts(path: str) -> Parameter:
    return Parameter("token", lambda r: [token for one in at(r, path) for token in concept(one)])


def codings(path: str) -> Parameter:
    return Parameter("token", lambda r: [coding(one) for one in at(r, path)])


def codes(path: str) -> Parameter:
    return Parameter("token", lambda r: [Token(None, one) for one in at(r, path)], plain=True)


def identifiers(path: str = "identifier") -> Parameter:
    return Parameter("token", lambda r: [identifier(one) for one in at(r, path)])


def flags(path: str) -> Parameter:
    return Parameter("token", lambda r: [Token(None, "true" if one else "false") for one in at(r, path)], plain=True)


def strings(*paths: str) -> Parameter:
    return Parameter("string", lambda r: [one for path in paths for one in at(r, path)])


def dates(*paths: str) -> Parameter:
    def find(r: Json) -> list[tuple[int, int]]:
        return [_times(one) for path in paths for one in at(r, path)]

    return Parameter("date", find)


def amounts(*paths: str) -> Parameter:
    return Parameter("quantity", lambda r: [one for path in paths for value in at(r, path) for one in amount(value)])


def links(path: str, *targets: str, only: str | None = None) -> Parameter:
    """``only`` narrows to references of one type."""
    return Parameter(
        "reference",
        lambda r: [one for one in map(link, at(r, path)) if only is None or one.type == only],
        (only,) if only else targets,
    )


def uris(*paths: str) -> Parameter:
    return Parameter("uri", lambda r: [one for path in paths for one in at(r, path)])


def telecoms(system: str | None) -> Parameter:
    return Parameter(
        "token",
        lambda r: [Token(None, one.get("value")) for one in at(r, "telecom") if system in (None, one.get("system"))],
        plain=True,
    )


class Part(str):
    """A word of a name: found like the name itself, but not the exact whole of anything."""


def names(*paths: str) -> Parameter:
    """Parts of people's names; each word is a part of its own ("Carreno Quinones" is found by both)."""

    def find(r: Json) -> list[Json]:
        found = strings(*paths).find(r)
        return [*found, *(Part(part) for one in found for part in re.split(r"[\s-]+", one)[1:])]

    return Parameter("string", find)


NAME = ("name.family", "name.given", "name.prefix", "name.suffix", "name.text")
ADDRESS = tuple(f"address.{part}" for part in ("line", "city", "district", "state", "country", "postalCode", "text"))


def pairs(nodes: Callable[[Json], list[Json]], first: Parameter, second: Parameter) -> Parameter:
    """A composite: the values of both components on each node that has both."""

    def find(r: Json) -> list[Json]:
        found = ((first.find(node), second.find(node)) for node in nodes(r))
        return [both for both in found if all(both)]

    return Parameter("composite", find, parts=(first.kind, second.kind))


def _self(r: Json) -> list[Json]:
    return [r]


def _components(r: Json) -> list[Json]:
    return at(r, "component")


def _both(r: Json) -> list[Json]:
    return [r, *at(r, "component")]


def _deceased(r: Json) -> list[Token]:
    gone = "deceasedDateTime" in r or r.get("deceasedBoolean") is True
    return [Token(None, "true" if gone else "false")]


def _canonical(path: str) -> Parameter:
    return Parameter("reference", lambda r: [Link(one, canonical=True) for one in at(r, path)], ("Questionnaire",))


EVERYWHERE: dict[str, Parameter] = {
    "_id": codes("id"),
    "_lastUpdated": dates("meta.lastUpdated"),
    "_tag": codings("meta.tag"),
    "_security": codings("meta.security"),
    "_profile": uris("meta.profile"),
    "_source": uris("meta.source"),
}
PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Patient": {
        "identifier": identifiers(),
        "active": flags("active"),
        "name": names(*NAME),
        "family": names("name.family"),
        "given": names("name.given"),
        "phone": telecoms("phone"),
        "email": telecoms("email"),
        "telecom": telecoms(None),
        "gender": codes("gender"),
        "birthdate": dates("birthDate"),
        "death-date": dates("deceasedDateTime"),
        "deceased": Parameter("token", _deceased, plain=True, always=True),
        "address": strings(*ADDRESS),
        "address-city": strings("address.city"),
        "address-state": strings("address.state"),
        "address-use": codes("address.use"),
        "language": concepts("communication.language"),
        "general-practitioner": links("generalPractitioner", "Organization", "Practitioner", "PractitionerRole"),
        "organization": links("managingOrganization", "Organization"),
        "link": links("link.other", "Patient", "RelatedPerson"),
    },
    "Practitioner": {
        "identifier": identifiers(),
        "active": flags("active"),
        "name": names(*NAME),
        "family": names("name.family"),
        "email": telecoms("email"),
    },
    "Organization": {
        "identifier": identifiers(),
        "name": strings("name"),
        "type": concepts("type"),
        "address-city": strings("address.city"),
        "partof": links("partOf", "Organization"),
    },
    "Location": {
        "name": strings("name"),
        "status": codes("status"),
        "operational-status": codings("operationalStatus"),
        "address-city": strings("address.city"),
        "organization": links("managingOrganization", "Organization"),
        "partof": links("partOf", "Location"),
        "near": Parameter("special", lambda r: at(r, "position")),
    },
    "Encounter": {
        "identifier": identifiers(),
        "status": codes("status"),
        "class": codings("class"),
        "type": concepts("type"),
        "subject": links("subject", "Group", "Patient"),
        "patient": links("subject", only="Patient"),
        "date": dates("period"),
        "length": amounts("length"),
        "participant": links("participant.individual", "Practitioner", "PractitionerRole", "RelatedPerson"),
        "practitioner": links("participant.individual", only="Practitioner"),
        "location": links("location.location", "Location"),
        "location-period": dates("location.period"),
        "service-provider": links("serviceProvider", "Organization"),
        "part-of": links("partOf", "Encounter"),
        "diagnosis": links("diagnosis.condition", "Condition", "Procedure"),
    },
    "Condition": {
        "identifier": identifiers(),
        "code": concepts("code"),
        "category": concepts("category"),
        "clinical-status": concepts("clinicalStatus"),
        "severity": concepts("severity"),
        "subject": links("subject", "Group", "Patient"),
        "patient": links("subject", only="Patient"),
        "encounter": links("encounter", "Encounter"),
        "onset-date": dates("onsetDateTime", "onsetPeriod"),
        "onset-info": strings("onsetString"),
        "onset-age": amounts("onsetAge"),
        "abatement-date": dates("abatementDateTime", "abatementPeriod"),
        "recorded-date": dates("recordedDate"),
        "asserter": links("asserter", "Practitioner", "Patient", "PractitionerRole", "RelatedPerson"),
        "evidence": concepts("evidence.code"),
    },
    "Observation": {
        "identifier": identifiers(),
        "status": codes("status"),
        "category": concepts("category"),
        "code": concepts("code"),
        "subject": links("subject", "Group", "Device", "Patient", "Location"),
        "patient": links("subject", only="Patient"),
        "encounter": links("encounter", "Encounter"),
        "performer": links(
            "performer", "Practitioner", "Organization", "CareTeam", "Patient", "PractitionerRole", "RelatedPerson"
        ),
        "has-member": links("hasMember", "Observation", "MolecularSequence", "QuestionnaireResponse"),
        "date": dates("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming"),
        "value-quantity": amounts("valueQuantity"),
        "value-concept": concepts("valueCodeableConcept"),
        "value-string": strings("valueString", "valueCodeableConcept.text"),
        "value-date": dates("valueDateTime", "valuePeriod"),
        "component-code": concepts("component.code"),
        "component-value-quantity": amounts("component.valueQuantity"),
        "combo-code": Parameter("token", lambda r: [t for n in _both(r) for c in at(n, "code") for t in concept(c)]),
        "combo-value-quantity": amounts("valueQuantity", "component.valueQuantity"),
        "code-value-quantity": pairs(_self, concepts("code"), amounts("valueQuantity")),
        "code-value-concept": pairs(_self, concepts("code"), concepts("valueCodeableConcept")),
        "code-value-string": pairs(_self, concepts("code"), strings("valueString")),
        "code-value-date": pairs(_self, concepts("code"), dates("valueDateTime", "valuePeriod")),
        "component-code-value-quantity": pairs(_components, concepts("code"), amounts("valueQuantity")),
        "component-code-value-concept": pairs(_components, concepts("code"), concepts("valueCodeableConcept")),
        "combo-code-value-quantity": pairs(_both, concepts("code"), amounts("valueQuantity")),
    },
    "MedicationRequest": {
        "identifier": identifiers(),
        "status": codes("status"),
        "intent": codes("intent"),
        "code": concepts("medicationCodeableConcept"),
        "medication": links("medicationReference", "Medication"),
        "subject": links("subject", "Group", "Patient"),
        "patient": links("subject", only="Patient"),
        "encounter": links("encounter", "Encounter"),
        "authoredon": dates("authoredOn"),
        "date": dates("dosageInstruction.timing.event"),
        "requester": links(
            "requester", "Practitioner", "Organization", "Patient", "PractitionerRole", "RelatedPerson", "Device"
        ),
    },
    "Coverage": {
        "identifier": identifiers(),
        "status": codes("status"),
        "type": concepts("type"),
        "beneficiary": links("beneficiary", "Patient"),
        "patient": links("beneficiary", "Patient"),
        "subscriber": links("subscriber", "Patient", "RelatedPerson"),
        "payor": links("payor", "Organization", "Patient", "RelatedPerson"),
        "class-type": concepts("class.type"),
        "class-value": strings("class.value"),
        "dependent": strings("dependent"),
    },
    "RiskAssessment": {
        "subject": links("subject", "Group", "Patient"),
        "patient": links("subject", only="Patient"),
        "date": dates("occurrenceDateTime"),
        "probability": Parameter("number", lambda r: [Decimal(one) for one in at(r, "prediction.probabilityDecimal")]),
        "risk": concepts("prediction.qualitativeRisk"),
    },
    "QuestionnaireResponse": {
        "status": codes("status"),
        "questionnaire": _canonical("questionnaire"),
        "subject": links("subject"),
        "patient": links("subject", only="Patient"),
        "author": links(
            "author", "Practitioner", "Organization", "Device", "Patient", "PractitionerRole", "RelatedPerson"
        ),
        "authored": dates("authored"),
    },
    "ValueSet": {
        "url": uris("url"),
        "name": strings("name"),
        "title": strings("title"),
        "status": codes("status"),
        "version": codes("version"),
        "date": dates("date"),
        "reference": uris("compose.include.system"),
        "context": concepts("useContext.valueCodeableConcept"),
        "context-type": codings("useContext.code"),
        "context-quantity": amounts("useContext.valueQuantity"),
        "context-type-quantity": pairs(lambda r: at(r, "useContext"), codings("code"), amounts("valueQuantity")),
        "context-type-value": pairs(lambda r: at(r, "useContext"), codings("code"), concepts("valueCodeableConcept")),
    },
    "List": {
        "status": codes("status"),
        "code": concepts("code"),
        "title": strings("title"),
        "subject": links("subject", "Group", "Device", "Patient", "Location"),
        "patient": links("subject", only="Patient"),
        "item": links("entry.item"),
        "date": dates("date"),
    },
    "Invoice": {
        "status": codes("status"),
        "date": dates("date"),
        "subject": links("subject", "Group", "Patient"),
        "patient": links("subject", only="Patient"),
        "totalgross": amounts("totalGross"),
    },
}
"""By type and code. A reference without targets may lead anywhere."""

COMPARTMENT: dict[str, tuple[str, ...]] = {
    "Patient": ("link",),
    "Encounter": ("patient",),
    "Condition": ("patient", "asserter"),
    "Observation": ("subject", "performer"),
    "MedicationRequest": ("subject",),
    "Coverage": ("subscriber", "beneficiary", "payor"),
    "RiskAssessment": ("subject",),
    "QuestionnaireResponse": ("subject", "author"),
    "List": ("subject",),
    "Invoice": ("subject", "patient"),
}
"""The parameters that put a resource into a patient's compartment; other types are in none."""


def parameter(rtype: str, code: str) -> Parameter | None:
    """The parameter of a type."""
    return PARAMETERS[rtype].get(code) or EVERYWHERE.get(code)
