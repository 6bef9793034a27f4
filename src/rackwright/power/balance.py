"""How much does a hall, with its cooling and losses, draw from the grid? One linear balance, solved in closed form."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.power.classes import ChainClasses
from rackwright.power.request import HallService

__all__ = ["HallBalance", "balance_hall", "pue"]


@dataclass(frozen=True, slots=True)
class HallBalance:
    """Peak power of a hall [W].

    Parameters
    ----------
    hall
        Hall.
    it_w
        At the rack inputs.
    cooling_w
        At the motors of its cooling.
    heat_w
        Heat in the hall: racks and the losses of UPS, busway and taps; cables lie outside it.
    grid_w
        At the grid connection, upstream losses included.
    grid_w_per_it_w
        Grid power one more W at a rack draws.
    """

    hall: str
    it_w: float
    cooling_w: float
    heat_w: float
    grid_w: float
    grid_w_per_it_w: float


def balance_hall(it_w: float, service: HallService, classes: ChainClasses, *, cooling_on_ups: bool) -> HallBalance:
    """Close the loop of losses, heat and cooling power for one hall.

    Notes
    -----
    With rack efficiency e, UPS efficiency u, cooling base b and slope k: heat q = P / (e u) + c (1 / u - 1) where the
    UPS feeds the cooling, and c = b + k q. Both are linear, so c = (b + k P / (e u)) / (1 - k (1 / u - 1)). What is
    drawn has the losses of low-voltage cables on top, which lie in electrical rooms and galleries.
    """
    upper, drawn_ups = classes.upper_efficiency_share, classes.ups_efficiency_share
    ups = classes.ups.efficiency_share if classes.ups else 1.0
    rack_heat = 1.0 / (classes.hall_efficiency_share * ups)
    rack_drawn = 1.0 / (classes.rack_efficiency_share * drawn_ups)
    cooling_loss = 1.0 / ups - 1.0 if cooling_on_ups else 0.0
    gain = 1.0 - service.w_per_w_heat * cooling_loss
    cooling_w = (service.base_w + service.w_per_w_heat * it_w * rack_heat) / gain if it_w > 0.0 else 0.0
    cooling_per_it = service.w_per_w_heat * rack_heat / gain
    drawn = 1.0 / drawn_ups if cooling_on_ups else 1.0
    return HallBalance(
        hall=service.hall,
        it_w=it_w,
        cooling_w=cooling_w,
        heat_w=it_w * rack_heat + cooling_w * cooling_loss,
        grid_w=(it_w * rack_drawn + cooling_w * drawn) / upper,
        grid_w_per_it_w=(rack_drawn + cooling_per_it * drawn) / upper,
    )


def pue(it_w: float, facility_w: float) -> float:
    """Power usage effectiveness: facility power over IT power (ISO/IEC 30134-2); 0 without IT power.

    Examples
    --------
    >>> pue(100e6, 115e6)
    1.15
    """
    return facility_w / it_w if it_w > 0.0 else 0.0
