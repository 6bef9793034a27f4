"""One telling example of each figure kind, all invented, used by the golden tests and to look at."""

from __future__ import annotations

import datetime as dt

from rackwright.figures import (
    Bar,
    BarChart,
    Caption,
    CoolantLoop,
    CoolantRun,
    CoolantUnit,
    DriverLink,
    DriverNetwork,
    DriverNode,
    FabricBundle,
    FabricDiagram,
    FabricNode,
    FabricTier,
    FanBand,
    FanChart,
    Figure,
    Gantt,
    GanttBar,
    GanttGroup,
    GanttLink,
    HallAisle,
    HallArea,
    HallPlan,
    HallPosition,
    HallRow,
    HeatMap,
    HeatRow,
    KpiStrip,
    KpiTile,
    Lineage,
    LineageLink,
    LineageNode,
    LineChart,
    LineSeries,
    OneLine,
    OneLineElement,
    OneLineFeed,
    OneLineLayer,
    ParetoChart,
    ParetoPoint,
    RackDevice,
    RackElevation,
    RackFace,
    ScatterChart,
    ScatterPoint,
    ScatterSeries,
    Shortfall,
    Sparkline,
    SupplyLane,
    SupplyMap,
    SupplySite,
    Tornado,
    TornadoBar,
    Waterfall,
    WaterfallStep,
)

START = dt.date(2026, 1, 5)


def rack_elevation() -> RackElevation:
    """A compute rack, a network rack and a cooling rack."""
    compute = [RackDevice(f"tray-{i}", f"Compute tray {i}", "compute", 10 + i, 1) for i in range(1, 11)]
    compute += [RackDevice(f"nv-{i}", f"Scale-up switch {i}", "switch", 20 + i, 1) for i in range(1, 10)]
    compute += [RackDevice(f"tray-{i}", f"Compute tray {i}", "compute", 19 + i, 1) for i in range(11, 19)]
    compute += [
        RackDevice(
            "shelf-1", "Power shelf 33 kW", "power", 3, 1, severity="warning", detail="Power shelf: 96 % loaded"
        ),
        *(RackDevice(f"shelf-{i}", "Power shelf 33 kW", "power", 2 + i, 1) for i in range(2, 5)),
        *(RackDevice(f"shelf-{i}", "Power shelf 33 kW", "power", 35 + i, 1) for i in range(5, 9)),
        RackDevice("manifold", "Manifold and leak tray", "cooling", 1, 2),
        RackDevice("oob", "Management switch 1GbE", "management", 44, 1),
        RackDevice("panel", "Patch panel, 4 x MPO-12 cassettes, front", "cable", 46, 2, href="#cut-sheet"),
    ]
    network = [RackDevice(f"leaf-{i}", f"Leaf {i} · 64 × 800G", "switch", 40 - 3 * i, 2) for i in range(1, 9)]
    network += [RackDevice("store", "Storage head", "storage", 4, 4), RackDevice("pdu", "Power shelf", "power", 1, 2)]
    network += [RackDevice("xx", "Spectrum tap", "instrument", 43, 1, severity="critical", detail="No port left")]
    cooling = [RackDevice("cdu", "CDU 1.3 MW", "cooling", 1, 30), RackDevice("ctl", "Controller", "management", 40)]
    return RackElevation(
        Caption("rack-elevation", "Rack elevations of block A", "Three racks of block A from the front."),
        (
            RackFace("a01", "A01 compute", 48, tuple(compute), 132_000, 1_360, "liquid 85 %", count=32),
            RackFace("a02", "A02 network", 48, tuple(network), 18_500, 780, severity="critical"),
            RackFace("a03", "A03 cooling", 42, tuple(cooling), 9_000, 1_050, "row CDU"),
        ),
    )


def _hall_row(index: int, y_mm: float, num_racks: int) -> HallRow:
    letter = "ABCDEFGH"[index]
    spots = []
    for i in range(num_racks):
        role = "network" if i in (7, 15) else "cooling" if i == 0 else "compute"
        state = "free" if index == 5 and i > 18 else "reserved" if index >= 4 and i > 14 else "placed"
        severity = "warning" if (index, i) == (2, 11) else "critical" if (index, i) == (3, 4) else "none"
        detail = (
            "Rack C12: floor load at 97 %"
            if severity == "warning"
            else "Rack D05: no feed B"
            if severity == "critical"
            else ""
        )
        x_mm = 2_400 + i * 600 + (1_800 if i > 11 else 0)
        spots.append(HallPosition(f"{letter}{i + 1:02d}", x_mm, y_mm, 600, 1_200, role, state, severity, detail))
    return HallRow(
        f"row-{letter}", f"Row {letter}", tuple(spots), f"{num_racks} positions · {num_racks * 0.132:.1f} MW"
    )


