"""Search is what brute force over the same resources says, on both databases, whatever is stored and asked."""

from __future__ import annotations

import os
from random import Random

import pytest
from tests.platform.records.oracle.asking import Asker
from tests.platform.records.oracle.comparing import difference, fill
from tests.platform.records.oracle.evaluating import Oracle
from tests.platform.records.oracle.universe import COUNTS, Universe

from chartline.platform.database import Database
from chartline.platform.records import Records
from chartline.platform.records.reach import EVERYTHING, Reach
from chartline.platform.vault import Vault

SEARCHES = 60
"""For each world and database."""
WORLDS = int(os.environ.get("ORACLE_WORLDS", "3"))
"""Thousands of searches are asked by hand: ``ORACLE_WORLDS=200 pytest tests/platform/records/oracle``."""


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_search_finds_what_brute_force_finds(
    database: Database, vault: Vault, organisation: str, seed: int
) -> None:
    records = Records(vault)
    with database.work(organisation) as work:
        present = fill(records, work, Universe(seed).resources(), Universe(seed + 100).resources()[::2])
    random = Random(seed)
    for _ in range(SEARCHES):
        reach = _reach(random)
        asker = Asker(random.randrange(2**32), oracle := Oracle(present, reach.patient, reach.types))
        types = random.sample(sorted(COUNTS), random.choice((1,) * 9 + (3,)))
        asked = asker.search(types[0]) if len(types) == 1 else asker.everywhere()
        with database.read(organisation) as work:
            wrong = difference(records, work, oracle, types, asked, random.choice((2, 3, 7, 50)), reach)
        assert wrong is None, f"world {seed}, {types}, {asked}, {reach}: {wrong}"


def _reach(random: Random) -> Reach:
    chosen = random.random()
    if chosen < 0.65:
        return EVERYTHING
    if chosen < 0.9:
        return Reach(random.choice(("0", "1", "pat2")))
    return Reach(types=frozenset(random.sample(sorted(COUNTS), 8)))
