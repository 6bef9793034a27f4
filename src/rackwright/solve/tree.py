"""Which scenarios follow from independent random blocks: all of them, or a sample?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from rackwright.solve.staged import Changes, RandomBlock, Realisation, ScenarioTree, StagedModel, StochasticProgram

__all__ = ["MOST_SCENARIOS", "full_tree", "sampled_tree"]

MOST_SCENARIOS: Final = 100_000
"""Scenarios up to which a tree is spelled out."""

Outcome = tuple[float, tuple[tuple[int, int, float], ...]]


def full_tree(program: StochasticProgram, *, most: int = MOST_SCENARIOS) -> ScenarioTree:
    """Tree of every combination of what may happen, blocks of one stage in their order.

    Raises
    ------
    ValueError
        There are more than `most` scenarios: draw a sample instead.
    """
    if program.tree is not None:
        return program.tree
    if program.num_scenarios > most:
        raise ValueError(f"{program.num_scenarios:,} scenarios are more than {most:,}; draw a sample instead")

    def combinations(blocks: Sequence[RandomBlock], _: int) -> Iterator[Outcome]:
        for chosen in itertools.product(*(block.realisations for block in blocks)):
            yield _joined(chosen, float(np.prod([realisation.share for realisation in chosen])))

    return _grow(program, combinations)


def sampled_tree(program: StochasticProgram, branches: Sequence[int], *, seed: int) -> ScenarioTree:
    """Tree of equally likely scenarios drawn from the blocks.

    Parameters
    ----------
    program
        Blocks to draw from.
    branches
        Children of each node of stage 0, 1, ...; one number per stage after the first.
    seed
        Seed of the draw; the same seed draws the same tree.

    Raises
    ------
    ValueError
        The program has a given tree and no blocks, or `branches` has not one number per later stage.
    """
    if program.tree is not None or not program.blocks:
        raise ValueError("only a program with random blocks can be sampled")
    if len(branches) != program.core.num_stages - 1 or min(branches) < 1:
        raise ValueError("give one number of branches, at least 1, for each stage after the first")
    random = np.random.default_rng(seed)

    def draws(blocks: Sequence[RandomBlock], stage: int) -> Iterator[Outcome]:
        number = branches[stage - 1]
        shares = [np.array([realisation.share for realisation in block.realisations]) for block in blocks]
        picks = [random.choice(len(share), size=number, p=share / share.sum()) for share in shares]
        for draw in range(number):
            chosen = [block.realisations[int(pick[draw])] for block, pick in zip(blocks, picks, strict=True)]
            yield _joined(chosen, 1.0 / number)

    return _grow(program, draws)


def _joined(chosen: Sequence[Realisation], share: float) -> Outcome:
    return share, tuple(change for realisation in chosen for change in realisation.changes)


def _grow(
    program: StochasticProgram, outcomes: Callable[[Sequence[RandomBlock], int], Iterator[Outcome]]
) -> ScenarioTree:
    """Tree whose nodes of a stage get one child per outcome of the blocks of the next stage.

    A change that is known before the stage it shows at is handed down to the descendants.
    """
    parent, stage, share = [-1], [0], [1.0]
    rows: list[tuple[int, int, int, float]] = []
    level: list[tuple[int, tuple[tuple[int, int, float], ...]]] = [(0, ())]
    for number in range(1, program.core.num_stages):
        blocks = [block for block in program.blocks if block.stage == number]
        below: list[tuple[int, tuple[tuple[int, int, float], ...]]] = []
        for node, handed_down in level:
            for chance, changes in outcomes(blocks, number):
                child = len(parent)
                parent.append(node)
                stage.append(number)
                share.append(share[node] * chance)
                now, later = _split(program.core, (*handed_down, *changes), number)
                rows += [(child, *change) for change in now]
                below.append((child, later))
        level = below
    names = tuple(f"S{position + 1}" for position in range(len(level)))
    return ScenarioTree(np.array(parent), np.array(stage), np.array(share), Changes.of(rows), names)


def _split(
    core: StagedModel, changes: tuple[tuple[int, int, float], ...], stage: int
) -> tuple[tuple[tuple[int, int, float], ...], tuple[tuple[int, int, float], ...]]:
    """Changes that show at a stage, and those that show later."""
    if not changes:
        return (), ()
    numbers = np.array([change[:2] for change in changes], dtype=np.int64)
    is_now = core.stage_of(numbers[:, 0], numbers[:, 1]) <= stage
    now = tuple(change for change, here in zip(changes, is_now, strict=True) if here)
    return now, tuple(change for change, here in zip(changes, is_now, strict=True) if not here)
