"""What the typed readers say and what the tables say, in the same words, so that they can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from chartline.formats.x12.columns import to_arrow
from chartline.formats.x12.columns.shapes import Tables
from chartline.formats.x12.professional_claim import ProfessionalClaim, read_837p
from chartline.formats.x12.remittance import Remittance, RemittanceClaim, RemittanceLine, read_835
from chartline.kernel.money import Money

Row = dict[str, object]


def amount(money: Money | None) -> Decimal | None:
    return None if money is None else Decimal(money.minor).scaleb(-2)


def text(value: str) -> str | None:
    return value or None


def rows(tables: Tables, name: str, without: Iterable[str] = ()) -> list[Row]:
    left = {"byte", "segment", "interchange", "group_", "transaction", *without}
    table = getattr(tables, name)
    return table.drop_columns([column for column in table.column_names if column in left]).to_pylist()


def expect_835(data: bytes) -> dict[str, list[Row]]:
    """The rows that the tables of an 835 should have."""
    remittances = read_835(data)
    found: dict[str, list[Row]] = defaultdict(list)
    for remittance in remittances:
        payment = len(found["payments"])
        found["payments"].append(_payment(payment, remittance))
        for entry in remittance.provider_adjustments:
            found["provider_adjustments"].append(
                {
                    "payment": payment,
                    "provider": text(entry.provider),
                    "fiscal_year_end": entry.fiscal_year_end,
                    "reason": text(entry.reason),
                    "reference": text(entry.reference),
                    "amount": amount(entry.amount),
                }
            )
        for claim in remittance.claims:
            number = len(found["claims"])
            found["claims"].append(_remitted_claim(number, payment, claim))
            _adjust(found["adjustments"], claim.adjustments, claim=number, line=None)
            for at, line in enumerate(claim.lines, 1):
                row = len(found["lines"])
                found["lines"].append(_remitted_line(row, number, at, line))
                _adjust(found["adjustments"], line.adjustments, claim=number, line=row)
    return found


def _payment(number: int, remittance: Remittance) -> Row:
    return {
        "payment": number,
        "handling": text(remittance.handling),
        "amount": amount(remittance.amount),
        "debit": remittance.debit,
        "method": text(remittance.method),
        "paid_on": remittance.paid_on,
        "trace": text(remittance.trace),
        "originator": text(remittance.originator),
        "produced_on": remittance.produced_on,
        "currency": remittance.currency or "USD",
        "payer_name": text(remittance.payer_name),
        "payer_id": text(remittance.payer_id),
        "payee_name": text(remittance.payee_name),
        "payee_npi": text(remittance.payee_npi),
        "payee_tax_id": text(remittance.payee_tax_id),
    }


def _remitted_claim(number: int, payment: int, claim: RemittanceClaim) -> Row:
    patient, subscriber = claim.patient, claim.subscriber
    return {
        "claim": number,
        "payment": payment,
        "patient_control_number": text(claim.patient_control_number),
        "status": text(claim.status),
        "charged": amount(claim.charged),
        "paid": amount(claim.paid),
        "patient_responsibility": amount(claim.patient_responsibility),
        "filing": text(claim.filing),
        "payer_control_number": text(claim.payer_control_number),
        "facility": text(claim.facility),
        "frequency": text(claim.frequency),
        "patient_last": text(patient.name.last) if patient else None,
        "patient_first": text(patient.name.first) if patient else None,
        "patient_member_id": text(patient.member_id) if patient else None,
        "subscriber_last": text(subscriber.name.last) if subscriber else None,
        "subscriber_first": text(subscriber.name.first) if subscriber else None,
        "subscriber_member_id": text(subscriber.member_id) if subscriber else None,
        "rendering_npi": text(claim.rendering_npi),
        "statement_from": claim.statement_from,
        "statement_through": claim.statement_through,
        "received": claim.received,
        "remarks": [remark for remark in claim.remarks if remark],
    }


def _remitted_line(row: int, claim: int, number: int, line: RemittanceLine) -> Row:
    return {
        "line": row,
        "claim": claim,
        "number": number,
        "qualifier": text(line.qualifier),
        "code": text(line.code),
        "modifiers": list(line.modifiers),
        "charged": amount(line.charged),
        "paid": amount(line.paid),
        "allowed": amount(line.allowed),
        "revenue_code": text(line.revenue_code),
        "units": line.units,
        "service_date": line.service_date,
        "service_through": line.service_through,
        "control": text(line.control),
        "remarks": [remark for remark in line.remarks if remark],
    }


def _adjust(found: list[Row], adjustments: Iterable[object], **row: object) -> None:
    for entry in adjustments:
        found.append(
            {
                **row,
                "group": text(entry.group),  # ty: ignore
                "reason": text(entry.reason),  # ty: ignore
                "amount": amount(entry.amount),  # ty: ignore
                "quantity": entry.quantity,  # ty: ignore
            }
        )


def expect_837p(data: bytes) -> dict[str, list[Row]]:
    """The rows that the tables of an 837P should have."""
    found: dict[str, list[Row]] = defaultdict(list)
    for number, claim in enumerate(read_837p(data)):
        found["claims"].append(_submitted_claim(number, claim))
        for other in claim.other_coverages:
            _adjust(found["adjustments"], other.adjustments, claim=number, line=None, payer_id=text(other.payer_id))
        for at, line in enumerate(claim.lines, 1):
            row = len(found["lines"])
            found["lines"].append(
                {
                    "line": row,
                    "claim": number,
                    "number": at,
                    "code": text(line.code),
                    "modifiers": list(line.modifiers),
                    "charge": amount(line.charge),
                    "unit": text(line.unit),
                    "units": line.units,
                    "place_of_service": text(line.place_of_service),
                    "pointers": list(line.pointers),
                    "date": line.date,
                    "through": line.through,
                    "control": text(line.control),
                }
            )
            for decided in line.adjudications:
                payer = text(decided.payer_id)
                _adjust(found["adjustments"], decided.adjustments, claim=number, line=row, payer_id=payer)
    return found


def _submitted_claim(number: int, claim: ProfessionalClaim) -> Row:
    billing, subscriber, patient, rendering = claim.billing, claim.subscriber, claim.patient, claim.rendering
    return {
        "claim": number,
        "reference": text(claim.reference),
        "total": amount(claim.total),
        "place_of_service": text(claim.place_of_service),
        "frequency": text(claim.frequency),
        "provider_signature": claim.provider_signature,
        "assignment": text(claim.assignment),
        "benefits_assigned": text(claim.benefits_assigned),
        "release": text(claim.release),
        "intermediary_reference": text(claim.intermediary_reference),
        "payer_control_number": text(claim.payer_control_number),
        "prior_authorization": text(claim.prior_authorization),
        "diagnoses": list(claim.diagnoses),
        "billing_name": text(billing.name),
        "billing_first": text(billing.first),
        "billing_npi": text(billing.npi),
        "billing_tax_id": text(billing.tax_id),
        "subscriber_last": text(subscriber.name.last),
        "subscriber_first": text(subscriber.name.first),
        "subscriber_member_id": text(subscriber.member_id),
        "subscriber_born": subscriber.born,
        "subscriber_sex": text(subscriber.sex),
        "group_number": text(subscriber.group),
        "payer_order": text(subscriber.order),
        "filing": text(subscriber.filing),
        "payer_name": text(subscriber.payer_name),
        "payer_id": text(subscriber.payer_id),
        "patient_relationship": text(patient.relationship) if patient else None,
        "patient_last": text(patient.name.last) if patient else None,
        "patient_first": text(patient.name.first) if patient else None,
        "patient_born": patient.born if patient else None,
        "patient_sex": text(patient.sex) if patient else None,
        "rendering_last": text(rendering.name.last) if rendering else None,
        "rendering_first": text(rendering.name.first) if rendering else None,
        "rendering_npi": text(rendering.npi) if rendering else None,
    }


def assert_agreement(data: bytes, kind: str, megabytes: float = 4) -> Tables:
    """The tables say what the typed reader says; they are given back."""
    expected = expect_835(data) if kind == "835" else expect_837p(data)
    tables = to_arrow(data, kind, megabytes=megabytes)  # ty: ignore
    names = ["payments", "claims", "lines", "adjustments", "provider_adjustments"]
    for name in names if kind == "835" else names[1:4]:
        left = ["group"] if name in ("claims", "payments") else []
        assert rows(tables, name, left) == expected[name], name
    return tables
