"""Worst single failures by sparse products against one recursive calculation per failure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rackwright.power import Power, PowerRequest, design_power
from rackwright.power.redundancy import SCHEMES

from .conftest import make_parts, make_racks, make_request, make_site

EFFICIENCY = {
    "sts": 0.995,
    "tap": 0.999,
    "busway": 0.995,
    "ups": 0.97,
    "unit-substation": 0.99,
    "hv-transformer": 0.996,
}
AT_INPUT = {"tap", "busway"}
TRANSFERS = {"mv-switchgear", "unit-substation", "busway", "sts", "cooling"}
ALL = [scheme.name for scheme in SCHEMES]
DUAL = {scheme.name for scheme in SCHEMES if scheme.is_dual_corded}


class BruteForce:
    """Walks the element table of a result again for every failure, without matrices."""

    def __init__(self, power: Power) -> None:
        rows = power.elements.frame.select("element", "kind", "upstream", "standby", "rating_w").iter_rows()
        self.elements = {name: rest for name, *rest in rows}

    def is_alive(self, name: str, lost: str) -> bool:
        """True if power reaches the output of an element."""
        if not name or name == lost:
            return False
        return self.elements[name][0] == "utility" or bool(self.source(name, lost))

    def source(self, name: str, lost: str) -> str:
        """Element that feeds another one; empty if none can."""
        kind, upstream, standby, _ = self.elements[name]
        if self.is_alive(upstream, lost):
            return upstream
        return standby if kind in TRANSFERS and self.is_alive(standby, lost) else ""

    def loads(self, lost: str, *, is_2n: bool) -> dict[str, float]:
        """Load of each element with one lost."""
        carried = dict.fromkeys(self.elements, 0.0)
        for name, (kind, upstream, standby, power_w) in self.elements.items():
            if kind in {"rack", "cooling"}:
                feeds = [feed for feed in (upstream, standby) if feed and self.is_alive(feed, lost)]
                used = feeds if is_2n else feeds[:1]
                for feed in used:
                    self.add(carried, feed, power_w / len(used), lost)
                carried[name] = power_w if used else 0.0
        return carried

    def add(self, carried: dict[str, float], name: str, power_w: float, lost: str) -> None:
        """Add power drawn from an element, and what it draws itself."""
        while name:
            kind = self.elements[name][0]
            drawn_w = power_w / EFFICIENCY.get(kind, 1.0)
            carried[name] += drawn_w if kind in AT_INPUT else power_w
            name, power_w = self.source(name, lost) if kind != "utility" else "", drawn_w

    def worst(self, *, is_2n: bool) -> tuple[dict[str, float], dict[str, float]]:
        """Normal load, and the highest with any one other element lost."""
        normal = self.loads("none", is_2n=is_2n)
        worst = dict(normal)
        for lost in self.elements:
            for name, load_w in self.loads(lost, is_2n=is_2n).items():
                if name != lost:
                    worst[name] = max(worst[name], load_w)
        return normal, worst


def assert_equals_brute_force(power: Power, *, is_2n: bool) -> None:
    """Normal loads of all elements and worst loads of all but generators are those of the walk."""
    normal, worst = BruteForce(power).worst(is_2n=is_2n)
    kinds = dict(power.elements.frame.select("element", "kind").iter_rows())
    for name, normal_w, worst_w in power.loads.frame.select("element", "normal_w", "worst_w").iter_rows():
        assert normal_w == pytest.approx(normal[name], rel=1e-9, abs=1e-6), name
        if kinds[name] != "generator":
            assert worst_w == pytest.approx(worst[name], rel=1e-9, abs=1e-6), name


@pytest.mark.parametrize("scheme", ALL)
def test_101_algebra_equals_brute_force(campus: Callable[..., PowerRequest], scheme: str) -> None:
    """The sparse products give the same normal and worst loads as one recursive calculation per failure."""
    assert_equals_brute_force(design_power(campus(26, scheme)), is_2n=scheme in DUAL)


@settings(max_examples=30)
@given(
    st.sampled_from(ALL),
    st.integers(1, 40),
    st.sampled_from([15e3, 60e3, 132e3, 400e3]),
    st.tuples(st.booleans(), st.booleans()),
    st.sampled_from([4e6, 60e6]),
)
def test_201_algebra_equals_brute_force_on_small_chains(
    scheme: str, count: int, peak_w: float, ups: tuple[bool, bool], hv_va: float
) -> None:
    """So it is for every scheme, number and size of racks, with and without UPS, on one board and on several."""
    parts = make_parts(has_ups=ups[0], hv_va=hv_va)
    site = make_site(scheme, parts=parts, cooling_on_ups=ups[1])
    power = design_power(make_request(make_racks(count, peak_w=peak_w, per_row=7), site))
    assert_equals_brute_force(power, is_2n=scheme in DUAL)


def test_102_two_sides_halve_and_double(campus: Callable[..., PowerRequest]) -> None:
    """In 2N each side carries half of a load, and all of it when the other side is lost."""
    power = design_power(campus(8))
    loads = power.loads.frame.join(power.elements.frame, on="element")
    for normal_w, worst_w in loads.filter(loads["kind"] == "ups").select("normal_w", "worst_w").iter_rows():
        assert worst_w == pytest.approx(2.0 * normal_w)


def test_103_worst_failure_is_named(campus: Callable[..., PowerRequest]) -> None:
    """The failure named for a UPS of one side is an element of the other side."""
    power = design_power(campus(8))
    rows = power.loads.frame.filter(power.loads["element"].str.contains("-A-ups-")).select("failure").to_series()
    assert rows.len()
    assert all("-B-" in failure for failure in rows)


def test_104_generator_carries_its_board(campus: Callable[..., PowerRequest]) -> None:
    """A standby generator carries the normal load of its board when the grid is lost."""
    power = design_power(campus(8))
    loads = {
        name: rest for name, *rest in power.loads.frame.select("element", "normal_w", "worst_w", "failure").iter_rows()
    }
    boards = power.elements.frame.filter(power.elements["kind"] == "lv-switchgear")
    for board, generator in boards.select("element", "standby").iter_rows():
        assert loads[generator] == [0.0, loads[board][0], "ohio-grid"]


@settings(max_examples=25)
@given(st.integers(1, 30), st.sampled_from([40e3, 132e3]), st.sampled_from([5e6, 60e6]), st.sampled_from(ALL[1:]))
def test_202_feeds_carry_the_load_with_any_one_lost(count: int, peak_w: float, hv_va: float, scheme: str) -> None:
    """No rack is without power after any single loss its scheme plans for, and what the stage sizes stays in limits."""
    parts = make_parts(hv_va=hv_va, ups_w=1e6)
    power = design_power(make_request(make_racks(count, peak_w=peak_w), make_site(scheme, parts=parts)))
    brute = BruteForce(power)
    racks = [name for name, row in brute.elements.items() if row[0] == "rack"]
    single = {"utility", "rack", "cooling"} | (set() if scheme in DUAL else {"busway", "tap", "sts"})
    for lost, (kind, *_) in brute.elements.items():
        if kind not in single:
            loads = brute.loads(lost, is_2n=scheme in DUAL)
            assert all(loads[rack] > 0.0 for rack in racks), lost
    sized = power.checks.frame.filter(power.checks["rule"] != "power-planning-pue")
    assert sized["passed"].all()


def test_105_normal_state_keeps_kirchhoff(campus: Callable[..., PowerRequest]) -> None:
    """What flows into an element flows out of it: its load is what those it feeds draw."""
    power = design_power(campus(26, "N"))
    rows = {
        e: (k, up, w)
        for e, k, up, w in power.elements.frame.join(power.loads.frame, on="element")
        .select("element", "kind", "upstream", "normal_w")
        .iter_rows()
    }
    drawn = dict.fromkeys(rows, 0.0)
    for kind, upstream, load_w in rows.values():
        if upstream:
            drawn[upstream] += load_w if kind in AT_INPUT else load_w / EFFICIENCY.get(kind, 1.0)
    for name, (kind, _, load_w) in rows.items():
        if kind not in {"rack", "cooling", "generator"}:
            out_w = load_w * EFFICIENCY[kind] if kind in AT_INPUT else load_w
            assert drawn[name] == pytest.approx(out_w, rel=1e-9), name


def test_301_an_overload_makes_the_loads_differ(campus: Callable[..., PowerRequest]) -> None:
    """Racks twice as strong load every element of the same chain twice, cooling base aside."""
    halls = make_site().halls[0].__class__("h1", 400e6, 0.0, 0.05, 0.0, 500e6)
    once = design_power(campus(4, peak_w=30e3, halls=(halls,)))
    twice = design_power(campus(4, peak_w=60e3, halls=(halls,)))
    assert once.elements["element"].equals(twice.elements["element"])
    assert np.allclose(2.0 * once.loads["worst_w"].to_numpy(), twice.loads["worst_w"].to_numpy())
