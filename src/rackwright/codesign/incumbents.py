"""How does the platform compare with what can be bought: the same mix per dollar, per watt, per rack?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.codesign.design import Design
from rackwright.codesign.evaluation import Evaluator, Figures, Index, Missing, Mix
from rackwright.codesign.timing import Infeasible

__all__ = ["Comparison", "SideBySide", "compare_designs"]

WATTS_PER_MW = 1e6


@dataclass(frozen=True, slots=True)
class Comparison:
    """One workload on one design.

    Parameters
    ----------
    tok_per_usd
        Tokens for a dollar of capital, buildings and energy.
    tok_s_per_mw
        Tokens per second of a megawatt at the rack input.
    tok_s_per_rack
        Tokens per second of a rack; None where no rack of the design is known.
    """

    workload: str
    design: str
    usd_per_mtok: float
    tok_per_usd: float
    tok_s_per_mw: float
    tok_s_per_rack: float | None
    days: float | None
    binding: str


@dataclass(frozen=True)
class SideBySide:
    """Designs against the reference.

    Parameters
    ----------
    rows
        Every workload on every design that runs it.
    indices
        Index of each design on the whole mix with racks for the same rate; only designs that run all of it.
    missing
        Pairs that do not work, and why.
    """

    rows: tuple[Comparison, ...]
    indices: tuple[tuple[str, Index, float | None], ...]
    missing: tuple[Missing, ...]


def compare_designs(evaluator: Evaluator, mix: Mix, designs: tuple[Design, ...]) -> SideBySide:
    """Every workload of a mix on every design; a training run takes the gang each design needs for its deadline."""
    rows, indices, missing = [], [], []
    for design in designs:
        for member in mix.members:
            own = evaluator.figures(member.workload, design, has_own_gang=True)
            if isinstance(own, Infeasible):
                missing.append(Missing(member.workload.workload, design.name, own.reason, own.relief))
            else:
                rows.append(_row(member.workload.workload, design, own))
        index = evaluator.index(mix, design, has_own_gang=True)
        if isinstance(index, Index):
            indices.append((design.name, index, _racks(index, design, evaluator.reference)))
    return SideBySide(tuple(rows), tuple(indices), tuple(missing))


def _row(workload: str, design: Design, own: Figures) -> Comparison:
    return Comparison(
        workload=workload,
        design=design.name,
        usd_per_mtok=own.usd_per_mtok,
        tok_per_usd=1e6 / own.usd_per_mtok,
        tok_s_per_mw=own.tok_s / own.load_w * WATTS_PER_MW if own.load_w else 0.0,
        tok_s_per_rack=own.tok_s * design.per_rack if design.per_rack else None,
        days=own.days,
        binding=own.binding,
    )


def _racks(index: Index, design: Design, reference: Design) -> float | None:
    """Racks for the same rate over those of the reference; None where either has no known rack."""
    if not design.per_rack or not reference.per_rack:
        return None
    return index.accels * reference.per_rack / design.per_rack
