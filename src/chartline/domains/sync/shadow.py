"""The last state that both sides of a connection agreed on, per record. Sealed, because it is the record.

The content hash is keyed: two equal shadows can be recognised without opening them, and nobody can guess one.
"""

from __future__ import annotations

import msgspec

from chartline.domains.sync.fields import Fields, Kind
from chartline.domains.sync.tables import shadow_table
from chartline.platform.database import Work
from chartline.platform.vault import Vault

_columns = shadow_table.c


def read_shadow(work: Work, vault: Vault, connection: str, kind: Kind, local_id: str) -> Fields | None:
    """The agreed fields of one record, or None when the two sides never met."""
    return read_shadows(work, vault, connection, kind, [local_id]).get(local_id)


def read_shadows(work: Work, vault: Vault, connection: str, kind: Kind, local_ids: list[str]) -> dict[str, Fields]:
    """The agreed fields of many records, in one query."""
    if not local_ids:
        return {}
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id.in_(local_ids))
    return {
        row["local_id"]: msgspec.json.decode(
            vault.open_sealed(
                work.organisation, shadow_table.name, _row(connection, kind, row["local_id"]), row["fields"]
            ),
            type=Fields,
        )
        for row in work.rows(work.select(shadow_table, _columns.local_id, _columns.fields).where(*here))
    }


def write_shadow(work: Work, vault: Vault, connection: str, kind: Kind, local_id: str, fields: Fields) -> None:
    """Store what both sides agree on now."""
    content = msgspec.json.encode(fields, order="deterministic")
    row = _row(connection, kind, local_id)
    work.upsert(
        shadow_table,
        {"connection": connection, "kind": kind.value, "local_id": local_id},
        fields=vault.seal(work.organisation, shadow_table.name, row, content),
        content_hash=vault.blind(work.organisation, row, content.decode()),
        agreed=work.now,
    )


def _row(connection: str, kind: Kind, local_id: str) -> str:
    return f"{connection}/{kind.value}/{local_id}"
