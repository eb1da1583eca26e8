"""The console in Chromium: every page, wide and narrow, light and dark, without errors and without sideways scrolling.

Screenshots go to the folder named in ``CHARTLINE_SCREENSHOTS``, else to the test's own folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from tests.support.filled import PASSWORD, Filled
from tests.support.server import serving

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="THE CONSOLE WAS NOT LOOKED AT: there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def practice(filled_sqlite: Filled) -> Filled:
    """A filled practice on SQLite, for all tests of this file."""
    return filled_sqlite


@pytest.fixture(scope="module")
def address(practice: Filled) -> Iterator[str]:
    with serving(practice.services) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage"
        yield playwright.chromium.launch(executable_path=str(CHROMIUM), args=options.split())


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("CHARTLINE_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sign_in(page: Page, base: str, practice: Filled) -> None:
    """Sign in through the form."""
    page.goto(f"{base}/sign-in")
    page.get_by_label("E-mail address").fill(practice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Needs a person")).to_be_visible()


def opened(browser: Browser, base: str, size: str, scheme: str, errors: list[str]) -> Page:
    """A page in a fresh context that writes down every error of the browser's console."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page


def pages(practice: Filled) -> dict[str, str]:
    """Every page by a name for its picture."""
    return {
        "today": "/",
        "visits": "/visits",
        "visit-seen": f"/visits/{practice.visits[0]}",
        "visit-to-come": f"/visits/{practice.visits[20]}",
        "patients": "/patients",
        "patient-new": "/patients/new",
        "patient": f"/patients/{practice.patients[0]}",
        "patient-change": f"/patients/{practice.patients[0]}/change",
        "claims": "/claims",
        "claims-denied": "/claims?word=denied",
        "claim-paid": f"/claims/{practice.claims[0]}",
        "claim-rejected": f"/claims/{practice.claims[7]}",
        "claim-held": f"/claims/{practice.claims[9]}",
        "remittances": "/remittances",
        "remittance-posted": f"/remittances/{practice.remittances[0]}",
        "remittance-held": f"/remittances/{practice.remittances[1]}",
        "ledger": "/ledger",
        "sync": "/sync",
        "conflicts": "/conflicts",
        "exchanges": "/exchanges",
        "exchange": f"/exchanges/{practice.exchange}",
        "connections": "/connections",
        "settings": "/settings",
    }


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("narrow", "light"), ("wide", "dark")])
def test_every_page_fits_and_has_no_error(
    browser: Browser, address: str, practice: Filled, screenshots: Path, size: str, scheme: str
) -> None:
    errors: list[str] = []
    page = opened(browser, address, size, scheme, errors)
    page.goto("/sign-in")
    page.screenshot(path=screenshots / f"sign-in-{size}-{scheme}.png", full_page=True)
    sign_in(page, address, practice)
    sideways: list[str] = []
    for name, where in pages(practice).items():
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


def test_the_console_works_without_scripts(browser: Browser, address: str, practice: Filled) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, practice)
    page.get_by_role("link", name="Claims", exact=True).first.click()
    page.get_by_role("link", name="rejected").click()
    page.get_by_role("link", name="C0").first.click()
    page.get_by_label("Member id as on the card").fill("HLB765432109")
    page.get_by_role("button", name="Correct and check again").click()
    expect(page.get_by_text("The claim was corrected.")).to_be_visible()
    expect(page.get_by_text("version 2")).to_be_visible()
    context.close()


def test_filters_change_the_list_in_place_and_keep_the_address(
    browser: Browser, address: str, practice: Filled
) -> None:
    errors: list[str] = []
    page = opened(browser, address, "wide", "light", errors)
    sign_in(page, address, practice)
    page.goto("/claims")
    page.evaluate("window.stillTheSamePage = true")
    page.get_by_role("link", name="denied 1").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("/claims?word=denied")
    assert page.evaluate("window.stillTheSamePage") is True
    assert errors == []
    page.context.close()


def test_the_first_page_can_be_used_with_the_keyboard_alone(browser: Browser, address: str, practice: Filled) -> None:
    page = opened(browser, address, "wide", "light", [])
    sign_in(page, address, practice)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null") is True
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.context.close()


def test_the_menu_opens_on_a_small_screen(browser: Browser, address: str, practice: Filled) -> None:
    page = opened(browser, address, "narrow", "light", [])
    sign_in(page, address, practice)
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Remittances", exact=True).first.click()
    expect(page.get_by_role("heading", name="Remittances")).to_be_visible()
    page.context.close()


def test_the_first_page_refreshes_itself(browser: Browser, address: str, practice: Filled) -> None:
    page = opened(browser, address, "wide", "light", [])
    sign_in(page, address, practice)
    page.evaluate("document.querySelector('#board h2').textContent = 'old'")
    page.evaluate("htmx.ajax('GET', '/', {source: '#board', target: '#board', select: '#board', swap: 'outerHTML'})")
    expect(page.get_by_role("heading", name="Needs a person")).to_be_visible()
    assert page.locator("#board").get_attribute("hx-trigger") == "every 15s"
    page.context.close()
