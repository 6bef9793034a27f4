"""Is every catalog part there, and of the class its place asks for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rackwright.base.problem import did_you_mean
from rackwright.catalog import installation, parts
from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import Part
from rackwright.program.entry import Entry
from rackwright.program.platforms import Configuration, Content, FabricTarget, Platform
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.sites import Cooling, Generation, PowerChain, Smoothing
from rackwright.program.supply import Item
from rackwright.program.workloads import MeasuredRun, Serving, Training

__all__ = ["check_parts"]

_PLACES: Final[Mapping[type[Entry], tuple[tuple[str, type[Part], tuple[str, ...]], ...]]] = {
    Training: (("model", parts.ModelArchitecture, ()),),
    Serving: (("model", parts.ModelArchitecture, ()),),
    MeasuredRun: (("model", parts.ModelArchitecture, ()),),
    Platform: (("accelerator", parts.Accelerator, ()),),
    Configuration: (("frame", parts.RackFrame, ()),),
    Content: (("part", parts.Part, ()),),
    FabricTarget: (
        ("leaf", parts.Switch, ()),
        ("spine", parts.Switch, ()),
        ("core", parts.Switch, ()),
        ("storage", parts.Switch, ()),
        ("in_band", parts.Switch, ()),
        ("out_of_band", parts.Switch, ()),
        ("out_of_band_spine", parts.Switch, ()),
        ("network_frame", parts.RackFrame, ()),
    ),
    Generation: (("part", parts.Generator, ()),),
    PowerChain: (
        ("hv_transformer", parts.Transformer, ("hv-mv",)),
        ("mv_switchgear", parts.Switchgear, ("mv",)),
        ("unit_substation", parts.Transformer, ("mv-lv",)),
        ("lv_switchgear", parts.Switchgear, ("lv",)),
        ("ups", parts.Ups, ()),
        ("generator", parts.Generator, ()),
        ("busway", parts.Busway, ("busway",)),
        ("tap", parts.Busway, ("tap",)),
        ("transfer_switch", parts.Breaker, ("ats",)),
        ("static_switch", parts.Breaker, ("sts",)),
        ("side_rack", parts.PowerShelf, ("side-rack",)),
        ("mv_cable", installation.MvCable, ()),
        ("lv_conductor", installation.Conductor, ()),
    ),
    Smoothing: (("part", parts.PowerShelf, ("capacitor", "battery", "bess")),),
    Cooling: (
        ("cdu", parts.Cdu, ("liquid",)),
        ("air", parts.Cdu, ("air",)),
        ("rejection", parts.HeatRejection, ()),
        ("chiller", parts.HeatRejection, ("chiller",)),
        ("storage", installation.ThermalStorage, ()),
    ),
    Item: (("part", parts.Part, ()),),
}
"""Row -> (field, class of part, roles allowed; none listed means any)."""
_SPLITS: Final = (1, 2, 4)
"""Ways in which a port may be split."""
_NOT_IN_A_RACK: Final = (
    parts.Accelerator,
    parts.ModelArchitecture,
    installation.LayoutRules,
    parts.OperatorCoefficients,
    parts.Transformer,
    parts.Switchgear,
    parts.Generator,
    parts.HeatRejection,
    installation.ThermalStorage,
    parts.RackFrame,
)


def check_parts(subject: Subject) -> Iterator[Finding]:
    """Every part must be in the catalog, with the class and role of its place."""
    if subject.catalog is None:
        return
    for path, entry in subject.entries:
        for field, cls, roles in _PLACES.get(type(entry), ()):
            name = getattr(entry, field)
            if name:
                yield from _check_part(subject.catalog, (*path, field), name, (cls, roles))
    yield from _check_contents(subject, subject.catalog)
    yield from _check_fabric(subject, subject.catalog)


def _check_part(
    catalog: Catalog, path: Path, name: str, wanted: tuple[type[Part], tuple[str, ...]]
) -> Iterator[Finding]:
    cls, roles = wanted
    if not catalog.has(name):
        known = [part.id for part in catalog.all(cls) if not roles or getattr(part, "role", "") in roles]
        rule = f'the catalog has no part called "{name}".'
        yield Finding("unknown-part", path, rule, did_you_mean(name, known) or "Add it to the folder `catalog/`.")
        return
    part = catalog.find(name)
    role = getattr(part, "role", "")
    if isinstance(part, cls) and (not roles or role in roles):
        return
    known = [other.id for other in catalog.all(cls) if not roles or getattr(other, "role", "") in roles]
    asked = f"{cls.__name__}{f' with role {roles[0]}' if roles else ''}"
    rule = f'"{name}" is of class {type(part).__name__}{f" ({role})" if role else ""}; this place takes {asked}.'
    yield Finding("wrong-part-class", path, rule, did_you_mean(name, known))


def _check_contents(subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """A rack holds trays, shelves, switches and components, not buildings' plant or models."""
    for path, content in subject.rows(Content):
        if catalog.has(content.part) and isinstance(catalog.find(content.part), _NOT_IN_A_RACK):
            cls = type(catalog.find(content.part)).__name__
            rule = f'"{content.part}" is of class {cls}, which does not go into a rack.'
            yield Finding("wrong-part-class", (*path, "part"), rule, "Name a tray, shelf, switch or component.")


