"""What number does a cable carry, so that the same cable has the same number in the next plan?

The number packs both ends: block, network, kind and ordinal of the lower device, its port, ordinal of the upper device,
its port. A re-plan that leaves both ends where they are leaves the number; a moved end makes another cable. Numbers do
not depend on other blocks, as long as new blocks are added after the old ones in the program.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from rackwright.cabling.paths import IntArray

__all__ = ["FIELDS", "cable_ids"]

FIELDS: Final = (
    ("block", 6),
    ("network", 2),
    ("a_kind", 4),
    ("a_index", 19),
    ("a_port", 9),
    ("b_index", 14),
    ("b_port", 9),
)
"""Fields of a cable number with their bits, the highest first; 63 bits together."""
NETWORKS: Final = ("scale-out", "storage", "in-band", "out-of-band")


def cable_ids(blocks: tuple[str, ...], links: pl.DataFrame) -> IntArray:
    """Number of each cable.

    Parameters
    ----------
    blocks
        Blocks in the program's order.
    links
        Links with block, network, a_network, a_tier, a_index, a_port, b_index, b_port.

    Raises
    ------
    ValueError
        A field does not fit its bits; the text names it. The upper end's kind needs no field: it is the tier above the
        lower end's in the link's network.
    """
    fields = {
        "block": _code(links["block"], blocks),
        "network": _code(links["network"], NETWORKS),
        "a_kind": _kind(links),
        **{name: links[name].to_numpy().astype(np.int64) for name in ("a_index", "a_port", "b_index", "b_port")},
    }
    number = np.zeros(len(links), dtype=np.int64)
    for name, bits in FIELDS:
        highest = int(fields[name].max(initial=0))
        if highest >= 1 << bits:
            raise ValueError(f"cable numbers hold {name} below {1 << bits}, not {highest}; split the block")
        number = (number << bits) | fields[name]
    return number


def _code(values: pl.Series, known: tuple[str, ...]) -> IntArray:
    codes = values.replace_strict(list(known), list(range(len(known))), return_dtype=pl.Int64)
    return codes.to_numpy().astype(np.int64)


def _kind(links: pl.DataFrame) -> IntArray:
    """0 for a tray, else 1 to 12 by network and tier of the lower device."""
    network = _code(links["a_network"], (*NETWORKS, "node"))
    tier = links["a_tier"].to_numpy().astype(np.int64)
    return np.where(tier == 0, 0, 3 * network + tier)
