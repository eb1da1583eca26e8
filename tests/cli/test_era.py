"""Remittances: shown to the cent, loaded from disk once, released on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.conftest import FilledHome, Home
from tests.domains.remittances import decided, raw, remittance

from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose


def x12(*parts: Any, **changes: Any) -> bytes:
    return raw(remittance(*parts, **changes)).reveal(Purpose.STORE)


def sent_claim(home: FilledHome) -> dict[str, Any]:
    return home.json("claim", "list", "--word", "accepted")[0]


def paid_in_full(claim: dict[str, Any], trace: str = "EFT70001") -> bytes:
    total = claim["total"]["minor"]
    return x12(decided(claim["number"], total, total - 2500, ("PR-3", 2500)), trace=trace)


def test_remittances_are_listed_by_state(filled: FilledHome) -> None:
    assert {row["id"] for row in filled.json("era", "list")} == set(filled.made.remittances)
    (held,) = filled.json("era", "list", "--state", "held")
    assert held["id"] == filled.made.remittances[1]
    assert held["findings"]


def test_every_cent_is_shown_in_words_and_accounts(filled: FilledHome) -> None:
    found = filled.json("era", "show", filled.made.remittances[0])
    assert found["sound"] is True
    lines = [line for claim in found["claims"] for line in claim["lines"]]
    paid = sum(line["amount"]["minor"] for line in lines if line["account"] == "cash.payer")
    assert paid == found["remittance"]["amount"]["minor"]
    text = filled.run("era", "show", filled.made.remittances[0]).stdout
    assert "receivable.patient" in text
    assert "stays open" in text
    assert "chartline era match" in text


def test_names_stay_closed_unless_they_are_asked_for(filled: FilledHome) -> None:
    identity = filled.made.remittances[0]
    closed = filled.run("era", "show", identity).stdout + filled.run("era", "show", identity, "--json").stdout
    assert "ZZYZXDOTTIR" not in closed
    assert "QUILLON ZZYZXDOTTIR" in filled.run("era", "show", identity, "--with-names").stdout
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        looks = [row.event for row in services.audit.rows(work) if row.event.action == "cli.remittance.show"]
    services.close()
    assert [(one.purpose, one.count) for one in looks] == [("show", 4)]


def test_a_file_is_taken_in_matched_and_posted(filled: FilledHome, tmp_path: Path) -> None:
    claim, file = sent_claim(filled), tmp_path / "advice.835"
    file.write_bytes(paid_in_full(claim))
    told = filled.run("era", "load", str(file)).stdout
    assert "is posted, 1 claims, 1 ledger entries" in told
    now = filled.json("claim", "show", claim["number"])["claim"]
    assert now["word"] == "paid"
    assert now["paid"]["minor"] == claim["total"]["minor"] - 2500


def test_the_same_file_twice_posts_nothing_twice(filled: FilledHome, tmp_path: Path) -> None:
    claim, file, copy = sent_claim(filled), tmp_path / "a.835", tmp_path / "b.835"
    file.write_bytes(paid_in_full(claim))
    copy.write_bytes(paid_in_full(claim))
    filled.run("era", "load", str(file))
    (again, other) = filled.json("era", "load", str(file), str(copy))["remittances"]
    assert (again["known"], again["entries"], other["known"], other["entries"]) == (True, 0, True, 0)
    assert again["id"] == other["id"]
    assert "nothing is posted twice" in filled.run("era", "load", str(copy)).stdout


def test_the_file_is_kept_as_it_came(filled: FilledHome, tmp_path: Path) -> None:
    from chartline.platform.exchange import ExchangeFilter

    content, file = paid_in_full(sent_claim(filled)), tmp_path / "advice.835"
    file.write_bytes(content)
    filled.run("era", "load", str(file))
    services = filled.services()
    with services.database.read(filled.made.organisation) as work:
        (entry,) = services.exchanges.entries(work, ExchangeFilter(connection="file"), limit=5).entries
        kept = services.exchanges.read(work, entry.id).request.reveal(Purpose.SHOW)
    services.close()
    assert kept == content


def test_bad_files_are_told_and_the_others_go_on(filled: FilledHome, tmp_path: Path) -> None:
    content = paid_in_full(sent_claim(filled))
    files = {
        "cut.835": content[: len(content) // 2],
        "page.835": b"<html>Sign in to the portal</html>",
        "empty.835": b"",
        "good.835": content,
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    names = [str(tmp_path / name) for name in (*list(files)[:3], "none.835", "good.835")]
    told = filled.run("era", "load", *names, code=1)
    assert told.stderr.count("not taken in") == 4
    for code in ("x12.truncated", "x12.unreadable", "cli.unreadable_file"):
        assert f"{code}: " in told.stderr
    assert told.stdout.count("is posted") == 1
    assert len(filled.json("era", "list")) == 3
    refused = filled.json("era", "load", *names, code=1)["refused"]
    assert [Path(one["file"]).name for one in refused] == ["cut.835", "page.835", "empty.835", "none.835"]


def test_a_file_whose_sums_disagree_is_held_and_released_on_purpose(filled: FilledHome, tmp_path: Path) -> None:
    claim, file = sent_claim(filled), tmp_path / "wrong.835"
    total = claim["total"]["minor"]
    file.write_bytes(x12(decided(claim["number"], total, total), trace="EFT70002", amount=Money(total + 100)))
    assert "is held, its sums disagree" in filled.run("era", "load", str(file)).stdout
    (row,) = [one for one in filled.json("era", "list", "--state", "held") if one["trace"] == "EFT70002"]
    assert "chartline era release" in filled.run("era", "show", row["id"]).stdout
    filled.run("era", "release", row["id"], given="n\n", code=1)
    assert filled.json("era", "show", row["id"])["remittance"]["state"] == "held"
    assert "posted, 1 claims" in filled.run("era", "release", row["id"], given="y\n").stdout
    assert "remits.not_held" in filled.run("era", "release", row["id"], "--yes", code=1).stderr


def test_a_part_is_matched_by_hand(filled: FilledHome) -> None:
    identity, claim = filled.made.remittances[0], sent_claim(filled)
    assert "claims.not_found" in filled.run("era", "match", identity, "4", "C999999", code=1).stderr
    assert claim["number"] in filled.run("era", "match", identity, "4", claim["number"]).stdout
    assert "remits.matched_already" in filled.run("era", "match", identity, "4", claim["number"], code=1).stderr


def test_an_unmatched_payment_waits_as_unapplied_and_says_so(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "stranger.835"
    file.write_bytes(x12(decided("X42", 9000, 9000)))
    assert "1 parts match no claim of ours" in home.run("era", "load", str(file)).stdout
    (row,) = home.json("era", "list")
    assert "unapplied.payer" in home.run("era", "show", row["id"]).stdout


def test_a_remittance_that_is_not_there_is_told(home: Home) -> None:
    unknown = "01980000-0000-7000-8000-000000000000"
    for command in (("show", unknown), ("release", unknown)):
        assert "remits.not_found" in home.run("era", *command, code=1).stderr
    assert home.run("era", "load", code=2).stderr
