"""Key numbers, what they open to, and reports, over HTTP."""

from __future__ import annotations

from decimal import Decimal

import httpx2
import pytest

from chartline.domains.reports import MEASURES, REPORTS

SPAN = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
KPIS = "/api/billing/dashboard/kpis"


def test_key_numbers_have_the_names_that_billing_modules_expect(api: httpx2.Client) -> None:
    answer = api.get(KPIS, params=SPAN)
    found = answer.json()
    assert {
        "totalBilled",
        "totalCollected",
        "collectionRate",
        "denialRate",
        "avgPaymentLag",
        "claimsByStatus",
    } <= set(found)
    assert found["totalBilled"] > found["totalCollected"] > 0
    assert 0 < found["collectionRate"] < 1
    statuses = {one["status"]: one["count"] for one in found["claimsByStatus"]}
    listed = api.get("/api/claims", params={"word": "denied"}).json()["claims"]
    assert statuses["denied"] == len(listed)
    assert {"draft", "paid", "closed"} <= set(statuses)


def test_every_number_opens_to_rows_that_add_up_to_it(api: httpx2.Client) -> None:
    for name in MEASURES:
        total, count, cursor = Decimal(0), 0, None
        while True:
            params = {**SPAN, "limit": 5, **({"cursor": cursor} if cursor else {})}
            page = api.get(f"/api/billing/dashboard/figures/{name}", params=params).json()["data"]
            total += sum(Decimal(str(row["amount"])) for row in page["rows"])
            count += len(page["rows"])
            cursor = page["next"]
            if cursor is None:
                break
        assert (Decimal(str(page["amount"])), page["count"]) == (total, count), name


@pytest.mark.parametrize("by", ["payer", "provider", "place", "procedure", "day", "week", "month"])
def test_numbers_told_apart_add_up(api: httpx2.Client, by: str) -> None:
    whole = api.get(KPIS, params=SPAN).json()
    parts = api.get(f"{KPIS}/by/{by}", params=SPAN).json()["data"]
    assert sum(Decimal(str(one["totalBilled"])) for one in parts) == Decimal(str(whole["totalBilled"]))


def test_what_was_known_earlier_is_less(api: httpx2.Client) -> None:
    then = api.get(KPIS, params={**SPAN, "asOf": "2026-03-01"}).json()
    assert (then["totalBilled"], then["collectionRate"]) == (0, None)


def test_each_number_is_defined(api: httpx2.Client) -> None:
    found = {one["name"]: one for one in api.get("/api/billing/dashboard/definitions").json()["data"]}
    assert "Denied / decided" in found["denial_rate"]["formula"]
    assert set(found["denial_rate"]["opens"]) == {"denied", "decided"}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_reports_are_listed_and_read(api: httpx2.Client, name: str) -> None:
    listed = api.get("/api/billing/reports").json()["data"]
    assert name in {one["name"] for one in listed}
    page = api.get(f"/api/billing/reports/{name}", params={**SPAN, "limit": 3}).json()["data"]
    assert all(set(row["cells"]) == {one["key"] for one in page["report"]["columns"]} for row in page["rows"])


def test_what_does_not_exist_is_refused(api: httpx2.Client) -> None:
    for where, code in (
        ("/api/billing/dashboard/figures/nonsense", "reports.no_figure"),
        ("/api/billing/reports/nonsense", "reports.no_report"),
        ("/api/billing/reports/denials?sort=nonsense", "reports.no_column"),
        (f"{KPIS}?startDate=2026-03-02&endDate=2026-03-01", "reports.bad_span"),
        (f"{KPIS}?startDate=0001-01-01&endDate=9999-12-31", "reports.bad_span"),
        ("/api/billing/dashboard/figures/billed?cursor=x", "reports.bad_cursor"),
    ):
        assert api.get(where).json()["code"] == code, where
