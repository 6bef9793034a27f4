"""What does each cable assembly look like to the plant that makes it? A WireViz sheet per kind of assembly.

One harness file: for each part and stock length a cable with its two plugs. Fibres have the colours of TIA-598, a
jacket the colour of its kind of fibre, a copper patch cord the pairs of T568B, an assembly with plugs of its own a pair
or fibre for each lane and direction. Fibre runs crossed (method B of TIA-568), so that what one end sends the other
receives. The count and spares stand in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from rackwright.catalog import Catalog, load_catalog
from rackwright.catalog.parts import CableAssembly
from rackwright.exchange.sonic import CAGE_LANES
from rackwright.plan import Plan

__all__ = ["Make", "make_of", "wireviz_bytes", "yaml_text"]

FIBRES: Final = (
    "BU",
    "OG",
    "GN",
    "BN",
    "SL",
    "WH",
    "RD",
    "BK",
    "YE",
    "VT",
    "PK",
    "TQ",
    "#BFFF00",
    "BG",
    "OL",
    "#FF00FF",
)
"""Colours of fibres 1 to 16 in WireViz's codes: TIA-598, with lime, tan, olive and magenta for 13 to 16."""
CONNECTORS: Final = {"MPO-12": 12, "MPO-16": 16, "LC": 2}
"""Fibres that meet in a connector; LC is a pair."""
JACKETS: Final = {"single-mode": "YE", "multimode": "TQ"}
"""Yellow and aqua, as TIA-598 has it for premises cable."""
PATCH_WIRES: Final = 8


@dataclass(frozen=True)
class Make:
    """How an assembly is made.

    Parameters
    ----------
    kind
        What it is, in words.
    plug, subtype
        Connector at both ends, and which of its kinds.
    colors
        Colour of each conductor; one for all where it is one, none where a colour code gives them.
    pins
        Names of the pins of a plug, by which the conductors are joined; empty where they are numbered.
    far_pins
        The pins of the other end in the order of the conductors.
    jacket
        Colour of the jacket; empty where it is not told.
    """

    kind: str
    plug: str
    subtype: str = ""
    wires: int = 1
    colors: tuple[str, ...] = ()
    color_code: str = ""
    pins: tuple[str, ...] = ()
    far_pins: tuple[str, ...] = ()
    jacket: str = ""
    has_shield: bool = False


def make_of(part: str, catalog: Catalog) -> Make:
    """How a catalog part is made; one conductor for the whole where the catalog does not know it."""
    found = catalog.find(part) if catalog.has(part) else None
    if not isinstance(found, CableAssembly):
        return Make(kind=part, plug="plug")
    if found.medium == "fibre":
        return _fibre(found)
    if found.medium == "copper":
        return Make(kind="copper patch cord", plug=found.connector, wires=PATCH_WIRES, color_code="T568B")
    return _lanes(found)


def _fibre(part: CableAssembly) -> Make:
    """A fibre assembly between transceivers: crossed, without pins in an MPO, since the transceivers have them."""
    count = CONNECTORS.get(part.connector, 2)
    numbers = tuple(str(number) for number in range(1, count + 1))
    return Make(
        kind=f"fibre, {part.fibre}",
        plug=part.connector,
        subtype="female, without pins" if part.connector.startswith("MPO") else "duplex",
        wires=count,
        colors=FIBRES[:count],
        far_pins=numbers[::-1],
        jacket=JACKETS.get(part.fibre, ""),
    )


def _lanes(part: CableAssembly) -> Make:
    """An assembly with plugs of its own: one conductor for each lane and direction, sent here and received there."""
    lanes = CAGE_LANES.get(part.cage, 1)
    sent, received = (tuple(f"{way}{lane}" for lane in range(1, lanes + 1)) for way in ("TX", "RX"))
    is_optical = part.medium == "aoc"
    jacket = JACKETS.get(part.fibre, "") if is_optical else "BK"
    return Make(
        kind=f"active optical cable, {part.fibre}" if is_optical else f"{part.medium.upper()}, twinaxial pairs",
        plug=part.cage,
        subtype="plug",
        wires=2 * lanes,
        colors=FIBRES[: 2 * lanes] if is_optical else ("SR",),
        pins=sent + received,
        far_pins=received + sent,
        jacket=jacket,
        has_shield=not is_optical,
    )


def wireviz_bytes(plan: Plan) -> bytes:
    """WireViz YAML of every kind of assembly of the plan."""
    counted = (
        plan.cabling.assemblies.frame.group_by("part", "length_mm")
        .agg(pl.col("count").sum(), pl.col("spares").sum())
        .sort("part", "length_mm")
    )
    if not len(counted):
        return b"connectors: {}\ncables: {}\nconnections: []\n"
    catalog = load_catalog(None)
    connectors, cables, connections = ["connectors:"], ["cables:"], ["connections:"]
    for number, (part, length_mm, count, spares) in enumerate(counted.iter_rows(), 1):
        make, name = make_of(part, catalog), f"W{number}"
        notes = f"{count:,} installed, {spares:,} spare"
        connectors += [line for end in "AB" for line in _plug(make, f"{name}{end}")]
        cables += [f"  {name}:", *_cable(make, part, length_mm), f"    notes: {yaml_text(notes)}"]
        connections += _joints(make, name)
    return "\n".join([*connectors, *cables, *connections, ""]).encode()


def _plug(make: Make, name: str) -> Iterator[str]:
    """One end."""
    yield f"  {name}:"
    yield f"    type: {yaml_text(make.plug)}"
    if make.subtype:
        yield f"    subtype: {yaml_text(make.subtype)}"
    yield f"    pinlabels: [{', '.join(make.pins)}]" if make.pins else f"    pincount: {make.wires}"


def _cable(make: Make, part: str, length_mm: int) -> Iterator[str]:
    """What is between the ends."""
    yield f"    type: {yaml_text(make.kind)}"
    yield f"    pn: {yaml_text(part)}"
    yield f"    wirecount: {make.wires}"
    if make.color_code:
        yield f"    color_code: {make.color_code}"
    if make.colors:
        yield f"    colors: [{', '.join(yaml_text(color) for color in make.colors)}]"
    if make.jacket:
        yield f"    color: {yaml_text(make.jacket)}"
    if make.has_shield:
        yield "    shield: true"
    yield f"    length: {length_mm / 1000:g} m"


def _joints(make: Make, name: str) -> list[str]:
    """Which pin meets which by which conductor."""
    every = f"[1-{make.wires}]" if make.wires > 1 else "[1]"
    near = f"[{', '.join(make.pins)}]" if make.pins else every
    far = f"[{', '.join(make.far_pins)}]" if make.far_pins else every
    return ["  -", f"    - {name}A: {near}", f"    - {name}: {every}", f"    - {name}B: {far}"]


def yaml_text(text: str) -> str:
    """A YAML text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