def _check_fabric(subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """Switches must speak the fabric's protocol and keep ports; rails must meet the rack's scale-out ports."""
    for i, platform in enumerate(subject.program.platforms):
        path, fabric = ("platforms", i, "fabric"), platform.fabric
        for field in ("leaf", "spine", "core"):
            yield from _check_switch(catalog, (*path, field), getattr(fabric, field), fabric)
        yield from _check_leaf_pins(catalog, path, fabric, platform.configurations)
        for sku in platform.configurations:
            ports = _scale_out_ports(catalog, sku)
            if ports and ports % (fabric.rails * fabric.planes):
                rule = (
                    f"{fabric.rails} rails in {fabric.planes} planes do not divide the {ports:g} scale-out ports of "
                    f'a rack "{sku.id}".'
                )
                yield Finding("rails-do-not-fit", (*path, "rails"), rule, "Use a divisor of the ports of one rack.")


def _check_switch(catalog: Catalog, path: Path, name: str, fabric: FabricTarget) -> Iterator[Finding]:
    switch = catalog.find(name) if name and catalog.has(name) else None
    if not isinstance(switch, parts.Switch):
        return
    if switch.protocol and switch.protocol != fabric.protocol:
        rule = f'"{name}" speaks {switch.protocol}; the fabric is {fabric.protocol}.'
        yield Finding("protocol-mismatch", path, rule, "Choose another switch, or set `protocol`.")
    kept = sum(row.ports for row in fabric.reserved if row.tier == path[-1])
    total = kept + (fabric.reserved_leaf_ports if path[-1] == "leaf" else 0)
    if switch.ports is not None and total >= switch.ports.value:
        field = "reserved" if kept else "reserved_leaf_ports"
        rule = f"{total} reserved ports leave none of the {switch.ports.value:g} of a {path[-1]}."
        yield Finding("no-free-ports", (*path[:-1], field), rule, "Reserve fewer.")


def _check_leaf_pins(
    catalog: Catalog, path: Path, fabric: FabricTarget, configurations: Sequence[Configuration]
) -> Iterator[Finding]:
    """Pinned ports, uplinks and reserved ports of a leaf are no more than it has, split as far as it may be."""
    leaf = catalog.find(fabric.leaf) if catalog.has(fabric.leaf) else None
    pinned = fabric.leaf_ports + fabric.leaf_uplinks
    if not pinned or not isinstance(leaf, parts.Switch) or leaf.ports is None:
        return
    kept = fabric.reserved_leaf_ports + sum(row.ports for row in fabric.reserved if row.tier == "leaf")
    split = fabric.breakout or _most_split(catalog, leaf, configurations)
    offered = round(leaf.ports.value) * split
    if pinned + kept > offered:
        field = "leaf_ports" if fabric.leaf_ports else "leaf_uplinks"
        also = f" and {kept} reserved" if kept else ""
        split_by = f" split {split} ways" if split > 1 else ""
        rule = (
            f"{fabric.leaf_ports} endpoint ports, {fabric.leaf_uplinks} uplinks{also} ask for {pinned + kept} ports; "
            f'a leaf "{fabric.leaf}"{split_by} has {offered}.'
        )
        repair = f"Pin at most {max(offered - kept, 0)} together, or leave one of them 0."
        yield Finding("too-many-leaf-ports", (*path, field), rule, repair)


def _most_split(catalog: Catalog, leaf: parts.Switch, configurations: Sequence[Configuration]) -> int:
    """Most ways a port of the leaf is split at the rate of the racks' slowest scale-out ports."""
    named = {content.part for sku in configurations for content in sku.contents if catalog.has(content.part)}
    found = [part for part in map(catalog.find, named) if isinstance(part, parts.Tray) and part.scale_out_ports]
    rates = [part.scale_out_gbit_s.value for part in found if part.scale_out_gbit_s]
    if not rates or leaf.port_gbit_s is None:
        return _SPLITS[-1]
    return max((ways for ways in _SPLITS if leaf.port_gbit_s.value / ways >= min(rates)), default=1)


def _scale_out_ports(catalog: Catalog, sku: Configuration) -> int:
    """Scale-out ports of one rack."""
    total = 0
    for content in sku.contents:
        part = catalog.find(content.part) if catalog.has(content.part) else None
        if isinstance(part, parts.Tray) and part.scale_out_ports is not None:
            total += content.count * round(part.scale_out_ports.value)
    return total