def hall_plan() -> HallPlan:
    """Six rows of racks in three pods with hot and cold aisles and two keep-outs."""
    tops = [15_000, 12_600, 9_600, 7_200, 4_200, 1_800]
    rows = tuple(_hall_row(index, y, 24) for index, y in enumerate(tops))
    aisles = [HallAisle("hot", 2_400, y, 16_200, 1_200) for y in (13_800, 8_400, 3_000)]
    aisles += [HallAisle("cold", 2_400, y, 16_200, 1_800) for y in (10_800, 5_400)]
    return HallPlan(
        Caption("hall-plan", "Plan of hall 1", "Six rows of 24 positions; rows E and F are partly reserved or free."),
        21_000,
        18_000,
        rows,
        tuple(aisles),
        (
            HallArea("column-1", "Columns", 9_700, 10_850, 1_500, 1_700),
            HallArea("stairs", "Stairs and lift", 18_900, 300, 2_000, 4_000),
        ),
    )


def fabric_diagram() -> FabricDiagram:
    """A three-tier fabric with folded spines, leaves and units."""
    cores = tuple(FabricNode(f"core-{p}", f"Core plane {p}", 16, "128 × 800G") for p in (1, 2))
    spines = tuple(FabricNode(f"spine-{u}", f"Spines, unit {u}", 16, "64 × 800G") for u in range(1, 5))
    leaves = tuple(
        FabricNode(f"leaf-{u}", f"Leaves, unit {u}", 32, "64 × 800G", "warning" if u == 3 else "none")
        for u in range(1, 5)
    )
    units = tuple(FabricNode(f"unit-{u}", f"Unit {u}", 32, "72 GPUs") for u in range(1, 5))
    bundles = [FabricBundle(f"core-{p}", f"spine-{u}", 256, "800G") for p in (1, 2) for u in range(1, 5)]
    bundles += [
        FabricBundle(f"spine-{u}", f"leaf-{u}", 1_024, "800G", "warning" if u == 3 else "none") for u in range(1, 5)
    ]
    bundles += [FabricBundle(f"leaf-{u}", f"unit-{u}", 2_304, "400G") for u in range(1, 5)]
    return FabricDiagram(
        Caption("fabric-diagram", "Scale-out fabric of block A", "Four scalable units below two core planes."),
        (
            FabricTier("Core", cores, "2 planes"),
            FabricTier("Spine", spines, "4 groups"),
            FabricTier("Leaf", leaves, "one per rail"),
            FabricTier("Scalable units", units, "128 racks"),
        ),
        tuple(bundles),
    )


