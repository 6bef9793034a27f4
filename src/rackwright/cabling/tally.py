"""How many assemblies and transceivers of each kind does a block need, with spares?

Spares last, with the chance the rules ask for, until what fails is replaced; where a failure rate or a lead time is not
known they are a share of what is installed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import polars as pl

from rackwright.cabling.request import CableSpec, HallSpec, ModuleSpec
from rackwright.tables.cabling import Assemblies, Modules

__all__ = ["count_assemblies", "count_modules", "num_spares"]

HOURS_PER_DAY = 24.0
EXACT_MEAN = 500.0
"""Mean up to which Poisson's law is summed term by term."""


def count_assemblies(frame: pl.DataFrame, halls: Sequence[HallSpec], cables: Sequence[CableSpec] = ()) -> Assemblies:
    """Cables by block, part and stock length, with the spares of their halls' rules."""
    keys = ["block", "part", "length_mm"]
    by_hall = frame.group_by(*keys, "hall").len("count").sort(*keys, "hall")
    return Assemblies.of(_with_spares(by_hall, keys, halls, _failures(cables)))


def count_modules(frame: pl.DataFrame, halls: Sequence[HallSpec], modules: Sequence[ModuleSpec]) -> Modules:
    """Transceivers by block: one in each switch cage that holds a fibre, and as many in a tray as its links fill.

    A tray's links of one kind are put into its cages one after the other; where these are not known, into transceivers
    `links` at a time.
    """
    known = pl.when(pl.col("a_form") == "").then(0).otherwise("a_per_cage").cast(pl.Int64)
    links = pl.DataFrame(
        [(spec.id, max(1, round(spec.links.value))) for spec in modules],
        schema={"module": pl.String, "links": pl.Int64},
        orient="row",
    )
    lower = _module_ends(frame, "a").with_columns(each=known)
    in_cages = pl.concat([_of_cages(_module_ends(frame, "b")), _of_cages(lower)])
    in_trays = (
        lower.filter((pl.col("module") != "") & (pl.col("a_cage") < 0))
        .group_by("block", "hall", "module", "a_device", "each")
        .len("ports")
        .join(links, on="module")
        .with_columns(each=pl.when(pl.col("each") == 0).then("links").otherwise("each"))
        .select("block", "hall", "module", count=(pl.col("ports") + pl.col("each") - 1) // pl.col("each"))
    )
    counted = pl.concat([in_cages, in_trays.cast({"count": pl.Int64})])
    keys = ["block", "module"]
    by_hall = counted.group_by(*keys, "hall").agg(pl.col("count").sum()).sort(*keys, "hall")
    return Modules.of(_with_spares(by_hall, keys, halls, _failures(modules)).rename({"module": "part"}))


def _module_ends(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """Links with the transceiver at one side as `module`."""
    return frame.with_columns(module=pl.col("module" if side == "b" else "a_module"), side=pl.lit(side))


def _of_cages(ends: pl.DataFrame) -> pl.DataFrame:
    """Transceivers in known cages, one in each: block, hall, module, count."""
    side = str(ends["side"][0]) if ends.height else "a"
    cage, device = ends[f"{side}_cage"].to_numpy(), ends[f"{side}_device"].to_numpy().astype(np.int64)
    used = np.flatnonzero((cage >= 0) & (ends["module"] != "").to_numpy())
    number = device[used] * (int(cage.max(initial=0)) + 1) + cage[used]
    last = np.zeros(int(number.max(initial=0)) + 1, dtype=np.int64)
    last[number] = used
    rows: pl.DataFrame = ends.select("block", "hall", "module")[used[last[number] == used]]
    return rows.group_by("block", "hall", "module").len("count").cast({"count": pl.Int64})


def _failures(parts: Sequence[CableSpec | ModuleSpec]) -> dict[str, float]:
    """Failures of one piece of each part during its lead time; parts without either figure are left out."""
    return {
        spec.id: spec.failures_per_h.value * spec.lead_days.value * HOURS_PER_DAY
        for spec in parts
        if spec.failures_per_h is not None and spec.lead_days is not None
    }


def num_spares(installed: int, failures: float, service_share: float) -> int:
    """Fewest spares that last through the lead time with a chance.

    Parameters
    ----------
    installed
        Pieces in service.
    failures
        Failures expected of one piece during the lead time.
    service_share
        Chance asked for, in (0, 1).

    Notes
    -----
    Failures of many pieces follow Poisson's law: the smallest s with P(N <= s) >= service_share, N of mean
    installed x failures. At least one where anything is installed.

    Examples
    --------
    >>> num_spares(1000, 2e-4, 0.99), num_spares(100_000, 2e-4, 0.99), num_spares(0, 2e-4, 0.99)
    (2, 31, 0)
    """
    mean = installed * failures
    if installed <= 0 or mean <= 0.0:
        return min(1, max(0, installed))
    return max(1, int(poisson_quantile(service_share, mean)))


def poisson_quantile(chance: float, mean: float) -> int:
    """Quantile of Poisson's law: the smallest whole number whose cumulated chance reaches `chance`."""
    term = math.exp(-mean) if mean < EXACT_MEAN else 0.0
    if not term:  # by the normal law where the mean is large: an error below one piece in a thousand
        return math.ceil(mean + NormalDist().inv_cdf(chance) * math.sqrt(mean))
    total, number = term, 0
    while total < chance:
        number += 1
        term *= mean / number
        total += term
    return number


def _with_spares(
    by_hall: pl.DataFrame, keys: list[str], halls: Sequence[HallSpec], failures: dict[str, float]
) -> pl.DataFrame:
    """Counts over all halls, and the spares of each hall's count, rounded up."""
    share = {hall.id: hall.spare_share.value if hall.spare_share else 0.0 for hall in halls}
    service = {hall.id: hall.spare_service_share.value if hall.spare_service_share else 0.0 for hall in halls}
    part = keys[1]
    # Few rows: one for each kind of part and hall.
    spares = [
        num_spares(count, failures[name], service[hall])
        if name in failures and service[hall] > 0.0
        else math.ceil(round(count * share[hall], 6))
        for name, hall, count in by_hall.select(part, "hall", "count").iter_rows()
    ]
    counted = by_hall.with_columns(spares=pl.Series(spares, dtype=pl.Int64), count=pl.col("count").cast(pl.Int64))
    return counted.group_by(keys).agg(pl.col("count").sum(), pl.col("spares").sum()).sort(keys)
