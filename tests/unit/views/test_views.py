"""Does every view answer its question on every plan, in words, tables and figures that agree with the plan?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rackwright.views
from rackwright.figures import render
from rackwright.plan import Plan
from rackwright.views import VIEWS, View
from rackwright.views.rack_value import rack_cents
from rackwright.views.serving import SERVING

PICTURES = Path(__file__).parents[3] / "docs" / "images"

FOLDER = Path(rackwright.views.__file__).parent
ANSWERS_WITHOUT_STAGES = {"commits", "checks", "evidence", "omissions"}
each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
PLANS = ("empty_plan", "one_pod", "hostile_plan")


def test_101_each_view_has_a_name_of_its_own() -> None:
    """No two views share a name, and each asks a question."""
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    assert all(view.question.endswith("?") and view.title for view in VIEWS)


def test_102_each_view_of_a_plan_is_listed() -> None:
    """Every `View` a module of the package makes is one of `VIEWS`."""
    made = set()
    for path in sorted(FOLDER.glob("*.py")):
        module = __import__(f"rackwright.views.{path.stem}", fromlist=["*"]) if path.stem != "__init__" else None
        made |= {value.name for value in vars(module).values() if isinstance(value, View)} if module else set()
    assert made == {view.name for view in VIEWS}


@pytest.mark.parametrize("plan_name", PLANS)
@each_view
def test_201_tables_and_figures_are_whole(view: View, plan_name: str, request: pytest.FixtureRequest) -> None:
    """Each row has a cell for each column, reads as text and as JSON, and each figure can be drawn."""
    shown = view.build(request.getfixturevalue(plan_name))
    assert shown.lead.endswith(".")
    for table in shown.tables:
        assert len({column.name for column in table.columns}) == len(table.columns)
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert all(isinstance(text, str) for row in table.as_text() for text in row)
        assert json.loads(json.dumps(table.as_json())) == table.as_json()
    assert all(render(figure).startswith("<svg") for figure in shown.figures)
    assert len({figure.caption.name for figure in shown.figures}) == len(shown.figures)


@each_view
def test_202_a_skipped_stage_is_said(view: View, empty_plan: Plan) -> None:
    """Where nothing was planned, a view draws nothing and names the stage that was skipped and why."""
    shown = view.build(empty_plan)
    assert not shown.figures
    if view.name not in ANSWERS_WITHOUT_STAGES:
        assert "was not planned, the program has no " in shown.lead


@each_view
def test_203_the_same_plan_gives_the_same_answer(view: View, one_pod: Plan) -> None:
    """Asking twice gives equal words, cells and drawings."""
    one, two = view.build(one_pod), view.build(one_pod)
    assert (one.lead, one.tables) == (two.lead, two.tables)
    assert [render(figure) for figure in one.figures] == [render(figure) for figure in two.figures]


def rows(plan: Plan, view: str, title: str) -> list[dict[str, object]]:
    """Rows of a table of a view, by its title."""
    shown = next(v for v in VIEWS if v.name == view).build(plan)
    return list(next(table for table in shown.tables if table.title == title).as_json())


def test_301_stranded_power_is_energised_less_accepted(one_pod: Plan) -> None:
    """Stranded power is what is energised and not used by an accepted rack, never below 0."""
    table = rows(one_pod, "power_ready", "Power ready against racks")
    assert table
    for row in table:
        assert row["stranded_mw"] == pytest.approx(max(0.0, row["energised_mw"] - row["accepted_mw"]))  # type: ignore[operator]
        assert row["accepted_mw"] <= row["on_site_mw"] + 1e-9  # type: ignore[operator]


def test_302_payments_add_up(one_pod: Plan) -> None:
    """The payments shown by quarter are those of the plan, and each running total ends at the party's sum."""
    plan = one_pod
    table = rows(plan, "cash", "Payments by party and quarter")
    paid = sum(row["paid_musd"] for row in table)  # type: ignore[misc]
    assert paid == pytest.approx(sum(plan.supply.cash["paid_cent"].to_list()) / 1e8)
    last = {row["party"]: row["total_musd"] for row in table}
    assert sum(last.values()) == pytest.approx(paid)  # type: ignore[arg-type]


def test_303_use_of_capacity_is_a_share(one_pod: Plan) -> None:
    """Every resource of the plan is listed once by kind, its highest use at most full, the fullest first."""
    plan = one_pod
    table = rows(plan, "heat_map", "Use of capacity, fullest first")
    peaks = [row["peak_share"] for row in table]
    assert all(0.0 <= share <= 1.0 + 1e-6 for share in peaks)  # type: ignore[operator]
    assert peaks == sorted(peaks, key=lambda share: -round(share, 6))  # type: ignore[operator, arg-type]
    assert len(table) == plan.supply.loads.frame.select("kind", "resource").unique().height


def test_304_each_element_is_counted_once(one_pod: Plan) -> None:
    """The folded power chain holds all elements but cables, and its loads are the highest of each kind."""
    plan = one_pod
    table = rows(plan, "one_line", "Elements by kind, the most loaded one of each")
    elements = len(plan.power.elements) - len(plan.power.feeders)
    assert len(plan.power.feeders) > 0
    assert sum(row["count"] for row in table) == elements  # type: ignore[misc]
    worst = max(plan.power.loads.frame["worst_w"].to_list()) / 1e6
    assert max(row["worst_mw"] for row in table) == pytest.approx(worst)  # type: ignore[type-var]


