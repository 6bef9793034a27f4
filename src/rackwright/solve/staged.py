"""What is decided when, and what is not known until then? A linear model in stages and a tree of what may happen.

Rows and columns of stage 0 are decided now; those of stage t once the events of stage t are known. A scenario is a path
from the root of the tree to a leaf. Changes are stored by the node at which they show, never as copies of the model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from rackwright.solve.linear import FloatArray, IntArray, LinearModel

__all__ = [
    "ChangeKind",
    "Changes",
    "RandomBlock",
    "Realisation",
    "ScenarioTree",
    "StagedModel",
    "StochasticProgram",
    "hold_first_stage",
]


class ChangeKind(IntEnum):
    """What a change overwrites: a cost, a right-hand side, an entry of the matrix, or a bound of a column."""

    COST = 0
    RHS = 1
    ENTRY = 2
    LOWER = 3
    UPPER = 4


@dataclass(frozen=True)
class StagedModel:
    """A linear model whose rows and columns belong to stages; no row looks at a column of a later stage.

    Parameters
    ----------
    model
        The core model; each place of the matrix has one entry.
    rhs
        Right-hand side of each row: where it changes to r, a finite side s of the row becomes r + (s - rhs).
    row_stage, col_stage
        Stage of each row and column, from 0.
    offset
        Constant of the objective.
    """

    model: LinearModel
    rhs: FloatArray
    row_stage: IntArray
    col_stage: IntArray
    offset: float = 0.0

    def __post_init__(self) -> None:
        if len(self.row_stage) != self.model.num_rows or len(self.col_stage) != self.model.num_cols:
            raise ValueError("stages, rows and columns differ in number")
        late = self.col_stage[self.model.cols] > self.row_stage[self.model.rows]
        if late.any():
            raise ValueError(f"{int(late.sum())} entries of the matrix look at a later stage")
        place = self.model.rows * max(self.model.num_cols, 1) + self.model.cols
        if len(np.unique(place)) != len(place):
            raise ValueError("a place of the matrix has two entries")

    @property
    def num_stages(self) -> int:
        """Number of stages."""
        return int(max(self.row_stage.max(initial=0), self.col_stage.max(initial=0))) + 1

    def stage_of(self, kind: IntArray, index: IntArray) -> IntArray:
        """Stage at which changes show: that of the row for right-hand sides and entries, else that of the column."""
        stage = np.zeros(len(kind), dtype=np.int64)
        is_rhs, is_entry = kind == ChangeKind.RHS, kind == ChangeKind.ENTRY
        is_col = ~(is_rhs | is_entry)
        stage[is_rhs] = self.row_stage[index[is_rhs]]
        stage[is_entry] = self.row_stage[self.model.rows[index[is_entry]]]
        stage[is_col] = self.col_stage[index[is_col]]
        return stage


@dataclass(frozen=True)
class Changes:
    """New values by owner (a node of a tree), sorted by owner.

    Parameters
    ----------
    owner
        Whose change it is.
    kind
        A `ChangeKind`.
    index
        Column (cost and bounds), row (right-hand side) or number of the matrix entry.
    value
        The new value.
    """

    owner: IntArray
    kind: IntArray
    index: IntArray
    value: FloatArray

    @staticmethod
    def of(rows: list[tuple[int, int, int, float]]) -> Changes:
        """Changes from (owner, kind, index, value), sorted by owner; order within an owner is kept."""
        numbers = np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3)
        order = np.argsort(numbers[:, 0], kind="stable")
        owner, kind, index = numbers[order].T
        return Changes(owner.copy(), kind.copy(), index.copy(), np.array([row[3] for row in rows], dtype=float)[order])

    def __len__(self) -> int:
        return len(self.owner)

    def of_kind(self, kind: ChangeKind) -> Changes:
        """Only the changes of one kind."""
        return self.only(self.kind == kind)

    def only(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Changes:
        """Only the changes of a mask."""
        return Changes(self.owner[mask], self.kind[mask], self.index[mask], self.value[mask])

    def of_owner(self, owner: int) -> Changes:
        """Changes of one owner."""
        first, last = np.searchsorted(self.owner, [owner, owner + 1])
        part = slice(int(first), int(last))
        return Changes(self.owner[part], self.kind[part], self.index[part], self.value[part])


@dataclass(frozen=True)
class ScenarioTree:
    """Nodes in order of their stage; node 0 is the root.

    Parameters
    ----------
    parent
        Parent of each node; -1 for the root.
    stage
        Stage of each node, that of the parent + 1.
    share
        Probability of each node; those of a stage add up to 1.
    changes
        What each node overwrites in the rows and columns of its own stage.
    names
        One name per leaf, in order of the nodes.
    """

    parent: IntArray
    stage: IntArray
    share: FloatArray
    changes: Changes
    names: tuple[str, ...] = ()

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return len(self.parent)

    @property
    def leaves(self) -> IntArray:
        """Nodes of the last stage, one per scenario."""
        return np.nonzero(self.stage == self.stage.max())[0].astype(np.int64)

    def ancestors(self) -> IntArray:
        """Node of each stage on the way to each node, shape (nodes, stages); -1 beyond the node's own stage."""
        found = np.full((self.num_nodes, int(self.stage.max()) + 1), -1, dtype=np.int64)
        for stage in range(found.shape[1]):
            nodes = np.nonzero(self.stage == stage)[0]
            if stage:
                found[nodes] = found[self.parent[nodes]]
            found[nodes, stage] = nodes
        return found

    def scaled(self) -> ScenarioTree:
        """The same tree with probabilities that add up to 1 in each stage, as rounded ones of a file may not."""
        total = np.bincount(self.stage, weights=self.share)
        return replace(self, share=self.share / total[self.stage])

    def path(self, leaf: int) -> ScenarioTree:
        """The tree of one scenario alone, with certainty."""
        nodes = self.ancestors_of(leaf)
        parts = [self.changes.of_owner(node) for node in nodes]
        owner = np.concatenate([np.full(len(part), stage) for stage, part in enumerate(parts)]).astype(np.int64)
        changes = Changes(
            owner,
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.index for part in parts]),
            np.concatenate([part.value for part in parts]),
        )
        depth = np.arange(len(nodes), dtype=np.int64)
        return ScenarioTree(depth - 1, depth, np.ones(len(nodes)), changes)

    def ancestors_of(self, leaf: int) -> list[int]:
        """Nodes from the root to a leaf."""
        nodes = [leaf]
        while self.parent[nodes[-1]] >= 0:
            nodes.append(int(self.parent[nodes[-1]]))
        return nodes[::-1]


