"""The FHIR view of what is owed: an ``Account`` for each patient with claims, and an ``Invoice`` for each claim of
which the patient was asked to pay a part. Written in the transaction that posted to the ledger.

Projections of the ledger: R4's Account has no balance, so it is an extension of our own, and nothing reads it back.
What patients paid settles an invoice and does not change its total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby

import sqlalchemy as sa

from chartline.domains.claims.claim import Claim
from chartline.domains.claims.publish import NUMBER, without_empty
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import Share, claim_balances, patient_balances, patient_shares
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.practice.due import AT_ONCE, Due, owe
from chartline.domains.practice.published import publish
from chartline.domains.practice.systems import BALANCES
from chartline.formats.fhir import JsonObject, concept, fhir_money, identifier, reference
from chartline.formats.x12.codes import label
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
REASON = "https://x12.org/codes/claim-adjustment-reason-codes"
GROUP = "https://x12.org/codes/claim-adjustment-group-codes"
NO_REASON = "urn:chartline:patient-share"
PARTIES = (("insurance", INSURANCE), ("patient", PATIENT))
"""Who owes, in the words of the extension, and the ledger's account of it."""


def publish_money(work: Work, records: Records, claims: Collection[Claim]) -> None:
    """Store the invoices of claims and the accounts of their patients; many are noted as due.

    Call it after the ledger has the entries.
    """
    if not claims:
        return
    if len(claims) > AT_ONCE:
        owe(work, Due.CLAIM, [claim.id for claim in claims])
        return
    hold_accounts(work, records)
    publish(work, records, money_resources(work, claims))


def hold_accounts(work: Work, records: Records) -> None:
    """Let one transaction at a time sum up accounts, until it ends.

    Two that post for one patient see their own entries only: the later one must see those of the earlier.
    """
    records.lock_criteria(work, "billing/accounts")


def money_resources(work: Work, claims: Collection[Claim]) -> list[JsonObject]:
    """What is published of the money of claims: their invoices, and their patients' whole accounts."""
    return invoice_resources(work, claims) + account_resources(work, {claim.patient_id for claim in claims})


def account_id(patient: str) -> str:
    """The id of a patient's Account."""
    return derived_id("Account", patient)


def invoice_id(claim: str) -> str:
    """The id of a claim's Invoice."""
    return derived_id("Invoice", claim)


def account_resources(work: Work, patients: Collection[str]) -> list[JsonObject]:
    """The Account of each of these patients that has a claim; two queries."""
    columns = claim_table.c
    query = (
        sa.select(
            columns.patient_id,
            columns.coverage_id,
            sa.func.min(columns.service_date).label("first"),
            sa.func.max(columns.service_date).label("last"),
        )
        .where(work.mine(claim_table), columns.patient_id.in_(sorted(patients)))
        .group_by(columns.patient_id, columns.coverage_id)
        .order_by(columns.patient_id, columns.coverage_id)
    )
    rows = work.rows(query) if patients else []
    owed = patient_balances(work, patients)
    return [
        _account(
            patient,
            [row["coverage_id"] for row in own],
            (min(row["first"] for row in own), max(row["last"] for row in own)),
            owed.get(patient, {}),
        )
        for patient, own in ((patient, list(group)) for patient, group in groupby(rows, lambda row: row["patient_id"]))
    ]


def invoice_resources(work: Work, claims: Collection[Claim]) -> list[JsonObject]:
    """The Invoice of each of these claims that the patient was ever asked to pay a part of; two queries."""
    by_id = {claim.id: claim for claim in claims}
    shares = patient_shares(work, sorted(by_id))
    owed = claim_balances(work, sorted({share.claim_id for share in shares}))
    return [
        _invoice(by_id[claim], list(own), owed.get(claim, {}))
        for claim, own in groupby(shares, lambda share: share.claim_id)
    ]


def _account(patient: str, coverages: list[str], served: tuple[date, date], owed: dict[str, Money]) -> JsonObject:
    first, last = served
    return {
        "resourceType": "Account",
        "id": account_id(patient),
        "extension": [_balances({name: owed.get(at, Money.zero()) for name, at in PARTIES})],
        "status": "active",
        "type": concept(ACT_CODE, "PBILLACCT", "patient billing account"),
        "name": "Patient account",
        "subject": [reference("Patient", patient)],
        "servicePeriod": {"start": first.isoformat(), "end": last.isoformat()},
        "coverage": [{"coverage": reference("Coverage", one)} for one in coverages],
    }


def _invoice(claim: Claim, shares: list[Share], owed: dict[str, Money]) -> JsonObject:
    total = Money.total([share.amount for share in shares])
    open_now = owed.get(PATIENT, Money.zero())
    return without_empty(
        {
            "resourceType": "Invoice",
            "id": invoice_id(claim.id),
            "extension": [_balances({"patient": open_now})],
            "identifier": [identifier(NUMBER, claim.number)],
            "status": "cancelled" if not total else "issued" if open_now else "balanced",
            "type": {"text": "Patient's part of a claim"},
            "subject": reference("Patient", claim.patient_id),
            "recipient": reference("Patient", claim.patient_id),
            "date": min(share.since for share in shares).isoformat(),
            "account": reference("Account", account_id(claim.patient_id)),
            "lineItem": [_line(place, share) for place, share in enumerate(_standing(shares), 1)],
            "totalNet": fhir_money(total),
            "totalGross": fhir_money(total),
        }
    )


def _standing(shares: Iterable[Share]) -> list[Share]:
    """The parts that a reversal did not take back."""
    return [share for share in shares if share.amount]


def _line(place: int, share: Share) -> JsonObject:
    group, _, reason = share.code.partition("-")
    if reason:
        item: JsonObject = {
            "coding": [{"system": REASON, "code": reason}, {"system": GROUP, "code": group}],
            "text": label(group, reason),
        }
    else:
        item = concept(NO_REASON, share.code or "share", words="The patient's part")
    return {
        "sequence": place,
        "chargeItemCodeableConcept": item,
        "priceComponent": [{"type": "base", "amount": fhir_money(share.amount)}],
    }


def _balances(owed: dict[str, Money]) -> JsonObject:
    """The extension: what is owed now, by whom."""
    return {
        "url": BALANCES,
        "extension": [{"url": name, "valueMoney": fhir_money(amount)} for name, amount in owed.items()],
    }
