"""Do the examples agree with the catalog, and with each other, on what a switch costs?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.catalog import load_catalog
from rackwright.catalog.parts import Switch
from rackwright.program import load_program

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("name", ["one-pod", "us-buildout"])
def test_101_one_price_for_a_switch(name: str) -> None:
    """Every offer of a catalog switch has the catalog's price and band."""
    overlay = EXAMPLES / name / "catalog"
    catalog = load_catalog(overlay if overlay.is_dir() else None)
    program, _ = load_program(EXAMPLES / name, catalog=catalog)
    assert program is not None
    seen = 0
    for offer in program.supply.offers:
        part = catalog.find(offer.item) if catalog.has(offer.item) else None
        if not isinstance(part, Switch) or part.price_usd is None or offer.price is None:
            continue
        seen += 1
        assert (offer.price.value, (offer.price.low, offer.price.high)) == (part.price_usd.value, part.price_usd.band)
    assert seen >= 3
