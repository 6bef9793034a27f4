"""Are the networks to choose from real, and is the ranking what it says?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.catalog.parts import Fact
from rackwright.fabric import FabricRequest, design_fabric
from rackwright.fabric.optics import Candidate, Market, Optic
from rackwright.fabric.request import Pins
from rackwright.fabric.switch import SwitchSpec
from rackwright.tables.fabric import Fabric

RequestOf = Callable[..., FabricRequest]


def fact(value: float) -> Fact:
    """A figure of a case."""
    return Fact("case", value, "", "", "", "assumption")


def candidate(name: str, ports: int, gbit_s: float, usd: float) -> Candidate:
    """A switch with a price."""
    spec = SwitchSpec(id=name, protocol="ethernet", ports=fact(ports), port_gbit_s=fact(gbit_s), cage="OSFP")
    return Candidate(spec, fact(usd), fact(1000.0))


OPTICS = tuple(
    Optic(cage="OSFP", rate_gbit_s=fact(rate), links=fact(1), price_usd=fact(usd), power_w=fact(10), fibre_usd=fact(50))
    for rate, usd in ((400.0, 500.0), (800.0, 900.0))
)


@pytest.fixture
def priced(request_of: RequestOf) -> FabricRequest:
    """Four units of 8 trays and 2 rails, and three switches to choose from."""
    request = request_of(units=4, planes=1)
    clos = request.blocks[0].target.leaf
    own = Candidate(dataclasses.replace(clos, cage="OSFP"), fact(10_000.0), fact(500.0))
    others = (candidate("small", 8, 400.0, 3_000.0), candidate("fast", 16, 800.0, 30_000.0))
    return dataclasses.replace(request, market=Market((own, *others), OPTICS))


def choices_of(fabric: Fabric) -> list[dict[str, object]]:
    """Rows of the table of choices."""
    return list(fabric.choices.frame.iter_rows(named=True))


def test_101_the_planned_network_is_among_them(priced: FabricRequest) -> None:
    """Exactly one choice is the planned network, with its counts; ranks go from 1."""
    fabric = design_fabric(priced)
    chosen = [row for row in choices_of(fabric) if row["is_chosen"]]
    design = fabric.designs.frame.filter(network="scale-out").row(0, named=True)
    assert [(row["leaves"], row["spines"], row["cores"], row["tiers"]) for row in chosen] == [
        (design["leaves"], design["spines"], design["cores"], design["tiers"])
    ]
    assert fabric.choices["choice"].to_list() == list(range(1, len(fabric.choices) + 1))


def test_102_every_choice_can_be_planned(priced: FabricRequest) -> None:
    """A choice written into the platform gives the network that was listed, and it passes every check."""
    by_name = {candidate.switch.id: candidate.switch for candidate in priced.market.candidates}
    need = priced.blocks[0]
    rows = choices_of(design_fabric(priced))
    assert len({row["family"] for row in rows}) == 5
    for row in rows:
        switch = by_name[str(row["part"])]
        target = dataclasses.replace(
            need.target,
            family=row["family"],
            leaf=switch,
            spine=switch,
            core=switch,
            uplink_gbit_s=row["uplink_gbit_s"],
            oversubscription=max(1.0, float(str(row["oversubscription"]))),
            pins=Pins(tiers=int(str(row["tiers"]))),
        )
        block = dataclasses.replace(need, target=target)
        fabric = design_fabric(dataclasses.replace(priced, blocks=(block,), market=Market()))
        assert fabric.checks["passed"].all(), row
        built = fabric.designs.frame.row(0, named=True)
        assert [built[name] for name in ("leaves", "spines", "cores", "bundle")] == [
            row[name] for name in ("leaves", "spines", "cores", "bundle")
        ], row
        assert len(fabric.links) == row["cables"]
        assert built["bisection_gbit_s"] == pytest.approx(row["bisection_gbit_s"])


def test_103_the_cost_by_hand(priced: FabricRequest) -> None:
    """Twelve switches at 10 kUSD, 128 optical links of 400G with two modules of 500 USD and 50 of fibre each."""
    chosen = next(row for row in choices_of(design_fabric(priced)) if row["is_chosen"])
    assert (chosen["leaves"], chosen["spines"], chosen["cables"]) == (8, 4, 128)
    assert chosen["cost_usd"] == pytest.approx(12 * 10_000 + 128 * (2 * 500 + 50))
    assert chosen["power_w"] == pytest.approx(12 * 500 + 128 * 20)
    assert chosen["spine_loss_share"] == pytest.approx(0.75)


def test_104_what_meets_the_ratio_comes_first(priced: FabricRequest) -> None:
    """Networks that are oversubscribed beyond the platform's limit come last, whatever they save."""
    frame = design_fabric(priced).choices.frame
    assert frame["meets"].to_list() == sorted(frame["meets"].to_list(), reverse=True)
    meeting = frame.filter("meets")
    assert meeting["better"].to_list() == sorted(meeting["better"].to_list())
    assert meeting.filter(pl.col("better") == 0)["cost_usd"].is_sorted()


def test_105_a_dominated_choice_is_counted(priced: FabricRequest) -> None:
    """`better` counts the choices at least as good in all six respects and better in one."""
    frame = design_fabric(priced).choices.frame
    respects = {"cost_usd": 1, "power_w": 1, "cables": 1, "bisection_gbit_s": -1, "spine_loss_share": -1}
    columns = [frame[name] * sign for name, sign in respects.items()] + [frame["cut_off_nodes"]]
    rows = list(zip(*[column.to_list() for column in columns], strict=True))
    better = [sum(all(a <= b for a, b in zip(one, own, strict=True)) and one != own for one in rows) for own in rows]
    assert frame["better"].to_list() == better


def test_201_nothing_to_choose_without_endpoints(request_of: RequestOf) -> None:
    """A block whose switches are all too slow lists no choices."""
    assert len(design_fabric(request_of(endpoint_rate=800.0)).choices) == 0
