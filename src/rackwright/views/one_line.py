"""How does power reach the racks of each site, and how loaded is each kind of element in its worst single failure?

Equal elements are folded: one symbol per kind, part and side, with its count and the worst load over rating among them.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from rackwright.figures import Caption, OneLine, OneLineElement, OneLineFeed, OneLineLayer
from rackwright.figures.power_symbols import PowerKind, SymbolSet
from rackwright.figures.svg import slug
from rackwright.plan import Plan
from rackwright.program.sites import Site
from rackwright.views.absent import absent
from rackwright.views.equipment_only import without_feeders
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["ONE_LINE", "lost_elements", "one_line_diagram", "one_line_file", "usual_symbols"]

MOST_FIGURES = 6
# Kind of element -> name of its layer from the grid down to the rack, and its symbol.
LAYERS: tuple[tuple[str, str, PowerKind], ...] = (
    ("utility", "Grid", "utility"),
    ("hv-transformer", "Substation", "transformer"),
    ("mv-switchgear", "Medium voltage", "switchgear"),
    ("turbine", "Medium voltage", "genset"),
    ("engine", "Medium voltage", "genset"),
    ("fuel-cell", "Medium voltage", "battery"),
    ("unit-substation", "Unit substations", "transformer"),
    ("generator", "Unit substations", "genset"),
    ("ats", "Transfer", "ats"),
    ("lv-switchgear", "Low voltage", "switchgear"),
    ("ups", "UPS", "ups"),
    ("sts", "Static switches", "ats"),
    ("busway", "Busways", "busway"),
    ("cooling", "Busways", "load"),
    ("tap", "Taps", "breaker"),
    ("side-rack", "Side racks", "power_shelf"),
    ("rack", "Racks", "rack"),
)
LAYER_NOTES = {"Unit substations": "and standby", "Busways": "and cooling"}
ANSI_COUNTRIES = ("US", "CA", "MX")
ON_SITE = ("turbine", "engine", "fuel-cell")
CONSUMERS = ("rack", "cooling")  # fed from both sides at once; their rating is their own load
SIDES: dict[str, Literal["a", "b"]] = {"A": "a", "B": "b"}


def _folded(plan: Plan, site: str) -> pl.DataFrame:
    """Elements of a site by kind, part and side: count, rating, worst load over rating, the failure that makes it."""
    elements = without_feeders(plan.power.elements.frame.filter(site=site))
    loads = plan.power.loads.frame.select("element", "normal_w", "worst_w", "failure")
    both = elements.join(loads, on="element", how="left").with_columns(
        pl.when((pl.col("rating_w") > 0) & ~pl.col("kind").is_in(CONSUMERS))
        .then(pl.col("worst_w") / pl.col("rating_w"))
        .alias("share"),
        _group().alias("group"),
    )
    ordered = both.sort("share", "element", descending=[True, False], nulls_last=True)
    return (
        ordered.group_by("group", maintain_order=True)
        .agg(
            pl.col("kind", "part", "side").first(),
            pl.len().alias("count"),
            pl.col("rating_w").max(),
            pl.col("share").first(),
            pl.col("element").first().alias("worst_element"),
            pl.col("failure").first(),
            pl.col("worst_w").first(),
        )
        .sort("group")
    )


def _group() -> pl.Expr:
    return pl.format("{}|{}|{}", pl.col("kind"), pl.col("part"), pl.col("side"))


def _show(plan: Plan) -> Shown:
    if not len(plan.power.elements):
        return absent(plan, "No power chain", "power")
    sites = [site for site in plan.program.sites if plan.power.elements.frame.filter(site=site.id).height]
    figures = tuple(one_line_diagram(plan, site) for site in sites[:MOST_FIGURES])
    tables = (_balance_table(plan), _element_table(plan, sites))
    balances = plan.power.balances.frame
    facility = sum(balances["facility_w"].to_list()) / WATTS_PER_MW
    over = _overloaded(plan)
    state = f"{counted(over, 'element')} above rating in the worst single failure" if over else (
        "no element is above its rating in any single failure"
    )  # fmt: skip
    pages = "Failure by failure: drawings/one-line-SITE.html."
    return Shown(f"{facility:,.1f} MW at the grid at {counted(len(sites), 'site')}; {state}. {pages}", tables, figures)


def _overloaded(plan: Plan) -> int:
    rated = plan.power.elements.frame.filter(~pl.col("kind").is_in(CONSUMERS)).select("element", "rating_w")
    both = plan.power.loads.frame.join(rated, on="element")
    return both.filter((pl.col("rating_w") > 0) & (pl.col("worst_w") > pl.col("rating_w"))).height


def lost_elements(plan: Plan, site: str) -> list[str]:
    """Elements whose loss the table of cases has for a site, one of each folded group."""
    return sorted(set(plan.power.cases.frame.filter(site=site)["lost"].to_list()))


def one_line_file(site: Site) -> str:
    """Place in a plan's output of the page that shows a site's one-line failure by failure."""
    return f"drawings/one-line-{slug(site.id)}.html"


def usual_symbols(site: Site) -> SymbolSet:
    """Symbols of the standard a site's engineers draw by: ANSI in North America, else IEC."""
    return "ansi" if site.country in ANSI_COUNTRIES else "iec"


