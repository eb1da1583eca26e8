"""What a resource can be found by: one small table of search parameters per type.

Extraction is pure and gives readable keys; hashing them is the business of ``records``. Names are indexed by the
first one to ten letters of each word; birth dates as whole values (year, month, day), never as numbers that sort.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from chartline.formats.fhir import JsonObject, Span, children, name_words, reference_target, span, text
from chartline.formats.fhir.dates import period_span
from chartline.kernel.sealed import Masked

PREFIX = 10
"""Words are indexed by so many first letters; a longer search word is compared with the body."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Where the values of a search parameter stand: dotted paths through objects and lists."""

    paths: tuple[str, ...]


class Token(Parameter):
    """Codes, identifiers and flags: ``code``, ``system|code``, ``|code`` and ``system|`` find them."""


class Contact(Parameter):
    """Telephone numbers (digits only) and e-mail addresses (no case)."""


class Day(Parameter):
    """A date found by itself, its month or its year, by equality only."""


class Words(Parameter):
    """Names, found by the beginnings of their words."""


class Moment(Parameter):
    """A time or period, found by comparison (``ge2026-03-02``) and usable as a sort key.

    Two paths are the start and the end of the span; one resource has at most one span per parameter.
    """


@dataclass(frozen=True, slots=True)
class Link(Parameter):
    """References, found as ``Type/id`` or ``id``; ``only`` keeps one target type."""

    only: str | None = None


@dataclass(slots=True, repr=False)
class Extracted(Masked):
    """The keys, whole words and spans of one resource, by parameter."""

    keys: set[tuple[str, str]] = field(default_factory=set)
    words: dict[str, set[str]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)


def _link(*paths: str, only: str | None = None) -> Link:
    return Link(paths, only)


def _token(*paths: str) -> Token:
    return Token(paths)


_IDENTIFIER: dict[str, Parameter] = {"identifier": _token("identifier")}
_STATUS: dict[str, Parameter] = {**_IDENTIFIER, "status": _token("status")}
_SUBJECT: dict[str, Parameter] = {"subject": _link("subject"), "patient": _link("subject", only="Patient")}
_PERSON: dict[str, Parameter] = {
    **_IDENTIFIER,
    "active": _token("active"),
    "name": Words(("name.family", "name.given", "name.text")),
    "family": Words(("name.family",)),
    "given": Words(("name.given",)),
    "telecom": Contact(("telecom.value",)),
}
_BILLING: dict[str, Parameter] = {**_STATUS, "patient": _link("patient"), "created": Moment(("created",))}

PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Patient": {
        **_PERSON,
        "birthdate": Day(("birthDate",)),
        "gender": _token("gender"),
        "general-practitioner": _link("generalPractitioner"),
        "organization": _link("managingOrganization"),
    },
    "RelatedPerson": {**_PERSON, "birthdate": Day(("birthDate",)), "patient": _link("patient")},
    "Practitioner": _PERSON,
    "PractitionerRole": {
        **_IDENTIFIER,
        "practitioner": _link("practitioner"),
        "organization": _link("organization"),
        "location": _link("location"),
    },
    "Organization": {**_IDENTIFIER, "active": _token("active"), "name": Words(("name", "alias"))},
    "Location": {**_STATUS, "name": Words(("name", "alias")), "organization": _link("managingOrganization")},
    "Schedule": {**_IDENTIFIER, "actor": _link("actor"), "date": Moment(("planningHorizon",))},
    "Slot": {**_STATUS, "schedule": _link("schedule"), "start": Moment(("start", "end"))},
    "Coverage": {
        **_STATUS,
        "beneficiary": _link("beneficiary"),
        "patient": _link("beneficiary"),
        "subscriber": _link("subscriber"),
        "subscriberid": _token("subscriberId"),
        "payor": _link("payor"),
        "type": _token("type"),
    },
    "Appointment": {
        **_STATUS,
        "date": Moment(("start", "end")),
        "actor": _link("participant.actor"),
        "patient": _link("participant.actor", only="Patient"),
        "practitioner": _link("participant.actor", only="Practitioner"),
        "location": _link("participant.actor", only="Location"),
    },
    "Encounter": {
        **_STATUS,
        **_SUBJECT,
        "date": Moment(("period",)),
        "class": _token("class"),
        "appointment": _link("appointment"),
        "participant": _link("participant.individual"),
        "practitioner": _link("participant.individual", only="Practitioner"),
        "location": _link("location.location"),
        "account": _link("account"),
    },
    "Condition": {
        **_IDENTIFIER,
        **_SUBJECT,
        "encounter": _link("encounter"),
        "code": _token("code"),
        "clinical-status": _token("clinicalStatus"),
        "recorded-date": Moment(("recordedDate",)),
    },
    "Procedure": {**_STATUS, **_SUBJECT, "encounter": _link("encounter"), "code": _token("code")},
    "CoverageEligibilityRequest": {**_BILLING, "provider": _link("provider"), "insurer": _link("insurer")},
    "CoverageEligibilityResponse": {
        **_BILLING,
        "outcome": _token("outcome"),
        "request": _link("request"),
        "insurer": _link("insurer"),
        "coverage": _link("insurance.coverage"),
    },
    "Claim": {
        **_BILLING,
        "use": _token("use"),
        "provider": _link("provider"),
        "insurer": _link("insurer"),
        "coverage": _link("insurance.coverage"),
        "encounter": _link("item.encounter"),
    },
    "ClaimResponse": {
        **_BILLING,
        "use": _token("use"),
        "outcome": _token("outcome"),
        "request": _link("request"),
        "insurer": _link("insurer"),
        "payment-date": Moment(("payment.date",)),
    },
    "ExplanationOfBenefit": {
        **_BILLING,
        "outcome": _token("outcome"),
        "claim": _link("claim"),
        "provider": _link("provider"),
        "coverage": _link("insurance.coverage"),
        "encounter": _link("item.encounter"),
    },
    "PaymentReconciliation": {
        **_STATUS,
        "created": Moment(("created",)),
        "outcome": _token("outcome"),
        "payment-issuer": _link("paymentIssuer"),
        "request": _link("request"),
    },
    "Account": {
        **_STATUS,
        **_SUBJECT,
        "name": Words(("name",)),
        "owner": _link("owner"),
        "period": Moment(("servicePeriod",)),
    },
    "Invoice": {**_STATUS, **_SUBJECT, "date": Moment(("date",)), "account": _link("account")},
    "ChargeItem": {
        **_STATUS,
        **_SUBJECT,
        "code": _token("code"),
        "context": _link("context"),
        "account": _link("account"),
        "entered-date": Moment(("enteredDate",)),
        "service": _link("service"),
    },
}
"""Search parameters by type; ``_id`` and ``_lastUpdated`` are columns and work for every type."""


