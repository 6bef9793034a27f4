"""How do the devices of a plan stand in the community library of device types? One YAML file each, and the racks'.

Every part that sits in a slot, every switch of a network (once for each way its ports are split) and every patch panel
is a device type; frames are rack types. Ports carry the names of the other exports. What `import device-type` reads
back is what was written; what the library has no field for stands in a line of the comments.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from rackwright.catalog import Catalog, PatchPanel, RackFrame, Switch, Tray
from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.device_note import noted_of, noted_text
from rackwright.exchange.device_type import DeviceType
from rackwright.figures.svg import slug
from rackwright.plan import Plan

__all__ = ["device_library_bytes", "device_type_text", "device_types", "interface_type"]

UNKNOWN: Final = "Generic"
MANAGEMENT: Final = "1000base-t"
OTHER: Final = "other"
INTERFACES: Final = {
    (1.0, "RJ45"): MANAGEMENT,
    (10.0, "RJ45"): "10gbase-t",
    (25.0, "SFP28"): "25gbase-x-sfp28",
    (100.0, "QSFP28"): "100gbase-x-qsfp28",
    (400.0, "QSFP112"): "400gbase-x-qsfp112",
    (400.0, "QSFP-DD"): "400gbase-x-qsfpdd",
    (800.0, "QSFP-DD"): "800gbase-x-qsfpdd",
    (400.0, "OSFP"): "400gbase-x-osfp",
    (800.0, "OSFP"): "800gbase-x-osfp",
}
"""Words of the library for an Ethernet port by rate [Gbit/s] and form factor; other ports are `other`."""
INFINIBAND: Final = {200.0: "infiniband-hdr", 400.0: "infiniband-ndr", 800.0: "infiniband-xdr"}


def interface_type(gbit_s: float, cage: str, protocol: str) -> str:
    """Word of the library for a port.

    Examples
    --------
    >>> interface_type(800.0, "OSFP", "infiniband"), interface_type(200.0, "OSFP", "ethernet")
    ('infiniband-xdr', 'other')
    """
    if protocol == "infiniband":
        return INFINIBAND.get(gbit_s, OTHER)
    return INTERFACES.get((gbit_s, cage), OTHER)


@dataclass(frozen=True)
class Entry:
    """A device type with what the library holds beside it: items inside, and pairs of front and rear ports."""

    device: DeviceType
    items: tuple[tuple[str, str], ...] = ()
    passive_ports: int = 0


def device_library_bytes(plan: Plan) -> bytes:
    """Archive in the library's folders: `device-types/MAKER/MODEL.yaml` and `rack-types/MAKER/MODEL.yaml`."""
    catalog = plan.catalog()
    files = [
        (f"device-types/{slug(entry.device.manufacturer)}/{entry.device.slug}.yaml", device_type_text(entry))
        for entry in _entries(plan, catalog)
    ]
    return archive_bytes(sorted([*files, *_rack_files(plan, catalog)]))


def device_types(plan: Plan) -> tuple[DeviceType, ...]:
    """Every device type of a plan, as the import reads it."""
    return tuple(entry.device for entry in _entries(plan, plan.catalog()))


def _entries(plan: Plan, catalog: Catalog) -> Iterator[Entry]:
    figures = _Figures(dict(plan.facts.frame.select("fact", "value").unique("fact").iter_rows()), catalog)
    switches = plan.fabric.tiers.frame.select("part", "ports", "split", "cage").unique().sort("part", "split")
    networked = set(switches["part"].to_list())
    slots = plan.racks.slots.frame.filter((pl.col("part") != "") & (pl.col("role") != "blank"))
    for part in sorted(set(slots["part"].to_list()) - networked):
        yield _in_slot(plan, figures, part)
    for part, ports, split, cage in switches.iter_rows():
        yield _switch(figures, part, (ports, split, cage))
    yield from _panels(plan, figures)


