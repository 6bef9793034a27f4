"""Does anything contain, precede or refine itself?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rackwright.program.after import parse_after
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path

__all__ = ["check_cycles"]

Edges = Mapping[str, Mapping[str, Path]]
"""Node -> next node -> field path that says so."""
_MOST: Final = 100
_REPAIR: Final = "Remove one of these relations."


def check_cycles(subject: Subject) -> Iterator[Finding]:
    """BOM, activities and scenarios must each have a beginning and an end; every relation of a cycle is named."""
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
        """`a -> b -> a`."""
        return " -> ".join(self.nodes)


def _bom(subject: Subject) -> Edges:
    """Parent to component; an item and the catalog part it is are one node, which has the item's name."""
    part = {item.part: item.id for item in reversed(subject.program.supply.items) if item.part}
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
    return {
        row.id: dict.fromkeys(row.parents, ("scenarios", index, "merges" if row.merges else "parent"))
        for index, row in rows
        if row.parents
    }


def _find_cycles(edges: Edges) -> Iterator[_Cycle]:
    """Short cycles, until every relation that lies on any is in one of them; at most `_MOST`."""
    order = _order_of_visit(edges)
    knot = _knot(edges)
    covered: set[tuple[str, str]] = set()
    found = 0
    for before in sorted(knot, key=order.__getitem__):
        for after in knot[before]:
            way = () if (before, after) in covered else _way(knot, after, before)
            if way and found < _MOST:
                first = min(range(len(way)), key=lambda i: order[way[i]])
                nodes = (*way[first:], *way[:first], way[first])
                covered.update(pairwise(nodes))
                found += 1
                yield _Cycle(nodes, edges[nodes[-2]][nodes[-1]])


def _order_of_visit(edges: Edges) -> dict[str, int]:
    """Place of each node when relations are followed to their ends from the first row on."""
    order: dict[str, int] = {}
    for root in edges:
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in order:
                order[node] = len(order)
                waiting.extend(reversed(list(edges.get(node, {}))))
    return order


def _knot(edges: Edges) -> dict[str, tuple[str, ...]]:
    """What is left after nodes that nothing comes before have been taken away again and again."""
    waits = Counter(after for row in edges.values() for after in row)
    free = [node for node in edges if not waits[node]]
    for node in free:
        for after in edges.get(node, {}):
            waits[after] -= 1
            if not waits[after]:
                free.append(after)
    gone = set(free)
    return {node: tuple(row) for node, row in edges.items() if node not in gone}


def _way(knot: Mapping[str, tuple[str, ...]], origin: str, target: str) -> tuple[str, ...]:
    """Fewest nodes from one to another, both included; none where there is no way."""
    came = {origin: ""}
    waiting = [origin]
    for node in waiting:
        if node == target:
            break
        for after in knot.get(node, ()):
            if after not in came:
                came[after] = node
                waiting.append(after)
    if target not in came:
        return ()
    way = [target]
    while way[-1] != origin:
        way.append(came[way[-1]])
    return tuple(reversed(way))
