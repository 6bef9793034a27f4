"""Where did a solved plan stand, and where does a changed one start? Statuses of columns and rows, kept by name.

Names do not depend on the order of the program's tables, so a basis fits a network that has lost or won an offer, a
lane or a tranche: what is new starts outside the basis, what is gone is forgotten, and the solver completes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import Basis
from rackwright.supply.assemble import Assembly
from rackwright.tables.supply import Bases

__all__ = ["LEFT_OUT", "Entry", "bases_table", "kept_basis", "kept_prices", "order_columns"]

BASIC, AT_LOWER = 1, 0
LEFT_OUT = 9
"""Status of a column that was left out of a large model."""

Codes = NDArray[np.int8]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One entry of a family of columns or rows: its first index and how many buckets it has."""

    part: str
    family: str
    name: str
    start: int
    size: int


def bases_table(assembly: Assembly, basis: Basis | None, prices: FloatArray | None = None) -> Bases:
    """The basis as a table, and the prices of rows that prove a bound; empty where the solver left none."""
    if basis is None:
        return Bases.empty()
    codes = {"column": basis.columns, "row": basis.rows}
    entries = list(_entries(assembly))
    rows = [(entry.part, entry.family, entry.name, _text(codes[entry.part], entry)) for entry in entries]
    if prices is not None:
        usd = prices * _usd_per_price(assembly)
        rows += [
            ("price", entry.family, entry.name, " ".join(f"{price:.9g}" for price in usd[_span(entry)].tolist()))
            for entry in entries
            if entry.part == "row"
        ]
    return Bases.from_rows(rows)


def kept_prices(assembly: Assembly, bases: Bases) -> FloatArray:
    """The kept prices at the rows of another model; 0 for rows that are new."""
    known = {(family, name): text for part, family, name, text in bases.frame.iter_rows() if part == "price"}
    prices = np.zeros(assembly.model.num_rows)
    for entry in _entries(assembly):
        words = known.get((entry.family, entry.name), "").split() if entry.part == "row" else []
        if len(words) == entry.size:
            prices[_span(entry)] = [float(word) for word in words]
    return prices / _usd_per_price(assembly)


def _usd_per_price(assembly: Assembly) -> FloatArray:
    """What a price of one of the model is for one natural unit of each row [USD]."""
    found = np.ones(assembly.model.num_rows)
    for block in assembly.blocks.values():
        size = assembly.network.grid.num if block.is_timed else 1
        found[block.start : block.start + len(block.names) * size] = np.repeat(block.scale, size)
    return found * assembly.money_unit_usd


def _span(entry: Entry) -> slice:
    return slice(entry.start, entry.start + entry.size)


def kept_basis(assembly: Assembly, bases: Bases) -> Basis | None:
    """The kept statuses at the places of another model; None where nothing is kept."""
    known = {(part, family, name): status for part, family, name, status in bases.frame.iter_rows() if part != "price"}
    if not known:
        return None
    columns = np.full(assembly.model.num_cols, AT_LOWER, dtype=np.int8)
    rows = np.full(assembly.model.num_rows, BASIC, dtype=np.int8)
    codes, num_found = {"column": columns, "row": rows}, 0
    for entry in _entries(assembly):
        status = known.get((entry.part, entry.family, entry.name), "")
        if len(status) == entry.size:
            codes[entry.part][entry.start : entry.start + entry.size] = np.frombuffer(status.encode(), np.int8) - ord(
                "0"
            )
            num_found += 1
    is_whole = num_found == len(known) and int((columns == BASIC).sum() + (rows == BASIC).sum()) == len(rows)
    return Basis(columns, rows, is_whole)


def order_columns(assembly: Assembly) -> Iterator[tuple[tuple[str, str, str, str], float, NDArray[np.int64]]]:
    """Columns of what is bought and accepted, one per bucket: kind, item, source and place of its orders, and days."""
    network, columns = assembly.network, assembly.columns
    for i, buy in enumerate(network.buys):
        days = buy.dock_days + buy.transit_days
        yield ("buy", buy.item, buy.supplier, buy.place), days, columns.of("buy", i)
    for i, racks in enumerate(network.acceptances):
        hall = racks.hall or racks.site
        yield ("accept", racks.tranche, hall, racks.site), racks.accept_days, columns.of("accept", i)


def _text(codes: Codes, entry: Entry) -> str:
    return (codes[entry.start : entry.start + entry.size] + ord("0")).astype(np.uint8).tobytes().decode()


def _entries(assembly: Assembly) -> Iterator[Entry]:
    """Every entry of every family, columns first."""
    columns, num = assembly.columns, assembly.network.grid.num
    for family, names in _column_names(assembly).items():
        size = num if family in TIMED else 1
        start = columns.family(family).start
        for number, name in enumerate(_numbered(names)):
            yield Entry("column", family, name, start + number * size, size)
    for family, block in assembly.blocks.items():
        size = num if block.is_timed else 1
        for number, name in enumerate(_numbered(block.names)):
            yield Entry("row", family, name, block.start + number * size, size)


TIMED = frozenset({"make", "option", "buy", "ship", "stock", "accept", "claim"})


def _column_names(assembly: Assembly) -> dict[str, list[str]]:
    """Names of the entries of each family of columns, in their order."""
    network, columns = assembly.network, assembly.columns
    accept = [f"{row.tranche} in {row.hall}" for row in network.acceptances]
    options = []
    for row in columns.options:
        make = network.makes[row.make]
        choice = make.choices[row.choice]
        items = ", ".join(network.buffers[buffer][0] for buffer, _ in choice.options[row.option].takes)
        options.append(f"{make.item} at {make.plant}: {choice.name}: {items}")
    return {
        "make": [f"{row.item} at {row.plant}" for row in network.makes],
        "option": options,
        "buy": [f"{row.item} of {row.supplier} to {row.place}" for row in network.buys],
        "ship": [f"{row.item} from {row.origin} to {row.place}" for row in network.ships],
        "stock": [f"{item} at {place}" for item, place in network.buffers],
        "accept": accept,
        "call": [f"{row.item} of {row.supplier} to {row.place}" for row in network.calls],
        "undelivered": accept,
        "short": ["traced US value"] * columns.num_short,
        "claim": [want.name for want in network.claims],
        "unclaimed": [want.name for want in network.claims],
        "opening": [f"{row.kind} {row.name}" for row in network.openings],
    }


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Names made unique: the second of a name gets its number."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} #{seen[name]}"
