"""The console of synchronisation in Chromium: every page wide and narrow, light and dark, and what people do there.

Screenshots go to the folder named in ``CHARTLINE_SCREENSHOTS``, else to the test's own folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.test_console import CHROMIUM, browser, opened, screenshots, sign_in
from tests.console.sync_world import Synced, synchronise
from tests.support.filled import Filled
from tests.support.server import serving

__all__ = ["browser", "screenshots"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="THE CONSOLE WAS NOT LOOKED AT: there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def practice(filled_sqlite: Filled) -> Filled:
    """A filled practice on SQLite, for all tests of this file."""
    return filled_sqlite


@pytest.fixture(scope="module")
def synced(practice: Filled) -> Synced:
    return synchronise(practice)


@pytest.fixture(scope="module")
def address(practice: Filled, synced: Synced) -> Iterator[str]:
    with serving(practice.services) as base:
        yield base


def pages(practice: Filled, synced: Synced) -> dict[str, str]:
    """Every page by a name for its picture."""
    return {
        "sync-today": "/",
        "sync-board": "/sync",
        "sync-log": "/sync/log",
        "sync-runs": "/sync/runs",
        "sync-run": f"/sync/runs/{synced.running}",
        "sync-census": f"/sync/runs/{synced.census}",
        "sync-letters": "/sync/letters",
        "sync-unknown": "/sync/unknown",
        "sync-plan": f"/sync/{synced.office}/plan",
        "sync-conflicts": "/conflicts",
        "sync-merge": f"/conflicts/{synced.office}/patient/{synced.merging}",
        "sync-merge-visit": f"/conflicts/{synced.office}/visit/{practice.visits[11]}",
        "sync-connections": "/connections",
        "sync-connection": f"/connections/{synced.office}",
        "sync-day": "/visits",
        "sync-week": "/visits/week",
        "sync-patient": f"/patients/{synced.merging}",
        "sync-visit": f"/visits/{synced.asked}",
    }


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("narrow", "light"), ("wide", "dark")])
def test_every_page_of_synchronisation_fits_and_has_no_error(
    browser: Browser, address: str, practice: Filled, synced: Synced, screenshots: Path, size: str, scheme: str
) -> None:
    errors: list[str] = []
    page = opened(browser, address, size, scheme, errors)
    sign_in(page, address, practice)
    sideways: list[str] = []
    for name, where in pages(practice, synced).items():
        response = page.goto(where)
        assert response is not None
        assert response.status == 200, where
        page.screenshot(path=screenshots / f"{name}-{size}-{scheme}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            sideways.append(name)
        assert page.locator("main h1").count() == 1, name
    assert sideways == []
    assert errors == []
    page.context.close()


def test_a_case_is_decided_with_clicks_and_taken_back(
    browser: Browser, address: str, practice: Filled, synced: Synced, screenshots: Path
) -> None:
    errors: list[str] = []
    page = opened(browser, address, "wide", "light", errors)
    sign_in(page, address, practice)
    page.goto(f"/conflicts/{synced.office}/patient/{synced.merging}")
    street = page.get_by_role("group", name="Street")
    street.get_by_text("12 OLD MILL LANE APT 4").click()
    city = page.get_by_role("group", name="City")
    city.get_by_label("Another value for city").fill("MIDDLE TESTVILLE")
    city.get_by_role("radio", name="Another value").check()
    page.screenshot(path=screenshots / "sync-merge-chosen.png")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided. It is one new version")).to_be_visible()
    expect(page.get_by_role("group")).to_have_count(1)
    page.goto("/conflicts?decided=true")
    expect(page.get_by_text("MIDDLE TESTVILLE")).to_be_visible()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("The decision is taken back")).to_be_visible()
    page.goto(f"/conflicts/{synced.office}/patient/{synced.merging}")
    expect(page.get_by_role("group")).to_have_count(3)
    assert errors == []
    page.context.close()


def test_the_week_is_sent_and_shows_how_far_it_is(
    browser: Browser, address: str, practice: Filled, synced: Synced
) -> None:
    errors: list[str] = []
    page = opened(browser, address, "wide", "light", errors)
    sign_in(page, address, practice)
    page.goto("/visits/week")
    page.get_by_role("button", name="Send them now").click()
    expect(page.get_by_text("Sending visits")).to_be_visible()
    assert errors == []
    page.context.close()


def test_the_switch_has_to_be_opened_first(browser: Browser, address: str, practice: Filled, synced: Synced) -> None:
    page = opened(browser, address, "narrow", "light", [])
    sign_in(page, address, practice)
    page.goto("/sync")
    expect(page.get_by_role("button", name="Yes, switch off")).to_be_hidden()
    page.get_by_text("Switch off", exact=True).click()
    page.get_by_role("button", name="Yes, switch off").click()
    expect(page.get_by_text("Switched off: nothing goes out")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Switched on again.")).to_be_visible()
    page.context.close()
