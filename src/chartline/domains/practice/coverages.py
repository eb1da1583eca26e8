"""A coverage as exchanged with vendors, to and from a FHIR R4 Coverage.

The payer is named by its electronic id (a logical reference), because that is what eligibility and claims need.
Writing over an existing resource keeps what a CoverageFact does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chartline.connect.facts import CoverageFact, Relationship
from chartline.domains.practice.items import replaced
from chartline.domains.practice.problems import INCOMPLETE_COVERAGE
from chartline.domains.practice.systems import PAYER, vendor_system
from chartline.formats.fhir import (
    JsonObject,
    child,
    children,
    code_of,
    coding,
    concept,
    fhir_money,
    identifier,
    identifier_value,
    read_money,
    reference,
    reference_target,
    text,
    with_identifier,
)
from chartline.formats.fhir.elements import updated
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

_RELATIONSHIPS = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
_CLASSES = "http://terminology.hl7.org/CodeSystem/coverage-class"
_COPAY_TYPES = "http://terminology.hl7.org/CodeSystem/coverage-copay-type"
_IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
CARRIER = "carrier"


def write_coverage(
    coverage: CoverageFact, coverage_id: str, patient_id: str, existing: JsonObject | None = None, source: str = ""
) -> JsonObject:
    """A Coverage with what a CoverageFact says. ``source`` names the connection of its carrier number.

    What the fact does not know, and what already means the same, stays as it is written and where it is.
    """
    was = read_coverage(existing or {}, source)
    member = coverage.member_id.reveal(Purpose.STORE)
    resource = updated(
        existing or {"status": "active"},
        resourceType="Coverage",
        id=coverage_id,
        beneficiary=_beneficiary(existing, patient_id),
        subscriberId=member or None,
        identifier=_identifiers(existing, member),
        payor=_payers(existing, coverage),
        costToBeneficiary=_costs(existing, coverage.copay),
        **{"class": _classes(existing, coverage.group_number.reveal(Purpose.STORE))},
    )
    if existing is None or was.relationship is not coverage.relationship:
        resource["relationship"] = concept(_RELATIONSHIPS, coverage.relationship.value)
    if existing is None or was.order != coverage.order:
        resource["order"] = coverage.order
    resource = updated(resource, period=_period(existing, was, coverage) or None)
    if source and coverage.carrier_vendor_id:
        resource = with_identifier(resource, vendor_system(source, CARRIER), coverage.carrier_vendor_id)
    return resource


def read_coverage(coverage: JsonObject, source: str = "", vendor_id: str | None = None) -> CoverageFact:
    """The coverage a Coverage resource describes; ``payer_id`` is empty text where no electronic id is known."""
    payer = next(iter(children(coverage, "payor")), None)
    period = child(coverage, "period")
    group = _first(children(coverage, "class"), _CLASSES, "group")
    cost = _first(children(coverage, "costToBeneficiary"), _COPAY_TYPES, "copay")
    order = coverage.get("order")
    return CoverageFact(
        vendor_id=vendor_id,
        payer_id=payer_of(coverage) or "",
        payer_name=text(payer, "display") or "",
        member_id=Sealed(text(coverage, "subscriberId") or ""),
        group_number=Sealed(text(group, "value") or ""),
        order=order if isinstance(order, int) else 1,
        relationship=_relationship(code_of(child(coverage, "relationship"))),
        begin=_day(text(period, "start")),
        end=_day(text(period, "end")),
        copay=_copay(cost),
        carrier_vendor_id=identifier_value(coverage, vendor_system(source, CARRIER)) if source else None,
    )


def beneficiary_of(coverage: JsonObject) -> str:
    """The id of the patient a Coverage belongs to. Raises ``practice.coverage_incomplete``."""
    target = reference_target(child(coverage, "beneficiary"))
    if target is None or target[0] != "Patient":
        raise INCOMPLETE_COVERAGE.error(coverage=text(coverage, "id") or "")
    return target[1]


def payer_of(coverage: JsonObject) -> str | None:
    """The electronic id of a Coverage's payer, or None."""
    return text(child(next(iter(children(coverage, "payor")), None), "identifier"), "value")


