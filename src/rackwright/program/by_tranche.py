"""Which revision of its rack does each tranche get, where rows of the structure hold for some tranches only?

A tranche that such a row names gets a revision of its configuration, and of every item between the rack and the row:
rows of their own, made on the lines of the first, told apart by the name of the first tranche that gets it. The row as
written stays, for tranches that no row names and so that a changed program can be revised again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rackwright.program.model import Program
from rackwright.program.platforms import Configuration, Platform
from rackwright.program.sites import Tranche
from rackwright.program.supply import BomRow, ContentRule, Item

__all__ = ["as_written", "by_tranche", "is_revised", "parents_above", "revision_id", "revision_ids", "structure_pairs"]

Key = frozenset[int]


def revision_id(item: str, tranche: str) -> str:
    """Name of the revision of an item that a tranche is the first to get."""
    return f"{item}+{tranche}"


def by_tranche(program: Program) -> Program:
    """The program with a configuration of its own for each revision that rows by tranche make.

    A program without such rows is returned as it is; one that was revised before is revised anew.

    Examples
    --------
    With `{parent: rack, component: manifold-b, qty: 2, tranches: [t3, t4]}` the tranches t3 and t4 are of the
    configuration `rack+t3`, which is `rack` with that row.
    """
    if not any(row.tranches for row in program.supply.bom):
        return program
    return _Revising(as_written(program)).revised()


def as_written(program: Program) -> Program:
    """The program without the revisions that `by_tranche` added."""
    base, supply = revision_ids(program), program.supply
    kept = supply.model_copy(
        update={
            "items": tuple(row for row in supply.items if row.id not in base),
            "bom": tuple(row for row in supply.bom if row.parent not in base),
            "makes": tuple(row for row in supply.makes if row.item not in base),
            "routes": tuple(row for row in supply.routes if row.item not in base),
            "content_rules": tuple(_bound(row, tuple(b for b in row.binds if b not in base))
                                   for row in supply.content_rules),
        }
    )  # fmt: skip
    platforms = tuple(
        _with(platform, tuple(sku for sku in platform.configurations if sku.id not in base))
        for platform in program.platforms
    )
    tranches = tuple(_of(row, base.get(row.configuration, row.configuration)) for row in program.tranches)
    return program.model_copy(update={"supply": kept, "platforms": platforms, "tranches": tranches})


def revision_ids(program: Program) -> Mapping[str, str]:
    """Names that revisions may get, with the item that each would revise."""
    above = sorted(_revised(program))
    return {revision_id(item, row.id): item for item in above for row in program.tranches}


def is_revised(program: Program) -> bool:
    """True if revisions were added: a tranche is of a configuration that is named for a tranche, as revisions are."""
    skus = [sku for platform in program.platforms for sku in platform.configurations]
    named = {revision_id(sku.id, row.id): f"{sku.revision} for {row.id}" for sku in skus for row in program.tranches}
    used = {row.configuration for row in program.tranches}
    return any(sku.id in used and named.get(sku.id) == sku.revision for sku in skus)


def parents_above(program: Program, items: Iterable[str]) -> frozenset[str]:
    """The items and everything above them: by rows of the program, and by what configurations hold."""
    found, pairs = {*items}, structure_pairs(program)
    while more := {parent for parent, component in pairs if component in found} - found:
        found |= more
    return frozenset(found)


def structure_pairs(program: Program) -> tuple[tuple[str, str], ...]:
    """Parent and component of every row of the structure and of everything in the racks of configurations."""
    numbers = {row.part: row.id for row in reversed(program.supply.items) if row.part}
    drawn = [
        (sku.id, numbers.get(content.part, content.part))
        for platform in program.platforms
        for sku in platform.configurations
        for content in sku.contents
    ]
    return (*((row.parent, row.component) for row in program.supply.bom), *dict.fromkeys(drawn))


def _revised(program: Program) -> frozenset[str]:
    """Parents of rows by tranche and everything above them."""
    return parents_above(program, (row.parent for row in program.supply.bom if row.tranches))


@dataclass(frozen=True)
class _Revising:
    """Looks up the revision of every item for every tranche of a program as it was written."""

    program: Program

    def revised(self) -> Program:
        """The program with every revision."""
        supply, first = self.program.supply, self._first
        new = [(item, name) for (item, key), name in first.items() if key != self._key(item, "")]
        update = {
            "items": tuple(self._item(item, name) for item, name in new if item not in self._skus),
            "bom": tuple(row for item, name in new for row in self._rows(item, name)),
            "makes": tuple(
                row.model_copy(update={"item": revision_id(item, name)})
                for item, name in new for row in supply.makes if row.item == item
            ),
            "routes": tuple(
                row.model_copy(update={"item": revision_id(item, name)})
                for item, name in new for row in supply.routes if row.item == item
            ),
        }  # fmt: skip
        grown: dict[str, object] = {table: (*getattr(supply, table), *rows) for table, rows in update.items()}
        grown["content_rules"] = tuple(
            _bound(rule, (*rule.binds, *(revision_id(item, name) for item, name in new if item in rule.binds)))
            for rule in supply.content_rules
        )
        return self.program.model_copy(
            update={
                "supply": supply.model_copy(update=grown),
                "platforms": tuple(self._platform(platform, new) for platform in self.program.platforms),
                "tranches": tuple(_of(row, self.name(row.configuration, row.id)) for row in self.program.tranches),
            }
        )

    def name(self, item: str, tranche: str) -> str:
        """Name of the revision of an item in the racks of a tranche; the item's own where no row names the tranche."""
        key = self._key(item, tranche)
        return item if key == self._key(item, "") else revision_id(item, self._first[item, key])

    def _item(self, item: str, tranche: str) -> Item:
        """The revision of an item; what the catalog knows of the part it is stays known."""
        own = next((row for row in self.program.supply.items if row.id == item), Item(id=item))
        update = {
            "id": revision_id(item, tranche),
            "name": f"{own.name or item} for {tranche}",
            "part": own.part or item,
        }
        return own.model_copy(update=update)

    def _rows(self, item: str, tranche: str) -> list[BomRow]:
        """Rows of a revision; what is revised below it goes in as its own revision, drawn parts of a rack too."""
        out = self._left_out(tranche)
        drawn = [
            BomRow(parent=revision_id(item, tranche), component=self.name(component, tranche), qty=1.0)
            for component in self._drawn.get(item, ())
            if self.name(component, tranche) != component
        ]
        return drawn + [
            row.model_copy(
                update={
                    "parent": revision_id(item, tranche),
                    "component": self.name(row.component, tranche) if row.component in self._below else row.component,
                    "tranches": (),
                }
            )
            for number, row in enumerate(self.program.supply.bom)
            if row.parent == item and number not in out
        ]

    def _platform(self, platform: Platform, new: list[tuple[str, str]]) -> Platform:
        """A platform with revisions before the SKU they revise, so that its newest SKU stays the last."""
        grown: list[Configuration] = []
        for sku in platform.configurations:
            grown += [
                sku.model_copy(update={"id": revision_id(item, name), "revision": f"{sku.revision} for {name}"})
                for item, name in new
                if item == sku.id
            ]
            grown.append(sku)
        return _with(platform, tuple(grown))

    @cached_property
    def _pairs(self) -> tuple[tuple[str, str], ...]:
        return structure_pairs(self.program)

    @cached_property
    def _skus(self) -> frozenset[str]:
        return frozenset(sku.id for platform in self.program.platforms for sku in platform.configurations)

    @cached_property
    def _drawn(self) -> Mapping[str, tuple[str, ...]]:
        """What the racks of each configuration hold that is revised."""
        written = {(row.parent, row.component) for row in self.program.supply.bom}
        found: dict[str, tuple[str, ...]] = {}
        for parent, component in self._pairs:
            if (parent, component) not in written and component in self._below:
                found[parent] = (*found.get(parent, ()), component)
        return found

    @cached_property
    def _first(self) -> Mapping[tuple[str, Key], str]:
        """First tranche, in the order of need, that gets each revision of each item."""
        found: dict[tuple[str, Key], str] = {}
        for row in sorted(self.program.tranches, key=lambda row: (row.need_by, row.id)):
            waiting = [row.configuration]
            while waiting:
                item = waiting.pop()
                if item in self._below:
                    found.setdefault((item, self._key(item, row.id)), row.id)
                    waiting += [component for parent, component in self._pairs if parent == item]
        return dict(sorted(found.items(), key=lambda pair: (pair[0][0], pair[1])))

    @cached_property
    def _below(self) -> Mapping[str, Key]:
        """Numbers of the rows below each item that rows by tranche change."""
        rows = self.program.supply.bom
        found = {}
        for item in sorted(_revised(self.program)):
            inside, waiting, seen = set[int](), [item], {item}
            while waiting:
                parent = waiting.pop()
                mine = {number for number, row in enumerate(rows) if row.parent == parent} - inside
                inside |= mine
                waiting += [component for above, component in self._pairs if above == parent and component not in seen]
                seen |= {*waiting}
            found[item] = frozenset(inside)
        return found

    def _key(self, item: str, tranche: str) -> Key:
        """Numbers of the rows below an item that do not hold for a tranche: what tells its revisions apart."""
        return self._left_out(tranche) & self._below.get(item, frozenset())

    def _left_out(self, tranche: str) -> Key:
        """Numbers of the rows that do not hold for a tranche.

        These name other tranches, or name none and are replaced: a row of their group names this one.
        """
        if tranche not in self._memo:
            rows = self.program.supply.bom
            replaced = {(row.parent, row.group) for row in rows if row.group and tranche in row.tranches}
            self._memo[tranche] = frozenset(
                number
                for number, row in enumerate(rows)
                if (tranche not in row.tranches if row.tranches else (row.parent, row.group) in replaced)
            )
        return self._memo[tranche]

    @cached_property
    def _memo(self) -> dict[str, Key]:
        return {}


def _with(platform: Platform, configurations: tuple[Configuration, ...]) -> Platform:
    return platform.model_copy(update={"configurations": configurations})


def _of(tranche: Tranche, configuration: str) -> Tranche:
    return tranche.model_copy(update={"configuration": configuration})


def _bound(rule: ContentRule, binds: tuple[str, ...]) -> ContentRule:
    return rule.model_copy(update={"binds": binds})
