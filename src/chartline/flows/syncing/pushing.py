"""What the vendor has not got goes out, in order: patient, coverage, visit. Everything, or what belongs to one patient.

By itself only those kinds go out that are switched on; what a person asks for goes in any case. With a pilot group
only its patients' records go; the others stay waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from chartline.connect.capabilities import WritesFacts
from chartline.domains.sync.changes import next_due
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import bury_unfit
from chartline.domains.sync.log import doing
from chartline.domains.sync.outgoing import ORDER, pending
from chartline.domains.sync.runs import Counts, What, progress
from chartline.domains.sync.settings import Feed, pilot_of, read_settings
from chartline.flows.answers import Answer, done, later, try_again
from chartline.flows.ground import Ground
from chartline.flows.sending import BUDGET, Sending
from chartline.flows.syncing.course import OFF, Course, Ended, play, still_on, turned_back
from chartline.platform.jobs import ComeBack, Run

PAGE: Final = 25
"""Records sent in one durable step."""
Only = Mapping[Kind, Collection[str]]


@dataclass
class Gone:
    """What went out so far. ``again`` is when the first of those that wait may be tried again, as text."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    again: str = ""

    def add(self, page: Answer) -> None:
        """Count one step."""
        self.sent += int(page["sent"])
        self.refused += int(page["refused"])
        self.waiting += int(page["waiting"])
        self.again = min(filter(None, (self.again, page["again"])), default="")

    def answered(self, kind: Kind | None, cursor: str) -> Answer:
        """As the answer of a step: what went in it, and where the next one begins."""
        numbers = {name: str(getattr(self, name)) for name in ("sent", "refused", "waiting")}
        return done(**numbers, again=self.again, kind=kind.value if kind else "", cursor=cursor)


class Pushing:
    """Sends what waits."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def push(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: everything that waits for a connection."""
        return play(self._ground, run, arguments, What.PUSH, self._everything, Feed.PUSH)

    def _everything(self, course: Course) -> Ended:
        back, gone = self.send_all(course)
        if back is not None:
            return back
        if gone.again and not course.by_itself:
            return ComeBack(datetime.fromisoformat(gone.again), "records wait")
        told = {"sent": str(gone.sent), "refused": str(gone.refused), "waiting": str(gone.waiting)}
        return {**told, "news": str(gone.sent), "again": gone.again}

    def send_all(self, course: Course, only: Only | None = None) -> tuple[ComeBack | None, Gone]:
        """Send what waits, kind by kind and page by page: when to come back (None when through), and what went."""
        gone, kind, cursor = Gone(), ORDER[0].value, ""
        while kind:
            asked = (kind, cursor, course.run.failed, only, course.by_itself)
            page = course.run.step("send", self.send_page, *course.parts, *asked)
            back = turned_back(page)
            if back is not None:
                return back, gone
            gone.add(page)
            kind, cursor = page["kind"], page["cursor"]
        return None, gone

    def send_page(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        kind: str,
        cursor: str,
        failed: int,
        only: Only | None,
        by_itself: bool,
    ) -> Answer:
        """Send one page: the next of this kind, or the first of a later kind where this one has nothing to send.

        The answer names the kind and the cursor of the page after it. Where only some records are asked for, the asker
        counts what was looked at.
        """
        told = Gone()
        for which in ORDER[ORDER.index(Kind(kind)) :]:
            wanted = None if only is None else sorted(only.get(which, ()))
            if wanted is None or wanted:
                sent = self._send_kind(
                    organisation, connection, run_id, actor, which, cursor, failed, wanted, by_itself
                )
                if sent["is"] != "done":
                    return sent
                told.add(sent)
                if sent["cursor"] or sent["tried"]:
                    return told.answered(which if sent["cursor"] else _after(which), sent["cursor"])
            cursor = ""
        return told.answered(None, "")

    def _send_kind(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        which: Kind,
        cursor: str,
        failed: int,
        only: Sequence[str] | None,
        by_itself: bool,
    ) -> Answer:
        """Send one page of one kind."""
        ground = self._ground
        nothing = done(sent="0", refused="0", waiting="0", cursor="", again="", tried="")
        with ground.database.work(organisation) as work, doing(run_id, actor):
            settings = read_settings(work, connection)
            if not settings.enabled:
                return OFF
            if by_itself and not settings.pushes(which):
                return nothing
            page = pending(work, ground.records, ground.vault, connection, which, cursor, PAGE, only)
            for local_id, token, problem in page.unfit:
                bury_unfit(work, connection, which, local_id, token, problem)
            pilot = pilot_of(work, connection, settings)
            later_on = None if page.cursor else next_due(work, connection, which, only)
        items = [item for item in page.items if pilot is None or item.patient_id in pilot]
        refused = len(page.unfit)
        if not items and not refused:
            return {**nothing, "waiting": str(page.waiting), "cursor": page.cursor, "again": _moment(later_on)}
        connector = ground.open(organisation, connection, WritesFacts)
        with doing(run_id, actor):
            told = Sending(ground, organisation, connector, lambda: still_on(ground, organisation, connection)).send(
                items
            )
        refused += told.refused
        with ground.database.work(organisation) as work:
            looked_at = told.sent + refused if only is None else 0
            counts = Counts(looked_at, changed=told.sent, refused=refused, unknown=told.unknown)
            progress(work, run_id, counts)
            tries = (told.again, None if page.cursor else next_due(work, connection, which, only))
            again = min((at for at in tries if at is not None), default=None)
        if told.off:
            return OFF
        if told.halted is not None:
            return try_again(told.halted, ground.clock.now(), max(failed, told.spent))
        if told.until is not None:
            return later(told.until, BUDGET)
        return done(
            sent=str(told.sent),
            refused=str(refused),
            waiting=str(page.waiting),
            cursor=page.cursor,
            again=_moment(again),
            tried="1",
        )


def _after(kind: Kind) -> Kind | None:
    """The kind that is sent after this one; None after the last."""
    place = ORDER.index(kind) + 1
    return ORDER[place] if place < len(ORDER) else None


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def gone_back(gone: Gone) -> ComeBack | None:
    """When a run that people asked for has to look again, because some of its records wait."""
    return ComeBack(datetime.fromisoformat(gone.again), "records wait") if gone.again else None
