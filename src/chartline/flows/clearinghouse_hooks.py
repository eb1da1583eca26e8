"""What a clearinghouse tells of its own accord about enrolments and appeals: each event once, onto what it is about.

Vendors repeat themselves and posts come out of order, so an event is kept by its id before anything is done with it, in
one transaction with what it does. Refuses nothing: the signature was checked by the connector, and events of a kind
that we do not know are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chartline.connect.clearing import EnrollmentNews
from chartline.domains.claims.clearinghouse_news import record_appeal_news
from chartline.domains.coverage.enrollments import record_enrollment_news
from chartline.domains.sync.hooks import told_first
from chartline.domains.sync.settings import read_settings
from chartline.flows.ground import Ground

ENROLL: Final = "enroll"
APPEAL: Final = "appeal"


@dataclass(frozen=True, slots=True)
class NewsHeard:
    """How many events were new, told before, and of a kind that we do not know."""

    taken: int = 0
    repeated: int = 0
    unknown: int = 0


def take_news(ground: Ground, organisation: str, connection: str, events: tuple[EnrollmentNews, ...]) -> NewsHeard:
    """Take the events of one post, in the order of their own times."""
    taken = repeated = unknown = 0
    with ground.database.work(organisation) as work:
        if not read_settings(work, connection).enabled:
            return NewsHeard()
        appeals: list[EnrollmentNews] = []
        for event in sorted(events, key=lambda each: each.at):
            about = event.claim_vendor_id or event.payer_id
            if not told_first(work, connection, event.event_id, event.kind, about):
                repeated += 1
            elif event.kind == ENROLL and record_enrollment_news(work, event, connection):
                taken += 1
            elif event.kind == APPEAL:
                appeals.append(event)
                taken += 1
            else:
                unknown += 1
        if appeals:
            record_appeal_news(work, ground.vault, ground.records, connection, appeals)
    return NewsHeard(taken, repeated, unknown)