@dataclass(frozen=True)
class _Figures:
    """Facts of the plan by id, and the catalog for what is no figure."""

    facts: dict[str, float]
    catalog: Catalog

    def of(self, part: str, field: str) -> float | None:
        """One figure of a part; None where the plan did not use it."""
        return self.facts.get(f"{part}.{field}")

    def device(
        self,
        part: str,
        model: str,
        interfaces: Sequence[tuple[str, str]],
        managed: Sequence[str],
        made: Mapping[str, str] | None = None,
    ) -> DeviceType:
        """Device type with the part's height, mass and load; `made` are figures of its ports as they are split."""
        found = self.catalog.find(part) if self.catalog.has(part) else None
        maker = (found.vendor if found else "") or UNKNOWN
        power_w = self.of(part, "power_w")
        draws = () if power_w is None or power_w < 1.0 else (("Input", float(round(power_w))),)
        height_u = self.of(part, "height_u")
        return DeviceType(
            manufacturer=maker,
            model=model,
            slug=slug(model),
            height_u=None if height_u is None else round(height_u * 2.0) / 2.0,
            mass_kg=self.of(part, "mass_kg"),
            airflow=found.airflow if isinstance(found, Switch | Tray) else "",
            interfaces=tuple(interfaces),
            power_ports=draws,
            problems=(),
            management=frozenset(managed),
            note=noted_of(found, lambda field: self.of(part, field), made) if found else (),
        )


def _in_slot(plan: Plan, figures: _Figures, part: str) -> Entry:
    """A part of a rack with the ports that leave it, and the accelerators inside."""
    ports = plan.racks.ports.frame.join(plan.racks.slots.frame, on=["type", "u", "bay"]).filter(part=part)
    own = ports.sort("type", "u", "bay", "port").unique("port", keep="first", maintain_order=True)
    platforms = {platform.id: platform.fabric.protocol for platform in plan.program.platforms}
    protocols = {kind: platforms[name] for kind, name in plan.racks.types.frame.select("type", "platform").iter_rows()}
    cages = dict(plan.fabric.tiers.frame.filter(tier=1).select("network", "cage").unique("network").iter_rows())
    interfaces, managed = [], []
    for kind, port, network, gbit_s in own.select("type", "port", "network", "gbit_s").iter_rows():
        name = f"p{port + 1}"
        protocol = protocols[kind] if network == "scale-out" else "ethernet"
        interfaces.append((name, interface_type(gbit_s, cages.get(network, ""), protocol)))
        managed += [name] if network == "out-of-band" else []
    found = figures.catalog.find(part) if figures.catalog.has(part) else None
    chips = round(figures.of(part, "accelerators") or 0.0)
    inside = found.accelerator if isinstance(found, Tray) else ""
    items = tuple((f"Accelerator {number}", inside) for number in range(1, chips + 1)) if inside else ()
    return Entry(figures.device(part, part, interfaces, managed), items)


def _switch(figures: _Figures, part: str, made: tuple[int, int, str]) -> Entry:
    """A switch with its ports as they are split, and its uplinks or its management port."""
    ports, split, cage = made
    found = figures.catalog.find(part) if figures.catalog.has(part) else None
    protocol = found.protocol if isinstance(found, Switch) else "ethernet"
    rate = (figures.of(part, "port_gbit_s") or 0.0) / split
    interfaces = [(f"p{port}", interface_type(rate, cage, protocol)) for port in range(1, ports + 1)]
    if cage == "RJ45":
        uplinks, fast = round(figures.of(part, "uplinks") or 0.0), figures.of(part, "uplink_gbit_s") or 0.0
        interfaces += [
            (f"p{ports + port}", interface_type(fast, "QSFP28", "ethernet")) for port in range(1, uplinks + 1)
        ]
        managed: list[str] = []
    else:
        managed = [f"p{ports + 1}"]
        interfaces.append((managed[0], MANAGEMENT))
    model = part if split == 1 else f"{part}-split-{split}"
    per_cage = round(figures.of(part, "ports_per_cage") or 1.0) * split
    parted = {"port_gbit_s": f"{rate:g} Gb/s", "ports_per_cage": f"{per_cage}"}
    return Entry(figures.device(part, model, interfaces, managed, parted))


