"""What cabling hands on: one row per cable with part, length and pull order, and what has to be made or bought."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "Assemblies",
    "Cables",
    "Cabling",
    "Cassettes",
    "Channels",
    "HeldCables",
    "Modules",
    "Panels",
    "TrayFill",
    "Trunks",
]


class Cables(Table):
    """One row per link that is cabled: a cable, a leg of an assembly, or two jumpers and the leg of a trunk."""

    cable = Column(Int64, "id made from both ends, stable over re-plans", key=True)
    assembly = Column(Int64, "what is made and pulled as one: the lowest cable number among its links")
    leg = Column(Int32, "leg of the assembly, from 1 in the order of the ports at its head", ge=1)
    block = Column(String, "block")
    hall = Column(String, "hall of the lower end")
    link = Column(Int64, "logical link it carries", ref="fabric.links.link")
    part = Column(String, "cable assembly; the jumpers' where the medium is trunk")
    module = Column(String, "transceiver at the upper end; empty for direct attach")
    a_module = Column(String, "transceiver at the lower end; empty for direct attach")
    medium = Column(String, "dac, acc, aec, aoc, fibre, copper, or trunk (see channels)")
    length_mm = Column(
        Int64,
        "stock length to order; jumpers and trunk together where the medium is trunk",
        unit="mm",
        ge=0,
        formula="cable-length",
        inputs=(
            "cables.route_mm",
            "fact:layout.slack_share",
            "fact:layout.rack_run_m",
            "fact:layout.drop_height_m",
            "fact:layout.service_loop_m",
            "fact:layout.stock_step_m",
        ),
    )
    route_mm = Column(
        Int64,
        "tray path without drops and slack",
        unit="mm",
        ge=0,
        formula="cable-route",
        inputs=("layout.racks.x_mm", "layout.racks.y_mm"),
    )
    pull_order = Column(Int32, "order of pulling within the hall, from 1", ge=1)


class HeldCables(Table):
    """Cables of released tranches as an earlier plan has them; they are inputs of the next."""

    cable = Column(Int64, "id made from both ends", key=True)
    block = Column(String, "block")
    part = Column(String, "cable assembly")
    module = Column(String, "transceiver at the upper end; empty for direct attach")
    a_module = Column(String, "transceiver at the lower end; empty for direct attach")
    medium = Column(String, "dac, acc, aec, aoc, fibre or copper")
    length_mm = Column(Int64, "stock length", unit="mm", ge=0)


class Assemblies(Table):
    """Cable plant's view: how many of which assembly at which length, that of its longest leg, by block."""

    block = Column(String, "block", key=True)
    part = Column(String, "cable assembly", key=True)
    length_mm = Column(Int64, "stock length", unit="mm", key=True)
    count = Column(Int32, "installed", ge=0)
    spares = Column(
        Int32,
        "spares",
        ge=0,
        formula="cable-spares",
        inputs=("assemblies.count", "fact:layout.spare_service_share"),
    )


class Modules(Table):
    """Transceivers needed, by block."""

    block = Column(String, "block", key=True)
    part = Column(String, "transceiver", key=True)
    count = Column(Int32, "installed", ge=0)
    spares = Column(
        Int32, "spares", ge=0, formula="cable-spares", inputs=("modules.count", "fact:layout.spare_service_share")
    )


class TrayFill(Table):
    """Fill of the trays over the rows and of the cross tray of a hall."""

    hall = Column(String, "hall", key=True)
    tray = Column(String, "`row N` or `cross N`", key=True)
    cables = Column(Int32, "cables through its fullest section", ge=0)
    trays = Column(
        Int32,
        "trays side by side that keep the fill limit",
        ge=1,
        formula="tray-count",
        inputs=("fact:layout.tray_fill_share",),
    )
    fill_share = Column(
        Float64,
        "cross-section filled in each of them",
        ge=0,
        formula="tray-fill",
        inputs=("tray_fill.trays", "fact:layout.tray_area_m2"),
    )


