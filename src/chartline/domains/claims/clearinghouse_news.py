"""What people did to our claims in a clearinghouse's own pages, as events of the claims: notes, changes, appeals; and
which claims are to be put away there.

The same news twice changes nothing. News of a claim that is not ours is counted and left, for the account's feeds hold
claims that were entered there by hand. Texts are sealed; codes carry ids, names of fields and times as the vendor wrote
them. A change made there changes nothing here: our copy is what was sent, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.connect.clearing import ClaimEditFact, ClaimNoteFact, EnrollmentNews
from chartline.domains.claims.axes import WorkAxis
from chartline.domains.claims.changes import ClaimChanges, seal_messages
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_LONGEST = 60
_ACTOR = "clearinghouse"


@dataclass(frozen=True, slots=True)
class NewsTaken:
    """How much news went onto claims, was known already, and was about no claim of ours."""

    applied: int = 0
    repeated: int = 0
    stray: int = 0


@dataclass(frozen=True, slots=True)
class _Item:
    """One piece of news: which claim, under which once-only name, as which event."""

    vendor_id: str
    number: str
    source: str
    kind: EventKind
    codes: dict[str, object]
    texts: tuple[tuple[str, Sealed[str]], ...] = ()


def record_notes(
    work: Work,
    vault: Vault,
    records: Records,
    connection: str,
    notes: Sequence[ClaimNoteFact],
    exchange: str | None = None,
) -> NewsTaken:
    """Notes onto the history of their claims."""
    items = [
        _Item(
            note.claim_vendor_id,
            note.control_number,
            f"note/{connection}/{note.vendor_id}",
            EventKind.NOTED,
            {"note": note.vendor_id, "author": note.author[:_LONGEST], "written": note.at[:_LONGEST]},
            (("note", note.text),),
        )
        for note in notes
    ]
    return _record(work, vault, records, items, exchange)


def record_edits(
    work: Work,
    vault: Vault,
    records: Records,
    connection: str,
    edits: Sequence[ClaimEditFact],
    exchange: str | None = None,
) -> NewsTaken:
    """Changes made at the clearinghouse onto the history of their claims, with what stood there before and after."""
    items = [
        _Item(
            edit.claim_vendor_id,
            "",
            f"edit/{connection}/{edit.vendor_id}",
            EventKind.EDITED_OUTSIDE,
            {
                "edit": edit.vendor_id,
                "field": edit.field[:_LONGEST],
                "author": edit.author[:_LONGEST],
                "written": edit.at[:_LONGEST],
            },
            (("before", edit.before), ("after", edit.after)),
        )
        for edit in edits
    ]
    return _record(work, vault, records, items, exchange)


def record_appeal_news(
    work: Work, vault: Vault, records: Records, connection: str, news: Sequence[EnrollmentNews]
) -> NewsTaken:
    """What happened to appeals in the clearinghouse's form, onto the claims they are about. Moves no axis."""
    items = [
        _Item(
            each.claim_vendor_id,
            "",
            f"appeal/{connection}/{each.event_id}"[:120],
            EventKind.NOTED,
            {"appeal": each.happened[:_LONGEST], "written": each.at[:_LONGEST]},
        )
        for each in news
    ]
    return _record(work, vault, records, items, None)


def _record(work: Work, vault: Vault, records: Records, items: list[_Item], exchange: str | None) -> NewsTaken:
    """Take news in its order; a constant number of queries apart from publishing the claims it is about."""
    changes = ClaimChanges(work, _asked(items), _ACTOR)
    by_vendor = {claim.vendor_claim_id: claim.id for claim in changes.claims.values() if claim.vendor_claim_id}
    by_number = {claim.number: claim.id for claim in changes.claims.values()}
    known = changes.known_sources([item.source for item in items])
    applied = repeated = stray = 0
    for item in items:
        identity = by_vendor.get(item.vendor_id) or by_number.get(item.number)
        if identity is None:
            stray += 1
        elif (identity, item.source) in known:
            repeated += 1
        else:
            known.add((identity, item.source))
            sealed = _sealed(work, vault, identity, item)
            changes.event(identity, item.kind, codes=item.codes, source=item.source, exchange=exchange, sealed=sealed)
            applied += 1
    moved = changes.changed
    changes.save()
    publish_claims(work, vault, records, list(moved.values()))
    return NewsTaken(applied, repeated, stray)


def _asked(items: list[_Item]) -> sa.ColumnElement[bool]:
    columns = claim_table.c
    vendor = sorted({item.vendor_id for item in items if item.vendor_id})
    numbers = sorted({item.number for item in items if item.number})
    return sa.or_(columns.vendor_claim_id.in_(vendor), columns.number.in_(numbers))


def _sealed(work: Work, vault: Vault, claim: str, item: _Item) -> bytes | None:
    texts = [{"level": "", "code": code, "text": text.reveal(Purpose.STORE), "fields": ""} for code, text in item.texts]
    return seal_messages(work, vault, claim, texts) if texts else None


@dataclass(frozen=True, slots=True)
class PutAway:
    """A closed claim that still stands in the clearinghouse's lists."""

    claim: str
    vendor_id: str


def to_put_away(work: Work, before: datetime, limit: int) -> list[PutAway]:
    """Claims that were closed before a moment, that the clearinghouse knows, and that it was not yet told about."""
    columns, events = claim_table.c, claim_event_table.c
    told = sa.exists().where(
        work.mine(claim_event_table),
        events.claim_id == columns.id,
        events.source == sa.literal(_TOLD).concat(columns.vendor_claim_id),
    )
    query = (
        work.select(claim_table, columns.id, columns.vendor_claim_id)
        .where(
            columns.work_axis == WorkAxis.CLOSED.value,
            columns.vendor_claim_id != "",
            columns.updated < before,
            sa.not_(told),
        )
        .order_by(columns.id)
        .limit(limit)
    )
    return [PutAway(row["id"], row["vendor_claim_id"]) for row in work.rows(query)]


def mark_put_away(
    work: Work, vault: Vault, records: Records, claims: Sequence[PutAway], done: Sequence[str], exchange: str | None
) -> int:
    """Note what the clearinghouse did with claims that were to be put away; how many it did.

    A claim that it does not know is noted too, so that it is not asked about every day.
    """
    changes = ClaimChanges.of(work, [each.claim for each in claims], "chartline")
    known = changes.known_sources([_TOLD + each.vendor_id for each in claims])
    put_away = 0
    for each in claims:
        source = _TOLD + each.vendor_id
        if (each.claim, source) in known:
            continue
        kind = EventKind.ARCHIVED if each.vendor_id in done else EventKind.REPORTED
        put_away += kind is EventKind.ARCHIVED
        codes: dict[str, object] = {} if kind is EventKind.ARCHIVED else {"archive": "not found there"}
        changes.event(each.claim, kind, codes=codes, source=source, exchange=exchange)
    moved = changes.changed
    changes.save()
    publish_claims(work, vault, records, list(moved.values()))
    return put_away


_TOLD = "archive/"