def one_line_diagram(plan: Plan, site: Site, *, lost: str = "", symbols: SymbolSet | None = None) -> OneLine:
    """Folded one-line diagram of a site, with the worst loads of all failures, or those with one element lost.

    Parameters
    ----------
    plan, site
        Plan, and one of its sites.
    lost
        Element lost; empty for the worst of all failures.
    symbols
        Standard of the symbols; that of the site's country where None.
    """
    folded = _folded(plan, site.id)
    case = _case(plan, site.id, lost)
    case_group = next(iter(_groups(plan, lost)), "")
    kinds = set(folded["kind"].to_list())
    drawn = [row for row in LAYERS if row[0] in kinds]
    layers = list(dict.fromkeys(label for _, label, _ in drawn))
    place = {kind: layers.index(label) for kind, label, _ in drawn}
    symbol: dict[str, PowerKind] = {kind: name for kind, _, name in drawn}
    elements = tuple(
        OneLineElement(
            row["group"],
            row["part"] or row["kind"],
            symbol[row["kind"]],
            place[row["kind"]],
            SIDES.get(row["side"], "shared"),
            f"{row['rating_w'] / WATTS_PER_MW:,.2f} MW" if row["rating_w"] else "",
            row["share"] if not lost or row["share"] is None else case.get(row["group"], 0.0) / row["rating_w"],
            row["count"],
            "warning" if row["group"] == case_group else "none",
        )
        for row in folded.iter_rows(named=True)
        if row["kind"] in place
    )
    return OneLine(
        Caption(
            f"one-line-{site.id}" + (f"-{lost}" if lost else ""),
            f"{site.name}: one-line diagram" + (f", {lost} lost" if lost else ""),
            "Grid at the top, racks at the bottom; bars show the worst load over the rating with "
            + ("that element lost; its group is marked." if lost else "any one element lost."),
        ),
        site.power.loading_share,
        tuple(OneLineLayer(label, LAYER_NOTES.get(label, "")) for label in layers),
        elements,
        _feeds(plan, site.id),
        symbols or usual_symbols(site),
    )


def _case(plan: Plan, site: str, lost: str) -> dict[str, float]:
    """Highest load of each group with one element lost [W]."""
    own = plan.power.cases.frame.filter(site=site, lost=lost).with_columns(_group().alias("group"))
    return dict(own.select("group", "load_w").iter_rows())


def _groups(plan: Plan, element: str) -> list[str]:
    """Group of an element; none for no element."""
    return plan.power.elements.frame.filter(element=element).with_columns(_group().alias("group"))["group"].to_list()


