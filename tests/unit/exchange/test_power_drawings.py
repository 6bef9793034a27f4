"""One-lines as drawings and as a page with a failure selector, piping schematics, and the panel schedule."""

from __future__ import annotations

import io
import re
import zipfile

import polars as pl
import pytest

from rackwright.exchange import EXPORTS
from rackwright.exchange.folder import plan_files
from rackwright.exchange.panel_schedule import panel_schedule
from rackwright.exchange.power_drawings import one_line_dxf, one_line_page
from rackwright.figures import render
from rackwright.figures.power_symbols import SYMBOL_SETS, SymbolSet, power_symbol_lines
from rackwright.plan import Plan
from rackwright.views.one_line import ONE_LINE, lost_elements, one_line_diagram, one_line_file, usual_symbols


def test_101_the_archive_has_every_site_and_hall(one_pod: Plan) -> None:
    """A one-line in three forms for each site, a piping schematic for each hall; equal plans give equal bytes."""
    data = EXPORTS["power-drawings"](one_pod)
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    sites = {f"one-line/{site.id}.{form}" for site in one_pod.program.sites for form in ("dxf", "svg", "html")}
    assert names == sites | {f"piping/{hall.id}.svg" for hall in one_pod.program.halls}
    assert EXPORTS["power-drawings"](one_pod) == data


def test_201_one_diagram_is_shown_for_each_choice(one_pod: Plan) -> None:
    """Each failure has one button, one diagram and one rule that shows it; there is no script."""
    site = one_pod.program.sites[0]
    page = one_line_page(one_pod, site)
    cases = 1 + len(lost_elements(one_pod, site.id))
    assert page.count('type="radio"') == page.count('class="case') == cases > 3
    assert all(f"#f{n}:checked~#d{n}{{display:block}}" in page for n in range(cases))
    assert page.count(" checked>") == 1
    assert page.count("<wbr>") == cases
    assert "<script" not in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_202_a_lost_side_shows_on_the_other(one_pod: Plan) -> None:
    """With a UPS of side A lost, UPS of side B are fuller than in the normal state and within the worst of all."""
    site = one_pod.program.sites[0]
    lost = next(name for name in lost_elements(one_pod, site.id) if "-A-ups-" in name)
    worst = {element.name: element for element in one_line_diagram(one_pod, site).elements}
    case = {element.name: element for element in one_line_diagram(one_pod, site, lost=lost).elements}
    group = next(name for name in case if name.startswith("ups|") and name.endswith("|B"))
    frame = one_pod.power.elements.frame.join(one_pod.power.loads.frame, on="element").filter(kind="ups", side="B")
    normal = max(load / rating for load, rating in frame.select("normal_w", "rating_w").iter_rows())
    assert normal < (case[group].load_share or 0.0) <= (worst[group].load_share or 0.0) + 1e-9
    assert case[group.replace("|B", "|A")].severity == "warning"


def test_204_without_the_grid_generators_carry_all(one_pod: Plan) -> None:
    """With the grid lost nothing flows above the boards, generators are at their worst, UPS at their usual load."""
    site = one_pod.program.sites[0]
    (grid,) = one_pod.power.elements.frame.filter(site=site.id, kind="utility")["element"].to_list()
    assert grid in lost_elements(one_pod, site.id)
    case = one_pod.power.cases.frame.filter(site=site.id, lost=grid)
    above = case.filter(pl.col("kind").is_in(["utility", "hv-transformer", "mv-switchgear", "unit-substation"]))
    assert above["load_w"].to_list() == [0.0] * above.height
    loads = one_pod.power.elements.frame.filter(site=site.id).join(one_pod.power.loads.frame, on="element")
    for kind, column in (("generator", "worst_w"), ("lv-switchgear", "normal_w"), ("ups", "normal_w")):
        most_w = loads.filter(kind=kind)[column].max()
        assert case.filter(kind=kind)["load_w"].max() == pytest.approx(most_w)
        assert most_w > 0.0


