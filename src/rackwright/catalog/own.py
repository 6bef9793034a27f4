"""How do the parts of a program's own catalog travel with its plan? As text in a table, and back as a catalog.

A plan is read without the folder it was made from; exports ask for words (maker, protocol, airflow), not only figures.
Only kinds of part that views and exports look up are kept, and only parts that the built-in catalog has otherwise.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any, Final

from rackwright.catalog.fibre import PatchPanel
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import BundleRules
from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Fact, Part, RackFrame, Switch, Tray

__all__ = ["catalog_of_rows", "own_part_rows"]

KINDS: Final[dict[str, type[Part]]] = {cls.__name__: cls for cls in (Switch, Tray, RackFrame, PatchPanel, BundleRules)}


def own_part_rows(catalog: Catalog) -> list[tuple[str, str, str]]:
    """Id, class and text of every part that a catalog has beside the built-in ones, or otherwise; sorted by id."""
    builtin = load_catalog(None)
    own = [
        part
        for cls in KINDS.values()
        for part in catalog.all(cls)
        if not (builtin.has(part.id) and builtin.find(part.id) == part)
    ]
    return sorted((part.id, type(part).__name__, json.dumps(dataclasses.asdict(part), sort_keys=True)) for part in own)


def catalog_of_rows(rows: Iterable[tuple[str, str, str]]) -> Catalog:
    """The built-in catalog with the parts of such rows laid over it."""
    builtin = load_catalog(None)
    own = {part_id: _part(KINDS[kind], json.loads(text)) for part_id, kind, text in rows}
    if not own:
        return builtin
    kept = tuple(part for part in builtin.parts if part.id not in own)
    return dataclasses.replace(builtin, parts=(*kept, *own.values()))


def _part(cls: type[Part], fields: dict[str, Any]) -> Part:
    """A part from its fields; a field that is itself a set of fields is a figure."""
    values: dict[str, Any] = {
        name: Fact(**value) if isinstance(value, dict) else value for name, value in fields.items()
    }
    return cls(**values)
