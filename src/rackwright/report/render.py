"""How does a plan become one HTML file that opens anywhere, asks nothing of a network, and is the same every time?

The template escapes every text; figures escape theirs themselves. The file's only style is allowed by its hash, and
nothing else may be loaded or run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from rackwright import __version__
from rackwright.figures import page_style
from rackwright.plan import Plan
from rackwright.report.page_one import page_one
from rackwright.report.parts import Block, Budget, Heading, anchor_of, block_of
from rackwright.report.sections import CHAPTERS, DRAWN_ON_PAGE_ONE, Chapter, Entry
from rackwright.scenarios import Comparison
from rackwright.tables.checks import Checks
from rackwright.views import VIEWS
from rackwright.views.checks import checks_shown
from rackwright.views.comparison import comparison_shown
from rackwright.views.view import Shown, View

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["content_policy", "page_template", "render_report", "style_sheet"]

PAGE_ONE_BUDGET = 30_000
"""Characters of SVG on page 1; every other view has its own in `CHAPTERS`. What does not fit is named instead."""
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
NO_SCENARIOS = "Scenarios were not planned with this report."


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with its answered questions."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


def render_report(
    plan: Plan, judged: Checks, compared: Comparison | None = None, *, change: Shown | None = None
) -> str:
    """The report of a plan as HTML text.

    Parameters
    ----------
    plan
        The plan.
    judged
        Rows of the independent judge.
    compared
        Scenarios beside the base program; None where none were planned.
    change
        What changed since the last plan (`views.difference`); page 1 shows it where it is given.

    Returns
    -------
    One HTML document without any request to a network; equal arguments give equal text.
    """
    first = page_one(plan, judged, Budget(PAGE_ONE_BUDGET), change)
    sections = tuple(_section(plan, judged, compared, chapter) for chapter in CHAPTERS)
    style = style_sheet()
    return page_template("report.html.j2").render(
        program=plan.program,
        version=__version__,
        page=first,
        sections=sections,
        style=Markup(style),  # noqa: S704 - our own style sheet
        policy=content_policy(style),
    )


def _section(plan: Plan, judged: Checks, compared: Comparison | None, chapter: Chapter) -> Section:
    blocks = [_block(plan, judged, entry) for entry in chapter.entries]
    if chapter.anchor == "scenarios":
        answer = comparison_shown(compared) if compared is not None else Shown(NO_SCENARIOS)
        question = "What is different in each named scenario?"
        heading = Heading(anchor_of("comparison"), "Scenarios side by side", question, "`rackwright stress`", 30)
        blocks.append(block_of(answer, heading, Budget(0)))
    return Section(chapter.anchor, chapter.title, tuple(blocks))


def _block(plan: Plan, judged: Checks, entry: Entry) -> Block:
    view = _view(entry.view)
    answer = checks_shown(plan, judged) if view.name == "checks" else view.build(plan)
    figures = answer.figures[DRAWN_ON_PAGE_ONE.get(view.name, 0) :]
    heading = Heading(anchor_of(view.name), view.title, view.question, entry.where, entry.rows)
    if entry.is_lead_only and answer.tables:
        return block_of(Shown(f"{answer.lead} More in {entry.where}."), heading, Budget(0))
    return block_of(Shown(answer.lead, answer.tables[: entry.tables], figures), heading, Budget(entry.drawn))


def _view(name: str) -> View:
    return next(view for view in VIEWS if view.name == name)


@cache
def style_sheet() -> str:
    """Style of the page and of every figure, as it stands between the tags."""
    own = files("rackwright.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return page_style() + " ".join(own.split())


def content_policy(style: str) -> str:
    """Content security policy: nothing loads, nothing runs, this style alone applies."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _prose(text: str) -> Markup:
    """Escaped text in which a calendar day does not break over two lines."""
    return Markup(DAY.sub(r'<span class="d">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped just here


@cache
def page_template(name: str) -> Template:
    """A template of this package, with the filter that its text goes through."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rackwright.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    return environment.get_template(name)
