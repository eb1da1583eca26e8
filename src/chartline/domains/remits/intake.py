"""Taking in an 835: parsed, checked, stored once.

The same remittance is recognised by the vendor's id and by payer, trace number, amount and date, whoever delivers it.
One whose sums or envelope disagree is held: nothing of it is posted before a person says so. So is one that looks like
money we know: the payer's trace number with another amount or day, or the very same decisions under another number.

A small one is one transaction. Of a large one (``take_in``) each portion of claims is a transaction of its own, with
the place where the next begins; until the last one it is ``receiving``, and taking the file in again goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from chartline.domains.remits.matching import Match, find_claims
from chartline.domains.remits.portions import portions
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceEventKind,
    RemittanceState,
    find_remittance,
    note,
    seal_details,
)
from chartline.domains.remits.survey import Opened, Surveyed, signed_amount, survey
from chartline.domains.remits.tables import remittance_claim_table, remittance_delivery_table, remittance_table
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance import Remittance, RemittanceClaim, stream_835
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

Transactions = Callable[[], AbstractContextManager[Work]]
"""Opens a writing transaction of the organisation."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who brought the file: the connection, its id there, and the message in the exchange log."""

    connection: str
    vendor_id: str
    exchange: str | None = None
    actor: str = "clearinghouse"


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
    """The ids of the remittances of one delivery, in file order; known ones keep their id. All in this transaction.

    Raises the errors of ``formats.x12`` for a file that cannot be read, and then stores nothing.
    """
    content = raw.reveal(Purpose.STORE)
    surveyed = survey(lambda: content)
    kept = _begin(work, vault, surveyed, Delivery(connection, vendor_id, exchange, actor), whole=True)
    claims = _claims(lambda: content)
    for identity, one, fresh in zip(kept.ids, surveyed, kept.fresh, strict=True):
        own = next(claims)
        if not fresh:
            _pass(own)
            continue
        for portion in portions(enumerate(own, 1)):
            _store(work, vault, identity, dict(portion), {})
        _arrived(work, identity, one, actor)
    return kept.ids


def take_in(transactions: Transactions, vault: Vault, opened: Opened, delivery: Delivery) -> list[str]:
    """``receive`` in small transactions and in memory that does not grow with the file; claims are matched meanwhile.

    Begun again after a crash it goes on where it was. Raises as ``receive`` does.
    """
    surveyed = survey(opened)
    with transactions() as work:
        kept = _begin(work, vault, surveyed, delivery, whole=False)
    claims = _claims(opened)
    for identity, one in zip(kept.ids, surveyed, strict=True):
        own = next(claims)
        with transactions() as work:
            row = find_remittance(work, identity)
        if row.state is not RemittanceState.RECEIVING:
            _pass(own)
            continue
        for portion in portions(enumerate(own, 1)):
            if portion[-1][0] > row.stored_to:
                with transactions() as work:
                    _take(work, vault, identity, dict(portion))
        with transactions() as work:
            _whole(work, identity, one, delivery.actor)
    return kept.ids


@dataclass(frozen=True, slots=True)
class _Kept:
    ids: list[str]
    fresh: list[bool]


def _begin(work: Work, vault: Vault, surveyed: Sequence[Surveyed], delivery: Delivery, *, whole: bool) -> _Kept:
    """The heads of the remittances, and the note that they came."""
    known = _delivered(work, delivery)
    ids: list[str] = []
    fresh: list[bool] = []
    codes: dict[str, object] = {"connection": delivery.connection, "vendor_id": delivery.vendor_id}
    for place, one in enumerate(surveyed, 1):
        identity = known.get(place)
        if identity is None:
            identity, new = _head(work, vault, one, whole=whole)
            work.insert_new(
                remittance_delivery_table,
                connection=delivery.connection,
                vendor_id=delivery.vendor_id,
                place=place,
                remittance_id=identity,
            )
            kind = RemittanceEventKind.RECEIVED if new else RemittanceEventKind.DUPLICATE
        else:
            new = False
            kind = RemittanceEventKind.DUPLICATE if _same(work, identity, one) else RemittanceEventKind.CHANGED
        note(work, identity, kind, delivery.actor, codes, delivery.exchange)
        ids.append(identity)
        fresh.append(new)
    return _Kept(ids, fresh)


def _delivered(work: Work, delivery: Delivery) -> dict[int, str]:
    columns = remittance_delivery_table.c
    query = work.select(remittance_delivery_table, columns.place, columns.remittance_id).where(
        columns.connection == delivery.connection, columns.vendor_id == delivery.vendor_id
    )
    return {row["place"]: row["remittance_id"] for row in work.rows(query)}


def _same(work: Work, identity: str, one: Surveyed) -> bool:
    columns = remittance_table.c
    mark = work.select(remittance_table, columns.fingerprint).where(columns.id == identity)
    return bool(work.scalar(mark) == one.fingerprint)


