"""An 835 as a statement that a biller understands: what was paid, and for every cent that was not, why and who has it.

Streams, claim by claim. Says which sums agree and which do not, and refuses nothing that the reader of the 835 takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from chartline.formats.x12.codes import (
    ADJUSTMENT_GROUPS,
    CLAIM_STATUSES,
    PLACES_OF_SERVICE,
    PROVIDER_ADJUSTMENTS,
    REASONS,
)
from chartline.formats.x12.explain.statement import Fact, Section, Table, Value, fact
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceEnd,
    RemittanceLine,
    check_claim,
    check_payment,
    stream_835,
)
from chartline.formats.x12.source import Source
from chartline.kernel.money import Money

_METHODS = {
    "ACH": "by bank transfer (ACH)",
    "BOP": "as the payer chose",
    "CHK": "by check",
    "FWT": "by wire transfer",
    "NON": "not at all: there is no payment",
}
_CARRIERS = {
    "CO": "provider, by contract",
    "PR": "patient",
    "OA": "nobody named",
    "PI": "provider, says the payer",
    "CR": "earlier decision",
}
"""Who carries an adjusted amount, by CAS group."""


def statement(source: Source) -> Iterator[Section]:
    """For each payment: the payment, its claims one by one, and its end with all sums. Raises as ``stream_835``."""
    header: Remittance | None = None
    sums = _Sums("USD")
    for event in stream_835(source):
        if isinstance(event, Remittance):
            header, sums = event, _Sums(event.currency or "USD")
            yield _payment(event)
        elif isinstance(event, RemittanceClaim):
            sums.add(event)
            yield _claim(event, sums.claims)
        elif header is not None:
            yield _end(header, event, sums)


class _Sums:
    """What the claims of a payment add up to, in cents."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.claims = self.charged = self.paid = self.owed = self.wrong = 0
        self.by_group: dict[str, int] = {}

    def add(self, claim: RemittanceClaim) -> None:
        self.claims += 1
        self.charged += claim.charged.minor
        self.paid += claim.paid.minor
        self.owed += claim.patient_responsibility.minor if claim.patient_responsibility is not None else 0
        for each in claim.all_adjustments:
            self.by_group[each.group] = self.by_group.get(each.group, 0) + each.amount.minor
        self.wrong += bool(check_claim(claim, self.claims))

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def _payment(paid: Remittance) -> Section:
    way = _METHODS.get(paid.method, f"by {paid.method}" if paid.method else "")
    back = "The provider owes the payer " if paid.debit else "Paid "
    return Section(
        kind="payment",
        title=f"Payment {paid.trace}".strip(),
        facts=(
            *fact("From", f"{paid.payer_name} ({paid.payer_id})" if paid.payer_id else paid.payer_name),
            *fact("To", f"{paid.payee_name} ({paid.payee_npi})" if paid.payee_npi else paid.payee_name),
            *fact("Amount", paid.amount),
            *fact("On", paid.paid_on.isoformat()),
            *fact("Check or transfer number", paid.trace),
            *fact("Written on", paid.produced_on.isoformat() if paid.produced_on is not None else ""),
        ),
        remarks=(f"{back}{paid.amount.shown()} {way}".strip() + ".",),
    )


def _claim(claim: RemittanceClaim, number: int) -> Section:
    status = CLAIM_STATUSES.get(claim.status, "unknown status")
    return Section(
        kind="claim",
        title=f"Claim {number}: {status} ({claim.status}); charged {claim.charged.shown()}, paid {claim.paid.shown()}",
        facts=tuple(_facts(claim)),
        tables=tuple(_tables(claim)),
        remarks=tuple(_where_it_went(claim)),
        wrong=tuple(finding_words(finding) for finding in check_claim(claim, number)),
    )


def _facts(claim: RemittanceClaim) -> Iterator[Fact]:
    yield from fact("Patient control number", claim.patient_control_number, "account")
    if claim.patient is not None:
        yield from fact("Patient", _name(claim.patient.name), "name")
        yield from fact("Member id", claim.patient.member_id, "id")
    if claim.subscriber is not None:
        yield from fact("Subscriber", _name(claim.subscriber.name), "name")
    if claim.corrected is not None:
        yield from fact("The payer knows the insured as", _name(claim.corrected.name), "name")
        yield from fact("The payer knows the member id as", claim.corrected.member_id, "id")
    yield from fact("Payer's claim number", claim.payer_control_number, "account")
    yield from fact("Place", PLACES_OF_SERVICE.get(claim.facility, ""))
    yield from fact("Patient owes, says the payer", claim.patient_responsibility)
    yield from fact("Passed on to", claim.crossover_name)
    if claim.corrected_payer is not None:
        yield from fact("Should be asked first", claim.corrected_payer.name)
    if claim.coverage_expired is not None:
        yield from fact("Coverage ended", claim.coverage_expired.isoformat())
    yield from fact("Remarks of the payer", ", ".join(claim.remarks))


