"""Does the reference page say what the catalog holds?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.catalog import Catalog, load_catalog
from rackwright.catalog.read import PART_CLASSES
from rackwright.catalog.reference import KIND_MARKS, catalog_reference

PAGE = Path(__file__).parents[3] / "docs" / "catalog.md"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def test_101_the_committed_page_is_up_to_date(catalog: Catalog) -> None:
    """docs/catalog.md is what `catalog_reference` returns; write it anew when the catalog changes."""
    assert PAGE.read_text(encoding="utf-8") == catalog_reference(catalog), "run: tools/write-reference-pages"


def test_102_every_part_and_source_is_on_the_page(catalog: Catalog) -> None:
    """Each class has a section, each part a row, each source a row."""
    page = catalog_reference(catalog)
    assert all(f"\n## {name}\n" in page for name in PART_CLASSES)
    assert all(f"| `{part.id}`" in page for part in catalog.parts)
    assert all(f"| `{source.id}` |" in page for source in catalog.sources)


def test_103_a_figure_shows_band_kind_and_source(catalog: Catalog) -> None:
    """Value, band, letter of the kind and a source other than the row's main one stand together."""
    row = next(line for line in catalog_reference(catalog).splitlines() if line.startswith("| `nvidia-gb300`"))
    assert "fp4_flop_s **15 PFLOP/s** D;" in row
    assert "idle_share **0.14** [0.08 .. 0.22] A;" in row
    assert "scale_up_domain **72** D nvidia-nvl72-ai-factory;" in row
    assert row.endswith("| inferencex-specs |")


def test_104_every_kind_has_its_own_letter() -> None:
    """Letters are distinct."""
    assert len(set(KIND_MARKS.values())) == len(KIND_MARKS)


def test_105_counts_are_exact(catalog: Catalog) -> None:
    """A count without a unit is written in full: a model's width of 14,336 is not 14,340."""
    row = next(line for line in catalog_reference(catalog).splitlines() if line.startswith("| `mixtral-8x7b`"))
    assert "moe_ffn **14,336** D;" in row
    assert "context **32,768** D;" in row
