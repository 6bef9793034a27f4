"""Which configurations get direct current from side racks, so that they hold no rectifier shelves of their own?"""

from __future__ import annotations

from collections.abc import Iterable

from rackwright.catalog.index import Catalog
from rackwright.catalog.parts import PowerShelf
from rackwright.program.model import Program
from rackwright.program.platforms import Configuration, Content

__all__ = ["direct_configurations", "is_rectifier", "rectifier_efficiency"]


def direct_configurations(program: Program) -> frozenset[str]:
    """SKUs all of whose racks stand at sites whose power chain names a `side_rack`.

    One that stands elsewhere too keeps its shelves; the check `power-rack-double-conversion` then asks for a SKU of
    its own.
    """
    direct = {site.id for site in program.sites if site.power.side_rack}
    sites: dict[str, set[str]] = {}
    for block in program.blocks:
        for sku in _skus(program, block.id, block.platform):
            sites.setdefault(sku, set()).add(block.site)
    return frozenset(sku for sku, own in sites.items() if own <= direct)


def _skus(program: Program, block: str, platform: str) -> Iterable[str]:
    """What a block is built of: the configurations of its tranches, else all of its platform."""
    named = {tranche.configuration for tranche in program.tranches if tranche.block == block}
    whole = {sku.id for row in program.platforms if row.id == platform for sku in row.configurations}
    return sorted(named or whole)


def is_rectifier(content: Content, catalog: Catalog) -> bool:
    """True for a shelf that makes direct current in the rack."""
    part = catalog.find(content.part)
    return isinstance(part, PowerShelf) and part.role == "rectifier"


def rectifier_efficiency(configuration: Configuration, catalog: Catalog) -> float:
    """Of the shelves a configuration lists, weighted by rating; 1 without any."""
    rated_w = passed_w = 0.0
    for content in configuration.contents:
        part = catalog.find(content.part)
        if isinstance(part, PowerShelf) and part.role == "rectifier" and part.rating_w is not None:
            own_w = part.rating_w.value * content.count
            rated_w += own_w
            passed_w += own_w * (part.efficiency_share.value if part.efficiency_share is not None else 1.0)
    return passed_w / rated_w if rated_w else 1.0
