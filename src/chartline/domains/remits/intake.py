"""Taking in an 835: parsed, checked, stored once.

The same remittance is recognised by the vendor's id and by payer, trace number, amount and date, whoever delivers it.
One whose sums or envelope disagree is held: nothing of it is posted before a person says so.
"""

from __future__ import annotations

import msgspec

from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceEventKind,
    RemittanceState,
    note,
    seal_details,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_delivery_table, remittance_table
from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance import Remittance, check_balance, read_835
from chartline.kernel.ids import derived_id, new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault


def receive(
    work: Work,
    vault: Vault,
    raw: Sealed[bytes],
    connection: str,
    vendor_id: str,
    *,
    exchange: str | None = None,
    actor: str = "clearinghouse",
) -> list[str]:
    """The ids of the remittances of one delivery, in file order; known ones keep their id.

    Raises the errors of ``formats.x12`` for a file that cannot be read, and then stores nothing.
    """
    content = raw.reveal(Purpose.STORE)
    remittances = read_835(content)
    envelope = check_envelope(content)
    known = _delivered(work, connection, vendor_id)
    return [
        _take(work, vault, remittance, place, envelope, known.get(place), connection, vendor_id, exchange, actor)
        for place, remittance in enumerate(remittances, 1)
    ]


def signed_amount(remittance: Remittance) -> Money:
    """What the payment brings: negative where money goes to the payer."""
    return -remittance.amount if remittance.debit else remittance.amount


def fingerprint(remittance: Remittance) -> str:
    """The same for the same remittance from any source; one without payment is also known by its claims."""
    parts = [remittance.payer_id or remittance.originator, remittance.trace, signed_amount(remittance).text()]
    parts.append(remittance.paid_on.isoformat())
    if not remittance.amount:
        parts += [f"{claim.patient_control_number}/{claim.payer_control_number}" for claim in remittance.claims]
    return derived_id("remittance", *parts)


def _delivered(work: Work, connection: str, vendor_id: str) -> dict[int, str]:
    columns = remittance_delivery_table.c
    query = work.select(remittance_delivery_table, columns.place, columns.remittance_id).where(
        columns.connection == connection, columns.vendor_id == vendor_id
    )
    return {row["place"]: row["remittance_id"] for row in work.rows(query)}


def _take(
    work: Work,
    vault: Vault,
    remittance: Remittance,
    place: int,
    envelope: list[Finding],
    delivered: str | None,
    connection: str,
    vendor_id: str,
    exchange: str | None,
    actor: str,
) -> str:
    mark = fingerprint(remittance)
    columns = remittance_table.c
    codes: dict[str, object] = {"connection": connection, "vendor_id": vendor_id}
    if delivered is not None:
        same = work.scalar(work.select(remittance_table, columns.fingerprint).where(columns.id == delivered)) == mark
        note(
            work,
            delivered,
            RemittanceEventKind.DUPLICATE if same else RemittanceEventKind.CHANGED,
            actor,
            codes,
            exchange,
        )
        return delivered
    identity = new_id()
    findings = [*envelope, *check_balance(remittance)]
    fresh = _store(work, vault, identity, mark, remittance, findings)
    if not fresh:
        identity = work.scalar(work.select(remittance_table, columns.id).where(columns.fingerprint == mark))
    work.insert_new(
        remittance_delivery_table,
        connection=connection,
        vendor_id=vendor_id,
        place=place,
        remittance_id=identity,
    )
    if not fresh:
        note(work, identity, RemittanceEventKind.DUPLICATE, actor, codes, exchange)
        return identity
    note(work, identity, RemittanceEventKind.RECEIVED, actor, codes, exchange)
    if findings:
        note(work, identity, RemittanceEventKind.HELD, actor, {"findings": [one.code for one in findings]})
    return identity


def _store(work: Work, vault: Vault, identity: str, mark: str, remittance: Remittance, findings: list[Finding]) -> bool:
    header = msgspec.structs.replace(remittance, claims=())
    fresh = work.insert_new(
        remittance_table,
        id=identity,
        fingerprint=mark,
        payer_id=(remittance.payer_id or remittance.originator)[:80],
        payer_name=remittance.payer_name[:120],
        trace=remittance.trace[:80],
        amount=signed_amount(remittance).minor,
        method=remittance.method[:3],
        paid_on=remittance.paid_on,
        state=(RemittanceState.HELD if findings else RemittanceState.RECEIVED).value,
        findings=[msgspec.structs.asdict(finding) for finding in findings],
        claims=len(remittance.claims),
        events=0,
        sealed=seal_details(work, vault, identity, 0, header),
        received=work.now,
        posted=None,
    )
    if fresh:
        work.insert_many(
            remittance_claim_table,
            [
                {
                    "remittance_id": identity,
                    "place": place,
                    "control_number": claim.patient_control_number[:60],
                    "status": claim.status[:2],
                    "charged": claim.charged.minor,
                    "paid": claim.paid.minor,
                    "patient_responsibility": 0,
                    "denied": 0,
                    "payer_number": claim.payer_control_number[:60],
                    "claim_id": None,
                    "match_reason": "",
                    "state": MatchState.UNMATCHED.value,
                    "sealed": seal_details(work, vault, identity, place, claim),
                }
                for place, claim in enumerate(remittance.claims, 1)
            ],
        )
    return fresh