def _feeds(plan: Plan, site: str) -> tuple[OneLineFeed, ...]:
    """Connections between folded elements, normal and standby."""
    own = without_feeders(plan.power.elements.frame.filter(site=site)).with_columns(_group().alias("group"))
    groups = own.select("element", pl.col("group").alias("above"))
    found: list[tuple[str, str, bool]] = []
    for column in ("upstream", "standby"):
        pairs = own.filter(pl.col(column) != "").join(groups, left_on=column, right_on="element")
        pairs = pairs.select("above", "group", "kind").unique().sort("above", "group")
        found += [(a, b, column == "standby" and kind not in CONSUMERS) for a, b, kind in pairs.iter_rows()]
    on_site = own.filter(pl.col("kind").is_in(ON_SITE)).rename({"group": "above"}).select("feeds", "above")
    below = groups.rename({"element": "feeds", "above": "group"})
    fed = on_site.join(below, on="feeds").select("above", "group").unique().sort("above", "group")
    found += [(a, b, False) for a, b in fed.iter_rows()]
    normal = {(above, below) for above, below, is_open in found if not is_open}
    return tuple(
        OneLineFeed(above, below, is_open)
        for above, below, is_open in found
        if above != below and not (is_open and (above, below) in normal)
    )


def _balance_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("it_mw", "IT load", "MW", 2),
        TableColumn("cooling_mw", "Cooling", "MW", 2),
        TableColumn("loss_mw", "Losses", "MW", 2),
        TableColumn("facility_mw", "At the grid", "MW", 2),
        TableColumn("pue", "PUE, design day", "", 3),
        TableColumn("pue_year", "PUE, year", "", 3),
        TableColumn("wue_l_per_kwh", "WUE, year", "L/kWh", 3),
        TableColumn("energised_mw", "Contracted", "MW", 2),
        TableColumn("water_m3_per_day", "Water", "m³/day", 1),
    )
    rows = tuple(
        (
            row["site"],
            *(row[name] / WATTS_PER_MW for name in ("it_w", "cooling_w", "loss_w", "facility_w")),
            row["pue"],
            row["pue_year"],
            row["wue_l_per_kwh"],
            row["energised_w"] / WATTS_PER_MW,
            row["water_l_per_day"] / 1000,
        )
        for row in plan.power.balances.frame.iter_rows(named=True)
    )
    return ViewTable("Energy balance at peak", columns, rows, "Facility = IT + cooling + losses; PUE = facility / IT.")


def _element_table(plan: Plan, sites: list[Site]) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("kind", "Kind"),
        TableColumn("part", "Part"),
        TableColumn("side", "Side"),
        TableColumn("count", "Count"),
        TableColumn("rating_mw", "Rating", "MW", 3),
        TableColumn("worst_mw", "Worst load", "MW", 3),
        TableColumn("share", "of rating", digits=0, is_share=True),
        TableColumn("failure", "when this is lost"),
    )
    order = {kind: index for index, (kind, _, _) in enumerate(LAYERS)}
    rows: list[tuple[Cell, ...]] = []
    for site in sites:
        folded = sorted(
            _folded(plan, site.id).iter_rows(named=True), key=lambda r: (order.get(r["kind"], 99), r["group"])
        )
        rows += [
            (
                site.id,
                row["kind"],
                row["part"],
                row["side"],
                row["count"],
                row["rating_w"] / WATTS_PER_MW or None,
                None if row["worst_w"] is None else row["worst_w"] / WATTS_PER_MW,
                row["share"],
                row["failure"] or "",
            )
            for row in folded
        ]
    return ViewTable("Elements by kind, the most loaded one of each", columns, tuple(rows))


ONE_LINE = View(
    "one_line",
    "Power chain",
    "How does power reach the racks, and what does any single failure do to it?",
    _show,
)
