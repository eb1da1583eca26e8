"""Starting runs and pacing them from the command line."""

from __future__ import annotations

from tests.cli.conftest import FilledHome

OFFICE = "AdvancedMD office"


def test_a_patient_is_put_in_line_and_the_run_is_listed(filled: FilledHome) -> None:
    patient = filled.made.patients[0]
    told = filled.run("sync", "patient", OFFICE, patient).stdout
    (row,) = filled.json("sync", "runs", "--what", "patient")
    assert row["id"] in told
    assert (row["state"], row["subject"], row["started_by"].startswith("cli:")) == ("queued", patient, True)
    unknown = "01980000-0000-7000-8000-000000000000"
    assert "records.not_found" in filled.run("sync", "patient", OFFICE, unknown, code=1).stderr
    assert len(filled.json("sync", "runs", "--what", "patient")) == 1


def test_a_census_that_is_not_done_repairs_nothing(filled: FilledHome) -> None:
    filled.run("sync", "census", OFFICE, "--since", "2026-03-01")
    (row,) = filled.json("sync", "runs", "--what", "census")
    assert filled.run("sync", "repair", row["id"], code=1).stderr.startswith("sync.not_a_census")
    assert filled.run("sync", "counted", "01980000-0000-7000-8000-000000000000", code=1).stderr.startswith(
        "sync.no_run"
    )


def test_settings_are_shown_changed_and_refused(filled: FilledHome) -> None:
    assert filled.json("sync", "settings", OFFICE)["enabled"] is True
    told = filled.run("sync", "settings", OFFICE, "--set", "visits=hourly", "--set", "push_visits=no").stdout
    assert "Changed: " in told
    after = filled.json("sync", "settings", OFFICE)
    assert (after["visits"], after["push_visits"], after["patients"]) == ("hourly", False, "real_time")
    assert "sync.bad_setting" in filled.run("sync", "settings", OFFICE, "--set", "visits=sometimes", code=1).stderr
    assert "daily_hour" in filled.run("sync", "settings", OFFICE, "--set", "speed=9", code=1).stderr
    assert "Nothing changed." in filled.run("sync", "settings", OFFICE, "--set", "visits=hourly").stdout


def test_nothing_starts_while_the_kill_switch_is_off(filled: FilledHome) -> None:
    filled.run("sync", "settings", OFFICE, "--set", "enabled=false")
    assert "sync.switched_off" in filled.run("sync", "full", OFFICE, code=1).stderr
    assert filled.json("sync", "runs", "--all") == []
