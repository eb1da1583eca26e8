"""Invented remittances for the tests of remits and reports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import (
    Adjustment,
    BankAccount,
    Contact,
    Insured,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    check_balance,
    write_835,
)
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed

PAID_ON = date(2026, 3, 20)
PAYER_ACCOUNT = BankAccount(bank="999999992", account="0000100200")
"""No routing number begins with 99."""
PAYEE_ACCOUNT = BankAccount(bank="990000013", account="0000300400")


def adjustment(code: str, amount: int) -> Adjustment:
    """``CO-45`` and an amount."""
    group, _, reason = code.partition("-")
    return Adjustment(group, reason, Money(amount))


def decided(number: str, charged: int, paid: int, *codes: tuple[str, int], **changes: Any) -> RemittanceClaim:
    """One claim with one line that carries the adjustments."""
    adjustments = tuple(adjustment(code, amount) for code, amount in codes)
    line = RemittanceLine(
        code="90837",
        charged=Money(charged),
        paid=Money(paid),
        service_date=changes.get("service_date", date(2026, 3, 2)),
        adjustments=adjustments,
        control=changes.get("line_control", ""),
    )
    return RemittanceClaim(
        patient_control_number=number,
        status=changes.get("status", "1"),
        charged=Money(charged),
        paid=Money(paid),
        filing="12",
        payer_control_number=changes.get("payer_number", f"ICN{number}"),
        patient=changes.get("patient", Insured(name=PersonName(last="ZZYZXDOTTIR", first="QUILLON"))),
        lines=(line,),
    )


def reversed_claim(claim: RemittanceClaim) -> RemittanceClaim:
    """The payer takes a decision back: the same with all signs turned."""
    (line,) = claim.lines
    turned = tuple(Adjustment(one.group, one.reason, -one.amount) for one in line.adjustments)
    return RemittanceClaim(
        patient_control_number=claim.patient_control_number,
        status="22",
        charged=-claim.charged,
        paid=-claim.paid,
        filing=claim.filing,
        payer_control_number=claim.payer_control_number,
        patient=claim.patient,
        lines=(
            RemittanceLine(
                code=line.code,
                charged=-line.charged,
                paid=-line.paid,
                service_date=line.service_date,
                adjustments=turned,
                control=line.control,
            ),
        ),
    )


def provider(reason: str, amount: int) -> ProviderAdjustment:
    """Money outside any claim; positive lowers the payment."""
    return ProviderAdjustment(
        provider="1999999984",
        fiscal_year_end=date(2026, 12, 31),
        reason=reason,
        reference="EXAMPLE",
        amount=Money(amount),
    )


def remittance(*claims: RemittanceClaim, **changes: Any) -> Remittance:
    """A remittance that balances, unless an amount is given."""
    adjustments: tuple[ProviderAdjustment, ...] = changes.get("provider", ())
    total = Money.total([claim.paid for claim in claims]) - Money.total([one.amount for one in adjustments])
    amount: Money = changes.get("amount", total)
    method = changes.get("method", "ACH")
    transfer = method == "ACH"
    return Remittance(
        handling="H" if method == "NON" else "I",
        amount=amount if amount >= Money(0) else -amount,
        debit=amount < Money(0),
        method=method,
        payer_account=PAYER_ACCOUNT if transfer else None,
        payer_company="1999999999" if transfer else "",
        payee_account=PAYEE_ACCOUNT if transfer else None,
        paid_on=changes.get("paid_on", PAID_ON),
        trace=changes.get("trace", "EFT5501"),
        originator="1999999999",
        produced_on=PAID_ON,
        payer_name="EXAMPLE MUTUAL",
        payer_id="00123",
        payer_address=Address(line1="1 EXAMPLE PLAZA", city="SPRINGFIELD", state="IL", zip="627010001"),
        payer_contact=Contact(name="EDI DESK", phone="5555550100"),
        payee_name="QUIET HARBOR EXAMPLE CLINIC",
        payee_npi="1999999984",
        payee_tax_id="999999999",
        claims=claims,
        provider_adjustments=adjustments,
    )


def raw(paid: Remittance, *, unchecked: bool = False) -> Sealed[bytes]:
    """The remittance as an 835 file; one that does not balance is written without a check too."""
    envelope = Envelope(
        sender="PAYER", receiver="CHARTLINE", at=datetime(2026, 3, 20, tzinfo=UTC), control=7, usage=Usage.TEST
    )
    return Sealed(write_835(paid, envelope, unbalanced=bool(check_balance(paid)), unchecked=unchecked))
