"""An 835 file into remittances.

Strict about amounts and dates, since they become postings; tolerant about everything that only describes. Unknown
codes are kept. Whether the sums agree is a question for ``check_balance``, so that an unbalanced remittance can still
be shown to somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from chartline.formats.x12.elements import amount, amount_or_none, day, quantity
from chartline.formats.x12.envelope import Transaction, read_interchanges, transactions
from chartline.formats.x12.loops import address, find, named, person_name, present, split, value
from chartline.formats.x12.remittance.model import (
    Adjustment,
    Amount,
    Contact,
    Insured,
    ProviderAdjustment,
    Reference,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.money import Money

_MOA_REMARKS = (3, 4, 5, 6, 7)
_MIA_REMARKS = (5, 20, 21, 22, 23)
_CAS_LAST_TRIPLE = 17
_PLB_PAIRS = range(3, 15, 2)


def read_835(data: bytes) -> list[Remittance]:
    """Every remittance of every 835 transaction in every interchange, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see
    ``check_envelope``.
    """
    return [_remittance(transaction) for transaction in transactions(read_interchanges(data), "835")]


def _remittance(transaction: Transaction) -> Remittance:
    header, claims = split(transaction.segments, "CLP")
    # PLB follows the last claim; it would otherwise be taken for a part of it.
    provider_segments = [segment for segment in transaction.segments if segment.id == "PLB"]
    before, parties = split(header, "N1")
    payment = present(find(before, "BPR"), "BPR", None)
    trace = present(find(before, "TRN"), "TRN", payment)
    payer, payee = named(parties, "PR"), named(parties, "PE")
    produced = find(before, "DTM", "405")
    payer_id = payer[0].at(4) if payer else ""
    payee_is_npi = bool(payee) and payee[0].at(3) == "XX"
    return Remittance(
        handling=payment.at(1),
        amount=amount(payment, 2),
        debit=payment.at(3) == "D",
        method=payment.at(4),
        paid_on=present(day(payment, 16), "BPR16", payment),
        trace=trace.at(2),
        originator=trace.at(3),
        produced_on=day(produced, 2) if produced is not None else None,
        payer_name=payer[0].at(2) if payer else "",
        payer_id=payer_id or value(payer, "REF", "2U"),
        payer_address=address(payer),
        payer_contact=_contact(payer),
        payee_name=payee[0].at(2) if payee else "",
        payee_npi=payee[0].at(4) if payee_is_npi else value(payee, "REF", "HPI"),
        payee_tax_id=value(payee, "REF", "TJ") or (payee[0].at(4) if payee and not payee_is_npi else ""),
        payee_address=address(payee),
        claims=tuple(_claim(claim) for claim in claims),
        provider_adjustments=tuple(entry for segment in provider_segments for entry in _provider(segment)),
    )


def _contact(payer: list[Segment]) -> Contact | None:
    segment = find(payer, "PER", "BL")
    if segment is None:
        return None
    ways = {segment.at(number): segment.at(number + 1) for number in (3, 5, 7)}
    return Contact(name=segment.at(2), phone=ways.get("TE", ""), email=ways.get("EM", ""), url=ways.get("UR", ""))


def _provider(segment: Segment) -> Iterator[ProviderAdjustment]:
    for number in _PLB_PAIRS:
        if segment.at(number) or segment.at(number + 1):
            yield ProviderAdjustment(
                provider=segment.at(1),
                fiscal_year_end=present(day(segment, 2), "PLB02", segment),
                reason=segment.component(number, 1),
                reference=segment.component(number, 2),
                amount=amount(segment, number + 1),
            )


def _claim(segments: list[Segment]) -> RemittanceClaim:
    facts, lines = split(segments, "SVC")
    clp = facts[0]
    crossover = find(facts, "NM1", "TT")
    return RemittanceClaim(
        patient_control_number=clp.at(1),
        status=clp.at(2),
        charged=amount(clp, 3),
        paid=amount(clp, 4),
        patient_responsibility=amount_or_none(clp, 5),
        filing=clp.at(6),
        payer_control_number=clp.at(7),
        facility=clp.at(8),
        frequency=clp.at(9),
        patient=_insured(facts, "QC"),
        subscriber=_insured(facts, "IL"),
        corrected=_insured(facts, "74"),
        rendering_npi=value(facts, "NM1", "82", 9),
        crossover_name=crossover.at(3) if crossover is not None else "",
        crossover_id=crossover.at(9) if crossover is not None else "",
        adjustments=tuple(_adjustments(facts)),
        remarks=tuple(_remarks(facts)),
        references=tuple(Reference(s.at(1), s.at(2)) for s in facts if s.id == "REF"),
        amounts=tuple(Amount(s.at(1), amount(s, 2)) for s in facts if s.id == "AMT"),
        statement_from=_date(facts, "232"),
        statement_through=_date(facts, "233"),
        received=_date(facts, "050"),
        lines=tuple(_line(line) for line in lines),
    )


def _line(segments: list[Segment]) -> RemittanceLine:
    service = segments[0]
    procedure = service.components(1)
    allowed = find(segments, "AMT", "B6")
    return RemittanceLine(
        qualifier=procedure[0] if procedure else "",
        code=procedure[1] if len(procedure) > 1 else "",
        modifiers=tuple(part for part in procedure[2:6] if part),
        charged=amount(service, 2),
        paid=amount_or_none(service, 3) or Money.zero(),
        revenue_code=service.at(4),
        units=_units(service),
        original_code=tuple(service.components(6)),
        original_units=quantity(service, 7),
        service_date=_date(segments, "472") or _date(segments, "150"),
        service_through=_date(segments, "151"),
        adjustments=tuple(_adjustments(segments)),
        control=value(segments, "REF", "6R"),
        references=tuple(Reference(s.at(1), s.at(2)) for s in segments if s.id == "REF" and s.at(1) != "6R"),
        allowed=amount(allowed, 2) if allowed is not None else None,
        amounts=tuple(Amount(s.at(1), amount(s, 2)) for s in segments if s.id == "AMT" and s.at(1) != "B6"),
        remarks=tuple(s.at(2) for s in segments if s.id == "LQ" and s.at(1) == "HE"),
    )


def _units(service: Segment) -> Decimal:
    units = quantity(service, 5)
    # An absent SVC05 means one unit.
    return Decimal(1) if units is None else units


def _adjustments(segments: list[Segment]) -> Iterator[Adjustment]:
    for segment in segments:
        if segment.id != "CAS":
            continue
        for number in range(2, min(len(segment.elements), _CAS_LAST_TRIPLE) + 1, 3):
            if segment.at(number) or segment.at(number + 1):
                yield Adjustment(
                    segment.at(1), segment.at(number), amount(segment, number + 1), quantity(segment, number + 2)
                )


def _remarks(segments: list[Segment]) -> Iterator[str]:
    for name, numbers in (("MIA", _MIA_REMARKS), ("MOA", _MOA_REMARKS)):
        segment = find(segments, name)
        if segment is not None:
            yield from (code for code in map(segment.at, numbers) if code)


def _insured(segments: list[Segment], role: str) -> Insured | None:
    segment = find(segments, "NM1", role)
    return Insured(name=person_name(segment), member_id=segment.at(9)) if segment is not None else None


def _date(segments: list[Segment], qualifier: str) -> date | None:
    segment = find(segments, "DTM", qualifier)
    return day(segment, 2) if segment is not None else None