class Panels(Table):
    """Patch panels in network racks, placed from the top of the rack down."""

    panel = Column(Int32, "id", key=True)
    block = Column(String, "block of its rack")
    hall = Column(String, "hall")
    rack = Column(Int32, "rack", ref="layout.racks.rack")
    u = Column(Int32, "lowest rack unit", unit="U", ge=1)
    part = Column(String, "patch panel")
    cassettes = Column(Int32, "cassettes in it", ge=1)


class Cassettes(Table):
    """Cassettes and adapter plates in the panels; each ends one trunk, or a part of it."""

    cassette = Column(Int32, "id", key=True)
    panel = Column(Int32, "panel", ref="cabling.panels.panel")
    slot = Column(Int32, "place in the panel, from 0", ge=0)
    part = Column(String, "cassette")
    trunk = Column(Int32, "trunk that ends here", ref="cabling.trunks.trunk")


class Trunks(Table):
    """Trunks between patch panels."""

    trunk = Column(Int32, "id", key=True)
    block = Column(String, "block")
    network = Column(String, "network of its links")
    hall = Column(String, "hall of its first end")
    part = Column(String, "trunk")
    a_rack = Column(Int32, "rack of its first end", ref="layout.racks.rack")
    b_rack = Column(Int32, "rack of its second end", ref="layout.racks.rack")
    length_mm = Column(
        Int64, "stock length to order", unit="mm", ge=0, formula="cable-length", inputs=("trunks.route_mm",)
    )
    route_mm = Column(Int64, "tray path without drops and slack", unit="mm", ge=0)
    links = Column(Int32, "links it carries", ge=1)
    room = Column(Int32, "links it has legs and ports for", ge=1)
    fibres = Column(Int32, "fibres in it", ge=1)
    fibres_used = Column(Int32, "fibres that carry light", ge=1, formula="trunk-fibres", inputs=("trunks.links",))
    polarity = Column(String, "A or B")
    pull_order = Column(Int32, "order of pulling among the trunks of the hall, from 1", ge=1)


class Channels(Table):
    """Ways of links through panels: jumper, port, leg of a trunk, port, jumper."""

    cable = Column(Int64, "number of the link's cable", key=True, ref="cabling.cables.cable")
    trunk = Column(Int32, "trunk", ref="cabling.trunks.trunk")
    a_cassette = Column(Int32, "cassette at the lower end", ref="cabling.cassettes.cassette")
    a_port = Column(Int32, "port of its panel, counted through the slots, from 0", ge=0)
    a_jumper_mm = Column(Int64, "jumper at the lower end, stock length", unit="mm", ge=0)
    a_polarity = Column(String, "kind of that jumper, A or B")
    b_cassette = Column(Int32, "cassette at the upper end", ref="cabling.cassettes.cassette")
    b_port = Column(Int32, "port of its panel, counted through the slots, from 0", ge=0)
    b_jumper_mm = Column(Int64, "jumper at the upper end, stock length", unit="mm", ge=0)
    b_polarity = Column(String, "kind of that jumper, A or B")
    loss_db = Column(
        Float64,
        "insertion loss between both transceivers",
        unit="dB",
        ge=0,
        formula="channel-loss",
        inputs=("channels.a_jumper_mm", "channels.b_jumper_mm", "trunks.length_mm"),
    )
    budget_db = Column(Float64, "loss that the transceivers' standard allows", unit="dB", ge=0)


@dataclass(frozen=True)
class Cabling:
    """Result of the stage; panels, cassettes, trunks and channels are empty where no program asks for trunks."""

    cables: Cables
    assemblies: Assemblies
    modules: Modules
    tray_fill: TrayFill
    checks: Checks
    omissions: tuple[str, ...]
    panels: Panels = field(default_factory=Panels.empty)
    cassettes: Cassettes = field(default_factory=Cassettes.empty)
    trunks: Trunks = field(default_factory=Trunks.empty)
    channels: Channels = field(default_factory=Channels.empty)

    @property
    def num_cables(self) -> int:
        """What is made and pulled as one: an assembly counts once, however many links it carries."""
        return self.cables["assembly"].n_unique()
