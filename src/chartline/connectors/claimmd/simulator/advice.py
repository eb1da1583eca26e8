"""An ``Era`` as an 835 file (sheet 7.2), written by the X12 codec.

The codec refuses what does not balance and what a receiver would reject. Banks and accounts are invented: no routing
number begins with 99.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from chartline.connectors.claimmd.simulator.remittance import Adjustment, Era, EraClaim, EraLine
from chartline.formats.x12 import remittance as x12
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

ORIGINATOR = "1999999999"
"""TRN03 is ``1`` and the payer's tax id; every simulated payer has the same invented one."""
PAYER_ACCOUNT = x12.BankAccount(bank="999999992", account="0000100200")
PAYEE_ACCOUNT = x12.BankAccount(bank="990000013", account="0000300400")
NEXT_PAYER = "EXNEXT"
"""The id of any payer to which claims are passed on."""


def advice_bytes(era: Era, *, test: bool) -> bytes:
    """The whole interchange; the same remittance always gives the same bytes."""
    control = int(era.id)
    envelope = Envelope(
        sender="CLAIMMD",
        receiver=era.prov_taxid.replace("-", ""),
        at=era.received,
        control=control,
        group_control=control,
        usage=Usage.TEST if test else Usage.PRODUCTION,
    )
    return x12.write_835(_remittance(era), envelope)


def _remittance(era: Era) -> x12.Remittance:
    street, city, state, code = era.payer_address
    transfer = bool(era.paid)
    return x12.Remittance(
        handling="I" if transfer else "H",
        amount=Money(era.paid),
        method=era.method,
        payer_account=PAYER_ACCOUNT if transfer else None,
        payer_company=ORIGINATOR if transfer else "",
        payee_account=PAYEE_ACCOUNT if transfer else None,
        paid_on=era.day,
        trace=era.check,
        originator=ORIGINATOR,
        produced_on=era.day,
        payer_name=era.payer_name,
        payer_id=era.payerid,
        payer_address=Address(line1=street, city=city, state=state, zip=code),
        payer_contact=x12.Contact(name="EDI DESK", phone="5550100200"),
        payee_name=era.prov_name,
        payee_npi=era.prov_npi,
        payee_tax_id=era.prov_taxid.replace("-", ""),
        claims=tuple(_claim(claim) for claim in era.claims),
        provider_adjustments=tuple(
            x12.ProviderAdjustment(
                provider=era.prov_npi,
                fiscal_year_end=date(era.day.year, 12, 31),
                reason=each.reason,
                reference=each.reference,
                amount=Money(each.amount),
            )
            for each in era.provider_amounts
        ),
    )


def _claim(claim: EraClaim) -> x12.RemittanceClaim:
    insured = PersonName(last=claim.ins_last, first=claim.ins_first)
    patient = PersonName(last=claim.pat_last, first=claim.pat_first)
    return x12.RemittanceClaim(
        patient_control_number=claim.pcn,
        status=claim.status,
        charged=Money(claim.charge),
        paid=Money(claim.paid),
        patient_responsibility=Money(claim.patient),
        filing="12",
        payer_control_number=claim.icn,
        facility=claim.place,
        frequency=claim.frequency,
        patient=x12.Insured(name=patient, member_id=claim.ins_number),
        subscriber=None if patient == insured else x12.Insured(name=insured, member_id=claim.ins_number),
        rendering_npi=claim.prov_npi,
        crossover_name=claim.crossover,
        crossover_id=NEXT_PAYER if claim.crossover else "",
        adjustments=_adjustments(claim.adjustments),
        statement_from=claim.first_day,
        statement_through=claim.last_day,
        received=claim.received,
        lines=tuple(_line(line) for line in claim.lines),
    )


def _line(line: EraLine) -> x12.RemittanceLine:
    return x12.RemittanceLine(
        code=line.procedure,
        qualifier=_qualifier(line.procedure),
        modifiers=line.modifiers,
        charged=Money(line.charge),
        paid=Money(line.paid),
        units=Decimal(line.units),
        service_date=line.day,
        adjustments=_adjustments(line.adjustments),
        control=line.chgid,
        allowed=Money(line.allowed) if line.allowed else None,
        remarks=line.remarks,
    )


def _qualifier(code: str) -> str:
    """SVC01-1: a revenue code has four digits, a dental procedure begins with D, all else is HCPCS."""
    if len(code) == 4:
        return "NU"
    return "AD" if re.fullmatch(r"D[0-9]{4}", code) else "HC"


def _adjustments(adjustments: tuple[Adjustment, ...]) -> tuple[x12.Adjustment, ...]:
    return tuple(x12.Adjustment(group=each.group, reason=each.code, amount=Money(each.amount)) for each in adjustments)
