"""The ledger from the command line: proven, closed, exported, and patients' statements on disk."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.cli.conftest import FilledHome, Home

from chartline.domains.ledger.accounts import INSURANCE
from chartline.domains.payments import Decided, MoveKind, decide
from chartline.domains.payments.open_amounts import open_claims
from chartline.flows.patient_money import office_day


def test_the_trial_balance_sums_to_zero_and_entries_open_from_an_account(filled: FilledHome) -> None:
    rows = filled.json("ledger", "trial-balance")
    assert sum(row["balance"]["minor"] for row in rows) == 0
    assert "Sum of all accounts: $0.00" in filled.run("ledger", "trial-balance").stdout
    cash = next(row["balance"]["minor"] for row in rows if row["account"] == "cash.payer")
    entries = filled.json("ledger", "entries", "--account", "cash.payer")
    assert sum(row["amount"]["minor"] for row in entries) == cash
    assert filled.run("ledger", "entries", "--account", "petty.cash", code=1)


def test_a_day_is_closed_once_and_opened_again(filled: FilledHome) -> None:
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        day = office_day(work).isoformat()
    services.close()
    assert "closed through" in filled.run("ledger", "day-close", day).stdout
    assert "ledger.day_not_closable" in filled.run("ledger", "day-close", day, code=1).output
    assert "open again" in filled.run("ledger", "day-reopen", day, "--reason", "a slip").stdout
    wrong = filled.run("ledger", "day-close", day, "--cash", "77777.00", code=1)
    assert "payments.day_does_not_balance" in wrong.output


def test_the_journal_balances_for_each_number(filled: FilledHome) -> None:
    span = ("--from", "2026-01-01", "--to", "2026-12-31")
    rows = list(csv.DictReader(io.StringIO(filled.run("ledger", "export", *span).stdout)))
    sums: dict[str, int] = {}
    for row in rows:
        amount = round(float(row["debit"] or 0) * 100) - round(float(row["credit"] or 0) * 100)
        sums[row["journal"]] = sums.get(row["journal"], 0) + amount
    assert sums
    assert not any(sums.values())
    assert filled.run("ledger", "export", *span, "--format", "iif").stdout.startswith("!TRNS\t")


def test_statements_that_are_due_are_written_into_a_folder(filled: FilledHome, tmp_path: Path) -> None:
    services = filled.services()
    with services.database.work(filled.made.organisation) as work:
        claim = next(one for one in open_claims(work, filled.made.claims).values() if one.insurance.minor >= 1000)
        decide(work, [Decided(MoveKind.TO_PATIENT, claim.id, INSURANCE, "not covered")], "user:x", office_day(work))
    services.close()
    filled.run("ledger", "statements", "--into", str(tmp_path / "letters"))
    files = list((tmp_path / "letters").iterdir())
    assert files
    assert all(one.read_bytes().startswith(b"%PDF-") for one in files)
    assert filled.run("ledger", "statements").stdout.startswith("0 statements")


def test_an_empty_ledger_says_what_comes_first(home: Home) -> None:
    assert "No entries yet" in home.run("ledger", "trial-balance").stdout
