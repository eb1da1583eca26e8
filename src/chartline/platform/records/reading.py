"""Reading present versions by type and id, one or many, within a reach.

Refuses to tell what is out of reach from what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir import parse
from chartline.formats.fhir.search import extract
from chartline.platform.database import Work
from chartline.platform.records.keys import Keys
from chartline.platform.records.reach import Reach
from chartline.platform.records.rows import COLUMNS, Kept, kept, plain, stored
from chartline.platform.records.statements import among, ours, own, part, postgresql, rows_of, run
from chartline.platform.records.stored import Stored
from chartline.platform.vault import Vault

_ONE = f"SELECT {COLUMNS} FROM resource r WHERE r.key = ? AND r.organisation_id = ?"


def one(work: Work, vault: Vault, keys: Keys, rtype: str, identity: str, reach: Reach) -> Stored | None:
    """The present version, which may be a deletion; None when it is not there or out of reach."""
    if not reach.covers(rtype):
        return None
    rows = run(work, _ONE, (keys.resource(rtype, identity), own(work)))
    if not rows:
        return None
    row = kept(rows[0])
    if (row.rtype, row.id) != (rtype, identity):
        return None
    return seen(vault, work, row, reach)


def many(
    work: Work, vault: Vault, keys: Keys, wanted: Sequence[tuple[str, str]], reach: Reach
) -> dict[tuple[str, str], Stored]:
    """The present versions that are there, not deleted and in reach."""
    asked = sorted({keys.resource(rtype, identity) for rtype, identity in wanted if reach.covers(rtype)})
    if not asked:
        return {}
    listed = among("r.key", asked, on_postgresql=postgresql(work))
    rows = rows_of(
        work, part(f"SELECT {COLUMNS} FROM resource r WHERE {{0}} AND {{1}} AND NOT r.deleted", listed, ours(work, "r"))
    )
    found = (seen(vault, work, kept(row), reach) for row in rows)
    return {(one.type, one.id): one for one in found if one is not None}


def versions(work: Work, keys: Keys, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The present version numbers of resources that are there and not deleted; no body is opened."""
    asked = sorted({keys.resource(rtype, identity) for rtype, identity in wanted})
    if not asked:
        return {}
    listed = among("r.key", asked, on_postgresql=postgresql(work))
    query = "SELECT r.rtype, r.id, r.version FROM resource r WHERE {0} AND {1} AND NOT r.deleted"
    return {(str(row[0]), str(row[1])): int(str(row[2])) for row in rows_of(work, part(query, listed, ours(work, "r")))}


def seen(vault: Vault, work: Work, row: Kept, reach: Reach) -> Stored | None:
    """A row opened, or None when it is out of reach. A deletion has no body to be in a patient's compartment."""
    body = plain(vault, work, row)
    return stored(row, body) if visible(row.rtype, body, reach) else None


def visible(rtype: str, body: bytes, reach: Reach) -> bool:
    """Whether a version is in reach, by its own content; a deletion of a patient's resource never is."""
    if not reach.covers(rtype):
        return False
    if not reach.narrows(rtype):
        return True
    return bool(body) and reach.compartment in extract(parse(body)).compartments
