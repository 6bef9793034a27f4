"""A part without an impedance is planned with that of the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Transformer
from rackwright.catalog.standins import lenders

FIELDS = "rating_va: {rating}, primary_v: 34.5 kV, secondary_v: 415 V, efficiency_share: 0.99"
PART = "class: Transformer\nparts:\n  - {id: own-unit, role: mv-lv, kind: datasheet, source: own, facts: {FACTS}}\n"


def overlay(folder: Path, facts: str) -> Path:
    """A catalog folder with one unit substation."""
    sources = "sources:\n  own: {title: Own data sheet, publisher: Own, kind: datasheet}\n"
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    (folder / "own.yaml").write_text(PART.replace("FACTS", facts), encoding="utf-8")
    return folder


def test_101_the_nearest_rating_lends_its_impedance(tmp_path: Path) -> None:
    """The impedance is that of the unit of the same voltage nearest in rating, told with file and line."""
    catalog = load_catalog(overlay(tmp_path, FIELDS.replace("{rating}", "2.4 MVA")))
    (warning,) = catalog.warnings
    assert (warning.code, warning.severity) == ("missing-impedance", "warning")
    assert warning.place.path == "own-unit.impedance_share"
    assert (warning.place.file, warning.place.line) == (f"{tmp_path.name}/own.yaml", 3)
    assert "0.0575 of mv-lv-2.5mva stands in" in warning.rule
    unit = catalog.get(Transformer, "own-unit")
    assert [(name, fact.id) for name, fact in lenders(unit)] == [("impedance_share", "mv-lv-2.5mva.impedance_share")]


def test_102_a_stated_impedance_is_kept(tmp_path: Path) -> None:
    """A part with its own impedance takes none and warns of nothing."""
    facts = FIELDS.replace("{rating}", "2.4 MVA") + ", impedance_share: 0.08"
    catalog = load_catalog(overlay(tmp_path, facts))
    assert catalog.warnings == ()
    assert list(lenders(catalog.get(Transformer, "own-unit"))) == []


def test_103_a_part_without_rating_is_refused(tmp_path: Path) -> None:
    """Nothing stands in for a part that lacks its rating too: both are named."""
    with pytest.raises(InputError) as caught:
        load_catalog(overlay(tmp_path, "primary_v: 34.5 kV, secondary_v: 415 V, efficiency_share: 0.99"))
    assert {problem.place.path for problem in caught.value.problems} == {
        "own-unit.rating_va",
        "own-unit.impedance_share",
    }
