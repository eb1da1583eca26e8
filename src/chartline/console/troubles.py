"""What is wrong with each system that is synchronised with: for the card of the day and for the board.

Ids, codes and counts only. Refuses to call a run a trouble that went through since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.domains.sync.cases import open_cases
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import count_letters
from chartline.domains.sync.runs import RunFilter, RunState, SyncRun, last_runs, list_runs
from chartline.domains.sync.settings import SyncSettings, all_settings
from chartline.kernel.errors import CATALOGUE, ErrorKind
from chartline.platform.database import Work

SYNCHRONISES = "ReadsChanges"
"""The capability of a system that is synchronised with."""
LATELY = timedelta(days=1)
"""How long a failed run is news."""


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed and did not go through since; ``problem`` is None when the code is not ours."""

    run: SyncRun
    problem: ErrorKind | None


@dataclass(frozen=True, slots=True)
class SyncTrouble:
    """One system. ``word`` says that nothing runs there by itself; ``at`` is the last success."""

    connection: Connection
    word: str
    at: datetime | None
    dead: int
    conflicts: int
    failed: tuple[FailedRun, ...]

    @property
    def well(self) -> bool:
        """Whether nothing there needs a person."""
        return not (self.word or self.dead or self.conflicts or self.failed)


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """Dead letters by connection, kind and reason, and records that differ by connection."""

    letters: dict[tuple[str, Kind, str], int]
    cases: dict[str, int]


def sync_counts(work: Work) -> SyncCounts:
    """What waits for a person; two queries."""
    return SyncCounts(count_letters(work), open_cases(work))


def sync_troubles(work: Work, connections: Sequence[Connection], counts: SyncCounts) -> list[SyncTrouble]:
    """Each connection that synchronises, and what is wrong there; three queries for all."""
    settings, last = all_settings(work), last_runs(work)
    broken = list_runs(work, RunFilter(state=RunState.FAILED, since=work.now - LATELY)).runs
    found: list[SyncTrouble] = []
    for one in connections:
        if SYNCHRONISES not in vendor(one.vendor).about.capabilities:
            continue
        present = settings.get(one.id, SyncSettings())
        done = {what: run for (of, what), run in last.items() if of == one.id}
        failed = {
            run.what: FailedRun(run, CATALOGUE.get(run.problem_code or ""))
            for run in reversed(broken)
            if run.connection == one.id and _since(done.get(run.what), run)
        }
        word = "disabled" if not (one.enabled and present.enabled) else "paused" if present.paused else ""
        dead = sum(number for (of, _, _), number in counts.letters.items() if of == one.id)
        at = max((run.finished for run in done.values() if run.finished), default=None)
        found.append(SyncTrouble(one, word, at, dead, counts.cases.get(one.id, 0), tuple(failed.values())))
    return found


def _since(done: SyncRun | None, failed: SyncRun) -> bool:
    """Whether a run failed after the last one of its sort that went through."""
    return done is None or done.id < failed.id
