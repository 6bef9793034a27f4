"""How is a program under chance written as the three files of SMPS, for other solvers?

Independent blocks are written as INDEP where each realisation sets the same single number, else as BLOCKS; a given tree
is written as SCENARIOS, each as what differs from the earlier scenario it shares most stages with.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rackwright.base.store import FileLayer, write_bytes
from rackwright.solve.linear import IntArray
from rackwright.solve.mps import MpsModel
from rackwright.solve.mps_write import Writer, WrittenForm, mps_text, named_model
from rackwright.solve.staged import ChangeKind, RandomBlock, ScenarioTree, StagedModel, StochasticProgram

__all__ = ["SmpsTexts", "smps_texts", "write_smps"]

Place = tuple[int, int]
Values = dict[Place, float]


@dataclass(frozen=True, slots=True)
class SmpsTexts:
    """Texts of the three files."""

    core: str
    time: str
    stoch: str


def write_smps(folder: Path, program: StochasticProgram, *, form: WrittenForm = "free") -> None:
    """Write NAME.cor, NAME.tim and NAME.sto into a folder that exists."""
    texts = smps_texts(program, form=form)
    stem = "".join(letter for letter in program.name if letter.isalnum() or letter in "-_") or "model"
    for ending, text in (("cor", texts.core), ("tim", texts.time), ("sto", texts.stoch)):
        write_bytes((folder / f"{stem}.{ending}").absolute(), text.encode(), layer=FileLayer())


def smps_texts(program: StochasticProgram, *, form: WrittenForm = "free") -> SmpsTexts:
    """Texts of a program in SMPS; it always minimises."""
    core = program.core
    named = named_model(core.model, name=program.name, form=form, offset=core.offset)
    stages = tuple(f"STAGE{number}" for number in range(1, core.num_stages + 1))
    writer = _StochWriter(core, named, stages, Writer(form))
    return SmpsTexts(
        mps_text(named, form=form), "".join(_time_lines(core, named, stages, form)), "".join(writer.lines(program))
    )


def _time_lines(core: StagedModel, named: MpsModel, stages: tuple[str, ...], form: WrittenForm) -> Iterator[str]:
    """By first row and column where the core stands in order of the stages, else by each row and column."""
    writer = Writer(form)
    yield f"TIME          {named.name}\n"
    firsts = _firsts(core.row_stage, core.num_stages), _firsts(core.col_stage, core.num_stages)
    if firsts[0] is not None and firsts[1] is not None:
        yield "PERIODS       IMPLICIT\n"
        for stage, (row, col) in enumerate(zip(firsts[0], firsts[1], strict=True)):
            yield writer.line("", named.cols[col], named.rows[row], *([""] if form == "fixed" else []), stages[stage])
    else:
        yield "PERIODS       EXPLICIT\n"
        yield from (writer.line("", stage) for stage in stages)
        for section, names, of_stage in (("ROWS", named.rows, core.row_stage), ("COLUMNS", named.cols, core.col_stage)):
            yield f"{section}\n"
            yield from (writer.line("", name, stages[stage]) for name, stage in zip(names, of_stage, strict=True))
    yield "ENDATA\n"


def _firsts(stage: IntArray, num_stages: int) -> list[int] | None:
    """First thing of each stage where they stand in order and no stage is empty."""
    is_in_order = bool(np.all(np.diff(stage) >= 0)) and len(np.unique(stage)) == num_stages
    return np.searchsorted(stage, np.arange(num_stages)).tolist() if is_in_order else None


class _StochWriter:
    """Writes the stochastics file; a right-hand side is stated for the side the core file states."""

    def __init__(self, core: StagedModel, named: MpsModel, stages: tuple[str, ...], writer: Writer) -> None:
        self.core, self.named, self.stages, self.writer = core, named, stages, writer
        self.rhs_shift = named.rhs - core.rhs

    def lines(self, program: StochasticProgram) -> Iterator[str]:
        """Every line of the file."""
        yield f"STOCH         {self.named.name}\n"
        if program.tree is not None:
            yield "SCENARIOS     DISCRETE\n"
            yield from self._scenarios(program.tree)
        single = [block for block in program.blocks if _is_single(block)]
        joint = [block for block in program.blocks if not _is_single(block)]
        if single and program.tree is None:
            yield "INDEP         DISCRETE\n"
            yield from itertools.chain.from_iterable(map(self._independent, single))
        if joint and program.tree is None:
            yield "BLOCKS        DISCRETE\n"
            for number, block in enumerate(joint, start=1):
                yield from self._block(f"B{number:07d}", block)
        yield "ENDATA\n"

    def _independent(self, block: RandomBlock) -> Iterator[str]:
        for realisation in block.realisations:
            (kind, index, value) = realisation.changes[0]
            code, *words = self._element((kind, index), value)
            yield self.writer.line(str(code), *words, self.stages[block.stage], realisation.share)

    def _block(self, name: str, block: RandomBlock) -> Iterator[str]:
        for realisation in block.realisations:
            yield self.writer.line("BL", name, self.stages[block.stage], realisation.share)
            yield from self._values({(kind, index): value for kind, index, value in realisation.changes})

    def _scenarios(self, tree: ScenarioTree) -> Iterator[str]:
        core = {place: self._core_value(place) for place in zip(*_places(tree), strict=True)}
        chain = tree.ancestors()[tree.leaves]
        written: list[Values] = []
        for scenario, nodes in enumerate(chain):
            values = dict(core)
            for node in nodes.tolist():
                own = tree.changes.of_owner(node)
                keys = zip(own.kind.tolist(), own.index.tolist(), strict=True)
                values.update(zip(keys, own.value.tolist(), strict=True))
            parent, stage = _parent(chain, scenario)
            base = core if parent is None else written[parent]
            above = "ROOT" if parent is None else _scenario_name(parent)
            share = float(tree.share[tree.leaves[scenario]])
            yield self.writer.line("SC", _scenario_name(scenario), above, share, self.stages[stage])
            yield from self._values({place: value for place, value in values.items() if value != base[place]})
            written.append(values)

    def _values(self, values: Values) -> Iterator[str]:
        for place, value in values.items():
            code, *words = self._element(place, value)
            yield self.writer.line(str(code), *words)

    def _element(self, place: Place, value: float) -> tuple[str | float, ...]:
        """Code and words of a number of the core."""
        kind, index = place
        named, model = self.named, self.core.model
        if kind == ChangeKind.RHS:
            return "", named.rhs_name, named.rows[index], value + float(self.rhs_shift[index])
        if kind == ChangeKind.ENTRY:
            return "", named.cols[model.cols[index]], named.rows[model.rows[index]], value
        if kind == ChangeKind.COST:
            return "", named.cols[index], named.objective, value
        return "LO" if kind == ChangeKind.LOWER else "UP", named.bound_name, named.cols[index], value

    def _core_value(self, place: Place) -> float:
        kind, index = place
        model = self.core.model
        values = (model.cost, self.core.rhs, model.values, model.col_lower, model.col_upper)[kind]
        return float(values[index])


def _is_single(block: RandomBlock) -> bool:
    places = {tuple(change[:2] for change in realisation.changes) for realisation in block.realisations}
    return len(places) == 1 and len(next(iter(places))) == 1


def _places(tree: ScenarioTree) -> tuple[list[int], list[int]]:
    pairs = np.unique(np.stack([tree.changes.kind, tree.changes.index], axis=1), axis=0)
    return pairs[:, 0].tolist(), pairs[:, 1].tolist()


def _scenario_name(scenario: int) -> str:
    return f"S{scenario + 1:07d}"


def _parent(chain: IntArray, scenario: int) -> tuple[int | None, int]:
    """The earlier scenario that shares most stages, and the stage from which they differ."""
    if scenario == 0:
        return None, 0
    shared = (chain[:scenario] == chain[scenario]).sum(axis=1)
    parent = int(np.argmax(shared))
    return parent, int(shared[parent])
