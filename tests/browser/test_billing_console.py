"""A biller's day in Chromium: every billing page of a busy practice fits, and nothing on it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect
from tests.browser.billing_desk import Desk, busy_desk
from tests.browser.test_console import CHROMIUM, browser, opened, sign_in
from tests.support.filled import Filled
from tests.support.server import serving

__all__ = ["browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="THE CONSOLE WAS NOT LOOKED AT: there is no /usr/bin/chromium"),
]
WRONG = """() => {
  const wide = document.documentElement, found = [];
  if (wide.scrollWidth > wide.clientWidth) found.push('sideways');
  if (document.querySelectorAll('main h1').length !== 1) found.push('headings');
  for (const field of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea'))
    if (!field.labels?.length && !field.getAttribute('aria-label')) found.push('no label: ' + field.name);
  return found;
}"""
"""What is wrong with a page that no response tells."""


@pytest.fixture(scope="module")
def practice(filled_sqlite: Filled) -> Filled:
    """A filled practice on SQLite, for all tests of this file."""
    return filled_sqlite


@pytest.fixture(scope="module")
def address(practice: Filled) -> Iterator[str]:
    with serving(practice.services) as base:
        yield base


@pytest.fixture(scope="module")
def desk(practice: Filled, address: str) -> Desk:
    return busy_desk(practice, address)


def pages(practice: Filled, desk: Desk) -> list[str]:
    """Every kind of billing page."""
    paid, rejected, held = practice.claims[0], practice.claims[7], practice.claims[9]
    return [
        *("/", "/claims", f"/claims/{paid}", f"/claims/{rejected}", f"/claims/{held}/edit", f"/claims/{held}/repairs"),
        *("/denials", f"/denials/{desk.denial}", f"/denials/{desk.denial}/letter", f"/denials/{desk.denial}/lesson"),
        *(
            "/rules",
            "/rules/catalogue/telehealth-place",
            "/rules/own",
            "/rules/own/new",
            desk.rule,
            f"{desk.rule}/edit",
        ),
        *("/remittances", desk.brought, "/remittances/unmatched", "/remittances/trust"),
        *("/payments", desk.payment, f"/money/patients/{desk.owing}", "/statements", "/write-offs"),
        *("/underpayments", "/contracts", "/money-settings"),
        *("/ledger", "/ledger/entries", "/ledger/days", "/ledger/export"),
        *("/coverage", "/coverage/settings", f"/coverage/patients/{desk.patient}", "/payers", "/payers/00222"),
        *("/enrollments", "/authorizations", f"/authorizations/new/{desk.patient}", desk.authorization),
        *("/reports", "/reports/digest", "/reports/lists/payer-comparison", "/reports/lists/claims-summary"),
        "/connections",
    ]


def walked(browser: Browser, address: str, practice: Filled, desk: Desk, size: str) -> tuple[Page, list[str]]:
    """A page that went everywhere, and what was wrong on the way."""
    wrong: list[str] = []
    page = opened(browser, address, size, "light", wrong)

    def failed(answer: Response) -> None:
        if answer.status >= 400:
            wrong.append(f"{answer.status} {answer.url}")

    def lost(request: Request) -> None:
        # What the next page cuts short, such as the mark beside the title, did not fail.
        if request.failure != "net::ERR_ABORTED":
            wrong.append(f"{request.failure} {request.url}")

    page.on("response", failed)
    page.on("requestfailed", lost)
    sign_in(page, address, practice)
    for where in pages(practice, desk):
        page.goto(where)
        found: list[str] = page.evaluate(WRONG)
        wrong.extend(f"{where}: {one}" for one in found)
    return page, wrong


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_every_billing_page_fits_and_nothing_on_it_fails(
    browser: Browser, address: str, practice: Filled, desk: Desk, size: str
) -> None:
    page, wrong = walked(browser, address, practice, desk, size)
    assert wrong == []
    page.context.close()


def test_the_rule_editor_says_the_rule_while_it_is_written_and_takes_no_focus(
    browser: Browser, address: str, practice: Filled, desk: Desk
) -> None:
    page = opened(browser, address, "wide", "light", [])
    sign_in(page, address, practice)
    page.goto("/rules/own/new")
    expect(page.locator("#sentence")).to_contain_text("Choose a field and a value.")
    assert page.evaluate("document.activeElement === document.body") is True
    page.get_by_label("Field 1").select_option("procedure")
    page.get_by_label("Values 1").fill("90837")
    page.get_by_label("Name").click()
    expect(page.locator("#sentence")).to_contain_text("the procedure is 90837")
    page.context.close()
