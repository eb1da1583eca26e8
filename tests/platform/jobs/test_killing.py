"""kill -9 between any two steps: nothing is lost, and what was finished is not done twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.platform.jobs import worker_process
from tests.support.waiting import until

from chartline.platform.database import Database
from chartline.platform.jobs import Jobs

pytestmark = pytest.mark.faults
Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


@pytest.fixture
def start(database: Database, folder: Path) -> Iterator[Start]:
    """Start a worker process; those that live at the end are killed."""
    processes: list[subprocess.Popen[str]] = []
    url = database.engine.url.render_as_string(hide_password=False)

    def go() -> subprocess.Popen[str]:
        command = [sys.executable, worker_process.__file__, url, str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "up"
        return process

    yield go
    for process in processes:
        process.kill()
        process.wait()


def put(database: Database, jobs: Jobs, job: str, number: int) -> list[str]:
    keys = [f"job{n}" for n in range(number)]
    with database.system() as work:
        for n, key in enumerate(keys):
            jobs.enqueue(work, job, worker_process.QUEUE, {}, key=key, organisation=f"org{n % 3}")
    return keys


def runs(folder: Path, step: str) -> dict[str, list[int]]:
    """The process ids of every run of a step, by job."""
    files = {file.name.partition("-")[2]: file.read_text().split() for file in folder.glob(f"{step}-*")}
    return {key: [int(line) for line in lines] for key, lines in files.items() if lines}


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def test_a_restarted_worker_goes_on_at_the_last_finished_step(
    database: Database, jobs: Jobs, folder: Path, start: Start
) -> None:
    keys = put(database, jobs, "gated", 8)
    first = start()
    until(lambda: len(runs(folder, "two")) == 4)
    caught = set(runs(folder, "two"))
    kill(first)
    (folder / "go").touch()
    start()
    until(lambda: jobs.counts()["done"] == 8)
    assert dict.fromkeys(keys, 1) == {key: len(ran) for key, ran in runs(folder, "one").items()}
    assert dict.fromkeys(keys, 1) == {key: len(ran) for key, ran in runs(folder, "three").items()}
    assert {key: 2 if key in caught else 1 for key in keys} == {k: len(ran) for k, ran in runs(folder, "two").items()}


def test_several_kills_at_any_moment_lose_nothing(database: Database, jobs: Jobs, folder: Path, start: Start) -> None:
    keys = put(database, jobs, "plain", 60)
    for _ in range(3):
        worker = start()
        time.sleep(random.uniform(0.1, 0.5))
        kill(worker)
    start()
    until(lambda: jobs.counts()["done"] == 60)
    for step in ("one", "two", "three"):
        assert set(keys) == set(runs(folder, step))
    repeated = Counter(len(ran) for step in ("one", "two", "three") for ran in runs(folder, step).values())
    assert sum(number - 1 for number in repeated.elements()) <= 3 * worker_process.QUEUE.concurrency


class TestPostgreSQL:
    """Where several workers live side by side."""

    @pytest.fixture
    def database_url(self, postgresql_url: str) -> str:
        return postgresql_url

    def test_a_living_worker_takes_over_from_a_killed_one(
        self, database: Database, jobs: Jobs, folder: Path, start: Start
    ) -> None:
        first, second = start(), start()
        keys = put(database, jobs, "gated", 6)
        until(lambda: {first.pid, second.pid} == {ran[0] for ran in runs(folder, "two").values()})
        until(lambda: len(runs(folder, "two")) == 6)
        caught = {key for key, ran in runs(folder, "two").items() if ran[0] == first.pid}
        time.sleep(2.0)  # until the second has been alive for long enough to judge
        kill(first)
        (folder / "go").touch()
        until(lambda: jobs.counts()["done"] == 6, 10)
        assert dict.fromkeys(keys, 1) == {key: len(ran) for key, ran in runs(folder, "one").items()}
        assert {key: 2 if key in caught else 1 for key in keys} == {
            key: len(ran) for key, ran in runs(folder, "two").items()
        }