@dataclass(frozen=True)
class Realisation:
    """One thing that may happen to a block: its probability and the values it sets, as (kind, index, value)."""

    share: float
    changes: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class RandomBlock:
    """Values that change together, known from one stage on, independent of all other blocks."""

    name: str
    stage: int
    realisations: tuple[Realisation, ...]


@dataclass(frozen=True)
class StochasticProgram:
    """A staged model and what may happen: independent blocks, or a tree given as such.

    Parameters
    ----------
    name
        Name of the model.
    core
        The model without chance.
    stages
        Names of the stages.
    blocks
        Independent random blocks; empty where `tree` is given.
    tree
        A given tree; None where `blocks` span it.
    is_maximized
        True where the files maximise: costs are negated in `core`.
    """

    name: str
    core: StagedModel
    stages: tuple[str, ...]
    blocks: tuple[RandomBlock, ...] = ()
    tree: ScenarioTree | None = None
    is_maximized: bool = False

    @property
    def num_scenarios(self) -> int:
        """Scenarios of the tree, without making it."""
        if self.tree is not None:
            return len(self.tree.leaves)
        number = 1
        for block in self.blocks:
            number *= len(block.realisations)
        return number


def hold_first_stage(core: StagedModel, x: FloatArray) -> StagedModel:
    """The core with its first stage held at a point; whole-number columns at the nearest whole number."""
    is_first, whole = core.col_stage == 0, core.model.is_integer
    point = x if whole is None else np.where(whole[is_first], np.round(x), x)
    lower, upper = core.model.col_lower.copy(), core.model.col_upper.copy()
    lower[is_first] = upper[is_first] = point
    return replace(core, model=replace(core.model, col_lower=lower, col_upper=upper))
