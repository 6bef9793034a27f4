"""Do the lines of a published bill of cables follow from the design it was drawn up for?

The bill is of a SuperPOD of eight-accelerator servers: its server count gives the scalable units, the sizing rule the
compute fabric, and each derivable line is a count over that design (`design`) or over other lines of the same bill
(`bill`). Every other line is skipped with the input that it needs and that neither the bill nor the design states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.intake import CsvRows
from rackwright.base.problem import Place, Problem
from rackwright.fabric import ClosNeed, size_clos
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["score_bill"]

SOURCE: Final = "NVIDIA RA-11333-001 V11, DGX SuperPOD H100: sections on the node, the scalable unit and the fabrics"


@dataclass(frozen=True)
class _Reference:
    """What the reference architecture states of its node and unit, apart from any count of the bill (`SOURCE`)."""

    unit_servers: int = 32
    rails: int = 8
    storage_ports: int = 2
    in_band_ports: int = 2
    links_per_cage: int = 2
    radix: int = 64
    oob_uplinks: int = 2
    manager_links: int = 4


@dataclass(frozen=True)
class _Design:
    """Compute fabric of the bill's servers and the counts that other lines rest on."""

    reference: _Reference
    lines: dict[str, int]
    servers: int
    switches: int
    leaf_spine: int

    def line(self, name: str) -> int:
        """Count of another line of the bill."""
        return self.lines[name]


Rule = Callable[[_Design], int]