def test_305_failed_checks_come_first(one_pod: Plan) -> None:
    """Every check that failed is listed, and every rule with how often it was held."""
    plan = one_pod
    failed = rows(plan, "checks", "Failed checks")
    rules = rows(plan, "checks", "Rules")
    assert len(failed) == sum(row["failed"] for row in rules)  # type: ignore[misc]
    first_clean = next((i for i, row in enumerate(rules) if not row["failed"]), len(rules))
    assert all(not row["failed"] for row in rules[first_clean:])


def test_306_assumptions_come_first(one_pod: Plan) -> None:
    """Facts that are assumptions stand before all others, each fact once."""
    table = rows(one_pod, "evidence", "Facts: assumptions first, the widest band first")
    kinds = [row["kind"] == "assumption" for row in table]
    assert kinds == sorted(kinds, reverse=True)
    assert len({row["fact"] for row in table}) == len(table) == one_pod.facts.frame["fact"].n_unique()


def test_307_fields_not_used_are_named(one_pod: Plan) -> None:
    """What the program says and no stage uses stands among the omissions."""
    unused = rows(one_pod, "omissions", "Read and not used yet")
    assert "terms.rungs" in {row["field"] for row in unused}


def test_308_a_training_run_takes_its_tokens_over_the_rate(one_pod: Plan) -> None:
    """Days of training are the tokens over the rate of the smallest gang."""
    plan = one_pod
    run = plan.program.training[0]
    row = next(r for r in rows(plan, "platforms", "Workloads on platforms") if r["workload"] == run.id)
    days = run.tokens / (row["per_rack"] * row["min_racks"]) / 86_400  # type: ignore[operator]
    assert row["train_days"] == pytest.approx(days)


def test_309_racks_move_as_ordered(one_pod: Plan) -> None:
    """The racks shown on lanes to campuses are those shipped."""
    plan = one_pod
    moved = sum(row["racks"] for row in rows(plan, "supply_flow", "Racks by lane"))  # type: ignore[misc]
    skus = plan.siting.tranches["configuration"].to_list()
    shipped = [
        qty
        for kind, item, qty in plan.supply.orders.frame.select("kind", "item", "qty").iter_rows()
        if kind == "ship" and item in skus
    ]
    assert moved == pytest.approx(sum(shipped))


def test_serving_costs_by_hand(one_pod: Plan) -> None:
    """A million tokens cost the rack over its life, its building, and the energy of the tokens."""
    table = next(t for t in next(v for v in VIEWS if v.name == "serving").build(one_pod).tables)
    row = table.as_json()[0]
    facts = dict(one_pod.facts.frame.select("fact", "value").iter_rows())
    life, building = (
        next(value for name, value in facts.items() if name.endswith(f".{field}"))
        for field in ("rack_life_days", "facility_life_days")
    )
    per_kw = next(value for name, value in facts.items() if name.endswith(".facility_usd_per_kw"))
    kind = one_pod.racks.types.frame.filter(role="compute").row(0, named=True)
    price = rack_cents(one_pod)[kind["type"]] / 100
    rate = one_pod.program.policy.capital_cost_share_per_year

    def yearly(days: float) -> float:
        return rate / (1 - (1 + rate) ** (-days / 365.25))

    usd_s = (price * yearly(life) + kind["peak_w"] / 1e3 * per_kw * yearly(building)) / (365.25 * 86_400)
    capital = usd_s / (row["accel_tok_s"] * kind["accels"]) * 1e6
    energy = row["energy_j"] / 3.6e9 * one_pod.program.policy.energy_usd_per_mwh * 1e6
    assert row["usd_per_mtok"] == pytest.approx(capital + energy)


def test_serving_frontier_shows_both_arrangements(one_pod: Plan) -> None:
    """The chosen unit stands on the frontier once per pair, beside pools apart, and each keeps its own curve."""
    points = rows(one_pod, "serving", "Frontier")
    assert {row["arrangement"] for row in points} == {"together", "apart"}
    assert sum(bool(row["is_chosen"]) for row in points) == 1


def test_training_shows_one_choice_and_terms_that_add_up(one_pod: Plan) -> None:
    """Each run on a platform has one chosen gang with its reason; shares of the step and bytes of memory are whole."""
    gangs = rows(one_pod, "training", "Pareto set")
    chosen = [row for row in gangs if str(row["why"]).startswith("chosen: ")]
    assert len(chosen) == len({(row["workload"], row["platform"]) for row in gangs})
    priced = [row for row in gangs if row["run_musd"] is not None and "misses" not in str(row["why"])]
    cheapest = min(priced, key=lambda row: float(str(row["run_musd"])))
    assert "cheapest run in time" in str(cheapest["why"])
    assert all(0.0 < float(str(row["run_musd"])) < float(str(row["racks_musd"])) for row in priced)
    shares = [row["share"] for row in rows(one_pod, "training", "Where the step goes")]
    assert sum(shares) == pytest.approx(len(chosen))
    parts = {row["part"] for row in rows(one_pod, "training", "Memory")}
    assert parts >= {"weights", "optimiser", "head", "buffers", "fragmentation", "free"}
    assert rows(one_pod, "training", "Goodput")[0]["share"] > 0.0


def test_the_frontier_of_the_docs_is_that_of_the_example(one_pod: Plan) -> None:
    """docs/images/serving-frontier.svg is what the view draws; write it anew when the model of serving changes."""
    picture = (PICTURES / "serving-frontier.svg").read_text(encoding="utf-8")
    assert picture == render(SERVING.build(one_pod).figures[0]) + "\n", "run: tools/write-reference-pages"