def one_line() -> OneLine:
    """A 2N chain from two utility feeds to racks."""
    elements: list[OneLineElement] = []
    feeds: list[OneLineFeed] = []
    for side, load in (("a", 0.78), ("b", 0.78)):
        s = side.upper()
        elements += [
            OneLineElement(f"util-{side}", f"Utility {s}", "utility", 0, side, "138 kV · 60 MVA", 0.82),
            OneLineElement(f"tx-{side}", f"Main transformer {s}", "transformer", 1, side, "60 MVA", 0.86),
            OneLineElement(f"gen-{side}", f"Gensets {s}", "genset", 2, side, "3 MW", 0.93, 10, "warning"),
            OneLineElement(f"mv-{side}", f"MV switchgear {s}", "switchgear", 2, side, "13.8 kV · 3,000 A", load),
            OneLineElement(f"ut-{side}", f"Unit transf. {s}", "transformer", 3, side, "3.5 MVA", 0.74, 12),
            OneLineElement(f"ats-{side}", f"ATS {s}", "ats", 4, side, "4,000 A", 0.66, 12),
            OneLineElement(
                f"ups-{side}",
                f"UPS {s}",
                "ups",
                5,
                side,
                "2.5 MW",
                1.04 if side == "b" else 0.97,
                10,
                "critical" if side == "b" else "none",
            ),
            OneLineElement(f"bus-{side}", f"Busway {s}", "busway", 6, side, "415 V · 1,250 A", 0.81, 64),
            OneLineElement(f"pdu-{side}", f"Breakers {s}", "breaker", 6, side, "160 A", 0.4, 128),
        ]
        feeds += [
            OneLineFeed(f"util-{side}", f"tx-{side}"),
            OneLineFeed(f"tx-{side}", f"mv-{side}"),
            OneLineFeed(f"gen-{side}", f"ats-{side}", is_normally_open=True),
            OneLineFeed(f"mv-{side}", f"ut-{side}"),
            OneLineFeed(f"ut-{side}", f"ats-{side}"),
            OneLineFeed(f"ats-{side}", f"ups-{side}"),
            OneLineFeed(f"ups-{side}", f"bus-{side}"),
            OneLineFeed(f"ups-{side}", f"pdu-{side}"),
            OneLineFeed(f"bus-{side}", "shelf"),
        ]
    feeds += [OneLineFeed("pdu-a", "mech"), OneLineFeed("pdu-b", "mech"), OneLineFeed("shelf", "rack")]
    elements += [
        OneLineElement("shelf", "Power shelves", "power_shelf", 7, "shared", "33 kW", 0.72, 1_024),
        OneLineElement("mech", "Cooling plant", "load", 7, "shared", "4.2 MW", None),
        OneLineElement("rack", "Compute racks", "rack", 8, "shared", "132 kW", None, 128),
    ]
    layers = (
        OneLineLayer("Grid", "138 kV"),
        OneLineLayer("Substation", "138 / 13.8 kV"),
        OneLineLayer("Medium voltage", "13.8 kV"),
        OneLineLayer("Low voltage", "415 V"),
        OneLineLayer("Transfer", "415 V"),
        OneLineLayer("UPS", "415 V"),
        OneLineLayer("Distribution", "415 V"),
        OneLineLayer("Racks", "415 V to 54 V"),
        OneLineLayer("Load", "54 V"),
    )
    caption = Caption("one-line", "One-line diagram of campus 1", "Two feeds; UPS B is overloaded when side A is lost.")
    return OneLine(caption, 0.9, layers, tuple(elements), tuple(feeds))


def coolant_loop() -> CoolantLoop:
    """Racks, manifolds, CDUs, facility loop, dry coolers and trim chillers."""
    return CoolantLoop(
        Caption("coolant-loop", "Coolant loops of hall 1", "Heat of 128 racks runs through 12 CDUs to dry coolers."),
        (
            CoolantUnit("racks", "Compute racks", "rack", 0, ("112 kW to liquid", "85 % of heat"), 128),
            CoolantUnit("manifolds", "Row manifolds", "manifold", 1, ("DN 100",), 16),
            CoolantUnit("cdu", "CDU", "cdu", 2, ("1.3 MW", "N+1, 96 % worst"), 12, "warning"),
            CoolantUnit("loop", "Facility loop", "loop", 3, ("DN 300", "2 pumps + 1")),
            CoolantUnit("dry", "Dry coolers", "dry_cooler", 4, ("1.1 MW at 38 °C",), 14),
            CoolantUnit("trim", "Trim chillers", "chiller", 4, ("0.9 MW",), 3),
        ),
        (
            CoolantRun("racks", "manifolds", 32, 44.5, 110),
            CoolantRun("manifolds", "cdu", 32, 44.5, 1_760),
            CoolantRun("cdu", "loop", 28, 40, 19_800),
            CoolantRun("loop", "dry", 28, 40, 17_000),
            CoolantRun("loop", "trim", 24, 30, 2_800),
        ),
    )


def driver_network() -> DriverNetwork:
    """Three projects, one link and one wait for a chamber."""
    nodes = (
        DriverNode("gen-3", "Generation 3", "ends 2027-05-02"),
        DriverNode("gen-4", "Generation 4", "ends 2028-01-14", "warning"),
        DriverNode("line", "Line 3", "ends 2027-03-01"),
    )
    links = (
        DriverLink("gen-3", "gen-4", "9 d: thermal chamber", is_resource=True),
        DriverLink("line", "gen-4", "link, 27 d to spare"),
    )
    words = "Generation 4 waits nine days for the chamber that generation 3 holds."
    return DriverNetwork(Caption("drivers", "Which project waits for which", words), nodes, links)


