"""Plans, dead letters and replays on the command line."""

from __future__ import annotations

from tests.cli.conftest import FilledHome

from chartline.connectors.advancedmd.problems import CARRIER_UNKNOWN
from chartline.domains.sync.changes import note_changes_for
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import bury
from chartline.domains.sync.outgoing import pending

OFFICE = "AdvancedMD office"


def wait(filled: FilledHome, number: int = 2, *, dead: bool = False) -> list[str]:
    """So many patients wait to be sent, or are dead letters; their ids."""
    services, made = filled.services(), filled.made
    with services.database.work(made.organisation) as work:
        connection = services.connections.of_vendor(work, "advancedmd").id
        chosen = made.patients[-number:]
        note_changes_for(work, connection, [(Kind.PATIENT, each) for each in chosen])
        page = pending(work, services.records, services.vault, connection, Kind.PATIENT)
        for item in page.items if dead else ():
            bury(work, item, CARRIER_UNKNOWN.problem(), 1)
    services.close()
    return chosen


def actions(filled: FilledHome) -> list[str]:
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        found = [row.event.action for row in services.audit.rows(work)]
    services.close()
    return found


def test_a_plan_names_records_fields_and_costs_and_no_values(filled: FilledHome) -> None:
    patients = wait(filled)
    (told,) = filled.json("sync", "plan", OFFICE)
    writes = [write for write in told["writes"] if write["record"] in patients]
    assert [write["operation"] for write in writes] == ["add_patient", "add_patient"]
    assert {"family", "birth_date"} <= set(writes[0]["fields"])
    assert sum(cost["calls"] for cost in told["costs"]) >= 4
    shown = filled.run("sync", "plan").stdout
    assert "2 of 2 would be sent" in shown
    assert filled.run("sync", "run", "--plan").stdout == shown
    assert filled.run("sync", "plan", "--csv").stdout.startswith("connection,kind,operation,record")


def test_a_plan_of_nothing_says_so(filled: FilledHome) -> None:
    assert "0 of 0 would be sent" in filled.run("sync", "plan", OFFICE).stdout
    assert "connect.cannot" in filled.run("sync", "plan", "Clearinghouse", code=1).stderr


def test_dead_letters_are_listed_sent_again_and_discarded(filled: FilledHome) -> None:
    first, second = wait(filled, dead=True)
    rows = filled.json("sync", "letters", "--connection", OFFICE)
    assert {(row["record"], row["code"], row["do"]) for row in rows} == {
        (each, CARRIER_UNKNOWN.code, CARRIER_UNKNOWN.do) for each in (first, second)
    }
    assert filled.json("sync", "letters", "--kind", "visit") == []
    told = filled.json("sync", "explain", OFFICE, "patient", first)
    assert (told["code"], told["would_send"]["operation"]) == (CARRIER_UNKNOWN.code, "add_patient")
    assert "family" in told["would_send"]["fields"]
    assert CARRIER_UNKNOWN.do in filled.run("sync", "explain", OFFICE, "patient", first).stdout
    assert len(filled.json("sync", "letters")) == 2
    assert "Name records" in filled.run("sync", "retry", code=2).stderr
    assert filled.run("sync", "retry", first).stdout.startswith("To be sent again: 1.")
    filled.run("sync", "discard", OFFICE, "patient", second, "done_by_hand")
    assert "sync.no_letter" in filled.run("sync", "discard", OFFICE, "patient", second, "duplicate", code=1).stderr
    assert "No dead letters" in filled.run("sync", "letters").stdout
    assert filled.run("sync", "retry", "--all").stdout == "To be sent again: 0.\n"
    assert {"letter.retry", "letter.discard"} <= set(actions(filled))


def test_a_replay_of_what_is_not_there_is_told(filled: FilledHome) -> None:
    unknown = "01980000-0000-7000-8000-000000000000"
    assert "replay.no_event" in filled.run("sync", "replay", unknown, code=1).stderr
    line = filled.json("sync", "log", "--outcome", "conflict")[0]["id"]
    assert "replay." in filled.run("sync", "replay", line, code=1).stderr
