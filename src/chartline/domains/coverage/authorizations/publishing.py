"""Publishes prior authorizations as FHIR: a Claim whose use is preauthorization, and a ClaimResponse with its number.

Projections only: nothing reads them back. A draft has no response; what was withdrawn is cancelled.
"""

from __future__ import annotations

from chartline.domains.coverage.authorizations.authorization import Authorization
from chartline.domains.coverage.authorizations.states import GRANTED, AuthorizationState
from chartline.domains.practice.systems import NPI, PAYER
from chartline.formats.fhir import JsonObject, concept, identifier, reference
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import updated
from chartline.kernel.ids import derived_id

_DIAGNOSIS = "http://hl7.org/fhir/sid/icd-10-cm"
_PROCEDURE = "http://www.ama-assn.org/go/cpt"
_HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
_CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
_PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
_STATE = "urn:chartline:authorization-state"
"""Extension: the finer state that FHIR's own status and outcome cannot tell."""
_DECIDED = GRANTED | {AuthorizationState.DENIED, AuthorizationState.EXPIRED, AuthorizationState.NOT_REQUIRED}
_ANSWERED = _DECIDED | {AuthorizationState.PENDED}
_BEFORE = frozenset({AuthorizationState.DRAFT, AuthorizationState.NEEDS_DOCUMENTS})
_SENTENCES = {
    AuthorizationState.PENDED: "The payer has not decided.",
    AuthorizationState.APPROVED: "Approved as asked.",
    AuthorizationState.MODIFIED: "Approved otherwise than asked.",
    AuthorizationState.DENIED: "Denied.",
    AuthorizationState.EXPIRED: "Its time is over.",
    AuthorizationState.NOT_REQUIRED: "No authorization is needed.",
    AuthorizationState.CANCELLED: "Withdrawn.",
}


def response_id(authorization_id: str) -> str:
    """The id of an authorization's ClaimResponse."""
    return derived_id("ClaimResponse", "preauthorization", authorization_id)


def authorization_resources(one: Authorization) -> list[JsonObject]:
    """What is published of an authorization."""
    made = [_request(one)]
    # Once there was an answer there is a response for good; it may come to be cancelled.
    withdrawn = one.state is AuthorizationState.CANCELLED and one.submitted is not None
    if one.state in _ANSWERED or withdrawn or one.number:
        made.append(_response(one))
    return made


def _request(one: Authorization) -> JsonObject:
    status = "draft" if one.state in _BEFORE else "cancelled" if one.state is AuthorizationState.CANCELLED else "active"
    return updated(
        {
            "resourceType": "Claim",
            "id": one.id,
            "extension": [{"url": _STATE, "valueCode": one.state.value}],
            "status": status,
            "type": concept(_CLAIM_TYPE, "professional"),
            "use": "preauthorization",
            "patient": reference("Patient", one.patient_id),
            "billablePeriod": {"start": one.begin.isoformat(), "end": one.end.isoformat()},
            "created": fhir_moment(one.created),
            "insurer": _payer(one),
            "provider": {"identifier": identifier(NPI, one.provider_npi)},
            "priority": concept(_PRIORITY, "stat" if one.urgency == "urgent" else "normal"),
            "insurance": [{"sequence": 1, "focal": True, "coverage": _coverage(one)}],
        },
        diagnosis=[
            {"sequence": place, "diagnosisCodeableConcept": concept(_DIAGNOSIS, _dotted(code))}
            for place, code in enumerate(one.diagnoses, 1)
        ],
        item=[
            {
                "sequence": place,
                "productOrService": concept(_HCPCS if procedure.code[0].isalpha() else _PROCEDURE, procedure.code),
                "quantity": {"value": procedure.units},
            }
            for place, procedure in enumerate(one.procedures, 1)
        ],
    )


def _response(one: Authorization) -> JsonObject:
    period: JsonObject = {}
    if one.valid_from is not None and one.valid_to is not None:
        period = {"start": one.valid_from.isoformat(), "end": one.valid_to.isoformat()}
    return updated(
        {
            "resourceType": "ClaimResponse",
            "id": response_id(one.id),
            "extension": [{"url": _STATE, "valueCode": one.state.value}],
            "status": "cancelled" if one.state is AuthorizationState.CANCELLED else "active",
            "type": concept(_CLAIM_TYPE, "professional"),
            "use": "preauthorization",
            "patient": reference("Patient", one.patient_id),
            "created": fhir_moment(one.updated),
            "insurer": _payer(one),
            "request": reference("Claim", one.id),
            "outcome": "complete" if one.state in _DECIDED else "queued",
        },
        disposition=_SENTENCES.get(one.state),
        preAuthRef=one.number or None,
        preAuthPeriod=period or None,
    )


def _payer(one: Authorization) -> JsonObject:
    return updated({"identifier": identifier(PAYER, one.payer_id)}, display=one.payer_name or None)


def _coverage(one: Authorization) -> JsonObject:
    return reference("Coverage", one.coverage_id) if one.coverage_id else {"display": "Not among the records"}


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
