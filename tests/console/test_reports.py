"""The pages of reports: every number is a link, and every link shows rows that add up to it."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from tests.console.conftest import Entry
from tests.domains.money_world import counted
from tests.support.filled import Filled

from chartline.domains.reports import MEASURES, REPORTS
from chartline.kernel.money import Money

SPAN = "begin=2026-03-01&end=2026-03-31"


def links(text: str, begin: str) -> list[str]:
    return [unescape(one) for one in re.findall(rf'href="({re.escape(begin)}[^"]*)"', text)]


def test_every_number_of_the_overview_opens_to_rows_that_add_up_to_it(entry: Entry) -> None:
    client = entry("biller")
    page = client.get(f"/reports?{SPAN}")
    assert page.status_code == 200
    found = links(page.text, "/reports/figures/")
    assert len(found) > 20
    billed = client.get(next(one for one in found if "/billed?" in one)).text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/reports/figures/billed/rows.csv?{SPAN}").text)))
    total = sum(Money.parse(row["amount"]).minor for row in rows)
    assert total > 0
    assert Money(total).shown() in billed
    assert Money(total).shown() in page.text


def test_every_figure_has_a_page(entry: Entry) -> None:
    client = entry("biller")
    for name in MEASURES:
        page = client.get(f"/reports/figures/{name}?{SPAN}&known=2026-03-31")
        assert page.status_code == 200, name
    assert client.get("/reports/figures/nonsense").status_code == 404


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_is_shown_sorted_and_downloaded(filled: Filled, entry: Entry, name: str) -> None:
    client = entry("biller")
    where = f"/reports/lists/{name}"
    page = client.get(f"{where}?{SPAN}")
    assert page.status_code == 200
    assert REPORTS[name].title in page.text
    for address in links(page.text, f"{where}?"):
        assert client.get(address).status_code == 200, address
    for address in links(page.text, "/reports/figures/")[:3]:
        assert client.get(address).status_code == 200, address
    file = client.get(f"{where}/rows.csv?{SPAN}")
    assert file.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert not [value for value in filled.world.private_values() if value in file.text]


def test_a_patients_name_is_shown_with_a_look_recorded(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    services = filled.services
    with services.database.read(filled.organisation) as work:
        before = services.audit.rows(work, limit=1)[0].number
    text = client.get(f"/reports/lists/patient-balances?{SPAN}").text
    with services.database.read(filled.organisation) as work:
        after = services.audit.rows(work, limit=1)[0].number
    assert "/patients/" in text
    assert after > before


def test_the_digest_is_shown_and_downloaded_without_patient_values(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    page = client.get("/reports/digest?week=2026-03-09")
    assert "Week of Mar 9, 2026" in page.text
    file = client.get("/reports/digest.md?week=2026-03-11")
    assert file.text.startswith("# The week of 2026-03-09")
    for text in (page.text, file.text):
        assert not [value for value in filled.world.private_values() if value in text]


@pytest.mark.parametrize(
    "where", ["/reports", "/reports/digest", "/reports/lists/unpaid-claims", "/reports/figures/billed"]
)
def test_a_clinician_sees_no_numbers_and_a_page_costs_few_queries(filled: Filled, entry: Entry, where: str) -> None:
    assert entry("clinician").get(where).status_code == 403
    client = entry("owner")
    client.get(where)
    with counted(filled.services.database) as statements:
        assert client.get(where).status_code == 200
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 50


def test_odd_days_in_an_address_are_as_if_not_said(entry: Entry) -> None:
    client = entry("biller")
    assert client.get("/reports?begin=yesterday&end=0001-01-01&known=x&payer=%00%01").status_code == 200
    refused = client.get("/reports?begin=2026-03-31&end=2026-03-01")
    assert (refused.status_code, "no span" in refused.text) == (400, True)


def test_the_first_page_shows_money_that_opens(entry: Entry) -> None:
    client = entry("biller")
    found = links(client.get("/").text, "/reports/figures/")
    assert found
    assert all(client.get(one).status_code == 200 for one in found)
