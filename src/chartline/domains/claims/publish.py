"""The FHIR view of claims: ``Claim`` and ``ClaimResponse``, written in the transaction that changed the aggregate.

A projection: nothing reads these back to decide anything. The response has the claim's id with the type in front of
its derivation, so that it is found again.
"""

from __future__ import annotations

from collections.abc import Collection

from chartline.domains.claims.axes import DECIDED, AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.codes import PLACES
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NPI = "http://hl7.org/fhir/sid/us-npi"
DIAGNOSIS = "http://hl7.org/fhir/sid/icd-10-cm"
PROCEDURE = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
NUMBER = "urn:chartline:claim-number"
PAYER_NUMBER = "urn:chartline:payer-claim-number"
PAYER = "urn:chartline:payer-id"


def publish_claims(
    work: Work, vault: Vault, records: Records, claims: Collection[Claim], copies: dict[str, ClaimCopy] | None = None
) -> None:
    """Store the FHIR Claim of each claim, and its ClaimResponse once somebody has answered."""
    copies = copies or {}
    missing = [claim.id for claim in claims if claim.id not in copies]
    opened = copies | open_copies(work, vault, missing)
    for claim in claims:
        records.put(work, fhir_claim(claim, opened[claim.id]))
        if _answered(claim):
            records.put(work, fhir_response(claim))


def response_id(claim: str) -> str:
    """The id of a claim's ClaimResponse."""
    return derived_id("ClaimResponse", claim)


def payer_reference(payer_id: str, payer_name: str) -> JsonObject:
    """The payer, by its electronic id."""
    return {"identifier": identifier(PAYER, payer_id or "unknown"), "display": payer_name or "Payer"}


def fhir_claim(claim: Claim, copy: ClaimCopy) -> JsonObject:
    """The claim as FHIR R4 Claim."""
    items: list[JsonObject] = []
    for place, line in enumerate(copy.lines, 1):
        items.append(
            {
                "sequence": place,
                "diagnosisSequence": [pointer for pointer in line.pointers if pointer > 0],
                "productOrService": concept(_procedure_system(line.procedure), line.procedure or "unknown"),
                "modifier": [concept(None, modifier) for modifier in line.modifiers if modifier],
                "servicedDate": line.service_date.isoformat(),
                "locationCodeableConcept": _place(line.place_of_service or copy.place_of_service),
                "quantity": {"value": line.units},
                "net": fhir_money(Money(line.amount)),
            }
        )
    resource: JsonObject = {
        "resourceType": "Claim",
        "id": claim.id,
        "identifier": [identifier(NUMBER, claim.number)],
        "status": _status(claim),
        "type": concept(CLAIM_TYPE, "professional"),
        "use": "claim",
        "patient": reference("Patient", claim.patient_id),
        "billablePeriod": {"start": copy.service_date.isoformat(), "end": copy.service_date.isoformat()},
        "created": claim.created.date().isoformat(),
        "insurer": payer_reference(claim.payer_id, claim.payer_name),
        "provider": {"identifier": identifier(NPI, copy.billing.npi or "unknown"), "display": copy.billing.name},
        "priority": concept(PRIORITY, "normal"),
        "diagnosis": [
            {"sequence": place, "diagnosisCodeableConcept": concept(DIAGNOSIS, _dotted(code))}
            for place, code in enumerate(copy.diagnoses, 1)
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": reference("Coverage", claim.coverage_id)}],
        "item": items,
        "total": fhir_money(claim.total),
    }
    return _without_empty(resource)


def fhir_response(claim: Claim) -> JsonObject:
    """What is known of the answer, as FHIR R4 ClaimResponse."""
    rejected = claim.submission is SubmissionAxis.REJECTED
    decided = claim.adjudication in DECIDED
    totals: list[JsonObject] = [
        {"category": concept(ADJUDICATION, code), "amount": fhir_money(amount)}
        for code, amount in (("submitted", claim.total), ("benefit", claim.paid))
    ]
    if claim.patient_responsibility:
        totals.append({"category": concept(None, "patient"), "amount": fhir_money(claim.patient_responsibility)})
    if claim.adjusted:
        totals.append({"category": concept(None, "adjusted"), "amount": fhir_money(claim.adjusted)})
    resource: JsonObject = {
        "resourceType": "ClaimResponse",
        "id": response_id(claim.id),
        "identifier": [identifier(PAYER_NUMBER, claim.payer_number)] if claim.payer_number else [],
        "status": "active",
        "type": concept(CLAIM_TYPE, "professional"),
        "use": "claim",
        "patient": reference("Patient", claim.patient_id),
        "created": claim.updated.date().isoformat(),
        "insurer": payer_reference(claim.payer_id, claim.payer_name),
        "request": reference("Claim", claim.id),
        "outcome": "error" if rejected else "complete" if decided else "queued",
        "disposition": f"Claim {claim.word.value.replace('_', ' ')}.",
        "total": totals if decided or claim.adjudication is AdjudicationAxis.REVERSED else [],
    }
    return _without_empty(resource)


def _status(claim: Claim) -> str:
    if claim.work is WorkAxis.CANCELLED:
        return "cancelled"
    sent = claim.submission not in (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
    return "active" if sent or claim.work is WorkAxis.CLOSED else "draft"


def _answered(claim: Claim) -> bool:
    heard = claim.submission in (SubmissionAxis.ACKNOWLEDGED, SubmissionAxis.REJECTED)
    return heard or claim.adjudication is not AdjudicationAxis.NONE


def _procedure_system(code: str) -> str:
    return HCPCS if code[:1].isalpha() else PROCEDURE


def _place(code: str) -> JsonObject:
    known = PLACES.get(code)
    return concept(PLACE, code or "unknown", known.label if known else None)


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code or "unknown"


def _without_empty(value: JsonObject) -> JsonObject:
    """FHIR has no empty lists: leave such members out, in items too."""
    return {
        name: [_without_empty(one) if isinstance(one, dict) else one for one in member]
        if isinstance(member, list)
        else member
        for name, member in value.items()
        if member != []
    }
