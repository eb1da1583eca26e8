"""What people ask of synchronisation happens as a run, in order, once, and shows afterwards how it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flows.house import ACTOR, House

from chartline.connect.facts import LookupKind
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import latest
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import EventFilter
from chartline.domains.sync.runs import RunFilter, RunState, SyncRun, What
from chartline.flows import sync_desk as desk
from chartline.flows.practice_sync import PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Receipt
from chartline.sandbox.world import DAY

NEW = (39, 40, 41)


def done(home: House, *runs: str) -> list[SyncRun]:
    """Let everything happen; the runs as they stand then."""
    home.play()
    found = [desk.run_view(home.ground, home.organisation, each).run for each in runs]
    assert [each.state for each in found] == [RunState.DONE] * len(runs), found
    return found


def added(home: House) -> tuple[int, int, int]:
    counters = home.vendors.office_counters()
    return counters["patients_added"], counters["plans_added"], counters["visits_added"]


def words(home: House, patient_id: str) -> list[str]:
    status = desk.patient_status(home.ground, home.organisation, home.advancedmd, patient_id)
    return [each.word for each in status.everything]


def test_one_patient_goes_out_in_order_and_nobody_else_does(home: House) -> None:
    patients = {number: home.register(number) for number in NEW}
    visits = {number: home.book(number, patient_id) for number, patient_id in patients.items()}
    place = (home.ground, home.organisation, home.advancedmd)
    assert words(home, patients[39]) == ["waiting", "waiting", "waiting"]
    (run,) = done(home, desk.sync_patient(*place, patients[39], ACTOR))
    assert (run.what, run.subject, run.started_by, run.counts.changed) == (What.PATIENT, patients[39], ACTOR, 3)
    assert added(home) == (1, 1, 1)
    status = desk.patient_status(*place, patients[39])
    assert words(home, patients[39]) == ["synced", "synced", "synced"]
    assert [each.id for each in status.runs] == [run.id] and status.last_synced is not None
    lines = desk.sync_logs(home.ground, home.organisation, EventFilter(), patient_id=patients[39]).events
    assert [each.kind for each in reversed(lines)] == [Kind.PATIENT, Kind.COVERAGE, Kind.VISIT]
    assert {(each.run_id, each.actor, each.operation) for each in lines} == {(run.id, ACTOR, "create")}
    assert all(each.http_status == 200 and each.duration_ms is not None for each in lines)
    (plan,) = desk.patient_insurance(*place, patients[39])
    assert plan.status.word == "synced" and plan.coverage.order == 1
    # A visit brings its patient and their insurance with it.
    done(home, desk.create_visit(*place, visits[40], ACTOR))
    assert (added(home), desk.visit_status(*place, visits[40]).word) == ((2, 2, 2), "synced")
    assert desk.visit_status(*place, visits[41]).word == "waiting"
    done(home, desk.sync_visit(*place, visits[40], ACTOR), desk.sync_patient(*place, patients[39], ACTOR))
    assert added(home) == (2, 2, 2)


def test_the_visits_of_some_days_go_out_in_bulk(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    visits = [home.book(number, home.register(number)) for number in NEW]
    with pytest.raises(ChartlineError, match=r"sync\.bad_days"):
        desk.bulk_sync(*place, DAY, DAY - timedelta(days=1), ACTOR)
    (run,) = done(home, desk.bulk_sync(*place, DAY - timedelta(days=1), DAY + timedelta(days=1), ACTOR))
    assert (run.total, run.counts.done, run.counts.changed, added(home)) == (3, 3, 9, (3, 3, 3))
    assert {desk.visit_status(*place, each).word for each in visits} == {"synced"}
    assert run.subject == f"{DAY - timedelta(days=1)}/{DAY + timedelta(days=1)}"


def test_a_census_says_what_each_side_lacks_and_one_click_repairs_it(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    home.book(39, home.register(39))
    known = sum(patient.known for patient in home.world.patients)
    (run,) = done(home, desk.census(*place, ACTOR, DAY - timedelta(days=1)))
    report = desk.census_report(home.ground, home.organisation, run.id)
    counted = {each.kind: (each.both, each.only_here, each.unsent, each.only_there) for each in report.kinds}
    assert counted[Kind.PATIENT] == (0, 0, 1, known)
    assert counted[Kind.VISIT] == (0, 0, 1, sum(visit.known for visit in home.world.visits))
    assert not report.agrees
    done(home, desk.repair_census(home.ground, home.organisation, run.id, ACTOR))
    (again,) = done(home, desk.census(*place, ACTOR, DAY - timedelta(days=1)))
    report = desk.census_report(home.ground, home.organisation, again.id)
    assert report.agrees, report
    assert {each.both for each in report.kinds if each.kind is Kind.PATIENT} == {known + 1}
    with pytest.raises(ChartlineError, match=r"sync\.not_a_census"):
        desk.repair_census(home.ground, home.organisation, desk.run_full(*place, ACTOR), ACTOR)


def test_switched_off_nothing_goes_out_or_comes_in_and_what_waits_stops_politely(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    patient_id = home.register(39)
    queued = desk.sync_patient(*place, patient_id, ACTOR)
    asked = len(home.operations("advancedmd"))
    desk.set_settings(*place, {"enabled": False}, ACTOR)
    for job in (PULL_PATIENTS, PULL_VISITS, PUSH):
        home.put(job, connection=home.advancedmd)
    home.play()
    with pytest.raises(ChartlineError, match=r"sync\.switched_off"):
        desk.sync_patient(*place, patient_id, ACTOR)
    states = {each.state for each in desk.runs(home.ground, home.organisation, RunFilter()).runs}
    stopped = desk.run_view(home.ground, home.organisation, queued).run.state
    assert states <= {RunState.STOPPED, RunState.DONE} and stopped in states
    assert home.codes() == []
    if stopped is RunState.STOPPED:
        assert len(home.operations("advancedmd")) == asked
    desk.set_settings(*place, {"enabled": True}, ACTOR)
    history = desk.settings_history(*place)
    assert [(each.actor, each.changed) for each in history] == [
        (ACTOR, {"enabled": "false|true"}), (ACTOR, {"enabled": "true|false"}),
    ]  # fmt: skip
    done(home, *desk.run_sync(*place, ACTOR))
    assert added(home)[0] == 1


def test_in_a_pilot_only_the_named_patients_are_exchanged_and_nothing_is_lost_by_it(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    patients = {number: home.register(number) for number in NEW}
    desk.set_settings(*place, {"pilot": True}, ACTOR)
    desk.set_pilot(*place, ACTOR, add=(patients[39],))
    done(home, *desk.run_sync(*place, ACTOR))
    assert added(home) == (1, 1, 0)
    with home.work() as work:
        assert home.services.records.count(work, "Patient") == 3
    assert [words(home, patients[40])[0], words(home, patients[39])[0]] == ["waiting", "synced"]
    desk.set_settings(*place, {"pilot": False}, ACTOR)
    done(home, *desk.run_sync(*place, ACTOR))
    assert added(home) == (3, 3, 0)
    with home.work() as work:
        assert home.services.records.count(work, "Patient") == len(home.world.patients)


def test_everything_is_read_again_and_what_was_taken_changes_nothing(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    first, second = (done(home, desk.run_full(*place, ACTOR))[0] for _ in range(2))
    known = sum(patient.known for patient in home.world.patients)
    visits = sum(visit.known for visit in home.world.visits)
    assert (first.counts.created, first.counts.done) == (known + visits, known + visits)
    assert (second.counts.created, second.counts.changed, second.counts.done) == (0, 0, known + visits)
    board = desk.dashboard(home.ground, home.organisation, home.advancedmd)
    assert board.counts.created == known + visits and board.events["created"] >= known + visits
    assert board.status.last[What.FULL].id == second.id and board.status.session is not None
    assert {each.tier for each in board.budgets} >= {"high", "medium", "low"}
    assert board.status.under_way == () and board.status.to_fetch == 0
    desk.reset_token(*place, ACTOR)
    assert desk.status(*place).session is None


def test_a_payer_is_asked_through_the_practice_system_and_lists_are_looked_up(home: House) -> None:
    place = (home.ground, home.organisation, home.advancedmd)
    patient_id = home.register(39)
    with pytest.raises(ChartlineError, match=r"sync\.not_linked"):
        desk.check_eligibility(*place, patient_id, ACTOR)
    done(home, desk.sync_patient(*place, patient_id, ACTOR))
    asked = desk.check_eligibility(*place, patient_id, ACTOR)
    assert asked.run_id is not None
    done(home, asked.run_id)
    with home.work() as work:
        answered = latest(work, asked.check.coverage_id)
    assert answered is not None and answered.state not in (CheckState.ASKED, CheckState.FAILED)
    assert desk.check_eligibility(*place, patient_id, ACTOR).run_id is None
    found = desk.lookup(*place, LookupKind.PROFILE)
    assert isinstance(found, Receipt) and len(found.value.rows) == len(home.world.providers)
