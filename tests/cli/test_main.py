"""The command as a whole: quick, taught by its help, quiet in pipes, and clear when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import FilledHome, Home

from chartline.cli.main import COMMANDS, group

HEAVY = ("dbos", "sqlalchemy", "litestar", "cryptography", "httpx2", "rich", "alembic")
LISTS = [
    ("claim", "list"),
    ("era", "list"),
    ("connect", "list"),
    ("sync", "log"),
    ("sync", "conflicts"),
    ("token", "list"),
    ("practice", "providers"),
]


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = import_module(f"chartline.cli.{name}").command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", one) for each, one in command.commands.items())


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from chartline.cli.main import group; "
        "import chartline.cli.options; assert CliRunner().invoke(group, ['--help']).exit_code == 0; "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_command_that_runs_no_job_does_not_load_the_engine(home: Home) -> None:
    script = (
        "import sys; from click.testing import CliRunner; from chartline.cli.main import group; "
        "assert CliRunner().invoke(group, ['claim', 'list']).exit_code == 0; print('dbos' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | home.environment)
    assert found.stdout.strip() == "False"


def test_every_command_is_named_in_the_help_and_explains_itself() -> None:
    text = CliRunner().invoke(group, ["--help"]).output
    assert [name for name in COMMANDS if f"  {name} " not in text] == []
    for name, command in every_command():
        shown = CliRunner().invoke(command, ["--help"])
        assert shown.exit_code == 0, name
        assert command.help, name


def test_every_option_of_every_command_has_a_name_that_says_it_or_a_help() -> None:
    plain = {"street", "unit", "city", "npi", "family", "given", "middle", "role", "ready", "name"}
    silent = [
        f"{name} {option.name}"
        for name, command in every_command()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and option.name not in plain
    ]
    assert silent == []


def test_a_secret_is_no_option_of_any_command() -> None:
    names = {part for _, command in every_command() for option in command.params for part in option.opts}
    assert {"--password", "--secret-value", "--account-key", "--token"} & names == set()


def test_an_unknown_command_is_wrong_usage(home: Home) -> None:
    assert "No such command" in home.run("claims", code=2).stderr
    assert "No such command" in home.run("claim", "lists", code=2).stderr


def test_an_installation_without_a_practice_says_how_to_begin(empty: Home) -> None:
    for command in LISTS:
        told = empty.run(*command, code=1).stderr
        assert told.startswith("cli.no_practice: There is no practice yet.\nNext step: Create one with")
    assert "chartline user create" in empty.run("user", "list").stdout


def test_an_empty_list_names_the_next_step_and_is_still_json_and_csv(home: Home) -> None:
    for command in LISTS:
        assert home.run(*command).stdout.strip()
        assert home.json(*command) == []
        assert home.run(*command, "--csv").stdout.count("\n") == 1


def test_json_and_csv_together_are_wrong_usage(home: Home) -> None:
    assert "Choose one of --json and --csv" in home.run("claim", "list", "--json", "--csv", code=2).stderr


def test_with_several_practices_one_must_be_named(home: Home) -> None:
    home.run("user", "create", "--practice", "Second", "--email", "two@example.org", "--password-stdin", given="x" * 20)
    assert "cli.which_practice" in home.run("claim", "list", code=1).stderr
    assert "cli.unknown_practice" in home.run("claim", "list", "--practice", "Third", code=1).stderr
    assert home.json("claim", "list", "--practice", "Second") == []


def test_a_wrong_setting_is_told(home: Home) -> None:
    file = home.folder / "chartline.toml"
    file.write_text("colour = 'blue'\n")
    assert "settings.invalid" in home.run("claim", "list", "--config", str(file), code=1).stderr


def test_a_database_that_is_not_there_is_told_without_its_password(home: Home) -> None:
    url = "postgresql+psycopg://nobody:hidden-word@127.0.0.1:1/nothing"
    told = home.run("claim", "list", "--database", url, code=1)
    assert "database.unreachable" in told.stderr
    assert "hidden-word" not in told.output
    told = home.run("claim", "list", "--database", "no such address hidden-word", code=1)
    assert "settings.invalid" in told.stderr
    assert "hidden-word" not in told.output


def test_the_commands_work_on_postgresql(empty: Home, postgresql_url: str) -> None:
    there = ("--database", postgresql_url)
    owner = ("--practice", "Juniper Hollow Test", "--email", "owner@example.org", "--password-stdin")
    empty.run("user", "create", *owner, *there, given="an invented long password")
    for command in LISTS:
        assert empty.json(*command, *there) == []
    assert empty.json("sync", "status", *there)["schedules"] == []
    assert "claims.not_found" in empty.run("claim", "show", "C000001", *there, code=1).stderr
    assert "no such living token" in empty.run("token", "revoke", "none", *there, code=1).stderr


@pytest.mark.parametrize("arguments", [("claim", "list", "--json"), ("claim", "rules"), ("era", "list", "--csv")])
def test_a_pipe_that_was_closed_leaves_no_traceback(filled: FilledHome, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "chartline.cli.main", *arguments]
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, env=os.environ | filled.environment, check=False
        )
    assert ended.stderr == b""
    assert ended.returncode == 1
