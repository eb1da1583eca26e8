"""The last state that both sides of a connection agreed on, per record. Sealed, because it is the record.

Beside it stands what the two met with last: a keyed hash of what the vendor had, and the version of ours. When both
are the same again, nothing has to be opened, merged or written. Nobody without the key can guess a hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from chartline.domains.sync.fields import Fields, Kind
from chartline.domains.sync.tables import shadow_table
from chartline.platform.database import Work
from chartline.platform.vault import Vault

_columns = shadow_table.c
_decoder = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class Met:
    """What a record and its counterpart met with last.

    ``told`` is the hash of what the vendor had, ``version`` that of our record afterwards; None when something was
    decided or sent since. ``asked`` is when the call that told it began, ``changed_at`` the vendor's time of change.
    """

    told: int
    version: int | None
    asked: datetime | None = None
    changed_at: datetime | None = None


def read_shadow(work: Work, vault: Vault, connection: str, kind: Kind, local_id: str) -> Fields | None:
    """The agreed fields of one record, or None when the two sides never met."""
    return read_shadows(work, vault, connection, kind, [local_id]).get(local_id)


def read_shadows(work: Work, vault: Vault, connection: str, kind: Kind, local_ids: list[str]) -> dict[str, Fields]:
    """The agreed fields of many records, in one query.

    Names with a colon are what is remembered beside them; see ``merge``.
    """
    if not local_ids:
        return {}
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id.in_(local_ids))
    return {
        row["local_id"]: _decoder.decode(
            vault.open_sealed(
                work.organisation, shadow_table.name, _row(connection, kind, row["local_id"]), row["fields"]
            )
        )
        for row in work.rows(work.select(shadow_table, _columns.local_id, _columns.fields).where(*here))
    }


def write_shadow(
    work: Work, vault: Vault, connection: str, kind: Kind, local_id: str, fields: Fields, met: Met | None = None
) -> None:
    """Store what both sides agree on now, and what they met with; without it the next meeting is a full one."""
    row = _row(connection, kind, local_id)
    work.upsert(
        shadow_table,
        {"connection": connection, "kind": kind.value, "local_id": local_id},
        fields=vault.seal(work.organisation, shadow_table.name, row, msgspec.json.encode(fields)),
        agreed=work.now,
        **_met(met),
    )


def note_met(work: Work, connection: str, kind: Kind, local_id: str, met: Met) -> None:
    """Remember what the two met with, where they agree on the same as before."""
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id == local_id)
    work.execute(work.update(shadow_table).where(*here).values(**_met(met)))


def read_met(work: Work, connection: str, wanted: Sequence[tuple[Kind, str]]) -> dict[tuple[Kind, str], Met]:
    """What records met with last, in one query that opens nothing."""
    kinds: dict[Kind, list[str]] = {}
    for kind, local_id in wanted:
        kinds.setdefault(kind, []).append(local_id)
    if not kinds:
        return {}
    names = (_columns.kind, _columns.local_id, _columns.content_hash)
    query = work.select(shadow_table, *names, _columns.version, _columns.asked, _columns.changed_at).where(
        _columns.connection == connection,
        sa.or_(*(sa.and_(_columns.kind == kind.value, _columns.local_id.in_(ids)) for kind, ids in kinds.items())),
    )
    return {
        (Kind(row["kind"]), row["local_id"]): Met(row["content_hash"], row["version"], row["asked"], row["changed_at"])
        for row in work.rows(query)
    }


def meet_again(work: Work, connection: str, kind: Kind) -> None:
    """Let the next meeting of every record of a kind be a full one: what decides between the sides has changed."""
    here = (_columns.connection == connection, _columns.kind == kind.value)
    work.execute(work.update(shadow_table).where(*here).values(version=None))


def told_hash(work: Work, vault: Vault, connection: str, kind: Kind, told: Mapping[str, str]) -> int:
    """The keyed hash of what a vendor tells of a record."""
    content = msgspec.json.encode(told, order="deterministic").decode()
    return vault.blind(work.organisation, connection, kind.value, content)


def _met(met: Met | None) -> dict[str, object]:
    if met is None:
        return {"version": None}
    return {
        "content_hash": met.told,
        "version": met.version,
        "asked": met.asked,
        "changed_at": met.changed_at,
    }


def _row(connection: str, kind: Kind, local_id: str) -> str:
    return f"{connection}/{kind.value}/{local_id}"
