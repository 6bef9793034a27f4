"""Figure data in, SVG text out.

Pure functions without clock or chance, used alike by report, web, docs and notebooks.
"""

from __future__ import annotations

from rackwright.figures.bar_chart import (
    Bar,
    BarChart,
    Tornado,
    TornadoBar,
    Waterfall,
    WaterfallStep,
    render_bar_chart,
    render_tornado,
    render_waterfall,
)
from rackwright.figures.coolant_loop import CoolantLoop, CoolantRun, CoolantUnit, render_coolant_loop
from rackwright.figures.driver_network import DriverLink, DriverNetwork, DriverNode, render_driver_network
from rackwright.figures.fabric_diagram import FabricBundle, FabricDiagram, FabricNode, FabricTier, render_fabric_diagram
from rackwright.figures.fan_chart import FanBand, FanChart, render_fan_chart
from rackwright.figures.gantt import Gantt, GanttBar, GanttGroup, GanttLink, render_gantt
from rackwright.figures.hall_plan import HallAisle, HallArea, HallPlan, HallPosition, HallRow, render_hall_plan
from rackwright.figures.heat_map import HeatMap, HeatRow, render_heat_map
from rackwright.figures.kinds import Figure, render
from rackwright.figures.kpi_strip import KpiStrip, KpiTile, Sparkline, render_kpi_strip, render_sparkline
from rackwright.figures.line_chart import LineChart, LineSeries, Shortfall, render_line_chart
from rackwright.figures.lineage import Lineage, LineageLink, LineageNode, render_lineage
from rackwright.figures.one_line import OneLine, OneLineElement, OneLineFeed, OneLineLayer, render_one_line
from rackwright.figures.palette import page_style
from rackwright.figures.pareto_chart import ParetoChart, ParetoPoint, render_pareto_chart
from rackwright.figures.rack_elevation import RackDevice, RackElevation, RackFace, render_rack_elevation
from rackwright.figures.scatter_chart import ScatterChart, ScatterPoint, ScatterSeries, render_scatter_chart
from rackwright.figures.supply_map import SupplyLane, SupplyMap, SupplySite, render_supply_map
from rackwright.figures.svg import Caption, Severity, without_style

__all__ = [
    "Bar",
    "BarChart",
    "Caption",
    "CoolantLoop",
    "CoolantRun",
    "CoolantUnit",
    "DriverLink",
    "DriverNetwork",
    "DriverNode",
    "FabricBundle",
    "FabricDiagram",
    "FabricNode",
    "FabricTier",
    "FanBand",
    "FanChart",
    "Figure",
    "Gantt",
    "GanttBar",
    "GanttGroup",
    "GanttLink",
    "HallAisle",
    "HallArea",
    "HallPlan",
    "HallPosition",
    "HallRow",
    "HeatMap",
    "HeatRow",
    "KpiStrip",
    "KpiTile",
    "LineChart",
    "LineSeries",
    "Lineage",
    "LineageLink",
    "LineageNode",
    "OneLine",
    "OneLineElement",
    "OneLineFeed",
    "OneLineLayer",
    "ParetoChart",
    "ParetoPoint",
    "RackDevice",
    "RackElevation",
    "RackFace",
    "ScatterChart",
    "ScatterPoint",
    "ScatterSeries",
    "Severity",
    "Shortfall",
    "Sparkline",
    "SupplyLane",
    "SupplyMap",
    "SupplySite",
    "Tornado",
    "TornadoBar",
    "Waterfall",
    "WaterfallStep",
    "page_style",
    "render",
    "render_bar_chart",
    "render_coolant_loop",
    "render_driver_network",
    "render_fabric_diagram",
    "render_fan_chart",
    "render_gantt",
    "render_hall_plan",
    "render_heat_map",
    "render_kpi_strip",
    "render_line_chart",
    "render_lineage",
    "render_one_line",
    "render_pareto_chart",
    "render_rack_elevation",
    "render_scatter_chart",
    "render_sparkline",
    "render_supply_map",
    "render_tornado",
    "render_waterfall",
    "without_style",
]