def test_203_the_drawing_names_every_group(one_pod: Plan) -> None:
    """The DXF has a text for each folded element and a line for its feeds."""
    diagram = one_line_diagram(one_pod, one_pod.program.sites[0])
    text = one_line_dxf(diagram).decode("ascii")
    assert all(element.label in text for element in diagram.elements)
    assert text.count("\nLINE\n") >= 3 * len(diagram.feeds)


def test_204_symbols_are_of_one_standard(one_pod: Plan) -> None:
    """Each set draws other transformers and breakers; the page says which, by the site's country if not asked."""
    site = one_pod.program.sites[0]
    iec, ansi = (one_line_page(one_pod, site, symbols=name) for name in SYMBOL_SETS)
    assert "IEC 60617" in iec
    assert "IEEE 315 (ANSI)" in ansi
    assert site.country == "US"
    assert one_line_page(one_pod, site) == ansi
    abroad = site.model_copy(update={"country": "DE"})
    assert usual_symbols(abroad) == "iec"
    drawn = {name: render(one_line_diagram(one_pod, site, symbols=name)) for name in SYMBOL_SETS}
    assert drawn["iec"] != drawn["ansi"]
    windings = "a4 4 0 0 1 8 0a4 4 0 0 1 8 0"
    assert windings in drawn["ansi"]
    assert windings not in drawn["iec"]


def test_205_a_plan_has_the_page_of_each_site(one_pod: Plan) -> None:
    """The folder of a plan holds the page under the name that the view says, which the report shows."""
    files = dict(plan_files(one_pod))
    site = one_pod.program.sites[0]
    assert files["drawings/one-line-ohio.html"] == one_line_page(one_pod, site).encode()
    assert one_line_file(site) == "drawings/one-line-ohio.html"
    assert "drawings/one-line-SITE.html" in ONE_LINE.build(one_pod).lead


def test_301_every_fed_element_has_a_circuit(one_pod: Plan) -> None:
    """Each element on a board, UPS or busway is one circuit there, one where it stands by, numbered without gaps."""
    schedule = panel_schedule(one_pod)
    elements = one_pod.power.elements.frame
    panels = set(schedule["panel"].to_list())
    fed = elements.filter(elements["upstream"].is_in(list(panels)))
    assert schedule.filter(source="normal").height == fed.height
    for _, own in schedule.group_by("panel"):
        assert sorted(own["circuit"].to_list()) == list(range(1, own.height + 1))
    assert schedule["normal_kw"].sum() == pytest.approx(
        one_pod.power.loads.frame.join(schedule, left_on="element", right_on="feeds")["normal_w"].sum() / 1e3, rel=1e-4
    )


@pytest.mark.parametrize("symbols", SYMBOL_SETS)
def test_206_the_drawing_has_the_symbols_of_the_diagram(one_pod: Plan, symbols: SymbolSet) -> None:
    """Each element has the lines of its symbol in the DXF, of the standard asked for."""
    diagram = one_line_diagram(one_pod, one_pod.program.sites[0], symbols=symbols)
    drawn = one_line_dxf(diagram).decode("ascii").count("\nPOLYLINE\n")
    assert drawn == sum(len(power_symbol_lines(element.kind, symbols)) for element in diagram.elements)
    assert power_symbol_lines("breaker", "iec") != power_symbol_lines("breaker", "ansi")


def test_207_sides_do_not_touch_above_the_racks(one_pod: Plan) -> None:
    """No feed of side A reaches as far right as one of side B: drawn lines never tie the two sides."""
    diagram = one_line_diagram(one_pod, one_pod.program.sites[0])
    groups = one_line_dxf(diagram).decode("ascii").splitlines()
    starts = [n for n, text in enumerate(groups) if text == "LINE"]
    lines = [[float(groups[n + at]) for at in (4, 6, 10, 12)] for n in starts]
    _, middle = max((y, x) for x, y, _, _ in lines)  # below the grid, which both sides share
    flat = [(min(x, u), max(x, u)) for x, y, u, v in lines if y == v and y < -80.0 and x != u]
    assert any(right < middle for _, right in flat)
    assert any(left > middle for left, _ in flat)
    assert all(right <= middle or left >= middle for left, right in flat)
