"""The FHIR view of a posted remittance: one ``PaymentReconciliation``, and an ``ExplanationOfBenefit`` for each claim.

A projection, written in the transaction that posted: nothing reads it back to decide anything. It says what the payer
said then, so a later correction of a claim does not change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chartline.domains.claims import Claim
from chartline.domains.claims.publish import (
    ADJUDICATION,
    ADJUDICATION_OURS,
    CLAIM_TYPE,
    PAYER_NUMBER,
    payer_reference,
    procedure_system,
    response_id,
    without_empty,
)
from chartline.domains.claims.publish_money import GROUP, REASON
from chartline.domains.practice.published import plain_code, publish
from chartline.domains.practice.systems import NPI
from chartline.domains.remits.plan import PlannedClaim
from chartline.domains.remits.remittance import RemittanceClaimRow, RemittanceRow, RemittanceState
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.formats.x12.remittance import Adjustment, Remittance, RemittanceClaim
from chartline.formats.x12.remittance.model import RemittanceLine
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records import Records

TRACE = "urn:chartline:payment-trace"
PAYMENT_TYPE = "http://terminology.hl7.org/CodeSystem/payment-type"
SYSTEMS = {
    "AD": "http://www.ada.org/cdt",
    "NU": "https://www.nubc.org/CodeSystem/RevenueCodes",
    "N4": "http://hl7.org/fhir/sid/ndc",
}
"""Code systems of services by the qualifier of the wire; all others are procedures."""
_SHARES = {"1": "deductible", "3": "copay"}
_OF_FHIR = frozenset({"submitted", "benefit", "eligible", "deductible", "copay"})


@dataclass(frozen=True, slots=True, repr=False)
class Explained(Masked):
    """One claim of ours in a remittance: what was planned for it, what the payer wrote, and the claim."""

    planned: PlannedClaim
    detail: RemittanceClaim
    claim: Claim


MOST_DETAILS = 1000
"""A payment with more claims is published without listing them: each explanation names the payment (decision 0024)."""


def publish_remittance(
    work: Work,
    records: Records,
    remittance: RemittanceRow,
    header: Remittance,
    rows: Sequence[RemittanceClaimRow],
    ours: Sequence[Explained],
) -> None:
    """Store the reconciliation, and the explanations of these claims. ``rows`` are the claims that it lists."""
    made = [reconciliation(remittance, header, rows), *explanations(remittance, header, ours)]
    publish(work, records, made)


def explanations(remittance: RemittanceRow, header: Remittance, ours: Sequence[Explained]) -> list[JsonObject]:
    """What is published of some claims of a posted remittance."""
    return [_explanation(remittance, header, one) for one in ours]


def explanation_id(remittance: str, place: int) -> str:
    """The id of the ExplanationOfBenefit of one claim of a remittance."""
    return derived_id("ExplanationOfBenefit", remittance, str(place))


def reconciliation(remittance: RemittanceRow, header: Remittance, rows: Sequence[RemittanceClaimRow]) -> JsonObject:
    """What is published of the payment; ``rows`` are the claims that it lists."""
    details: list[JsonObject] = [
        {
            "type": concept(PAYMENT_TYPE, "payment"),
            "request": reference("Claim", row.claim_id),
            "response": reference("ClaimResponse", response_id(row.claim_id)),
            "date": remittance.paid_on.isoformat(),
            "amount": fhir_money(row.paid),
        }
        for row in rows
        if row.claim_id
    ]
    return without_empty(
        {
            "resourceType": "PaymentReconciliation",
            "id": remittance.id,
            "status": _status(remittance),
            "created": (remittance.posted or remittance.received).date().isoformat(),
            "paymentIssuer": payer_reference(remittance.payer_id, remittance.payer_name),
            "requestor": _payee(header),
            "outcome": "complete",
            "paymentDate": remittance.paid_on.isoformat(),
            "paymentAmount": fhir_money(remittance.amount),
            "paymentIdentifier": identifier(TRACE, remittance.trace.strip() or "none"),
            "detail": details,
        }
    )


def _explanation(remittance: RemittanceRow, header: Remittance, one: Explained) -> JsonObject:
    planned, detail, claim = one.planned, one.detail, one.claim
    split = planned.split
    totals = (
        ("submitted", planned.charged),
        ("benefit", split.paid),
        ("adjusted", split.adjusted),
        ("patient", split.patient),
        ("denied", split.denied),
    )
    number = detail.payer_control_number.strip()
    day = claim.service_date
    return without_empty(
        {
            "resourceType": "ExplanationOfBenefit",
            "id": explanation_id(remittance.id, planned.place),
            "identifier": [identifier(PAYER_NUMBER, number)] if number else [],
            "status": _status(remittance),
            "type": concept(CLAIM_TYPE, "professional"),
            "use": "claim",
            "patient": reference("Patient", claim.patient_id),
            "billablePeriod": {"start": day.isoformat(), "end": day.isoformat()},
            "created": remittance.paid_on.isoformat(),
            "insurer": payer_reference(remittance.payer_id, remittance.payer_name),
            "provider": _payee(header),
            "claim": reference("Claim", claim.id),
            "claimResponse": reference("ClaimResponse", response_id(claim.id)),
            "outcome": "complete",
            "disposition": "Earlier payment taken back." if planned.reversal else "Decided by the payer.",
            "insurance": [{"focal": True, "coverage": reference("Coverage", claim.coverage_id)}],
            "item": [_item(place, line) for place, line in enumerate(detail.lines, 1)],
            "adjudication": list(_adjustments(detail.adjustments)),
            "total": [{"category": _category(code), "amount": fhir_money(amount)} for code, amount in totals],
            "payment": {
                "date": remittance.paid_on.isoformat(),
                "amount": fhir_money(split.paid),
                "identifier": identifier(TRACE, remittance.trace.strip() or "none"),
            },
        }
    )


def _status(remittance: RemittanceRow) -> str:
    """What was undone is not deleted: it stays as cancelled."""
    return "cancelled" if remittance.state is RemittanceState.UNDONE else "active"


def _payee(header: Remittance) -> JsonObject:
    """Who was paid, as the payer names the practice."""
    npi = header.payee_npi.strip()
    named: JsonObject = {"display": header.payee_name.strip() or "Billing provider"}
    return {"identifier": identifier(NPI, npi), **named} if npi else named


def _item(place: int, line: RemittanceLine) -> JsonObject:
    """One service as the payer decided it."""
    item: JsonObject = {
        "sequence": place,
        "productOrService": _service(line),
        "modifier": [concept(procedure_system(one), plain_code(one)) for one in line.modifiers if one.strip()],
        "quantity": {"value": line.units},
        "net": fhir_money(line.charged),
        "adjudication": [
            _amount("submitted", line.charged),
            *([_amount("eligible", line.allowed)] if line.allowed is not None else []),
            _amount("benefit", line.paid),
            *_adjustments(line.adjustments),
        ],
    }
    if line.service_date is not None:
        end = (line.service_through or line.service_date).isoformat()
        item["servicedPeriod"] = {"start": line.service_date.isoformat(), "end": end}
    return without_empty(item)


def _service(line: RemittanceLine) -> JsonObject:
    code = plain_code(line.code or line.revenue_code)
    if not line.code and line.revenue_code:
        return concept(SYSTEMS["NU"], code)
    return concept(SYSTEMS.get(line.qualifier) or procedure_system(code), code)


def _adjustments(adjustments: Sequence[Adjustment]) -> Iterator[JsonObject]:
    """Why less was paid, each with its group and reason."""
    for one in adjustments:
        share = _SHARES.get(one.reason, "adjustment") if one.group == "PR" else "adjustment"
        codes = [(REASON, one.reason), (GROUP, one.group)]
        coding: list[JsonObject] = [{"system": system, "code": plain_code(code)} for system, code in codes]
        yield {**_amount(share, one.amount), "reason": {"coding": coding}}


def _amount(category: str, amount: Money) -> JsonObject:
    return {"category": _category(category), "amount": fhir_money(amount)}


def _category(code: str) -> JsonObject:
    return concept(ADJUDICATION if code in _OF_FHIR else ADJUDICATION_OURS, code)
