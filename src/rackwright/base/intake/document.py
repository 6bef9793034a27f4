"""Which value stands where? Data of a YAML or JSON file, with line, column and readable path of every node.

A node is either a scalar, a list or a mapping with text keys. Lines and columns count from 1. Positions of list
entries and mapping values are those of the value; a mapping value also keeps the position of its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rackwright.base.intake.guard import shorten
from rackwright.base.problem import Place

__all__ = ["Document", "KeyPath", "Node", "Places", "readable_path"]

KeyPath = tuple[str | int, ...]
"""Keys and list positions (from 0) that lead from the root to a value, such as `("projects", 3, "after")`."""

_PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+")


@dataclass(slots=True)
class Node:
    """One value with its position; `children` mirror the list or mapping in `value`."""

    value: Any
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    children: list[Node] | dict[str, Node] | None = None

    def child(self, key: str | int) -> Node | None:
        """Node one step down, or None if there is none."""
        if isinstance(self.children, dict):
            return self.children.get(key) if isinstance(key, str) else None
        if isinstance(self.children, list) and isinstance(key, int) and 0 <= key < len(self.children):
            return self.children[key]
        return None


def readable_path(data: Any, path: KeyPath) -> str:
    """Path for people: `projects[tx-2].after`; list entries are named by their `id` or `name` where they have one."""
    text = ""
    for key in path:
        data, step = _step(data, key)
        text += step
    return shorten(text.removeprefix("."), 200)


def _step(data: Any, key: str | int) -> tuple[Any, str]:
    if isinstance(key, str):
        below = data.get(key) if isinstance(data, dict) else None
        return below, f".{key}" if _PLAIN_KEY.fullmatch(key) else f'["{key}"]'
    below = data[key] if isinstance(data, list) and 0 <= key < len(data) else None
    return below, f"[{_entry_name(below, key)}]"


def _entry_name(entry: Any, index: int) -> str:
    if isinstance(entry, dict):
        for field in ("id", "name"):
            if isinstance(entry.get(field), str | int):
                return str(entry[field])
    return str(index)


class Places(Mapping[KeyPath, Place]):
    """Place of every value of a document, by path; made when asked, so large files stay small in memory."""

    def __init__(self, file: str, root: Node) -> None:
        self._file = file
        self._root = root

    def __getitem__(self, path: KeyPath) -> Place:
        node, depth = self._walk(path)
        if depth < len(path):
            raise KeyError(path)
        return self._place(node.line, node.column, path)

    def nearest(self, path: Sequence[str | int]) -> Place:
        """Place of a value, or of its nearest ancestor that is there; the printed path is always the one asked for."""
        node, _ = self._walk(path)
        return self._place(node.line, node.column, tuple(path))

    def key(self, path: Sequence[str | int]) -> Place:
        """Place of the key that holds a value (for unknown and misspelt keys); as `nearest` where there is no key."""
        node, depth = self._walk(path)
        if depth < len(path) or not node.key_line:
            return self.nearest(path)
        return self._place(node.key_line, node.key_column, tuple(path))

    def __iter__(self) -> Iterator[KeyPath]:
        stack: list[tuple[KeyPath, Node]] = [((), self._root)]
        while stack:
            path, node = stack.pop()
            yield path
            children = node.children
            pairs: list[tuple[str | int, Node]] = []
            pairs += children.items() if isinstance(children, dict) else enumerate(children or ())
            stack.extend(((*path, key), child) for key, child in reversed(pairs))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _walk(self, path: Sequence[str | int]) -> tuple[Node, int]:
        node = self._root
        for depth, key in enumerate(path):
            below = node.child(key)
            if below is None:
                return node, depth
            node = below
        return node, len(path)

    def _place(self, line: int, column: int, path: KeyPath) -> Place:
        return Place(self._file, line, column, readable_path(self._root.value, path))


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (None, bool, int, float, str, list, dict with text keys) and the place of every value."""

    data: Any
    places: Places

    def place(self, path: Sequence[str | int]) -> Place:
        """Place of a value, or of the nearest one above it that is there."""
        return self.places.nearest(path)
