"""How do the events of a YAML or JSON file become data without ever holding more than the limits allow?

Both formats feed this builder the same events. Every event is counted before its node is made. Broken rules that do not
hide what follows are collected (`complain`); those that do end the reading (`stop`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from rackwright.base.errors import InputError
from rackwright.base.intake.document import Document, KeyPath, Node, Places, readable_path
from rackwright.base.intake.guard import Limits, raise_all, shorten
from rackwright.base.problem import Place, Problem

__all__ = ["Builder", "Spot"]

_UNSAFE_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Spot(NamedTuple):
    """A line and a column of the file, both from 1."""

    line: int
    column: int


_NOWHERE = Spot(0, 0)


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being filled."""

    node: Node
    first_count: int
    anchor: str | None = None
    key: str | None = None
    key_spot: Spot = _NOWHERE
    step: str | int = 0
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What an alias repeats: the node, how many values it holds and how deep they go."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class _Finding:
    code: str
    spot: Spot
    path: KeyPath
    rule: str
    repair: str


@dataclass(slots=True)
class Builder:
    """Makes a `Document` from events, or raises all problems found."""

    file: str
    limits: Limits
    root: Node | None = None
    _stack: list[_Frame] = field(default_factory=list)
    _anchors: dict[str, _Anchor] = field(default_factory=dict)
    _findings: list[_Finding] = field(default_factory=list)
    _count: int = 0
    _alias_count: int = 0

    @property
    def wants_key(self) -> bool:
        """True if the next event must be a key of a mapping."""
        return bool(self._stack) and isinstance(self._stack[-1].node.value, dict) and self._stack[-1].key is None

    def complain(self, code: str, spot: Spot, rule: str, repair: str = "") -> None:
        """Note a broken rule and go on."""
        self._findings.append(_Finding(code, spot, self._path(), rule, repair))
        if len(self._findings) > self.limits.max_problems:
            self._raise_findings()

    def stop(self, code: str, spot: Spot, rule: str, repair: str = "") -> NoReturn:
        """Note a broken rule that hides what follows, and raise everything found so far."""
        self.complain(code, spot, rule, repair)
        self._raise_findings()
        raise InputError([])  # not reached: there is at least the finding above

    def key(self, text: str, spot: Spot) -> None:
        """The key of the next value."""
        self._add_to_count(1, spot)
        if len(text) > self.limits.max_key_chars:
            rule = f"A key has {len(text):,} characters; the limit is {self.limits.max_key_chars}."
            self.stop("bad-key", spot, rule, "Check for a quote that is not closed.")
        frame = self._stack[-1]
        frame.key, frame.key_spot = text, spot
        self._check_text(text, spot)
        if text in frame.node.value:
            first = frame.node.children[text] if isinstance(frame.node.children, dict) else None
            line = first.key_line if first else 0
            rule = f'The key "{shorten(text)}" is given twice (first in line {line}).'
            self.complain("duplicate-key", spot, rule, "Keep one.")

    def scalar(self, value: Any, spot: Spot, anchor: str | None = None) -> None:
        """A number, text, truth value or null."""
        if isinstance(value, str):
            self._check_text(value, spot)
        node = Node(value, spot.line, spot.column)
        self._place(node, 1, spot)
        if anchor:
            self._keep_anchor(anchor, _Anchor(node, 1, 0), spot)

    def begin(self, empty: list[Any] | dict[str, Any], spot: Spot, anchor: str | None = None) -> None:
        """Start of a list or mapping."""
        if len(self._stack) >= self.limits.max_depth:
            rule = f"Lists and mappings are nested more than {self.limits.max_depth} deep."
            self.stop("too-deep", spot, rule, "Flatten the file.")
        node = Node(empty, spot.line, spot.column, children={} if isinstance(empty, dict) else [])
        first_count = self._count
        self._place(node, 1, spot)
        if anchor:
            self._anchors.pop(anchor, None)
        self._stack.append(_Frame(node, first_count, anchor))

    def end(self) -> None:
        """End of the innermost list or mapping."""
        frame = self._stack.pop()
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, frame.height + 1)
        if frame.anchor:
            size = self._count - frame.first_count
            self._keep_anchor(frame.anchor, _Anchor(frame.node, size, frame.height), Spot(frame.node.line, 1))

    def alias(self, name: str, spot: Spot) -> None:
        """A repetition of an anchored value; a copy, so that nothing is shared."""
        anchor = self._anchors.get(name)
        if anchor is None:
            self.complain("unknown-alias", spot, f'The alias "*{name}" has no finished anchor "&{name}" before it.')
            self.scalar(None, spot)
            return
        self._alias_count += anchor.size
        if self._alias_count > self.limits.max_alias_nodes:
            rule = f"Aliases repeat more than {self.limits.max_alias_nodes:,} keys and values."
            self.stop("too-many-aliases", spot, rule, "Write the values out, or put them in a CSV table.")
        if len(self._stack) + anchor.height > self.limits.max_depth:
            rule = f"With its aliases the file is nested more than {self.limits.max_depth} deep."
            self.stop("too-deep", spot, rule, "Flatten the file.")
        node = Node(_copy(anchor.node.value), spot.line, spot.column, children=anchor.node.children)
        self._place(node, anchor.size, spot)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, anchor.height + 1)

    def document(self) -> Document:
        """The finished document.

        Raises
        ------
        InputError
            All problems found while building.
        """
        self._raise_findings()
        root = self.root or Node(None, 1, 1)
        return Document(root.value, Places(self.file, root))

    def _keep_anchor(self, name: str, anchor: _Anchor, spot: Spot) -> None:
        self._anchors[name] = anchor
        if len(self._anchors) > self.limits.max_alias_nodes:
            rule = f"The file has more than {self.limits.max_alias_nodes:,} anchors."
            self.stop("too-many-aliases", spot, rule, "Remove those that no alias uses.")

    def _place(self, node: Node, size: int, spot: Spot) -> None:
        """Count a node and hang it into the list or mapping that is being filled."""
        self._add_to_count(size, spot)
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        if isinstance(frame.node.children, list):
            frame.step = len(frame.node.children)
            frame.node.value.append(node.value)
            frame.node.children.append(node)
        elif frame.node.children is not None and frame.key is not None:
            node.key_line, node.key_column = frame.key_spot.line, frame.key_spot.column
            frame.node.value.setdefault(frame.key, node.value)
            frame.node.children.setdefault(frame.key, node)
            frame.step, frame.key = frame.key, None

    def _add_to_count(self, size: int, spot: Spot) -> None:
        self._count += size
        if self._count > self.limits.max_nodes:
            rule = f"The file holds more than {self.limits.max_nodes:,} keys and values."
            self.stop("too-many-values", spot, rule, "Put bulk tables in CSV files beside it.")

    def _path(self) -> KeyPath:
        """Path of the value that comes next: the open lists and mappings, then the waiting key or next position."""
        path = [frame.step for frame in self._stack[:-1]]
        if self._stack:
            last = self._stack[-1]
            next_step = len(last.node.value) if isinstance(last.node.value, list) else last.key
            path += [] if next_step is None else [next_step]
        return tuple(path)

    def _check_text(self, text: str, spot: Spot) -> None:
        found = _UNSAFE_TEXT.search(text)
        if found:
            rule = f"The text holds the character U+{ord(found.group()):04X}, which is not allowed."
            self.complain("control-character", spot, rule, "Remove it.")

    def _raise_findings(self) -> None:
        data = self.root.value if self.root else None
        problems = [
            Problem(
                finding.code,
                Place(self.file, finding.spot.line, finding.spot.column, readable_path(data, finding.path)),
                finding.rule,
                finding.repair,
            )
            for finding in self._findings
        ]
        raise_all(problems, self.limits.max_problems)


def _copy(value: Any) -> Any:
    """Copy of plain data; the depth limit bounds the recursion."""
    if isinstance(value, dict):
        return {key: _copy(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_copy(below) for below in value]
    return value
