"""What does one run over one program hold? The results of the stages by name, in the order of the pipeline."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.stage import StageRun
from rackwright.base.table import Table
from rackwright.catalog import Catalog
from rackwright.catalog.own import catalog_of_rows
from rackwright.program import Program
from rackwright.tables import (
    Bom,
    Cabling,
    Cooling,
    Fabric,
    Layout,
    Power,
    Racks,
    Schedule,
    Siting,
    Sizing,
    Supply,
)
from rackwright.tables.facts import Facts
from rackwright.tables.incumbent import Bought, Incumbent
from rackwright.tables.own_parts import OwnParts

__all__ = ["STAGES", "Plan"]

STAGES: dict[str, type] = {
    "racks": Racks,
    "sizing": Sizing,
    "siting": Siting,
    "fabric": Fabric,
    "layout": Layout,
    "cabling": Cabling,
    "cooling": Cooling,
    "power": Power,
    "bom": Bom,
    "schedule": Schedule,
    "supply": Supply,
}


@dataclass(frozen=True)
class Plan:
    """The named results of one run over one program."""

    program: Program
    racks: Racks
    sizing: Sizing
    siting: Siting
    fabric: Fabric
    layout: Layout
    cabling: Cabling
    cooling: Cooling
    power: Power
    bom: Bom
    schedule: Schedule
    supply: Supply
    facts: Facts
    runs: tuple[StageRun, ...] = ()
    own_parts: OwnParts = dataclasses.field(default_factory=OwnParts.empty)

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table as (`stage.table`, table), in the order of the pipeline, facts and own parts last."""
        for stage in STAGES:
            result = getattr(self, stage)
            for field in dataclasses.fields(result):
                value = getattr(result, field.name)
                if isinstance(value, Table):
                    yield f"{stage}.{field.name}", value
        yield "plan.facts", self.facts
        yield "plan.own_parts", self.own_parts

    def catalog(self) -> Catalog:
        """The built-in catalog with the parts of the program's own that the plan carries."""
        return catalog_of_rows(self.own_parts.frame.iter_rows())

    def table(self, name: str) -> Table:
        """One table by its `stage.table` name.

        Raises
        ------
        InputError
            No table has that name; near names are offered.
        """
        found = dict(self.tables())
        if name not in found:
            problem = Problem(
                "unknown-table", Place(path=name), f'no table is called "{name}".', did_you_mean(name, found)
            )
            raise InputError([problem])
        return found[name]

    def as_incumbent(self) -> Incumbent:
        """What a new plan of the same program holds of this one."""
        bought = Bought(self.program.horizon.start, self.supply.buckets, self.supply.orders)
        return Incumbent(self.siting, self.fabric, self.layout, self.cabling, self.schedule, bought)

    def omissions(self) -> tuple[str, ...]:
        """What each stage says it leaves out, in the order of the pipeline."""
        return tuple(text for stage in STAGES for text in getattr(self, stage).omissions)