def _panels(plan: Plan, figures: _Figures) -> Iterator[Entry]:
    """Patch panels: as many pairs of front and rear ports as the fullest of the plan uses."""
    ports = plan.cabling.channels.frame
    most = max((int(ports[name].to_numpy().max(initial=-1)) + 1 for name in ("a_port", "b_port")), default=0)
    for part in plan.cabling.panels.frame["part"].unique().sort().to_list():
        is_known = figures.catalog.has(part) and isinstance(figures.catalog.find(part), PatchPanel)
        yield Entry(figures.device(part, part, (), ()), passive_ports=most if is_known else 0)


def device_type_text(entry: Entry) -> str:
    """YAML of one device type."""
    device = entry.device
    lines = [
        "---",
        f"manufacturer: {_text(device.manufacturer)}",
        f"model: {_text(device.model)}",
        f"slug: {_text(device.slug)}",
        *([] if device.height_u is None else [f"u_height: {device.height_u:g}"]),
        "is_full_depth: true",
        *([f"airflow: {device.airflow}"] if device.airflow else []),
        *([f"weight: {device.mass_kg:.12g}", "weight_unit: kg"] if device.mass_kg else []),
        *([f"comments: {_text(noted_text(device.note))}"] if device.note else []),
    ]
    for name, kind in device.interfaces:
        lines += ["interfaces:"] if name == device.interfaces[0][0] else []
        lines += [f"  - name: {_text(name)}", f"    type: {kind}"]
        lines += ["    mgmt_only: true"] if name in device.management else []
    for name, draw_w in device.power_ports:
        lines += ["power-ports:", f"  - name: {_text(name)}", "    type: other", f"    maximum_draw: {draw_w:.0f}"]
    lines += ["inventory-items:"] if entry.items else []
    for name, part in entry.items:
        lines += [f"  - name: {_text(name)}", f"    part_id: {_text(part)}"]
    return "\n".join([*lines, *_passive(entry.passive_ports), ""])


def _passive(ports: int) -> list[str]:
    """Front ports of a panel, each with the rear port behind it."""
    if not ports:
        return []
    names = [f"P{port:02d}" for port in range(1, ports + 1)]
    front = [line for name in names for line in (f"  - name: {name}", "    type: mpo", f"    rear_port: R{name[1:]}")]
    rear = [line for name in names for line in (f"  - name: R{name[1:]}", "    type: mpo")]
    return ["front-ports:", *front, "rear-ports:", *rear]


def _rack_files(plan: Plan, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Rack types: height, outer size and load of each frame."""
    for frame in plan.racks.types.frame["enclosure"].unique().sort().to_list():
        found = catalog.find(frame) if catalog.has(frame) else None
        if not isinstance(found, RackFrame):
            continue
        figures = [
            ("u_height", found.height_u, ".0f"),
            ("outer_width", found.width_mm, ".0f"),
            ("outer_depth", found.depth_mm, ".0f"),
            ("weight", found.mass_kg, ".12g"),
            ("max_weight", found.static_load_kg, ".0f"),
        ]
        maker = found.vendor or UNKNOWN
        head = [f"manufacturer: {_text(maker)}", f"model: {_text(found.name)}", f"slug: {_text(slug(frame))}"]
        width = 19 if found.form in {"EIA-310", "MGX"} else 21
        sizes = [f"{name}: {fact.value:{form}}" for name, fact, form in figures if fact is not None]
        lines = ["---", *head, "form_factor: 4-post-cabinet", f"width: {width}", *sizes]
        yield (
            f"rack-types/{slug(maker)}/{slug(frame)}.yaml",
            "\n".join([*lines, "outer_unit: mm", "weight_unit: kg", ""]),
        )


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)
