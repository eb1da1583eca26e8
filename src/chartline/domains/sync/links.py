"""Which record of ours is which record of a vendor. One to one in both directions, per connection and kind.

Refuses to move a link silently: a record that is linked elsewhere has to be unlinked by a person first.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.shadow import meet_again
from chartline.domains.sync.tables import vendor_link_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

LINKED_OTHERWISE = ErrorKind(
    "sync.linked_otherwise",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "One of the two records is already linked to another record.",
    "Look at both records in the sync log; if the old link is wrong, replace it (`link-provider --replace`).",
    status=409,
)

_columns = vendor_link_table.c


def link(work: Work, connection: str, kind: Kind, local_id: str, vendor_id: str) -> bool:
    """Link two records; False when they already were. Raises ``sync.linked_otherwise``."""
    values = {"connection": connection, "kind": kind.value, "local_id": local_id, "vendor_id": vendor_id}
    if work.insert_new(vendor_link_table, linked=work.now, **values):
        _told_anew(work, connection, kind)
        return True
    if local_of(work, connection, kind, vendor_id) == local_id:
        return False
    raise LINKED_OTHERWISE.error(kind=kind.value, connection=connection, local_id=local_id, vendor_id=vendor_id)


def unlink(work: Work, connection: str, kind: Kind, local_id: str) -> bool:
    """Remove a link; whether there was one."""
    statement = work.delete(vendor_link_table).where(*_place(connection, kind), _columns.local_id == local_id)
    _told_anew(work, connection, kind)
    return work.execute(statement).rowcount == 1


def _told_anew(work: Work, connection: str, kind: Kind) -> None:
    """A provider's number is a field of visits, so every visit is compared anew."""
    if kind is Kind.PROVIDER:
        meet_again(work, connection, Kind.VISIT)


def local_of(work: Work, connection: str, kind: Kind, vendor_id: str) -> str | None:
    """Our id of a vendor's record, or None."""
    return locals_of(work, connection, kind, [vendor_id]).get(vendor_id)


def vendor_of(work: Work, connection: str, kind: Kind, local_id: str) -> str | None:
    """The vendor's id of our record, or None."""
    return vendors_of(work, connection, kind, [local_id]).get(local_id)


def locals_of(work: Work, connection: str, kind: Kind, vendor_ids: Sequence[str]) -> dict[str, str]:
    """Vendor ids to our ids, those that are linked, in one query."""
    found = _rows(work, connection, kind, _columns.vendor_id.in_(vendor_ids)) if vendor_ids else []
    return {row["vendor_id"]: row["local_id"] for row in found}


def vendors_of(work: Work, connection: str, kind: Kind, local_ids: Sequence[str]) -> dict[str, str]:
    """Our ids to vendor ids, those that are linked, in one query."""
    found = _rows(work, connection, kind, _columns.local_id.in_(local_ids)) if local_ids else []
    return {row["local_id"]: row["vendor_id"] for row in found}


def locals_of_all(work: Work, connection: str, wanted: Sequence[tuple[Kind, str]]) -> dict[tuple[Kind, str], str]:
    """Our ids of a vendor's records of several kinds, those that are linked, in one query."""
    kinds: dict[Kind, list[str]] = {}
    for kind, vendor_id in wanted:
        kinds.setdefault(kind, []).append(vendor_id)
    if not kinds:
        return {}
    either = (sa.and_(_columns.kind == kind.value, _columns.vendor_id.in_(ids)) for kind, ids in kinds.items())
    rows = work.rows(work.select(vendor_link_table).where(_columns.connection == connection, sa.or_(*either)))
    return {(Kind(row["kind"]), row["vendor_id"]): row["local_id"] for row in rows}


def _place(connection: str, kind: Kind) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _columns.connection == connection, _columns.kind == kind.value


def _rows(work: Work, connection: str, kind: Kind, which: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
    return work.rows(work.select(vendor_link_table).where(*_place(connection, kind), which))
