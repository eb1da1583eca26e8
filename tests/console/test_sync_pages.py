"""The pages of synchronisation: what they say, what their forms do, and who may send them."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.console.sync_world import Synced, synchronise
from tests.domains.money_world import counted
from tests.support.filled import Filled

from chartline.connectors.advancedmd.problems import PRIVILEGE_MISSING
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import LetterFilter, list_letters
from chartline.domains.sync.merge import Owner
from chartline.domains.sync.owners import owners_of
from chartline.domains.sync.runs import RunFilter, SyncRun, What, list_runs
from chartline.domains.sync.settings import Frequency, pilot_patients, read_settings
from chartline.domains.sync.tables import sync_change_table
from chartline.flows.syncing.eligibility import NOT_LINKED
from chartline.kernel.sealed import Purpose
from chartline.platform.audit.trail import audit_table


@pytest.fixture(scope="module")
def synced(filled: Filled) -> Synced:
    return synchronise(filled)


def runs(filled: Filled, what: What) -> tuple[SyncRun, ...]:
    with filled.services.database.read(filled.organisation) as work:
        return list_runs(work, RunFilter(what=what)).runs


def merging(synced: Synced) -> str:
    return f"/conflicts/{synced.office}/patient/{synced.merging}"


def shown(text: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- at a glance ------------------------------------------------------------------------------------------------------


def test_the_board_says_what_waits_what_runs_and_when_it_is_over(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("biller")
    words = shown(client.get("/sync").text)
    assert "Waiting to go out 2" in words
    assert "Not taken 3" in words
    assert "120 of 320, expected to end" in words
    assert "120 from Mar 10, 18:00" in words
    assert not [value for value in filled.world.private_values() if value in words]


def test_sync_now_puts_the_runs_in_line(filled: Filled, synced: Synced, entry: Entry) -> None:
    before = {what: len(runs(filled, what)) for what in (What.PULL_PATIENTS, What.PULL_VISITS, What.PUSH)}
    client = entry("biller")
    answer = send(client, f"/sync/{synced.office}/run", what="now")
    assert answer.headers["location"] == "/sync?said=started"
    assert {what: number + 1 for what, number in before.items()} == {what: len(runs(filled, what)) for what in before}


def test_the_switch_asks_once_more(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("administrator")
    address = f"/sync/{synced.office}/switch"
    assert send(client, address, word="stop").status_code == 400
    send(client, address, word="stop", sure="yes")
    try:
        assert send(client, f"/sync/{synced.office}/run", what="now").status_code == 409
        assert "Switch on" in client.get("/sync").text
        assert "disabled" in shown(client.get("/").text)
    finally:
        send(client, address, word="start")
    send(client, address, word="pause")
    assert "paused" in shown(client.get("/sync").text)
    send(client, address, word="resume")


@pytest.mark.parametrize("role", ["front_desk", "clinician"])
def test_who_may_not_start_anything_sees_no_button_and_is_refused(synced: Synced, entry: Entry, role: str) -> None:
    client = entry(role)
    assert "Sync now" not in client.get("/sync").text
    assert send(client, f"/sync/{synced.office}/run", what="now").status_code == 403
    assert send(client, f"/patients/{synced.merging}/sync", connection=synced.office).status_code == 403
    assert send(client, "/visits/sync", connection=synced.office).status_code == 403
    assert send(client, f"/connections/{synced.office}/settings").status_code == 403


def test_a_census_that_agrees_says_so(synced: Synced, entry: Entry) -> None:
    words = shown(entry("biller").get(f"/sync/runs/{synced.census}").text)
    assert "they agree" in words
    assert "by Ola Ownerson" in words


# --- log and letters --------------------------------------------------------------------------------------------------


def test_the_log_is_filtered_and_downloaded_without_values(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("biller")
    patient = filled.patients[2]
    text = client.get("/sync/log", params={"record": patient, "direction": "in"}).text
    assert text.count("/exchanges/") == 1
    answer = client.get("/sync/log?direction=in&outcome=created&as=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows and {(row["direction"], row["outcome"]) for row in rows} == {("in", "created")}
    assert answer.headers["content-disposition"] == 'attachment; filename="sync-log.csv"'
    assert not [value for value in filled.world.private_values() if value in answer.text]
    assert "Nothing to show." in client.get("/sync/log?from=2026-03-11").text


def test_letters_go_out_again_one_by_one_ticked_or_all(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("biller")

    def letters() -> list[str]:
        with filled.services.database.read(filled.organisation) as work:
            return [f"{one.connection}/{one.kind}/{one.local_id}" for one in list_letters(work, LetterFilter()).letters]

    first, second, third = letters()
    assert "nothing_chosen" in send(client, "/sync/letters/retry", which="ticked").headers["location"]
    assert len(letters()) == 3
    send(client, "/sync/letters/retry", which="ticked", **{f"letter:{first}": "on"})
    assert letters() == [second, third]
    send(client, "/sync/letters/retry", which="all", code=PRIVILEGE_MISSING.code)
    assert letters() == [second]
    connection, kind, record = second.split("/")
    answer = send(
        client, "/sync/letters/discard", connection=connection, kind=kind, record=record, reason="done_by_hand"
    )
    assert "letter_discarded" in answer.headers["location"]
    assert letters() == []
    with filled.services.database.read(filled.organisation) as work:
        gone = work.row(work.select(sync_change_table).where(sync_change_table.c.local_id == record))
    assert gone is None


def test_an_unknown_word_is_shown_once_and_closed(synced: Synced, entry: Entry) -> None:
    client = entry("biller")
    text = client.get("/sync/unknown").text
    assert "They said" in text and "TELECHECK" in text and "arrived" in text
    address = re.search(r'action="(/sync/unknown/[^"]+)"', text)
    assert address is not None
    assert send(entry("front_desk"), address[1]).status_code == 403
    assert "seen_to" in send(client, address[1]).headers["location"]
    assert "No unknown words." in client.get("/sync/unknown").text


# --- conflicts --------------------------------------------------------------------------------------------------------


def test_the_merge_screen_shows_both_sides_who_and_when(synced: Synced, entry: Entry) -> None:
    words = shown(entry("front_desk").get(merging(synced)).text)
    assert "Agreed before 12 OLD MILL LANE" in words
    # The invented clock runs: the change is as old as the fixture.
    assert re.search(r"Ours 77 NEW POND COURT Mar 10, 11:\d\d, Ola Ownerson", words)
    assert "AdvancedMD office 12 OLD MILL LANE APT 4 Mar 10, 08:00" in words
    assert "(never)" in words


def test_a_visits_start_is_shown_and_typed_on_the_offices_wall(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, visit = entry("front_desk"), filled.visits[11]
    address = f"/conflicts/{synced.office}/visit/{visit}"
    assert "Mar 10, 2026, 09:30" in shown(client.get(address).text)
    send(client, address, **{"choice.start": "value", "value.start": "2026-03-10T13:15"})
    assert "Mar 10, 13:15" in client.get(f"/visits/{visit}").text


def test_a_case_is_decided_field_by_field_and_taken_back_as_one(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, page = entry("front_desk"), f"/patients/{synced.merging}"
    choices = {"choice.street": "theirs", "choice.city": "value", "value.city": "MIDDLE TESTVILLE"}
    answer = send(client, merging(synced), **choices, **{"choice.phone": "later"})
    assert answer.headers["location"] == f"{merging(synced)}?said=decided"
    text = client.get(page).text
    assert "12 OLD MILL LANE APT 4" in text and "MIDDLE TESTVILLE" in text and "5555550142" in text
    assert "5555550199" in client.get(merging(synced)).text
    decided = client.get("/conflicts?decided=true").text
    decision = re.search(r'/conflicts/decisions/[^"]+', decided)
    assert decision is not None
    send(client, decision[0])
    text = client.get(page).text
    assert "77 NEW POND COURT" in text and "LOWER TESTVILLE" in text
    assert shown(client.get(merging(synced)).text).count("Agreed before") == 3


def test_nothing_chosen_is_refused_and_changes_nothing(synced: Synced, entry: Entry) -> None:
    client = entry("front_desk")
    assert send(client, merging(synced), **{"choice.street": "later"}).status_code == 400
    assert send(client, merging(synced), all="both").status_code == 400
    assert shown(client.get(merging(synced)).text).count("Agreed before") == 3


def test_an_auditor_sees_no_choice_and_cannot_decide(synced: Synced, entry: Entry) -> None:
    client = entry("auditor")
    text = client.get(merging(synced)).text
    assert "77 NEW POND COURT" in text and 'type="radio"' not in text
    assert send(client, merging(synced), all="ours").status_code == 403


def test_a_settled_case_says_so(filled: Filled, synced: Synced, entry: Entry) -> None:
    address = f"/conflicts/{synced.office}/patient/{filled.patients[1]}"
    assert "Nothing is open here." in entry("front_desk").get(address).text


def test_each_look_at_a_conflict_is_in_the_audit_trail(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("front_desk")
    with filled.services.database.read(filled.organisation) as work:
        before = work.scalar(work.select(audit_table, sa.func.count()))
    client.get(merging(synced))
    with filled.services.database.read(filled.organisation) as work:
        newest = filled.services.audit.rows(work, limit=1)[0]
        assert work.scalar(work.select(audit_table, sa.func.count())) > before
    assert newest.event.action == "console.conflict"


# --- patient, visit, calendar -----------------------------------------------------------------------------------------


def test_a_patients_card_says_how_they_stand_and_starts_a_run(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, page = entry("biller"), f"/patients/{synced.merging}"
    words = shown(client.get(page).text)
    assert "pat70009" in words and "Decide the conflict" in words
    send(client, f"{page}/sync", connection=synced.office)
    (run, *_) = runs(filled, What.PATIENT)
    assert run.subject == synced.merging
    assert f"/sync/runs/{run.id}" in client.get(page).text
    answer = send(client, f"{page}/eligibility", connection=synced.office)
    assert (answer.status_code, "not there yet" in answer.text or "synchronise" in answer.text.lower()) == (409, True)


def test_a_card_links_to_the_vendors_page_only_when_it_is_known(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, page = entry("administrator"), f"/patients/{synced.merging}"
    assert "https://" not in client.get(page).text
    address = f"/connections/{synced.office}/credentials"
    send(client, address, **{"option.patient_page": "https://office.example/chart/{id}"})
    text = client.get(page).text
    assert 'href="https://office.example/chart/pat70009"' in text and "noreferrer" in text
    send(client, address, **{"option.patient_page": "javascript:alert(1)//{id}"})
    assert "javascript:" not in client.get(page).text
    send(client, address, **{"option.patient_page": ""})


def test_charges_of_somebody_else_are_shown_and_decided(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, page = entry("biller"), f"/visits/{synced.asked}"
    words = shown(client.get(page).text)
    assert "Other charges stand on this visit" in words and "99213" in words and "$145.00" in words
    assert send(client, f"{page}/charge-question", choice="perhaps").status_code == 400
    assert "charges_decided" in send(client, f"{page}/charge-question", choice="keep").headers["location"]
    assert "Other charges stand" not in client.get(page).text


def test_a_charged_visit_is_billed_from_its_page(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, page = entry("biller"), f"/visits/{filled.visits[3]}"
    assert "Bill now" in client.get(page).text
    assert "said=billing" in send(client, f"{page}/bill").headers["location"]


def test_charges_of_a_visit_that_is_not_there_cannot_be_asked_about(
    filled: Filled, synced: Synced, entry: Entry
) -> None:
    answer = send(entry("biller"), f"/visits/{filled.visits[20]}/there", connection=synced.office)
    assert answer.status_code == 200
    assert NOT_LINKED.say in answer.text


def test_the_week_counts_what_is_not_there_and_sends_it(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("biller")
    words = shown(client.get("/visits/week").text)
    assert "Mar 9, 2026 to Mar 15, 2026, 24" in words
    assert re.search(r"1[0-2] visits of this week are not at AdvancedMD office as here\.", words)
    assert "10 more" in words
    sent = {"connection": synced.office, "first": "2026-03-09", "last": "2026-03-15"}
    answer = send(client, "/visits/sync", **sent)
    (run, *_) = runs(filled, What.BULK)
    assert answer.headers["location"] == f"/visits/week?day=2026-03-09&run={run.id}&said=started"
    text = client.get(answer.headers["location"]).text
    assert f'hx-get="/visits/week/progress/{run.id}"' in text
    assert "Sending visits" in client.get(f"/visits/week/progress/{run.id}").text
    assert send(client, "/visits/sync", **{**sent, "first": "2026-03-19"}).status_code == 400


def test_the_day_lists_where_each_visit_stands(synced: Synced, entry: Entry) -> None:
    words = shown(entry("front_desk").get("/visits").text)
    assert words.count(" synced ") >= 10 and " not there yet " in words


# --- a connection -----------------------------------------------------------------------------------------------------


def test_a_connection_shows_its_evidence_and_no_secret(filled: Filled, synced: Synced, entry: Entry) -> None:
    text = entry("administrator").get(f"/connections/{synced.office}").text
    assert not [secret for secret in filled.world.secrets() if secret in text]
    words = shown(text)
    assert "operations are unverified" in words
    assert "checkclaimstatus" in words and "asked for by this product, never seen" in words


def test_a_test_that_fails_says_why_in_plain_words(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("administrator")
    answer = send(client, f"/connections/{synced.office}/test")
    assert answer.status_code == 200
    assert re.search(r'<div class="note bad" role="status"><p><b>[A-Z][^<]+\.</b></p><p>[A-Z]', answer.text)
    with filled.services.database.read(filled.organisation) as work:
        event = filled.services.audit.rows(work, limit=1)[0].event
    assert (event.action, event.detail["ok"]) == ("connection.test", "false")


def test_settings_are_saved_as_they_stand_on_the_form(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, address = entry("administrator"), f"/connections/{synced.office}/settings"
    form = {"patients": "hourly", "visits": "real_time", "push": "manual", "daily_hour": "4", "log_days": "2500"}
    send(client, address, **form, push_patients="on", push_coverages="on")
    with filled.services.database.read(filled.organisation) as work:
        found = read_settings(work, synced.office)
    assert (found.patients, found.push, found.daily_hour) == (Frequency.HOURLY, Frequency.MANUAL, 4)
    assert (found.push_patients, found.push_visits, found.pilot, found.enabled) == (True, False, False, True)
    assert send(client, address, **{**form, "daily_hour": "25"}).status_code == 400
    assert send(client, address, **{**form, "daily_hour": "noon"}).status_code == 400


def test_who_wins_is_chosen_field_by_field_and_audited(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("administrator")
    send(client, f"/connections/{synced.office}/owners", **{"patient.email": "ours", "patient.family": "ask"})
    with filled.services.database.read(filled.organisation) as work:
        assert owners_of(work, synced.office)[Kind.PATIENT]["email"] is Owner.OURS
        assert filled.services.audit.rows(work, limit=1)[0].event.action == "sync.owner"
    assert send(client, f"/connections/{synced.office}/owners", **{"patient.email": "mine"}).status_code == 400


def test_a_secret_is_replaced_and_an_empty_field_keeps_it(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, services = entry("administrator"), filled.services
    address = f"/connections/{synced.office}/credentials"
    answer = send(client, address, **{"secret.password": "a  new one ", "secret.username": ""})
    assert "credentials_saved" in answer.headers["location"]
    with services.database.read(filled.organisation) as work:
        secrets = services.connections.credentials(work, services.connections.get(work, synced.office)).secrets
    opened = {name: secret.reveal(Purpose.AUTHENTICATE) for name, secret in secrets.items()}
    assert opened == {"username": filled.world.username, "password": "a  new one "}
    assert "a  new one" not in client.get(f"/connections/{synced.office}").text
    refused = send(client, address, **{"option.environment": "the moon"})
    assert (refused.status_code, "moon" in refused.text) == (422, False)


def test_the_address_for_the_vendor_is_shown_once(synced: Synced, entry: Entry) -> None:
    client, page = entry("administrator"), f"/connections/{synced.office}"
    made = re.search(r"/hooks/[\w-]{20,}", send(client, f"{page}/hook-address").text)
    assert made is not None
    assert made[0] not in client.get(page).text
    assert "hook_ended" in send(client, f"{page}/hook-address/end").headers["location"]
    assert send(entry("biller"), f"{page}/hook-address").status_code == 403


def test_the_pilot_group_is_kept_from_both_pages(filled: Filled, synced: Synced, entry: Entry) -> None:
    client, patient = entry("administrator"), filled.patients[3]
    form = {"patients": "real_time", "visits": "real_time", "push": "real_time", "daily_hour": "2", "log_days": "2192"}
    send(client, f"/connections/{synced.office}/settings", **form, pilot="on", push_patients="on")
    assert "not in the pilot group" in client.get(f"/patients/{patient}").text
    send(client, f"/patients/{patient}/pilot", connection=synced.office, word="add")
    assert "Take out" in client.get(f"/connections/{synced.office}").text
    back = {"connection": synced.office, "word": "take", "from": "connection"}
    assert send(client, f"/patients/{patient}/pilot", **back).headers["location"].startswith("/connections/")
    with filled.services.database.read(filled.organisation) as work:
        assert pilot_patients(work, synced.office) == frozenset()
    send(client, f"/connections/{synced.office}/settings", **form, push_patients="on", push_visits="on")


def test_the_pages_of_a_record_cost_few_queries(filled: Filled, synced: Synced, entry: Entry) -> None:
    client = entry("owner")
    for where in (f"/patients/{synced.merging}", f"/visits/{synced.asked}", merging(synced), "/conflicts", "/sync"):
        client.get(where)
        with counted(filled.services.database) as statements:
            client.get(where)
        assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 50, where
