"""What does each cable assembly look like to the plant that makes it? A WireViz sheet per kind of assembly.

One harness file: for each part and stock length a cable with its two plugs. Fibres have the colours of TIA-598, a
jacket the colour of its kind of fibre, a copper patch cord the pairs of T568B, an assembly with plugs of its own a pair
or fibre for each lane and direction. Fibre runs crossed (method B of TIA-568), so that what one end sends the other
receives. A splitter has a plug at its head and one at each leg. The count and spares stand in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from rackwright.catalog import Catalog, load_catalog
from rackwright.catalog.parts import CableAssembly
from rackwright.exchange.sonic import CAGE_LANES
from rackwright.plan import Plan

__all__ = ["Leg", "Make", "make_of", "wireviz_bytes", "yaml_text"]

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
LIT: Final = {"MPO-12": 4, "MPO-16": 8, "LC": 1}
"""Lanes of each direction that parallel optics light in a connector: its outer fibres."""
JACKETS: Final = {"single-mode": "YE", "multimode": "TQ"}
"""Yellow and aqua, as TIA-598 has it for premises cable."""
PATCH_WIRES: Final = 8
Pins = tuple[str, ...]


@dataclass(frozen=True)
class Leg:
    """One far end: its plug with all its pins, and which pin of the head meets which of it, conductor by conductor."""

    plug: str
    subtype: str
    pins: Pins
    near: Pins
    far: Pins


@dataclass(frozen=True)
class Make:
    """How an assembly is made.

    Parameters
    ----------
    kind
        What it is, in words.
    plug, subtype, pins
        Connector at the head, which of its kinds, and its pins.
    legs
        The other ends; one unless it is a splitter.
    colors
        Colour of each conductor; one for all where it is one, none where a colour code gives them.
    jacket
        Colour of the jacket; empty where it is not told.
    """

    kind: str
    plug: str
    subtype: str
    pins: Pins
    legs: tuple[Leg, ...]
    colors: Pins = ()
    color_code: str = ""
    jacket: str = ""
    has_shield: bool = False

    @property
    def wires(self) -> int:
        """Conductors of all legs."""
        return sum(len(leg.near) for leg in self.legs)


def make_of(part: str, catalog: Catalog) -> Make:
    """How a catalog part is made; one conductor for the whole where the catalog does not know it."""
    found = catalog.find(part) if catalog.has(part) else None
    if not isinstance(found, CableAssembly):
        return _straight(part, "plug", 1)
    if found.medium == "copper":
        return replace(_straight("copper patch cord", found.connector, PATCH_WIRES), color_code="T568B")
    return _fibre(found) if found.medium == "fibre" else _lanes(found)


def _numbers(count: int) -> Pins:
    return tuple(str(number) for number in range(1, count + 1))


def _straight(kind: str, plug: str, count: int) -> Make:
    """A cable whose conductors lead from each pin to the pin of the same number."""
    pins = _numbers(count)
    return Make(kind, plug, "", pins, (Leg(plug, "", pins, pins, pins),))


def _legs(part: CableAssembly) -> int:
    return 1 if part.legs is None else round(part.legs.value)


def _fibre(part: CableAssembly) -> Make:
    """Fibres between transceivers: crossed, without pins in an MPO, since the transceivers have them.

    A splitter leads the lanes of each leg, sent and received, from both ends of the row of its head to those of the
    leg's; the fibres between stay empty.
    """
    legs, end = _legs(part), part.leg_connector or part.connector
    count, far = CONNECTORS.get(part.connector, 2), CONNECTORS.get(end, 2)
    each = LIT.get(part.connector, 1) // legs
    ends = []
    for first in range(0, each * legs, each) if legs > 1 else ():
        sent = range(first + 1, first + each + 1)
        near = (*sent, *(count + 1 - lane for lane in reversed(sent)))
        own = (*(far + 1 - lane for lane in range(1, each + 1)), *range(each, 0, -1))
        ends.append(Leg(end, _sex(end), _numbers(far), tuple(map(str, near)), tuple(map(str, own))))
    pins = _numbers(count)
    made = tuple(ends) or (Leg(end, _sex(end), _numbers(far), pins, pins[::-1]),)
    colors = tuple(FIBRES[int(pin) - 1] for leg in made for pin in leg.near)
    jacket = JACKETS.get(part.fibre, "")
    kind = f"fibre, {part.fibre}" + (f", {legs} legs" if legs > 1 else "")
    return Make(kind, part.connector, _sex(part.connector), pins, made, colors=colors, jacket=jacket)


def _sex(connector: str) -> str:
    return "female, without pins" if connector.startswith("MPO") else "duplex"


def _lanes(part: CableAssembly) -> Make:
    """An assembly with plugs of its own: one conductor for each lane and direction, sent here and received there."""
    legs, lanes = _legs(part), CAGE_LANES.get(part.cage, 1)
    each = lanes // legs
    ends = []
    for first in range(0, each * legs, each):
        sent, received = (_ways(way, range(first + 1, first + each + 1)) for way in ("TX", "RX"))
        own_sent, own_received = (_ways(way, range(1, each + 1)) for way in ("TX", "RX"))
        plug = part.leg_cage or part.cage
        ends.append(Leg(plug, "plug", own_sent + own_received, sent + received, own_received + own_sent))
    is_optical = part.medium == "aoc"
    words = f"active optical cable, {part.fibre}" if is_optical else f"{part.medium.upper()}, twinaxial pairs"
    every = range(1, lanes + 1)
    return Make(
        kind=words + (f", {legs} legs" if legs > 1 else ""),
        plug=part.cage,
        subtype="plug",
        pins=_ways("TX", every) + _ways("RX", every),
        legs=tuple(ends),
        colors=FIBRES[: 2 * lanes] if is_optical else ("SR",),
        jacket=JACKETS.get(part.fibre, "") if is_optical else "BK",
        has_shield=not is_optical,
    )


def _ways(way: str, lanes: range) -> Pins:
    return tuple(f"{way}{lane}" for lane in lanes)


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
        connectors += _plug(f"{name}A", make.plug, make.subtype, make.pins)
        for leg, far in zip(make.legs, _far_names(make, name), strict=True):
            connectors += _plug(far, leg.plug, leg.subtype, leg.pins)
        cables += [f"  {name}:", *_cable(make, part, length_mm), f"    notes: {yaml_text(notes)}"]
        connections += _joints(make, name)
    return "\n".join([*connectors, *cables, *connections, ""]).encode()


def _far_names(make: Make, name: str) -> list[str]:
    """Names of the far ends: B, or B1, B2, ... of a splitter."""
    count = len(make.legs)
    return [f"{name}B{number}" if count > 1 else f"{name}B" for number in range(1, count + 1)]


def _plug(name: str, plug: str, subtype: str, pins: Pins) -> Iterator[str]:
    """One end."""
    yield f"  {name}:"
    yield f"    type: {yaml_text(plug)}"
    if subtype:
        yield f"    subtype: {yaml_text(subtype)}"
    is_numbered = all(pin.isdigit() for pin in pins)
    yield f"    pincount: {len(pins)}" if is_numbered else f"    pinlabels: [{', '.join(pins)}]"


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


def _joints(make: Make, name: str) -> Iterator[str]:
    """Which pin meets which by which conductor, leg by leg."""
    first = 1
    for leg, far in zip(make.legs, _far_names(make, name), strict=True):
        last = first + len(leg.near) - 1
        yield "  -"
        yield f"    - {name}A: [{', '.join(leg.near)}]"
        yield f"    - {name}: [{first if first == last else f'{first}-{last}'}]"
        yield f"    - {far}: [{', '.join(leg.far)}]"
        first = last + 1


def yaml_text(text: str) -> str:
    """A YAML text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
