"""Does the sizing rule give the switch and cable counts that published designs print?

Two forms are read: a table of published designs (`arch_id`, `config`, servers, ports, ... one row per design) and a
bill of one design (`item`, `part`, `rule_or_connection`, `count`, one row per line). A published row is sized from its
own columns and from what its notes state as a choice of the designer (ports of a leaf, bundle, uplink ratio); none of
its counts is used. A row whose figures contradict each other is named with the arithmetic and is not scored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.intake import read_csv
from rackwright.fabric import Clos, ClosNeed, size_clos
from rackwright.validate.fabric_bill import score_bill
from rackwright.validate.fabric_rows import COUNTS, DesignRow, contradictions, read_designs
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["score_fabric"]

LEAF_SPLIT = re.compile(r"(\d+) down/(\d+) up")
GROUP = re.compile(r"spine-leaf group = (\d+) leaves")
BUNDLE = re.compile(r"(\d+) links? per leaf-spine pair")
RATIO = re.compile(r"oversubscribed (\d+):1")
RACK_LEAVES = re.compile(r"(\d+) servers per rack, (\d+) ToR per rack")
LEAF_PORTS = re.compile(r"(\d+) NICs per leaf")


@dataclass(frozen=True)
class _Stated:
    """Choices a published design states in words; 0 where it states none."""

    leaf_down: int = 0
    pod_leaves: int = 0
    bundle: int = 0
    oversubscription: float = 1.0


def score_fabric(path: Path) -> Score:
    """Score published fabrics, or one bill of cables.

    Raises
    ------
    InputError
        The file is not readable as CSV, has neither form, or a number is not a number; all problems at once.
    """
    rows = read_csv(path)
    if {"item", "count"} <= set(rows.columns):
        return score_bill(rows)
    return _score_designs(read_designs(path))


def _score_designs(designs: Sequence[DesignRow]) -> Score:
    cases, skipped, inconsistent = [], [], []
    for design in designs:
        clashes = contradictions(design)
        if clashes:
            inconsistent.append(f"{design.id}: {'; '.join(clashes)}")
            skipped.append(Skip(design.id, f"its own figures contradict each other: {'; '.join(clashes)}"))
            continue
        got = _counts(design, _stated(design, designs))
        if got is None:
            skipped.append(Skip(design.id, "neither a switch radix nor ports of a leaf are published"))
            continue
        cases.append((design, _case(design, got)))
    groups = {
        "provenance": _by([(design.provenance, case) for design, case in cases]),
        "tiers": _by([(str(design.tiers), case) for design, case in cases]),
    }
    metrics = {**_shares([case for _, case in cases]), "inconsistent": inconsistent}
    return Score("fabric", len(designs), tuple(case for _, case in cases), tuple(skipped), metrics, groups)


def _stated(design: DesignRow, designs: Sequence[DesignRow]) -> _Stated:
    """What the notes of a design, or of another row of the same architecture, state."""
    text = " ".join([design.notes, design.switch_model])
    kin = " ".join(other.notes for other in designs if other.arch == design.arch)
    down = LEAF_SPLIT.search(text) or LEAF_PORTS.search(text)
    rack = RACK_LEAVES.search(text) or RACK_LEAVES.search(kin)
    leaf_down = int(down[1]) if down else 0
    if not leaf_down and rack:
        leaf_down = int(rack[1]) * design.nics // int(rack[2])
    group, bundle, ratio = GROUP.search(text), BUNDLE.search(text), RATIO.search(text)
    return _Stated(
        leaf_down=leaf_down,
        pod_leaves=int(group[1]) if group else 0,
        bundle=int(bundle[1]) if bundle else 0,
        oversubscription=float(ratio[1]) if ratio else 1.0,
    )


def _counts(design: DesignRow, stated: _Stated) -> dict[str, int] | None:
    """The counts the sizing rule gives, by the columns' names; leaves alone where no radix is published."""
    endpoints = design.endpoint_links
    if design.radix == 0:
        if not stated.leaf_down:
            return None
        leaves = design.planes * -(-design.servers * design.nics // stated.leaf_down)
        return {"leaf": leaves, "endpoint_leaf_cables": endpoints}
    clos = size_clos(_need(design, stated))
    if clos is None:
        return dict.fromkeys(COUNTS, 0)
    return _counted(clos, endpoints)


def _need(design: DesignRow, stated: _Stated) -> ClosNeed:
    rails = design.nics if design.rail_optimised else 1
    in_unit = design.su_servers * design.nics // rails
    return ClosNeed(
        groups=-(-design.servers // design.su_servers),
        endpoints=in_unit,
        rails=rails,
        planes=design.planes,
        leaf_radix=design.radix,
        spine_radix=design.radix,
        core_radix=design.radix,
        oversubscription=stated.oversubscription,
        leaf_down=stated.leaf_down,
        pod_leaves=stated.pod_leaves,
        bundle=stated.bundle,
        tiers=3 if stated.pod_leaves else 0,
    )


def _counted(clos: Clos, endpoints: int) -> dict[str, int]:
    return {
        "leaf": clos.leaves,
        "spine": clos.spines,
        "core": clos.cores,
        "endpoint_leaf_cables": endpoints,
        "leaf_spine_cables": clos.leaves * clos.leaf_up,
        "spine_core_cables": clos.spines * clos.spine_up,
    }


def _case(design: DesignRow, got: dict[str, int]) -> Case:
    """Published counts against ours; the error is the share of counts that differ."""
    published = {name: count for name, count in design.counts.items() if count is not None}
    wrong = sum(got.get(name) != count for name, count in published.items())
    text = ", ".join(f"{name} {count}" for name, count in published.items())
    mine = ", ".join(f"{name} {got.get(name, 'none')}" for name in published)
    return Case(design.id, text, mine, wrong / len(published) if published else 0.0)


def _shares(cases: Sequence[Case]) -> Metrics:
    if not cases:
        return {"exact_share": None, "exact_rows": 0}
    exact = sum(case.error == 0.0 for case in cases)
    return {"exact_share": exact / len(cases), "exact_rows": exact}


def _by(pairs: Sequence[tuple[str, Case]]) -> dict[str, Metrics]:
    names = sorted({name for name, _ in pairs})
    return {name: _shares([case for group, case in pairs if group == name]) for name in names}
