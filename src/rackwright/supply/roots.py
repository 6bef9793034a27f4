"""What holds a tranche that no standard step brings forward? Dates and ceilings made as easy as it needs, and tested.

A step of a tenth, a week or four weeks says nothing about a lead time of thirty years, a ceiling near nothing, or two
dates that wait for each other. Here a date moves by as many days as the tranche needs, a ceiling to what all racks
together take, and what then helps is the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.earliest import Leaf, binding_leaves
from rackwright.supply.network import Acceptance, Capacity, Network
from rackwright.supply.reliefs import Relief
from rackwright.supply.timing import FloatArray

__all__ = ["MOST_ROOT_TESTS", "Root", "find_roots"]

MOST_ROOT_TESTS = 6
"""Reliefs solved again for one tranche without a cause."""
SIDE_BY_SIDE, MOST_ROUNDS = 2, 4
"""Tranches looked at together, the latest first, and rounds; what is found for one often explains those after it."""
MOST_CEILINGS = 3
"""Ceilings tested one by one, and together, for one tranche."""
FAMILIES = ("cell", "allocation", "test power", "test coolant", "acceptance", "lane")
KINDS = {"allocation": "supplier"}
TITLES = {"acceptance": "crews at {}", "test power": "test power at {}", "test coolant": "coolant at {}"}
UNITS = {"cell": "hours a bucket", "allocation": "pieces a bucket", "test power": "W", "test coolant": "L/min",
         "acceptance": "racks a bucket", "lane": "kg a bucket"}  # fmt: skip

Gains = Mapping[str, float]
Test = Callable[[Relief], Gains]


@dataclass(frozen=True)
class Root:
    """A relief that was tested, the rack-days it won by tranche, and its part of them if it was tested with others."""

    relief: Relief
    gains: Gains


def find_roots(
    assembly: Assembly,
    relaxed: LinearSolution,
    lateness: Mapping[str, float],
    *,
    helped: Mapping[str, float],
    helps: Callable[[str, float], bool],
    test: Test,
) -> list[Root]:
    """Reliefs that bring tranches without a cause forward.

    Parameters
    ----------
    assembly, relaxed
        Model and its solution.
    lateness
        Rack-days late of each tranche that has no cause of weight yet.
    helped
        Those of them that a standard step helps a little, with the lateness of the last rack [day]: ceilings are known
        then, only dates are looked at that can explain that day.
    helps
        True if so many rack-days are worth naming for a tranche.
    test
        Solves again with a relief: rack-days won by tranche.
    """

    def roots_of(name: str) -> list[Root]:
        search = _Search(assembly, relaxed, test)
        mine = [row for row in assembly.network.acceptances if row.tranche == name]
        roots = search.dates(mine, helped.get(name, np.inf))
        if name not in helped and not any(helps(name, root.gains.get(name, 0.0)) for root in roots):
            roots += search.ceilings(mine, name, helps)
        return roots

    waiting = sorted(lateness, key=lambda tranche: (-lateness[tranche], tranche))
    found: list[Root] = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:  # the solver runs outside the interpreter's lock
        for _ in range(MOST_ROUNDS):
            first, waiting = waiting[:SIDE_BY_SIDE], waiting[SIDE_BY_SIDE:]
            found += [root for roots in pool.map(roots_of, first) for root in roots]
            waiting = [name for name in waiting if not any(helps(name, root.gains.get(name, 0.0)) for root in found)]
    return found


@dataclass
class _Search:
    assembly: Assembly
    relaxed: LinearSolution
    test: Test
    num_tests: int = 0

    def dates(self, mine: list[Acceptance], late_days: float) -> list[Root]:
        """Dates and times that are too long for the first rack, cut together; each gets its part by days."""
        network = self.assembly.network
        leaves = _distinct(leaf for racks in mine for leaf in binding_leaves(network, racks, late_days=late_days))
        if not leaves:
            return []
        gains = self._tested(_together(leaves))
        days = sum(leaf.days for leaf in leaves)
        also = [leaf.text for leaf in leaves]
        return [
            Root(
                Relief(leaf.constraint, leaf.kind, "; ".join(_first(leaf.text, also)), 0.0, leaf.apply),
                {name: gain * leaf.days / days for name, gain in gains.items()},
            )
            for leaf in leaves
        ]

    def ceilings(self, mine: list[Acceptance], name: str, helps: Callable[[str, float], bool]) -> list[Root]:
        """Ceilings that are full, the dearest for a rack first; one alone, else the fewest together that help."""
        candidates = _full_ceilings(self.assembly, self.relaxed, mine)[:MOST_CEILINGS]
        for relief in candidates:
            gains = self._tested(relief)
            if helps(name, gains.get(name, 0.0)):
                return [Root(relief, gains)]
        if len(candidates) < 2:
            return []
        gains = self._tested(_joint(candidates))
        if not helps(name, gains.get(name, 0.0)):
            return []
        needed, gains = self._fewest(candidates, gains, name, helps)
        parts = {tranche: gain / len(needed) for tranche, gain in gains.items()}
        texts = [relief.text for relief in needed]
        return [Root(replace(relief, text="; ".join(_first(relief.text, texts))), parts) for relief in needed]

    def _fewest(
        self, reliefs: list[Relief], gains: Gains, name: str, helps: Callable[[str, float], bool]
    ) -> tuple[list[Relief], Gains]:
        """Leave out one relief after the other as long as the others still help."""
        kept = list(reliefs)
        for relief in reversed(reliefs):
            rest = [other for other in kept if other is not relief]
            if not rest:
                break
            found = self._tested(_joint(rest))
            if helps(name, found.get(name, 0.0)):
                kept, gains = rest, found
        return kept, gains

    def _tested(self, relief: Relief) -> Gains:
        self.num_tests += 1
        return self.test(relief) if self.num_tests <= MOST_ROOT_TESTS else {}


def _distinct(leaves: Iterable[Leaf]) -> list[Leaf]:
    """Of leaves with one constraint the one with most days."""
    found: dict[str, Leaf] = {}
    for leaf in leaves:
        if leaf.constraint not in found or leaf.days > found[leaf.constraint].days:
            found[leaf.constraint] = leaf
    return list(found.values())


def _first(text: str, texts: list[str]) -> list[str]:
    """A text before the others it was tested with."""
    return [text, *(f"with {other}" for other in texts if other != text)]


def _together(leaves: list[Leaf]) -> Relief:
    return _chained(leaves[0].constraint, [leaf.apply for leaf in leaves])


def _joint(reliefs: list[Relief]) -> Relief:
    return _chained(reliefs[0].constraint, [relief.apply for relief in reliefs])


def _chained(name: str, steps: list[Callable[[Network], Network]]) -> Relief:
    def apply(network: Network) -> Network:
        for step in steps:
            network = step(network)
        return network

    return Relief(name, "combined", "", 0.0, apply, is_pair=len(steps) > 1)


# ----------------------------------------------------------------------------------------------------------- ceilings
def _full_ceilings(assembly: Assembly, solution: LinearSolution, mine: list[Acceptance]) -> list[Relief]:
    """Ceilings that the racks' own activities press against, by what room for one more rack is worth."""
    touched = _largest_use(assembly, mine)
    found: list[tuple[float, str, Relief]] = []
    num = assembly.network.grid.num
    for family in FAMILIES:
        block = assembly.blocks[family]
        for entry, name in enumerate(block.names):
            rows = slice(block.start + entry * num, block.start + (entry + 1) * num)
            worth = float((-solution.row_dual[rows] * touched[rows]).max(initial=0.0))
            if worth * assembly.money_unit_usd > 1.0:
                found.append((worth, name, _enough(assembly, family, entry, touched[rows])))
    return [relief for _, _, relief in sorted(found, key=lambda row: (-row[0], row[1]))]