def _head(work: Work, vault: Vault, one: Surveyed, *, whole: bool) -> tuple[str, bool]:
    """The row of a remittance, and whether it is a new one."""
    identity, header = new_id(), one.header
    content = vault.digest(work.organisation, one.content) if one.content else None
    findings = [*one.findings, *_looks_known(work, one, content)]
    fresh = work.insert_new(
        remittance_table,
        id=identity,
        fingerprint=one.fingerprint,
        payer_id=_payer(header),
        payer_name=header.payer_name[:120],
        trace=header.trace[:80],
        amount=signed_amount(header).minor,
        method=header.method[:3],
        paid_on=header.paid_on,
        state=(RemittanceState.RECEIVING if not whole else _arrives(bool(findings))).value,
        findings=[msgspec.structs.asdict(finding) for finding in findings],
        claims=one.claims,
        charged_total=one.charged,
        paid_total=one.paid,
        content=content,
        stored_to=one.claims if whole else 0,
        posted_to=0,
        published_to=0,
        generation=1,
        events=0,
        sealed=seal_details(work, vault, identity, 0, header),
        received=work.now,
        posted=None,
    )
    if fresh:
        return identity, True
    known = work.select(remittance_table, remittance_table.c.id)
    return work.scalar(known.where(remittance_table.c.fingerprint == one.fingerprint)), False


def _payer(header: Remittance) -> str:
    return (header.payer_id or header.originator)[:80]


def _arrives(held: bool) -> RemittanceState:
    return RemittanceState.HELD if held else RemittanceState.RECEIVED


def _looks_known(work: Work, one: Surveyed, content: bytes | None) -> Iterator[Finding]:
    """Money that we may have already, under another amount, day or number."""
    if not one.header.amount:
        return
    columns, header = remittance_table.c, one.header
    others = work.select(remittance_table, columns.trace, columns.content).where(
        columns.payer_id == _payer(header),
        columns.fingerprint != one.fingerprint,
        columns.amount != 0,
        sa.or_(columns.trace == header.trace[:80], columns.content == content),
    )
    rows = work.rows(others.limit(20))
    if header.trace.strip("0 ") and any(row["trace"] == header.trace[:80] for row in rows):
        say = "This payer's trace number came before, with another amount or day."
        do = "Compare the two; release this one only if both payments arrived."
        yield Finding("remits.trace_again", "trace (TRN02)", say, do)
    if content is not None and any(row["content"] == content for row in rows):
        say = "The same decisions came before under another trace number."
        do = "Ask the payer whether a payment was issued again; undo the first one if it was, then release this one."
        yield Finding("remits.same_decisions", "claims", say, do)


def _claims(opened: Opened) -> Iterator[Iterator[RemittanceClaim]]:
    """The claims of each remittance of the file. Take the claims of one to their end before the next one."""
    events = stream_835(opened())
    for event in events:
        if isinstance(event, Remittance):
            yield _until_end(events)


def _until_end(events: Iterator[object]) -> Iterator[RemittanceClaim]:
    for event in events:
        if not isinstance(event, RemittanceClaim):
            return
        yield event


def _pass(claims: Iterator[RemittanceClaim]) -> None:
    for _ in claims:
        pass


def _take(work: Work, vault: Vault, identity: str, claims: dict[int, RemittanceClaim]) -> None:
    """Store and match one portion, unless somebody else has done so."""
    row = find_remittance(work, identity, lock=True)
    last = max(claims)
    if row.state is not RemittanceState.RECEIVING or last <= row.stored_to:
        return
    claims = {place: claim for place, claim in claims.items() if place > row.stored_to}
    found = {one.place: one for one in find_claims(work, vault, claims)}
    _store(work, vault, identity, claims, found)
    table = remittance_table
    work.execute(work.update(table).where(table.c.id == identity).values(stored_to=last))


def _whole(work: Work, identity: str, one: Surveyed, actor: str) -> None:
    """All claims are stored: it may be looked at, and posted."""
    row = find_remittance(work, identity, lock=True)
    if row.state is not RemittanceState.RECEIVING:
        return
    table, parts = remittance_table, remittance_claim_table
    state = _arrives(bool(row.findings)).value
    work.execute(work.update(table).where(table.c.id == identity).values(state=state))
    loose = sa.select(sa.func.count()).where(
        work.mine(parts), parts.c.remittance_id == identity, parts.c.claim_id.is_(None)
    )
    unknown = int(work.scalar(loose))
    if row.claims:
        codes: dict[str, object] = {"matched": row.claims - unknown, "unmatched": unknown}
        note(work, identity, RemittanceEventKind.MATCHED, "chartline", codes)
    _arrived(work, identity, one, actor)


def _arrived(work: Work, identity: str, one: Surveyed, actor: str) -> None:
    """Say why it is held, if it is."""
    codes = [finding.code for finding in find_remittance(work, identity).findings]
    if codes:
        note(work, identity, RemittanceEventKind.HELD, actor, {"findings": codes})


def _store(
    work: Work, vault: Vault, identity: str, claims: dict[int, RemittanceClaim], found: dict[int, Match]
) -> None:
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
                "claim_id": found[place].claim if place in found else None,
                "match_reason": found[place].reason.value if place in found else "",
                "state": _stands(found.get(place)).value,
                "moves": 0,
                "patient_id": None,
                "sealed": seal_details(work, vault, identity, place, claim),
            }
            for place, claim in claims.items()
        ],
    )


def _stands(found: Match | None) -> MatchState:
    return MatchState.MATCHED if found is not None and found.claim is not None else MatchState.UNMATCHED
