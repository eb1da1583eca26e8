"""The sync log and the conflicts of a practice in the middle of its day."""

from __future__ import annotations

from tests.cli.conftest import FilledHome

STREETS = ("12 OLD MILL LANE", "77 NEW POND COURT")


def test_the_log_is_filtered(filled: FilledHome) -> None:
    assert len(filled.json("sync", "log")) == 6
    assert {row["direction"] for row in filled.json("sync", "log", "--direction", "in")} == {"in"}
    (row, _) = filled.json("sync", "log", "--outcome", "conflict")
    assert (row["connection"], row["code"]) == ("AdvancedMD office", "street")
    assert filled.json("sync", "log", "--record", row["record"])[0]["id"] == row["id"]
    assert filled.json("sync", "log", "--connection", "Clearinghouse") == []
    assert filled.json("sync", "log", "--until", "2026-03-01") == []
    assert len(filled.json("sync", "log", "--since", "2026-03-01T12:00")) == 6
    assert "Invalid value" in filled.run("sync", "log", "--outcome", "lost", code=2).stderr


def test_a_limit_says_that_there_is_more(filled: FilledHome) -> None:
    told = filled.run("sync", "log", "--limit", "2")
    assert told.stdout.count("\n") == 3
    assert "There are more lines" in told.stderr


def test_values_of_conflicts_stay_closed_unless_they_are_asked_for(filled: FilledHome) -> None:
    closed = filled.run("sync", "conflicts").stdout + filled.run("sync", "conflicts", "--json").stdout
    assert [street for street in STREETS if street in closed] == []
    opened = filled.run("sync", "conflicts", "--with-values").stdout
    assert [street for street in STREETS if street in opened] == list(STREETS)


def test_looking_at_values_is_in_the_audit_trail(filled: FilledHome) -> None:
    filled.run("sync", "conflicts", "--with-values")
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        looks = [row.event for row in services.audit.rows(work) if row.event.action == "cli.conflicts.read"]
    services.close()
    assert [(one.purpose, one.count) for one in looks] == [("show", 6)]
    assert looks[0].actor.startswith("cli:")


def test_a_conflict_is_decided_and_opened_again(filled: FilledHome) -> None:
    filled.run("sync", "resolve", filled.made.conflict, "theirs")
    assert filled.made.conflict not in filled.run("sync", "conflicts", "--json").stdout
    assert "sync.already_decided" in filled.run("sync", "resolve", filled.made.conflict, "ours", code=1).stderr
    filled.run("sync", "reopen", filled.made.conflict)
    assert filled.made.conflict in filled.run("sync", "conflicts", "--json").stdout


def test_a_conflict_that_is_not_there_is_told(filled: FilledHome) -> None:
    unknown = "01980000-0000-7000-8000-000000000000"
    assert "sync.no_conflict" in filled.run("sync", "resolve", unknown, "ours", code=1).stderr
    assert "UUID" in filled.run("sync", "resolve", "one", "ours", code=2).stderr
    assert "Invalid value" in filled.run("sync", "resolve", unknown, "mine", code=2).stderr


def test_the_status_counts_what_needs_a_person(filled: FilledHome) -> None:
    found = filled.json("sync", "status")
    assert (found["conflicts"], found["failed_jobs"]) == (2, 1)
