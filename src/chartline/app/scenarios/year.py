"""Runs the year: starts its processes, plays it, and judges it by the payers' own books."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec

from chartline.app.demonstration.setup import set_up
from chartline.app.scenarios.house import Installation
from chartline.app.scenarios.week import NOT_EMPTY
from chartline.app.scenarios.year_proof import differing_checks, ends_of, lost_claims
from chartline.app.scenarios.year_state import YearState
from chartline.app.services import Services, open_services
from chartline.app.stage import Stage
from chartline.app.upgrade import upgrade
from chartline.flows.publishing import PAUSE, PUBLISH
from chartline.kernel.settings import Settings
from chartline.platform.logs import set_up_logs
from chartline.sandbox.world import ZONE
from chartline.sandbox.year.biller import Biller
from chartline.sandbox.year.books import Clearinghouse, Notes
from chartline.sandbox.year.front_desk import YearDesk
from chartline.sandbox.year.pace import WORKING, YearPace
from chartline.sandbox.year.play import Player
from chartline.sandbox.year.practice import BEGIN, CLAIMS, LATE_BY, MONTHS, PATIENTS, closing, make_year
from chartline.sandbox.year.summary import YearSummary

NAME = "year"
POLL = 0.02
"""Real seconds between a worker's looks: a year has thousands of small jobs, one behind the other."""


@dataclass(frozen=True, slots=True)
class YearSize:
    """How large a year is."""

    seed: int = 7
    claims: int = CLAIMS
    patients: int = PATIENTS
    months: int = MONTHS
    workers: int = 1


class BillingYear:
    """One run of the year on a fresh data folder. Raises ``database.in_use`` when another run has it."""

    def __init__(self, settings: Settings, size: YearSize, progress: Callable[[str, float], None]) -> None:
        self._year = make_year(size.seed, claims=size.claims, patients=size.patients, months=size.months)
        quick = msgspec.structs.replace(settings, poll_seconds=min(POLL, settings.poll_seconds))
        self._stage, self._size, self._tell = Stage(quick, "year"), size, progress
        self._begun = time.monotonic()

    def run(self) -> YearSummary:
        """Play and judge; everything is stopped afterwards.

        Raises ``sandbox.not_empty``, and the other errors of the sandbox.
        """
        stage, year = self._stage, self._year
        set_up_logs(stage.settings.log_level, stage.folder / "logs" / "year.jsonl")
        stage.keeper.start(closing(year.days[0]).replace(hour=6, minute=0), 1.0)
        services: Services | None = None
        try:
            self._tell("Starting the database, the simulator, the web server and the workers", 0.0)
            upgrade(stage.settings)
            services = open_services(stage.settings)
            if services.access.organisations():
                raise NOT_EMPTY.error()
            ports = stage.start_vendors("claimmd")
            books = Clearinghouse(ports["claimmd"])
            books.seed(year.world)
            office = set_up(services, year.world, None, ports)
            address, workers = stage.start_house(self._size.workers)
            stage.write_sign_in(year.world)
            desk = YearDesk(address, office.token, year.world, year.seconds)
            state = YearState(services, office.organisation)
            stage.keeper.set_speed(WORKING)
            # What is published is projected from what stands: the clock does not wait for it, only the end does.
            house = Installation(services, office.organisation, workers, aside={PUBLISH})
            biller = Biller(desk)
            player = Player(year, YearPace(stage.keeper, house), desk, biller, state, self._tell)
            player.play()
            YearPace(stage.keeper, Installation(services, office.organisation, workers)).rest(within=2 * PAUSE)
            stage.keeper.stop()
            self._tell("Comparing with the payers' books", 0.97)
            summary = self._sum_up(desk, biller, books, state, player)
            desk.close()
            books.close()
            return summary
        finally:
            if services is not None:
                services.close()
            stage.close()

    def _sum_up(
        self, desk: YearDesk, biller: Biller, door: Clearinghouse, state: YearState, player: Player
    ) -> YearSummary:
        books, claims, decisions = door.read(), state.claims(), state.decisions()
        checks, now, tally = state.checks(), self._stage.keeper.now(), player.tally
        ends, unexplained = ends_of(claims, now)
        notebook, end = biller.notebook, now.astimezone(ZoneInfo(ZONE)).date()
        notes = Notes(notebook.written_off, notebook.from_patients, frozenset(desk.outbox.mended))
        return YearSummary(
            claims=len(claims),
            patients=len(desk.patients),
            days=tally.days,
            submissions=len(books.claims),
            remittances=len(books.checks),
            ours=desk.dashboard(BEGIN - LATE_BY, end),
            theirs=books.numbers(end, notes),
            ends=ends,
            unexplained=unexplained,
            lost=lost_claims(books, desk.outbox.bills, claims),
            duplicates=books.duplicates,
            differing_checks=differing_checks(books, checks, decisions),
            unbalanced_days=sorted({*state.unbalanced_days(), *(day.isoformat() for day in tally.unbalanced)}),
            excess_calls=books.excess_calls,
            stopped_jobs=state.stopped_jobs(),
            acts={**notebook.acts, "totals put right": len(desk.outbox.mended)},
            seconds=round(time.monotonic() - self._begun, 1),
            phases={name: round(seconds, 1) for name, seconds in tally.seconds.items()},
            months={name: round(seconds, 1) for name, seconds in tally.by_month.items()},
        )
