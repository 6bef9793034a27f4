"""Which racks should change places so that the cables of a hall cost least?

The placement by rule is the start. Links are added up between racks, one term for each kind of link; its distance is
the price of that kind at the length between two places. Racks of equal width may exchange places while rows keep their
power. The search ends after a count of exchanges. CDUs are kept for the loops of the start: a result whose loops would
need more of them is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rackwright.layout.assignment import AssignmentProblem, BoolArray, IntArray, Search, assign, cost_of
from rackwright.layout.floor import Floor, Placed, num_cdus
from rackwright.layout.prices import CableRules, LinkPrice
from rackwright.layout.request import HallSpec, LayoutRequest

__all__ = ["floor_price_usd", "hall_flows", "improve_floor", "place_prices"]

FloatArray = NDArray[np.float64]
MOST_CELLS = 24_000_000
"""Cells of the exchange matrices looked at in one hall, over all exchanges and kinds of link."""
EXCHANGES_PER_RACK = 8
NUM_CROSS_TRAYS = 3
SEED = 1
Flows = dict[tuple[float, str, str, int], FloatArray]
KIND = ("gbit_s", "part", "form", "links")
"""Rate, upper switch, form and links of the tray's cage: what decides the price of a link at a length."""


def improve_floor(request: LayoutRequest, hall: HallSpec, floor: Floor, devices: pl.DataFrame) -> Floor:
    """A floor whose racks stand better for their cables; the same floor where nothing is known of links or prices.

    Parameters
    ----------
    request, hall
        Links, prices and limits.
    floor
        Placement by rule.
    devices
        Rack of every device: device, block, role, rack_index.
    """
    problem = _problem(request, hall, floor, devices)
    if problem is None:
        return floor
    size = problem.size
    iterations = min(EXCHANGES_PER_RACK * size, MOST_CELLS // (size * size * len(problem.flows)))
    search = Search(iterations=iterations, seed=SEED, allowed=_Limits(hall, floor.placed).allowed)
    found = assign(problem, np.arange(size), search)
    return _moved(hall, floor, found.place) if found.cost < found.start_cost else floor


def floor_price_usd(request: LayoutRequest, hall: HallSpec, floor: Floor, devices: pl.DataFrame) -> float:
    """Price of the cables inside a hall as its racks stand [USD]; 0 where nothing is known of links or prices."""
    problem = _problem(request, hall, floor, devices)
    return 0.0 if problem is None else cost_of(problem, np.arange(problem.size))


def _problem(request: LayoutRequest, hall: HallSpec, floor: Floor, devices: pl.DataFrame) -> AssignmentProblem | None:
    """Links between the racks of a hall and the price of each kind between any two places; None without any."""
    prices = {(price.gbit_s, price.part, price.form, price.links): price for price in request.prices}
    if request.links is None or hall.cable_rules is None or not prices or len(floor.placed) < 2:
        return None
    flows = hall_flows(request, floor.placed, devices)
    alike: dict[tuple[float, ...], tuple[LinkPrice, FloatArray]] = {}
    for kind, flow in flows.items():  # kinds of one price are one term
        if kind in prices:
            price = prices[kind]
            first, sofar = alike.get(price.usd, (price, np.zeros_like(flow)))
            alike[price.usd] = (first, sofar + flow)
    if not alike:
        return None
    distances = tuple(place_prices(hall, hall.cable_rules, floor.placed, price) for price, _ in alike.values())
    return AssignmentProblem(tuple(flow for _, flow in alike.values()), distances)


def hall_flows(request: LayoutRequest, placed: Sequence[Placed], devices: pl.DataFrame) -> Flows:
    """Links between the racks of a hall by kind: symmetric matrices in the order of `placed`, summing up to them."""
    assert request.links is not None
    keys = [(rack.item.block, rack.item.role, rack.item.rack_index) for rack in placed]
    schema = {"block": pl.String, "role": pl.String, "rack_index": pl.Int64}
    order = pl.DataFrame(keys, schema=schema, orient="row").with_row_index("at")
    at = devices.join(order, on=["block", "role", "rack_index"]).select("device", "at")
    parts = request.devices.frame.select(pl.col("device").alias("b_device"), "part")
    trays = request.devices.frame.select(pl.col("device").alias("a_device"), pl.col("part").alias("tray"))
    counted = (
        request.links.frame.select("a_device", "b_device", "gbit_s", "network")
        .join(at.rename({"device": "a_device", "at": "a"}), on="a_device")
        .join(at.rename({"device": "b_device", "at": "b"}), on="b_device")
        .join(parts, on="b_device")
        .join(trays, on="a_device")
        .group_by("gbit_s", "part", "tray", "network", "a", "b")
        .len("count")
        .join(_cages(request), on=["tray", "network"], how="left")
        .with_columns(pl.col("form").fill_null(""), pl.col("links").fill_null(1))
        .sort(*KIND, "tray", "network", "a", "b")
    )
    flows: Flows = {}
    for _, group in counted.group_by(KIND, maintain_order=True):
        flow = np.zeros((len(placed), len(placed)))
        np.add.at(flow, (group["a"].to_numpy(), group["b"].to_numpy()), group["count"].to_numpy() / 2.0)
        flows[group.select(KIND).row(0)] = flow + flow.T
    return flows


def _cages(request: LayoutRequest) -> pl.DataFrame:
    """Cages of trays: tray, network, form, links."""
    rows = [(cage.tray, cage.network, cage.form, cage.links) for cage in request.tray_cages]
    schema = {"tray": pl.String, "network": pl.String, "form": pl.String, "links": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def place_prices(hall: HallSpec, rules: CableRules, placed: Sequence[Placed], price: LinkPrice) -> FloatArray:
    """Price [USD] of one link between each two places of the hall.

    Notes
    -----
    Length as cabling measures it: along the row, or over the nearest of three cross trays to another row; slack,
    vertical runs at both ends and the service loop; rounded up to whole metres.
    """
    row = np.array([rack.row for rack in placed])
    x_m = (np.array([rack.position for rack in placed]) - 0.5) * hall.rack_pitch_m.value
    y_m = row * hall.row_pitch_m.value
    cross_m = hall.positions * hall.rack_pitch_m.value * np.arange(NUM_CROSS_TRAYS) / (NUM_CROSS_TRAYS - 1)
    to_cross_m = np.abs(x_m[:, None] - cross_m)
    over_m = np.min(to_cross_m[:, None, :] + to_cross_m[None, :, :], axis=2) + np.abs(y_m[:, None] - y_m)
    same_row = row[:, None] == row
    path_m = np.where(same_row, np.abs(x_m[:, None] - x_m), over_m)
    vertical_m = 2.0 * (rules.drop_height_m.value + rules.rack_run_m.value)
    length_m = path_m * (1.0 + rules.slack_share.value) + vertical_m + rules.service_loop_m.value
    np.fill_diagonal(length_m, rules.rack_run_m.value + rules.service_loop_m.value)
    usd = np.array(price.usd)
    return np.asarray(usd[np.minimum(np.ceil(length_m - 1e-9).astype(np.int64), len(usd) - 1)])


class _Limits:
    """Which racks may exchange places: new ones of equal widths, while rows keep their limits."""

    def __init__(self, hall: HallSpec, placed: Sequence[Placed]) -> None:
        width = np.array([rack.item.width for rack in placed])
        is_free = np.array([rack.item.spot is None for rack in placed])
        self.alike: BoolArray = (width[:, None] == width) & is_free[:, None] & is_free
        loads = ((hall.row_w, "peak_w"), (hall.row_air_w, "air_w"))
        self.limits = [
            (limit, np.array([getattr(rack.item, name) for rack in placed]))
            for limit, name in loads
            if limit is not None
        ]
        self.row = np.array([rack.row for rack in placed])

    def allowed(self, place: IntArray) -> BoolArray:
        """Exchanges that keep the limits at an assignment."""
        row = self.row[place]
        same_row = row[:, None] == row
        allowed = self.alike
        for limit_w, own_w in self.limits:
            load_w = np.bincount(row, weights=own_w)[row]
            fits = load_w[:, None] + own_w - own_w[:, None] <= limit_w
            allowed = allowed & (same_row | (fits & fits.T))
        return allowed


def _moved(hall: HallSpec, floor: Floor, place: IntArray) -> Floor:
    """The floor with its racks at new places, unless their loops would need more CDUs than are kept."""
    spots = [(floor.placed[at].row, floor.placed[at].position) for at in place.tolist()]
    placed = tuple(
        replace(rack, row=row, position=position) for rack, (row, position) in zip(floor.placed, spots, strict=True)
    )
    in_order = sorted(placed, key=lambda rack: (rack.row, rack.position))
    if num_cdus(hall, [rack.item for rack in in_order]) > floor.wanted_cdus:
        return floor
    return replace(floor, placed=placed)
