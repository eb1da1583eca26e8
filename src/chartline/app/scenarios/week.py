"""Runs the scripted week: starts its processes, plays it, compares both sides, and sums up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.app.demonstration.setup import Office, set_up
from chartline.app.scenarios.belief import count_conflicts, count_unsent, read_belief
from chartline.app.scenarios.house import Installation
from chartline.app.services import Services, open_services
from chartline.app.stage import Stage
from chartline.app.upgrade import upgrade
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.settings import Settings
from chartline.platform.logs import set_up_logs
from chartline.sandbox.week import sides
from chartline.sandbox.week.acts import Side
from chartline.sandbox.week.breakage import ENDS_SESSION, struck
from chartline.sandbox.week.front_desk import WeekDesk
from chartline.sandbox.week.office import Books
from chartline.sandbox.week.pace import WORKING, Pace
from chartline.sandbox.week.people import make_week
from chartline.sandbox.week.play import Player
from chartline.sandbox.week.script import write_script
from chartline.sandbox.week.summary import Summary, token_lives

NAME = "advancedmd-week"
PATIENTS, VISITS = 2000, 1500


NOT_EMPTY = ErrorKind(
    "sandbox.not_empty",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A scenario is played from its beginning, and this database has a practice already.",
    "Name an empty database with --database, or leave the option out.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a week is."""

    seed: int = 7
    patients: int = PATIENTS
    visits: int = VISITS
    days: int = 5
    workers: int = 1


class AdvancedMdWeek:
    """One run of the week on a fresh data folder. Raises ``database.in_use`` when another run has it."""

    def __init__(self, settings: Settings, size: Size, progress: Callable[[str, float], None]) -> None:
        self._week = make_week(size.seed, patients=size.patients, visits=size.visits, days=size.days)
        self._script = write_script(self._week, size.seed)
        self._stage, self._size, self._tell = Stage(settings, "week"), size, progress
        self._begun = self._since = time.monotonic()
        self._phases: dict[str, float] = {}

    def run(self) -> Summary:
        """Play and compare; everything is stopped afterwards.

        Raises ``sandbox.not_empty``, and the other errors of the sandbox.
        """
        stage, week = self._stage, self._week
        set_up_logs(stage.settings.log_level, stage.folder / "logs" / "week.jsonl")
        stage.keeper.start(week.begin, 1.0)
        services: Services | None = None
        try:
            self._tell("Starting the database, the simulator, the web server and the workers", 0.0)
            upgrade(stage.settings)
            services = open_services(stage.settings)
            if services.access.organisations():
                raise NOT_EMPTY.error()
            ports = stage.start_vendors("advancedmd")
            books = Books(week.world, ports["advancedmd"])
            books.seed()
            office = set_up(services, week.world, books, ports, unverified=True)
            address, workers = stage.start_house(self._size.workers)
            house = Installation(services, office.organisation, workers)
            desk = WeekDesk(address, office.token, week.world, office.providers, office.connection)
            stage.write_sign_in(week.world)
            self._passed("start")
            stage.keeper.set_speed(WORKING)
            player = Player(week, self._script, Pace(stage.keeper, house), desk, books, house, self._tell)
            player.play()
            self._passed("week")
            self._phases |= {name: round(seconds, 1) for name, seconds in player.tally.seconds.items()}
            stage.keeper.stop()
            self._tell("Comparing both sides, field by field", 0.97)
            summary = self._sum_up(services, office, desk, books, player)
            desk.close()
            books.close()
            return summary
        finally:
            if services is not None:
                services.close()
            stage.close()

    def _passed(self, phase: str) -> None:
        now = time.monotonic()
        self._phases[phase] = round(now - self._since, 1)
        self._since = now

    def _sum_up(self, services: Services, office: Office, desk: WeekDesk, books: Books, player: Player) -> Summary:
        belief, tally, people = read_belief(services, office), player.tally, self._week.world.patients
        providers = {office.providers[one.key]: books.number("profile", one.key) for one in self._week.world.providers}
        here, there = sides.ours(desk, belief, providers), sides.theirs(books)
        compared = sides.compare(here, there, belief)
        numbers = {**desk.numbers(), "plan": sides.plan_numbers(here, belief, desk.numbers()["patient"], people)}
        missing = sides.missing_edits(self._script, here, there, belief, numbers)
        left = books.faults_left()
        ended = sorted(tally.sessions_ended)[: len(tally.sessions_ended) - sum(left[kind] for kind in ENDS_SESSION)]
        counted, now = books.counters(), self._stage.keeper.now()
        logins = sorted(datetime.fromisoformat(one["at"]) for one in counted["logins_at"])
        twice = sum(number for name, number in counted.items() if name in sides.TWICE)
        conflicts, (waiting, dead) = count_conflicts(services, office), count_unsent(services, office)
        self._passed("comparison")
        return Summary(
            patients=here.count("patient"),
            visits=here.count("visit"),
            plans=here.count("plan"),
            edits_here=tally.edits[Side.HERE],
            edits_there=tally.edits[Side.THERE],
            faults=dict(struck(self._script) - left),
            faults_left=dict(left),
            sessions_ended=len(ended),
            workers_killed=tally.killed,
            conflicts={**conflicts, "decided": tally.decided},
            equal=dict(compared.equal),
            disputed=compared.disputed,
            differing=compared.differing,
            lost=[*compared.lost, *missing],
            duplicated=twice + here.duplicated(),
            excess_calls=counted["excess_calls"],
            excess_cost=counted["excess_cost"],
            logins=counted["logins"],
            token_lives=token_lives(logins, ended, self._week.begin, now),
            calls=books.calls_by_tier(),
            deepest={str(tier): most for tier, most in counted["max_in_window"].items()},
            waiting=waiting,
            dead_letters=dead,
            stopped_jobs=len(desk.stopped()),
            simulator_errors=counted["simulator_errors"],
            simulated_hours=round((now - self._week.begin) / timedelta(hours=1), 1),
            seconds=round(time.monotonic() - self._begun, 1),
            phases=self._phases,
        )
