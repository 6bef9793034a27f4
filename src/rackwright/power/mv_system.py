"""Which voltages and currents does the medium-voltage system of a site settle at, and with any one part of it lost?

The transformers, boards and rings of the chain as an alternating-current network. Loads are those of the low-voltage
boards at peak, in each case as the scheme moves them. Taps stand at their rated ratio. The boards of a lost transformer
and the rings of a lost board take their second source, where they have one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.catalog.narrow import figure
from rackwright.power.ac_flow import FlowResult, solve_flow, solve_outages
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers, branches_of
from rackwright.power.chain import Chain
from rackwright.power.failures import ElementLoads
from rackwright.power.mv_rings import MvRings
from rackwright.power.request import ChainParts, SiteChain

__all__ = ["MvCase", "MvState", "site_network", "solve_mv"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
M_PER_KM = 1000.0
FAILED = 1.0
"""Drop and loading said of a case whose loads are above what the network can carry."""


@dataclass(frozen=True, slots=True)
class MvCase:
    """State with one part lost.

    Parameters
    ----------
    lost
        Element or ring segment that is lost; empty for the normal state.
    drop_share
        Largest voltage drop from the grid to a low-voltage board, as a share of nominal.
    transformer_share
        Highest loading of a transformer by apparent power.
    unsupplied_w
        Load no source reaches.
    current_a
        Current of each ring segment, shape (n_segments,).
    """

    lost: str
    drop_share: float
    transformer_share: float
    unsupplied_w: float
    current_a: FloatArray


@dataclass(frozen=True, slots=True)
class MvState:
    """Normal state, and every case with one part lost."""

    normal: MvCase
    lost: tuple[MvCase, ...]

    def worst(self, figure_of: str) -> MvCase:
        """The first case in which a figure is highest."""
        return max((self.normal, *self.lost), key=lambda case: float(np.max(getattr(case, figure_of), initial=0.0)))


@dataclass(frozen=True)
class _Site:
    """What stays the same in every case."""

    parts: ChainParts
    chain: Chain
    rings: MvRings | None
    power_factor: float
    frequency_hz: float


def site_network(
    order: SiteChain, chain: Chain, rings: MvRings | None, board_w: FloatArray, *, power_factor: float
) -> AcNetwork:
    """The network of a site: bus 0 the grid, then one behind each transformer, then one at each unit of a ring.

    Parameters
    ----------
    order, chain
        Site with figures of its transformers and its frequency, and the elements.
    rings
        Rings; None connects unit substations to their boards without cables.
    board_w
        Load of each low-voltage board [W], in order of the chain.
    power_factor
        Of all loads.
    """
    site = _Site(order.parts, chain, rings, power_factor, order.frequency_hz)
    return _network(site, board_w, chain.upstream, np.array([]) if rings is None else rings.board)


def solve_mv(order: SiteChain, chain: Chain, loads: ElementLoads, rings: MvRings, *, power_factor: float) -> MvState:
    """Normal state, and with each ring end, each transformer and each board lost."""
    site = _Site(order.parts, chain, rings, power_factor, order.frequency_hz)
    low = np.flatnonzero(chain.is_kind("lv-switchgear"))
    network = _network(site, loads.normal_w[low], chain.upstream, rings.board)
    normal = _case(network, solve_flow(network), "")
    cases = [*_ring_cases(network, rings), *_transformer_cases(site, loads, low), *_board_cases(site, loads, low)]
    return MvState(normal, tuple(cases))


def _ring_cases(network: AcNetwork, rings: MvRings) -> list[MvCase]:
    """Each ring opened at each of its ends, all solved on one factorisation."""
    ends = rings.ends
    outages = solve_outages(network, ends)
    branches, lines = branches_of(network), network.lines.start.size
    start, end = outages.voltage_pu[branches.start[:lines]], outages.voltage_pu[branches.end[:lines]]
    current = np.abs(branches.y_ss[:lines, None] * start + branches.y_se[:lines, None] * end)
    current[ends, np.arange(ends.size)] = 0.0
    amps = np.nan_to_num(current * _base_a(network)[:, None])
    return [
        MvCase(
            lost=f"segment {segment + 1}",
            drop_share=1.0 - float(outages.lowest_pu[case]) if outages.has_converged[case] else FAILED,
            transformer_share=float(outages.loading_share[case]),
            unsupplied_w=float(outages.unsupplied_w[case]),
            current_a=amps[:, case],
        )
        for case, segment in enumerate(ends.tolist())
    ]


def _transformer_cases(site: _Site, loads: ElementLoads, low: IntArray) -> list[MvCase]:
    """Each transformer at the substation lost: its boards transfer, the others' taps stay."""
    chain, rings, cases = site.chain, _rings(site), []
    for lost in np.flatnonzero(chain.is_kind("hv-transformer")).tolist():
        upstream = chain.upstream.copy()
        moved = np.flatnonzero(chain.is_kind("mv-switchgear") & (upstream == lost))
        upstream[moved] = chain.standby[moved]
        network = _network(site, loads.normal_w[low], upstream, rings.board)
        cases.append(_case(network, solve_flow(network), chain.names[lost]))
    return cases


