"""The FHIR view of claims: ``Claim`` and ``ClaimResponse``, written in the transaction that changed the aggregate.

A projection: nothing reads these back to decide anything. The response's id is derived from the claim's, so that it
is found again; when a corrected version replaces one that was answered, the response stays as cancelled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from chartline.domains.claims.axes import DECIDED, AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import Claim, ClaimKind, ClaimSource
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.tables import claim_event_table
from chartline.domains.codes import PLACES
from chartline.domains.practice.due import AT_ONCE, Due, owe
from chartline.domains.practice.published import plain_code, publish
from chartline.domains.practice.systems import NPI, PAYER
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

DIAGNOSIS = "http://hl7.org/fhir/sid/icd-10-cm"
PROCEDURE = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
RELATED = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
REVENUE = "https://www.nubc.org/CodeSystem/RevenueCodes"
NUMBER = "urn:chartline:claim-number"
PAYER_NUMBER = "urn:chartline:payer-claim-number"
ADJUDICATION_OURS = "urn:chartline:adjudication"
"""Categories of amounts that FHIR's example codes lack: patient, adjusted, denied, adjustment."""

_TYPES = {ClaimKind.PROFESSIONAL: "professional", ClaimKind.INSTITUTIONAL: "institutional", ClaimKind.DENTAL: "oral"}


def publish_claims(
    work: Work, vault: Vault, records: Records, claims: Collection[Claim], copies: dict[str, ClaimCopy] | None = None
) -> None:
    """Store the FHIR Claim of each claim, and its ClaimResponse once somebody has answered; many are noted as due."""
    if len(claims) > AT_ONCE:
        owe(work, Due.STANDING, [claim.id for claim in claims])
    else:
        publish(work, records, claim_resources(work, vault, claims, copies))


def claim_resources(
    work: Work, vault: Vault, claims: Collection[Claim], copies: dict[str, ClaimCopy] | None = None
) -> list[JsonObject]:
    """What is published of claims. ``copies`` are those of their present versions that are open already."""
    copies = copies or {}
    missing = [claim.id for claim in claims if claim.id not in copies]
    opened = copies | open_copies(work, vault, missing)
    answers = _last_answers(work, [claim.id for claim in claims if claim.version > 1 or _answered(claim)])
    made: list[JsonObject] = []
    for claim in claims:
        made.append(fhir_claim(claim, opened[claim.id]))
        if _answered(claim) or claim.id in answers:
            made.append(fhir_response(claim, answers.get(claim.id, claim.updated).date()))
    return made


def shows_the_same(before: Claim, after: Claim) -> bool:
    """Whether a change shows in nothing that is published: a report that only says again what is known."""
    return replace(before, events=after.events, updated=after.updated) == after


def response_id(claim: str) -> str:
    """The id of a claim's ClaimResponse."""
    return derived_id("ClaimResponse", claim)


def payer_reference(payer_id: str, payer_name: str) -> JsonObject:
    """The payer, by its electronic id."""
    return {"identifier": identifier(PAYER, payer_id.strip() or "unknown"), "display": payer_name.strip() or "Payer"}


def fhir_claim(claim: Claim, copy: ClaimCopy) -> JsonObject:
    """The claim as FHIR R4 Claim."""
    items: list[JsonObject] = []
    for place, line in enumerate(copy.lines, 1):
        items.append(
            {
                "sequence": place,
                "careTeamSequence": [1] if copy.rendering else [],
                "diagnosisSequence": [pointer for pointer in line.pointers if pointer > 0],
                "revenue": concept(REVENUE, line.revenue_code) if line.revenue_code else [],
                "productOrService": concept(procedure_system(line.procedure), plain_code(line.procedure)),
                "modifier": [concept(procedure_system(one), plain_code(one)) for one in line.modifiers if one.strip()],
                "servicedDate": line.service_date.isoformat(),
                "locationCodeableConcept": _place(line.place_of_service or copy.place_of_service),
                "quantity": {"value": line.units},
                "net": fhir_money(Money(line.amount)),
                # A claim that was sent to us whole has no encounter among our records.
                "encounter": [reference("Encounter", claim.encounter_id)] if claim.source is ClaimSource.VISIT else [],
            }
        )
    resource: JsonObject = {
        "resourceType": "Claim",
        "id": claim.id,
        "identifier": [identifier(NUMBER, claim.number)],
        "status": _status(claim),
        "type": concept(CLAIM_TYPE, _TYPES[claim.kind]),
        "use": "claim",
        "patient": reference("Patient", claim.patient_id),
        "billablePeriod": {"start": copy.service_date.isoformat(), "end": copy.through.isoformat()},
        "created": claim.created.date().isoformat(),
        "insurer": payer_reference(claim.payer_id, claim.payer_name),
        "provider": _provider(copy.billing.npi, copy.billing.name),
        "priority": concept(PRIORITY, "normal"),
        "related": _related(claim, copy),
        "careTeam": _care_team(copy),
        "diagnosis": [
            {"sequence": place, "diagnosisCodeableConcept": concept(DIAGNOSIS, _dotted(code))}
            for place, code in enumerate(copy.diagnoses, 1)
        ],
        "insurance": [
            {
                "sequence": 1,
                "focal": True,
                "coverage": reference("Coverage", claim.coverage_id),
                "preAuthRef": [copy.prior_authorization.strip()] if copy.prior_authorization.strip() else [],
            }
        ],
        "item": items,
        "total": fhir_money(claim.total),
    }
    return without_empty(resource)