def gantt() -> Gantt:
    """Two projects with gates, whiskers, critical bars and links."""
    bars_1 = (
        GanttBar("spec", "Requirement specification", 0, 40, p50_day=40, p80_day=48),
        GanttBar("g1", "Gate 1: concept", 40, 40, "gate", 42, 50),
        GanttBar("evt", "EVT build and liquid leak test", 40, 130, "activity", 136, 160, is_critical=True),
        GanttBar("dvt", "DVT build", 130, 215, "activity", 226, 262, is_critical=True, severity="warning"),
        GanttBar("cert", "Safety certification of the power shelf, both voltages", 150, 240, "activity", 245, 275),
        GanttBar(
            "g2", "Gate 2: release to production", 262, 262, "gate", 270, 301, is_critical=True, severity="critical"
        ),
    )
    bars_2 = (
        GanttBar("line", "Line 3 fit-out", 60, 190, "activity", 190, 205, float_days=24, baseline=(50, 170)),
        GanttBar("cells", "L11 test cells, 12 of 20", 190, 300, "activity", 310, 352),
        GanttBar("ramp", "Ramp to 40 racks a week", 300, 420, "activity", 430, 470, is_critical=True),
        GanttBar("g3", "First accepted rack", 330, 330, "gate", 338, 371, p95_day=402),
    )
    return Gantt(
        Caption(
            "gantt",
            "Schedule of generation 2",
            "The release to production is critical and has a P80 date 39 days late.",
        ),
        START,
        (GanttGroup("npi", "Generation 2 rack", bars_1), GanttGroup("ohio", "Plant Ohio", bars_2)),
        (
            GanttLink("npi/spec", "npi/evt"),
            GanttLink("npi/evt", "npi/dvt"),
            GanttLink("npi/dvt", "npi/g2"),
            GanttLink("npi/cert", "npi/g2"),
            GanttLink("ohio/line", "ohio/cells"),
            GanttLink("npi/g2", "ohio/ramp"),
        ),
        today_day=96,
    )


def heat_map() -> HeatMap:
    """Use of work centres over half a year of weeks."""
    names = (
        "Brazing, Ohio",
        "L10 assembly, Texas",
        "L11 test, Texas",
        "Leak test, Texas",
        "Cable cells, Wisconsin",
        "Busway press, Ohio",
    )
    rows = tuple(
        HeatRow(
            f"wc-{r}",
            name,
            tuple(
                None if (r == 4 and w < 3) else round(0.35 + 0.025 * ((w * (r + 2)) % 29) + 0.004 * w, 3)
                for w in range(26)
            ),
        )
        for r, name in enumerate(names)
    )
    weeks = tuple((START + dt.timedelta(weeks=w)).strftime("%d %b") for w in range(26))
    return HeatMap(
        Caption("heat-map", "Load of work centres", "Brazing is above capacity in some weeks."),
        weeks,
        rows,
        1.0,
        0.9,
        1.0,
    )


def line_chart() -> LineChart:
    """Demand against accepted capacity by steps, with three more lines that end close together."""
    days = tuple(range(0, 720, 60))
    demand = (0, 0, 8, 8, 24, 24, 40, 40, 64, 64, 96, 96)
    accepted = (0, 0, 4, 8, 16, 20, 36, 44, 52, 60, 84, 90)
    power = (10, 10, 10, 30, 30, 30, 30, 50, 50, 50, 100, 100)
    return LineChart(
        Caption("line-chart", "Demand against accepted capacity", "Accepted racks stay below demand from month 5 on."),
        START,
        "racks",
        (
            LineSeries("demand", "Demand", days, tuple(map(float, demand))),
            LineSeries("accepted", "Accepted racks (P50)", days, tuple(map(float, accepted))),
            LineSeries("power", "Energised for", days, tuple(map(float, power))),
        ),
        Shortfall("demand", "accepted", "demand not served"),
        is_step=True,
        today_day=96,
    )


