"""The FHIR view of a posted remittance: one ``PaymentReconciliation``, and an ``ExplanationOfBenefit`` for each claim.

A projection, written in the transaction that posted: nothing reads it back to decide anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.domains.claims import Claim
from chartline.domains.claims.publish import ADJUDICATION, CLAIM_TYPE, payer_reference, response_id
from chartline.domains.remits.plan import PlannedClaim
from chartline.domains.remits.remittance import RemittanceRow
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work
from chartline.platform.records import Records

TRACE = "urn:chartline:payment-trace"
PAYMENT_TYPE = "http://terminology.hl7.org/CodeSystem/payment-type"


def publish_remittance(
    work: Work,
    records: Records,
    remittance: RemittanceRow,
    planned: Sequence[PlannedClaim],
    claims: dict[str, Claim],
) -> None:
    """Store the reconciliation and the explanations of the claims that are ours."""
    ours = [(one, claims[one.claim_id]) for one in planned if one.claim_id]
    records.put(work, _reconciliation(work, remittance, ours))
    publish_explanations(work, records, remittance, ours)


def publish_explanations(
    work: Work, records: Records, remittance: RemittanceRow, ours: Sequence[tuple[PlannedClaim, Claim]]
) -> None:
    """Store the explanation of each of these claims."""
    for planned, claim in ours:
        records.put(work, _explanation(remittance, planned, claim))


def explanation_id(remittance: str, place: int) -> str:
    """The id of the ExplanationOfBenefit of one claim of a remittance."""
    return derived_id("ExplanationOfBenefit", remittance, str(place))


def _reconciliation(work: Work, remittance: RemittanceRow, ours: Sequence[tuple[PlannedClaim, Claim]]) -> JsonObject:
    details: list[JsonObject] = [
        {
            "type": concept(PAYMENT_TYPE, "payment"),
            "request": reference("Claim", claim.id),
            "response": reference("ClaimResponse", response_id(claim.id)),
            "date": remittance.paid_on.isoformat(),
            "amount": fhir_money(planned.split.paid),
        }
        for planned, claim in ours
    ]
    resource: JsonObject = {
        "resourceType": "PaymentReconciliation",
        "id": remittance.id,
        "status": "active",
        "created": work.now.date().isoformat(),
        "paymentIssuer": payer_reference(remittance.payer_id, remittance.payer_name),
        "outcome": "complete",
        "paymentDate": remittance.paid_on.isoformat(),
        "paymentAmount": fhir_money(remittance.amount),
        "paymentIdentifier": identifier(TRACE, remittance.trace or "none"),
    }
    return resource | ({"detail": details} if details else {})


def _explanation(remittance: RemittanceRow, planned: PlannedClaim, claim: Claim) -> JsonObject:
    split = planned.split
    totals = (
        ("submitted", planned.charged),
        ("benefit", split.paid),
        ("adjusted", split.adjusted),
        ("patient", split.patient),
        ("denied", split.denied),
    )
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": explanation_id(remittance.id, planned.place),
        "status": "active",
        "type": concept(CLAIM_TYPE, "professional"),
        "use": "claim",
        "patient": reference("Patient", claim.patient_id),
        "created": remittance.paid_on.isoformat(),
        "insurer": payer_reference(claim.payer_id, claim.payer_name),
        "provider": {"display": "Billing provider of the claim"},
        "claim": reference("Claim", claim.id),
        "claimResponse": reference("ClaimResponse", response_id(claim.id)),
        "outcome": "complete",
        "disposition": "Earlier payment taken back." if planned.reversal else "Decided by the payer.",
        "insurance": [{"focal": True, "coverage": reference("Coverage", claim.coverage_id)}],
        "total": [
            {
                "category": concept(ADJUDICATION if code in ("submitted", "benefit") else None, code),
                "amount": fhir_money(amount),
            }
            for code, amount in totals
        ],
        "payment": {"date": remittance.paid_on.isoformat(), "amount": fhir_money(split.paid)},
    }