def _board_cases(site: _Site, loads: ElementLoads, low: IntArray) -> list[MvCase]:
    """Each medium-voltage board lost: loads go to the other side, or rings to their second board."""
    chain, rings, cases = site.chain, _rings(site), []
    for lost in np.flatnonzero(chain.is_kind("mv-switchgear")).tolist():
        board_w = np.maximum(loads.normal_w[low] + loads.moved_w(lost)[low], 0.0)
        second = np.array([chain.standby[units[0]] for units in rings.units], dtype=np.int64)
        board = np.where(rings.board == lost, second, rings.board)
        network = _network(site, board_w, chain.upstream, board)
        cases.append(_case(network, solve_flow(network), chain.names[lost]))
    return cases


def _rings(site: _Site) -> MvRings:
    if site.rings is None:
        raise ValueError("the cases of a medium-voltage system need its rings")
    return site.rings


def _case(network: AcNetwork, flow: FlowResult, lost: str) -> MvCase:
    is_cut = np.isnan(flow.voltage_pu)
    unsupplied_w = float(np.sum(network.loads.active_w[is_cut[network.loads.bus]]))
    return MvCase(
        lost=lost,
        drop_share=1.0 - flow.lowest_pu if flow.has_converged else FAILED,
        transformer_share=float(np.nanmax(flow.loading_share, initial=0.0)),
        unsupplied_w=unsupplied_w,
        current_a=np.nan_to_num(flow.current_a),
    )


def _base_a(network: AcNetwork) -> FloatArray:
    return np.asarray(network.base_va / (np.sqrt(3.0) * network.nominal_v[network.lines.start]))


def _network(site: _Site, board_w: FloatArray, upstream: IntArray, ring_board: IntArray) -> AcNetwork:
    """The network with boards on the transformers of `upstream`, and rings on the boards of `ring_board` (-1: none)."""
    chain, rings = site.chain, site.rings
    high, low = site.parts.hv_transformer, site.parts.unit_substation
    units = np.flatnonzero(chain.is_kind("hv-transformer", "unit-substation"))
    is_high = chain.kind[units] == "hv-transformer"
    behind = np.zeros(len(chain.names) + 1, dtype=np.int64)
    behind[units] = np.arange(units.size) + 1
    for kind in ("mv-switchgear", "unit-feeder", "ats", "lv-switchgear"):
        own = np.flatnonzero(chain.is_kind(kind))
        behind[own] = behind[upstream[own]]
    above = behind[upstream[units]]
    on_ring = units[~is_high] if rings is not None else units[:0]
    own_bus = np.zeros(len(chain.names) + 1, dtype=np.int64)
    own_bus[on_ring] = units.size + 1 + np.arange(on_ring.size)
    above = np.where(own_bus[units] > 0, own_bus[units], above)
    medium_v, low_v = figure(high.secondary_v), figure(low.secondary_v)
    return AcNetwork(
        nominal_v=np.concatenate(
            [[figure(high.primary_v)], np.where(is_high, medium_v, low_v), np.full(on_ring.size, medium_v)]
        ),
        lines=_lines(rings, behind, own_bus, ring_board),
        transformers=AcTransformers(
            high=above,
            low=behind[units],
            rating_va=np.where(is_high, figure(high.rating_va), figure(low.rating_va)),
            high_v=np.where(is_high, figure(high.primary_v), medium_v),
            low_v=np.where(is_high, medium_v, low_v),
            impedance_share=np.where(is_high, figure(high.impedance_share), figure(low.impedance_share)),
            resistance_share=1.0 - np.where(is_high, figure(high.efficiency_share), figure(low.efficiency_share)),
            iron_w=np.zeros(units.size),
            magnetising_share=np.zeros(units.size),
        ),
        loads=_loads(chain, behind, board_w, site.power_factor),
        slack_bus=0,
        slack_pu=1.0,
        frequency_hz=site.frequency_hz,
    )


def _loads(chain: Chain, behind: IntArray, board_w: FloatArray, power_factor: float) -> AcLoads:
    bus = behind[np.flatnonzero(chain.is_kind("lv-switchgear"))]
    return AcLoads(bus, board_w, board_w * np.tan(np.arccos(power_factor)))


def _lines(rings: MvRings | None, behind: IntArray, own_bus: IntArray, ring_board: IntArray) -> AcLines:
    """Segments of all rings; those of a ring without a board stay connected to each other only."""
    none = np.zeros(0)
    if rings is None:
        return AcLines(none.astype(np.int64), none.astype(np.int64), none, none, none)
    board_bus = np.where(ring_board >= 0, behind[ring_board], -1)[rings.ring]
    start = np.where(own_bus[rings.start] > 0, own_bus[rings.start], board_bus)
    end = np.where(own_bus[rings.end] > 0, own_bus[rings.end], board_bus)
    # A ring that lost its board for good hangs on its own first unit: no source reaches it, and it stays one network.
    start = np.where(start < 0, end, start)
    end = np.where(end < 0, start, end)
    length_km, cable = rings.length_m / M_PER_KM, rings.cable
    capacitance = figure(cable.capacitance_f) if cable.capacitance_f is not None else 0.0
    return AcLines(
        start,
        end,
        figure(cable.resistance_ohm) * length_km / rings.parallel,
        figure(cable.reactance_ohm) * length_km / rings.parallel,
        capacitance * length_km * rings.parallel,
    )
