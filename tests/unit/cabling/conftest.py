"""Two rows of racks, a few cables and transceivers, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rackwright.cabling.plant import CassetteSpec, PanelSpec, TrunkPlant, TrunkSpec
from rackwright.cabling.request import CableSpec, CablingRequest, HallSpec, ModuleSpec, SwitchSpec
from rackwright.catalog.parts import Fact
from rackwright.tables.fabric import Devices, Links
from rackwright.tables.layout import Mounts, PlacedRacks


def fact_of(name: str, value: float) -> Fact:
    """A fact with a name and a value."""
    return Fact(name, float(value), "", str(value), "", "assumption")


@pytest.fixture
def fact() -> Callable[[str, float], Fact]:
    """Make a fact: `fact("part.field", 1.0)`."""
    return fact_of


@pytest.fixture
def hall() -> Callable[..., HallSpec]:
    """A hall of 4 rows and 10 positions of 1 m; drop 1 m, rack run 2 m, slack 10 %, loop 1 m, stock of 1 m."""

    def make(name: str = "h", **changes: Any) -> HallSpec:
        figures = {
            "rack_pitch_m": 1.0,
            "drop_height_m": 1.0,
            "rack_run_m": 2.0,
            "slack_share": 0.1,
            "service_loop_m": 1.0,
            "stock_step_m": 1.0,
            "spare_share": 0.1,
            "tray_area_m2": 0.01,
            "tray_fill_share": 0.4,
        }
        facts = {field: fact_of(f"rules.{field}", value) for field, value in figures.items()}
        fields: dict[str, Any] = {"id": name, "rows": 4, "positions": 10, "hall_distance_m": None, **facts}
        return HallSpec(**{**fields, **changes})

    return make


@pytest.fixture
def cables() -> tuple[CableSpec, ...]:
    """Copper to 3 m for 100 USD, fibre to 50 m for 10 USD and 1 USD a metre, RJ45 copper to 100 m; splitting in two:
    copper of the same reach for 150 USD, fibre for 15 USD and 1.5 USD a metre.
    """

    def make(name: str, medium: str, cage: str, **figures: float) -> CableSpec:
        fibre = ("single-mode", "MPO-12") if medium == "fibre" else ("", "")
        known = dict.fromkeys(("power_w", "price_usd", "price_per_m_usd", "diameter_m"))
        facts = {field: fact_of(f"{name}.{field}", value) for field, value in figures.items()}
        return CableSpec(id=name, medium=medium, cage=cage, fibre=fibre[0], connector=fibre[1], **{**known, **facts})  # type: ignore[arg-type]

    return (
        make("dac", "dac", "OSFP", rate_gbit_s=400, reach_m=3, price_usd=100, diameter_m=0.01),
        make("fibre", "fibre", "", rate_gbit_s=800, reach_m=50, price_usd=10, price_per_m_usd=1, diameter_m=0.002),
        make("patch", "copper", "RJ45", rate_gbit_s=1, reach_m=100, price_usd=5, diameter_m=0.006),
        make("dac-2", "dac", "OSFP", legs=2, rate_gbit_s=400, reach_m=3, price_usd=150, diameter_m=0.008),
        make("fibre-2", "fibre", "", legs=2, rate_gbit_s=200, reach_m=50, price_usd=15, price_per_m_usd=1.5),
    )


@pytest.fixture
def modules() -> tuple[ModuleSpec, ...]:
    """A twin-port transceiver of 400 Gbit/s for 500 USD and 15 W."""
    figures = {"rate_gbit_s": 400, "links": 2, "reach_m": 100, "power_w": 15, "price_usd": 500}
    facts = {field: fact_of(f"twin.{field}", value) for field, value in figures.items()}
    return (ModuleSpec(id="twin", cage="OSFP", fibre="single-mode", connector="MPO-12", **facts),)


@pytest.fixture
def switches() -> tuple[SwitchSpec, ...]:
    """A switch of 8 ports in 4 cages of 17 W, and a management switch."""
    return (
        SwitchSpec(
            id="leaf",
            cage="OSFP",
            ports=fact_of("leaf.ports", 8),
            ports_per_cage=fact_of("leaf.ports_per_cage", 2),
            cage_power_w=fact_of("leaf.cage_power_w", 17),
        ),
        SwitchSpec(id="mgmt", cage="RJ45", ports=fact_of("mgmt.ports", 8), ports_per_cage=None, cage_power_w=None),
    )


@pytest.fixture
def request_of(
    hall: Callable[..., HallSpec],
    cables: tuple[CableSpec, ...],
    modules: tuple[ModuleSpec, ...],
    switches: tuple[SwitchSpec, ...],
) -> Callable[..., CablingRequest]:
    """Two trays and a leaf; the leaf is in rack 2.

    tray 0 in rack 0 (row 1, position 1), tray 1 in rack 1 (row 1, position 9), leaf 2 in rack 2 (given place); tray n
    has `links` links to the leaf's ports from n x links on.
    """

    def make(
        *,
        leaf_at: tuple[str, int, int] = ("h", 1, 2),
        links: int = 2,
        halls: Sequence[HallSpec] = (),
        together: bool = False,
    ) -> CablingRequest:
        places = [("h", 1, 1), ("h", 1, 9), leaf_at]
        racks = [
            (n, "b", "", 0, n, "t", "compute", name, row, at, at * 1000 - 500, row * 3000 - 1500, 1.0, 1.0, 0.0, 1.0)
            for n, (name, row, at) in enumerate(places)
        ]
        devices = [
            (0, "b", "tray", "node", 0, 0, -1, 0, 0, 0, 1, 0, 0),
            (1, "b", "tray", "node", 0, 0, -1, 0, 1, 1, 1, 0, 0),
            (2, "b", "leaf", "scale-out", 1, 0, 0, 0, 0, -1, -1, 0, 8),
        ]
        rows = [
            (tray * links + port, "b", "scale-out", tray, port, 2, tray * links + port, 400.0, tray)
            for tray in (0, 1)
            for port in range(links)
        ]
        return CablingRequest(
            blocks=("b",),
            halls=tuple(halls) or (hall(),),
            cables=cables,
            modules=modules,
            switches=switches,
            devices=Devices.from_rows(devices),
            links=Links.from_rows(rows),
            racks=PlacedRacks.from_rows(racks),
            mounts=Mounts.from_rows([(0, 0, 1), (1, 1, 1), (2, 0 if together else 2, 9)]),
        )

    return make


@pytest.fixture
def plant(fact: Callable[[str, float], Fact]) -> TrunkPlant:
    """A trunk of four legs of eight fibres for 100 USD and 1 USD a metre, with a plate of four ports for 10 USD.

    Another of two legs of 24 fibres for 90 USD, with a cassette that makes three ports of a leg and mates twice.
    """

    def trunk(name: str, connector: str, **figures: float) -> TrunkSpec:
        known = {"reach_m": 500, "loss_db_km": 0.4, "price_per_m_usd": 1, "diameter_m": 0.01, **figures}
        facts = {field: fact(f"{name}.{field}", value) for field, value in known.items()}
        return TrunkSpec(
            id=name,
            fibre="single-mode",
            connector=connector,
            polarity="B",
            failures_per_h=None,
            **facts,
        )

    def cassette(name: str, rear: str, **figures: float) -> CassetteSpec:
        facts = {field: fact(f"{name}.{field}", value) for field, value in {"pair_loss_db": 0.35, **figures}.items()}
        return CassetteSpec(id=name, fibre="single-mode", rear=rear, connector="MPO-12", **facts)

    return TrunkPlant(
        where=(),
        trunks=(
            trunk("small", "MPO-12", legs=4, leg_fibres=8, price_usd=100),
            trunk("large", "MPO-24", legs=2, leg_fibres=24, price_usd=90),
        ),
        cassettes=(
            cassette("plate", "MPO-12", rear_ports=4, ports=4, mated_pairs=1, price_usd=10),
            cassette("cassette", "MPO-24", rear_ports=2, ports=6, mated_pairs=2, price_usd=10),
        ),
        panels=(),
        optics=(),
        racks=(),
        switches=(),
    )


@pytest.fixture
def panel(fact: Callable[[str, float], Fact]) -> PanelSpec:
    """One rack unit, two cassettes, 20 USD."""
    return PanelSpec(
        id="panel",
        height_u=fact("panel.height_u", 1),
        cassettes=fact("panel.cassettes", 2),
        price_usd=fact("panel.price_usd", 20),
    )
