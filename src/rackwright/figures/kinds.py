"""Which figure is this, and what is its SVG? One call for faces that show any figure."""

from __future__ import annotations

from rackwright.figures.bar_chart import (
    BarChart,
    Tornado,
    Waterfall,
)
from rackwright.figures.coolant_loop import CoolantLoop
from rackwright.figures.driver_network import DriverNetwork
from rackwright.figures.fabric_diagram import FabricDiagram
from rackwright.figures.fan_chart import FanChart
from rackwright.figures.gantt import Gantt
from rackwright.figures.hall_plan import HallPlan
from rackwright.figures.heat_map import HeatMap
from rackwright.figures.kpi_strip import KpiStrip, Sparkline
from rackwright.figures.line_chart import LineChart
from rackwright.figures.lineage import Lineage
from rackwright.figures.one_line import OneLine
from rackwright.figures.pareto_chart import ParetoChart
from rackwright.figures.rack_elevation import RackElevation
from rackwright.figures.scatter_chart import ScatterChart
from rackwright.figures.supply_map import SupplyMap

__all__ = ["Figure", "render"]

Figure = (
    RackElevation
    | HallPlan
    | FabricDiagram
    | OneLine
    | CoolantLoop
    | Gantt
    | HeatMap
    | LineChart
    | FanChart
    | BarChart
    | Waterfall
    | Tornado
    | ParetoChart
    | ScatterChart
    | SupplyMap
    | Lineage
    | DriverNetwork
    | KpiStrip
    | Sparkline
)


def render(figure: Figure) -> str:
    """SVG text of any figure; each kind knows its own way, which notebooks use too."""
    return figure._repr_svg_()
