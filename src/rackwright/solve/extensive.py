"""What does a program under chance look like as one linear model? Every node of the tree gets its rows and columns.

Scenarios that cannot be told apart yet share their columns, so no row has to make them equal. Arrays are laid out stage
by stage, by node within a stage, and handed to the solver as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rackwright.solve.linear import FloatArray, IntArray, LinearModel
from rackwright.solve.staged import ChangeKind, ScenarioTree, StagedModel

__all__ = ["ExtensiveForm", "TailRisk", "extensive_form"]


@dataclass(frozen=True, slots=True)
class TailRisk:
    """What a planner minds beside the mean: (1 - weight) mean + weight CVaR.

    Parameters
    ----------
    level
        The CVaR is the mean cost of the worst 1 - level of all cases; in [0, 1).
    weight
        In [0, 1]; 0 minds the mean alone.
    """

    level: float
    weight: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.level < 1.0 and 0.0 <= self.weight <= 1.0):
            raise ValueError("the level of a CVaR lies in [0, 1), its weight in [0, 1]")


@dataclass(frozen=True)
class ExtensiveForm:
    """One linear model for all scenarios.

    Parameters
    ----------
    model
        The model; add `offset` to its objective.
    col_start
        First column of each node's copy.
    node_cost
        Cost of each column in its node, without probability; zero for columns of the risk rows.
    node_of_col
        Node each column belongs to; -1 for columns of the risk rows.
    offset
        Constant of the objective.
    """

    model: LinearModel
    col_start: IntArray
    node_cost: FloatArray
    node_of_col: IntArray
    offset: float

    def scenario_costs(self, tree: ScenarioTree, x: FloatArray) -> FloatArray:
        """Cost of each scenario, one per leaf, constant included."""
        is_own = self.node_of_col >= 0
        weights = (self.node_cost * x)[is_own]
        by_node = np.bincount(self.node_of_col[is_own], weights=weights, minlength=tree.num_nodes)
        chain = tree.ancestors()[tree.leaves]
        return np.asarray(by_node[chain].sum(axis=1) + self.offset, dtype=np.float64)


def extensive_form(core: StagedModel, tree: ScenarioTree, risk: TailRisk | None = None) -> ExtensiveForm:
    """Lay out a program under chance as one linear model.

    Parameters
    ----------
    core
        The staged model.
    tree
        What may happen.
    risk
        Adds the rows of Rockafellar and Uryasev (2000): CVaR = min over v of v + E max(0, cost - v) / (1 - level).
    """
    layout = _Layout(core, tree)
    form = layout.form()
    return form if risk is None or risk.weight == 0.0 else _with_risk(form, tree, risk)


class _Layout:
    """Positions of the copies of each stage."""

    def __init__(self, core: StagedModel, tree: ScenarioTree) -> None:
        self.core, self.tree = core, tree
        self.chain = tree.ancestors()
        self.local_row, self.rows_of = _locals(core.row_stage, core.num_stages)
        self.local_col, self.cols_of = _locals(core.col_stage, core.num_stages)
        self.nodes_of = [np.nonzero(tree.stage == stage)[0] for stage in range(core.num_stages)]
        self.row_start = _starts(tree, self.rows_of)
        self.col_start = _starts(tree, self.cols_of)

    def form(self) -> ExtensiveForm:
        cost = self._spread(ChangeKind.COST, self.core.model.cost)
        share = np.concatenate([np.repeat(self.tree.share[n], len(c)) for n, c in self._pairs(self.cols_of)])
        node = np.concatenate([np.repeat(n, len(c)) for n, c in self._pairs(self.cols_of)])
        rows, cols, values = self._entries()
        row_lower, row_upper = self._sides()
        model = LinearModel(
            cost=cost * share,
            col_lower=self._spread(ChangeKind.LOWER, self.core.model.col_lower),
            col_upper=self._spread(ChangeKind.UPPER, self.core.model.col_upper),
            row_lower=row_lower,
            row_upper=row_upper,
            rows=rows,
            cols=cols,
            values=values,
            is_integer=self._is_integer(),
        )
        return ExtensiveForm(model, self.col_start, cost, node.astype(np.int64), self.core.offset)

    def _pairs(self, of_stage: list[IntArray]) -> list[tuple[IntArray, IntArray]]:
        return list(zip(self.nodes_of, of_stage, strict=True))

    def _spread(self, kind: ChangeKind, base: FloatArray) -> FloatArray:
        """A value per column in each node's copy, with what the nodes change."""
        laid = np.concatenate([np.tile(base[cols], len(nodes)) for nodes, cols in self._pairs(self.cols_of)])
        changes = self.tree.changes.of_kind(kind)
        laid[self.col_start[changes.owner] + self.local_col[changes.index]] = changes.value
        return laid

    def _sides(self) -> tuple[FloatArray, FloatArray]:
        model, pairs = self.core.model, self._pairs(self.rows_of)
        sides = []
        changes = self.tree.changes.of_kind(ChangeKind.RHS)
        place = self.row_start[changes.owner] + self.local_row[changes.index]
        for base in (model.row_lower, model.row_upper):
            laid = np.concatenate([np.tile(base[rows], len(nodes)) for nodes, rows in pairs])
            laid[place] = changes.value + (base[changes.index] - self.core.rhs[changes.index])
            sides.append(laid)
        return sides[0], sides[1]

    def _entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        model = self.core.model
        stage_of_entry = self.core.row_stage[model.rows]
        changes = self.tree.changes.of_kind(ChangeKind.ENTRY)
        local_entry, entries_of = _locals(stage_of_entry, self.core.num_stages)
        starts = _starts(self.tree, entries_of)
        all_rows, all_cols, all_values = [], [], []
        for nodes, entries in self._pairs(entries_of):
            row, col = model.rows[entries], model.cols[entries]
            owner = self.chain[nodes][:, self.core.col_stage[col]]
            all_rows.append((self.row_start[nodes][:, None] + self.local_row[row]).ravel())
            all_cols.append((self.col_start[owner] + self.local_col[col]).ravel())
            all_values.append(np.tile(model.values[entries], len(nodes)))
        values = np.concatenate(all_values)
        values[starts[changes.owner] + local_entry[changes.index]] = changes.value
        return np.concatenate(all_rows), np.concatenate(all_cols), values

    def _is_integer(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
        whole = self.core.model.is_integer
        if whole is None:
            return None
        return np.concatenate([np.tile(whole[cols], len(nodes)) for nodes, cols in self._pairs(self.cols_of)])


def _locals(stage: IntArray, num_stages: int) -> tuple[IntArray, list[IntArray]]:
    """Position of each thing among those of its stage, and the things of each stage."""
    of_stage = [np.nonzero(stage == number)[0].astype(np.int64) for number in range(num_stages)]
    local = np.zeros(len(stage), dtype=np.int64)
    for things in of_stage:
        local[things] = np.arange(len(things))
    return local, of_stage


def _starts(tree: ScenarioTree, of_stage: list[IntArray]) -> IntArray:
    """Position at which each node's copy begins; nodes stand in order of their stage."""
    sizes = np.array([len(things) for things in of_stage], dtype=np.int64)[tree.stage]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)


