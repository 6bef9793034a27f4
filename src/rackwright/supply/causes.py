"""Why is a tranche late or short? Constraints whose relief, solved again, brings its racks forward.

A cause is a leaf by construction: what is relieved is one lead time, one allocation, one cell, one date, and the plan
above it is made anew. Shares are those of the rack-days won by steps of the standard size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rackwright.solve import LinearSolution, Solver
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.lateness import Lateness, tranche_lateness
from rackwright.supply.reliefs import Relief, standard_reliefs
from rackwright.supply.request import SupplyRequest
from rackwright.supply.roots import find_roots
from rackwright.supply.scope import Scope
from rackwright.supply.targets import target_shares
from rackwright.tables.supply import Causes

__all__ = ["causes_table"]

MOST_TESTS = 12
"""Standard reliefs solved again for one plan, the most promising ones."""
SIDE_BY_SIDE = 2
"""Reliefs solved at the same time."""
MOST_FURTHER = 36
"""Further ones, as many at a time, while a tranche still has no cause."""
MOST_ITERATIONS = 5_000
"""Simplex iterations of a test; a relief that needs more counts as not proved."""
ROOT_ITERATIONS = 20_000
"""Simplex iterations of a test of what a tranche without a cause needs."""
WEAK = 0.1
"""A tranche of whose lateness the standard steps win less than this share has no cause of weight yet."""
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
    hot: Solver,
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
    tester = _Tester(request, hot, assembly, base)
    tests = _tested(tester, reliefs[:MOST_TESTS])
    won = {name: sum(test.gain_rack_days[name] for test in _helped(tests, name, late[name])) for name in open_ones}
    unsolved = [name for name in open_ones if not base[name].is_within_bucket]
    weak = {name: late[name].rack_days for name in unsolved if won[name] < WEAK * late[name].rack_days}
    helped = {name: base[name].last_days for name in weak if won[name] > 0}
    tests += _root_tests(tester, relaxed, weak=weak, helped=helped)
    tests += _further_tests(tester, reliefs[MOST_TESTS:], {name: late[name] for name in unsolved}, tests)
    rows = [
        row
        for name in sorted(late)
        for row in _rows(name, late[name], tests) or [_unproved(name, late[name], base[name], assembly)]
    ]
    return Causes.from_rows(rows)


def _tested(tester: _Tester, reliefs: Sequence[Relief]) -> list[_Test]:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:  # the solver runs outside the interpreter's lock
        return list(pool.map(tester.test, reliefs))


def _further_tests(
    tester: _Tester, reliefs: Sequence[Relief], late: Mapping[str, Lateness], known: Sequence[_Test]
) -> list[_Test]:
    """Standard reliefs that promise less, while a tranche has no cause: its own may be small beside those of others."""
    found: list[_Test] = []
    for first in range(0, min(len(reliefs), MOST_FURTHER), MOST_TESTS):
        if all(_helped([*known, *found], name, row) for name, row in late.items()):
            break
        found += _tested(tester, reliefs[first : first + MOST_TESTS])
    return found


def _root_tests(
    tester: _Tester, relaxed: LinearSolution, *, weak: Mapping[str, float], helped: Mapping[str, float]
) -> list[_Test]:
    """Tests of what tranches without a cause of weight need to be in time."""

    def helps(name: str, gain: float) -> bool:
        return gain > max(LEAST_RACK_DAYS, WEAK * weak[name])

    def test(relief: Relief) -> Mapping[str, float]:
        return tester.test(relief, most=ROOT_ITERATIONS).gain_rack_days

    roots = find_roots(tester.assembly, relaxed, weak, helped=helped, helps=helps, test=test)
    return [_Test(root.relief, {name: root.gains.get(name, 0.0) for name in tester.base}) for root in roots]


@dataclass(frozen=True)
class _Tester:
    """Solves the plan again with a relief; `base` is the lateness without one."""

    request: SupplyRequest
    hot: Solver
    assembly: Assembly
    base: Mapping[str, Lateness]

    def test(self, relief: Relief, *, most: int = MOST_ITERATIONS) -> _Test:
        """A relief applied by itself, with so many iterations at most."""
        shares = target_shares(self.request.policy, self.request.horizon, self.assembly.network.grid)
        variant = assemble(relief.apply(self.assembly.network), self.request.policy, shares)
        answer = self.hot.solve_variant(variant.model, simplex_iterations=most)
        found = tranche_lateness(variant, answer) if answer.status == "optimal" else self.base
        return _Test(relief, _gains(self.base, found))


def _gains(base: Mapping[str, Lateness], found: Mapping[str, Lateness]) -> dict[str, float]:
    """Rack-days won by tranche. Racks of equal price may change places: only what is won in all counts as won."""
    gains = {name: base[name].rack_days - found[name].rack_days for name in base}
    won, moved = sum(gains.values()), sum(max(0.0, gain) for gain in gains.values())
    part = max(0.0, won) / moved if moved > 0 else 0.0
    return {name: max(0.0, gain) * part for name, gain in gains.items()}


def _rows(name: str, late: Lateness, tests: list[_Test]) -> list[CauseRow]:
    helped = sorted(_helped(tests, name, late), key=lambda test: -test.gain_rack_days[name])
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
        return name, blocked[0].constraint, blocked[0].kind, 1.0, late.mean_days, blocked[0].relief, 0.0, False
    if relaxed.rack_days <= LEAST_RACK_DAYS:
        return name, "whole racks in the near term", "rule", 1.0, late.mean_days, "", 0.0, False
    if relaxed.is_within_bucket:
        return name, "days inside a bucket", "rule", 1.0, late.mean_days, "more weekly buckets", 0.0, False
    return name, "no single constraint", "combined", 1.0, late.mean_days, "", 0.0, False
