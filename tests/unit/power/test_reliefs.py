"""Every failed check of the chain has a repair, and it has a number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rackwright.catalog.installation import Derating
from rackwright.power import design_power
from rackwright.power.request import EnergisedStep, HallService, OnSite, PowerRequest, SiteChain

from .conftest import make_parts, make_racks, make_request, make_site, stated

PARTS = make_parts()
WEAK_BOARD = replace(PARTS.mv_switchgear, interrupting_a=stated(1e3))
BROKEN: dict[str, SiteChain] = {
    "tap": make_site(parts=replace(PARTS, tap=replace(PARTS.tap, rating_a=stated(60.0)))),
    "board": make_site(parts=replace(PARTS, mv_switchgear=WEAK_BOARD)),
    "voltage": make_site(utility_v=345e3),
    "hall": make_site(halls=(HallService("h1", 1e6, 20e3, 0.05, 900.0, 1e6),), water_limit_l_per_day=100.0),
    "grid": make_site(energised=(EnergisedStep("contract", 1e6, "grid"),)),
    "on-site": make_site(energised=(EnergisedStep("contract", 1e6, "grid"),), on_site=(OnSite(PARTS.generator, 1),)),
}
HOT = Derating(
    id="hot", name="hot", role="tap", place="indoor", ambient_c=stated(20.0), share_per_k=stated(0.05),
    altitude_m=stated(1000.0), share_per_hectometre=stated(0.01),
)  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_101_each_failed_check_has_a_repair_with_a_number(name: str) -> None:
    """Whatever breaks, the relief of each failed check says how much or how many."""
    _assert_sized(make_request(make_racks(20), BROKEN[name]))


def test_102_a_hot_place_asks_for_a_rating() -> None:
    """A tap that keeps half of its rating needs one of twice the load."""
    request = make_request(make_racks(20), make_site())
    request = replace(request, deratings=(HOT,), electric=replace(request.electric, room_c=stated(30.0)))
    relief = _assert_sized(request)["power-derated-load"]
    assert relief.startswith("a rating of 240 kW")
    assert "50.0% of it left at 30 C and 0 m" in relief


def test_103_a_load_above_a_whole_rating_is_said_to_be_the_load() -> None:
    """Where the place takes nothing of the rating, the relief names the load as what is too high."""
    request = make_request(make_racks(20), BROKEN["tap"])
    request = replace(request, deratings=(HOT,), electric=replace(request.electric, room_c=stated(20.0)))
    relief = _assert_sized(request)["power-derated-load"]
    assert "the load alone is above it, not 20 C and 0 m" in relief
    assert "100.0%" not in relief


def _assert_sized(request: PowerRequest) -> dict[str, str]:
    power = design_power(request)
    reliefs = {(rule, subject): text for rule, subject, text in power.reliefs.frame.iter_rows()}
    failed = power.checks.frame.filter(~power.checks["passed"]).select("rule", "subject").rows()
    assert failed
    for key in failed:
        assert any(sign.isdigit() for sign in reliefs.get(key, "")), (key, reliefs.get(key))
    return {rule: text for (rule, _), text in reliefs.items()}
