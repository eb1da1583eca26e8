"""Publications that are due are put off for some minutes, and those who ask meanwhile share one run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.support.filled import Filled

from chartline.domains.practice.due import (
    Due,
    any_due,
    count_due,
    due,
    owe,
    take_off,
)
from chartline.flows.ground import Ground
from chartline.flows.publishing import PAUSE, PUBLISH, queue_publishing
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.jobs.tables import timer


@pytest.fixture
def practice(filled_sqlite: Filled) -> tuple[Ground, str]:
    """An organisation of its own."""
    services = filled_sqlite.services
    return services.ground, services.access.create_organisation(f"Publishing {new_id()}")


def waiting(work: Work) -> list[datetime]:
    mine = sa.select(timer.c.due_at).where(timer.c.job == PUBLISH, timer.c.organisation == work.organisation)
    return [row["due_at"] for row in work.rows(mine)]


def test_nothing_is_put_in_line_when_nothing_is_due(practice: tuple[Ground, str]) -> None:
    ground, organisation = practice
    with ground.database.work(organisation) as work:
        assert not any_due(work)
        queue_publishing(ground, work)
        assert waiting(work) == []


def test_those_who_ask_within_a_pause_share_a_run_that_begins_a_pause_later_at_least(
    practice: tuple[Ground, str],
) -> None:
    ground, organisation = practice
    asked: list[datetime] = []
    for _ in range(3):
        with ground.database.work(organisation) as work:
            owe(work, Due.STANDING, [new_id()])
            queue_publishing(ground, work)
            asked.append(work.now)
    with ground.database.work(organisation) as work:
        runs = waiting(work)
        # Three that ask at a boundary of two pauses have two runs.
        assert len(runs) in (1, 2)
        assert max(runs) - max(asked) >= PAUSE
        assert min(runs) - min(asked) <= 2 * PAUSE
        assert all(run.timestamp() % timedelta(minutes=5).total_seconds() == 0 for run in runs)
        assert count_due(work) == 3
        # All of it is old enough for the run that was put in line for it.
        noted = due(work, Due.STANDING, 50, max(runs) - PAUSE)
        assert len(noted) == 3
        take_off(work, Due.STANDING, noted)
        assert not any_due(work)


def test_what_was_noted_since_is_left_for_its_own_run(practice: tuple[Ground, str]) -> None:
    ground, organisation = practice
    with ground.database.work(organisation) as work:
        owe(work, Due.STANDING, [new_id()])
        noted = work.now
    with ground.database.work(organisation) as work:
        assert due(work, Due.STANDING, 50, noted - timedelta(seconds=1)) == []
        assert len(due(work, Due.STANDING, 50, noted)) == 1
