"""How long do flow, outages, faults, double failures and a year of cooling take on a 100 MW campus?

Protocol: one process, one thread of numpy, the median of the runs after one warm run, by clock and by processor;
answers are asserted against another way.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from power_campus import make_campus, medium_voltage_branches
from power_chain import make_chain
from rackwright.catalog.parts import Fact, PowerShelf, RackFrame
from rackwright.cooling.free_cooling import YearPlant, cool_year
from rackwright.cooling.psychrometrics import humidity_ratio, saturation_pa, wet_bulb_c
from rackwright.cooling.weather import Weather
from rackwright.power.ac_flow import solve_flow, solve_outages
from rackwright.power.ac_network import AcLines
from rackwright.power.failures import element_loads
from rackwright.power.fault_network import FaultNetwork, solve_faults
from rackwright.power.pairs import worst_pairs
from rackwright.power.rack_chain import open_type
from rackwright.power.request import RackParts

Answer = TypeVar("Answer")
HOURS = 8760


def timed(name: str, target_s: float, work: Callable[[], Answer], runs: int = 5) -> Answer:
    """Run some work, print its median time, and hand on its answer."""
    answer, walls, works = work(), [], []
    for _ in range(runs):
        started, worked = time.perf_counter(), time.process_time()
        answer = work()
        walls.append(time.perf_counter() - started)
        works.append(time.process_time() - worked)
    wall, cpu = statistics.median(walls), statistics.median(works)
    print(f"power: {name:<46} {wall:8.4f} s, {cpu:.4f} s of processor time (to reach: {target_s} s)")
    return answer


def bench_network() -> None:
    """Flow, outages and faults of the campus."""
    network = make_campus()
    flow = timed("AC flow, 2,083 buses", 0.010, lambda: solve_flow(network), runs=15)
    drawn = float(np.sum(network.loads.active_w) + np.sum(flow.loss_w))
    assert flow.has_converged
    assert abs(drawn / 101.2e6 - 1.0) < 0.01
    lost = medium_voltage_branches(network)
    outages = timed(f"AC flow with each of {len(lost)} MV branches lost", 0.3, lambda: solve_outages(network, lost))
    keep = np.arange(network.lines.start.size) != lost[3]
    lines = AcLines(*(getattr(network.lines, n)[keep] for n in ("start", "end", "r_ohm", "x_ohm", "c_f")))
    again = solve_flow(replace(network, lines=lines))
    assert outages.has_converged.all()
    assert np.max(np.abs(again.voltage_pu - outages.voltage_pu[:, 3])) < 1e-8
    faults = FaultNetwork.of_ac(network, fault_va=5e9, r_over_x=0.1)
    found = timed("three-phase faults at 2,083 buses", 0.5, lambda: solve_faults(faults))
    assert abs(found.power_va[0] / 5e9 - 1.0) < 1e-9


def bench_chain() -> None:
    """Single and double failures of a 2N chain with 2,000 racks."""
    chain = make_chain(racks=2000, peak_w=50e3)
    loads = timed(f"worst single failure, {len(chain.names):,} elements", 0.2, lambda: element_loads(chain, "2N"))
    pairs = worst_pairs(chain, loads, "2N")
    assert (pairs.worst_w >= loads.normal_w[pairs.element]).all()
    timed(
        f"{pairs.pairs:,} pairs of {pairs.element.size} upstream elements",
        5.0,
        lambda: worst_pairs(chain, loads, "2N"),
        3,
    )


def bench_racks() -> None:
    """The chain inside 2,000 racks of one type: opened once, since racks of a type are alike."""
    shelf = PowerShelf(id="psu", name="psu", role="rectifier", rating_w=given(33e3), modules=given(6.0))
    frame = RackFrame(id="frame", name="frame", busbar_v=given(50.0), busbar_w=given(155e3))
    parts = RackParts("sku", frame, ((shelf, 8),))
    opened = timed("inside 2,000 racks, one part lost", 0.2, lambda: open_type(parts, 2000, 50e3, is_dual=True))
    a = next(each for each in opened.elements if each.name == "psu-A")
    assert abs(a.worst_w / (50e3 / 4) - 1.0) < 1e-9


def given(value: float) -> Fact:
    """A figure taken as certain."""
    return Fact("bench", value, "", "", "", "assumption")


def bench_year() -> None:
    """A year of hours, wet bulb included."""
    hour = np.arange(HOURS)
    dry = 12.0 + 14.0 * np.sin(2 * np.pi * (hour / HOURS - 0.3)) + 5.0 * np.sin(2 * np.pi * hour / 24.0)
    pressure = np.full(HOURS, 99_000.0)
    plant = YearPlant(
        supply_c=30.0,
        rise_k=10.0,
        approach_k=6.0,
        is_wet=False,
        cooler_per_heat=0.02,
        chiller_per_heat=0.2,
        litres_per_kwh=0.0,
        base_w=1e6,
    )

    def year() -> float:
        ratio = humidity_ratio(saturation_pa(dry - 4.0), pressure)
        weather = Weather(dry, wet_bulb_c(dry, ratio, pressure), pressure, 0)
        return cool_year(weather, plant, 100e6).pue(100e6, 5e6)

    assert 1.07 < timed("hourly PUE of a year with wet bulb", 1.0, year) < 1.3


def main() -> None:
    """All of them."""
    bench_network()
    bench_chain()
    bench_racks()
    bench_year()


if __name__ == "__main__":
    main()
