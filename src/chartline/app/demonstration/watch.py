"""What the demonstration sees of Chartline's own state, read from the database."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from chartline.app.services import Services
from chartline.domains.claims.axes import AdjudicationAxis
from chartline.domains.claims.tables import claim_table
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.day import DeskVisit, desk_day
from chartline.domains.practice.billing_route import visit_billing_table
from chartline.domains.practice.charges import unbilled
from chartline.domains.remits import RemittanceState
from chartline.domains.remits.tables import remittance_table
from chartline.domains.sync.changes import waiting
from chartline.platform.database import Work
from chartline.platform.jobs import next_due
from chartline.sandbox.world import DAY, ZONE

_OPEN = (CheckState.ASKED, CheckState.FAILED)


class StateWatch:
    """Answers ``sandbox.day.Watch`` for one practice."""

    def __init__(self, services: Services, organisation: str) -> None:
        self._services, self._organisation = services, organisation

    def patients(self) -> int:
        """Patients in the records."""
        return self._count("Patient")

    def visits(self) -> int:
        """Appointments in the records."""
        return self._count("Appointment")

    def _count(self, rtype: str) -> int:
        with self._services.database.read(self._organisation) as work:
            return self._services.records.count(work, rtype)

    def unsent(self) -> int:
        """Records that the practice system has not got yet."""
        with self._services.database.read(self._organisation) as work:
            return sum(waiting(work).values())

    def desk(self) -> list[DeskVisit]:
        """The visits of the day."""
        found: list[DeskVisit] = []
        with self._services.database.read(self._organisation) as work:
            cursor: str | None = None
            while True:
                page = desk_day(work, self._services.records, DAY, ZoneInfo(ZONE), cursor)
                found += page.visits
                cursor = page.cursor
                if cursor is None:
                    return found

    def unanswered(self) -> int:
        """Visits of the day whose payer has not answered yet."""
        return sum(1 for each in self.desk() if each.check is None or each.check.state in _OPEN)

    def unbilled(self) -> int:
        """Charged visits that are not billed, or whose bill has no receipt yet."""
        with self._services.database.read(self._organisation) as work:
            return len(unbilled(work, DAY, 500)) + self._unreferenced(work)

    def _unreferenced(self, work: Work) -> int:
        table = visit_billing_table
        open_bills = sa.select(sa.func.count()).select_from(table).where(work.mine(table), table.c.reference == "")
        return int(work.scalar(open_bills))

    def on_the_way(self) -> int:
        """Claims that no payer has taken."""
        none = claim_table.c.adjudication_axis == AdjudicationAxis.NONE.value
        with self._services.database.read(self._organisation) as work:
            count = sa.select(sa.func.count()).select_from(claim_table)
            return int(work.scalar(count.where(work.mine(claim_table), none)))

    def posted(self) -> int:
        """Remittances whose money is in the ledger."""
        done = remittance_table.c.state == RemittanceState.POSTED.value
        with self._services.database.read(self._organisation) as work:
            count = sa.select(sa.func.count()).select_from(remittance_table)
            return int(work.scalar(count.where(work.mine(remittance_table), done)))

    def running(self) -> int:
        """Jobs at work at this moment."""
        return self._services.jobs.counts(self._organisation)["running"]

    def due(self) -> datetime | None:
        """When there is something to do: now when jobs are queued or at work; None when nothing is planned."""
        counts = self._services.jobs.counts(self._organisation)
        busy = counts["queued"] + counts["running"] > 0
        return self._services.clock.now() if busy else next_due(self._services.database)
