"""A vendor that ends sessions, asks for a pause, answers with a web page or is away: work goes on by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.faults.installation import Installation, eventually

from chartline.connect.health import NEVER_CALLED, Standing, healths
from chartline.domains.coverage import checks
from chartline.domains.coverage.benefits import CheckState
from chartline.flows.claim_to_cash import REPORTS, SUBMIT
from chartline.flows.coverage_sweep import SWEEP
from chartline.flows.practice_sync import PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.sandbox.world import DAY

pytestmark = pytest.mark.faults
PATIENTS = (1, 2, 3, 4, 5, 39, 40, 41, 42, 43, 44)


def exchanges(place: Installation, operation: str) -> list[dict[str, str]]:
    """Calls of an operation as the API lists them, oldest first."""
    return list(reversed(place.get(f"/api/exchanges/?operation={operation}&limit=200")["exchanges"]))


def nothing_needs_anybody(place: Installation) -> None:
    assert (place.waiting_jobs(), place.codes()) == ([], [])
    assert "Sent without an answer" not in place.desk()


@pytest.mark.parametrize("style", ["fault", "401", "403"])
def test_a_session_that_ends_in_the_middle_is_renewed_once(place: Installation, style: str) -> None:
    place.simulators["advancedmd"].tell("options", expiry_style=style)
    place.newcomer()
    before = place.vendors.office_counters()
    place.pass_by(minutes=2)
    # The patient is added while the answer is slow; then every session ends, and the rest has to go on.
    place.break_next("advancedmd", "addpatient", "delay", seconds=90.0)
    place.put(PUSH, connection=place.advancedmd)
    eventually(lambda: place.vendors.office_counters()["patients_added"] > before["patients_added"])
    place.simulators["advancedmd"].tell("expire-tokens")
    place.play()
    after = place.vendors.office_counters()
    assert after["logins"] - before["logins"] in (1, 2)  # the first when no session was kept from the test before
    assert sum(after["faults"].values()) > sum(before["faults"].values())
    place.must_have_arrived()
    nothing_needs_anybody(place)


def test_a_vendor_that_asks_for_a_pause_gets_it(place: Installation) -> None:
    place.newcomer()
    for operation in ("lookuppatient", "addpatient", "addvisit"):
        place.break_next("advancedmd", operation, "refuse", status=429)
    place.do(PUSH, connection=place.advancedmd)
    place.must_have_arrived()
    tries = exchanges(place, "addpatient")[-2:]
    assert [each["status"] for each in tries] == [429, 200]
    first, second = (datetime.fromisoformat(each["started"]) for each in tries)
    assert second - first >= timedelta(seconds=60)
    assert ("done", 1) in {(state, sends) for state, sends, _ in place.intents("add_patient")}

    place.break_next("claimmd", "response", "refuse", status=429)
    asked = len(exchanges(place, "response"))
    place.do(REPORTS, connection=place.claimmd)
    assert len(exchanges(place, "response")) == asked + 2
    nothing_needs_anybody(place)


def test_web_pages_instead_of_answers_are_asked_again(place: Installation) -> None:
    place.newcomer()
    for operation in ("lookuppatient", "addpatient", "addinsurance", "addvisit"):
        place.break_next("advancedmd", operation, "html")
    place.break_next("claimmd", "response", "html", times=2)
    place.do(PUSH, connection=place.advancedmd)
    place.do(REPORTS, connection=place.claimmd)
    place.must_have_arrived()
    nothing_needs_anybody(place)
    # What the gateway said is kept, and told with what it means.
    (spoilt,) = [each for each in exchanges(place, "addvisit") if each["status"] == 502]
    kept = place.get(f"/api/exchanges/{spoilt['id']}")
    assert "Bad Gateway" in kept["response"]
    unknown = place.get("/api/sync/events?outcome=unknown")["events"]
    assert {"patient", "coverage", "visit"} <= {each["kind"] for each in unknown}
    assert "unknown" in place.cli("sync", "log", "--outcome", "unknown").out


def test_an_answer_cut_in_the_middle_of_a_page_of_json_is_asked_again(place: Installation) -> None:
    place.do(PULL_PATIENTS, connection=place.advancedmd)
    place.pass_by(minutes=20)
    place.break_next("advancedmd", "getupdatedvisits", "cut")
    place.do(PULL_VISITS, connection=place.advancedmd)
    known = [visit for visit in place.world.visits if visit.known]
    found = [place.local_visit(visit.number) for visit in known]
    assert None not in found and len(set(found)) == len(known)
    nothing_needs_anybody(place)


def is_down(place: Installation, connection: str) -> bool:
    """Whether so many calls had no answer that the vendor is left alone for a while."""
    with place.work() as work:
        return healths(work).get(connection, NEVER_CALLED).standing is Standing.DOWN


def test_a_practice_system_that_was_away_gets_everything_when_it_is_back(place: Installation) -> None:
    place.newcomer()
    place.kill_vendor("advancedmd")
    place.put(PUSH, connection=place.advancedmd)
    eventually(lambda: is_down(place, place.advancedmd))
    told = place.cli("connect", "test", "AdvancedMD")
    assert (told.code, told.err.startswith("connect.unreachable: The vendor cannot be reached")) == (1, True)
    assert "Next step: It is tried again by itself." in told.err
    assert "connect.unreachable" in place.page("/exchanges?outcome=refused")
    assert place.unsent() > 0
    place.start_vendor("advancedmd")
    place.play()
    place.must_have_arrived()
    nothing_needs_anybody(place)


def test_a_clearinghouse_that_was_away_gets_each_claim_once(place: Installation) -> None:
    seen = [each.number for each in place.world.visits if each.known and each.patient.number in (1, 2, 3)]
    for number in seen:
        place.see(number)
    place.play()
    place.kill_vendor("claimmd")
    place.put(SUBMIT, connection=place.claimmd)
    place.put(SWEEP, day=DAY.isoformat())
    eventually(lambda: is_down(place, place.claimmd))
    asking = place.page(f"/?day={DAY}").partition('id="eligibility"')[2].partition("</section>")[0]
    assert "failed" in asking
    answer = place.post(f"/api/connections/{place.claimmd}/test-connection").json()
    assert (answer["ok"], answer["code"]) == (False, "connect.unreachable")
    place.start_vendor("claimmd")
    place.play()
    counters = place.vendors.house_counters()
    assert (1, len(seen), 0) == (counters["uploads"], counters["claims_received"], counters["duplicates"])
    assert set(counters["claims_by_remote_id"].values()) == {1}
    with place.work() as work:
        answered = checks.counts(work, DAY, DAY)
    assert set(answered) <= {CheckState.ACTIVE, CheckState.INACTIVE}
    assert counters["eligibility_checks"] == sum(answered.values())
    words = {each["word"] for each in place.get("/api/claims/")["claims"]}
    assert words <= {"submitted", "accepted", "acknowledged"}
    nothing_needs_anybody(place)
