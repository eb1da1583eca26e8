"""A command line over a real installation: an empty one, and a copy of a filled one for every test."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.api.filled import Filled, open_filled
from tests.conftest import create_tables

from chartline.app.services import Services, open_services
from chartline.cli.main import group
from chartline.kernel.clock import SystemClock
from chartline.kernel.settings import Settings
from chartline.platform.database import open_database

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


@pytest.fixture
def home(empty: Home) -> Home:
    """An installation with one practice and its owner."""
    arguments = ("user", "create", "--practice", PRACTICE, "--email", "owner@example.org", "--password-stdin")
    empty.run(*arguments, given=PASSWORD)
    return empty


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> FilledHome:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "data").mkdir()
    url = f"sqlite:///{folder / 'data' / 'chartline.db'}"
    database = open_database(url, SystemClock())
    create_tables(database)
    database.close()
    made = open_filled(url, folder)
    made.services.close()
    return FilledHome(folder, made)


@pytest.fixture
def filled(_template: FilledHome, tmp_path: Path) -> FilledHome:
    """A copy of the filled practice for one test."""
    shutil.copytree(_template.folder, tmp_path / "filled")
    return FilledHome(tmp_path / "filled", _template.made)
