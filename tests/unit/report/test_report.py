"""Is the report one safe, whole, small and accessible file, for every plan and whatever people called things?"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from rackwright.judge import judge_plan
from rackwright.plan import Plan
from rackwright.report import render_report
from rackwright.report.page_one import tranche_line
from rackwright.report.sections import CHAPTERS
from rackwright.scenarios import Comparison, Outcomes, outcome_row
from rackwright.tables.checks import Checks
from rackwright.views import VIEWS
from rackwright.views.difference import diff_plans
from rackwright.views.tranches import tranche_states

from .page import Page, read

MOST_BYTES = 300_000
PLANS = ("empty_plan", "one_pod", "hostile_plan")
each_plan = pytest.mark.parametrize("name", PLANS)


@dataclass(frozen=True)
class Reports:
    """The report of each plan as text and parsed, made once."""

    text: dict[str, str]
    page: dict[str, Page]


@pytest.fixture(scope="module")
def reports(empty_plan: Plan, one_pod: Plan, hostile_plan: Plan) -> Reports:
    """Reports of the empty, the small and the hostile plan."""
    plans = dict(zip(PLANS, (empty_plan, one_pod, hostile_plan), strict=True))
    text = {name: render_report(plan, judge_plan(plan)) for name, plan in plans.items()}
    return Reports(text, {name: read(html) for name, html in text.items()})


@each_plan
def test_101_the_page_is_whole(name: str, reports: Reports) -> None:
    """Every tag is closed where it was opened, and the document says its language and title."""
    assert reports.text[name].startswith("<!DOCTYPE html>")
    assert reports.page[name].complaints == []
    assert reports.page[name].all("html")[0].attributes["lang"] == "en"
    assert len(reports.page[name].all("title")) >= 1


@each_plan
def test_102_the_same_plan_gives_the_same_bytes(name: str, reports: Reports, request: pytest.FixtureRequest) -> None:
    """Rendering twice gives equal text."""
    plan = request.getfixturevalue(name)
    assert render_report(plan, judge_plan(plan)) == reports.text[name]


@each_plan
def test_103_the_file_is_small(name: str, reports: Reports) -> None:
    """A report takes at most 300 kB."""
    assert len(reports.text[name].encode()) <= MOST_BYTES


@pytest.mark.slow
def test_104_a_large_plan_gives_a_small_file() -> None:
    """The report of the example of several campuses takes at most 300 kB too."""
    from rackwright.catalog import load_catalog
    from rackwright.pipeline import plan_program
    from rackwright.program import load_program

    folder = Path(__file__).parents[3] / "examples" / "us-buildout"
    overlay = folder / "catalog"
    catalog = load_catalog(overlay if overlay.is_dir() else None)
    program, problems = load_program(folder, catalog=catalog)
    assert program is not None, problems
    plan = plan_program(program, catalog)
    text = render_report(plan, judge_plan(plan))
    assert len(text.encode()) <= MOST_BYTES
    assert read(text).complaints == []


@each_plan
def test_201_nothing_is_loaded_and_nothing_runs(name: str, reports: Reports) -> None:
    """The page has no script, no image, no frame, no form, no handler, and no address outside itself."""
    seen = reports.page[name]
    assert not seen.all("script", "img", "iframe", "object", "embed", "form", "link", "base", "audio", "video", "input")
    for tag in seen.tags:
        assert not any(attribute.startswith("on") for attribute in tag.attributes)
        assert "src" not in tag.attributes
        assert "style" not in tag.attributes
        assert tag.attributes.get("href", "#").startswith("#")
        assert all("://" not in value for key, value in tag.attributes.items() if key not in {"xmlns", "aria-label"})
    assert "@import" not in seen.style
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", seen.style))


@each_plan
def test_202_the_policy_allows_its_own_style_alone(name: str, reports: Reports) -> None:
    """The content security policy forbids everything but the one style, named by its hash."""
    metas = reports.page[name].all("meta")
    policy = next(tag.attributes["content"] for tag in metas if "http-equiv" in tag.attributes)
    digest = base64.b64encode(hashlib.sha256(reports.page[name].style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert len(reports.page[name].all("style")) == 1


def test_203_hostile_names_stay_text(reports: Reports) -> None:
    """Whatever people called sites, projects and parts is shown as text and makes no tag."""
    assert "<script>alert(1)</script>" in reports.page["hostile_plan"].words
    assert {tag.name for tag in reports.page["hostile_plan"].tags} == {tag.name for tag in reports.page["one_pod"].tags}
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49 機架", reports.page["hostile_plan"].words)


@each_plan
def test_301_ids_are_unique_and_links_lead_somewhere(name: str, reports: Reports) -> None:
    """No two elements share an id; every link and every label points at one that exists."""
    ids = [tag.attributes["id"] for tag in reports.page[name].tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    for tag in reports.page[name].tags:
        wanted = tag.attributes.get("aria-labelledby", "").split()
        if tag.attributes.get("href", "").startswith("#"):
            wanted.append(tag.attributes["href"].removeprefix("#"))
        assert set(wanted) <= set(ids), tag


@each_plan
def test_302_headings_go_down_step_by_step(name: str, reports: Reports) -> None:
    """There is one first heading, and no heading skips a level."""
    levels = [int(tag.name[1]) for tag in reports.page[name].all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@each_plan
def test_303_a_keyboard_reaches_what_scrolls(name: str, reports: Reports) -> None:
    """Each scrolling box can be focused and has a name; each table has a caption and scopes on its headings."""
    seen = reports.page[name]
    boxes = [tag for tag in seen.tags if "rw-scroll" in tag.attributes.get("class", "").split()]
    assert all(tag.attributes.get("tabindex") == "0" and tag.attributes.get("aria-label") for tag in boxes)
    assert len(seen.all("caption")) == len(seen.all("table"))
    assert all(tag.attributes.get("scope") in {"col", "row"} for tag in seen.all("th"))
    assert seen.all("main")
    assert any(tag.attributes.get("class") == "skip" for tag in seen.all("a"))


def test_401_every_view_is_in_the_report(reports: Reports) -> None:
    """Each view of a plan that belongs there stands in exactly one chapter, and its title is on the page."""
    placed = [entry.view for chapter in CHAPTERS for entry in chapter.entries]
    assert sorted(placed) == sorted(view.name for view in VIEWS if view.in_report)
    assert all(view.title in reports.page["one_pod"].words for view in VIEWS if view.in_report)


def test_402_page_one_comes_first(reports: Reports) -> None:
    """Verdict, key figures, tranches, power, decisions, cash, commits and evidence stand before the contents."""
    words = reports.page["one_pod"].words
    first = words[: words.index(" Contents ")]
    for part in ("Racks accepted", "Tranches", "Decide by", "Power ready against racks", "Decisions due", "Cash curve"):
        assert part in first
    assert "Oldest commits" in first
    assert "of the critical path's days are assumed" in first


def test_403_rows_left_out_are_counted(reports: Reports) -> None:
    """A table that is cut says how many rows more there are, and where."""
    assert re.search(r"[\d,]+ more rows in tables/plan\.facts\.csv", reports.page["one_pod"].words)


def test_404_an_empty_plan_says_so(reports: Reports) -> None:
    """A program that plans nothing gives a report that names each stage it skipped."""
    words = reports.page["empty_plan"].words
    assert "This program plans no racks." in words
    assert "the program has no platforms" in words
    assert "Scenarios were not planned with this report." in words


def test_405_what_fails_is_said_in_words(one_pod: Plan) -> None:
    """The verdict counts late tranches, and a broken rule of the judge shows even where all stages are content."""
    row = ("judge-x", "1 looked at: rack 7", 1.0, 0.0, "broken", False, "no rack floats")
    text = read(render_report(one_pod, Checks.from_rows([row]))).words
    assert "the independent judge found 1 rules broken" in text
    assert "no rack floats" in text


def test_406_scenarios_and_changes_are_shown_where_given(one_pod: Plan, empty_plan: Plan, reports: Reports) -> None:
    """Outcomes of scenarios stand side by side; what changed since the last plan stands on page 1."""
    plan = one_pod
    rows = [outcome_row(plan, "base", "base program", None), outcome_row(plan, "dry", "A dry summer", 0.25)]
    compared = Comparison(Outcomes.from_rows(rows), ())
    change = diff_plans(empty_plan, plan)
    words = read(render_report(plan, judge_plan(plan), compared, change=change)).words
    assert "A dry summer" in words
    assert "Change since the last plan" in words
    assert "Change since the last plan" not in reports.page["one_pod"].words


def test_407_a_last_rack_behind_its_need_is_told_where_the_mean_is_in_time(one_pod: Plan) -> None:
    """A tranche in time on average whose last rack is counted to a day behind the need shows by how much at most."""
    late = tranche_states(one_pod)[0]
    assert late.accepted is not None
    timely = replace(late, is_late=False, late_days_least=0, mean_late_days=0.2)
    days = (late.accepted - late.need).days
    assert days > 0
    assert tranche_line(late).last == f"last rack {late.late_days_least} to {days}"
    assert tranche_line(timely).last == f"last rack up to {days}"
    assert tranche_line(replace(timely, accepted=late.need, late_days=0)).last == ""
