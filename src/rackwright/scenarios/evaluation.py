"""What does a set of commitments lead to in each sampled scenario? Models built once in workers and asked for plans.

A scenario is built from its branch's request and its luck, folded, solved once at a point inside all options (planes
taken there are not degenerate), and then answers plan after plan from the basis of that first solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rackwright.base.standing import Standing
from rackwright.scenarios.chance import Draw, GateSamples, Luck, drawn_request
from rackwright.scenarios.coarse import fold_network
from rackwright.scenarios.ladder import LadderOption, options_of_branch
from rackwright.scenarios.recourse import RecourseModel, recourse_model
from rackwright.solve.answers import Answer, SharedModels
from rackwright.supply import SupplyRequest
from rackwright.supply.books import Books
from rackwright.supply.scope import scope_network
from rackwright.supply.timing import Grid

__all__ = ["Delayed", "Evaluation", "Reply", "Sample", "World", "inside_point", "new_standing", "recourse_of"]

FloatArray = NDArray[np.float64]
INSIDE_SHARE = 0.5
"""Part of a group's single choice that the first point spreads over its options."""


@dataclass(frozen=True)
class World:
    """What all draws of a branch share.

    Parameters
    ----------
    request
        The branch's supply request at central values.
    gates
        Joint samples of the branch's gates.
    known_day
        Day from which it is known that the branch came true.
    """

    request: SupplyRequest
    gates: GateSamples
    known_day: float

    @cached_property
    def books(self) -> Books:
        """What is the same in all draws, looked up once."""
        return Books(self.request)


@dataclass(frozen=True)
class Sample:
    """One scenario to build.

    Parameters
    ----------
    world
        Its branch.
    draw
        Its luck.
    options
        The ladder.
    grid
        Buckets.
    scarce
        Offers (item, supplier) that bind somewhere; None plans with the whole model.
    correlation
        Common part of the luck of one supplier or plant.
    now_day
        Day on which the options are decided.
    """

    world: World
    draw: Draw
    options: tuple[LadderOption, ...]
    grid: Grid
    scarce: frozenset[tuple[str, str]] | None
    correlation: float
    now_day: float = 0.0


@dataclass(frozen=True)
class Delayed:
    """The question what a plan leads to that is decided on another day than the scenario's own."""

    plan: FloatArray
    now_day: float


@dataclass(frozen=True)
class Reply:
    """Answer of one scenario to one plan.

    Parameters
    ----------
    cost_usd
        Cost of the recourse, the plan's own price not counted.
    slope_usd
        Change of it by each option.
    accepted
        Racks accepted by the end of each bucket.
    late_rack_days
        Days late summed over racks accepted; racks that never arrive count to the end of the horizon.
    later
        Share of each later rung that is taken.
    ordered
        Pieces ordered under each rung of now.
    """

    cost_usd: float
    slope_usd: FloatArray
    accepted: FloatArray
    late_rack_days: float
    later: FloatArray
    ordered: FloatArray


@dataclass
class _Built:
    """A model, the solver that holds it, the columns that are read off, and the reply at the inside point."""

    models: SharedModels
    model: RecourseModel
    columns: NDArray[np.int64]
    inside: Answer


@dataclass
class _State:
    """A scenario and its model, which is built when the first question comes."""

    sample: Sample

    @cached_property
    def built(self) -> _Built:
        """The model, solved at the inside point."""
        return _build(self.sample)


def inside_point(options: Sequence[LadderOption]) -> FloatArray:
    """A point inside every group: half of the single choice, spread over its options."""
    sizes: dict[tuple[str, str], int] = {}
    for option in options:
        sizes[option.group] = sizes.get(option.group, 0) + 1
    return np.array([INSIDE_SHARE / sizes[option.group] for option in options])


def new_standing(samples: Sequence[Sample], *, workers: int) -> Standing[Sample, _State, FloatArray | Delayed, Reply]:
    """Scenarios kept ready in workers, each built when it is first asked; ask with the 0/1 vector of options taken."""
    return Standing(_State, answer_plan, samples, workers=workers)


def recourse_of(sample: Sample) -> RecourseModel:
    """The model of one scenario."""
    luck = Luck(sample.draw, sample.correlation)
    request = drawn_request(sample.world.request, sample.world.gates, luck)
    network = scope_network(request, sample.grid, sample.world.books).network
    if sample.scarce is None:
        kit_usd = np.zeros(len(network.acceptances))
    else:
        is_slack = np.array([(row.item, row.supplier) not in sample.scarce for row in request.supply.offers])
        folded = fold_network(network, is_slack)
        network, kit_usd = folded.network, folded.kit_usd
    return recourse_model(
        request,
        network,
        options_of_branch(sample.options, request),
        kit_usd=kit_usd,
        known_day=sample.world.known_day,
        now_day=sample.now_day,
    )


def _build(sample: Sample) -> _Built:
    """The model of one scenario, solved at the inside point."""
    built = recourse_of(sample)
    models = SharedModels(built.num_options)
    later = np.array([col for col, _ in built.later], dtype=np.int64)
    columns = np.concatenate([built.accept_cols.ravel(), later, built.order_cols])
    models.add(built.model)
    return _Built(models, built, columns, models.answer(0, inside_point(sample.options), columns))


def answer_plan(state: _State, asked: FloatArray | Delayed) -> Reply:
    """What a plan leads to, decided on the scenario's own day or on another."""
    if not isinstance(asked, Delayed):
        built, is_inside = state.built, np.array_equal(asked, inside_point(state.sample.options))
        answer = built.inside if is_inside else built.models.answer(0, asked, built.columns)
        return _reply(built.model, answer)
    built = state.built
    later = recourse_of(replace(state.sample, now_day=asked.now_day))
    number = built.models.add(later.model, like=0)
    return _reply(later, built.models.answer(number, asked.plan, built.columns))


def _reply(built: RecourseModel, answer: Answer) -> Reply:
    num, num_rungs = built.accept_cols.size, len(built.later)
    pieces = answer.columns[num + num_rungs :] * built.order_pieces
    accepted = answer.columns[:num].reshape(built.accept_cols.shape)
    middle = (np.concatenate([[0.0], built.ends[:-1]]) + built.ends) / 2.0
    late = np.clip(middle[None, :] - built.need_days[:, None], 0.0, None)
    missing = np.clip(built.accept_racks - accepted.sum(axis=1), 0.0, None)
    rest = np.clip(built.ends[-1] - built.need_days, 0.0, None)
    return Reply(
        cost_usd=answer.value * built.money_unit_usd,
        slope_usd=answer.slope * built.money_unit_usd,
        accepted=np.cumsum(accepted.sum(axis=0)),
        late_rack_days=float((accepted * late).sum() + missing @ rest),
        later=answer.columns[num : num + num_rungs],
        ordered=np.bincount(built.order_rung, weights=pieces, minlength=num_rungs).astype(np.float64),
    )


@dataclass(frozen=True)
class Evaluation:
    """Replies of all scenarios to one plan."""

    plan: FloatArray
    replies: tuple[Reply, ...]

    @property
    def costs(self) -> FloatArray:
        """Recourse cost of each scenario [USD]."""
        return np.array([reply.cost_usd for reply in self.replies])

    @property
    def slopes(self) -> FloatArray:
        """Slope of each scenario, shape (scenarios, options)."""
        return np.array([reply.slope_usd for reply in self.replies]).reshape(len(self.replies), len(self.plan))
