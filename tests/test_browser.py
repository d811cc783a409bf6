"""Pages in a real browser, from files: the filter, the keyboard, no network, no errors. Skipped where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from apivolve.finding import Report, Verdict
from apivolve.report import FORMATS, Look
from test_formats import FULL, RULE_TEXTS, evil_report
from test_report import ERROR, INFO, WARNING

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

OTHER = replace(ERROR, subject="Other.size", scope="code", operations=("GET /z",))
REPORT = Report(
    (
        Verdict("1", "2", (ERROR, OTHER, WARNING, INFO), "shop"),
        Verdict("2", "3", (replace(ERROR, subject="Late.size", operations=("GET /z",)),), "shop"),
    ),
    FULL.problems,
    RULE_TEXTS,
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test on any message of the console, and on any request that is not to a file."""
    context = browser.new_context()
    wrong: list[str] = []

    def local_only(route: Route) -> None:
        if not route.request.url.startswith("file:"):
            wrong.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    context.route("**/*", local_only)
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def address(tmp_path: Path) -> str:
    return write(tmp_path, REPORT)


def write(folder: Path, report: Report) -> str:
    path = folder / "report.html"
    path.write_text(FORMATS["html"](report, Look()), encoding="utf-8")
    return path.as_uri()


def shown(page: Page) -> list[str]:
    return page.locator(".finding:visible .said").all_text_contents()


LATE = "Late.size became optional"
EVERYTHING = [
    "Thing.size became optional",
    "Other.size became optional",
    "server x was removed",
    "class Thing was added",
    LATE,
]


def test_the_filter(page: Page, address: str) -> None:
    page.goto(address)
    assert shown(page) == EVERYTHING
    assert page.locator("#count").text_content() == "5 of 5 shown"

    page.get_by_label("info").uncheck()
    page.get_by_label("warning").uncheck()
    assert shown(page) == ["Thing.size became optional", "Other.size became optional", LATE]
    page.get_by_label("wire").uncheck()
    assert shown(page) == ["Other.size became optional"]
    assert page.locator("#count").text_content() == "1 of 5 shown"
    assert page.locator(".comparison:visible").count() == 1

    page.get_by_label("wire").check()
    page.get_by_label("Operation").select_option(label="GET /z")
    assert shown(page) == ["Other.size became optional", LATE]
    page.get_by_label("Text").fill("late OPTIONAL")
    assert shown(page) == [LATE]
    page.get_by_label("Text").fill("nowhere")
    assert shown(page) == []
    assert page.locator("#none").is_visible()


def test_a_witness_is_opened_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.locator(":focus").text_content() == "Skip to the findings"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "Thing.size" in (page.locator(":focus").text_content() or "")
    assert not page.locator(".witness").first.is_visible()
    page.keyboard.press("Enter")

    first = page.locator(".finding").first
    assert first.locator(".witness pre").is_visible()
    assert '"name": "string"' in (first.locator(".witness pre").text_content() or "")
    assert first.locator(".sides h3").all_inner_texts() == ["before refuses it", "after accepts it"]
    assert first.locator(".marked").count() == 2


def test_all_are_unfolded_and_folded(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator(".finding[open]").count() == 5
    page.get_by_role("button", name="Fold all").click()
    assert page.locator(".finding[open]").count() == 0


def test_an_address_opens_its_finding(page: Page, address: str) -> None:
    page.goto(f"{address}#f-{OTHER.fingerprint}")
    assert page.locator(f"#f-{OTHER.fingerprint}[open]").count() == 1
    assert page.locator(".finding[open]").count() == 1


def test_what_a_screen_reader_hears(page: Page, address: str) -> None:
    page.goto(address)
    assert page.get_by_role("main").count() == page.get_by_role("search").count() == 1
    assert page.get_by_role("heading", level=1).text_content() == "shop: 1 … 3"
    assert page.get_by_role("heading", level=2).all_text_contents() == [
        "Problems",
        "shop: 1 → 2",
        "shop: 2 → 3",
    ]
    assert page.locator("[aria-live=polite]").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    unnamed = "[...document.querySelectorAll('input,select,button')].filter(one => !one.labels?.length && !one.textContent)"
    assert page.evaluate(f"{unnamed}.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(browser: Browser, address: str, scheme: str) -> None:
    """WCAG 2 AA: a contrast of 4.5 between each text and what is behind it."""
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Unfold all").click()
    worst: float = page.evaluate(
        """() => {
          const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const parts = (color) => color.match(/[\\d.]+/g).map(Number);
          const behind = (one) => {
            for (; one; one = one.parentElement) {
              const color = parts(getComputedStyle(one).backgroundColor);
              if (color.length === 3 || color[3] > 0) return color;
            }
            return [255, 255, 255];
          };
          const seen = [...document.querySelectorAll("body *")].filter((one) =>
            one.checkVisibility() && !one.closest("select") && [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
          return Math.min(...seen.map((one) => {
            const [a, b] = [light(parts(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
          }));
        }"""
    )
    context.close()
    assert worst >= 4.5


def test_a_narrow_page_does_not_scroll_sideways(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Unfold all").click()
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert wide <= 320


def test_it_reads_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert shown(page) == EVERYTHING
    assert not page.locator("#filter").is_visible()
    context.close()


def test_hostile_text_runs_nothing(page: Page, tmp_path: Path) -> None:
    page.goto(write(tmp_path, evil_report()))
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator("img").count() == 0
    assert page.locator(".finding").count() == 6