def _largest_use(assembly: Assembly, mine: list[Acceptance]) -> FloatArray:
    """Largest coefficient of each row over the columns that can serve these racks: what about one rack takes of it."""
    columns = _serving_columns(assembly, mine)
    model = assembly.model
    keep = columns[model.cols] & (model.values > 0)
    largest = np.zeros(model.num_rows)
    np.maximum.at(largest, model.rows[keep], model.values[keep])
    return largest


def _serving_columns(assembly: Assembly, mine: list[Acceptance]) -> NDArray[np.bool_]:
    """Columns of everything that can end in one of these racks."""
    network, columns = assembly.network, assembly.columns
    chosen = np.zeros(columns.num, dtype=np.bool_)
    for i, racks in enumerate(network.acceptances):
        if racks in mine:
            chosen[columns.of("accept", i)] = True
    waiting, seen = [buffer for racks in mine for buffer, _ in racks.takes], set()
    while waiting:
        buffer = waiting.pop()
        if buffer in seen:
            continue
        seen.add(buffer)
        for i, make in enumerate(network.makes):
            if make.buffer == buffer:
                chosen[columns.of("make", i)] = True
                waiting += [b for choice in make.choices for option in choice.options for b, _ in option.takes]
        for i, ship in enumerate(network.ships):
            if ship.buffer == buffer:
                chosen[columns.of("ship", i)] = True
                waiting.append(ship.from_buffer)
        for i, buy in enumerate(network.buys):
            if buy.buffer == buffer:
                chosen[columns.of("buy", i)] = True
    return chosen


def _enough(assembly: Assembly, family: str, entry: int, use: FloatArray) -> Relief:
    """A ceiling raised to what all remaining racks together take of it in any bucket."""
    block = assembly.blocks[family]
    name, racks = block.names[entry], sum(row.racks for row in assembly.network.acceptances)
    limit = float(use.max(initial=0.0)) * racks / float(block.scale[entry])
    title = TITLES.get(family, "{}").format(name)
    text = f"{title}: room for every rack (at most {limit:,.4g} {UNITS[family]})"
    return Relief(title, KINDS.get(family, family), text, 0.0, _raised(family, name, limit))


def _raised(family: str, name: str, limit: float) -> Callable[[Network], Network]:
    def up(have: FloatArray) -> FloatArray:
        return np.maximum(have, limit)

    def ceilings(rows: Iterable[Capacity]) -> tuple[Capacity, ...]:
        return tuple(replace(row, limit=up(row.limit)) if row.name == name else row for row in rows)

    def apply(network: Network) -> Network:
        if family == "cell":
            cells = tuple(replace(row, hours=up(row.hours)) if row.id == name else row for row in network.cells)
            return replace(network, cells=cells)
        if family == "allocation":
            rows = tuple(replace(row, limit=up(row.limit)) if row.name == name else row for row in network.allocations)
            return replace(network, allocations=rows)
        if family == "test power":
            return replace(network, test_power_w=ceilings(network.test_power_w))
        if family == "test coolant":
            return replace(network, test_flow_lpm=ceilings(network.test_flow_lpm))
        if family == "acceptance":
            return replace(network, crews=ceilings(network.crews))
        return replace(network, lanes=ceilings(network.lanes))

    return apply
