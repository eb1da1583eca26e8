"""The job that keeps a week's digest."""

from __future__ import annotations

from tests.support.filled import DirectRun, Filled

from chartline.app.stories import OF_THE_PRACTICE, all_jobs
from chartline.domains.reports.digest import kept, kept_text
from chartline.flows.digest import DIGEST, WeeklyDigest


def test_the_digest_of_the_last_week_is_kept_once_and_names_nobody(filled_sqlite: Filled) -> None:
    filled = filled_sqlite
    ground = filled.services.ground
    story = WeeklyDigest(ground)
    first = story.digest(DirectRun(filled.organisation), {})
    again = story.digest(DirectRun(filled.organisation), {})
    assert (first["kept"], again["kept"]) == ("new", "before")
    with filled.services.database.read(filled.organisation) as work:
        (week,) = kept(work)
        text = kept_text(work, week)
    assert first["week"] == week.isoformat() == "2026-03-02"
    assert text is not None
    assert not [value for value in filled.world.private_values() if value in text]


def test_the_digest_runs_by_itself_in_every_practice(filled_sqlite: Filled) -> None:
    assert DIGEST in {job for job, _, _ in OF_THE_PRACTICE}
    assert DIGEST in {job.name for job in all_jobs(filled_sqlite.services.ground)}
