"""Does the report hold in a real browser: nothing asked of a network, nothing cut off, nothing hidden from anyone?"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rackwright.catalog import load_catalog
from rackwright.judge import judge_plan
from rackwright.pipeline import plan_program
from rackwright.program import read_program
from rackwright.report import render_report

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("vendor")
WIDE, NARROW = (1280, 900), (400, 800)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_PNG = 20_000
FIGURES = "[...document.querySelectorAll('svg.rw-figure')].map(figure => figure.getBoundingClientRect())"

pytestmark = pytest.mark.browser


@dataclass
class Opened:
    """A page that is open, with what it asked for and complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the small example, in a file."""
    catalog = load_catalog(None)
    plan = plan_program(read_program(ROOT / "examples" / "one-pod", catalog=catalog), catalog)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_report(plan, judge_plan(plan)), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("RACKWRIGHT_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["1280px", "400px"])
def opened(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Opened]:
    """The report in a window of each width, in light colours."""
    yield from open_report(browser, report, request.param, "light")


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Opened]:
    """The report in each colour scheme."""
    yield from open_report(browser, report, WIDE, request.param)


def open_report(browser: Any, report: Path, size: tuple[int, int], scheme: str) -> Iterator[Opened]:
    """Open the report and listen to all it asks and says."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    seen = Opened(page)
    page.on("request", lambda asked: seen.requests.append(asked.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(report.as_uri())
    yield seen
    context.close()


def test_101_it_asks_for_nothing_but_itself(opened: Opened, report: Path) -> None:
    """Opening the file makes one request, for the file, and leaves the console clean."""
    assert opened.requests == [report.as_uri()]
    assert opened.complaints == []


def test_102_the_page_does_not_scroll_sideways(opened: Opened) -> None:
    """The page is as wide as the window; what is wider scrolls inside its own box."""
    widths = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_103_it_shows_something(opened: Opened) -> None:
    """A picture of the first screen is not empty, and the style of the page is in force."""
    assert len(opened.page.screenshot()) > SMALLEST_PNG
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.tiles')).display") == "grid"
    sizes = opened.page.evaluate(f"{FIGURES}.map(box => [box.width, box.height])")
    assert sizes
    assert all(width > 0 and height > 0 for width, height in sizes)


def test_104_a_keyboard_gets_around(opened: Opened) -> None:
    """The first tab stop is the link that skips to the plan, and boxes that scroll can be focused."""
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    boxes = opened.page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).overflowX === 'auto').map(e => e.tabIndex)"
    )
    assert all(index == 0 for index in boxes)


def test_201_it_follows_the_colour_scheme(themed: Opened, request: pytest.FixtureRequest) -> None:
    """Dark systems get light text on dark ground, light ones the reverse."""
    colours = themed.page.evaluate("['color', 'backgroundColor'].map(n => getComputedStyle(document.body)[n])")
    ink, paper = (sum(int(part) for part in re.findall(r"\d+", colour)[:3]) for colour in colours)
    is_dark = themed.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert (ink > paper) == is_dark


def test_202_no_rule_of_wcag_is_broken(themed: Opened) -> None:
    """No rule of WCAG 2.2, levels A and AA, that a machine can check is broken, in either scheme."""
    themed.page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8"))
    found = themed.page.evaluate("tags => axe.run({runOnly: tags})", WCAG)
    broken = [
        (rule["id"], node["target"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]
    ]
    assert broken == []
    assert len(found["passes"]) > 10


def test_203_it_prints(themed: Opened) -> None:
    """Printed, the page makes a PDF of several pages and no figure is wider than the paper."""
    assert themed.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    themed.page.emulate_media(media="print")
    themed.page.set_viewport_size({"width": 1020, "height": 700})
    wide = themed.page.evaluate(f"{FIGURES}.filter(box => box.right > innerWidth + 1).length")
    assert wide == 0


def test_301_vendored_files_are_unchanged() -> None:
    """Each file of others has the digest that VENDORED.md names."""
    text = (VENDOR / "VENDORED.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", text, re.MULTILINE))
    assert named
    for name, digest in named.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