def fan_chart() -> FanChart:
    """Tokens per second that two generations carry, with a target."""
    days = tuple(range(0, 730, 73))
    mid = tuple(10.0 * 1.21**i for i in range(10))
    low = tuple(3.0 * 1.15**i for i in range(10))
    return FanChart(
        Caption("fan-chart", "Serving rate", "The median passes the target in month 17."),
        START,
        "M tokens/s",
        (
            FanBand("gen-2", "Generation 2", days, tuple(v * 0.8 for v in mid), mid, tuple(v * 1.25 for v in mid)),
            FanBand("gen-1", "Generation 1", days, tuple(v * 0.9 for v in low), low, tuple(v * 1.1 for v in low)),
        ),
        target=45.0,
        target_label="Target rate",
        today_day=96,
    )


def bar_chart() -> BarChart:
    """Cost by part, stacked by owner."""
    return BarChart(
        Caption("bar-chart", "Cost by part", "Compute trays are 71 % of the cost."),
        "MUSD",
        ("turnkey", "consigned", "buy-sell"),
        (
            Bar("trays", "Compute trays", (410.0, 1_650.0, 120.0)),
            Bar("switch", "Scale-up switch trays", (90.0, 240.0, 0.0)),
            Bar("cables", "Cables and optics", (140.0, 0.0, 60.0), severity="warning"),
            Bar("power", "Power shelves and busways", (130.0, 0.0, 0.0)),
            Bar("cooling", "CDUs, manifolds, quick disconnects", (110.0, 0.0, 25.0)),
        ),
    )


def waterfall() -> Waterfall:
    """From the old to the new cost of the plan."""
    return Waterfall(
        Caption("waterfall", "What changed the cost", "The plan costs 85 MUSD more than the last one."),
        "MUSD",
        (
            WaterfallStep("old", "Last plan", 2_910.0, is_total=True),
            WaterfallStep("racks", "16 more racks", 180.0),
            WaterfallStep("optics", "Copper instead of optics", -74.0),
            WaterfallStep("expedite", "Expedites dropped", -21.0),
            WaterfallStep("new", "This plan", is_total=True),
        ),
    )


def tornado() -> Tornado:
    """What moves the date of the first 1,000 accepted racks."""
    return Tornado(
        Caption("tornado", "What moves the accepted date", "Brazing capacity moves the date most."),
        212.0,
        "days from the horizon's start",
        (
            TornadoBar("brazing", "Brazing capacity", 255.0, 190.0, "28/week", "52/week"),
            TornadoBar("l11", "L11 test time", 196.0, 240.0, "20 h", "44 h"),
            TornadoBar("energise", "Energisation of hall 2", 205.0, 238.0, "on time", "8 weeks late"),
            TornadoBar("yield", "First-pass yield", 221.0, 207.0, "82 %", "94 %"),
        ),
    )


def supply_map() -> SupplyMap:
    """Three plants to three campuses."""
    return SupplyMap(
        Caption("supply-map", "Racks by plant and campus, 2026", "Plant Texas makes most racks."),
        "racks",
        (
            SupplySite("texas", "Plant Texas", "L10, L11"),
            SupplySite("ohio", "Plant Ohio", "L11", "warning"),
            SupplySite("wisconsin", "Plant Wisconsin", "cables"),
        ),
        (
            SupplySite("abilene", "Campus West"),
            SupplySite("lordstown", "Campus Lake"),
            SupplySite("milam", "Campus Milam", "from June"),
        ),
        (
            SupplyLane("texas", "abilene", 620),
            SupplyLane("texas", "milam", 240),
            SupplyLane("ohio", "lordstown", 330),
            SupplyLane("ohio", "abilene", 120, severity="warning"),
            SupplyLane("wisconsin", "lordstown", 40),
            SupplyLane("wisconsin", "milam", 25),
        ),
    )


