"""The whole program as one frozen value: what the reader makes and the stages take slices of."""

from __future__ import annotations

from pydantic import Field

from rackwright.base.horizon import Horizon
from rackwright.program.entry import Date, Entry, Id
from rackwright.program.header import Disclosure, HorizonSpan, Party, Policy, Source
from rackwright.program.platforms import Platform
from rackwright.program.projects import Calendar, Link, Project, Resource, SetAside
from rackwright.program.scenarios import Scenario
from rackwright.program.shifts import Opening
from rackwright.program.sites import Block, Hall, Site, Tranche
from rackwright.program.supply import (
    BomRow,
    Cell,
    Claim,
    Commit,
    ContentRule,
    Duty,
    Item,
    JobMultiplier,
    Lane,
    Make,
    Offer,
    OpenOrder,
    Plant,
    Ramp,
    RouteStep,
    Stock,
    Supplier,
    Terms,
)
from rackwright.program.workloads import MeasuredRun, Requirement, Serving, Training

__all__ = ["Program", "SupplyProgram"]


class SupplyProgram(Entry):
    """The tables of supply.yaml together."""

    items: tuple[Item, ...] = ()
    """Items."""
    bom: tuple[BomRow, ...] = ()
    """Structure below the slots of a rack."""
    plants: tuple[Plant, ...] = ()
    """Plants and hubs."""
    cells: tuple[Cell, ...] = ()
    """Work centres and test cells."""
    openings: tuple[Opening, ...] = ()
    """Lines to open and sources to qualify, or not."""
    ramps: tuple[Ramp, ...] = ()
    """Ramps of cells and allocations."""
    makes: tuple[Make, ...] = ()
    """What can be made where."""
    routes: tuple[RouteStep, ...] = ()
    """Steps through cells."""
    suppliers: tuple[Supplier, ...] = ()
    """Suppliers."""
    offers: tuple[Offer, ...] = ()
    """What can be bought from whom."""
    terms: tuple[Terms, ...] = ()
    """Terms of trade and rungs of commitment."""
    commits: tuple[Commit, ...] = ()
    """What suppliers have confirmed."""
    lanes: tuple[Lane, ...] = ()
    """Transport."""
    duties: tuple[Duty, ...] = ()
    """Duty rules."""
    stock: tuple[Stock, ...] = ()
    """On hand."""
    open_orders: tuple[OpenOrder, ...] = ()
    """On order."""
    claims: tuple[Claim, ...] = ()
    """Samples, spares and returns that ask for parts."""
    content_rules: tuple[ContentRule, ...] = ()
    """Legal content tests."""
    job_multipliers: tuple[JobMultiplier, ...] = ()
    """Jobs elsewhere for one at a plant, from the user's own source."""


class Program(Entry):
    """One program folder, read and checked."""

    format: int = Field(default=1, ge=1, le=1)
    """Version of the program language."""
    name: Id
    """Short name of the program."""
    title: str = ""
    """Title for people."""
    as_of: Date
    """Day on which the program's facts were current; ages are counted from here."""
    span: HorizonSpan = Field(alias="horizon")
    """Planning window."""
    money_year: int = Field(ge=2000, le=2100)
    """Year of constant-year money."""
    parties: tuple[Party, ...] = Field(min_length=1)
    """Who is who."""
    policy: Policy
    """How to plan."""
    sources: tuple[Source, ...] = ()
    """Sources of the program's own figures."""
    disclosure: tuple[Disclosure, ...] = ()
    """What one party may show another."""
    include: tuple[str, ...] = ()
    """Further files of the folder to read; the six standard names are read without being listed."""

    training: tuple[Training, ...] = ()
    """Training runs."""
    serving: tuple[Serving, ...] = ()
    """Serving demands."""
    requirements: tuple[Requirement, ...] = ()
    """Plain dated needs of racks."""
    measured_runs: tuple[MeasuredRun, ...] = ()
    """Speeds measured on clusters of your own."""
    platforms: tuple[Platform, ...] = ()
    """Hardware generations."""
    sites: tuple[Site, ...] = ()
    """Campuses."""
    halls: tuple[Hall, ...] = ()
    """Halls."""
    blocks: tuple[Block, ...] = ()
    """Blocks."""
    tranches: tuple[Tranche, ...] = ()
    """Tranches."""
    supply: SupplyProgram = SupplyProgram()
    """Everything of supply.yaml."""
    calendars: tuple[Calendar, ...] = ()
    """Calendars."""
    resources: tuple[Resource, ...] = ()
    """Shared resources."""
    projects: tuple[Project, ...] = ()
    """Projects."""
    links: tuple[Link, ...] = ()
    """Links between activities, generation to generation among them."""
    set_aside: tuple[SetAside, ...] = ()
    """Projects that are not scheduled; `plan --keep-going` writes this for those with errors."""
    scenarios: tuple[Scenario, ...] = ()
    """Scenarios."""

    @property
    def horizon(self) -> Horizon:
        """The planning window as integer-day arithmetic."""
        return self.span.horizon()
