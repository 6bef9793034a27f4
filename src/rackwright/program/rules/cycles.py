"""Does anything contain, precede or refine itself?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rackwright.program.after import parse_after
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path

__all__ = ["check_cycles"]

Edges = Mapping[str, Mapping[str, Path]]
"""Node -> next node -> field path that says so."""
_SHOWN: Final = 12
_REPAIR: Final = "Remove one of these relations."


def check_cycles(subject: Subject) -> Iterator[Finding]:
    """BOM, activities and scenarios must each have a beginning and an end; cycles that share nothing are all named."""
    for cycle in _find_cycles(_bom(subject)):
        yield Finding("bom-cycle", cycle.path, f"an item contains itself: {cycle.chain}.", _REPAIR)
    for cycle in _find_cycles(_activities(subject)):
        projects = tuple(dict.fromkeys(node.split(".", 1)[0] for node in cycle.nodes))
        rule = f"an activity waits for itself: {cycle.chain}."
        yield Finding("project-cycle", cycle.path, rule, _REPAIR, involved=projects)
    for cycle in _find_cycles(_parents(subject)):
        yield Finding("scenario-cycle", cycle.path, f"a scenario refines itself: {cycle.chain}.", _REPAIR)


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Nodes, the first repeated at the end, and the field path of the relation that closes it."""

    nodes: tuple[str, ...]
    path: Path

    @property
    def chain(self) -> str:
        """`a -> b -> a`, shortened in the middle."""
        nodes = self.nodes
        shown = nodes if len(nodes) <= _SHOWN else (*nodes[: _SHOWN - 2], "...", nodes[-1])
        return " -> ".join(shown)


def _bom(subject: Subject) -> Edges:
    """Parent to component; an item and the catalog part it is are one node."""
    part = {item.id: item.part or item.id for item in subject.program.supply.items}
    edges: dict[str, dict[str, Path]] = {}
    for index, row in enumerate(subject.program.supply.bom):
        parent, component = part.get(row.parent, row.parent), part.get(row.component, row.component)
        edges.setdefault(parent, {}).setdefault(component, ("supply", "bom", index, "component"))
    return edges


def _activities(subject: Subject) -> Edges:
    edges: dict[str, dict[str, Path]] = {}
    known = subject.names("activity")
    for i, project in enumerate(subject.program.projects):
        for j, activity in enumerate(project.activities):
            for k, text in enumerate(activity.after):
                before = parse_after(text, project.id, known)
                if before is not None:
                    path = ("projects", i, "activities", j, "after", k)
                    edges.setdefault(before.activity, {}).setdefault(f"{project.id}.{activity.id}", path)
    for index, link in enumerate(subject.program.links):
        edges.setdefault(link.origin, {}).setdefault(link.to, ("links", index, "to"))
    return edges


def _parents(subject: Subject) -> Edges:
    rows = enumerate(subject.program.scenarios)
    return {row.id: {row.parent: ("scenarios", index, "parent")} for index, row in rows if row.parent}


def _find_cycles(edges: Edges) -> Iterator[_Cycle]:
    """Cycles in order of the rows, one of those that share a node."""
    done: set[str] = set()
    taken: set[str] = set()
    for root in edges:
        if root in done:
            continue
        trail: list[str] = [root]
        on_trail = {root}
        branches = [iter(edges.get(root, {}).items())]
        while branches:
            step = next(branches[-1], None)
            if step is None:
                branches.pop()
                node = trail.pop()
                on_trail.discard(node)
                done.add(node)
                continue
            node, path = step
            if node in on_trail:
                nodes = trail[trail.index(node) :]
                if taken.isdisjoint(nodes):
                    taken.update(nodes)
                    yield _Cycle((*nodes, node), path)
            elif node not in done:
                trail.append(node)
                on_trail.add(node)
                branches.append(iter(edges.get(node, {}).items()))
