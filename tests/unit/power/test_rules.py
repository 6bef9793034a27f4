"""Single rules: conductors, gensets, relays, redundancy, transients, efficiency, pairs of failures."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog import load_catalog
from rackwright.catalog.installation import Conductor
from rackwright.power import design_power
from rackwright.power.arc_flash import ArcEnclosure, arc_flash, has_arc_flash
from rackwright.power.conductors import ambient_factor, ampacity_a, smallest_conductor
from rackwright.power.efficiency import LossCurve, chain_input_w
from rackwright.power.gensets import gensets_needed, start_steps
from rackwright.power.pairs import UPSTREAM_KINDS, worst_pairs
from rackwright.power.protection import EXTREMELY_INVERSE, STANDARD_INVERSE, trip_s
from rackwright.power.redundancy import SCHEMES, compare_schemes, loading_after_loss, normal_loading, scheme_named
from rackwright.power.request import PowerRules
from rackwright.power.site import design_site
from rackwright.power.transients import (
    Band,
    LoadSwing,
    UtilitySpec,
    check_utility,
    ramp_buffer,
    smooth_to_ramp,
    spectrum,
    square_buffer,
    square_mean_w,
    waveform,
)

from .conftest import ALTERNATIVES, ELECTRIC, RULES, make_racks, make_request, make_site
from .test_failures import BruteForce


def test_101_the_smallest_conductor_carries_the_current() -> None:
    """The table gives the next size up; a hot room asks for more; nothing carries what is above the table."""
    table = load_catalog(None).all(Conductor)
    factor = ambient_factor(40.0, rating_c=75.0, table_c=30.0)
    cold = smallest_conductor(table, 300.0, metal="Cu", rating_c=75.0)
    hot = smallest_conductor(table, 300.0, metal="Cu", rating_c=75.0, factor=factor)
    assert cold is not None
    assert (cold.size, hot.size if hot else "") == ("350 kcmil", "500 kcmil")
    assert smallest_conductor(table, 5000.0, metal="Cu", rating_c=75.0) is None
    with pytest.raises(ValueError, match="no ampacity of 1 kcmil Cu"):
        ampacity_a(table, "1 kcmil", "Cu", rating_c=75.0)


def test_102_generators_are_whole_and_start_in_order() -> None:
    """A load just above n generators needs one more; no step but a single load is above the limit."""
    assert gensets_needed(7.2e6, 3e6, loading_share=0.8) == 3
    assert gensets_needed(7.21e6, 3e6, loading_share=0.8) == 4
    loads = [5.0, 4.0, 9.0, 20.0, 1.0]
    steps = start_steps(loads, 10.0)
    assert list(steps) == sorted(steps)
    sums = np.bincount(steps, weights=loads)
    assert all(total <= 10.0 or list(steps).count(step) == 1 for step, total in enumerate(sums))


@given(st.floats(1.1, 30.0), st.floats(1.01, 2.0))
def test_103_a_larger_fault_trips_sooner(multiple: float, factor: float) -> None:
    """Operating time falls with the current, and at small multiples the extremely inverse curve is the slower one."""
    assert trip_s(multiple * factor, STANDARD_INVERSE) < trip_s(multiple, STANDARD_INVERSE)
    assert trip_s(1.5, EXTREMELY_INVERSE) > trip_s(1.5, STANDARD_INVERSE)


def test_201_survivors_of_one_loss_stand_at_their_rating() -> None:
    """Every redundant scheme is full, and no more than full, after one loss at its highest normal load."""
    for scheme in SCHEMES:
        if scheme.systems > scheme.needed:
            normal = normal_loading(scheme.systems, scheme.needed)
            shared = loading_after_loss(scheme.systems, normal)
            assert shared == pytest.approx(scheme.needed / (scheme.systems - 1))


def test_202_schemes_stand_in_the_known_order() -> None:
    """100 MW in units of 2 MW: 2N installs 200 MW, 3N/2 150, 4N/3 134, and N strands nothing."""
    sizes = {size.scheme.name: size for size in compare_schemes(100e6, 2e6)}
    installed = {name: size.installed_w / 1e6 for name, size in sizes.items()}
    assert (installed["N"], installed["2N"], installed["3N/2"], installed["4N/3"]) == (100, 200, 150, 134)
    assert sizes["N"].stranded_w == 0.0
    assert sizes["2N"].normal_share == pytest.approx(0.5)
    assert compare_schemes(0.0, 2e6)[0].systems == 0


@given(st.floats(0.0, 80.0), st.floats(1.0, 80.0), st.floats(0.1, 0.9), st.sampled_from([1.0, 2.0, 5.0]))
def test_301_the_buffer_of_a_square_wave_is_its_integral(low: float, swing: float, duty: float, period: float) -> None:
    """Mean and energy swing in closed form are those of the sampled waveform."""
    load = LoadSwing(low, low + swing, period, duty)
    step_s = period / 2000
    power_w = waveform(load, step_s=step_s, num_steps=2000, skews_s=np.zeros(1))
    moved = np.cumsum(power_w - power_w.mean()) * step_s
    energy_j, power = square_buffer(load)
    assert power_w.mean() == pytest.approx(square_mean_w(load), rel=2e-3, abs=2e-3 * swing)
    assert np.ptp(moved) == pytest.approx(energy_j, rel=0.02)
    assert power == pytest.approx(swing * max(duty, 1 - duty))


def test_302_a_held_ramp_is_held() -> None:
    """Behind storage sized for a ramp the grid never sees more, and a single step needs the closed form."""
    power_w = np.concatenate([np.zeros(10), np.full(400, 100.0)])
    seen, energy_j, power = smooth_to_ramp(power_w, 0.1, 10.0)
    assert np.abs(np.diff(seen)).max() <= 1.0 + 1e-9
    assert energy_j == pytest.approx(ramp_buffer(100.0, 10.0)[0], rel=0.02)
    assert power == pytest.approx(100.0, rel=0.02)


def test_303_skew_flattens_and_the_spectrum_finds_the_period() -> None:
    """Racks out of step swing less together; the largest line of a wave with a period of 2 s stands at 0.5 Hz."""
    load = LoadSwing(60.0, 100.0, 2.0, 0.5)
    together = waveform(load, step_s=0.01, num_steps=2000, skews_s=np.zeros(4))
    spread = waveform(load, step_s=0.01, num_steps=2000, skews_s=np.array([0.0, 0.5, 1.0, 1.5]))
    assert np.ptp(together) == pytest.approx(40.0)
    assert np.ptp(spread) < 1e-6
    frequency, amplitude = spectrum(together, 0.01)
    assert frequency[np.argmax(amplitude)] == pytest.approx(0.5)
    assert amplitude.max() == pytest.approx(40.0 * 2 / math.pi, rel=1e-3)


def test_304_only_what_the_utility_limits_is_checked() -> None:
    """Ramp, swing, step and band are held against their limits; an empty rule gives nothing."""
    power_w = waveform(LoadSwing(60.0, 100.0, 2.0, 0.5), step_s=0.01, num_steps=2000, skews_s=np.zeros(1))
    rule = UtilitySpec(ramp_w_s=10.0, swing_w=50.0, step_w=90.0, bands=(Band(0.4, 0.6, 20.0),))
    found = {finding.rule: finding.passed for finding in check_utility(power_w, 0.01, rule)}
    assert found == {"ramp": False, "swing": True, "step": False, "band 0.4-0.6 Hz": False}
    assert check_utility(power_w, 0.01, UtilitySpec()) == ()


def test_401_losses_are_lowest_in_the_middle() -> None:
    """A loss curve with idle and square losses is best where both are equal; a chain draws what its losses add."""
    curve = LossCurve(0.01, 0.0, 0.04)
    best = max(np.linspace(0.05, 1.0, 200), key=curve.efficiency_share)
    assert best == pytest.approx(0.5, abs=0.01)
    assert chain_input_w(50.0, [(curve, 100.0)]) == pytest.approx(50.0 + 100.0 * (0.01 + 0.04 * 0.25))
    assert curve.efficiency_share(0.0) == 0.0


def test_402_arc_flash_needs_its_library() -> None:
    """Without the optional library the function says which is missing; with it the arc is below the bolted fault."""
    gear = ArcEnclosure(480.0, "VCB", 32.0, 609.6, 610.0, width_mm=610.0, depth_mm=254.0)
    if has_arc_flash():
        assert 0.0 < arc_flash(gear, 45e3, 0.0613).arcing_a < 45e3
    else:
        with pytest.raises(ModuleNotFoundError):
            arc_flash(gear, 45e3, 0.0613)


class PairForce(BruteForce):
    """The same walk with two elements lost; `lost` is `FIRST|SECOND`."""

    def is_alive(self, name: str, lost: str) -> bool:
        """True if power reaches the output of an element."""
        return name not in lost.split("|") and super().is_alive(name, lost)


@pytest.mark.parametrize(
    ("scheme", "racks"), [("2N", 60), ("2N", 8), ("N", 40), ("N+1", 40), ("3N/2", 30), ("catcher", 40)]
)
def test_501_pairs_are_those_of_the_walk(scheme: str, racks: int) -> None:
    """Worst loads of upstream elements under all pairs are those of one recursive walk per pair."""
    request = make_request(make_racks(racks), make_site(scheme, cooling_on_ups=True))
    site = design_site(request.sites[0], request.racks.frame, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert site is not None
    found = worst_pairs(site.chain, site.loads, scheme)
    walk = PairForce(design_power(request))
    names = [site.chain.names[number] for number in found.element.tolist()]
    worst = {name: walk.loads("none", is_2n=scheme_named(scheme).is_dual_corded)[name] for name in names}
    for pair in combinations(names, 2):
        loads = walk.loads("|".join(pair), is_2n=scheme_named(scheme).is_dual_corded)
        worst |= {name: max(worst[name], loads[name]) for name in names if name not in pair}
    assert {site.chain.kind[n] for n in found.element} <= set(UPSTREAM_KINDS)
    assert found.worst_w.tolist() == pytest.approx([worst[name] for name in names], rel=1e-9)


def test_502_two_sides_lost_stop_racks() -> None:
    """In 2N the loss of one line-up on each side stops racks, and the pair is named."""
    site = design_site(make_site(), make_racks(20).frame, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert site is not None
    found = worst_pairs(site.chain, site.loads, "2N")
    assert found.lost_w > 0.0
    assert min(found.lost_pair) >= 0