_DESIGN: Final[dict[str, Rule]] = {
    "compute_switches": lambda d: d.switches,
    "inband_cables_dgx": lambda d: d.servers * d.reference.in_band_ports,
    "oob_dgx": lambda d: d.servers,
    "compute_ndr_cables": lambda d: d.servers * d.reference.rails + d.leaf_spine,
    "compute_ufm_cables": lambda d: d.reference.manager_links // d.reference.links_per_cage,
    "compute_ufm_transceivers": lambda d: d.reference.manager_links,
    "compute_switch_osfp": lambda d: d.switches * d.reference.radix // d.reference.links_per_cage,
    "compute_system_osfp": lambda d: d.servers * d.reference.rails // d.reference.links_per_cage,
    "storage_dgx_transceivers": lambda d: d.servers * d.reference.storage_ports,
    "storage_ufm_cables": lambda d: d.reference.manager_links // d.reference.links_per_cage,
}
_BILL: Final[dict[str, tuple[tuple[str, ...], Rule]]] = {
    "inband_cables_mgmt": (("mgmt_servers",), lambda d: d.line("mgmt_servers") * d.reference.in_band_ports),
    "oob_ib_switches": (("storage_switches",), lambda d: d.switches + d.line("storage_switches")),
    "oob_mgmt_ufm": (("mgmt_servers", "ufm"), lambda d: d.line("mgmt_servers") + d.line("ufm")),
    "oob_inband_switches": (("inband_switches",), lambda d: d.line("inband_switches")),
    "oob_ufm_b2b": (("ufm",), lambda d: d.line("ufm") // 2),
    "oob_pdus": (("pdus_a", "pdus_b"), lambda d: d.line("pdus_a") + d.line("pdus_b")),
    "oob_uplinks": (("oob_switches",), lambda d: d.line("oob_switches") * d.reference.oob_uplinks),
    "storage_slurm_mgmt": (("mgmt_servers",), lambda d: d.line("mgmt_servers")),
    "storage_switch_transceivers": (
        ("storage_ndr_cables", "storage_slurm_mgmt"),
        lambda d: (
            (
                _storage_ends(d.line("storage_ndr_cables"), d.servers * d.reference.storage_ports)
                + d.line("storage_slurm_mgmt")
            )
            // d.reference.links_per_cage
        ),
    ),
}
_INPUTS: Final[dict[str, str]] = {
    "servers": "is an input itself: the servers the bill is for",
    "ufm": "is an input itself: appliances the buyer chooses",
    "mgmt_servers": "is an input itself: management servers the buyer chooses",
    "racks": "power and height of a rack: how many servers share one, and what fills those of the switches",
    "pdus_a": "feeds of a server rack: how many power strips it has",
    "pdus_b": "feeds of a management rack: how many power strips it has",
    "inband_switches": "ports kept on the in-band leaves and its cores: how far it is tapered",
    "inband_leaf_core": "uplinks of an in-band leaf: how far it is tapered",
    "inband_isl": "cables between the two switches of an in-band pair",
    "inband_uplink": "links to the building's own network",
    "inband_nfs": "ports of the file storage that the buyer chooses",
    "oob_switches": "which racks share a management switch: its ports alone would ask for fewer",
    "storage_switches": "ports of the storage that the buyer chooses, and the taper of its fabric",
    "storage_ndr_cables": "links between the storage switches: the taper of their fabric",
    "storage_2x200_cables": "ports of the storage that the buyer chooses",
}
"""What must be known for a line besides the servers and the other lines."""
_NO_RULE: Final = "a rule: the reference design has no such line"
_NEEDS_LINES: Final = "the lines {} of the bill, which it lacks"


def _storage_ends(cables: int, from_servers: int) -> int:
    """Switch ends of the storage cables: one of a server's cable, both of a cable between switches."""
    return from_servers + 2 * (cables - from_servers)


def score_bill(rows: CsvRows) -> Score:
    """Score a bill of cables line by line; a case's error is the relative difference of its count.

    Raises
    ------
    InputError
        A count is no whole number, an item stands twice, or the bill names no servers.
    """
    lines = _lines(rows)
    design = _size(rows, lines)
    cases: list[Case] = []
    skipped: list[Skip] = []
    basis: dict[str, list[Case]] = {"design": [], "bill": []}
    for item, count in lines.items():
        found = _derive(item, design)
        if found is None:
            skipped.append(Skip(item, _missing(item, design)))
            continue
        kind, got = found
        case = Case(item, count, got, abs(got - count) / count if count else float(got != 0))
        cases.append(case)
        basis[kind].append(case)
    groups = {"basis": {kind: _shares(group) for kind, group in basis.items()}}
    return Score("fabric", len(lines), tuple(cases), tuple(skipped), _shares(cases), groups)


def _missing(item: str, design: _Design) -> str:
    """What a line that was not derived would need."""
    if item in _BILL:
        return "needs " + _NEEDS_LINES.format(", ".join(name for name in _BILL[item][0] if name not in design.lines))
    words = _INPUTS.get(item, _NO_RULE)
    return words if words.startswith("is an input") else f"needs {words}"


def _derive(item: str, design: _Design) -> tuple[str, int] | None:
    """A line's count and what it follows from; None if it does not follow, or if a line it rests on is missing."""
    if item in _DESIGN:
        return "design", _DESIGN[item](design)
    needed, rule = _BILL.get(item, ((item + "?",), _DESIGN["oob_dgx"]))
    return ("bill", rule(design)) if set(needed) <= set(design.lines) else None


def _lines(rows: CsvRows) -> dict[str, int]:
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for number, cells in enumerate(rows.rows):
        item, text = cells["item"].strip(), cells["count"].strip()
        if item in lines:
            rule = f"`{item}` stands twice in the bill."
            problems.append(Problem("duplicate-id", rows.place(number, "item"), rule, "Keep one line."))
        elif text.isascii() and text.isdigit() and len(text) < 10:
            lines[item] = int(text)
        else:
            rule = f"`{text}` is not a count."
            problems.append(Problem("bad-number", rows.place(number, "count"), rule, "Write a whole number."))
    if problems:
        raise InputError(problems)
    return lines


def _size(rows: CsvRows, lines: dict[str, int]) -> _Design:
    """The compute fabric of the bill's servers; one server of the last unit gives way to the fabric manager."""
    reference = _Reference()
    servers = lines.get("servers", 0)
    if not servers:
        rule = "the bill has no line `servers`, so there is nothing to size."
        raise InputError([Problem("missing-field", Place(rows.file, path="servers"), rule, "Add it.")])
    radix = reference.radix
    need = ClosNeed(
        groups=-(-servers // reference.unit_servers),
        endpoints=reference.unit_servers,
        rails=reference.rails,
        leaf_radix=radix,
        spine_radix=radix,
        core_radix=radix,
    )
    clos = size_clos(need)
    if clos is None:
        return _Design(reference, lines, servers, 0, 0)
    switches = clos.leaves + clos.spines + clos.cores
    return _Design(reference, lines, servers, switches, clos.leaves * clos.leaf_up + clos.spines * clos.spine_up)


def _shares(cases: list[Case]) -> Metrics:
    exact = sum(case.error == 0.0 for case in cases)
    return {"exact_share": exact / len(cases) if cases else None, "exact_rows": exact, "derivable": len(cases)}
