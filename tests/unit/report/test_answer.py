"""An answer of its own page asks nothing of a network, shows every table, and escapes what it is told."""

from __future__ import annotations

from rackwright.figures import Caption, Tornado, TornadoBar
from rackwright.program import Program
from rackwright.report import render_answer
from rackwright.views.view import Shown, TableColumn, ViewTable


def test_101_the_page_holds_lead_figures_and_tables(one_pod_program: Program) -> None:
    """Lead, drawn figure and table stand on the page; text is text, and the policy lets nothing load."""
    table = ViewTable("Do <now>", (TableColumn("item", "Item"),), (("<b>part</b>",),))
    figure = Tornado(Caption("drivers", "Drivers", "What moves it."), 1.0, "MUSD", (TornadoBar("a", "lead", 0.5, 2.0),))
    page = render_answer(Shown("Take <2>.", (table,), (figure,)), one_pod_program, title="What to do", where="x.json")
    assert "Take &lt;2&gt;." in page
    assert "&lt;b&gt;part&lt;/b&gt;" in page
    assert "<svg" in page
    assert "default-src &#39;none&#39;" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
