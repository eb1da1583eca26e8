"""Who wins, field by field, when both sides of one connection changed a field: the practice's own choice.

A connection starts with the policies of ``merge.OWNERS``; only what was changed is stored. Refuses fields that are not
exchanged, and to let a policy decide what a person must: identity, deletions, and a visit's patient are always asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chartline.domains.sync.fields import FIELDS, Kind
from chartline.domains.sync.merge import OWNERS, Owner
from chartline.domains.sync.shadow import meet_again
from chartline.domains.sync.tables import sync_owner_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

BAD_OWNER = ErrorKind(
    "sync.bad_owner",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This field has no owner that could be set.",
    "Choose a field that is exchanged, and one of ours, theirs, newest or ask.",
    status=422,
)

Owners = Mapping[Kind, Mapping[str, Owner]]
"""The policy of each field; a field that is not named is asked about."""

_columns = sync_owner_table.c


@dataclass(frozen=True, slots=True)
class Policy:
    """Who wins in one field. ``changed`` and ``changed_by`` are None while it is as at the start."""

    kind: Kind
    field: str
    owner: Owner
    default: Owner
    changed: datetime | None = None
    changed_by: str | None = None


def owners_of(work: Work, connection: str) -> Owners:
    """The policies of a connection, in one query."""
    found = {kind: dict(OWNERS.get(kind, {})) for kind in FIELDS}
    for row in work.rows(work.select(sync_owner_table).where(_columns.connection == connection)):
        found.setdefault(Kind(row["kind"]), {})[row["field"]] = Owner(row["owner"])
    return found


def list_owners(work: Work, connection: str) -> list[Policy]:
    """The policy of every field that is exchanged, by kind, in one query."""
    rows = work.rows(work.select(sync_owner_table).where(_columns.connection == connection))
    stored = {(row["kind"], row["field"]): row for row in rows}
    policies: list[Policy] = []
    for kind, names in FIELDS.items():
        for name in names:
            row, default = stored.get((kind.value, name)), _default(kind, name)
            if row is None:
                policies.append(Policy(kind, name, default, default))
            else:
                owner = Owner(row["owner"])
                policies.append(Policy(kind, name, owner, default, row["changed"], row["changed_by"]))
    return policies


def set_owner(work: Work, connection: str, kind: Kind, field: str, owner: Owner | None, actor: str) -> None:
    """Let one side own a field of a connection from now on; None goes back to how it started.

    Conflicts that are open stay open until the records meet again. The caller writes the audit trail. Raises
    ``sync.bad_owner``.
    """
    if field not in FIELDS.get(kind, ()):
        raise BAD_OWNER.error(connection=connection, kind=kind.value, field=field)
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.field == field)
    if owner is None or owner is _default(kind, field):
        work.execute(work.delete(sync_owner_table).where(*here))
    else:
        place: dict[str, object] = {"connection": connection, "kind": kind.value, "field": field}
        work.upsert(sync_owner_table, place, owner=owner.value, changed=work.now, changed_by=actor)
    meet_again(work, connection, kind)


def _default(kind: Kind, field: str) -> Owner:
    return OWNERS.get(kind, {}).get(field, Owner.ASK)
