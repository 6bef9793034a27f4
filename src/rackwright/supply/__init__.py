"""What is made, bought, moved and accepted where and when, and why is something late?"""

from rackwright.supply.request import SupplyRequest, supply_request
from rackwright.supply.stage import plan_supply
from rackwright.tables.supply import Supply

__all__ = ["Supply", "SupplyRequest", "plan_supply", "supply_request"]
