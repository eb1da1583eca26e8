"""Publishes eligibility checks as FHIR CoverageEligibilityRequest and -Response, both under the check's id.

Projections only: nothing reads them back. The payer is named by its electronic id.
"""

from __future__ import annotations

from chartline.domains.coverage.benefits import CheckState, Summary
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.systems import PAYER
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import updated
from chartline.kernel.money import Money

_BENEFIT_TYPES = "http://terminology.hl7.org/CodeSystem/benefit-type"
_SERVICE_TYPES = "https://codesystem.x12.org/005010/1365"
_REJECTIONS = "https://codesystem.x12.org/005010/901"


def request_resource(check: Check) -> JsonObject:
    """The question, as a CoverageEligibilityRequest; without insurance where it is in nobody's records."""
    focal: list[JsonObject] = []
    if check.coverage_id:
        focal = [{"focal": True, "coverage": reference("Coverage", check.coverage_id)}]
    return updated(
        {
            "resourceType": "CoverageEligibilityRequest",
            "id": check.id,
            "status": "active",
            "purpose": ["benefits", "validation"],
            "patient": reference("Patient", check.patient_id),
            "servicedDate": check.service_date.isoformat(),
            "created": fhir_moment(check.asked),
            "insurer": {"identifier": identifier(PAYER, check.payer_id)},
            "item": [{"category": concept(_SERVICE_TYPES, check.service_type)}],
        },
        insurance=focal,
    )


def response_resource(check: Check, summary: Summary) -> JsonObject:
    """The answer, as a CoverageEligibilityResponse; ``inforce`` only where the payer said it."""
    known = summary.state in (CheckState.ACTIVE, CheckState.INACTIVE)
    insurance: list[JsonObject] = []
    if check.coverage_id:
        said = updated(
            {"coverage": reference("Coverage", check.coverage_id)},
            inforce=summary.state is CheckState.ACTIVE if known else None,
            item=[_item(check, summary)] if known else [],
        )
        insurance = [said]
    problem = summary.problem
    code = problem.fields.get("payer_code") if problem else None
    return updated(
        {
            "resourceType": "CoverageEligibilityResponse",
            "id": check.id,
            "status": "active",
            "purpose": ["benefits", "validation"],
            "patient": reference("Patient", check.patient_id),
            "servicedDate": check.service_date.isoformat(),
            "created": fhir_moment(check.answered or check.asked),
            "request": reference("CoverageEligibilityRequest", check.id),
            "outcome": "complete" if problem is None else "error",
            "insurer": {"identifier": identifier(PAYER, check.payer_id)},
        },
        insurance=insurance,
        disposition=problem.say if problem else None,
        error=[{"code": concept(_REJECTIONS, code)}] if code else [],
    )


def _item(check: Check, summary: Summary) -> JsonObject:
    return updated(
        {"category": concept(_SERVICE_TYPES, check.service_type)},
        name=summary.plan_name or None,
        benefit=[
            *_benefit("copay", summary.copay, None),
            *_benefit("deductible", summary.deductible, summary.deductible_left),
            *_benefit("benefit", summary.out_of_pocket, summary.out_of_pocket_left),
            *_percent(summary.coinsurance),
        ],
    )


def _benefit(kind: str, allowed: Money | None, left: Money | None) -> list[JsonObject]:
    """A benefit with what is allowed and, where the remainder is known, what is used of it."""
    if allowed is None:
        return []
    used = allowed - left if left is not None else None
    return [
        updated(
            {"type": concept(_BENEFIT_TYPES, kind)},
            allowedMoney=fhir_money(allowed),
            usedMoney=fhir_money(used) if used is not None else None,
        )
    ]


def _percent(coinsurance: str) -> list[JsonObject]:
    return [{"type": concept(_BENEFIT_TYPES, "copay-percent"), "allowedString": coinsurance}] if coinsurance else []