def _with_risk(form: ExtensiveForm, tree: ScenarioTree, risk: TailRisk) -> ExtensiveForm:
    """Add v (free), one shortfall z >= cost of the scenario - v per leaf, and their weights.

    Columns: v, then z per leaf, then the cost of each node as a free column, so that scenarios share the long rows.
    """
    base, leaves = form.model, tree.leaves
    num_leaves, num_nodes = len(leaves), tree.num_nodes
    level_col = base.num_cols
    excess_col = level_col + 1 + np.arange(num_leaves)
    cost_col = level_col + 1 + num_leaves + np.arange(num_nodes)
    is_priced = np.nonzero(form.node_cost != 0.0)[0]
    cost_row = base.num_rows + np.arange(num_nodes)
    tail_row = base.num_rows + num_nodes + np.arange(num_leaves)
    chain = tree.ancestors()[leaves]
    rows = [base.rows, cost_row[form.node_of_col[is_priced]], cost_row, tail_row, tail_row]
    cols = [base.cols, is_priced, cost_col, np.full(num_leaves, level_col), excess_col]
    values = [
        base.values,
        form.node_cost[is_priced],
        np.full(num_nodes, -1.0),
        np.ones(num_leaves),
        np.ones(num_leaves),
    ]
    rows.append(np.repeat(tail_row, chain.shape[1]))
    cols.append(cost_col[chain].ravel())
    values.append(np.full(chain.size, -1.0))
    tail = np.concatenate([[risk.weight], risk.weight / (1.0 - risk.level) * tree.share[leaves], np.zeros(num_nodes)])
    free, infinite = np.full(num_nodes, -np.inf), np.full(1 + num_leaves + num_nodes, np.inf)
    model = replace(
        base,
        cost=np.concatenate([(1.0 - risk.weight) * base.cost, tail]),
        col_lower=np.concatenate([base.col_lower, [-np.inf], np.zeros(num_leaves), free]),
        col_upper=np.concatenate([base.col_upper, infinite]),
        row_lower=np.concatenate([base.row_lower, np.zeros(num_nodes), np.zeros(num_leaves)]),
        row_upper=np.concatenate([base.row_upper, np.zeros(num_nodes), np.full(num_leaves, np.inf)]),
        rows=np.concatenate(rows),
        cols=np.concatenate(cols),
        values=np.concatenate(values),
        is_integer=None if base.is_integer is None else np.concatenate([base.is_integer, np.zeros(len(tail), bool)]),
    )
    extra = len(tail)
    return ExtensiveForm(
        model,
        form.col_start,
        np.concatenate([form.node_cost, np.zeros(extra)]),
        np.concatenate([form.node_of_col, np.full(extra, -1)]),
        form.offset,
    )
