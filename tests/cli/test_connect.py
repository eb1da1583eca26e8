"""Connecting to vendors: two simulators are the vendors, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Home
from tests.support.clocks import shared_clock
from tests.support.simulators import Simulator, running

from chartline.kernel.sealed import Purpose

KEY = "SIM-TEST-ACCOUNT-0001"
WORD = "simulated only"


@pytest.fixture
def clocked(home: Home) -> Home:
    """An installation whose clock the simulators share."""
    shared_clock(home.folder / "clock.json")
    return home


@pytest.fixture
def house(clocked: Home) -> Iterator[Simulator]:
    with running("claimmd", clocked.folder) as simulator:
        yield simulator


@pytest.fixture
def pms(clocked: Home) -> Iterator[Simulator]:
    with running("advancedmd", clocked.folder) as simulator:
        yield simulator


def add_house(home: Home, house: Simulator, *more: str, given: str = f"{KEY}\n", code: int = 0) -> str:
    address = ("--option", "environment=simulator", "--option", f"base_url={house.url}/services/")
    return home.run("connect", "add", "claimmd", "--name", "Claim.MD", *address, *more, given=given, code=code).output


def add_pms(home: Home, pms: Simulator) -> str:
    told = {
        "environment": "simulator",
        "login_url": f"{pms.url}/practicemanager/xmlrpc/processrequest.aspx",
        "office_key": "999001",
        "appname": "SIMAPP",
    }
    options = [part for name, value in told.items() for part in ("--option", f"{name}={value}")]
    secrets = f"# of the simulator\nusername=SIMUSER\n\npassword={WORD}\n"
    return home.run(
        "connect", "add", "advancedmd", "--name", "Office", *options, "--secrets-from", "-", given=secrets
    ).output


def secrets_of(home: Home) -> dict[str, str]:
    services = home.services()
    with services.database.read(services.access.organisations()[0].id) as work:
        (connection,) = services.connections.all(work)
        kept = services.connections.credentials(work, connection).secrets
    services.close()
    return {name: value.reveal(Purpose.AUTHENTICATE) for name, value in kept.items()}


def test_the_connectors_are_listed_with_what_they_can_do(empty: Home) -> None:
    rows = {row["vendor"]: row for row in empty.json("connect", "vendors")}
    assert "ReadsChanges" in rows["advancedmd"]["capabilities"]
    assert "DeliversRemittances" in rows["claimmd"]["capabilities"]
    shown = empty.run("connect", "vendors", "advancedmd").stdout
    assert "office_key" in shown
    assert "password" in shown
    assert "connect.unknown_vendor" in empty.run("connect", "vendors", "nobody", code=1).stderr


def test_a_clearinghouse_is_connected_and_tested(clocked: Home, house: Simulator) -> None:
    told = add_house(clocked, house)
    assert KEY not in told
    assert 'chartline connect test "Claim.MD"' in told
    assert "link-provider" not in told
    assert clocked.run("connect", "test", "Claim.MD").stdout.startswith("It works.")
    assert clocked.json("connect", "test", "Claim.MD")["ok"] is True
    (row,) = clocked.json("connect", "list")
    assert (row["name"], row["vendor"], row["enabled"]) == ("Claim.MD", "claimmd", True)
    assert KEY not in clocked.run("connect", "list", "--json").output


def test_what_a_connection_can_do_runs_by_itself(clocked: Home, house: Simulator) -> None:
    add_house(clocked, house)
    names = [row["schedule"] for row in clocked.json("sync", "status")["schedules"]]
    assert {name for name in names if name.endswith("/Claim.MD")} == {
        f"{job}/Claim.MD"
        for job in (
            "claims.reports",
            "claims.submit",
            "clearinghouse.archive",
            "clearinghouse.desk",
            "coverage.round",
            "coverage.sweep",
            "payers.list",
            "remits.list",
        )
    }


def test_a_wrong_key_is_told_by_the_test_with_the_next_step(clocked: Home, house: Simulator) -> None:
    add_house(clocked, house, given="SIM-WRONG\n")
    told = clocked.run("connect", "test", "Claim.MD", code=1).stderr
    assert told.startswith("claimmd.")
    assert "Next step: " in told
    assert clocked.json("connect", "test", "Claim.MD", code=1)["ok"] is False


def test_a_practice_system_is_connected_with_secrets_from_standard_input(clocked: Home, pms: Simulator) -> None:
    told = add_pms(clocked, pms)
    assert WORD not in told
    assert "link-provider" in told
    assert secrets_of(clocked) == {"username": "SIMUSER", "password": WORD}
    assert "Set the option profile" in clocked.run("connect", "test", "Office").stdout


def test_secrets_come_from_a_file(clocked: Home, house: Simulator, tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"account_key={KEY}\n")
    add_house(clocked, house, "--secrets-from", str(file), given="")
    assert secrets_of(clocked) == {"account_key": KEY}


@pytest.mark.parametrize("text", ["account_key\n", "account_key=\n", "acount_key=SIM-1\n", "", "SIM-VALUE-ALONE\n"])
def test_secrets_that_cannot_be_read_store_nothing_and_are_not_repeated(
    clocked: Home, house: Simulator, text: str
) -> None:
    told = add_house(clocked, house, "--secrets-from", "-", given=text, code=1)
    assert "cli.bad_secrets" in told
    assert "SIM-" not in told
    assert clocked.json("connect", "list") == []


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(clocked: Home, house: Simulator) -> None:
    told = add_house(clocked, house, "--option", "account_key=SIM-TYPED", code=2)
    assert "account_key is a secret" in told
    assert "SIM-TYPED" not in told
    assert "SIM-FORGOTTEN" not in add_house(clocked, house, "--option", "SIM-FORGOTTEN", code=2)


def test_options_that_the_connector_refuses_store_nothing(clocked: Home, house: Simulator) -> None:
    told = clocked.run("connect", "add", "advancedmd", "--name", "Office", given=f"SIMUSER\n{WORD}\n", code=1).stderr
    assert "advancedmd.bad_option" in told
    assert '"option": "office_key"' in told
    assert "connect.unknown_environment" in add_house(clocked, house, "--option", "environment=moon", code=1)
    assert clocked.json("connect", "list") == []


def test_a_name_is_taken_once(clocked: Home, house: Simulator) -> None:
    add_house(clocked, house)
    assert "connect.name_taken" in add_house(clocked, house, code=1)


def test_a_connection_is_switched_off_and_on_with_its_schedules(clocked: Home, house: Simulator) -> None:
    add_house(clocked, house)
    clocked.run("connect", "disable", "Claim.MD")
    assert clocked.json("connect", "list")[0]["enabled"] is False
    assert {row["state"] for row in clocked.json("sync", "status")["schedules"]} == {"switched off"}
    clocked.run("connect", "enable", "Claim.MD")
    assert clocked.json("connect", "list")[0]["enabled"] is True
    assert {row["state"] for row in clocked.json("sync", "status")["schedules"]} == {"waiting"}


def test_options_change_one_at_a_time_and_only_to_what_the_connector_takes(clocked: Home, pms: Simulator) -> None:
    add_pms(clocked, pms)
    profile = clocked.run("connect", "set", "Office", "--option", "profile=1").output
    assert 'chartline connect test "Office"' in profile
    told = clocked.run("connect", "set", "Office", "--option", "zone=Mars/Olympus", code=1).stderr
    assert '"option": "zone"' in told
    assert "advancedmd.bad_option" in clocked.run("connect", "set", "Office", "--unset", "office_key", code=1).stderr
    assert "Say what to change" in clocked.run("connect", "set", "Office", code=2).stderr
    assert "no billing profile" in clocked.run("connect", "test", "Office", code=1).stderr


def test_one_secret_is_replaced_and_the_others_stay(clocked: Home, pms: Simulator) -> None:
    add_pms(clocked, pms)
    told = clocked.run("connect", "set", "Office", "--secret", "password", given="a new word\n").output
    assert "a new word" not in told
    assert secrets_of(clocked) == {"username": "SIMUSER", "password": "a new word"}
    clocked.run("connect", "set", "Office", "--secrets-from", "-", given="username=OTHER\n")
    assert secrets_of(clocked) == {"username": "OTHER", "password": "a new word"}
    assert "username, password" in clocked.run("connect", "set", "Office", "--secret", "pin", code=2).stderr


def test_a_provider_is_linked_once_and_moved_only_on_purpose(clocked: Home, pms: Simulator) -> None:
    add_pms(clocked, pms)
    arguments = ("connect", "link-provider", "Office", "--npi", "1999999992", "--profile")
    assert "practice.no_provider" in clocked.run(*arguments, "1", code=1).stderr
    person = ("--npi", "1999999992", "--family", "Invented", "--given", "Iris", "--taxonomy", "103TC0700X")
    clocked.run("practice", "add-provider", *person)
    assert clocked.run(*arguments, "1").stdout == "Linked.\n"
    assert clocked.run(*arguments, "1").stdout == "They were linked already.\n"
    assert "sync.linked_otherwise" in clocked.run(*arguments, "2", code=1).stderr
    assert clocked.run(*arguments, "2", "--replace").stdout == "Linked.\n"


def test_a_connection_that_is_not_there_is_told(home: Home) -> None:
    for verb in ("test", "enable", "disable"):
        assert "connect.not_connected" in home.run("connect", verb, "Nobody", code=1).stderr


def test_synchronisation_is_made_due_now(clocked: Home, pms: Simulator, house: Simulator) -> None:
    add_pms(clocked, pms)
    add_house(clocked, house)
    assert clocked.run("sync", "run", "--only", "visits").stdout.startswith("Due now: sync.pull_visits/Office\n")
    assert clocked.run("sync", "run").stdout.count("Due now") == 3
    assert "connect.cannot" in clocked.run("sync", "run", "Claim.MD", code=1).stderr
    clocked.run("connect", "disable", "Office")
    assert clocked.run("sync", "run", "Office").stdout.count("Switched off") == 3


def test_the_status_shows_how_much_of_each_budget_is_used(clocked: Home, house: Simulator) -> None:
    add_house(clocked, house)
    clocked.run("connect", "test", "Claim.MD")
    (budget,) = clocked.json("sync", "status")["budgets"]
    assert (budget["tier"], budget["used"], budget["allowed"]) == ("account", 1, 90)
    assert "Failed jobs: 0" in clocked.run("sync", "status").stdout