def fhir_response(claim: Claim, day: date) -> JsonObject:
    """What is known of the answer, as FHIR R4 ClaimResponse; cancelled while a later version has none yet.

    ``day`` is when an answer last changed something.
    """
    answered = _answered(claim)
    rejected = claim.submission is SubmissionAxis.REJECTED
    decided = claim.adjudication in DECIDED
    totals: list[JsonObject] = [
        {"category": concept(ADJUDICATION, code), "amount": fhir_money(amount)}
        for code, amount in (("submitted", claim.total), ("benefit", claim.paid))
    ]
    if claim.patient_responsibility:
        totals.append(
            {"category": concept(ADJUDICATION_OURS, "patient"), "amount": fhir_money(claim.patient_responsibility)}
        )
    if claim.adjusted:
        totals.append({"category": concept(ADJUDICATION_OURS, "adjusted"), "amount": fhir_money(claim.adjusted)})
    resource: JsonObject = {
        "resourceType": "ClaimResponse",
        "id": response_id(claim.id),
        "identifier": [identifier(PAYER_NUMBER, claim.payer_number.strip())] if claim.payer_number.strip() else [],
        "status": "active" if answered else "cancelled",
        "type": concept(CLAIM_TYPE, _TYPES[claim.kind]),
        "use": "claim",
        "patient": reference("Patient", claim.patient_id),
        "created": day.isoformat(),
        "insurer": payer_reference(claim.payer_id, claim.payer_name),
        "request": reference("Claim", claim.id),
        "outcome": "error" if rejected else "complete" if decided else "queued",
        "disposition": f"Claim {claim.word.value.replace('_', ' ')}."
        if answered
        else "A corrected version replaces it.",
        "insurance": [{"sequence": 1, "focal": True, "coverage": reference("Coverage", claim.coverage_id)}],
        "total": totals if decided or claim.adjudication is AdjudicationAxis.REVERSED else [],
    }
    return without_empty(resource)


def _status(claim: Claim) -> str:
    if claim.work is WorkAxis.CANCELLED:
        return "cancelled"
    sent = claim.submission not in (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
    return "active" if sent or claim.work is WorkAxis.CLOSED else "draft"


def _answered(claim: Claim) -> bool:
    heard = claim.submission in (SubmissionAxis.ACKNOWLEDGED, SubmissionAxis.REJECTED)
    return heard or claim.adjudication is not AdjudicationAxis.NONE


def _last_answers(work: Work, claims: Collection[str]) -> dict[str, datetime]:
    """When an answer last changed something on each of these claims, on whatever version; one query, or none."""
    if not claims:
        return {}
    columns = claim_event_table.c
    heard = sa.or_(
        sa.and_(
            columns.axis == "submission",
            columns.after.in_([SubmissionAxis.ACKNOWLEDGED.value, SubmissionAxis.REJECTED.value]),
        ),
        columns.axis == "adjudication",
    )
    query = (
        work.select(claim_event_table, columns.claim_id, sa.func.max(columns.at).label("at"))
        .where(columns.claim_id.in_(list(claims)), columns.before != columns.after, heard)
        .group_by(columns.claim_id)
    )
    return {row["claim_id"]: row["at"] for row in work.rows(query)}


def _provider(npi: str, name: str) -> JsonObject:
    return {"identifier": identifier(NPI, npi.strip() or "unknown"), "display": name.strip() or "Billing provider"}


def _related(claim: Claim, copy: ClaimCopy) -> list[JsonObject]:
    """The claim that the earlier payer decided, and the payer's own number of the one that this replaces or voids."""
    prior = concept(RELATED, "prior")
    found: list[JsonObject] = []
    if claim.primary_claim_id is not None:
        found.append({"claim": reference("Claim", claim.primary_claim_id), "relationship": prior})
    if copy.payer_number.strip():
        found.append({"relationship": prior, "reference": identifier(PAYER_NUMBER, copy.payer_number.strip())})
    return found


def _care_team(copy: ClaimCopy) -> list[JsonObject]:
    """Who gave the care."""
    who = copy.rendering
    if who is None:
        return []
    name = " ".join(part for part in (who.first.strip(), who.last.strip()) if part) or "Rendering provider"
    return [{"sequence": 1, "provider": {"identifier": identifier(NPI, who.npi.strip() or "unknown"), "display": name}}]


def procedure_system(code: str) -> str:
    """The code system of a procedure: HCPCS codes begin with a letter, CPT codes with a digit."""
    return HCPCS if code[:1].isalpha() else PROCEDURE


def _place(code: str) -> JsonObject:
    known = PLACES.get(code)
    return concept(PLACE, plain_code(code), known.label if known else None)


def _dotted(code: str) -> str:
    code = plain_code(code)
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code and code != "unknown" else code


def without_empty(value: JsonObject) -> JsonObject:
    """FHIR has no empty lists: leave such members out, in items too."""
    found: JsonObject = {}
    for name, member in value.items():
        if not isinstance(member, list):
            found[name] = member
        elif member:
            found[name] = [without_empty(one) if isinstance(one, dict) else one for one in member]
    return found
