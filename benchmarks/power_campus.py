"""A campus of any size made by rule for the power benchmarks: nothing is read, so every machine times the same thing.

138 kV grid, two power transformers, closed 34.5 kV rings of unit substations, each with equal rack feeders at 415 V.
"""

from __future__ import annotations

import numpy as np

from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers

RINGS, UNITS_PER_RING, RACKS_PER_UNIT = 4, 10, 50


def make_campus() -> AcNetwork:
    """2,083 buses: grid, two bus sections, 40 ring stations with their low-voltage boards, 2,000 racks of 50 kW."""
    stations = RINGS * UNITS_PER_RING
    ring_bus = 3 + np.arange(stations)
    board_bus = 3 + stations + np.arange(stations)
    rack_bus = 3 + 2 * stations + np.arange(stations * RACKS_PER_UNIT)
    ring_start, ring_end = [1], [2]
    for ring in range(RINGS):
        own = ring_bus[ring * UNITS_PER_RING : (ring + 1) * UNITS_PER_RING]
        ring_start += [1, *own.tolist()]
        ring_end += [*own.tolist(), 2]
    num_ring, num_racks = len(ring_start), rack_bus.size
    start = np.concatenate([ring_start, np.repeat(board_bus, RACKS_PER_UNIT)])
    end = np.concatenate([ring_end, rack_bus])
    return AcNetwork(
        nominal_v=np.concatenate(
            [[138e3, 34.5e3, 34.5e3], np.full(stations, 34.5e3), np.full(stations + num_racks, 415.0)]
        ),
        lines=AcLines(
            start.astype(np.int64),
            end.astype(np.int64),
            np.concatenate([np.full(num_ring, 0.0152), np.full(num_racks, 0.004)]),
            np.concatenate([np.full(num_ring, 0.0275), np.full(num_racks, 0.003)]),
            np.concatenate([np.full(num_ring, 7e-8), np.zeros(num_racks)]),
        ),
        transformers=AcTransformers(
            high=np.concatenate([[0, 0], ring_bus]),
            low=np.concatenate([[1, 2], board_bus]),
            rating_va=np.concatenate([[120e6, 120e6], np.full(stations, 3.5e6)]),
            high_v=np.concatenate([[138e3, 138e3], np.full(stations, 34.5e3)]),
            low_v=np.concatenate([[34.5e3, 34.5e3], np.full(stations, 415.0)]),
            impedance_share=np.concatenate([[0.10, 0.10], np.full(stations, 0.0575)]),
            resistance_share=np.concatenate([[0.0035, 0.0035], np.full(stations, 0.007)]),
            iron_w=np.concatenate([[60e3, 60e3], np.full(stations, 4e3)]),
            magnetising_share=np.full(stations + 2, 0.002),
        ),
        loads=AcLoads(rack_bus, np.full(num_racks, 50e3), np.full(num_racks, 16.4e3)),
        slack_bus=0,
        slack_pu=1.0,
        frequency_hz=60.0,
    )


def medium_voltage_branches(network: AcNetwork) -> list[int]:
    """Branches at or above medium voltage, lines first, then transformers: the 87 of the N-1 benchmark."""
    lines = network.lines.start.size
    medium = [n for n in range(lines) if network.nominal_v[network.lines.start[n]] > 1000.0]
    return [*medium, *(lines + n for n in range(network.transformers.high.size))]
