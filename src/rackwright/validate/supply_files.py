"""What do the published supply files hold? Multi-level lots, lots under capacity, and safety stock, by their form.

JSON files are told apart by their keys: `parent_component` (many levels of lots), `setup_time` (lots under capacity),
`stages` (safety stock), `made_network` (a weekly network made from `items`, `weeks` and `seed`). A text file holds lots
under capacity: items and periods; cost of a piece; capacity; a row an item with time of a piece, holding cost, set-up
time, set-up cost; then demand, a row a period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, decode_text, read_bytes_guarded, read_json
from rackwright.supply.atscale import WeeklyNetwork
from rackwright.supply.capacitated_lots import CapacitatedLots
from rackwright.supply.lot_sizing import MultiLevelLots
from rackwright.supply.service_network import ServiceNetwork, Supplies, pooled_spread, rolled_up_cost
from rackwright.validate.made_network import Shape, make_network
from rackwright.validate.score import Skip

__all__ = ["Instance", "find_files", "read_instances"]

FloatArray = NDArray[np.float64]
MOST_SHARES: Final = 2_000_000
MOST_DAYS: Final = 5_000
FEWEST_ITEMS, MOST_ITEMS = 12, 10_000
FEWEST_WEEKS, MOST_WEEKS = 16, 520


@dataclass(frozen=True)
class Instance:
    """One problem, and the best value known; None where none is published."""

    id: str
    family: str
    problem: MultiLevelLots | CapacitatedLots | ServiceNetwork | WeeklyNetwork
    best: float | None


def find_files(folder: Path) -> list[Path]:
    """JSON and text files of a folder, in order of their names; a file stands for itself."""
    if not folder.is_dir():
        return [folder]
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix in {".json", ".txt"}]


def read_instances(path: Path) -> Iterator[Instance | Skip]:
    """Problems of one file; what cannot be read is named with its reason."""
    try:
        if path.suffix == ".txt":
            yield Instance(path.name, "capacitated-lots", _from_text(path), None)
            return
        document = read_json(path, name=path.name).data
    except (InputError, ValueError) as error:
        yield Skip(path.name, str(error))
        return
    entries = document if isinstance(document, list) else [document]
    for number, entry in enumerate(entries):
        name = entry.get("name") if isinstance(entry, dict) else None
        label = name if isinstance(name, str) else str(number + 1)
        yield _read_entry(f"{path.name}/{label}" if isinstance(document, list) else path.name, entry)


def _read_entry(label: str, entry: Any) -> Instance | Skip:
    try:
        if "parent_component" in entry:
            return Instance(label, "multi-level-lots", _multi_level(entry), _best(entry, "best"))
        if "setup_time" in entry:
            return Instance(label, "capacitated-lots", _capacitated(entry), _best(entry, "literature_best"))
        if "stages" in entry:
            return Instance(label, "safety-stock", _service(entry), _best(entry, "published_total"))
        if "made_network" in entry:
            return Instance(label, "weekly-network", _made(entry["made_network"]), _best(entry, "best"))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        return Skip(label, f"not of its form ({type(error).__name__}: {error})")
    return Skip(label, "of no known form: it has none of parent_component, setup_time, stages, made_network")


def _best(entry: dict[str, Any], key: str) -> float | None:
    value = entry.get(key)
    if value is None:
        return None
    if not float(value) > 0.0:
        raise ValueError(f"{key} is not above zero")
    return float(value)


def _multi_level(entry: dict[str, Any]) -> MultiLevelLots:
    setup = _column(entry["setup"])
    demand = np.zeros((len(setup), max(len(row) for row in entry["demand"].values())))
    for item, row in entry["demand"].items():
        demand[_number_of(int(item), len(setup))] = _column(row)
    arcs = [(_number_of(c, len(setup)), _number_of(p, len(setup)), q) for p, c, q in entry["parent_component"]]
    _check_size(demand)
    return MultiLevelLots(setup, _column(entry["hold"]), demand, _supplies(len(setup), arcs))


def _number_of(number: int, count: int) -> int:
    if not 1 <= number <= count:
        raise ValueError(f"there is no item {number}")
    return number - 1


def _capacitated(entry: dict[str, Any]) -> CapacitatedLots:
    demand = np.array([_column(row) for row in entry["demand"]])
    _check_size(demand)
    times = (_column(entry["setup_cost"]), _column(entry["setup_time"]), _column(entry["hold"]))
    capacity = np.broadcast_to(np.asarray(entry["capacity"], dtype=np.float64), demand.shape[1:]).copy()
    return CapacitatedLots(*times, _column(entry["unit_time"]), demand, capacity)


def _made(entry: dict[str, Any]) -> WeeklyNetwork:
    items, weeks = int(entry["items"]), int(entry["weeks"])
    if not (FEWEST_ITEMS <= items <= MOST_ITEMS and FEWEST_WEEKS <= weeks <= MOST_WEEKS):
        raise ValueError(f"items go from {FEWEST_ITEMS} to {MOST_ITEMS}, weeks from {FEWEST_WEEKS} to {MOST_WEEKS}")
    return make_network(Shape(items=items, weeks=weeks), int(entry["seed"]))


def _service(entry: dict[str, Any]) -> ServiceNetwork:
    stages: dict[str, dict[str, Any]] = entry["stages"]
    number = {name: index for index, name in enumerate(stages)}
    arcs = [
        (number[supplier], number[name], q) for name, row in stages.items() for supplier, q in row["upstream"].items()
    ]
    supplies, rows = _supplies(len(stages), arcs), list(stages.values())
    own = _column([(row["z"] or 0.0) * (row["demand_sd"] or 0.0) for row in rows])
    pool = _column([row["risk_pool"] or 2.0 for row in rows])
    if not np.all(pool >= 1.0):
        raise ValueError("a risk_pool is below 1")
    network = ServiceNetwork(
        lead_days=_days([row["lead_time"] for row in rows]),
        holding_cost=float(entry["holding_rate"]) * rolled_up_cost(_column([r["added_cost"] for r in rows]), supplies),
        spread=pooled_spread(own, supplies, pool),
        promise_days=_days([-1 if row["max_service_time"] is None else row["max_service_time"] for row in rows]),
        inbound_days=_days([row.get("inbound_time", 0) for row in rows]),
        supplies=supplies,
    )
    if network.longest_days.max() > MOST_DAYS:
        raise ValueError(f"a chain takes more than {MOST_DAYS:,} days")
    return network


def _supplies(count: int, arcs: list[tuple[int, int, float]]) -> Supplies:
    """Arcs as (supplier, customer, quantity); raises where they go round."""
    table = np.array(arcs, dtype=np.float64).reshape(-1, 3)
    supplies = Supplies(count, table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), _column(table[:, 2]))
    if len(supplies.order) != count:
        raise ValueError("the arcs go round")
    return supplies


def _column(values: Any) -> FloatArray:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or not np.all(np.isfinite(column)):
        raise ValueError("a row does not hold plain numbers")
    return column


def _days(values: list[Any]) -> NDArray[np.int64]:
    column = _column(values)
    if np.any(column != np.rint(column)) or np.any(column > MOST_DAYS):
        raise ValueError(f"days are not whole, or above {MOST_DAYS:,}")
    return column.astype(np.int64)


def _check_size(demand: FloatArray) -> None:
    items, periods = demand.shape
    if items * periods * (periods + 1) // 2 > MOST_SHARES:
        raise ValueError(f"{items} items x {periods} periods are too many")


def _from_text(path: Path) -> CapacitatedLots:
    text = decode_text(read_bytes_guarded(path, max_bytes=Limits().max_document_bytes), name=path.name)
    words = text.split()
    try:
        items, periods, capacity = int(words[0]), int(words[1]), float(words[3])
        numbers = _column(words[4 : 4 + 4 * items + items * periods])
    except (IndexError, ValueError) as error:
        raise ValueError(f"not of its form ({error})") from error
    if items < 1 or periods < 1 or len(numbers) != items * (4 + periods):
        raise ValueError(f"it does not hold {items} items x {periods} periods")
    rows, demand = numbers[: 4 * items].reshape(items, 4), numbers[4 * items :].reshape(periods, items).T
    _check_size(demand)
    return CapacitatedLots(rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0], demand, np.full(periods, capacity))
