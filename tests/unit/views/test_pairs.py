"""Pairs of failures as a reader sees them."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from rackwright.plan import Plan
from rackwright.tables.power import Pairs
from rackwright.views.pairs import PAIRS


def test_101_both_transformers_stop_all(one_pod: Plan) -> None:
    """In 2N the two transformers are the worst pair: all racks and cooling stop; nothing is above its rating."""
    shown = PAIRS.build(one_pod)
    stops, loads = shown.tables
    (row,) = (dict(zip((c.name for c in stops.columns), cells, strict=True)) for cells in stops.rows)
    assert (row["first"], row["second"]) == ("ohio-hv-transformer-01", "ohio-hv-transformer-02")
    assert row["share"] == pytest.approx(1.0)
    assert row["pairs"] == len(loads.rows) * (len(loads.rows) - 1) // 2
    assert shown.lead.startswith(f"0 elements of {len(loads.rows)} above its rating")


def test_102_an_element_above_its_rating_is_counted_and_first(one_pod: Plan) -> None:
    """Where two losses overload what is left, it leads the table and is counted."""
    frame = one_pod.power.pairs.frame
    last = frame["element"].to_list()[-1]
    doubled = pl.when(pl.col("element") == last).then(1e9).otherwise(pl.col("worst_w")).alias("worst_w")
    power = dataclasses.replace(one_pod.power, pairs=Pairs.of(frame.with_columns(doubled)))
    shown = PAIRS.build(dataclasses.replace(one_pod, power=power))
    assert shown.lead.startswith("1 element of")
    assert shown.tables[1].rows[0][0] == last
