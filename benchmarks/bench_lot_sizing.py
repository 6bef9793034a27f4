"""How fast are the published lot-sizing and safety-stock problems solved, and how near to the best known values?

Problems of tests/published/supply, and a random tree of 2,000 stages of one to twenty days. Work is limited by counts;
the times are CPU seconds of one thread at those counts, wall seconds for safety stock (best of five).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from rackwright.supply.capacitated_lots import CapacitatedLots, plan_capacitated_lots
from rackwright.supply.lot_sizing import MultiLevelLots, plan_multi_level_lots
from rackwright.supply.safety_stock import SafetyStock, place_safety_stock
from rackwright.supply.service_network import ServiceNetwork, Supplies, pooled_spread
from rackwright.validate.supply_files import Instance, read_instances

PUBLISHED = Path(__file__).parents[1] / "tests" / "published" / "supply"
STAGES, REACH = 2_000, 200


def read(name: str) -> list[Instance]:
    """Problems of a file."""
    return [entry for entry in read_instances(PUBLISHED / name) if isinstance(entry, Instance)]


def random_tree() -> ServiceNetwork:
    """A tree in which most arcs lead to earlier stages; ends promise to deliver at once."""
    random = np.random.default_rng(0)
    child = np.arange(1, STAGES)
    parent = np.array([random.integers(max(0, i - REACH), i) for i in child])
    is_supplier = random.random(STAGES - 1) < 0.7
    suppliers, customers = np.where(is_supplier, child, parent), np.where(is_supplier, parent, child)
    arcs = Supplies(STAGES, suppliers, customers, np.ones(STAGES - 1))
    is_end = np.bincount(suppliers, minlength=STAGES) == 0
    return ServiceNetwork(
        lead_days=random.integers(1, 21, STAGES),
        holding_cost=random.random(STAGES) + 0.1,
        spread=pooled_spread(is_end.astype(float), arcs),
        promise_days=np.where(is_end, 0, -1),
        inbound_days=np.zeros(STAGES, dtype=np.int64),
        supplies=arcs,
    )


def timed_placement(network: ServiceNetwork) -> tuple[SafetyStock, float]:
    """Placement and the least of five wall times [s]; what the network keeps of a first run is thrown away."""
    seconds = []
    for _ in range(5):
        fresh = ServiceNetwork(
            network.lead_days,
            network.holding_cost,
            network.spread,
            network.promise_days,
            network.inbound_days,
            Supplies(network.num_stages, network.suppliers, network.customers, network.supplies.quantity),
        )
        started = time.perf_counter()
        placed = place_safety_stock(fresh)
        seconds.append(time.perf_counter() - started)
    return placed, min(seconds)


def main() -> None:
    """Solve and print one line a problem."""
    bulldozer = read("gsm_bulldozer.json")[0]
    assert isinstance(bulldozer.problem, ServiceNetwork)
    assert bulldozer.best is not None
    placed, seconds = timed_placement(bulldozer.problem)
    assert abs(placed.total / bulldozer.best - 1.0) <= 2e-4
    print(f"safety stock, 22 stages: {placed.total:,.0f} in {1e3 * seconds:.1f} ms (to reach: 632,720 +- 0.02 %, 5 ms)")
    placed, seconds = timed_placement(random_tree())
    assert placed.is_proved
    print(f"safety stock, {STAGES:,} stages: {seconds:.2f} s (to reach: 1 s)")
    for instance in read("mllp_dellaert_jeunet.json"):
        assert isinstance(instance.problem, MultiLevelLots)
        assert instance.best is not None
        started = time.process_time()
        plan = plan_multi_level_lots(instance.problem)
        assert abs(plan.objective / instance.best - 1.0) <= 1e-6
        print(f"lots, {instance.id}: {plan.objective:.6f}, {plan.status}, {time.process_time() - started:.2f} s CPU")
    for instance in read("clsp_trigeiro_G62.json"):
        assert isinstance(instance.problem, CapacitatedLots)
        assert instance.best is not None
        started = time.process_time()
        plan = plan_capacitated_lots(instance.problem)
        assert plan.objective <= 1.001 * instance.best
        print(
            f"lots, G62: {plan.objective:,.0f}, {plan.objective / instance.best - 1.0:.3%} above {instance.best:,.0f}, "
            f"bound {plan.bound:,.0f}, {time.process_time() - started:.0f} s CPU (to reach: 0.1 %, 60 s)"
        )


if __name__ == "__main__":
    main()
