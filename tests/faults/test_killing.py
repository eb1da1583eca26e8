"""kill -9 between any two steps of the main job: nothing is lost, nothing is done twice.

On PostgreSQL the worker is stopped at an exact statement: the test holds a lock on the table that the next step writes,
sees the worker wait for it, and kills it there. ``exchange``: the vendor did it, and its answer is not kept yet;
``intent``: the answer is kept, its outcome is not; a table of the domain: the outcome is kept, and our own records do
not know it; ``operation_outputs``: our records know it, and the engine does not. On SQLite it is killed while the
vendor's answer is on its way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.faults.installation import Installation, eventually, installation
from tests.support import postgresql
from tests.support.waiting import until

from chartline.domains.reports import prove
from chartline.flows.claim_to_cash import REPORTS, SUBMIT
from chartline.flows.practice_sync import PULL_VISITS, PUSH
from chartline.flows.remittances import REMITTANCES
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

pytestmark = pytest.mark.faults
SAVED, SENT = (4, 8, 16, 24, 32), (1, 2, 3, 5, 6, 7, 9, 10)
"""Patients whose payer is billed through AdvancedMD, and through Claim.MD; a test takes the next of them."""
PATIENTS = (*SAVED, *SENT, 39, 40, 41, 42, 43, 44)
SLOW = 500.0
"""Seconds of the house's clock (two real ones) for which an answer is on its way."""


@pytest.fixture(scope="module")
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Installation]:
    """An installation whose visits have come in, on the make of database that the test asks for."""
    folder = tmp_path_factory.mktemp("killing")
    if request.param == "sqlite":
        with installation(folder, template=sqlite_template, patients=PATIENTS) as made:
            made.do(PULL_VISITS, connection=made.advancedmd)
            yield made
        return
    server, migrated = (request.getfixturevalue(f"postgresql_{name}") for name in ("server", "template"))
    with (
        postgresql.fresh_database(server, f"t{new_id().replace('-', '')}", migrated) as url,
        installation(folder, database=url, patients=PATIENTS) as made,
    ):
        made.do(PULL_VISITS, connection=made.advancedmd)
        yield made


@contextmanager
def held(place: Installation, table: str) -> Generator[Callable[[], bool]]:
    """Nobody can write the table; yields whether somebody waits to."""
    where = f"dbos.{table}" if table == "operation_outputs" else f'"{table}"'
    waiting = sa.text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:t AS regclass)"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    engine = place.services.database.engine
    with engine.connect() as holder, engine.connect() as watcher:
        holder.execute(sa.text(f"LOCK TABLE {where} IN EXCLUSIVE MODE"))
        yield lambda: watcher.execute(waiting, {"t": where}).scalar_one() > 0


def kill_at(place: Installation, table: str) -> None:
    """Kill the worker when it is about to write a table, and start another."""
    with held(place, table) as reached:
        until(reached)
        place.kill_worker()
    place.start_worker()


def kill_in_flight(place: Installation, table: str, done: Callable[[], bool]) -> None:
    """Kill the worker after the vendor did what was asked: when the answer has come as far as a table, or before."""
    eventually(done)
    if table:
        kill_at(place, table)
    else:
        place.kill_worker()
        place.start_worker()


def points(*tables: str) -> pytest.MarkDecorator:
    """Where to kill: at these tables on PostgreSQL, in flight (empty) on SQLite, which has one lock for everything."""
    cases = [pytest.param("postgresql", table, id=table) for table in tables]
    both = [*cases, pytest.param("sqlite", "", id="in flight")]
    return pytest.mark.parametrize(("town", "table"), both, indirect=["town"], scope="module")


@points("intent", "vendor_link")
def test_a_pushed_patient_arrives_once(town: Installation, table: str) -> None:
    town.newcomer()
    town.pass_by(minutes=2)
    added = town.vendors.office_counters()["patients_added"]
    town.break_next("advancedmd", "addpatient", "delay", seconds=SLOW)
    town.put(PUSH, connection=town.advancedmd)
    kill_in_flight(town, table, lambda: town.vendors.office_counters()["patients_added"] > added)
    town.play()
    town.must_have_arrived()
    assert {("done", 1)} == {(state, sends) for state, sends, _ in town.intents("add_patient")}
    assert town.waiting_jobs() == []


