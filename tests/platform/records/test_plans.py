"""Some resources among very many are found by their keys, also where the database has no statistics."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.platform.records.people import patient
from tests.support.plans import plan_of

from chartline.kernel.ids import new_id
from chartline.platform.database import Database, Work
from chartline.platform.records import Change, Records
from chartline.platform.vault import Vault

MANY = [("Patient", new_id()) for _ in range(40)]
"""More than stand one by one in a statement."""
ACTS: dict[str, Callable[[Records, Work, list[tuple[str, str]]], object]] = {
    "write": lambda records, work, some: records.write_many(
        work, [Change.put({"resourceType": rtype, "id": identity}) for rtype, identity in some]
    ),
    "read": lambda records, work, some: records.read_many(work, some),
    "versions": lambda records, work, some: records.versions(work, some),
}


@pytest.mark.parametrize("many", [3, 40])
@pytest.mark.parametrize("act", sorted(ACTS))
def test_resources_are_found_by_their_keys(
    sqlite_database: Database, vault: Vault, organisation: str, act: str, many: int
) -> None:
    records = Records(vault)
    with sqlite_database.work(organisation) as work:
        records.write_many(work, [Change.put(patient(identity=identity)) for _, identity in MANY])
        plan = plan_of(work, "FROM resource r WHERE", lambda: ACTS[act](records, work, MANY[:many]))
    assert "(key=?)" in plan, plan
