"""What do redundancy schemes install, strand and survive for the same load?

A scheme shares each load group between systems in one way; what it must install follows by arithmetic. `SCHEMES` gives
the names used in the field: distributed redundant 3N/2 and 4N/3 are systems that back each other up in pairs, block
redundant (a catcher) is systems with a common reserve behind static transfer switches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "SCHEMES",
    "Scheme",
    "SchemeSize",
    "compare_schemes",
    "loading_after_loss",
    "normal_loading",
    "scheme_named",
    "size_scheme",
]


def normal_loading(systems: int, needed: int) -> float:
    """Highest normal load of each of `systems` equal systems that survives one loss, as a share of its rating.

    Parameters
    ----------
    systems
        Systems installed, sharing the load evenly.
    needed
        Systems that can carry it all.

    Examples
    --------
    >>> round(normal_loading(3, 2), 5), normal_loading(2, 1)
    (0.66667, 0.5)
    """
    return needed / systems


def loading_after_loss(systems: int, normal_share: float) -> float:
    """Load of each survivor after one of `systems` is lost and its load is shared evenly, as a share of its rating.

    Examples
    --------
    >>> round(loading_after_loss(3, 2 / 3), 9)
    1.0
    """
    return normal_share * systems / (systems - 1)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to share load between systems.

    Parameters
    ----------
    name
        As in the field.
    systems, needed
        Systems of a group, and how many of them carry its load; needed == systems without redundancy.
    form
        How a chain is built: `single` path; `reserve` line-ups that others transfer to; two whole `sides`; systems that
        back each other up in `pairs`.
    failure
        What happens when one system is lost.
    """

    name: str
    systems: int
    needed: int
    form: Literal["single", "reserve", "sides", "pairs"]
    failure: str

    @property
    def is_dual_corded(self) -> bool:
        """True where every rack has two live feeds, so that a loss needs no transfer."""
        return self.form in {"sides", "pairs"}

    @property
    def blocks_per_reserve(self) -> int:
        """Line-ups that share one reserve; 0 where all of a hall do, or there is none."""
        return self.needed if self.form == "reserve" and self.name != "N+1" else 0


SCHEMES: tuple[Scheme, ...] = (
    Scheme("N", 1, 1, "single", "its racks stop"),
    Scheme(
        "N+1", 5, 4, "reserve", "its racks transfer to the idle reserve of the group; racks on one busway stop with it"
    ),
    Scheme("2N", 2, 1, "sides", "the other side carries every rack; nothing transfers"),
    Scheme("3N/2", 3, 2, "pairs", "its racks draw from their other system; both survivors stand at full rating"),
    Scheme("4N/3", 4, 3, "pairs", "its racks draw from their other system; three survivors stand at full rating"),
    Scheme(
        "block redundant", 7, 6, "reserve", "static switches move its racks to the common catcher; a second loss drops"
    ),
    Scheme("catcher", 9, 8, "reserve", "as block redundant, with one catcher for eight blocks"),
)
"""Schemes compared, in the order shown. Group sizes of N+1, block redundant and catcher are usual, not prescribed."""


def scheme_named(name: str) -> Scheme:
    """The scheme of a name of `SCHEMES`.

    Examples
    --------
    >>> scheme_named("3N/2").systems
    3
    """
    return next(scheme for scheme in SCHEMES if scheme.name == name)


@dataclass(frozen=True, slots=True)
class SchemeSize:
    """What one scheme takes for a load.

    Parameters
    ----------
    scheme
        Scheme.
    systems
        Systems in all.
    installed_w
        Rating of all systems.
    stranded_w
        Rating that no load may ever use: all that is above the load when every system is in service.
    normal_share
        Load of a working system over its rating.
    cost_ratio
        Installed power over that of scheme N: the cost class where price goes with rating.
    """

    scheme: Scheme
    systems: int
    installed_w: float
    stranded_w: float
    normal_share: float
    cost_ratio: float


def size_scheme(scheme: Scheme, load_w: float, unit_w: float) -> SchemeSize:
    """Whole systems of `unit_w` usable power [W] that carry a load with one system of each group lost.

    Notes
    -----
    A group of `systems` carries `needed x unit_w`; as many groups as the load asks for. Arithmetic.

    Examples
    --------
    >>> size_scheme(SCHEMES[3], 100e6, 2e6).installed_w / 1e6
    150.0
    """
    if load_w <= 0.0:
        return SchemeSize(scheme, 0, 0.0, 0.0, 0.0, 1.0)
    blocks = math.ceil(load_w / unit_w - 1e-9)
    spare = scheme.systems - scheme.needed
    systems = blocks + math.ceil(blocks / scheme.needed) * spare
    installed_w = systems * unit_w
    shares = systems if scheme.is_dual_corded or scheme.needed == scheme.systems else blocks
    return SchemeSize(
        scheme=scheme,
        systems=systems,
        installed_w=installed_w,
        stranded_w=installed_w - load_w,
        normal_share=load_w / (shares * unit_w),
        cost_ratio=systems / blocks,
    )


def compare_schemes(load_w: float, unit_w: float) -> tuple[SchemeSize, ...]:
    """Every scheme for one load, in the order of `SCHEMES`."""
    return tuple(size_scheme(scheme, load_w, unit_w) for scheme in SCHEMES)
