"""Why is a tranche late or short? Constraints whose relief, solved again, brings its racks forward.

A cause is a leaf by construction: what is relieved is one lead time, one allocation, one cell, one date, and the plan
above it is made anew. Shares are those of the rack-days won by steps of the standard size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rackwright.solve import HotModel, LinearSolution
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.lateness import Lateness, tranche_lateness
from rackwright.supply.reliefs import Relief, standard_reliefs
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope
from rackwright.supply.targets import target_shares
from rackwright.tables.supply import Causes

__all__ = ["causes_table"]

TESTS_AT_ONCE, MOST_TESTS = 8, 16
"""Reliefs solved again for one plan: the most promising ones, and as many again while a late tranche has no cause."""
SIDE_BY_SIDE = 2
"""Reliefs solved at the same time."""
MOST_ITERATIONS = 5_000
"""Simplex iterations of a test; a relief that needs more counts as not proved."""
LEAST_RACK_DAYS = 0.5
"""Lateness and gains below this are not reported."""
LEAST_SHARE = 0.01
"""Gains below this share of the lateness are not reported."""
WORTH_A_PAIR = 1.5
"""Two dates together are a cause where they win so many times more than one alone."""
DATE_KINDS = frozenset({"readiness", "power"})

CauseRow = tuple[str, str, str, float, float, str, float, bool]


@dataclass(frozen=True)
class _Test:
    relief: Relief
    gain_rack_days: Mapping[str, float]


def causes_table(
    request: SupplyRequest,
    scope: Scope,
    assembly: Assembly,
    hot: HotModel,
    *,
    relaxed: LinearSolution,
    plan: LinearSolution,
) -> Causes:
    """Causes of every tranche that is late or short, with the reliefs that were tested."""
    final = tranche_lateness(assembly, plan)
    late = {name: row for name, row in final.items() if row.is_late and row.rack_days > LEAST_RACK_DAYS}
    if not late:
        return Causes.empty()
    reliefs = standard_reliefs(request, scope, assembly, relaxed)
    base = tranche_lateness(assembly, relaxed)
    blocked = {racks.tranche for racks in assembly.network.acceptances if racks.blocked}
    open_ones = [name for name in late if name not in blocked and base[name].rack_days > LEAST_RACK_DAYS]
    tests: list[_Test] = []
    for first in range(0, MOST_TESTS, TESTS_AT_ONCE):
        if not tests or not all(_helped(tests, name, late[name]) for name in open_ones):
            tests += _tested(request, hot, assembly, reliefs[first : first + TESTS_AT_ONCE], base)
    rows = [
        row
        for name in sorted(late)
        for row in _rows(name, late[name], tests) or [_unproved(name, late[name], base[name], assembly)]
    ]
    return Causes.from_rows(rows)


def _tested(
    request: SupplyRequest, hot: HotModel, assembly: Assembly, reliefs: Sequence[Relief], base: Mapping[str, Lateness]
) -> list[_Test]:
    """Every relief applied by itself and the plan solved again, some side by side; the order changes nothing."""
    shares = target_shares(request.policy, request.horizon, assembly.network.grid)

    def test(relief: Relief) -> _Test:
        variant = assemble(relief.apply(assembly.network), request.policy, shares)
        answer = hot.solve_variant(variant.model, simplex_iterations=MOST_ITERATIONS)
        return _Test(relief, _gains(base, tranche_lateness(variant, answer) if answer.status == "optimal" else base))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:  # the solver runs outside the interpreter's lock
        return list(pool.map(test, reliefs))


def _gains(base: Mapping[str, Lateness], found: Mapping[str, Lateness]) -> dict[str, float]:
    """Rack-days won by tranche. Racks of equal price may change places: only what is won in all counts as won."""
    gains = {name: base[name].rack_days - found[name].rack_days for name in base}
    won, moved = sum(gains.values()), sum(max(0.0, gain) for gain in gains.values())
    part = max(0.0, won) / moved if moved > 0 else 0.0
    return {name: max(0.0, gain) * part for name, gain in gains.items()}


def _rows(name: str, late: Lateness, tests: list[_Test]) -> list[CauseRow]:
    helped = _helped(tests, name, late)
    total = sum(test.gain_rack_days[name] for test in helped)
    rows: dict[str, CauseRow] = {}
    for test in helped:
        gain, relief = test.gain_rack_days[name], test.relief
        rows.setdefault(
            relief.constraint,
            (name, relief.constraint, relief.kind, gain / total, late.mean_days, relief.text, gain, True),
        )
    return list(rows.values())


def _helped(tests: Iterable[_Test], name: str, late: Lateness) -> list[_Test]:
    """Tests that bring a tranche forward; a pair of dates only where it wins much more than one of them alone."""
    least = max(LEAST_RACK_DAYS, LEAST_SHARE * late.rack_days)
    helped = [test for test in tests if test.gain_rack_days[name] > least]
    single = [test for test in helped if test.relief.kind in DATE_KINDS and not test.relief.is_pair]
    alone = max((test.gain_rack_days[name] for test in single), default=0.0)
    return [test for test in helped if not test.relief.is_pair or test.gain_rack_days[name] > WORTH_A_PAIR * alone]


def _unproved(name: str, late: Lateness, relaxed: Lateness, assembly: Assembly) -> CauseRow:
    """What is named when no tested relief helped: a dead end, the rounding, or several constraints at once."""
    blocked = [racks.blocked for racks in assembly.network.acceptances if racks.tranche == name and racks.blocked]
    if blocked:
        return name, blocked[0], "lane", 1.0, late.mean_days, "a lane or an offer for it", 0.0, False
    if relaxed.rack_days <= LEAST_RACK_DAYS:
        return name, "whole racks in the near term", "rule", 1.0, late.mean_days, "", 0.0, False
    return name, "no single constraint", "combined", 1.0, late.mean_days, "", 0.0, False
