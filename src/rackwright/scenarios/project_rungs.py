"""Which rungs could be taken for what projects buy, until when, and what does waiting leave of them?

The schedule dates these items: each procurement has a day by which it must be there. A rung sets a lead time of its
own, so it moves the last day to decide. Beside the rungs stands the order as the schedule plans it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rackwright.base.units import Estimate
from rackwright.program.supply import Rung, Terms
from rackwright.schedule.risk import two_piece
from rackwright.tables.schedule import LongLead

__all__ = ["ProjectRung", "project_rungs"]

SURE = (0.5, 0.8, 0.95)
GRID = 199
Z_OF_SURE = (0.0, 0.8416212335729143, 1.6448536269514722)


@dataclass(frozen=True)
class ProjectRung:
    """A way to order something that a project buys.

    Parameters
    ----------
    activity, item, supplier
        What is bought, for which procurement.
    rung
        The rung; `as planned` for the order of the schedule.
    fee_usd
        Fee of a piece when the rung is taken; NaN where its price is not known.
    sunk_usd
        Part of it that is lost whatever happens.
    lead_days
        Median lead time from then on.
    last_days
        Last day to take it, at P50, P80, P95.
    late_days
        Expected days after the need if it is taken on the day of the facts.
    payer
        Party that pays.
    """

    activity: str
    item: str
    supplier: str
    rung: str
    fee_usd: float
    sunk_usd: float
    lead_days: float
    last_days: tuple[int, int, int]
    late_days: float
    payer: str


def project_rungs(
    long_lead: LongLead, terms: Sequence[Terms], price_usd: Mapping[str, float], as_of_day: int
) -> tuple[ProjectRung, ...]:
    """Every rung of every procurement whose item has terms with rungs, the planned order before them.

    Parameters
    ----------
    long_lead
        Procurements of the schedule that are still to be ordered.
    terms
        Terms of the program.
    price_usd
        Price of a piece by item.
    as_of_day
        Day of the facts.
    """
    found: list[ProjectRung] = []
    for row in long_lead.frame.iter_rows(named=True):
        own = [one for one in terms if one.item == row["item"] and row["supplier"] in {"", one.supplier} and one.rungs]
        for one in own:
            found.append(_as_planned(row, one, as_of_day))
            found += [_of_rung(row, one, rung, price_usd.get(one.item, float("nan")), as_of_day) for rung in one.rungs]
    return tuple(found)


def _as_planned(row: Mapping[str, Any], terms: Terms, as_of_day: int) -> ProjectRung:
    last = (row["p50_day"], row["p80_day"], row["p95_day"])
    median = float(row["need_day"] - row["p50_day"])
    leads = np.interp(np.linspace(0.0, 1.0, GRID), (0.0, *SURE), [median, *(row["need_day"] - day for day in last)])
    late = float(np.clip(as_of_day + leads - row["need_day"], 0.0, None).mean())
    return ProjectRung(
        row["activity"], terms.item, terms.supplier, "as planned", 0.0, 0.0, median, last, late, terms.payer
    )


def _of_rung(row: Mapping[str, Any], terms: Terms, rung: Rung, price_usd: float, as_of_day: int) -> ProjectRung:
    planned = float(row["need_day"] - row["p50_day"])
    lead = rung.lead_days or Estimate(planned, planned, planned)
    if rung.lead_days is None:
        last = (row["p50_day"], row["p80_day"], row["p95_day"])
    else:
        ends = np.asarray(two_piece(lead, np.array(Z_OF_SURE)), dtype=np.float64)
        p50, p80, p95 = (int(np.floor(row["need_day"] - days)) for days in ends.tolist())
        last = (p50, p80, p95)
    scores = _normal_scores()
    late = np.clip(as_of_day + np.asarray(two_piece(lead, scores)) - row["need_day"], 0.0, None)
    fee = rung.fee_share * price_usd
    return ProjectRung(
        activity=row["activity"],
        item=terms.item,
        supplier=terms.supplier,
        rung=rung.rung,
        fee_usd=fee,
        sunk_usd=fee * (1.0 - rung.refund_share),
        lead_days=lead.value,
        last_days=last,
        late_days=float(late.mean()),
        payer=terms.payer,
    )


def _normal_scores() -> np.ndarray[Any, np.dtype[np.float64]]:
    """Evenly likely standard normal scores."""
    from statistics import NormalDist

    normal = NormalDist()
    return np.array([normal.inv_cdf((number + 0.5) / GRID) for number in range(GRID)])
