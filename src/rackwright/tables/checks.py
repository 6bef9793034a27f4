"""Which rule was held against which value? Every stage reports its checks in one form.

A check never says "compliant": it prints the value, the limit and where the limit comes from. `margin` >= 0 passes.
"""

from __future__ import annotations

from polars import Boolean, Float64, String

from rackwright.base.table import Column, Table

__all__ = ["Checks"]


class Checks(Table):
    """One row per rule and subject."""

    rule = Column(String, "stable id of the rule, `stage-name`", key=True)
    subject = Column(String, "what was checked: device, rack, element, item, gate", key=True)
    value = Column(Float64, "value found")
    limit = Column(Float64, "limit of the rule")
    unit = Column(String, "unit of value and limit")
    passed = Column(Boolean, "True if the value keeps the limit")
    source = Column(String, "where the limit comes from: standard, fact id, program path or arithmetic")
