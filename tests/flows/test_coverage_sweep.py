"""Before the visits of a day each payer is asked once, and every answer, also none, has an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.flows.house import House, at, house

from chartline.connectors.claimmd.simulator.seed import Coverage, Seed
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.tables import Check, eligibility_check_table, read_check
from chartline.flows.coverage_sweep import SWEEP
from chartline.flows.practice_sync import PULL_VISITS
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.sandbox.world import DAY


@pytest.fixture
def full(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """A house with everybody of the day."""
    with house(tmp_path, template=sqlite_template, patients=None) as made:
        yield made


def checks(home: House) -> list[Check]:
    with home.work() as work:
        return [read_check(row) for row in work.rows(work.select(eligibility_check_table))]


def ready(home: House) -> None:
    """The office's visits are in the records; ours are booked."""
    home.do(PULL_VISITS, connection=home.advancedmd)
    for number in (39, 40, 41):
        home.book(number, home.register(number))


def sweep(home: House) -> None:
    home.do(SWEEP, day=DAY.isoformat())


def asked(home: House) -> int:
    return int(home.vendors.house_counters()["eligibility_checks"])


def member(home: House, number: int, **answer: object) -> None:
    """What the payer says of one member from now on."""
    patient = home.patient(number)
    coverage = msgspec.convert({"member": patient.member_id, "payerid": patient.payer.payer_id, **answer}, Coverage)
    home.simulators["claimmd"].tell("accounts", **msgspec.to_builtins(Seed(eligibility=(coverage,))))


def test_every_visit_of_the_day_is_asked_once(full: House) -> None:
    full.do(PULL_VISITS, connection=full.advancedmd)
    patients = {number: full.register(number) for number in range(39, 45)}
    for visit in full.world.visits:
        if not visit.known:
            who = patients.get(visit.patient.number) or full.local_patient(visit.patient.number)
            full.book(visit.number, who)
    for _ in range(2):
        sweep(full)
        assert (asked(full), len(checks(full)), full.codes()) == (64, 64, [])
    states = Counter(check.state for check in checks(full))
    # Patients 12 (one visit of theirs) and 28 are not covered, patient 36 is not known to the payer.
    inactive = sum(visit.patient.number in (12, 28) for visit in full.world.visits)
    refused = sum(visit.patient.number == 36 for visit in full.world.visits)
    assert states == {
        CheckState.ACTIVE: 64 - inactive - refused,
        CheckState.INACTIVE: inactive,
        CheckState.UNCLEAR: refused,
    }
    with full.work() as work:
        assert full.services.records.count(work, "CoverageEligibilityResponse") == 64
    assert full.vendors.house_counters()["excess_calls"] == 0


def sweep_day(home: House) -> None:
    ready(home)
    for _ in range(2):
        sweep(home)
        assert asked(home) == len(home.world.visits) - 3
    told = {check.coverage_id: check for check in checks(home)}
    assert {CheckState.ACTIVE} == {check.state for check in told.values()}
    assert all(check.copay is not None and check.deductible == Money(50000) for check in told.values())


def test_a_sweep_on_the_embedded_database(home: House) -> None:
    sweep_day(home)


def test_a_sweep_on_postgresql(grown_home: House) -> None:
    sweep_day(grown_home)


def test_a_sweep_asks_about_today_when_no_day_is_named(home: House) -> None:
    ready(home)
    home.do(SWEEP)
    assert asked(home) > 0
    home.pass_until(at(6, day=1))
    before = asked(home)
    home.do(SWEEP)
    assert asked(home) == before


def test_payers_that_say_no_in_their_own_ways_are_answers_with_a_next_step(home: House) -> None:
    ready(home)
    member(home, 1, unsupported=True)
    member(home, 2, aaa="75")
    member(home, 3, aaa="42")
    member(home, 4, status="inactive")
    sweep(home)
    mine = {home.local_patient(number): number for number in (1, 2, 3, 4)}
    found = {mine[check.patient_id]: check for check in checks(home) if check.patient_id in mine}
    assert found[1].problem_code == "claimmd.eligibility_not_supported"
    assert found[2].state is CheckState.UNCLEAR
    assert found[2].problem_code
    assert found[4].state is CheckState.INACTIVE
    assert found[3].state not in (CheckState.ASKED, CheckState.ACTIVE)
    # What no payer was asked about waits on the desk; what a payer said does not.
    assert set(home.codes()) == {"claimmd.eligibility_not_supported"}
    assert all(issue.problem.do for issue in home.issues())


def test_a_vendor_that_is_down_is_asked_again_until_it_is_up(home: House) -> None:
    ready(home)
    home.break_next("claimmd", "eligdata", "html", times=8)
    home.break_next("claimmd", "eligdata", "drop", times=4)
    home.break_next("claimmd", "eligdata", "refuse", times=2, status=429)
    sweep(home)
    visits = len(home.world.visits) - 3
    assert {CheckState.ACTIVE} == {check.state for check in checks(home)}
    assert (len(checks(home)), home.codes()) == (visits, [])
    # Asked again only where no answer came: 4 answers were lost on their way.
    assert asked(home) == visits + 4


def test_a_wrong_key_is_told_once_for_each_visit_and_mended_by_the_right_one(home: House) -> None:
    ready(home)
    with home.work() as work:
        home.services.connections.put_secrets(work, home.claimmd, {"account_key": Sealed("SIM-WRONG-KEY")})
    sweep(home)
    assert asked(home) == 0
    assert {"claimmd.bad_key"} == set(home.codes()) == {check.problem_code for check in checks(home)}
    with home.work() as work:
        home.services.connections.put_secrets(work, home.claimmd, {"account_key": Sealed(home.world.account_key)})
    for issue in home.issues():
        home.services.jobs.retry(issue.key, home.organisation)
    home.play()
    assert {CheckState.ACTIVE} == {check.state for check in checks(home)}
    assert home.codes() == []
