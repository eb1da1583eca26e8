"""A vendor that does not let us in: wrong password, locked account, wrong key. Nothing is lost, and no try too many."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.installation import Installation

from chartline.flows.claim_to_cash import REPORTS
from chartline.flows.coverage_sweep import SWEEP
from chartline.flows.practice_sync import PULL_PATIENTS, PUSH
from chartline.kernel.sealed import Sealed
from chartline.sandbox.world import DAY

pytestmark = pytest.mark.faults

ELSEWHERE = "Changed&<elsewhere>1"
SAY = "AdvancedMD does not accept the user name or password."
DO = "Correct the user name and password, then test the connection."


def office(place: Installation, **changes: object) -> None:
    """What AdvancedMD's administrator does to our account; sessions end."""
    place.simulators["advancedmd"].tell(f"offices/{place.world.office_key}", **changes)
    place.simulators["advancedmd"].tell("expire-tokens")
    place.pass_by(minutes=2)


def test_a_wrong_password_stops_work_says_so_and_loses_nothing(place: Installation, tmp_path: Path) -> None:
    place.newcomer()
    office(place, password=ELSEWHERE)
    waits, added = place.unsent(), place.vendors.office_counters()["patients_added"]
    for _ in range(4):
        place.do(PUSH, connection=place.advancedmd)
        place.do(PULL_PATIENTS, connection=place.advancedmd)
    assert (place.unsent(), place.vendors.office_counters()["patients_added"]) == (waits, added)
    # One try was made, whatever the number of jobs: a few more would have locked the account.
    assert place.vendors.office_snapshot()["locked"] is False
    seen = place.waiting_jobs()
    assert {"advancedmd.bad_login"} == {each["code"] for each in seen}
    assert {("practice", "after_fix", SAY)} == {(each["blame"], each["again"], each["say"]) for each in seen}
    assert SAY in place.desk() and DO in place.desk()
    told = place.cli("connect", "test", "AdvancedMD")
    assert (1, f"advancedmd.bad_login: {SAY}") == (told.code, told.err.splitlines()[0])
    assert f"Next step: {DO}" in told.err
    assert ELSEWHERE not in told.out + told.err + place.page("/connections")

    secret = tmp_path / "secret.txt"
    secret.write_text(f"password={ELSEWHERE}\n")
    assert place.cli("connect", "set", "AdvancedMD", "--secret", "password", "--secrets-from", str(secret)).code == 0
    place.run_again()
    assert place.waiting_jobs() == []
    place.must_have_arrived()
    # The old password for the next tests.
    office(place, password=place.world.password)
    with place.work() as work:
        place.services.connections.put_secrets(work, place.advancedmd, {"password": Sealed(place.world.password)})


def test_a_locked_account_waits_for_the_administrator_and_a_test_of_the_connection(place: Installation) -> None:
    place.newcomer()
    office(place, locked=True)
    waits = place.unsent()
    for _ in range(2):
        place.do(PUSH, connection=place.advancedmd)
    assert {"advancedmd.account_locked"} == {each["code"] for each in place.waiting_jobs()}
    assert place.unsent() == waits
    assert "AdvancedMD has locked this account" in place.desk()
    assert "unlock the API user, then test the connection" in place.desk()
    # A test of the connection signs in; the vendor takes one sign-in a minute.
    place.pass_by(minutes=2)
    answer = place.post(f"/api/connections/{place.advancedmd}/test-connection").json()
    assert (answer["ok"], answer["code"]) == (False, "advancedmd.account_locked")

    office(place, locked=False)
    place.run_again()
    # Nobody has said that it is in order again, so nothing was tried.
    assert {"advancedmd.account_locked"} == {each["code"] for each in place.waiting_jobs()}
    place.pass_by(minutes=2)
    told = place.cli("connect", "test", "AdvancedMD")
    assert (told.code, told.out[:9]) == (0, "It works.")
    place.run_again()
    assert place.waiting_jobs() == []
    place.must_have_arrived()


def test_a_wrong_account_key_stops_only_what_needs_it(place: Installation) -> None:
    with place.work() as work:
        place.services.connections.put_secrets(work, place.claimmd, {"account_key": Sealed("SIM-wrong-key-0001")})
    place.do(PULL_PATIENTS, connection=place.advancedmd)
    place.do(REPORTS, connection=place.claimmd)
    assert [(e["job"], e["code"]) for e in place.waiting_jobs()] == [("claims.reports", "claimmd.bad_key")]
    assert "Claim.MD does not accept the account key." in place.desk()
    told = place.cli("connect", "test", "Claim.MD")
    assert (told.code, told.err.startswith("claimmd.bad_key: Claim.MD does not accept the account key.")) == (1, True)
    assert "SIM-wrong" not in told.err + place.desk() + place.page("/connections")
    place.do(SWEEP, day=DAY.isoformat())
    failed = place.get("/api/jobs/issues")["issues"]
    with place.work() as work:
        place.services.connections.put_secrets(work, place.claimmd, {"account_key": Sealed(place.world.account_key)})
    place.run_again()
    assert place.waiting_jobs() == []
    answered = place.vendors.house_counters()["eligibility_checks"]
    assert len([each for each in failed if each["job"] == "coverage.check"]) == answered > 0
