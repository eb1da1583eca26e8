"""The payer directory, and enrolling with payers (vendor sheet 6).

The directory comes whole, thousands of rows: it is read once a day and replaced. Refuses an enrolment of a kind the
vendor does not have. Links are for people and are never opened here (trap 28).
"""

from __future__ import annotations

from typing import Final

from chartline.connect.clearing import Contact, Enrollment, PayerEntry, PersonalLink, Support
from chartline.connect.facts import Page
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.desk_rows import PayerRow, link_of
from chartline.connectors.claimmd.wire import is_number
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

ENROLL_TYPES: Final = {
    "remittance": "era",
    "professional": "1500",
    "institutional": "ub",
    "eligibility": "elig",
    "attachment": "attach",
}
"""Our words and the vendor's ``enroll_type`` (sheet 6; its ``500`` is read as a slip for 1500)."""


def directory(client: Client) -> Receipt[Page[PayerEntry]] | Later | Refused:
    """All payers, as one page. An empty directory is no directory: it would wipe out the one that is kept."""
    answer = client.payer_list()
    if not isinstance(answer, Receipt):
        return answer
    entries = tuple(_entry(row) for row in answer.value if row.payer)
    if not entries:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="payerlist"))
    return Receipt(Page(entries, ""), answer.exchange)


def enroll(client: Client, enrollment: Enrollment) -> Receipt[PersonalLink | None] | Later | Refused:
    """Where a person goes on; None when the vendor says yes and has nothing more to ask."""
    given = {
        "payerid": enrollment.payer_id,
        "enroll_type": ENROLL_TYPES.get(enrollment.service, ""),
        "prov_taxid": enrollment.tax_id,
        "prov_npi": enrollment.npi,
        "prov_name_l": enrollment.provider_last,
        "prov_name_f": enrollment.provider_first,
        "contact": enrollment.contact,
        "contact_email": enrollment.contact_email,
        "contact_phone": enrollment.contact_phone,
    }
    missing = [name for name in ("payerid", "enroll_type", "prov_taxid") if not given[name]]
    if missing:
        return Refused(problems.NOT_ENROLLABLE.problem(missing=",".join(missing)))
    answer = client.enroll({name: value for name, value in given.items() if value})
    if not isinstance(answer, Receipt):
        return answer
    address = link_of(answer.value.record)
    if not address and answer.value.record.text("success") != "1":
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="enroll"))
    return Receipt(PersonalLink(Sealed(address)) if address else None, answer.exchange)


def appeal_form(
    client: Client, claim: str, reference: str, contact: Contact
) -> Receipt[PersonalLink] | Later | Refused:
    """Where a person writes an appeal; the claim by the vendor's id, else by our reference."""
    if not claim and not reference:
        return Refused(problems.NO_CLAIM_NAMED.problem(service="appeal"))
    named = {"claimid": claim} if claim else {"remote_claimid": reference}
    who = {
        "contact_name": contact.name,
        "contact_title": contact.title,
        "contact_email": contact.email,
        "contact_phone": contact.phone,
        "contact_fax": contact.fax,
    }
    answer = client.appeal(named | {name: value for name, value in who.items() if value})
    if not isinstance(answer, Receipt):
        return answer
    address = link_of(answer.value.record)
    if not address:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="appeal"))
    return Receipt(PersonalLink(Sealed(address)), answer.exchange)


def _entry(row: PayerRow) -> PayerEntry:
    """A payer. A service that is neither yes, no nor enrolment is left open, not guessed."""
    words = {each.value: each for each in Support}
    return PayerEntry(
        id=row.payer,
        name=row.name,
        kind=row.kind,
        state=row.state,
        other_names=tuple(other for other in row.others if any(other)),
        services={word: words[said] for word, said in row.services.items() if said in words},
        enrollment_days=int(row.enrollment_days) if is_number(row.enrollment_days) else None,
    )
