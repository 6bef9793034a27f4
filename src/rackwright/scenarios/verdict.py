"""What is each commitment worth, at which fee does the advice flip, what waits for which sign? Read off tried plans.

Nothing here is read off a dual: every figure is the difference of two plans that were solved in all scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rackwright.program import Program
from rackwright.scenarios.branches import Branch
from rackwright.scenarios.chance import Luck, drawn_offer
from rackwright.scenarios.decisions import Decision, ShareRange, Waiting
from rackwright.scenarios.evaluation import Evaluation, Sample
from rackwright.scenarios.search import Search

__all__ = [
    "best_committing",
    "decisions_now",
    "gate_day",
    "mean_interval",
    "rack_bands",
    "share_ranges",
    "waiting",
    "without_worthless",
]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
GATE_SHARE = 0.95
"""Part of the racks whose acceptance is the gate that option values are told in."""
QUANTILES = (0.5, 0.8, 0.95)
BANDS = (0.1, 0.5, 0.9)
USED = 0.05
"""Part of a later rung from which it counts as taken, and weight of scenarios from which it is worth telling."""
BETTER = 0.01
"""By how much a sign has to be right more often than always, or never, taking the rung."""

WORTH_USD = 5_000.0
"""A commitment worth less than this is not advised: it would be shown as 0.00 MUSD."""


def without_worthless(search: Search, number: int, cost_usd: Callable[[int], float]) -> int:
    """The plan of a number without those commitments that may go, one after the other, for next to nothing."""
    kept = number
    for place in np.nonzero(search.plan(number))[0].tolist():
        plan = search.plan(kept).copy()
        plan[place] = 0.0
        other = search.evaluate(plan)
        if cost_usd(other) - cost_usd(number) < WORTH_USD:
            kept = other
    return kept


def gate_day(evaluation: Evaluation, shares: FloatArray, ends: FloatArray) -> tuple[float, float, float]:
    """Day on which 95 % of the racks are accepted, at P50, P80 and P95 of the scenarios."""
    days = np.array([_day_of(reply.accepted, ends) for reply in evaluation.replies])
    p50, p80, p95 = weighted_quantiles(days, shares, QUANTILES)
    return p50, p80, p95


def best_committing(search: Search) -> FloatArray:
    """The plan tried that costs least among those that pay for something; doing nothing where there is none."""
    price = search.pool.price
    paying = [number for number in search.pool.whole if float(price @ search.plan(number)) > WORTH_USD]
    if not paying:
        return np.zeros(len(search.options))
    return search.plan(min(paying, key=search.pool.mean))


def mean_interval(values: Sequence[float], share: float = 0.95) -> tuple[float, float]:
    """Mean of some draws, and half the width of the interval it lies in so surely; infinite for less than two draws.

    Notes
    -----
    Student's t: half = t(n - 1) s / sqrt(n). Two draws make it 12.7 times their mean error, as little as they tell.
    """
    from scipy.special import stdtrit

    if len(values) < 2:
        return (float(values[0]) if len(values) else 0.0), float("inf")
    found = np.array(values)
    wide = float(stdtrit(len(values) - 1, 0.5 + share / 2.0))
    return float(found.mean()), wide * float(found.std(ddof=1)) / float(np.sqrt(len(values)))


def rack_bands(evaluation: Evaluation, shares: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Racks accepted by the end of each bucket that are not exceeded in 10, 50 and 90 % of the scenarios."""
    accepted = np.array([reply.accepted for reply in evaluation.replies])
    columns = [weighted_quantiles(accepted[:, bucket], shares, BANDS) for bucket in range(accepted.shape[1])]
    return tuple(zip(*columns, strict=True))


def _day_of(accepted: FloatArray, ends: FloatArray) -> float:
    """Day within the bucket in which the share is reached, racks spread evenly over it."""
    wanted = GATE_SHARE * accepted[-1]
    if accepted[-1] <= 0:
        return float(ends[-1])
    return float(np.interp(wanted, np.concatenate([[0.0], accepted]), np.concatenate([[0.0], ends])))


