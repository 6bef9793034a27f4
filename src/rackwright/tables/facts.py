"""Which catalog facts does a plan rest on, and which stage used them?"""

from __future__ import annotations

from polars import Boolean, Float64, Int32, String

from rackwright.base.table import Column, Table

__all__ = ["Facts"]


class Facts(Table):
    """One row per stage and catalog fact used."""

    stage = Column(String, "stage that used it", key=True)
    fact = Column(String, "`part.figure`", key=True)
    assumption = Column(Boolean, "True if it is an assumption, not evidence")
    value = Column(Float64, "value in its canonical unit")
    low = Column(Float64, "low end of the band", nullable=True)
    high = Column(Float64, "high end of the band", nullable=True)
    unit = Column(String, "canonical unit")
    written = Column(String, "as the source writes it")
    kind = Column(String, "datasheet, standard, measured, filing, estimate, assumption, computed, definition")
    source = Column(String, "source id; empty for an assumption or a definition")
    source_title = Column(String, "title of the source")
    at = Column(String, "place in the source, reason of the assumption, or what defines it")
    year = Column(Int32, "year of the figure", nullable=True)
