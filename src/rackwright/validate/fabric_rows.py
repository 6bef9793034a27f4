"""Which designs does a table of published fabrics hold, and which of its rows contradict themselves?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.intake import CsvRows, read_csv
from rackwright.base.problem import Problem

__all__ = ["COUNTS", "DesignRow", "contradictions", "read_designs"]

COUNTS: Final = ("leaf", "spine", "core", "endpoint_leaf_cables", "leaf_spine_cables", "spine_core_cables")
NEEDED: Final = ("servers", "gpus", "nics_per_server", "tiers", "su_size_servers", "rail_optimised", "planes")
APPLIANCE_LINKS: Final = 4
"""Leaf ports of a fabric manager's appliances where a design is printed "with UFM" (published beside these tables)."""


@dataclass(frozen=True, kw_only=True)
class DesignRow:
    """One published design; `counts` holds None where a count is not published, `radix` 0."""

    id: str
    arch: str
    servers: int
    gpus: int
    nics: int
    radix: int
    tiers: int
    su_servers: int
    rail_optimised: bool
    planes: int
    has_manager: bool
    counts: dict[str, int | None]
    switch_model: str
    provenance: str
    notes: str

    @property
    def endpoint_links(self) -> int:
        """Cables between endpoints and leaves: one per NIC and plane, and those of the fabric manager."""
        manager = APPLIANCE_LINKS if self.has_manager else 0
        return self.servers * self.nics * self.planes + manager


def read_designs(path: Path) -> tuple[DesignRow, ...]:
    """Rows of a table of published fabrics.

    Raises
    ------
    InputError
        Columns are missing, or a cell is not a whole number; all of them at once.
    """
    rows = read_csv(path, required=("arch_id", "config", "switch_ports_at_fabric_speed", *NEEDED, *COUNTS))
    problems: list[Problem] = []
    designs = [_design(rows, number, problems) for number in range(len(rows))]
    if problems:
        raise InputError(problems)
    return tuple(designs)


def _design(rows: CsvRows, number: int, problems: list[Problem]) -> DesignRow:
    cells = rows.rows[number]

    def whole(name: str) -> int | None:
        text = cells[name].strip()
        if not text and name not in NEEDED:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10 and (int(text) > 0 or name not in _POSITIVE):
            return int(text)
        repair = "Write a whole number" + (" above zero." if name in _POSITIVE else ", or leave a count empty.")
        problems.append(Problem("bad-number", rows.place(number, name), f"`{text}` is not a count.", repair))
        return 1

    config = cells["config"]
    return DesignRow(
        id=f"{cells['arch_id']} {config}".strip(),
        arch=cells["arch_id"],
        servers=whole("servers") or 0,
        gpus=whole("gpus") or 0,
        nics=whole("nics_per_server") or 0,
        radix=whole("switch_ports_at_fabric_speed") or 0,
        tiers=whole("tiers") or 0,
        su_servers=whole("su_size_servers") or 0,
        rail_optimised=bool(whole("rail_optimised")),
        planes=whole("planes") or 1,
        has_manager="with ufm" in config.lower(),
        counts={name: whole(name) for name in COUNTS},
        switch_model=cells.get("switch_model", ""),
        provenance=cells.get("provenance", ""),
        notes=cells.get("notes", ""),
    )


_POSITIVE: Final = frozenset({"servers", "nics_per_server", "su_size_servers", "planes"})


def contradictions(design: DesignRow) -> list[str]:
    """Sentences on figures of one row that cannot all be true, with the arithmetic; empty for a sound row.

    Notes
    -----
    Looked at: accelerators against servers, endpoint cables against servers x NICs x planes, ports of each tier
    against the cables that end on it, whole bundles, leaves against rails, cores against tiers.
    """
    return [*_endpoint_clashes(design), *_port_clashes(design), *_shape_clashes(design)]


def _endpoint_clashes(design: DesignRow) -> Iterator[str]:
    if design.gpus % design.servers:
        yield f"{design.gpus} accelerators are not a whole number for each of {design.servers} servers"
    printed = design.counts["endpoint_leaf_cables"]
    if printed is not None and printed != design.endpoint_links:
        manager = f" + {APPLIANCE_LINKS}" if design.has_manager else ""
        sum_text = f"{design.servers} servers x {design.nics} NICs x {design.planes} planes{manager}"
        yield f"{sum_text} = {design.endpoint_links}, printed are {printed} endpoint cables"


def _port_clashes(design: DesignRow) -> Iterator[str]:
    """More cables end on a tier than it has ports."""
    ends = {
        "leaf": ("endpoint_leaf_cables", "leaf_spine_cables"),
        "spine": ("leaf_spine_cables", "spine_core_cables"),
        "core": ("spine_core_cables",),
    }
    for tier, cables in ends.items():
        switches = design.counts[tier]
        printed = [design.counts[name] for name in cables]
        used = sum(count for count in printed if count is not None)
        if design.radix and switches is not None and used > switches * design.radix:
            ports = switches * design.radix
            yield f"{used} cables end on {switches} {tier} switches x {design.radix} ports = {ports}"


def _shape_clashes(design: DesignRow) -> Iterator[str]:
    leaves, spines, cores = (design.counts[tier] for tier in ("leaf", "spine", "core"))
    if leaves and design.rail_optimised and leaves % (design.nics * design.planes):
        yield f"{leaves} leaves cannot be shared out over {design.nics} rails in {design.planes} planes"
    uplinks = design.counts["leaf_spine_cables"]
    for tier, switches in (("leaf", leaves), ("spine", spines)):
        if uplinks is not None and switches and uplinks % switches:
            yield f"{uplinks} leaf-spine cables are no whole number for each of {switches} {tier} switches"
    if cores is not None and design.tiers == 2 and cores:
        yield f"two tiers are printed, and {cores} core switches"
    if cores == 0 and design.tiers == 3:
        yield "three tiers are printed, and no core switch"