@points("visit_billing")
def test_charges_are_saved_once(town: Installation, table: str) -> None:
    number = next_of(town, SAVED)
    town.pass_by(minutes=2)
    town.break_next("advancedmd", "savecharges", "delay", seconds=SLOW)
    before = town.vendors.office_counters()["charge_saves_per_visit"]
    town.see(number)
    kill_in_flight(town, table, lambda: town.vendors.office_counters()["charge_saves_per_visit"] != before)
    town.play()
    saves = town.vendors.office_counters()["charge_saves_per_visit"]
    assert len(saves) == len(before) + 1
    assert set(saves.values()) == {1}
    assert {("done", 1)} == {(state, sends) for state, sends, _ in town.intents("save_charges")}
    assert town.waiting_jobs() == []


@points("exchange", "operation_outputs")
def test_a_file_of_claims_is_uploaded_once(town: Installation, table: str) -> None:
    number = next_of(town, SENT)
    town.see(number)
    town.play()
    before = town.vendors.house_counters()
    town.break_next("claimmd", "upload", "delay", seconds=SLOW)
    town.put(SUBMIT, connection=town.claimmd)
    kill_in_flight(town, table, lambda: town.vendors.house_counters()["uploads"] > before["uploads"])
    town.play()
    counters = town.vendors.house_counters()
    news = [counters[name] - before[name] for name in ("uploads", "claims_received", "duplicates")]
    assert news == [1, 1, 0]
    assert {("done", 1)} == {(state, sends) for state, sends, _ in town.intents("submit_claims")}
    assert {each["word"] for each in claims(town)} <= {"submitted", "acknowledged", "accepted"}
    assert town.waiting_jobs() == []


@pytest.mark.parametrize("town", ["postgresql", "sqlite"], indirect=True, scope="module")
def test_remittances_are_posted_once_whatever_is_killed_on_the_way(town: Installation) -> None:
    await_payment(town)
    town.put(REMITTANCES, connection=town.claimmd)
    if town.services.database.postgresql:
        # Before it is stored, before the ledger has it, before the claims know it: one after the other.
        for table in ("remittance", "entry", "claim_event"):
            kill_at(town, table)
    else:
        town.break_next("claimmd", "era835", "delay", times=3, seconds=SLOW)
        eventually(lambda: any(each["downloaded"] for each in town.vendors.house_snapshot()["eras"]))
        town.kill_worker()
        town.start_worker()
    town.play()
    eras = town.vendors.house_snapshot()["eras"]
    kept = town.get("/api/remittances/?limit=100")["remittances"]
    assert Counter(each["check_number"] for each in eras) == Counter(each["trace"] for each in kept)
    assert {each["state"] for each in kept} == {"posted"}
    with town.work() as work:
        proof = prove(work)
    assert (proof.balanced, proof.agrees) == (True, True)
    assert proof.ledger_cash == Money.total([Money.parse(each["paid"]) for each in eras])
    assert town.waiting_jobs() == []
    town.do(REMITTANCES, connection=town.claimmd)
    with town.work() as work:
        assert prove(work).ledger_cash == proof.ledger_cash


def claims(place: Installation) -> list[dict[str, Any]]:
    return place.get("/api/claims/?limit=100")["claims"]


def next_of(place: Installation, numbers: tuple[int, ...]) -> int:
    """The next visit that no test has taken yet."""
    number = next(each for each in numbers if each not in place.taken)
    place.taken.add(number)
    return number


def await_payment(place: Installation) -> None:
    """Some claims are sent, and time passes until no payer has anything more to say or to pay."""
    while len(claims(place)) < 4:
        place.see(next_of(place, SENT))
        place.play()
    place.do(SUBMIT, connection=place.claimmd)
    while (upcoming := place.vendors.next_event()) is not None:
        place.pass_until(upcoming + timedelta(minutes=1))
    place.do(REPORTS, connection=place.claimmd)
