"""How does power get from the grid to every rack, what happens when one element is lost, and does the energy add up?

The physics below this package (flow, faults, failures, year) needs NumPy and SciPy alone. So the stage, which needs the
program and its tables, is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rackwright.base.asked import names_from

if TYPE_CHECKING:
    from rackwright.power.design import design_power
    from rackwright.power.request import PowerRequest
    from rackwright.power.slices import power_request
    from rackwright.tables.power import Power

__all__ = ["Power", "PowerRequest", "design_power", "power_request"]

__getattr__ = names_from(
    __name__,
    {
        "Power": "rackwright.tables.power",
        "PowerRequest": "rackwright.power.request",
        "design_power": "rackwright.power.design",
        "power_request": "rackwright.power.slices",
    },
)
