"""How many links of a live three-tier fabric move when one scalable unit is added, and in how many stages?

200 cases drawn once (seed 7): radix, rails, planes, endpoints and units of fabrics that need three tiers. At any time
three quarters of each tier's links carry traffic.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from rackwright.fabric.clos import ClosNeed, size_clos
from rackwright.fabric.growth import Growth, grow_clos

CASES, SEED, KEPT = 200, 7, 0.75


def cases() -> list[tuple[ClosNeed, Growth]]:
    """Needs of three-tier fabrics that can grow by a unit, and how they grow."""
    random = np.random.default_rng(SEED)
    found: list[tuple[ClosNeed, Growth]] = []
    while len(found) < CASES:
        radix = int(random.choice([32, 64, 128]))
        need = ClosNeed(
            groups=int(random.integers(4, 96)),
            endpoints=int(random.choice([8, 16, 32, 64])),
            rails=int(random.choice([1, 4, 8])),
            planes=int(random.choice([1, 2])),
            leaf_radix=radix,
            spine_radix=radix,
            core_radix=radix,
        )
        before = size_clos(need)
        if before is None or before.tiers != 3:
            continue
        growth = grow_clos(before, replace(need, groups=need.groups + 1, tiers=3), kept_share=KEPT)
        if growth is not None:
            found.append((need, growth))
    return found


def main() -> None:
    """Grow every case."""
    started = time.perf_counter()
    grown = [growth for _, growth in cases()]
    shares = np.array([growth.moved_share for growth in grown])
    stages = np.array([growth.stages for growth in grown])
    within = float(np.mean(shares <= 0.25))
    print(
        f"network growth: {len(grown)} cases, at most a quarter of the links moved in {within:.1%} (to reach: 99 %), "
        f"none in {np.mean(shares == 0):.1%}, worst {shares.max():.1%}; "
        f"mean stages {stages.mean():.2f} (to reach: 1.3); {time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()
