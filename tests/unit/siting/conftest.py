"""A small campus: one site, two halls of 20 positions, units of four racks and one network rack, 500 kW each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from rackwright.siting import SitingRequest
from rackwright.siting.orders import BlockOrder, Demand, HallSpace, PowerStep, SiteSupply, TrancheOrder, UnitSize

UNIT = UnitSize(racks=4, network_racks=1.0, it_w=500_000)


@dataclass(frozen=True)
class Campus:
    """Rows of the small campus, each with a way to vary it."""

    size: UnitSize = UNIT
    site_w: int = 10_000_000

    def block(self, name: str = "b1", **changes: object) -> BlockOrder:
        """An `auto` block in both halls for the workload `chat`."""
        block = BlockOrder(
            block=name,
            site="ohio",
            platform="p1",
            halls=("h1", "h2"),
            workloads=("chat",),
            units=None,
            max_units=None,
            size=self.size,
            configuration="sku",
            accept_days=7,
        )
        return replace(block, **changes)

    def tranche(self, name: str, units: int | None, **changes: object) -> TrancheOrder:
        """A planned tranche of block b1, needed on day 100."""
        tranche = TrancheOrder(name, "b1", "sku", units, 100, "planned", 0, 7)
        return replace(tranche, **changes)

    def demand(self, *steps: tuple[int, int], workload: str = "chat", min_racks: int = 0) -> Demand:
        """Racks by day on platform p1; with `min_racks` it is a gang."""
        days, racks = tuple(day for day, _ in steps), tuple(count for _, count in steps)
        return Demand(workload, "p1", days, racks, is_gang=min_racks > 0, min_racks=max(1, min_racks))

    def request(self, **changes: object) -> SitingRequest:
        """One block, a demand of eight racks, ten megawatts, no margin."""
        request = SitingRequest(
            blocks=(self.block(),),
            tranches=(),
            demands=(self.demand((50, 8)),),
            halls=tuple(HallSpace(name, "ohio", 20, 5_000_000, 0, "") for name in ("h1", "h2")),
            supplies=(SiteSupply("ohio", (PowerStep("contract", self.site_w, 0, ""),)),),
            horizon_days=1000,
            power_margin_share=0.0,
            start=dt.date(2027, 1, 1),
        )
        return replace(request, **changes)


@pytest.fixture
def campus() -> Campus:
    """The small campus."""
    return Campus()


@pytest.fixture
def make_campus() -> Callable[..., Campus]:
    """A campus with other figures."""
    return Campus