def extract(resource: JsonObject) -> Extracted:
    """Everything a resource is found by."""
    found = Extracted()
    for name, parameter in PARAMETERS.get(text(resource, "resourceType") or "", {}).items():
        if isinstance(parameter, Moment):
            moment = _moment(resource, parameter)
            if moment is not None:
                found.spans[name] = moment
        elif isinstance(parameter, Words):
            words = {word for value in _values(resource, parameter) for word in name_words(str(value))}
            found.words[name] = words
            found.keys.update((name, word[:size]) for word in words for size in range(1, PREFIX + 1))
        else:
            found.keys.update((name, key) for value in _values(resource, parameter) for key in _keys(parameter, value))
    return found


def contact_key(value: str) -> str:
    """A telephone number as its last ten digits, anything else without case."""
    digits = "".join(letter for letter in value if letter.isdigit())
    return value.strip().casefold() if "@" in value or len(digits) < 7 else digits[-10:]


def _keys(parameter: Parameter, value: object) -> Iterator[str]:
    if isinstance(parameter, Link):
        target = reference_target(value) if isinstance(value, dict) else None
        if target is not None and parameter.only in (None, target[0]):
            yield from (f"{target[0]}/{target[1]}", target[1])
    elif isinstance(parameter, Contact):
        if isinstance(value, str):
            yield contact_key(value)
    elif isinstance(parameter, Day):
        if isinstance(value, str) and span(value) is not None:
            yield from {value[:4], value[:7], value[:10]}
    else:
        yield from _token_keys(value)


def _token_keys(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict) and "coding" in value:
        for coding in children(value, "coding"):
            yield from _token_keys(coding)
    elif isinstance(value, dict):
        system, code = text(value, "system"), text(value, "code") or text(value, "value")
        if code is not None:
            yield from (code, f"{system or ''}|{code}")
        if system is not None:
            yield f"{system}|"


def _values(resource: JsonObject, parameter: Parameter) -> Iterator[object]:
    for path in parameter.paths:
        yield from _walk(resource, path.split("."))


def _walk(value: object, steps: list[str]) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, steps)
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from _walk(value.get(steps[0]), steps[1:])


def _moment(resource: JsonObject, parameter: Moment) -> Span | None:
    first, *rest = [next(_walk(resource, path.split(".")), None) for path in parameter.paths]
    if isinstance(first, dict):
        return period_span(text(first, "start"), text(first, "end"))
    if not isinstance(first, str):
        return None
    last = rest[0] if rest else None
    return period_span(first, last if isinstance(last, str) else first)
