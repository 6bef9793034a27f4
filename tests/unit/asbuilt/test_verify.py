"""Each kind of fault is named, and mended by the fewest re-plugs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from rackwright.asbuilt import Verification, records_of, verify_links
from rackwright.plan import Plan

Row = tuple[str, str, str, str]
Moved = Callable[..., list[Row]]


def found(plan: Plan, rows: list[Row]) -> Verification:
    """Verification of reports."""
    return verify_links(plan.fabric, plan.layout, records_of(rows))


def kinds(verification: Verification) -> dict[str, int]:
    """Faults by kind."""
    return dict(verification.faults.group_by("kind").len().sort("kind").iter_rows())


def test_101_as_drawn(one_pod: Plan, reports: list[Row]) -> None:
    """Reports of both ends, of one end's devices, or in any order show no fault."""
    assert found(one_pod, reports).is_clean
    assert found(one_pod, reports[::-1]).matched == len(reports) // 2
    trays_silent = [row for row in reports if "node" not in row[0]]
    assert found(one_pod, trays_silent).is_clean


@pytest.mark.parametrize(("count", "kind"), [(2, "swapped"), (3, "rotated"), (5, "rotated")])
def test_102_a_ring_costs_one_plug_a_cable(one_pod: Plan, moved: Moved, count: int, kind: str) -> None:
    """K cables in a ring are k faults of one group, mended by k re-plugs."""
    result = found(one_pod, moved(*range(0, 4 * count, 4)))
    assert kinds(result) == {kind: count}
    assert len(result.moves) == count
    assert result.faults["group"].n_unique() == 1


def test_103_missing_and_extra(one_pod: Plan, reports: list[Row]) -> None:
    """A pulled cable is missing; a cable between free ports is extra; both ends of a moved one are named."""
    assert kinds(found(one_pod, reports[2:])) == {"missing": 1}
    leaf = reports[0][2]
    extra = found(one_pod, [*reports, (leaf, "p900", leaf, "p901")])
    assert kinds(extra) == {"extra": 1}
    assert extra.moves["action"].to_list() == ["remove"]
    low, (device, _) = reports[0][:2], reports[0][2:]
    shifted = found(one_pod, [(*low, device, "p900"), (device, "p900", *low), *reports[2:]])
    assert kinds(shifted) == {"moved": 1}
    assert shifted.moves.row(0, named=True)["to_port"] == " ".join(reports[0][2:])


def test_104_one_way(one_pod: Plan, reports: list[Row]) -> None:
    """A link that one end no longer reports, though its device reports others, is one-way."""
    assert kinds(found(one_pod, reports[1:])) == {"one-way": 1}


def test_105_wrong_rail_and_wrong_plane(one_pod: Plan, reports: list[Row], moved: Moved) -> None:
    """Cables swapped between leaves of two rails are on the wrong rail."""
    devices = one_pod.fabric.devices.frame
    links = one_pod.fabric.links.frame.filter(pl.col("network") == "scale-out")
    rail = links.join(devices.select(pl.col("device").alias("b_device"), "rail"), on="b_device", maintain_order="left")
    other = int(np.flatnonzero(rail["rail"].to_numpy() != rail["rail"][0])[0])
    result = found(one_pod, moved(0, other))
    assert kinds(result) == {"swapped": 2}
    assert set(result.faults["effect"]) == {"wrong rail"}


def test_106_conflicts_duplicates_and_strangers(one_pod: Plan, reports: list[Row]) -> None:
    """A port with two neighbours is a conflict, a device nobody drew is unknown, a repeated report is counted."""
    two = (*reports[0][:2], *reports[4][2:])
    assert set(kinds(found(one_pod, [*reports, two]))) == {"conflict"}
    stranger = found(one_pod, [*reports, ("router", "p1", *reports[0][2:])])
    assert kinds(stranger) == {"unknown": 1}
    assert found(one_pod, [*reports, reports[0]]).duplicates == 1


def test_201_any_permutation_is_mended(one_pod: Plan, reports: list[Row], moved: Moved) -> None:
    """However plugs are mixed up, doing what the re-plugs say gives the design, with one for each misplaced cable."""
    random = np.random.default_rng(5)
    for size in (2, 3, 7, 20):
        chosen = random.choice(len(reports) // 2, size, replace=False).tolist()
        rows = moved(*chosen)
        result = found(one_pod, rows)
        places = {" ".join(row[:2]): " ".join(row[2:]) for row in rows}
        designed = {" ".join(row[:2]): " ".join(row[2:]) for row in reports}
        for move in result.moves.iter_rows(named=True):
            places[move["far_end"]] = move["to_port"]
        tops = {row[0] + " " + row[1] for row in reports[::2]}
        assert {low: places[low] for low in tops} == {low: designed[low] for low in tops}
        assert len(result.moves) <= size


def test_301_links_of_which_no_end_was_asked_are_not_missing(one_pod: Plan, reports: list[Row]) -> None:
    """Of one device's own report only its links are looked at; a list of links speaks of all."""
    leaf = reports[1][0]
    own = [row for row in reports if row[0] == leaf]
    result = verify_links(one_pod.fabric, one_pod.layout, records_of(own, asked=frozenset({leaf})))
    assert (result.links, result.matched, result.is_clean) == (len(own), len(own), True)
    assert result.unasked == len(reports) // 2 - len(own)
    pulled = verify_links(one_pod.fabric, one_pod.layout, records_of(own[1:], asked=frozenset({leaf})))
    assert kinds(pulled) == {"missing": 1}
    assert kinds(found(one_pod, own)) == {"missing": len(reports) // 2 - len(own)}


def test_302_a_port_of_number_zero_is_none(one_pod: Plan, reports: list[Row]) -> None:
    """`p0` and `eth0` are no ports of the front plate, and not the last port of the device before."""
    row = reports[0]
    result = found(one_pod, [*reports, (row[0], "eth0", row[2], "p900"), (row[0], "p0", row[2], "p901")])
    assert kinds(result) == {"unknown": 2}
