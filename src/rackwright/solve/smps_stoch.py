"""Which values may change together, how, and with which probability? The stochastics file of SMPS."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from rackwright.solve.mps import MpsModel
from rackwright.solve.mps_lines import MpsLine, Notes
from rackwright.solve.smps_element import Elements
from rackwright.solve.smps_time import Periods
from rackwright.solve.staged import Changes, RandomBlock, Realisation, ScenarioTree

__all__ = ["Stochastics", "read_stochastics"]

SECTIONS: Final = ("STOCH", "INDEP", "BLOCKS", "SCENARIOS", "ENDATA")
CONTINUOUS: Final = ("UNIFORM", "NORMAL", "BETA", "GAMMA", "LOGNORM", "LOGNORMAL", "SUB", "LINTR", "LINTRAN")
MODES: Final = ("REPLACE", "ADD", "MULTIPLY")
ROOT: Final = "ROOT"
PROBABILITY_TOLERANCE: Final = 1e-3
"""By how much written probabilities may miss 1: files round them to three or more digits. They are used as written,
so that values agree with those of other readers."""

Place = tuple[int, int]
Values = dict[Place, float]
TOP: Final[Place] = (0, 0)


@dataclass(frozen=True)
class Stochastics:
    """What a stochastics file says: blocks or a tree, and places of the matrix the core leaves empty."""

    blocks: tuple[RandomBlock, ...]
    tree: ScenarioTree | None
    extra_places: tuple[Place, ...]


@dataclass
class _Block:
    """A block while it is read: one probability and one set of values per realisation."""

    name: str
    stage: int
    line: MpsLine
    shares: list[float] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)


@dataclass
class _Scenario:
    """A scenario while it is read."""

    name: str
    branch_stage: int
    share: float
    line: MpsLine
    parent: _Scenario | None
    values: Values


@dataclass
class _Draft:
    notes: Notes
    periods: Periods
    elements: Elements
    mode: str = "REPLACE"
    blocks: dict[str, _Block] = field(default_factory=dict)
    scenarios: dict[str, _Scenario] = field(default_factory=dict)
    block: _Block | None = None
    scenario: _Scenario | None = None


def read_stochastics(lines: Iterator[MpsLine], notes: Notes, model: MpsModel, periods: Periods) -> Stochastics:
    """Read the lines of a stochastics file of a core model."""
    draft = _Draft(notes, periods, Elements(model, periods, notes))
    readers = {"INDEP": _read_independent, "BLOCKS": _read_block, "SCENARIOS": _read_scenario}
    section, is_complete = "", False
    for line in lines:
        if line.is_header:
            section = line.words[0].upper()
            is_complete = section == "ENDATA"
            _begin(draft, section, line)
        elif section in readers:
            readers[section](draft, line)
        if is_complete:
            break
    if not is_complete:
        notes.add("mps-bad-section", None, "The section ENDATA is missing.", "Check that the file is complete.")
    return _finish(draft)


def _begin(draft: _Draft, section: str, line: MpsLine) -> None:
    draft.block = draft.scenario = None
    words = [word.upper() for word in line.words[1:]]
    if section not in SECTIONS:
        rule = f"{section} is no section of a stochastics file."
        draft.notes.add("mps-bad-section", line, rule, f"Use one of {', '.join(SECTIONS)}.")
    elif section not in {"STOCH", "ENDATA"}:
        continuous = [word for word in words if word in CONTINUOUS]
        if continuous:
            rule = f"The distribution {continuous[0]} is not read, only discrete ones."
            draft.notes.add("smps-unsupported", line, rule, "Give its values with their probabilities.")
        draft.mode = next((word for word in words if word in MODES), "REPLACE")


def _read_independent(draft: _Draft, line: MpsLine) -> None:
    """One value of one element: `column row value [period] probability`."""
    element, rest = draft.elements.find(line)
    if element is None or len(rest) not in {2, 3}:
        if element is not None:
            draft.notes.bad_line(line, "column row value [period] probability")
        return
    value, share = draft.notes.number(rest[0], line), _probability(draft, rest[-1], line)
    stage = _stage(draft, rest[1], line) if len(rest) == 3 else draft.elements.stage(element)
    if not _is_in_time(draft, element, stage, line):
        return
    block = draft.blocks.setdefault(f"{element}", _Block(draft.elements.name(element), stage, line))
    block.shares.append(share)
    block.values.append({element: draft.elements.changed(element, value, draft.mode)})


def _read_block(draft: _Draft, line: MpsLine) -> None:
    """`BL block period probability`, then `column row value [row value]`."""
    if line.words[0].upper() == "BL":
        if len(line.words) != 4:
            draft.notes.bad_line(line, "BL block period probability")
            return
        name, period, share = line.words[1:]
        block = draft.blocks.setdefault(name, _Block(name, _stage(draft, period, line), line))
        block.shares.append(_probability(draft, share, line))
        block.values.append(dict(block.values[0]) if block.values else {})
        draft.block = block
    elif draft.block is None:
        draft.notes.bad_line(line, "BL block period probability")
    else:
        _read_values(draft, line, draft.block.values[-1], draft.block.stage)


def _read_scenario(draft: _Draft, line: MpsLine) -> None:
    """`SC scenario parent probability period`, then `column row value [row value]`."""
    if line.words[0].upper() == "SC":
        if len(line.words) != 5:
            draft.notes.bad_line(line, "SC scenario parent probability period")
            return
        draft.scenario = _open_scenario(draft, line)
    elif draft.scenario is None:
        draft.notes.bad_line(line, "SC scenario parent probability period")
    else:
        first = draft.scenario.branch_stage if draft.scenario.parent is not None else 0
        _read_values(draft, line, draft.scenario.values, first)


def _open_scenario(draft: _Draft, line: MpsLine) -> _Scenario:
    name, parent_word, share, period = line.words[1:]
    parent_name = parent_word.strip("'\"")
    parent = draft.scenarios.get(parent_name)
    if parent is None and parent_name.upper() != ROOT:
        draft.notes.unknown("scenario above", parent_name, line, [*draft.scenarios, ROOT])
    if name in draft.scenarios:
        draft.notes.add("mps-duplicate", line, f'The scenario "{name}" is named twice.', "Rename one.")
    values = dict(parent.values) if parent is not None else {}
    stage = max(1, _stage(draft, period, line))
    draft.scenarios[name] = _Scenario(name, stage, _probability(draft, share, line), line, parent, values)
    return draft.scenarios[name]


def _read_values(draft: _Draft, line: MpsLine, values: Values, first_stage: int) -> None:
    for element, word in draft.elements.find_pairs(line):
        if _is_in_time(draft, element, first_stage, line):
            values[element] = draft.elements.changed(element, draft.notes.number(word, line), draft.mode)


def _is_in_time(draft: _Draft, element: Place, stage: int, line: MpsLine) -> bool:
    """Whether a value is known when it is needed; what is decided now cannot be random."""
    needed = draft.elements.stage(element)
    is_first_and_fixed = needed == 0 and stage == 0 and not draft.blocks and bool(draft.scenarios)
    if needed >= max(stage, 1) or (is_first_and_fixed and len(draft.scenarios) == 1):
        return True
    names = draft.periods.names
    rule = f"{draft.elements.name(element)} is needed in {names[needed]}, before it is known in {names[stage]}."
    draft.notes.add("smps-stage-order", line, rule, "Correct the period, or move the row or column.")
    return False


def _stage(draft: _Draft, name: str, line: MpsLine) -> int:
    stage = draft.periods.stage(name)
    if stage is None:
        draft.notes.unknown("period", name, line, draft.periods.names)
    return stage or 0


def _probability(draft: _Draft, word: str, line: MpsLine) -> float:
    share = draft.notes.number(word, line)
    if not 0.0 <= share <= 1.0:
        draft.notes.add("smps-bad-probability", line, f"The probability {share:g} is not in [0, 1].", "Correct it.")
        return 0.0
    return share


def _finish(draft: _Draft) -> Stochastics:
    extra = tuple(draft.elements.extra_places)
    if draft.blocks and draft.scenarios:
        draft.notes.add("smps-unsupported", None, "Blocks and scenarios stand in one file.", "Keep one of the two.")
    if not (draft.blocks or draft.scenarios or draft.notes.problems):
        draft.notes.add("smps-empty", None, "Nothing is random in this file.", "Add INDEP, BLOCKS or SCENARIOS.")
    blocks = tuple(_random_block(draft, block) for block in draft.blocks.values())
    scenarios = list(draft.scenarios.values())
    if scenarios:
        _check_total(draft, [scenario.share for scenario in scenarios], scenarios[0].line, "all scenarios")
    if draft.notes.problems or not scenarios:
        return Stochastics(blocks, None, extra)
    return Stochastics((), _tree(draft), extra)


def _random_block(draft: _Draft, block: _Block) -> RandomBlock:
    _check_total(draft, block.shares, block.line, f'block "{block.name}"')
    realisations = tuple(
        Realisation(share, tuple((kind, index, value) for (kind, index), value in values.items()))
        for share, values in zip(block.shares, block.values, strict=True)
    )
    return RandomBlock(block.name, block.stage, realisations)


def _check_total(draft: _Draft, shares: list[float], line: MpsLine, what: str) -> None:
    total = float(np.sum(shares))
    if abs(total - 1.0) > PROBABILITY_TOLERANCE:
        rule = f"The probabilities of {what} add up to {total:g}, not to 1."
        draft.notes.add("smps-bad-probability", line, rule, "Correct them.")


def _tree(draft: _Draft) -> ScenarioTree:
    """Tree of the scenarios: one shares the nodes of its parent up to the stage at which it branches off."""
    paths: dict[str, list[Place]] = {}
    share: dict[Place, float] = {TOP: 1.0}
    values: dict[Place, Values] = {}
    for number, scenario in enumerate(draft.scenarios.values()):
        path = [TOP] + [(stage, number) for stage in range(1, len(draft.periods.names))]
        if scenario.parent is not None:
            path[: scenario.branch_stage] = paths[scenario.parent.name][: scenario.branch_stage]
        paths[scenario.name] = path
        for node in path:
            values.setdefault(node, scenario.values)
            share[node] = 1.0 if node == TOP else share.get(node, 0.0) + scenario.share
    return _tree_of(draft, paths, share, values)


def _tree_of(
    draft: _Draft, paths: dict[str, list[Place]], share: dict[Place, float], values: dict[Place, Values]
) -> ScenarioTree:
    """Nodes are known by (stage, scenario that opened them), which is also their order."""
    order = {node: place for place, node in enumerate(sorted(share))}
    parent = np.full(len(order), -1, dtype=np.int64)
    for path in paths.values():
        for above, node in itertools.pairwise(path):
            parent[order[node]] = order[above]
    rows = [
        (place, kind, index, value)
        for node, place in order.items()
        for (kind, index), value in values[node].items()
        if draft.elements.stage((kind, index)) == node[0]
    ]
    stage = np.array([node[0] for node in order], dtype=np.int64)
    shares = np.array([share[node] for node in order])
    names = sorted(paths, key=lambda name: order[paths[name][-1]])
    return ScenarioTree(parent, stage, shares, Changes.of(rows), tuple(names))