def _tables(claim: RemittanceClaim) -> Iterator[Table]:
    if claim.lines:
        rows = tuple(_line(line) for line in claim.lines)
        columns = ("service", "date", "units", "charged", "allowed", "paid", "remarks")
        yield Table("lines", columns, rows)
    rows = [("claim", *_adjustment(each)) for each in claim.adjustments]
    for number, line in enumerate(claim.lines, 1):
        rows += [(f"line {number}", *_adjustment(each)) for each in line.adjustments]
    if rows:
        yield Table("adjustments", ("of", "amount", "carried by", "reason", "in words"), tuple(rows))


def _line(line: RemittanceLine) -> tuple[Value, ...]:
    service = ":".join(part for part in (line.code or line.revenue_code, *line.modifiers) if part)
    billed = f" (billed as {':'.join(line.original_code[1:])})" if len(line.original_code) > 1 else ""
    day = line.service_date.isoformat() if line.service_date is not None else ""
    allowed = line.allowed if line.allowed is not None else ""
    return (service + billed, day, _plain(line.units), line.charged, allowed, line.paid, ", ".join(line.remarks))


def _adjustment(adjustment: Adjustment) -> tuple[Value, ...]:
    reason = REASONS.get(adjustment.reason)
    words = reason.label if reason is not None else "reason not in our list"
    carrier = _CARRIERS.get(adjustment.group, ADJUSTMENT_GROUPS.get(adjustment.group, "unknown"))
    return (adjustment.amount, carrier, f"{adjustment.group}-{adjustment.reason}", words)


def _where_it_went(claim: RemittanceClaim) -> Iterator[str]:
    """Every cent of the charge in one sentence."""
    by_group: dict[str, int] = {}
    for each in claim.all_adjustments:
        by_group[each.group] = by_group.get(each.group, 0) + each.amount.minor
    parts = [f"{claim.paid.shown()} paid"]
    for group, minor in by_group.items():
        words = ADJUSTMENT_GROUPS.get(group, f"adjusted as {group}").lower()
        parts.append(f"{Money(minor, claim.charged.currency).shown()} {words}")
    yield f"Of {claim.charged.shown()}: {', '.join(parts)}."


def _end(header: Remittance, end: RemittanceEnd, sums: _Sums) -> Section:
    provider = sum(entry.amount.minor for entry in end.provider_adjustments)
    rows: list[tuple[Value, ...]] = [
        ("charged on all claims", sums.money(sums.charged)),
        *((f"{ADJUSTMENT_GROUPS.get(g, g)} ({g})".lower(), sums.money(-minor)) for g, minor in sums.by_group.items()),
        ("paid on all claims", sums.money(sums.paid)),
    ]
    if end.provider_adjustments:
        rows.append(("between payer and provider, outside any claim", sums.money(-provider)))
    rows.append(("payment", -header.amount if header.debit else header.amount))
    wrong = [finding_words(finding) for finding in check_payment(header, sums.paid, end.provider_adjustments)]
    if sums.wrong:
        wrong.append(f"{sums.wrong} of the claims above do not agree with themselves.")
    tables = [Table("sums", ("what", "amount"), tuple(rows))]
    if end.provider_adjustments:
        tables.insert(0, _provider(end.provider_adjustments))
    return Section(
        kind="end",
        title=f"Payment {header.trace}: {sums.claims} claim{'' if sums.claims == 1 else 's'}",
        tables=tuple(tables),
        remarks=() if wrong else ("Every sum agrees.",),
        wrong=tuple(wrong),
    )


def _provider(entries: Iterable[ProviderAdjustment]) -> Table:
    rows = tuple(
        (-entry.amount, entry.reason, PROVIDER_ADJUSTMENTS.get(entry.reason, "reason not in our list"), entry.reference)
        for entry in entries
    )
    return Table("provider adjustments", ("amount", "reason", "in words", "reference"), rows, {"reference": "account"})


def finding_words(finding: Finding) -> str:
    """A sum that does not agree, in one sentence."""
    return f"{finding.place}: {finding.say} Expected {finding.expected}, found {finding.found}."


def _name(name: PersonName) -> str:
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)


def _plain(units: Decimal) -> str:
    return f"{units.normalize():f}"
