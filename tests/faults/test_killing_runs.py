"""kill -9 in the middle of a full run: it goes on as the same run, and what it counts is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.installation import eventually, installation

from chartline.domains.sync.runs import RunState, SyncRun
from chartline.flows import sync_desk as desk

pytestmark = pytest.mark.faults
PATIENTS = (1, 2, 3, 4, 5, 6, 7, 8, 39)
SLOW = 500.0
"""Seconds of the house's clock (two real ones) for which an answer is on its way."""


def test_a_killed_full_run_goes_on_where_it_was(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, template=sqlite_template, patients=PATIENTS) as place:
        organisation, known = place.organisation, sum(one.known for one in place.world.patients)
        visits = sum(one.known for one in place.world.visits)
        ground = place.services.ground

        def run() -> SyncRun:
            return desk.run_view(ground, organisation, started).run

        started = desk.run_full(ground, organisation, place.advancedmd, "user:1")
        eventually(lambda: run().counts.done >= 2)
        place.break_next("advancedmd", "getdemographic", "delay", seconds=SLOW)
        eventually(lambda: run().counts.done >= 3 or run().state is RunState.DONE)
        place.kill_worker()
        before = run()
        place.start_worker()
        place.play()
        after = run()
        assert after.state is RunState.DONE
        assert (after.counts.created, after.counts.done) == (known + visits, known + visits)
        assert before.counts.done <= after.counts.done and before.started == after.started
        with place.work() as work:
            found = [place.services.records.count(work, rtype) for rtype in ("Patient", "Appointment")]
        assert found == [known, visits]
        assert place.waiting_jobs() == []
