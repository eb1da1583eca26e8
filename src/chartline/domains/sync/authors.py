"""When our side last changed a field, and who did it: read from the versions of the record and the audit trail.

A record's own time is the time of its last change, whatever was changed. For the question which of two values is newer
only the field itself counts. Refuses to guess: where the trail names nobody, nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.domains.sync.fields import Kind, same
from chartline.domains.sync.ours import RESOURCE, our_fields
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose
from chartline.platform.audit.trail import audit_table
from chartline.platform.database import Work
from chartline.platform.records import Records

_SAME_DEED = timedelta(seconds=10)
"""A version and its line in the audit trail are written in one transaction, so they are no further apart."""


@dataclass(frozen=True, slots=True)
class OurChange:
    """A field of ours has been as it is since ``at``. ``by`` is who made that version, None when nobody is known."""

    at: datetime
    by: str | None = None


def our_changes(
    work: Work, records: Records, connection: str, kind: Kind, local_id: str, names: Iterable[str]
) -> dict[str, OurChange]:
    """Since when each field is as it is now. One query for all versions; a version that cannot be read ends it.

    A visit's provider number is of the connection and not of the record; it is left out.
    """
    wanted = [name for name in names if name != "provider"]
    found: dict[str, OurChange] = {}
    present: dict[str, str] = {}
    for stored in records.history(work, RESOURCE[kind], local_id) if wanted else []:
        if stored.deleted:
            break
        try:
            fields = our_fields(kind, stored.reveal(Purpose.MATCH), connection)
        except ChartlineError:
            break
        present = present or fields
        wanted = [name for name in wanted if same(name, present.get(name, ""), fields.get(name, ""))]
        if not wanted:
            break
        found.update(dict.fromkeys(wanted, OurChange(stored.updated)))
    return found


def named(work: Work, kind: Kind, local_id: str, changes: dict[str, OurChange]) -> dict[str, OurChange]:
    """The same with who did it, where the audit trail says so; one query for each moment."""
    names = {at: _author(work, kind, local_id, at) for at in {change.at for change in changes.values()}}
    return {field: OurChange(change.at, names[change.at]) for field, change in changes.items()}


def _author(work: Work, kind: Kind, local_id: str, at: datetime) -> str | None:
    columns = audit_table.c
    query = work.select(audit_table, columns.actor).where(
        columns.target_type == RESOURCE[kind],
        columns.target_id == local_id,
        columns.purpose.is_(None),
        columns.at >= at,
        columns.at <= at + _SAME_DEED,
    )
    return work.scalar(query.order_by(columns.number).limit(1))
