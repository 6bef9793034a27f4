"""Where can a label stand so that it covers no other?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, text_width
from rackwright.figures.svg import Cubic, Point

__all__ = ["Box", "LabelSpace", "cubic_point", "spread"]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """True where the interiors meet."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def label_box(centre: tuple[float, float], text: str, size: float = SMALL) -> Box:
    """Box of a text centred on a point, its baseline 0.35 em below it, with a little air around."""
    half = text_width(text, size) / 2 + 3
    x, y = centre
    return Box(x - half, y - size * 0.65, x + half, y + size * 0.65)


class LabelSpace:
    """Remembers where labels and obstacles stand, and finds a free place for the next label."""

    def __init__(self, taken: Iterable[Box] = ()) -> None:
        self._taken = list(taken)

    def block(self, box: Box) -> None:
        """Keep a box free of labels."""
        self._taken.append(box)

    def place(
        self, candidates: Iterable[tuple[float, float]], text: str, size: float = SMALL
    ) -> tuple[float, float] | None:
        """The first candidate centre where the text is free, which is then taken; `None` where there is none."""
        for centre in candidates:
            box = label_box(centre, text, size)
            if not any(box.overlaps(other) for other in self._taken):
                self._taken.append(box)
                return centre
        return None


def cubic_point(points: Cubic, t: float) -> Point:
    """Point of a cubic curve at parameter t in [0, 1]."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(weight * x for weight, (x, _) in zip(weights, points, strict=True)),
        sum(weight * y for weight, (_, y) in zip(weights, points, strict=True)),
    )


def spread(wanted: Sequence[float], gap: float, *, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart and inside [low, high] as far as they fit.

    They come in the input's order.

    Notes
    -----
    Pool adjacent violators: neighbours that collide are merged into a cluster centred on their mean, which is the
    least-squares answer.
    Where not all fit into the range, the gap shrinks evenly.
    """
    if not wanted:
        return []
    if len(wanted) > 1:
        gap = min(gap, max(high - low, 0.0) / (len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    clusters: list[tuple[float, int]] = []  # (sum of wanted minus own offset, members)
    for rank, index in enumerate(order):
        total, count = wanted[index] - rank * gap, 1
        while clusters and clusters[-1][0] / clusters[-1][1] > total / count:
            last_total, last_count = clusters.pop()
            total, count = total + last_total, count + last_count
        clusters.append((total, count))
    base = [total / count for total, count in clusters for _ in range(count)]
    top = high - gap * (len(order) - 1)
    placed = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        placed[index] = max(min(base[rank], top), low) + rank * gap
    return placed
