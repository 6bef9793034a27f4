"""What would each redundancy scheme install, strand, cost and survive at a site? Built as a chain and judged, each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rackwright.power.chain import COVERED_KINDS, Chain
from rackwright.power.classes import ChainClasses, chain_classes
from rackwright.power.failures import ElementLoads, element_loads, lost_racks
from rackwright.power.lower import build_chain
from rackwright.power.redundancy import SCHEMES, Scheme
from rackwright.power.request import PowerRules, SiteChain
from rackwright.power.site_loads import HallLoad, group_loads

__all__ = ["JudgedScheme", "judge_schemes"]

IntArray = npt.NDArray[np.int64]
BUILT_FROM = ("hv-transformer", "mv-switchgear", "unit-substation", "generator", "ats", "lv-switchgear", "ups", "sts")
"""Kinds whose prices and lead times are compared: busways and taps follow the racks."""
LINE_UP = ("unit-substation", "ats", "lv-switchgear", "ups", "sts")


@dataclass(frozen=True, slots=True)
class JudgedScheme:
    """One scheme, built for the load of a site.

    Parameters
    ----------
    scheme
        Scheme.
    systems
        Line-ups, reserves included.
    installed_w, stranded_w
        Power they could carry at the continuous limit, and what of it is above the load: nothing where a busway's
        racks are more than any line-up may carry.
    normal_share
        Load of a working line-up over what it could carry.
    worst_share
        Highest load over rating of any element of a line-up in any single failure.
    racks_lost
        Most racks that stop with any one element above the racks' own taps, the grid aside.
    pair_lost_w
        Most load that stops when two line-ups are lost at once.
    cost_usd, lead_days
        Price of transformers, boards and line-ups, and the longest lead time among them; None where one is not known.
    """

    scheme: Scheme
    systems: int
    installed_w: float
    stranded_w: float
    normal_share: float
    worst_share: float
    racks_lost: int
    pair_lost_w: float
    cost_usd: float | None
    lead_days: float | None


def judge_schemes(order: SiteChain, halls: tuple[HallLoad, ...], rules: PowerRules) -> Iterator[JudgedScheme]:
    """Every scheme of `SCHEMES` for the loads of a site, in the site's own parts.

    Chains are folded: the racks of one busway are one load, since busways and taps are alike in all schemes.
    """
    for scheme in SCHEMES:
        asked = replace(order, scheme=scheme.name, on_site=())
        classes = chain_classes(asked, rules.facility)
        groups = group_loads(halls, asked, classes)
        chain = build_chain(asked, classes, groups, energised_w=0.0, is_folded=True)
        yield _judge(scheme, asked, classes, chain, element_loads(chain, scheme.name, has_sources=False))


def _judge(scheme: Scheme, order: SiteChain, classes: ChainClasses, chain: Chain, loads: ElementLoads) -> JudgedScheme:
    boards = chain.is_kind("lv-switchgear")
    systems, load_w = int(np.count_nonzero(boards)), float(np.sum(loads.normal_w[boards]))
    working = int(np.count_nonzero(loads.normal_w[boards] > 0.0))
    limit_w = classes.lineup_limit_w
    own = chain.is_kind(*LINE_UP)
    worst_share = float(np.max(loads.worst_w[own] / chain.rating_w[own], initial=0.0))
    return JudgedScheme(
        scheme=scheme,
        systems=systems,
        installed_w=systems * limit_w,
        stranded_w=max(0.0, systems * limit_w - load_w),
        normal_share=load_w / (working * limit_w) if working else 0.0,
        worst_share=worst_share,
        racks_lost=_racks_lost(scheme, chain, loads),
        pair_lost_w=_pair_lost_w(scheme, chain, loads),
        cost_usd=_cost_usd(order, chain),
        lead_days=_lead_days(order, chain),
    )


def _racks_lost(scheme: Scheme, chain: Chain, loads: ElementLoads) -> int:
    """Racks lost with one element down to the busway; a busway of a single-corded rack takes its racks along."""
    upper = chain.is_kind("hv-transformer", "mv-switchgear", *LINE_UP)
    lost = int(np.max(lost_racks(chain, loads)[upper], initial=0))
    return lost if scheme.is_dual_corded else max(lost, int(np.max(chain.loads.racks, initial=0)))


def _pair_lost_w(scheme: Scheme, chain: Chain, loads: ElementLoads) -> float:
    """Load that stops with the worst two line-ups: both of one load, a line-up and its reserve, or two of N."""
    one, other = _line_ups(chain, loads.path_a.passes), _line_ups(chain, loads.path_b.passes)
    size = len(chain.names) + 1
    if scheme.is_dual_corded:
        key = np.minimum(one, other) * size + np.maximum(one, other)
        _, group = np.unique(key, return_inverse=True)
        return float(np.max(np.bincount(group.ravel(), weights=chain.loads.power_w), initial=0.0))
    by_lineup = np.sort(np.bincount(one, weights=chain.loads.power_w, minlength=size))[::-1]
    return float(np.sum(by_lineup[: 2 if "unit-substation" not in COVERED_KINDS[scheme.name] else 1]))


def _line_ups(chain: Chain, passes: object) -> IntArray:
    """Unit substation of each load on a path; the number after the last element where there is none."""
    units = np.flatnonzero(chain.is_kind("unit-substation"))
    at = np.full(chain.loads.power_w.size, len(chain.names), dtype=np.int64)
    part = passes[:, units].tocoo()  # type: ignore[index]
    at[part.row] = units[part.col]
    return at


def _cost_usd(order: SiteChain, chain: Chain) -> float | None:
    total = 0.0
    for part, count in _counts(chain):
        price = order.terms_of(part).price_usd
        if price is None:
            return None
        total += price * count
    return total


def _lead_days(order: SiteChain, chain: Chain) -> float | None:
    known = (order.terms_of(part).lead_days for part, _ in _counts(chain))
    return max((days for days in known if days is not None), default=None)


def _counts(chain: Chain) -> list[tuple[str, int]]:
    """Parts of transformers, boards and line-ups with their counts, in order of name."""
    own = np.flatnonzero(chain.is_kind(*BUILT_FROM))
    names, counts = np.unique(np.array([chain.part[n] for n in own.tolist()]), return_counts=True)
    return [(str(name), int(count)) for name, count in zip(names, counts, strict=True)]
