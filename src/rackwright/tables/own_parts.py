"""Which parts of the program's own catalog does a plan carry along, so that exports know them?"""

from __future__ import annotations

from polars import String

from rackwright.base.table import Column, Table

__all__ = ["OwnParts"]


class OwnParts(Table):
    """One row per switch, tray, frame, panel or bundle rule that the built-in catalog lacks or has otherwise."""

    part = Column(String, "part", key=True)
    kind = Column(String, "class of the catalog")
    text = Column(String, "all its fields as JSON")
