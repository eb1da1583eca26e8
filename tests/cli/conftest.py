"""A command line over a real installation: an empty one, and a copy of a filled one for every test."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.support.filled import Filled, Played

from chartline.app.services import Services, open_services
from chartline.cli.main import group
from chartline.kernel.settings import Settings

PASSWORD = "an invented long password"
PRACTICE = "Juniper Hollow Test"


@dataclass(frozen=True)
class Home:
    """A folder with an installation, and the command line in it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the commands read their settings from."""
        clock = self.folder / "clock.json"
        return {"CHARTLINE_DATA": str(self.folder / "data")} | (
            {"CHARTLINE_CLOCK": str(clock)} if clock.exists() else {}
        )

    def run(self, *arguments: str, given: str | None = None, code: int = 0) -> Result:
        """Run a command; its exit code must be ``code``."""
        result = CliRunner().invoke(group, arguments, input=given, env=self.environment, prog_name="chartline")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What a command says with ``--json``."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def services(self) -> Services:
        """The opened installation; the caller closes it."""
        clock = self.folder / "clock.json"
        return open_services(Settings(data=str(self.folder / "data"), clock=str(clock) if clock.exists() else ""))


@dataclass(frozen=True)
class FilledHome(Home):
    """A practice in the middle of its day; ``made`` says what is in it, its services are closed."""

    made: Filled


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    """Nothing yet: the first command makes the database."""
    return Home(tmp_path)


@pytest.fixture(scope="session")
def _with_owner(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("owned"))
    arguments = ("user", "create", "--practice", PRACTICE, "--email", "owner@example.org", "--password-stdin")
    made.run(*arguments, given=PASSWORD)
    return made


@pytest.fixture
def home(_with_owner: Home, tmp_path: Path) -> Home:
    """An installation with one practice and its owner."""
    shutil.copytree(_with_owner.folder, tmp_path, dirs_exist_ok=True)
    return Home(tmp_path)


@pytest.fixture
def filled(played_sqlite: Played, tmp_path: Path) -> FilledHome:
    """A copy of the filled practice for one test."""
    shutil.copytree(played_sqlite.folder, tmp_path / "filled")
    return FilledHome(tmp_path / "filled", played_sqlite.made)
