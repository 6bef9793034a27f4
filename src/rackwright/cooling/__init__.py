"""How does the heat of each hall get out, and what does that draw? Loops, CDUs, air handlers, heat rejection."""

from rackwright.cooling.design import design_cooling
from rackwright.cooling.request import CoolingRequest, cooling_request
from rackwright.tables.cooling import Cooling

__all__ = ["Cooling", "CoolingRequest", "cooling_request", "design_cooling"]
