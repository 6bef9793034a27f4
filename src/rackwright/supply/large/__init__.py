"""How is a supply plan made that has more columns than an exact solve can carry, and how far is it from the best?"""

from rackwright.supply.large.prices import PriceSheet, Proved, proved_bound
from rackwright.supply.large.solving import (
    LargeAnswer,
    NarrowModel,
    NearAnswer,
    solve_large,
    solve_near,
    with_bound,
    with_new_ways,
)

__all__ = [
    "LargeAnswer", "NarrowModel", "NearAnswer", "PriceSheet", "Proved", "proved_bound", "solve_large", "solve_near",
    "with_bound", "with_new_ways",
]  # fmt: skip
