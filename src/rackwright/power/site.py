"""What does one campus's chain look like, what does it carry, and what does it draw from the grid?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.power.balance import HallBalance, balance_hall, pue
from rackwright.power.board_voltages import largest_drop_share
from rackwright.power.buffers import JobSwing, job_swing
from rackwright.power.chain import Chain
from rackwright.power.classes import ChainClasses, chain_classes
from rackwright.power.failures import ElementLoads, element_loads
from rackwright.power.lower import build_chain
from rackwright.power.packing import LoadGroup, pack_cooling, pack_racks
from rackwright.power.request import SiteChain

__all__ = ["SitePower", "design_site"]


@dataclass(frozen=True)
class SitePower:
    """The chain of one site with its loads and its balance.

    Parameters
    ----------
    order, classes, chain
        What was asked, ratings, and the elements.
    loads
        Loads of the elements.
    halls
        Balance of each hall with racks.
    rack_w
        Peak power of the site's compute racks [W].
    energised_w
        Power the grid connection and on-site generation give at the end of the horizon [W].
    job
        How the compute load swings; None without compute racks.
    drop_share
        Largest voltage drop from the grid to a low-voltage board, as a share.
    """

    order: SiteChain
    classes: ChainClasses
    chain: Chain
    loads: ElementLoads
    halls: tuple[HallBalance, ...]
    rack_w: tuple[float, ...]
    energised_w: float
    job: JobSwing | None
    drop_share: float

    @property
    def it_w(self) -> float:
        """Power at the racks [W]."""
        return sum(hall.it_w for hall in self.halls)

    @property
    def cooling_w(self) -> float:
        """Power of the cooling [W]."""
        return sum(hall.cooling_w for hall in self.halls)

    @property
    def facility_w(self) -> float:
        """Power at the grid connection: what element 0 carries [W]."""
        return float(self.loads.normal_w[0])

    @property
    def pue(self) -> float:
        """Facility over IT power."""
        return pue(self.it_w, self.facility_w)


def design_site(
    order: SiteChain, racks: pl.DataFrame, rules: FacilityRules, electric: ElectricRules
) -> SitePower | None:
    """Chain, loads and balance of a site; None for a site without racks.

    Parameters
    ----------
    order
        The site.
    racks
        Placed racks in order of hall, row and position.
    rules
        Planning power factor.
    electric
        How load swings.
    """
    classes = chain_classes(order, rules)
    groups: list[LoadGroup] = []
    halls: list[HallBalance] = []
    rack_w: list[float] = []
    for service in order.halls:
        own = racks.filter((pl.col("hall") == service.hall) & (pl.col("peak_w") > 0.0))
        if not own.height:
            continue
        power_w = own["peak_w"].to_numpy()
        it_w = float(np.sum(power_w))
        balance = balance_hall(it_w, service, classes, cooling_on_ups=order.cooling_on_ups)
        ids = tuple(own["rack"].to_list())
        groups.append(pack_racks(service.hall, ids, power_w, own["row"].to_numpy().astype(np.int64), classes))
        if balance.cooling_w > 0.0:
            groups.append(pack_cooling(service.hall, balance.cooling_w, classes, on_ups=order.cooling_on_ups))
        halls.append(balance)
        rack_w += own.filter(pl.col("role") == "compute")["peak_w"].to_list()
    if not groups:
        return None
    energised_w = _energised_w(order, pue(sum(h.it_w for h in halls), sum(h.grid_w for h in halls)))
    chain = build_chain(order, classes, tuple(groups), energised_w=energised_w)
    loads = element_loads(chain, order.scheme)
    drop_share = largest_drop_share(order.parts, chain, loads, power_factor=figure(rules.power_factor))
    own = racks.filter(pl.col("hall").is_in([service.hall for service in order.halls]))
    job = job_swing(own, electric)
    return SitePower(order, classes, chain, loads, tuple(halls), tuple(rack_w), energised_w, job, drop_share)


def _energised_w(order: SiteChain, site_pue: float) -> float:
    """min(contract, substation) + on-site, each brought to the grid by the site's PUE where it is counted at the IT."""
    at_grid = {step.kind: step.power_w * (site_pue if step.point == "it" else 1.0) for step in order.energised}
    grid = [at_grid[kind] for kind in ("contract", "substation") if kind in at_grid]
    return min(grid, default=0.0) + at_grid.get("on-site", 0.0)
