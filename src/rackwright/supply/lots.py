"""What is on hand, on the way or confirmed, and can still be given to somebody? Lots that are taken and given back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

__all__ = ["Lot", "Lots", "Shortage", "Taken"]

DUST = 1e-9


@dataclass(frozen=True, order=True)
class Lot:
    """Pieces of an item at a place from a day on; `origin` is on hand, in transit or confirmed."""

    day: float
    item: str
    place: str
    qty: float
    origin: str


@dataclass(frozen=True)
class Taken:
    """Pieces of a lot given to somebody, and the day they reach the place where they are used."""

    lot: int
    qty: float
    day: float


@dataclass(frozen=True, order=True)
class Shortage:
    """Pieces of an item that nothing on hand, in transit or confirmed can give to a place in time."""

    item: str
    place: str
    qty: float


@dataclass
class Lots:
    """Lots with what is left of each.

    Parameters
    ----------
    lots
        All lots.
    transit_days
        Days from one place to another; None where they are not connected.
    last_day
        Day after which nothing counts.
    """

    lots: tuple[Lot, ...]
    transit_days: Callable[[str, str], float | None]
    last_day: float
    left: list[float] = field(init=False)
    journal: list[Taken] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.left = [lot.qty for lot in self.lots]
        self._of_item: dict[str, list[int]] = {}
        for number in sorted(range(len(self.lots)), key=lambda n: self.lots[n]):
            self._of_item.setdefault(self.lots[number].item, []).append(number)

    def reach(self, item: str, place: str) -> list[tuple[float, int]]:
        """Lots of an item with something left that get to a place in time: day there and number, the first first."""
        found = []
        for number in self._of_item.get(item, ()):
            lot = self.lots[number]
            days = 0.0 if lot.place == place else self.transit_days(lot.place, place)
            if self.left[number] > DUST and days is not None and lot.day + days <= self.last_day:
                found.append((lot.day + days, number))
        return sorted(found)

    def take(self, item: str, place: str, qty: float) -> tuple[float, float]:
        """Take up to so many pieces; what is still missing, and the day the last of them is at the place."""
        last = 0.0
        for day, number in self.reach(item, place):
            if qty <= DUST:
                break
            part = min(qty, self.left[number])
            self.left[number] -= part
            self.journal.append(Taken(number, part, day))
            qty -= part
            last = max(last, day)
        return max(0.0, qty), last

    def mark(self) -> int:
        """A point to come back to."""
        return len(self.journal)

    def give_back(self, mark: int) -> None:
        """Undo everything taken since a mark."""
        while len(self.journal) > mark:
            taken = self.journal.pop()
            self.left[taken.lot] += taken.qty

    def since(self, mark: int) -> Iterable[tuple[Lot, float]]:
        """Lots and pieces taken since a mark."""
        return [(self.lots[taken.lot], taken.qty) for taken in self.journal[mark:]]
