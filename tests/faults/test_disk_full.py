"""A full disk: every surface says so, nothing that was confirmed is lost, and work goes on when there is room."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.console.sending import form_token
from tests.faults.installation import Installation, eventually, installation
from tests.faults.space import Full, by_ballast, by_quota, small_disk

from chartline.flows.practice_sync import PUSH

pytestmark = pytest.mark.faults
PATIENTS = (1, 2, 3, 5, 39, 40, 41, 42, 43)

SAY = "The disk with the database is full; the change was not stored."
DO = "Free some space on the disk of the data folder, then do it again. Nothing that was confirmed is lost."
PERSON = {"family": "Neverstored", "given": "Nora", "birth_date": "1980-05-06", "sex": "F"}


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Installation, Full]]:
    """An installation, and the way to take its space away: a file system that is full, else a quota."""
    folder = tmp_path_factory.mktemp("cramped")
    with small_disk(folder / "disk", "24m") as disk:
        home, full = (disk, by_ballast) if disk else (folder / "quota", by_quota)
        home.mkdir(exist_ok=True)
        with installation(home, template=sqlite_template, patients=PATIENTS) as made:
            yield made, full


def test_every_surface_says_that_the_disk_is_full(cramped: tuple[Installation, Full]) -> None:
    place, full = cramped
    place.newcomer()
    patients = len(place.get("/api/patients/")["patients"])
    place.page()
    browser = place.clients[1]
    token = form_token(browser)
    taken = full(place)
    try:
        answer = place.post("/api/patients/", PERSON)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (507, "database.disk_full")
        assert (problem["say"], problem["do"]) == (SAY, DO)
        page = browser.post("/patients/new", data={**PERSON, "form_token": token})
        assert (page.status_code, SAY in page.text, DO in page.text) == (507, True, True)
        told = place.cli("connect", "test", "AdvancedMD")
        assert (1, [f"database.disk_full: {SAY}", f"Next step: {DO}"]) == (told.code, told.err.splitlines()[:2])
    finally:
        taken.give_back()
    assert patients == len(place.get("/api/patients/")["patients"])
    assert place.post("/api/patients/", PERSON).status_code == 201


def test_the_worker_outlives_a_full_disk_and_gives_signs_of_life_afterwards(
    cramped: tuple[Installation, Full],
) -> None:
    place, full = cramped
    eventually(lambda: place.workers() == 1)
    log = place.folder / "data" / "logs" / "worker.jsonl"
    place.newcomer()
    taken = full(place)
    try:
        assert place.post("/api/patients/", PERSON).status_code == 507
        eventually(lambda: _stands_still(log))  # until there is no room for a line of the log either
        assert place.processes["worker"].alive
    finally:
        taken.give_back()
    eventually(lambda: place.workers() == 1)
    place.do(PUSH, connection=place.advancedmd)
    assert (place.unsent(), place.waiting_jobs()) == (0, [])


def _stands_still(file: Path) -> bool:
    """Whether a file that is written several times a second is not."""
    size = file.stat().st_size
    time.sleep(0.8)
    return size == file.stat().st_size


@pytest.mark.parametrize("restarted", [True, False])
def test_a_write_whose_answer_could_not_be_stored_is_looked_up_and_not_sent_again(
    cramped: tuple[Installation, Full], restarted: bool
) -> None:
    place, full = cramped
    place.newcomer()
    place.pass_by(minutes=2)
    added = place.vendors.office_counters()["patients_added"]
    place.break_next("advancedmd", "addpatient", "delay", seconds=300.0)
    place.put(PUSH, connection=place.advancedmd)
    eventually(lambda: place.vendors.office_counters()["patients_added"] > added)
    taken = full(place)
    try:
        # The answer comes now, and there is no room for it.
        eventually(lambda moment=place.keeper.now() + timedelta(minutes=7): place.keeper.now() > moment)
    finally:
        taken.give_back()
    if restarted:
        place.stop_worker()
        place.start_worker()
    place.play(seconds=20)
    states = {(state, sends) for state, sends, _ in place.intents("add_patient")}
    assert ({("done", 1)}, place.vendors.office_counters()["patients_with_same_identity"]) == (states, 0)
    assert (place.unsent(), place.waiting_jobs()) == (0, [])