def primary_on(coverages: Sequence[JsonObject], on: date) -> JsonObject | None:
    """The active coverage that is first in order on a date, or None."""
    holding = [one for one in coverages if text(one, "status") == "active" and _covers(one, on)]
    return min(holding, key=lambda one: (_order(one), text(one, "id") or ""), default=None)


def _order(coverage: JsonObject) -> int:
    order = coverage.get("order")
    return order if isinstance(order, int) else 99


def _covers(coverage: JsonObject, on: date) -> bool:
    period = child(coverage, "period")
    begin, end = _day(text(period, "start")), _day(text(period, "end"))
    return (begin is None or begin <= on) and (end is None or on <= end)


def _day(value: str | None) -> date | None:
    """A full date, also of a dateTime; less than a day says nothing here."""
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def _copay(cost: JsonObject | None) -> Money | None:
    """The copay; what has parts of a cent is no amount that anybody could collect."""
    try:
        return read_money(child(cost, "valueMoney"))
    except ValueError:
        return None


def _relationship(code: str | None) -> Relationship:
    known = {one.value for one in Relationship}
    return Relationship(code) if code in known else Relationship.OTHER if code else Relationship.SELF


def _beneficiary(existing: JsonObject | None, patient_id: str) -> JsonObject:
    known = child(existing, "beneficiary")
    same = known is not None and reference_target(known) == ("Patient", patient_id)
    return known if known and same else reference("Patient", patient_id)


def _period(existing: JsonObject | None, was: CoverageFact, coverage: CoverageFact) -> JsonObject:
    """The period with the days that are news; ``2026`` or a moment stays as it is while it means the same."""
    period = child(existing, "period") or {}
    if was.begin != coverage.begin:
        period = updated(period, start=coverage.begin.isoformat() if coverage.begin else None)
    if was.end != coverage.end:
        period = updated(period, end=coverage.end.isoformat() if coverage.end else None)
    return period


def _payers(existing: JsonObject | None, coverage: CoverageFact) -> list[JsonObject]:
    """The first payer is the one that is meant; further ones stay. Another payer is not the same organisation."""
    known = children(existing, "payor")
    prior = known[0] if known else None
    same = prior is not None and (payer_of({"payor": [prior]}) or "") == coverage.payer_id
    number = updated(child(prior, "identifier"), value=coverage.payer_id) if same else None
    number = number or identifier(PAYER, coverage.payer_id)
    payer = updated(
        prior if same else None,
        identifier=number if coverage.payer_id else None,
        display=coverage.payer_name or (None if coverage.payer_id or _named(prior, same=same) else "unknown payer"),
    )
    return [payer, *known[1:]]


def _named(payer: JsonObject | None, *, same: bool) -> bool:
    return same and text(payer, "reference") is not None


def _identifiers(existing: JsonObject | None, member: str) -> list[JsonObject]:
    known = children(existing, "identifier")
    prior = next((one for one in known if code_of(child(one, "type")) == "MB" and text(one, "use") != "old"), None)
    if not member:
        return [one for one in known if one is not prior]
    kind = child(prior, "type") or concept(_IDENTIFIER_TYPES, "MB")
    return replaced(known, prior, updated(prior, type=kind, value=member))


def _classes(existing: JsonObject | None, group: str) -> list[JsonObject]:
    known = children(existing, "class")
    prior = _first(known, _CLASSES, "group")
    if not group:
        return [one for one in known if one is not prior]
    kind = child(prior, "type") or {"coding": [coding(_CLASSES, "group")]}
    return replaced(known, prior, updated(prior, type=kind, value=group))


def _costs(existing: JsonObject | None, copay: Money | None) -> list[JsonObject]:
    known = children(existing, "costToBeneficiary")
    prior = _first(known, _COPAY_TYPES, "copay")
    if _copay(prior) == copay:
        return known
    if copay is None:
        return [one for one in known if one is not prior]
    kind = child(prior, "type") or concept(_COPAY_TYPES, "copay")
    return replaced(known, prior, updated(prior, type=kind, valueMoney=fhir_money(copay)))


def _first(items: Sequence[JsonObject], system: str, code: str) -> JsonObject | None:
    return next((one for one in items if code_of(child(one, "type"), system) == code), None)
