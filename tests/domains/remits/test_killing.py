"""kill -9 at any statement of taking in and posting: the rest is added, and the ledger is what it would have been."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.domains.money_world import Practice
from tests.domains.remits import posting_process
from tests.domains.remits.test_portions import ledger, many, practice_with_claims, standing, whole
from tests.domains.remittances import raw

from chartline.domains.remits import list_remittances, post, read_head, undo
from chartline.domains.reports import prove
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Database

pytestmark = pytest.mark.faults


def kill_until_through(practice: Practice, folder: Path, *what: str) -> int:
    """Begin the process anew until it is through, each time with more time to live; how often it was killed."""
    url = practice.database.engine.url.render_as_string(hide_password=False)
    chance = random.Random(11)
    statements = 6
    for kills in range(40):
        command = [sys.executable, posting_process.__file__, url, str(folder / "keys"), practice.organisation]
        command += [what[0], str(statements), *what[1:]]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode == 0:
            return kills
        assert ended.returncode == -9, ended.stderr
        statements += chance.randint(9, 25)
    pytest.fail("it never ended")


def test_a_posting_that_is_killed_again_and_again_ends_as_an_unbroken_one(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "advice.835"
    file.write_bytes(raw(many()).reveal(Purpose.STORE))
    unbroken = practice_with_claims(database, tmp_path)
    whole(unbroken, b"")
    killed = practice_with_claims(database, tmp_path)
    assert kill_until_through(killed, tmp_path, str(file)) >= 4
    assert ledger(killed) == ledger(unbroken)
    assert standing(killed) == standing(unbroken)
    with killed.work() as work:
        assert prove(work).agrees
        assert len(list_remittances(work).remittances) == 1


def test_an_undo_that_is_killed_again_and_again_leaves_what_an_unbroken_one_does(
    database: Database, tmp_path: Path
) -> None:
    content = raw(many()).reveal(Purpose.STORE)
    unbroken, killed = practice_with_claims(database, tmp_path), practice_with_claims(database, tmp_path)
    taken_back = whole(unbroken, content)
    with unbroken.work() as work:
        undo(work, unbroken.vault, unbroken.records, taken_back, "somebody")
    remittance = whole(killed, content)
    assert kill_until_through(killed, tmp_path, remittance, "undo") >= 3
    assert ledger(killed) == ledger(unbroken)
    assert standing(killed) == standing(unbroken)
    with killed.work() as work:
        assert prove(work).agrees
        assert read_head(work, remittance).generation == 2
        assert post(work, killed.vault, killed.records, remittance).entries > 0
