"""How does one answer, such as that of `decide`, become a page of its own that opens anywhere?"""

from __future__ import annotations

from markupsafe import Markup

from rackwright import __version__
from rackwright.program import Program
from rackwright.report.parts import Budget, Heading, block_of
from rackwright.report.render import content_policy, page_template, style_sheet
from rackwright.views.view import Shown

__all__ = ["render_answer"]

MOST_ROWS = 200
DRAWN = 400_000
"""Characters of SVG; a figure that does not fit is named instead."""


def render_answer(answer: Shown, program: Program, *, title: str, where: str) -> str:
    """The page of an answer: its lead, its figures, its tables.

    Parameters
    ----------
    answer
        What to show.
    program
        Whose answer it is.
    title
        Heading of the page.
    where
        File with every row, for tables that are cut.

    Returns
    -------
    One HTML document without any request to a network; equal arguments give equal text.
    """
    style = style_sheet()
    return page_template("answer.html.j2").render(
        program=program,
        version=__version__,
        title=title,
        block=block_of(answer, Heading("answer", title, "", where, MOST_ROWS), Budget(DRAWN)),
        style=Markup(style),  # noqa: S704 - our own style sheet
        policy=content_policy(style),
    )
