"""Files in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.formats.x12.explain.conftest import CORPUS, problems_of, readable
from tests.formats.x12.explain.test_redact import identifying

from chartline.formats.x12.explain.explained import explained
from chartline.formats.x12.explain.statement import Section, as_json, as_markdown, as_text
from chartline.formats.x12.explain.stats import read_stats
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money


def sections(name: str) -> list[Section]:
    return list(explained(CORPUS / f"{name}.x12"))


def every(found: list[Section]) -> Iterator[Section]:
    for section in found:
        yield section
        yield from every(list(section.sections))


def text(found: list[Section], *, values: bool = False) -> str:
    return "\n".join(line for section in found for line in as_text(section, values=values))


def wrong(found: list[Section]) -> list[str]:
    return [remark for section in every(found) for remark in section.wrong]


def test_every_clean_file_is_explained() -> None:
    for file, data in readable():
        if problems_of(data) == []:
            found = list(explained(data))
            assert found, file.name
            assert text(found).strip()
            assert "\n".join(line for section in found for line in as_markdown(section, values=True))


def test_every_wrong_file_is_explained_or_refused_with_a_code() -> None:
    for _, data in readable():
        try:
            list(explained(data))
        except ChartlineError as error:
            assert error.problem.code.startswith("x12.")


def test_patients_are_masked() -> None:
    for file, data in readable()[::3]:
        if problems_of(data) != []:
            continue
        people = {
            value
            for kind, value in identifying(data)
            if kind in ("birth", "account") and len(value) > 5 and value.isalnum() and not value.startswith("1999")
        }
        shown = text(list(explained(data)))
        assert [value for value in people if value in shown] == [], file.name


def test_the_name_of_a_patient_is_shown_only_when_asked_for() -> None:
    found = sections("835/plain_claim")
    assert "SAMPLE" not in text(found)
    assert "SAMPLE" in text(found, values=True)
    assert "SAMPLE" not in repr(found)


def test_a_remittance_adds_up() -> None:
    for file in sorted((CORPUS / "835").glob("*.x12")):
        data = file.read_bytes()
        if problems_of(data) != [] or b"CUR*" in data:
            continue
        ends = [section for section in explained(data) if section.kind == "end"]
        paid = [
            row[1]
            for end in ends
            for table in end.tables
            if table.title == "sums"
            for row in table.rows
            if row[0] == "paid on all claims"
        ]
        assert Money.total([amount for amount in paid if isinstance(amount, Money)]) == read_stats(data).paid
        assert [end.remarks for end in ends if end.wrong] == []


def test_every_cent_of_a_claim() -> None:
    payment, one, two, end = sections("835/two_claims")
    assert [section.kind for section in (payment, one, two, end)] == ["payment", "claim", "claim", "end"]
    assert one.remarks == ("Of $150.00: $100.00 paid, $30.00 provider's write-off, $20.00 patient owes.",)
    adjustments = next(table for table in one.tables if table.title == "adjustments")
    assert adjustments.rows[1] == ("line 1", Money(2000), "patient", "PR-2", "Patient's coinsurance")
    assert end.remarks == ("Every sum agrees.",)


@pytest.mark.parametrize("name", ["bad_claim_sum", "bad_payment_sum", "bad_line_sum"])
def test_sums_that_do_not_agree(name: str) -> None:
    assert wrong(sections(f"835/{name}"))


def test_provider_adjustments() -> None:
    (end,) = [section for section in sections("835/six_provider_adjustments") if section.kind == "end"]
    table = next(table for table in end.tables if table.title == "provider adjustments")
    assert len(table.rows) == 7


@pytest.mark.parametrize(
    ("name", "count"), [("837p/family_of_patients", 0), ("837i/many_lines", 1), ("837d/accident", 1)]
)
def test_claims(name: str, count: int) -> None:
    found = sections(name)
    stats = read_stats(CORPUS / f"{name}.x12")
    assert len([section for section in found if section.kind == "claim"]) == stats.claims >= count
    (charged,) = found[-1].facts
    assert charged.value == stats.charged


def test_a_dependent_is_not_the_subscriber() -> None:
    claim = sections("837p/dependent_child")[0]
    facts = {fact.label: fact.value for fact in claim.facts}
    assert facts["Patient"] != facts["Subscriber"]
    assert facts["Patient is the subscriber's"] == "child"


def test_lines_that_do_not_add_up() -> None:
    assert "The lines add up to" in wrong(sections("837p/wrong_line_totals"))[0]


def test_an_answer_about_eligibility() -> None:
    found = text(sections("271/many_benefits"))
    assert "Coinsurance" in found
    assert "20 %" in found
    assert "$1,112.36" in found
    assert wrong(sections("271/subscriber_not_found")) == [
        "Subscriber refused: Subscriber not found. Then: Correct and send again."
    ]


def test_statuses() -> None:
    assert len(wrong(sections("277ca/some_refused"))) == 4
    assert wrong(sections("277ca/all_accepted")) == []
    assert "Pending" in text(sections("277/pending_with_lines"))


def test_an_authorization() -> None:
    assert wrong(sections("278r/certified")) == []
    assert wrong(sections("278r/not_certified"))


def test_an_acknowledgement_says_why_and_quotes_no_value() -> None:
    found = list(explained(CORPUS / "999" / "rejected.x12"))
    assert "NM109" in wrong(found)[0]
    assert "1999999985" not in text(found)
    assert "1999999985" in text(list(explained(CORPUS / "999" / "rejected.x12", values=True)))
    assert "Control number was received before" in wrong(sections("ta1/rejected"))[0]


def test_json_has_amounts_as_text() -> None:
    made = as_json(sections("835/plain_claim")[0], values=False)
    facts = made["facts"]
    assert isinstance(facts, dict)
    assert facts["Amount"] == "100.00"


def test_a_transaction_nobody_knows_is_left_to_the_tree(tmp_path: Path) -> None:
    data = (CORPUS / "271" / "covered.x12").read_bytes().replace(b"005010X279A1", b"005010X999")
    assert "chartline x12 show" in wrong(list(explained(data)))[0]
    assert "chartline x12 show" in text(sections("834/family"))