def lineage() -> Lineage:
    """Why 1,024 power shelves."""
    return Lineage(
        Caption("lineage", "Why 1,024 power shelves?", "The number comes from racks, shelves per rack and two facts."),
        (
            LineageNode("qty", "Power shelves to order", "result", 0, "1,024"),
            LineageNode("f1", "shelves = racks x shelves per rack", "formula", 1),
            LineageNode("racks", "siting.blocks.racks", "table", 2, "128"),
            LineageNode("per", "racks.internal.count", "table", 2, "8"),
            LineageNode("units", "sites.yaml: block A units", "program", 3, "32", href="#sites"),
            LineageNode("peak", "Peak power of a rack", "fact", 3, "132 kW"),
            LineageNode("margin", "Margin for transients", "assumption", 3, "10 %", "warning"),
            LineageNode("sheet", "Data sheet of Supplier A, revision 4", "source", 4),
        ),
        (
            LineageLink("qty", "f1"),
            LineageLink("f1", "racks"),
            LineageLink("f1", "per"),
            LineageLink("racks", "units"),
            LineageLink("per", "peak"),
            LineageLink("per", "margin"),
            LineageLink("peak", "sheet"),
        ),
    )


def kpi_strip() -> KpiStrip:
    """Page 1 in five tiles."""
    return KpiStrip(
        Caption("kpi-strip", "Page 1 numbers"),
        (
            KpiTile(
                "accepted",
                "Racks accepted by December",
                "1,180",
                "of 1,344 needed",
                (0, 40, 120, 300, 640, 900, 1180),
                "critical",
            ),
            KpiTile("p80", "P80 date of tranche 2", "14 Nov 26", "+9 days since last plan", (4, 5, 5, 7, 9), "warning"),
            KpiTile("stranded", "Stranded power", "6.4 MW", "month 8 to 11", (0, 2, 6.4, 5, 1)),
            KpiTile("decisions", "Decisions in 30 days", "7", "4.1 MUSD liability", severity="notice"),
            KpiTile("us", "Traced US value share", "68 %", "+2 points", (0.6, 0.61, 0.66, 0.68)),
        ),
    )


def sparkline() -> Sparkline:
    """A small course."""
    return Sparkline(Caption("sparkline", "Racks a week"), (2, 4, 4, 7, 12, 10, 16, 21))


def pareto_chart() -> ParetoChart:
    """Coming designs against what can be bought."""
    return ParetoChart(
        Caption("pareto-chart", "Designs within 2.5 kW a package", "Design 1 is cheapest, design 3 needs least power."),
        "cost of the mix, platform = 1",
        "power of the mix, platform = 1",
        (
            ParetoPoint("d1", "1", 0.71, 0.98, "pareto"),
            ParetoPoint("d2", "2", 0.78, 0.81, "pareto"),
            ParetoPoint("d3", "3", 0.95, 0.74, "pareto"),
            ParetoPoint("d4", "4", 0.96, 0.741, "pareto"),
            ParetoPoint("base", "platform", 1.0, 1.0, "reference"),
            ParetoPoint("a", "incumbent A", 1.31, 1.22),
            ParetoPoint("b", "incumbent B", 1.28, 1.6),
        ),
        ("Pareto design", "incumbent", "platform in development"),
    )


def scatter_chart() -> ScatterChart:
    """Predicted against published times of two devices, and a curve of the same plane."""
    return ScatterChart(
        Caption("scatter-chart", "Predicted against published time per token", "Two devices; dashed lines are 20 %."),
        "published, ms",
        "predicted, ms",
        (
            ScatterSeries(
                "h100",
                "H100",
                (
                    ScatterPoint("a", 6.5, 7.1),
                    ScatterPoint("b", 12.0, 13.5),
                    ScatterPoint("c", 38.0, 24.6, "256 users"),
                ),
            ),
            ScatterSeries("b200", "B200", (ScatterPoint("a", 9.4, 15.3, "two chips"), ScatterPoint("b", 20.6, 29.5))),
            ScatterSeries("law", "a law", (ScatterPoint("a", 7.0, 8.0), ScatterPoint("b", 30.0, 33.0)), "line"),
        ),
        is_log=True,
        ratios=(1.0, 0.8, 1.25),
    )


def gallery() -> tuple[Figure, ...]:
    """Every example, in the order of the reader's way from page 1 to the sources."""
    return (
        kpi_strip(),
        sparkline(),
        rack_elevation(),
        hall_plan(),
        fabric_diagram(),
        one_line(),
        coolant_loop(),
        driver_network(),
        gantt(),
        heat_map(),
        line_chart(),
        fan_chart(),
        bar_chart(),
        waterfall(),
        tornado(),
        pareto_chart(),
        scatter_chart(),
        supply_map(),
        lineage(),
    )
