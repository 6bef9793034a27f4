"""How much energy and water does a site take through a year of weather, for each kWh at the racks?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.power.balance import HallBalance
from rackwright.power.classes import ChainClasses
from rackwright.power.request import SiteChain

__all__ = ["SiteYear", "balance_year"]

W_PER_KW = 1000.0


@dataclass(frozen=True, slots=True)
class SiteYear:
    """Year of a site at its peak IT load.

    Parameters
    ----------
    pue
        Facility over IT energy of the year (ISO/IEC 30134-2).
    wue_l_per_kwh
        Water for each kWh of IT energy (ISO/IEC 30134-9).
    facility_w
        Mean load at the grid connection [W].
    """

    pue: float
    wue_l_per_kwh: float
    facility_w: float


def balance_year(order: SiteChain, halls: tuple[HallBalance, ...], classes: ChainClasses) -> SiteYear | None:
    """The balance of the design day with the mean cooling of the year in its place; None where a hall has no year.

    Notes
    -----
    facility = sum (P / (e u) + c / u^m) / upper, with c the mean electric load of the cooling over the hours.
    """
    services = {service.hall: service for service in order.halls}
    ups, upper = classes.ups_efficiency_share, classes.upper_efficiency_share
    cooling_ups = ups if order.cooling_on_ups else 1.0
    facility_w, it_w, it_kwh, litres = 0.0, 0.0, 0.0, 0.0
    for hall in halls:
        service = services[hall.hall]
        if service.year_cooling_w is None or service.year_water_l is None:
            return None
        racks_w = hall.it_w / (classes.rack_efficiency_share * ups)
        facility_w += (racks_w + service.year_cooling_w / cooling_ups) / upper
        it_w += hall.it_w
        it_kwh += hall.it_w * service.year_hours / W_PER_KW
        litres += service.year_water_l
    return SiteYear(facility_w / it_w, litres / it_kwh, facility_w) if it_kwh > 0.0 else None
