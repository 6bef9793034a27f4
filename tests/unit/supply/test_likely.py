"""Acceptance with gates at 50 % and at 80 %."""

from __future__ import annotations

from rackwright.plan import Plan


def test_101_every_tranche_has_its_days(one_pod: Plan) -> None:
    """Each tranche has both days, and gates reached earlier never make it later."""
    frame = one_pod.supply.acceptances.frame
    assert frame["tranche"].to_list() == one_pod.siting.tranches["tranche"].to_list()
    assert all(p50 <= p80 for _, p50, p80 in frame.iter_rows() if p50 is not None and p80 is not None)


def test_102_the_policys_own_quantile_is_the_plan(one_pod: Plan) -> None:
    """At the policy's quantile (80 %) the day is that of the plan itself."""
    assert one_pod.program.policy.ready_at == 0.8
    ends = dict(one_pod.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    for tranche, _, p80 in one_pod.supply.acceptances.frame.iter_rows():
        racks = one_pod.siting.tranches.frame.filter(tranche=tranche)["racks"][0]
        rows = one_pod.supply.deployments.frame.filter(tranche=tranche).sort("bucket")
        full = [ends[b] for b, c in rows.select("bucket", "cumulative").iter_rows() if c >= racks - 0.5]
        assert p80 == min(full, default=None)


def test_103_the_hall_moves_the_50_percent_day(one_pod: Plan) -> None:
    """The hall of the small example opens earlier at 50 %, and its first tranche is accepted earlier by that."""
    p50, p80 = one_pod.supply.acceptances.frame.filter(tranche="pod-1a").select("p50_day", "p80_day").row(0)
    assert p50 < p80
