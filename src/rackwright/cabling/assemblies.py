"""Which links run in one assembly, and in which of its legs? Numbers of what is made, ordered, pulled and labelled.

An assembly has the lowest cable number among its links. Legs count from 1 in the order of the ports at its head: the
upper end, or the lower one where more links meet there.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.cabling.paths import IntArray
from rackwright.cabling.request import CablingRequest

__all__ = ["links_of_plug", "with_assemblies"]


def with_assemblies(request: CablingRequest, frame: pl.DataFrame, cable: IntArray) -> pl.DataFrame:
    """The links with `assembly`, `leg`, and `links_at_a`, `links_at_b`, the links of its plug at either end.

    Parameters
    ----------
    request
        Transceivers of the catalog.
    frame
        Links with a part: part, module, a_module, medium, and device, port, per_cage of both ends.
    cable
        Number of each link's cable.
    """
    at_a, at_b = (links_of_plug(request, frame, side) for side in ("a", "b"))
    is_trunk = (frame["medium"] == "trunk").to_numpy()
    at_a, at_b = (np.where(is_trunk, 1, links) for links in (at_a, at_b))
    head_links, leg_links = np.maximum(at_a, at_b), np.minimum(at_a, at_b)
    device, port = (np.where(at_b >= at_a, _whole(frame, f"b_{name}"), _whole(frame, f"a_{name}")) for name in _PLACE)
    shared = np.flatnonzero(head_links > 1)
    assembly, leg = cable.copy(), np.ones(len(cable), dtype=np.int64)
    if len(shared):
        place, links = port[shared], head_links[shared]
        leg[shared] = place % links // leg_links[shared] + 1
        heads = frame.select("part")[shared].with_columns(
            device=pl.Series(device[shared]), first=pl.Series(place - place % links), cable=pl.Series(cable[shared])
        )
        lowest = pl.col("cable").min().over("device", "first", "part")
        assembly[shared] = heads.select(lowest)["cable"].to_numpy()
    numbers = [
        pl.Series(name, values, dtype=pl.Int32)
        for name, values in (("leg", leg), ("links_at_a", at_a), ("links_at_b", at_b))
    ]
    return frame.with_columns(pl.Series("assembly", assembly), *numbers)


_PLACE = ("device", "port")


def links_of_plug(request: CablingRequest, frame: pl.DataFrame, side: str) -> IntArray:
    """Links of the plug at one end: all of its cage, or of its connector where a transceiver has several."""
    module = "module" if side == "b" else "a_module"
    own = {spec.id: max(1, round(spec.links.value)) for spec in request.modules}
    connectors = frame[module].replace_strict(own, default=1, return_dtype=pl.Int64).to_numpy()
    links: IntArray = np.maximum(_whole(frame, f"{side}_per_cage") // connectors, 1)
    return links


def _whole(frame: pl.DataFrame, name: str) -> IntArray:
    return frame[name].to_numpy().astype(np.int64)
