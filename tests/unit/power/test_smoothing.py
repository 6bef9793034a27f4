"""What is bought against swings and losses of load: every way offered mends the check it is offered for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import PowerShelf
from rackwright.power import design_power
from rackwright.power.buffers import job_swing
from rackwright.power.finding import Finding
from rackwright.power.grid_findings import grid_findings
from rackwright.power.jobs import Job
from rackwright.power.mitigation import Mitigation, mitigate
from rackwright.power.request import PartTerms, PowerRules, SiteChain
from rackwright.power.site import design_site
from rackwright.power.smoothing import Bought, Need, band_need, band_seen_w
from rackwright.power.transients import Band, UtilitySpec

from .conftest import ALTERNATIVES, ELECTRIC, RULES, make_racks, make_request, make_site, stated

JOB = Job("ohio", "b1", "train", "p", 10, 20e3, 60e3, 80e3, 100e3, 4.0, 0.4, 1e6, True, 0.02, 3e6)
OTHER = replace(JOB, block="b2", racks=4, period_s=1.3, duty_share=0.6)
TRAY = PowerShelf(id="tray", name="t", role="capacitor", rating_w=stated(15e3), ride_through_s=stated(0.5))
SHELF = PowerShelf(id="shelf", name="s", role="battery", rating_w=stated(30e3), ride_through_s=stated(90.0))
BESS = PowerShelf(id="bess", name="b", role="bess", rating_w=stated(1e6), ride_through_s=stated(3600.0))
TERMS = (PartTerms("tray", 5e3), PartTerms("shelf", 8e3), PartTerms("bess", 5e5))
RACKS = make_racks(14).frame
FLOOR = job_swing(RACKS, ELECTRIC)
BANDS = (Band(0.2, 0.3, 30e3), Band(0.7, 1.6, 8e3))
SPECS = {
    "swing": UtilitySpec(swing_w=0.1e6),
    "swing-ramp": UtilitySpec(ramp_w_s=2e3, ramp_window_s=7.0, swing_w=0.5e6),
    "band": UtilitySpec(bands=BANDS),
    "job-loss-step": UtilitySpec(step_w=0.3e6, ramp_window_s=30.0),
    "job-loss": UtilitySpec(ramp_w_s=1e4, ramp_window_s=60.0, step_w=0.1e6),
    "block-loss": UtilitySpec(ramp_w_s=1e4, ramp_window_s=60.0),
}
CHECKED = {
    "swing": {"power-utility-swing", "power-utility-ramp"},
    "band": {"power-utility-band"},
    "job-loss": {"power-utility-step", "power-ramp"},
    "block-loss": {"power-ramp"},
}


def _site(spec: UtilitySpec) -> SiteChain:
    storage = (TRAY, SHELF, BESS)
    return make_site(jobs=(JOB, OTHER), storage=storage, terms=TERMS, utility=spec, energy_usd_per_mwh=50.0)


def _found(site: SiteChain, *lines: Bought) -> list[Finding]:
    """Checks of the grid once some lines are in the program."""
    power = design_site(replace(site, smoothing=lines), RACKS, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert power is not None
    return list(grid_findings(power, ELECTRIC))


def _passed(findings: list[Finding], event: str) -> list[bool]:
    """Checks of an event, by rule and where it is a loss by subject."""
    lost = event if event.endswith("-loss") else ""
    return [one.passed for one in findings if one.rule in CHECKED[event] and one.subject.endswith(lost)]


def _line(way: Mitigation) -> Bought:
    """The line of the program that a way is taken by, as the program reads it."""
    written = dict(re.findall(r"(\w+): ([\w-]+)", way.change))
    kilowatt = re.search(r"(?:cap|burn): (\d+) kW", way.change)
    if kilowatt is not None:
        key = "cap_w" if "cap" in written else "burn_w"
        return Bought(way.event, **{key: float(kilowatt[1]) * 1e3})
    part = next(part for part in (TRAY, SHELF, BESS) if part.id == written["part"])
    power_w = int(written["count"]) * figure(part.rating_w)
    return Bought(way.event, part.id, int(written["count"]), power_w, power_w * figure(part.ride_through_s))


@pytest.mark.parametrize("name", SPECS)
def test_101_every_way_taken_mends_its_check(name: str) -> None:
    """A failed check passes once any one of the ways offered for its event is written into the program."""
    event, site = name.removesuffix("-step").removesuffix("-ramp"), _site(SPECS[name])
    assert not all(_passed(_found(site), event))
    ways = [way for way in mitigate(site, FLOOR, ELECTRIC) if way.event == event]
    assert {"storage at the rack", "storage at the row", "storage at the site"} <= {way.option for way in ways}
    assert len(ways) >= 4
    for way in ways:
        assert all(_passed(_found(site, _line(way)), event)), way.change


@pytest.mark.parametrize("name", SPECS)
def test_102_less_than_what_is_offered_is_not_enough(name: str) -> None:
    """Nine tenths of the power and energy needed leave the check failed: nothing is sized too large."""
    event, site = name.removesuffix("-step").removesuffix("-ramp"), _site(SPECS[name])
    need = next(way.need for way in mitigate(site, FLOOR, ELECTRIC) if way.event == event)
    enough = Bought(event, "", 0, need.power_w, need.energy_j)
    assert all(_passed(_found(site, enough), event))
    short = replace(enough, power_w=0.9 * need.power_w, energy_j=0.9 * need.energy_j)
    assert not all(_passed(_found(site, short), event))


def test_103_the_relief_is_the_cheapest_way_with_its_size() -> None:
    """A failed band check names the cheapest way, its pieces, power, energy, price and line of the program."""
    site = _site(SPECS["band"])
    reliefs = [one.relief for one in _found(site) if one.rule == "power-utility-band"]
    assert len(reliefs) == 2
    ways = [way for way in mitigate(site, None, ELECTRIC) if way.event == "band" and way.price.usd is not None]
    least = min(ways, key=lambda way: (way.price.usd or 0.0) + way.yearly_usd)
    assert all(least.change in relief for relief in reliefs)


def test_104_a_single_frequency_takes_its_half_cycle() -> None:
    """Of one harmonic A over a limit L at f storage takes the power A - L and the energy (A - L) / (pi f)."""
    band = Band(0.2, 0.3, 50e3)
    (seen_w,) = band_seen_w((JOB,), (band,), Bought("band"))
    need = band_need((JOB,), (band,))
    assert need == Need(pytest.approx((seen_w - 50e3) / (3.141592653589793 * 0.25)), pytest.approx(seen_w - 50e3))
    (half_w,) = band_seen_w((JOB,), (band,), Bought("band", power_w=need.power_w / 2.0, energy_j=1e9))
    assert half_w == pytest.approx((seen_w + 50e3) / 2.0)


def test_105_each_loss_has_one_size_wherever_it_is_told() -> None:
    """Checks, buffers and ways have the same power and energy for the largest job, and for the largest block."""
    site = _site(UtilitySpec(ramp_w_s=1e4))
    power = design_power(make_request(make_racks(14), site))
    checks = {
        row[0]: row[1]
        for row in power.checks.frame.filter(power.checks["rule"] == "power-ramp")
        .select("subject", "value")
        .iter_rows()
    }
    assert checks == {"ohio job-loss": pytest.approx(10 * 80e3), "ohio block-loss": pytest.approx(14 * 120e3)}
    for event, step_w in (("job-loss", 0.8e6), ("block-loss", 1.68e6)):
        ways = power.mitigations.frame.filter(power.mitigations["event"] == event)
        buffers = power.buffers.frame.filter((power.buffers["event"] == event) & (power.buffers["level"] == "site"))
        assert ways["power_w"].to_list() == pytest.approx([step_w] * 4)
        assert buffers["power_w"].to_list() == [pytest.approx(step_w)]
        assert ways["energy_j"].to_list() == pytest.approx([step_w**2 / 2e4] * 4)
        assert buffers["energy_j"].to_list() == [pytest.approx(step_w**2 / 2e4)]
