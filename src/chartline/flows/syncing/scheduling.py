"""The schedules of a connection follow its settings: what is paused, manual or switched off does not run by itself."""

from __future__ import annotations

from typing import Final

from chartline.connect.connections import Connection
from chartline.domains.sync.cursors import store_cursor
from chartline.domains.sync.settings import Feed, Frequency, SyncSettings, read_settings
from chartline.flows.ground import Ground
from chartline.flows.syncing.names import PATIENTS, PULL_PATIENTS, PULL_VISITS, PUSH, VISITS
from chartline.flows.syncing.pacing import calendar_of, next_run, zone_of
from chartline.platform.database import Work
from chartline.platform.jobs.schedules import Schedule

FEEDS: Final = {PULL_PATIENTS: Feed.PATIENTS, PULL_VISITS: Feed.VISITS, PUSH: Feed.PUSH}
"""The job of each feed."""


def apply_settings(ground: Ground, work: Work, connection: str, settings: SyncSettings) -> None:
    """Start, stop and pace the schedules of a connection by its settings. Raises ``connect.not_connected``."""
    known = ground.connections.get(work, connection)
    for plan in ground.schedules.list(work, work.organisation):
        feed = FEEDS.get(plan.job)
        if feed is None or plan.arguments.get("connection") != connection:
            continue
        _apply(ground, work, known, settings, plan, feed)


def apply_present_settings(ground: Ground, work: Work, connection: str) -> None:
    """The same, with the settings as they are. Raises ``connect.not_connected``."""
    apply_settings(ground, work, connection, read_settings(work, connection))


def _apply(
    ground: Ground, work: Work, connection: Connection, settings: SyncSettings, plan: Schedule, feed: Feed
) -> None:
    organisation, frequency = work.organisation, settings.frequency(feed)
    runs = connection.enabled and settings.enabled and not settings.paused and frequency is not Frequency.MANUAL
    if not runs:
        ground.schedules.pause(work, organisation, plan.name)
        return
    ground.schedules.resume(work, organisation, plan.name)
    calendar = calendar_of(ground.about(connection.vendor))
    at, pause = next_run(settings, feed, work.now, zone_of(work), calendar)
    if frequency is not Frequency.DAILY:
        at = min(at, plan.next_at)
    ground.schedules.pace(work, organisation, plan.name, max(1, int(pause.total_seconds())), at)


def read_all_again(work: Work, connection: str) -> None:
    """Forget how far the feeds were read: all is read once more and compared. What was taken before is not fetched
    again."""
    for feed in (PATIENTS, VISITS):
        store_cursor(work, connection, feed, "")
