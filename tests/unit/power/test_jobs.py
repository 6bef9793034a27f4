"""Swings of a site's jobs: waveform, spectrum, what the utility allows, and ways to hide them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from rackwright.catalog import load_catalog
from rackwright.catalog.parts import Fact, PowerShelf
from rackwright.plan import Plan
from rackwright.power import design_power
from rackwright.power.jobs import STEP_S, Job, band_amplitude_w, harmonics, largest_site_ramp_w_s, site_waveform
from rackwright.power.mitigation import mitigate
from rackwright.power.request import PartTerms
from rackwright.power.site_jobs import site_jobs
from rackwright.power.transients import Band, UtilitySpec, spectrum

from .conftest import ELECTRIC, make_racks, make_request, make_site, stated

PRICES = (("bank", 60.0, 25.0, 150.0), ("rack", 25e3, 15e3, 40e3))
JOB = Job("ohio", "b1", "train", "p", 10, 20e3, 60e3, 80e3, 100e3, 4.0, 0.5, 1e6, True, 0.0, 3e6)


def test_101_training_swings_and_serving_does_not() -> None:
    """Racks in step swing between their phases; racks out of step show their mean."""
    wave = site_waveform([JOB], seconds=8.0)
    assert (wave.min(), wave.max()) == (pytest.approx(0.6e6), pytest.approx(1e6))
    assert np.mean(wave) == pytest.approx(0.8e6, rel=0.02)
    flat = site_waveform([replace(JOB, is_synchronous=False)], seconds=8.0)
    assert set(flat.tolist()) == {0.8e6}


def test_102_the_series_is_the_spectrum_of_the_waveform() -> None:
    """Harmonics by formula are those of the waveform's Fourier transform; the sum of two jobs adds their amplitudes."""
    wave = site_waveform([JOB], seconds=40.0)
    hertz, amplitude_w = spectrum(wave, STEP_S)
    found = dict(zip(np.round(hertz, 6).tolist(), amplitude_w.tolist(), strict=True))
    for frequency_hz, expected_w in list(harmonics(JOB))[:5]:
        assert found[round(frequency_hz, 6)] == pytest.approx(expected_w, rel=0.02, abs=4e3)
    assert band_amplitude_w([JOB, JOB], 0.2, 0.3) == pytest.approx(2 * 0.5 * 0.4e6 * 4 / np.pi, rel=0.01)
    assert band_amplitude_w([JOB], 0.3, 0.7) < 1.0


def test_103_a_longer_window_sees_a_smaller_ramp() -> None:
    """The swing within a window is divided by the window; a window of whole steps sees none of it."""
    assert largest_site_ramp_w_s([JOB], window_s=1.0) == pytest.approx(0.4e6, rel=0.01)
    assert largest_site_ramp_w_s([JOB], window_s=2.0) == pytest.approx(0.2e6, rel=0.01)
    assert largest_site_ramp_w_s([replace(JOB, is_synchronous=False)], window_s=1.0) == 0.0


@pytest.mark.parametrize("is_kept", [True, False])
def test_201_only_what_is_limited_is_held(is_kept: bool) -> None:
    """Each limit of the utility is one check, passed above the job's figure and failed below; without limits none."""
    factor = 1.01 if is_kept else 0.99
    spec = UtilitySpec(4e5 * factor, 1.0, 0.4e6 * factor, 0.8e6 * factor, (Band(0.2, 0.3, 0.2546e6 * factor),))
    request = make_request(make_racks(10), make_site(utility=spec, jobs=(JOB,)))
    checks = design_power(request).checks.frame
    own = checks.filter(checks["rule"].str.starts_with("power-utility-"))
    assert own["rule"].to_list() == sorted(f"power-utility-{name}" for name in ("ramp", "swing", "step", "band"))
    assert set(own["passed"].to_list()) == {is_kept}
    bare = design_power(make_request(make_racks(10), make_site(jobs=(JOB,)))).checks["rule"]
    assert not bare.str.starts_with("power-utility-").any()


def test_202_ways_are_sized_and_priced() -> None:
    """Storage by power and energy, capping by lost speed, burning by the year's energy; a limit leaves less to do."""
    shelf = PowerShelf(id="bess", name="b", role="bess", rating_w=stated(0.1e6), ride_through_s=stated(1.0))
    site = make_site(jobs=(JOB,), storage=(shelf,), terms=(PartTerms("bess", 1000.0),), energy_usd_per_mwh=50.0)
    by_option = {one.option: one for one in mitigate(site, None, ELECTRIC)}
    stored = by_option["storage at the site"]
    assert (stored.need.energy_j, stored.need.power_w) == (pytest.approx(0.4e6), pytest.approx(0.2e6))
    assert (stored.count, stored.price.usd) == (4, 4000.0)
    capped = by_option["cap power in compute phases"]
    assert capped.lost_speed_share == pytest.approx(1 - 1 / (0.5 * 2.0 + 0.5))
    assert capped.price.usd == pytest.approx(10 * 3e6 * 0.5)
    assert by_option["burn power in valleys"].yearly_usd == pytest.approx(0.2 * 8766 * 50)
    half = replace(site, utility=UtilitySpec(swing_w=0.2e6))
    assert next(iter(mitigate(half, None, ELECTRIC))).need.energy_j == pytest.approx(0.2e6)


