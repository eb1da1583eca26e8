"""How rows are printed."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from chartline.cli.listing import Form, facts, show, table, text
from chartline.kernel.money import Money

ROW = {"name": "Cedar", "paid": Money(-1205), "on": date(2026, 3, 2), "codes": ["CO-45", "PR-3"], "known": True}


def test_money_stands_to_the_right_and_text_to_the_left() -> None:
    rows = [{"payer": "Cedar", "paid": Money(500)}, {"payer": "A", "paid": Money(123450)}]
    assert table(rows, ("payer", "paid")).splitlines() == ["PAYER       PAID", "Cedar      $5.00", "A      $1,234.50"]


def test_csv_holds_plain_amounts_and_dates(capsys: pytest.CaptureFixture[str]) -> None:
    show([ROW], tuple(ROW), Form.CSV)
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row == {"name": "Cedar", "paid": "-12.05", "on": "2026-03-02", "codes": "CO-45 PR-3", "known": "true"}


def test_csv_marks_text_that_a_spreadsheet_would_take_for_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"payer": "=1+1"}, {"payer": "@SUM(A1)"}, {"payer": "Cedar, Inc."}], ("payer",), Form.CSV)
    assert capsys.readouterr().out == "payer\n'=1+1\n'@SUM(A1)\n\"Cedar, Inc.\"\n"


def test_json_holds_minor_units_as_the_api_does(capsys: pytest.CaptureFixture[str]) -> None:
    show([ROW], tuple(ROW), Form.JSON)
    assert json.loads(capsys.readouterr().out)[0]["paid"] == {"minor": -1205, "currency": "USD"}


def test_each_json_row_stands_on_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"a": 1}, {"a": 2}], ("a",), Form.JSON)
    assert capsys.readouterr().out == '[\n{"a":1},\n{"a":2}\n]\n'


def test_a_control_character_does_not_reach_the_terminal() -> None:
    assert text("CEDAR\x1b[2JPPO\n") == "CEDAR?[2JPPO?"


def test_moments_are_shown_in_utc() -> None:
    denver = timezone(timedelta(hours=-7))
    assert text(datetime(2026, 3, 2, 8, 0, tzinfo=denver)) == "2026-03-02 15:00Z"
    assert text(datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) == "2026-03-02 08:00Z"


def test_what_is_missing_is_a_dash() -> None:
    assert facts([("Posted", None), ("Payer's number", ""), ("Modifiers", ())]) == (
        "Posted          -\nPayer's number  -\nModifiers       -"
    )
