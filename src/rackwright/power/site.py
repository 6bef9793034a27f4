"""What does one campus's chain look like, what does it carry, and what does it draw from the grid?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rackwright.catalog.narrow import figure
from rackwright.power.ac_flow import solve_flow
from rackwright.power.balance import HallBalance, pue
from rackwright.power.buffers import JobSwing, job_swing
from rackwright.power.buildable import UnitChoice, choose_unit
from rackwright.power.chain import Chain
from rackwright.power.classes import ChainClasses, chain_classes
from rackwright.power.failures import ElementLoads, element_loads
from rackwright.power.lower import build_chain
from rackwright.power.mv_rings import MvRings, lay_rings
from rackwright.power.mv_system import FAILED, MvState, site_network, solve_mv
from rackwright.power.request import Alternatives, PowerRules, SiteChain
from rackwright.power.site_loads import HallLoad, balance_halls, group_loads, hall_loads

__all__ = ["SitePower", "design_site"]

ON_SITE_KINDS = ("turbine", "engine", "fuel-cell")


@dataclass(frozen=True)
class SitePower:
    """The chain of one site with its loads and its balance.

    Parameters
    ----------
    order, unit_choice
        What was asked, with the unit substation whose boards can be bought.
    classes, chain
        Ratings, and the elements.
    loads
        Loads of the elements.
    halls
        Balance of each hall with racks.
    hall_loads
        Their racks.
    rack_w
        Peak power of the site's compute racks [W].
    grid_w, energised_w
        Power the grid connection gives at the end of the horizon [W], and with on-site generation.
    job
        How the compute load swings; None without compute racks.
    drop_share
        Largest voltage drop from the grid to a low-voltage board, as a share.
    rings, mv_state
        Medium-voltage rings, and how they stand with all in service and with any part lost; None without cables.
    """

    order: SiteChain
    unit_choice: UnitChoice
    classes: ChainClasses
    chain: Chain
    loads: ElementLoads
    halls: tuple[HallBalance, ...]
    hall_loads: tuple[HallLoad, ...]
    rack_w: tuple[float, ...]
    grid_w: float
    energised_w: float
    job: JobSwing | None
    drop_share: float
    rings: MvRings | None
    mv_state: MvState | None

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


def design_site(named: SiteChain, racks: pl.DataFrame, rules: PowerRules, others: Alternatives) -> SitePower | None:
    """Chain, loads and balance of a site; None for a site without racks.

    Parameters
    ----------
    named
        The site as the program has it.
    racks
        Placed racks in order of hall, row and position.
    rules
        Planning power factor, and how load swings.
    others
        Parts of the catalog that may take the place of those named.
    """
    order, unit_choice = choose_unit(named, others)
    loads_of_halls = hall_loads(order, racks)
    if not loads_of_halls:
        return None
    order = _with_rows(order, loads_of_halls)
    classes = chain_classes(order, rules.facility)
    groups, halls = group_loads(loads_of_halls, order, classes), balance_halls(loads_of_halls, order, classes)
    grid_w, energised_w = _energised_w(order, pue(sum(h.it_w for h in halls), sum(h.grid_w for h in halls)))
    chain = build_chain(order, classes, groups, energised_w=energised_w)
    loads = element_loads(chain, order.scheme)
    _load_on_site(chain, loads, max(0.0, float(loads.normal_w[0]) - grid_w))
    rings, state = _medium_voltage(order, chain, loads, figure(rules.facility.power_factor))
    own = racks.filter(pl.col("hall").is_in([service.hall for service in order.halls]))
    compute = own.filter((pl.col("role") == "compute") & (pl.col("peak_w") > 0.0))
    return SitePower(
        order=order,
        unit_choice=unit_choice,
        classes=classes,
        chain=chain,
        loads=loads,
        halls=halls,
        hall_loads=loads_of_halls,
        rack_w=tuple(compute["peak_w"].to_list()),
        grid_w=grid_w,
        energised_w=energised_w,
        job=job_swing(own, rules.electric),
        drop_share=state.normal.drop_share if state else _drop_share(order, chain, loads, rules),
        rings=rings,
        mv_state=state,
    )


def _with_rows(order: SiteChain, halls: tuple[HallLoad, ...]) -> SiteChain:
    """The site with the distance of its farthest row, for the feeders of busways."""
    if order.lv is None:
        return order
    farthest_m = max(float(hall.away_m.max(initial=0.0)) for hall in halls)
    return replace(order, lv=replace(order.lv, farthest_row_m=farthest_m))


def _energised_w(order: SiteChain, site_pue: float) -> tuple[float, float]:
    """min(contract, substation), and that + on-site; what is counted at the IT is brought to the grid by the PUE."""
    at_grid = {step.kind: step.power_w * (site_pue if step.point == "it" else 1.0) for step in order.energised}
    grid_w = min((at_grid[kind] for kind in ("contract", "substation") if kind in at_grid), default=0.0)
    return grid_w, grid_w + at_grid.get("on-site", 0.0)


def _load_on_site(chain: Chain, loads: ElementLoads, needed_w: float) -> None:
    """On-site units share what the grid does not give, at worst with their largest lost; written into `loads`.

    The chain above them carries the same as without them: it must when they are out of service.
    """
    units = np.flatnonzero(chain.is_kind(*ON_SITE_KINDS))
    total_w = float(np.sum(chain.rating_w[units]))
    if not units.size or needed_w <= 0.0:
        return
    loads.normal_w[units] = needed_w * chain.rating_w[units] / total_w
    loads.worst_w[units] = loads.normal_w[units]
    if units.size > 1:
        largest = int(units[np.argmax(chain.rating_w[units])])
        rest_w = total_w - float(chain.rating_w[largest])
        others = units[units != largest]
        loads.worst_w[others] = needed_w * chain.rating_w[others] / rest_w
        loads.failure[others] = largest


def _medium_voltage(
    order: SiteChain, chain: Chain, loads: ElementLoads, power_factor: float
) -> tuple[MvRings | None, MvState | None]:
    """Rings and their flows, where cables are known."""
    if order.mv is None:
        return None, None
    voltage_v = figure(order.parts.hv_transformer.secondary_v)
    rings = lay_rings(chain, loads, order.mv, voltage_v=voltage_v, power_factor=power_factor)
    return rings, solve_mv(order, chain, loads, rings, power_factor=power_factor)


def _drop_share(order: SiteChain, chain: Chain, loads: ElementLoads, rules: PowerRules) -> float:
    """Largest voltage drop of the transformers alone; 1 where no flow exists."""
    low = np.flatnonzero(chain.is_kind("lv-switchgear"))
    factor = figure(rules.facility.power_factor)
    flow = solve_flow(site_network(order, chain, None, loads.normal_w[low], power_factor=factor))
    return 1.0 - flow.lowest_pu if flow.has_converged else FAILED