def test_203_a_lost_job_is_bridged_at_the_ramp_limit() -> None:
    """The loss of the largest job, from compute phase to idle, takes dP^2 / 2r; a load bank is the other way."""
    site = make_site(jobs=(JOB,), utility=UtilitySpec(1e5))
    rows = [one for one in mitigate(site, None, ELECTRIC) if one.event == "job-loss"]
    assert [one.option for one in rows] == ["burn power in a load bank"]
    assert rows[0].need.energy_j == pytest.approx(0.8e6**2 / 2e5)


def test_204_what_no_price_is_stated_for_has_an_assumed_one() -> None:
    """A load bank is priced by its power, a rack without a price by its peak, each with the band of the figure."""
    per_kw = [
        Fact(f"r.{name}", value, "USD", "", "", "assumption", low=low, high=high) for name, value, low, high in PRICES
    ]
    rules = replace(ELECTRIC, load_bank_usd_per_kw=per_kw[0], rack_usd_per_kw=per_kw[1])
    job = replace(JOB, rack_usd=None)
    site = make_site(jobs=(job,), utility=UtilitySpec(1e5))
    by_option = {one.option: one.price for one in mitigate(site, None, rules)}
    bank, capped = by_option["burn power in a load bank"], by_option["cap power in compute phases"]
    assert (bank.usd, bank.low_usd, bank.high_usd) == (48e3, 20e3, 120e3)
    assert bank.source == "fact:r.bank"
    assert (capped.usd, capped.low_usd, capped.high_usd) == pytest.approx((12.5e6, 7.5e6, 20e6))
    assert capped.source == "fact:r.rack"
    stated_too = {one.option: one.price for one in mitigate(replace(site, jobs=(job, JOB)), None, rules)}
    assert stated_too["cap power in compute phases"].source == "fact:r.rack"
    unknown = {one.option: one.price for one in mitigate(site, None, ELECTRIC)}
    assert unknown["burn power in a load bank"].usd is None


def test_205_every_way_of_the_example_has_a_price(one_pod: Plan) -> None:
    """At the rack, the row and the site, capping and burning: each row has a price within its band."""
    frame = one_pod.power.mitigations.frame
    assert {"rack", "row", "site"} <= {option.rsplit(" ", 1)[1] for option in frame["option"].to_list()}
    for low, usd, high in frame.select("low_usd", "cost_usd", "high_usd").iter_rows():
        assert low <= usd <= high


def test_301_a_job_takes_its_gang() -> None:
    """A run takes the racks sizing says in the first block that holds it; serving or idle racks are the rest."""
    assert _placed(campuses=1) == [
        ("small", "chat", 4, 95.0),
        ("mixed", "run", 6, 80.0),
        ("mixed", "chat", 10, 95.0),
        ("only", "idle", 16, 40.0),
    ]


def test_302_a_run_on_two_campuses_is_a_job_on_each() -> None:
    """Its part on the second campus draws power too."""
    assert _placed(campuses=2)[1:] == [
        ("mixed", "run", 6, 80.0),
        ("mixed", "chat", 10, 95.0),
        ("only", "run", 6, 80.0),
        ("only", "idle", 10, 40.0),
    ]


def _placed(*, campuses: int) -> list[tuple[str, str, int, float]]:
    """Block, workload, racks and mean load of each job."""
    blocks = [SimpleNamespace(id=name, site="s", platform="p", workloads=own) for name, own in BLOCKS]
    platform = SimpleNamespace(id="p", configurations=())
    program = SimpleNamespace(
        blocks=blocks, training=[SimpleNamespace(id="run", campuses=campuses)], platforms=[platform]
    )
    layout = SimpleNamespace(racks=SimpleNamespace(frame=_racks({"small": 4, "mixed": 16, "only": 16})))
    shape = {"idle_w": 40.0, "period_ms": 1.0, "duty_share": 0.5, "ramp_w_s": 1.0}
    powers = {"low_w": [60.0, 90.0], "mean_w": [80.0, 95.0], "peak_w": [100.0, 100.0]}
    profiles = pl.DataFrame({"workload": ["run", "chat"], "platform": ["p", "p"], **powers}).with_columns(
        **{name: pl.lit(value) for name, value in shape.items()}
    )
    rates = pl.DataFrame({"workload": ["run", "chat"], "platform": ["p", "p"], "min_racks": [6, 1]})
    sizing = SimpleNamespace(profiles=SimpleNamespace(frame=profiles), rates=SimpleNamespace(frame=rates))
    jobs = site_jobs(program, load_catalog(), layout, sizing)  # type: ignore[arg-type]
    return [(job.block, job.workload, job.racks, job.mean_w) for job in jobs]


BLOCKS = (("small", ()), ("mixed", ("run", "chat")), ("only", ("run",)))


def _racks(counts: dict[str, int]) -> pl.DataFrame:
    names = [name for name, count in counts.items() for _ in range(count)]
    return pl.DataFrame({"block": names}).with_columns(role=pl.lit("compute"), peak_w=pl.lit(1.0))
