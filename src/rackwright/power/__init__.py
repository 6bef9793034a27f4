"""How does power get from the grid to every rack, what happens when one element is lost, and does the energy add up?"""

from rackwright.power.design import design_power
from rackwright.power.request import PowerRequest
from rackwright.power.slices import power_request
from rackwright.tables.power import Power

__all__ = ["Power", "PowerRequest", "design_power", "power_request"]
