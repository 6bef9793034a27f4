"""A batch that divides badly, or is too small for its deadline, is told with one that does better."""

from __future__ import annotations

from typing import Any

from rackwright.sizing import SizingRequest, size_workloads
from rackwright.tables.sizing import Sizing


def sized(bench: Any, **run: Any) -> Sizing:
    """The stage's result of one training run."""
    request: SizingRequest = bench.request(training=(bench.training(**run),), serving=())
    return size_workloads(request)


def chosen(sizing: Sizing) -> dict[str, Any]:
    """The row of the chosen gang."""
    return sizing.gangs.frame.filter("is_chosen").row(0, named=True)


def number_after(text: str, words: str) -> int:
    """The whole number that follows the words."""
    return int(text.partition(words)[2].split()[0].replace(",", "").rstrip(";:"))


def test_a_prime_batch_names_one_nearby_and_its_gain(bench: Any) -> None:
    """The batch named, asked for itself, needs exactly the racks that were told, fewer than the prime one."""
    prime = chosen(sized(bench, global_batch=2003, tokens=1e13))
    said = prime["why"].partition("few numbers of replicas: ")[2]
    size, racks = int(said.split()[0].replace(",", "")), number_after(said, "would need ")
    assert abs(size - 2003) <= 200
    assert chosen(sized(bench, global_batch=size, tokens=1e13))["racks"] == racks < prime["racks"]


def test_a_batch_that_divides_well_gets_no_hint(bench: Any) -> None:
    """Powers of two are left alone, though another batch might do with a rack less."""
    assert "replicas:" not in chosen(sized(bench, global_batch=2048, tokens=1e13))["why"]


def test_a_late_run_names_a_batch_that_is_in_time(bench: Any) -> None:
    """The larger batch named meets the deadline on the racks named, and is not far above the least."""
    late = {"global_batch": 64, "finish_day": 1, "start_day": 0}
    reason, relief = sized(bench, **late).skipped.frame.select("reason", "relief").row(0)
    assert "no configuration meets the deadline" in reason
    batch, racks = number_after(relief, "a global batch of "), number_after(relief, " on ")
    better = chosen(sized(bench, **{**late, "global_batch": batch}))
    assert better["racks"] == racks
    assert sized(bench, **{**late, "global_batch": batch * 3 // 4}).gangs.frame.is_empty()
