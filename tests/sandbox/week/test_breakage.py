"""What breaks in the week: the whole menu of the simulator, on operations it has."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.catalogue import OPERATIONS
from chartline.connectors.advancedmd.simulator.control import FAULTS
from chartline.connectors.advancedmd.simulator.routes import ROUTES
from chartline.sandbox.week.acts import Side, Verb
from chartline.sandbox.week.breakage import CAUSES, MENU, breakage
from chartline.sandbox.week.people import make_week, wall
from chartline.sandbox.week.script import write_script


def test_every_kind_of_fault_of_the_simulator_strikes() -> None:
    assert {kind for _, kind in MENU} == FAULTS


def test_every_operation_that_is_struck_exists() -> None:
    assert {operation for operation, _ in MENU} <= {*OPERATIONS, *ROUTES, "login"}


def test_writes_are_dropped_after_they_were_done() -> None:
    assert {operation for operation, kind in MENU if kind == "drop"} >= {
        "addpatient",
        "updatepatient",
        "addinsurance",
        "addvisit",
        "scheduler.move",
    }


def test_a_week_has_every_fault_dead_sessions_a_moved_cluster_and_killed_workers() -> None:
    script = write_script(make_week(7, patients=40, visits=30), 7)
    found = [act.verb for act in script]
    assert found.count(Verb.FAULT) == len(MENU)
    assert {Verb.EXPIRE, Verb.CLUSTER, Verb.KILL} <= set(found)
    assert found.count(Verb.KILL) >= 5


def test_a_fault_stands_in_line_before_an_edit_of_ours_that_runs_into_it() -> None:
    script = write_script(make_week(7, patients=600, visits=450), 7)
    for act in script:
        if act.verb is Verb.FAULT and act.value("operation") in CAUSES:
            verb, status = CAUSES[act.value("operation")]
            later = [one for one in script if one.at > act.at and (one.side, one.verb) == (Side.HERE, verb)]
            assert any(not status or one.value("status") == status for one in later), act.value("operation")


def test_a_short_week_breaks_only_on_its_own_days() -> None:
    week = make_week(7, patients=40, visits=30, days=2)
    assert max(act.at for act in breakage(week, 7, [])) < wall(2, 0)
