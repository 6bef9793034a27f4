"""Which views of a single plan are there, and in which order does the report show them?"""

from __future__ import annotations

from typing import Final

from rackwright.views.asked import ASKED
from rackwright.views.bom import BOM
from rackwright.views.buffers import BUFFERS
from rackwright.views.cable_plant import CABLE_PLANT
from rackwright.views.capacity import CAPACITY
from rackwright.views.cash import CASH
from rackwright.views.checks import CHECKS
from rackwright.views.clear_to_build import CLEAR_TO_BUILD
from rackwright.views.commits import COMMITS
from rackwright.views.content import CONTENT
from rackwright.views.content_tests import CONTENT_TESTS
from rackwright.views.coolant import COOLANT
from rackwright.views.cooling import COOLING
from rackwright.views.decisions import DECISIONS
from rackwright.views.drivers import DRIVERS
from rackwright.views.elevation import ELEVATION
from rackwright.views.equipment import EQUIPMENT, SUBSTITUTES
from rackwright.views.evidence import EVIDENCE
from rackwright.views.excess import EXCESS
from rackwright.views.exposure import EXPOSURE
from rackwright.views.fabric_failures import FABRIC_FAILURES
from rackwright.views.fabric_growth import FABRIC_GROWTH
from rackwright.views.fabrics import FABRICS
from rackwright.views.fuel import FUEL
from rackwright.views.gantt import GATES, SCHEDULE
from rackwright.views.gantt_chart import GANTT, GENERATIONS
from rackwright.views.gating import GATING
from rackwright.views.golden_units import GOLDEN_UNITS
from rackwright.views.halls import HALLS
from rackwright.views.harnesses import HARNESSES
from rackwright.views.headcount import HEADCOUNT
from rackwright.views.heat_map import HEAT_MAP
from rackwright.views.late import LATE
from rackwright.views.liability import LIABILITY
from rackwright.views.lint import LINT
from rackwright.views.lot_sizes import LOT_SIZES
from rackwright.views.low_voltage import LOW_VOLTAGE
from rackwright.views.medium_voltage import MEDIUM_VOLTAGE
from rackwright.views.needs import NEEDS
from rackwright.views.network import CABLES, FABRIC
from rackwright.views.omissions import OMISSIONS
from rackwright.views.one_line import ONE_LINE
from rackwright.views.openings import OPENINGS
from rackwright.views.pairs import PAIRS
from rackwright.views.panels import PANELS
from rackwright.views.planning_book import PLANNING_BOOK
from rackwright.views.plant_load import PLANT_LOAD
from rackwright.views.platforms import PLATFORMS
from rackwright.views.power_ready import POWER_READY
from rackwright.views.progress import PROGRESS
from rackwright.views.purchase_orders import PURCHASE_ORDERS
from rackwright.views.rack_power import RACK_POWER
from rackwright.views.redundancy import REDUNDANCY
from rackwright.views.repairs import REPAIRS
from rackwright.views.resources import RESOURCES
from rackwright.views.risks import RISKS
from rackwright.views.safety_stock import SAFETY_STOCK
from rackwright.views.serving import SERVING
from rackwright.views.short_ship import SHORT_SHIP
from rackwright.views.supply_flow import SUPPLY_FLOW
from rackwright.views.training import TRAINING
from rackwright.views.tranches import TRANCHES
from rackwright.views.transients import TRANSIENTS
from rackwright.views.view import View
from rackwright.views.windows import WINDOWS

__all__ = ["ASKED", "VIEWS"]

VIEWS: Final[tuple[View, ...]] = (
    TRANCHES,
    POWER_READY,
    DECISIONS,
    CASH,
    LIABILITY,
    EXCESS,
    COMMITS,
    PURCHASE_ORDERS,
    CAPACITY,
    PLATFORMS,
    NEEDS,
    TRAINING,
    SERVING,
    ELEVATION,
    FABRIC,
    FABRICS,
    FABRIC_FAILURES,
    FABRIC_GROWTH,
    HALLS,
    ONE_LINE,
    REDUNDANCY,
    RACK_POWER,
    LOW_VOLTAGE,
    MEDIUM_VOLTAGE,
    TRANSIENTS,
    FUEL,
    EQUIPMENT,
    SUBSTITUTES,
    PAIRS,
    REPAIRS,
    PLANT_LOAD,
    COOLING,
    COOLANT,
    SCHEDULE,
    GATES,
    GANTT,
    GENERATIONS,
    DRIVERS,
    RESOURCES,
    RISKS,
    BUFFERS,
    PROGRESS,
    LINT,
    SUPPLY_FLOW,
    HEAT_MAP,
    LATE,
    GATING,
    SAFETY_STOCK,
    LOT_SIZES,
    CONTENT,
    CONTENT_TESTS,
    EXPOSURE,
    HEADCOUNT,
    CLEAR_TO_BUILD,
    SHORT_SHIP,
    WINDOWS,
    GOLDEN_UNITS,
    OPENINGS,
    PLANNING_BOOK,
    BOM,
    CABLES,
    CABLE_PLANT,
    HARNESSES,
    PANELS,
    CHECKS,
    EVIDENCE,
    OMISSIONS,
)
