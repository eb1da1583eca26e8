"""Remittances into an 835 file, for simulators and for copies.

Refuses a remittance whose sums do not agree, and one that a check would reject, unless the caller asks for exactly
that: to test what happens next. Checking costs more than writing.
Names and addresses pass through ``clean``; every other value is written as it is or refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.record import Address
from chartline.formats.x12.remittance.balance import check_balance
from chartline.formats.x12.remittance.claim_writer import write_claim, write_contact
from chartline.formats.x12.remittance.header import USUAL_FORMATS
from chartline.formats.x12.remittance.model import GUIDE, BankAccount, ProviderAdjustment, Remittance
from chartline.formats.x12.remittance.pricing_writer import write_summary
from chartline.formats.x12.writer import WRONG_CURRENCY, Draft, Element, clean, limit, require
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

UNBALANCED = ErrorKind(
    "x12.unbalanced",
    Blame.US,
    Again.AFTER_FIX,
    "The remittance to be written does not balance.",
    "Correct the amounts; the fields name the first rule that fails and where.",
    status=422,
)

_MOST_PLB_PAIRS = 6


def write_835(
    remittance: Remittance, envelope: Envelope, *, unbalanced: bool = False, unchecked: bool = False
) -> bytes:
    """One remittance as one interchange.

    Raises ``x12.unbalanced``, unless ``unbalanced`` allows it, and the errors of ``write_interchange``. What does not
    balance cannot pass the check, so ``unbalanced`` means ``unchecked`` too.
    """
    return write_835_batch([remittance], envelope, unbalanced=unbalanced, unchecked=unchecked)


def write_835_batch(
    remittances: Sequence[Remittance], envelope: Envelope, *, unbalanced: bool = False, unchecked: bool = False
) -> bytes:
    """Several remittances as several transactions of one interchange; errors as ``write_835``."""
    for remittance in remittances:
        findings = [] if unbalanced else check_balance(remittance)
        if findings:
            raise UNBALANCED.error(finding=findings[0].code, place=findings[0].place)
    drafts = [
        # An 835 carries no ST03.
        TransactionDraft(set_id="835", guide="", segments=list(_in_its_currency(remittance)))
        for remittance in remittances
    ]
    return write_interchange(envelope, "HP", GUIDE, drafts, unchecked=unchecked or unbalanced)


def _in_its_currency(remittance: Remittance) -> Iterator[Draft]:
    """The segments, with amounts as texts when they are not US dollars, which is all that the segment writer knows."""
    currency = remittance.currency or "USD"
    for draft in _remittance(remittance):
        yield draft if currency == "USD" else tuple(_plain(element, currency) for element in draft)


def _plain(element: Element, currency: str) -> Element:
    if not isinstance(element, Money):
        return element
    if element.currency != currency:
        raise WRONG_CURRENCY.error(currency=element.currency)
    return element.wire()


def _remittance(remittance: Remittance) -> Iterator[Draft]:
    yield _payment(remittance)
    yield (
        "TRN",
        "1",
        limit(require(remittance.trace, "trace"), 50, "trace"),
        require(remittance.originator, "originator"),
        remittance.originator_supplement,
    )
    if remittance.currency or remittance.exchange_rate is not None:
        yield ("CUR", "PR", require(remittance.currency, "currency"), remittance.exchange_rate)
    if remittance.receiver_id:
        yield ("REF", "EV", remittance.receiver_id)
    if remittance.version:
        yield ("REF", "F2", remittance.version)
    if remittance.produced_on is not None:
        yield ("DTM", "405", remittance.produced_on)
    yield from _payer(remittance)
    yield from _payee(remittance)
    yield from _claims(remittance)
    yield from _provider(remittance.provider_adjustments)


def _payment(remittance: Remittance) -> Draft:
    return (
        "BPR",
        remittance.handling,
        remittance.amount,
        "D" if remittance.debit else "C",
        remittance.method,
        remittance.payment_format or USUAL_FORMATS.get(remittance.method),
        *_account(remittance.payer_account, "payer_account"),
        remittance.payer_company,
        remittance.payer_company_supplement,
        *_account(remittance.payee_account, "payee_account"),
        remittance.paid_on,
    )


def _account(account: BankAccount | None, name: str) -> tuple[str, str, str, str]:
    if account is None:
        return ("", "", "", "")
    bank = require(account.bank, f"{name}.bank")
    return (account.bank_kind, bank, account.kind if account.account else "", account.account)


def _payer(remittance: Remittance) -> Iterator[Draft]:
    name = require(clean(remittance.payer_name), "payer_name")
    in_name = remittance.payer_id and remittance.payer_id_kind != "2U"
    yield ("N1", "PR", name, *((remittance.payer_id_kind, remittance.payer_id) if in_name else ()))
    yield from _address(remittance.payer_address)
    if remittance.payer_id and not in_name:
        yield ("REF", "2U", remittance.payer_id)
    yield from (("REF", reference.qualifier, reference.value) for reference in remittance.payer_references)
    others = remittance.payer_contacts
    yield from (write_contact(contact, contact.kind) for contact in others if contact.kind == "CX")
    if remittance.payer_contact is not None:
        yield write_contact(remittance.payer_contact, "BL")
    yield from (write_contact(contact, contact.kind) for contact in others if contact.kind != "CX")


def _payee(remittance: Remittance) -> Iterator[Draft]:
    name = require(clean(remittance.payee_name), "payee_name")
    tax_id = remittance.payee_tax_id
    if remittance.payee_npi:
        yield ("N1", "PE", name, "XX", remittance.payee_npi)
    elif remittance.payee_plan_id:
        yield ("N1", "PE", name, "XV", remittance.payee_plan_id)
    else:
        yield ("N1", "PE", name, "FI", require(tax_id, "payee_tax_id"))
        tax_id = ""
    yield from _address(remittance.payee_address)
    if tax_id:
        yield ("REF", "TJ", tax_id)
    yield from (("REF", reference.qualifier, reference.value) for reference in remittance.payee_references)
    delivery = remittance.delivery
    if delivery is not None:
        yield ("RDM", require(delivery.method, "delivery.method"), clean(delivery.name), delivery.to)


def _claims(remittance: Remittance) -> Iterator[Draft]:
    pending = list(remittance.summaries)
    for group, claims in groupby(remittance.claims, key=lambda claim: claim.group):
        written = ""
        # Each summary stands under its own LX, in the order of the summaries.
        while any(summary.group == group for summary in pending):
            summary = pending.pop(0)
            written = require(summary.group, "group")
            yield ("LX", written)
            yield from write_summary(summary)
        if written != group:
            yield ("LX", require(group, "group"))
        for claim in claims:
            yield from write_claim(claim)
    for summary in pending:
        yield ("LX", require(summary.group, "group"))
        yield from write_summary(summary)


def _provider(entries: Sequence[ProviderAdjustment]) -> Iterator[Draft]:
    for (provider, year_end), some in groupby(entries, key=lambda entry: (entry.provider, entry.fiscal_year_end)):
        few = list(some)
        for start in range(0, len(few), _MOST_PLB_PAIRS):
            pairs: list[Element] = []
            for entry in few[start : start + _MOST_PLB_PAIRS]:
                pairs += [(require(entry.reason, "reason"), entry.reference), entry.amount]
            yield ("PLB", provider, year_end, *pairs)


def _address(address: Address | None) -> Iterator[Draft]:
    if address is not None:
        yield ("N3", require(clean(address.line1), "address.line1"), clean(address.line2))
        yield ("N4", require(clean(address.city), "address.city"), address.state, address.zip, address.country)
