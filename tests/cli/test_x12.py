"""``chartline x12``: exit codes and JSON for scripts, words for people, nothing of patients unless asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chartline.cli.main import group
from chartline.formats.x12.acknowledgement import read_277ca, read_999, read_ta1
from chartline.formats.x12.check import check

CORPUS = Path(__file__).parents[1] / "formats" / "x12" / "corpus"
CLEAN = CORPUS / "835" / "plain_claim.x12"
WRONG = CORPUS / "835" / "bad_claim_sum.x12"
WARNED = CORPUS / "835" / "warning_phone.x12"
PAGE = CORPUS / "835" / "bad_html_page.x12"
CLAIMS = CORPUS / "837p" / "wrong_npi_check_digit.x12"


def run(*arguments: str | Path, code: int = 0, given: bytes | None = None) -> Result:
    result = CliRunner().invoke(group, ["x12", *map(str, arguments)], input=given, prog_name="chartline")
    assert result.exit_code == code, (result.output, result.exception)
    return result


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", CLEAN), 0),
        (("check", WRONG), 1),
        (("check", WARNED), 0),
        (("check", WARNED, "--strict"), 1),
        (("check", PAGE), 2),
        (("check", CLEAN, PAGE, WRONG), 2),
        (("check", "no such file"), 2),
        (("check", CORPUS), 2),
        (("check",), 2),
        (("stats", CLEAN), 0),
        (("stats", WRONG), 0),
        (("stats", PAGE), 2),
        (("show", WRONG), 0),
        (("show", PAGE), 2),
        (("show", CLEAN, "--raw"), 2),
        (("explain", CLEAN), 0),
        (("explain", WRONG), 1),
        (("explain", PAGE), 2),
        (("diff", CLEAN, CLEAN), 0),
        (("diff", CLEAN, WRONG), 1),
        (("diff", CLEAN, PAGE), 2),
        (("ack", CORPUS / "837p" / "office_visit.x12"), 0),
        (("ack", CLAIMS), 1),
        (("ack", PAGE), 2),
        (("redact", WRONG), 0),
        (("redact", PAGE), 2),
        (("build", PAGE), 2),
        (("check", CLEAN, "--json", "--markdown"), 2),
    ],
)
def test_exit_codes(arguments: tuple[str | Path, ...], code: int) -> None:
    run(*arguments, code=code)


def test_a_check_says_where_what_and_what_to_do() -> None:
    text = run("check", WRONG, code=1).stdout
    assert f"{WRONG}: CLP04@18 x12.balance_claim: A claim is not paid" in text
    assert "found 100.00, expected 105.00" in text
    assert "Next step: " in text
    assert text.splitlines()[-1] == f"{WRONG}: 1 error, 0 warnings in 1 transaction, 25 segments"
    assert run("check", CLEAN).stdout == f"{CLEAN}: clean, 1 transaction, 30 segments\n"


def test_the_problems_of_one_file_are_a_list() -> None:
    (found,) = json.loads(run("check", WRONG, "--json", code=1).stdout)
    assert found["code"] == "x12.balance_claim"
    assert (found["level"], found["severity"]) == (3, "error")
    assert found["place"]["short"] == "CLP04@18"
    assert found["place"].keys() >= {
        "byte",
        "segment",
        "segment_id",
        "path",
        "element",
        "component",
        "repetition",
        "in_transaction",
        "interchange",
        "group",
        "transaction",
    }
    assert (found["found"], found["expected"]) == ("100.00", "105.00")
    assert all(found[name] for name in ("say", "why", "do"))
    assert json.loads(run("check", CLEAN, "--json").stdout) == []


def test_a_value_that_names_somebody_is_masked() -> None:
    (masked,) = json.loads(run("check", CLAIMS, "--json", code=1).stdout)
    assert masked["found"] is None
    assert masked["masked"] is True
    assert masked["ik4"]
    (open_one,) = json.loads(run("check", CLAIMS, "--json", "--values", code=1).stdout)
    assert open_one["found"].isdigit()
    assert "masked" not in open_one
    assert open_one["found"] not in run("check", CLAIMS, code=1).stdout
    assert open_one["found"] in run("check", CLAIMS, "--values", code=1).stdout


def test_several_files_are_one_object_a_line_and_the_run_goes_on() -> None:
    found = lines(run("check", CLEAN, PAGE, WRONG, "missing", "--json", code=2).stdout)
    assert [Path(each["file"]).name for each in found] == [CLEAN.name, PAGE.name, WRONG.name, "missing"]
    assert found[0]["problems"] == []
    assert found[1]["error"].startswith("x12.unreadable: ")
    assert found[2]["problems"][0]["code"] == "x12.balance_claim"
    assert found[3]["error"].startswith("cli.no_file: ")


def test_markdown_is_a_table() -> None:
    text = run("check", WRONG, "--markdown", code=1).stdout
    assert "| CLP04@18 | 2000/2100 | error | `x12.balance_claim` |" in text


def test_companion_rules_and_own_lists(tmp_path: Path) -> None:
    rules = tmp_path / "payer.companion"
    rules.write_text(
        "companion mine\ntitle Mine\nfor 005010X221A1\nin 2100\n"
        '  rule x12.mine.account value CLP01 like Z.* "Say." "Do."\n'
        '  advice x12.mine.amount need AMT[ZZ] "Say." "Do."\n'
    )
    found = json.loads(run("check", CLEAN, "--companion", rules, "--json", code=1).stdout)
    assert {(one["code"], one["severity"], one["level"]) for one in found} == {
        ("x12.mine.account", "error", 7),
        ("x12.mine.amount", "warning", 7),
    }
    table = tmp_path / "carc.list"
    table.write_text("list carc\ntitle Reasons\nclosed yes\n1  One\n")
    assert "x12.element_code" in run("check", CLEAN, "--list", table, code=1).stdout
    table.write_text("nonsense\n")
    assert "x12.bad_table" in run("check", CLEAN, "--list", table, code=2).stderr


def test_most() -> None:
    file = CORPUS / "837p" / "wrong_fifty_one_lines.x12"
    data = file.read_bytes().replace(b"HC:", b"QQ:")
    found = json.loads(run("check", "-", "--json", "--most", "3", code=1, given=data).stdout)
    assert [one["code"] for one in found].count("x12.enough") == 1
    assert len(found) == 4


def test_stats() -> None:
    keys = "interchanges transactions types claims charged paid plb segments bytes problems warnings".split()
    found = json.loads(run("stats", WRONG, "--json").stdout)
    assert list(found) == keys
    assert found["types"] == {"835": 1}
    assert (found["charged"], found["paid"], found["plb"]) == ("150.00", "100.00", "0.00")
    assert (found["bytes"], found["problems"], found["warnings"]) == (WRONG.stat().st_size, 1, 0)
    several = lines(run("stats", CLEAN, PAGE, WRONG, "--json", code=2).stdout)
    assert [next(iter(each)) for each in several] == ["file"] * 3
    assert several[1].keys() >= {"file", "error"}
    assert several[2] == {"file": str(WRONG)} | found
    assert "1 x 835" in run("stats", CLEAN, WRONG).stdout


def test_show_is_a_tree_with_problems_beside() -> None:
    text = run("show", WRONG).stdout
    assert "2100 Claim" in text
    before, after = text.split("! CLP04@18 x12.balance_claim")
    assert (
        before.splitlines()[-2].strip().startswith("18           CLP Claim: ") or "CLP Claim" in before.splitlines()[-2]
    )
    assert "CAS Adjustment of the claim" in after
    assert "•••" in text
    raw = run("show", WRONG, "--raw", "--values").stdout
    assert "CLP*" in raw
    assert "**2100 Claim**" in run("show", WRONG, "--markdown").stdout


def test_show_json_and_build_give_the_file_again(tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text(run("show", WRONG, "--json").stdout)
    assert run("build", form).stdout_bytes == WRONG.read_bytes()
    output = tmp_path / "again.835"
    run("build", form, "-o", output)
    assert output.read_bytes() == WRONG.read_bytes()
    assert "x12.bad_form" in run("build", WRONG, code=2).stderr


def test_explain() -> None:
    text = run("explain", CLEAN).stdout
    assert "Every sum agrees." in text
    assert "SAMPLE" not in text
    assert "SAMPLE" in run("explain", CLEAN, "--values").stdout
    found = json.loads(run("explain", CLEAN, "--json").stdout)
    assert [section["kind"] for section in found] == ["payment", "claim", "end"]
    assert "## Claim 1" in run("explain", CLEAN, "--markdown").stdout
    assert "was rejected" in run("explain", CORPUS / "999" / "rejected.x12", code=1).stdout


def test_standard_input() -> None:
    data = WRONG.read_bytes()
    assert "x12.balance_claim" in run("check", "-", given=data, code=1).stdout
    assert json.loads(run("stats", "-", "--json", given=data).stdout)["claims"] == 1
    assert "2100 Claim" in run("show", "-", given=data).stdout
    assert "Claim 1" in run("explain", "-", given=data, code=1).stdout
    assert "0 differences" in run("diff", WRONG, "-", given=data).stdout
    assert b"ISA*" in run("redact", "-", given=data).stdout_bytes
    assert b"ST*999*" in run("ack", "-", given=data, code=1).stdout_bytes


def test_diff() -> None:
    found = json.loads(run("diff", CLEAN, WRONG, "--json", "--values", code=1).stdout)
    assert found
    assert all(each.keys() == {"where", "place", "label", "before", "after"} for each in found)
    assert "| where | place |" in run("diff", CLEAN, WRONG, "--markdown", code=1).stdout
    assert run("diff", CLEAN, CLEAN, "--json").stdout == "[]\n"


def test_answers(tmp_path: Path) -> None:
    output = tmp_path / "answer.x12"
    run(
        "ack",
        CLAIMS,
        "--999",
        "--ta1",
        "--277ca",
        "--control",
        "41",
        "--at",
        "2026-01-12T09:30:00",
        "-o",
        output,
        code=1,
    )
    data = output.read_bytes()
    # The claim answered has a provider whose NPI is wrong, and the answer names that provider.
    assert {problem.code for problem in check(data).problems} == {"x12.check_digit"}
    assert [one.is_accepted for one in read_ta1(data)] == [True]
    assert [one.is_accepted for one in read_999(data)] == [False]
    (claims,) = read_277ca(data)
    assert claims.receivers[0].totals.refused == 1
    controls = [line.split(b"*")[13] for line in data.split(b"~") if line.startswith(b"ISA*")]
    assert controls == [b"000000041", b"000000042", b"000000043"]
    run("ack", CLAIMS, "--999", "--control", "41", "--at", "2026-01-12T09:30:00", "-o", tmp_path / "other", code=1)
    again = run("ack", CLAIMS, "--999", "--control", "41", "--at", "2026-01-12T09:30:00", code=1).stdout_bytes
    assert again == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("name", ["837i/inpatient_stay", "837d/accident"])
def test_a_277ca_for_every_kind_of_claim(name: str) -> None:
    data = run("ack", CORPUS / f"{name}.x12", "--277ca").stdout_bytes
    (answer,) = read_277ca(data)
    assert answer.receivers[0].totals.accepted == 1


def test_an_acknowledgement_is_not_acknowledged() -> None:
    assert "Nothing in the file asks" in run("ack", CORPUS / "999" / "accepted.x12").stderr
    assert "Nothing in the file asks" in run("ack", CLEAN, "--277ca").stderr


def test_split(tmp_path: Path) -> None:
    file = CORPUS / "835" / "many_transactions.x12"
    assert "3 parts in" in run("split", file, "-o", tmp_path / "parts").stdout
    parts = sorted((tmp_path / "parts").iterdir())
    assert [part.name for part in parts] == [f"many_transactions-{number:04d}.x12" for number in (1, 2, 3)]
    assert run("check", *parts).stdout.count(": clean, ") == 3
    assert "cli.same_file" in run("split", file, "-o", tmp_path / "parts", code=2).stderr


def test_a_copy_to_share(tmp_path: Path) -> None:
    output = tmp_path / "share.x12"
    run("redact", WRONG, "-o", output)
    assert b"SAMPLE" not in output.read_bytes()
    assert "x12.balance_claim" in run("check", output, code=1).stdout
    assert "cli.same_file" in run("redact", output, "-o", output, code=2).stderr
    assert "cli.cannot_write" in run("redact", WRONG, "-o", tmp_path / "no" / "where", code=2).stderr


def test_a_strangers_control_characters_do_not_reach_the_terminal() -> None:
    data = CLEAN.read_bytes().replace(b"EXAMPLE HEALTH PLAN", b"EX\x1b[31mAMPLE\x07")
    for command in ("check", "show", "explain"):
        code = 1 if command == "check" else 0
        assert not {"\x1b", "\x07"} & set(run(command, "-", "--values", given=data, code=code).stdout)


def test_help_teaches_and_loads_no_codec() -> None:
    for name in ("show", "check", "explain", "ack", "split", "diff", "redact", "stats", "build"):
        assert f"  chartline x12 {name} " in run(name, "--help").stdout
    script = (
        "import sys; from click.testing import CliRunner; from chartline.cli.main import group; "
        "assert CliRunner().invoke(group, ['x12', '--help']).exit_code == 0; "
        "print([name for name in sys.modules if name.startswith(('chartline.formats', 'rich', 'sqlalchemy'))])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_pipe_that_was_closed_leaves_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "chartline.cli.main", "x12", "show", str(CORPUS / "837p" / "fifty_lines.x12")]
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert ended.stderr == b""
    assert ended.returncode == 1


def test_the_example_of_the_how_to_page_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "companion-guides.md").read_text()
    blocks = [block.partition("\n")[2] for block in page.split("```")[1::2]]
    rules, table = tmp_path / "payer.companion", tmp_path / "own.list"
    rules.write_text(
        next(block for block in blocks if "companion example_health\n" in block).replace("EXMPL|EXMP2", "00123")
    )
    table.write_text(next(block for block in blocks if block.startswith("list carc")))
    data = (CORPUS / "837p" / "office_visit.x12").read_bytes()
    given = ("--companion", rules, "--list", table, "--json")
    assert json.loads(run("check", "-", *given, given=data).stdout) == []
    wrong = (
        data.replace(b"CLM*", b"CLM*a-", 1)
        .replace(b"HI*", b"NTE*ADD*SEE CHART~\nHI*", 1)
        .replace(b"PRV*BI*PXC*207Q00000X~\n", b"")
    )
    found = {one["code"] for one in json.loads(run("check", "-", *given, given=wrong, code=1).stdout)}
    assert found >= {f"x12.example_health.{name}" for name in ("account", "notes", "taxonomy")}
