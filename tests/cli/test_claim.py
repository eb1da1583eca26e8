"""Claims of a practice in the middle of its day."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.cli.conftest import FilledHome


def families(home: FilledHome) -> set[str]:
    return {patient.family for patient in home.made.world.patients}


def rejected(home: FilledHome) -> str:
    (row,) = home.json("claim", "list", "--word", "rejected")
    return row["number"]


def test_claims_are_listed_and_filtered(filled: FilledHome) -> None:
    rows = filled.json("claim", "list")
    assert len(rows) == len(filled.made.claims)
    first = rows[0]
    assert filled.json("claim", "list", "--number", first["number"].lower()) == [first]
    mine = filled.json("claim", "list", "--payer", first["payer_id"])
    assert {row["payer_id"] for row in mine} == {first["payer_id"]}
    assert filled.json("claim", "list", "--from", "2027-01-01") == []
    assert len(filled.json("claim", "list", "--to", "2027-01-01")) == len(rows)
    assert filled.run("claim", "list", "--number", "C999999").stdout == "No such claim.\n"


def test_a_list_as_csv_holds_plain_amounts(filled: FilledHome) -> None:
    rows = list(csv.DictReader(io.StringIO(filled.run("claim", "list", "--csv").stdout)))
    total = filled.json("claim", "list", "--number", rows[0]["number"])[0]["total"]["minor"]
    assert rows[0]["total"] == f"{total // 100}.{total % 100:02d}"


def test_no_name_stands_in_a_list_or_a_claim_unless_it_is_asked_for(filled: FilledHome) -> None:
    number = rejected(filled)
    shown = "".join(
        filled.run(*command).stdout
        for command in (("claim", "list"), ("claim", "show", number), ("claim", "show", number, "--json"))
    )
    assert {name for name in families(filled) if name in shown} == set()
    assert "Subscriber not found" not in shown
    opened = filled.run("claim", "show", number, "--with-names").stdout
    assert len({name for name in families(filled) if name in opened}) == 1
    assert "A7:164: Subscriber not found at the payer" in opened


def test_a_look_at_names_is_in_the_audit_trail(filled: FilledHome) -> None:
    filled.run("claim", "show", rejected(filled), "--with-names")
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        (look,) = [
            row.event
            for row in services.audit.rows(work)
            if row.event.action == "cli.claim.show" and row.event.purpose == "show"
        ]
    services.close()
    assert look.actor.startswith("cli:")
    assert look.target is not None
    assert look.count == 4


def test_a_claim_shows_where_it_stands_and_everything_that_happened(filled: FilledHome) -> None:
    found = filled.json("claim", "show", rejected(filled))
    assert (found["claim"]["submission"], found["claim"]["word"]) == ("rejected", "rejected")
    assert [event["kind"] for event in found["history"]][-1] == "rejected"
    assert found["lines"][0]["amount"]["minor"] > 0
    text = filled.run("claim", "show", found["claim"]["id"]).stdout
    assert "The claim was rejected before any decision on payment." in text


def test_a_held_claim_names_the_rule_and_the_next_step(filled: FilledHome) -> None:
    held = filled.json("claim", "list", "--word", "draft")[0]
    told = filled.run("claim", "validate", held["number"], code=1).stdout
    assert "held by a rule" in told
    assert "Next step: " in told
    assert filled.json("claim", "validate", held["number"], code=1)["held"] is True


def test_a_claim_that_passes_is_ready(filled: FilledHome) -> None:
    number = filled.json("claim", "list", "--word", "validated")[0]["number"]
    assert filled.run("claim", "validate", number).stdout.startswith(f"{number}: ready to be sent.")


def test_a_claim_that_was_sent_is_not_validated_again(filled: FilledHome) -> None:
    assert "claims.in_flight" in filled.run("claim", "validate", rejected(filled), code=1).stderr


def test_a_claim_that_is_not_there_is_told(filled: FilledHome) -> None:
    for text in ("C999999", "01980000-0000-7000-8000-000000000000", "not a number"):
        assert "claims.not_found" in filled.run("claim", "show", text, code=1).stderr


def test_every_rule_is_listed_and_explained(filled: FilledHome) -> None:
    rules = filled.json("claim", "rules")
    assert len(rules) >= 150
    assert "Example" in filled.run("claim", "rules", "member_id").stdout
    assert "cli.no_rule" in filled.run("claim", "rules", "nothing", code=1).stderr


def test_a_claim_is_held_released_sent_again_and_printed(filled: FilledHome, tmp_path: Path) -> None:
    ready = filled.json("claim", "list", "--word", "validated")[0]["number"]
    assert filled.run("claim", "hold", ready, "asks the doctor").stdout.startswith(f"{ready}: held")
    assert filled.json("claim", "release", ready)["word"] == "validated"
    shown = f"CLM-{ready[1:]}"
    printed = filled.run("claim", "paper", shown, "--to", str(tmp_path)).stdout.strip()
    assert Path(printed).read_bytes().startswith(b"%PDF")
    assert filled.json("claim", "cancel", ready)["word"] == "cancelled"
    assert filled.json("claim", "reopen", ready)["word"] == "validated"
    sent = filled.json("claim", "list", "--word", "submitted")[0]["number"]
    refused = filled.run("claim", "void", sent, code=1)
    assert "cannot be done with the claim" in refused.output


def test_a_claim_is_previewed_for_each_house_without_names_unless_asked(filled: FilledHome) -> None:
    number = rejected(filled)
    (column,) = filled.json("claim", "preview", number)
    assert (column["vendor"], column["problem"]) == ("Claim.MD", None)
    segments = [segment["text"] for segment in column["segments"]]
    assert (segments[0][:3], segments[-1][:3]) == ("ISA", "IEA")
    upper = {name.upper() for name in families(filled)}
    assert not {name for name in upper if f"*{name}*" in "\n".join(segments)}
    opened = filled.run("claim", "preview", number, "--values").stdout
    assert len({name for name in upper if f"*{name}*" in opened}) == 1