def weighted_quantiles(values: FloatArray, shares: FloatArray, levels: Sequence[float]) -> tuple[float, ...]:
    """Least value that is not exceeded with each probability."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(shares[order]) / shares.sum()
    return tuple(float(values[order][min(int(np.searchsorted(total, q - 1e-12)), len(values) - 1)]) for q in levels)


def decisions_now(search: Search, best: int, program: Program, ends: FloatArray) -> tuple[Decision, ...]:
    """Commitments of the best plan, each against the same plan without it."""
    start = program.horizon.day(program.as_of)
    gate = gate_day(search.evaluations[best], search.shares, ends)[1]
    found = []
    for number in np.nonzero(search.plan(best))[0].tolist():
        option, plan = search.options[number], search.plan(best).copy()
        plan[number] = 0.0
        other = search.evaluate(plan)
        value = search.pool.mean(other) - search.pool.mean(best)
        days = gate_day(search.evaluations[other], search.shares, ends)[1] - gate
        expires = start + round(option.hold_days)
        found.append(Decision(option, max(0, start), expires, value, days))
    return tuple(sorted(found, key=lambda row: -row.value_usd))


def share_ranges(search: Search, best: int, branches: Sequence[Branch]) -> tuple[ShareRange, ...]:
    """Chances of each branch between which no plan that was tried is better by an amount that is shown."""
    costs = np.array([search.pool.by_part(number) for number in search.pool.whole])
    own = search.pool.by_part(best)
    shares = np.array([branch.share for branch in branches])
    found = []
    for number, branch in enumerate(branches):
        rest = 1.0 - branch.share
        others = np.where(np.arange(len(branches)) == number, 0.0, shares / rest if rest > 0 else 0.0)
        # cost difference to the best plan as a line a + b q in the chance q of the branch; near ties do not count
        level, here = (costs - own) @ others + WORTH_USD, (costs - own)[:, number] + WORTH_USD
        slope = here - level
        low, high = 0.0, 1.0
        for a, b in zip(level.tolist(), slope.tolist(), strict=True):
            if b > 0 and a < 0:
                low = max(low, min(branch.share, -a / b))
            elif b < 0 and a + b < 0:
                high = min(high, max(branch.share, -a / b))
        found.append(ShareRange(branch, low, high))
    return tuple(found)


def waiting(search: Search, best: int, samples: Sequence[Sample], branches: Sequence[Branch]) -> tuple[Waiting, ...]:
    """Rungs that are taken later in some scenarios under the best plan, with the sign that tells which."""
    evaluation, shares = search.evaluations[best], search.shares
    later = np.array([reply.later for reply in evaluation.replies])
    groups: dict[tuple[str, str, str], int] = {}
    for number, option in enumerate(search.options):
        groups[*option.group, option.rung] = number
    known = {branch.id: branch for branch in branches}
    found = []
    for place, number in enumerate(groups.values()):
        option = search.options[number]
        used = later[:, place] > USED
        share = float(shares @ used)
        if option.sunk_usd <= 0.0 or share < USED:
            continue
        sign = _best_sign(search, number, samples, used)
        first = min(
            known[sample.draw.branch].known_day for sample, is_used in zip(samples, used, strict=True) if is_used
        )
        until = known[sign[0]].known_day if sign[0] in known else first
        observable, threshold = (_told(known[sign[0]]), "comes true") if sign[0] in known else (sign[0], sign[1])
        found.append(Waiting(option, until, share, observable, threshold, sign[2]))
    return tuple(sorted(found, key=lambda row: (row.until_day, -row.used_share)))


def _told(branch: Branch) -> str:
    return branch.trigger or branch.name


def _best_sign(search: Search, number: int, samples: Sequence[Sample], used: BoolArray) -> tuple[str, str, float]:
    """The observable that best tells whether a rung is taken: branch or words, threshold, weight when right."""
    shares, option = search.shares, search.options[number]
    share = float(shares @ used)
    found = [(1.0 - share, "no sign tells better", "it is worth its price then")]
    if share >= 0.5:
        found = [(share, "always", "take it when it is asked again")]
    for branch in sorted({sample.draw.branch for sample in samples}):
        mask = np.array([sample.draw.branch == branch for sample in samples])
        found.append((float(shares @ (mask == used)), branch, ""))
    weeks, pieces = _offers(samples, option.group)
    for words, values, unit in (
        (f"lead time of {option.item} from {option.supplier}", weeks / 7.0, "weeks"),
        (f"allocation of {option.item} by {option.supplier}", pieces, "a week"),
    ):
        for cut in np.unique(np.quantile(values, np.linspace(0.05, 0.95, 19))).tolist():
            for is_above in (True, False):
                mask = values > cut if is_above else values < cut
                side = "above" if is_above else "below"
                found.append((float(shares @ (mask == used)), words, f"{side} {cut:,.0f} {unit}"))
    hit, words, threshold = max(found, key=lambda row: row[0])
    if hit - found[0][0] < BETTER:
        hit, words, threshold = found[0]
    return words, threshold, hit


def _offers(samples: Sequence[Sample], group: tuple[str, str]) -> tuple[FloatArray, FloatArray]:
    """Lead time [days] and allocation [pieces a week] of an offer in every sample."""
    rows = []
    for sample in samples:
        offer = next((o for o in sample.world.request.supply.offers if (o.item, o.supplier) == group), None)
        if offer is None:
            rows.append((0.0, 0.0))
            continue
        drawn = drawn_offer(offer, Luck(sample.draw, sample.correlation))
        rows.append((drawn.lead_days.value, drawn.per_week.value * drawn.available_share))
    table = np.array(rows)
    return table[:, 0], table[:, 1]
