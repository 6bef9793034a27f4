"""Is the network physically possible? Ports, cables, rack units and floor positions, counted one by one."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.judge.verdict import Verdict, checks_of
from rackwright.plan import Plan
from rackwright.tables.cabling import Cables
from rackwright.tables.checks import Checks
from rackwright.tables.fabric import Devices, Links
from rackwright.tables.layout import Mounts, PlacedRacks, Reserved
from rackwright.tables.racks import Slots

__all__ = ["NetworkEvidence", "NetworkVerdict", "judge_network"]


@dataclass(frozen=True)
class NetworkEvidence:
    """All that the verdicts on a network look at; equal evidence has equal verdicts.

    Parameters
    ----------
    halls
        Rows and positions a row, by hall.
    """

    links: Links
    devices: Devices
    cables: Cables
    mounts: Mounts
    racks: PlacedRacks
    reserved: Reserved
    slots: Slots
    halls: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, plan: Plan) -> NetworkEvidence:
        """The evidence in a plan."""
        return cls(
            links=plan.fabric.links,
            devices=plan.fabric.devices,
            cables=plan.cabling.cables,
            mounts=plan.layout.mounts,
            racks=plan.layout.racks,
            reserved=plan.layout.reserved,
            slots=plan.racks.slots,
            halls={hall.id: (hall.rows, hall.positions_per_row) for hall in plan.program.halls},
        )


@dataclass(frozen=True)
class NetworkVerdict:
    """What the judge found in a network."""

    checks: Checks


def judge_network(evidence: NetworkEvidence) -> NetworkVerdict:
    """Verdicts on ports, cables, mounts and positions."""
    rules = (_ports, _ends, _cables, _units, _positions)
    return NetworkVerdict(checks_of([rule(evidence) for rule in rules]))


def _ports(evidence: NetworkEvidence) -> Verdict:
    verdict = Verdict("judge-ports", "no port of a device carries two links of one network")
    used: set[tuple[int, str, int]] = set()
    links = evidence.links.frame.select("link", "network", "a_device", "a_port", "b_device", "b_port")
    for link, network, a, a_port, b, b_port in links.iter_rows():
        ends = {(a, network, a_port), (b, network, b_port)}
        verdict.look(f"link {link}", holds=len(ends) == 2 and not ends & used)
        used |= ends
    return verdict


def _ends(evidence: NetworkEvidence) -> Verdict:
    verdict = Verdict("judge-ends", "both ends of a link exist, in the link's block")
    block_of = dict(evidence.devices.frame.select("device", "block").iter_rows())
    for link, block, a, b in evidence.links.frame.select("link", "block", "a_device", "b_device").iter_rows():
        verdict.look(f"link {link}", holds=block_of.get(a) == block == block_of.get(b))
    return verdict


def _cables(evidence: NetworkEvidence) -> Verdict:
    verdict = Verdict(
        "judge-cables", "each link between mounted devices has exactly one cable, at least as long as its route"
    )
    carried: dict[int, int] = {}
    for link, length, route in evidence.cables.frame.select("link", "length_mm", "route_mm").iter_rows():
        carried[link] = carried.get(link, 0) + 1
        verdict.look(f"cable of link {link}: {length} mm for a route of {route} mm", holds=length >= route)
    mounted = set(evidence.mounts["device"].to_list())
    for link, a, b in evidence.links.frame.select("link", "a_device", "b_device").iter_rows():
        if a in mounted and b in mounted:
            verdict.look(f"link {link}: {carried.get(link, 0)} cables", holds=carried.get(link, 0) == 1)
    return verdict


def _units(evidence: NetworkEvidence) -> Verdict:
    verdict = Verdict("judge-rack-units", "no bay of a rack unit holds two slots of a rack type")
    taken: set[tuple[str, int, int]] = set()
    for kind, bottom, bay, height in evidence.slots.frame.select("type", "u", "bay", "height_u").iter_rows():
        spots = {(kind, u, bay) for u in range(bottom, bottom + height)}
        verdict.look(f"{kind} U{bottom}", holds=not spots & taken)
        taken |= spots
    return verdict


def _positions(evidence: NetworkEvidence) -> Verdict:
    verdict = Verdict("judge-positions", "no floor position holds two racks, or a rack and a reservation")
    taken = {tuple(row) for row in evidence.reserved.frame.select("hall", "row", "position").iter_rows()}
    for rack, hall, row, position in evidence.racks.frame.select("rack", "hall", "row", "position").iter_rows():
        rows, positions = evidence.halls.get(hall, (0, 0))
        free = (hall, row, position) not in taken and 1 <= row <= rows and 1 <= position <= positions
        verdict.look(f"rack {rack} at {hall} {row}/{position}", holds=free)
        taken.add((hall, row, position))
    return verdict
