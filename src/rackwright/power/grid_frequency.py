"""At which frequency does the grid of a site run?"""

from __future__ import annotations

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import ElectricRules
from rackwright.program.sites import Site

__all__ = ["HIGH_HZ", "grid_frequency_hz"]

HIGH_HZ, LOW_HZ = 60.0, 50.0


def grid_frequency_hz(site: Site, catalog: Catalog) -> float:
    """What the program says; else 60 Hz in the countries the catalog lists, and 50 Hz in all others.

    Parameters
    ----------
    site
        Site, whose country decides where its utility states nothing.
    catalog
        Electrical rules with the list of countries.
    """
    if site.utility.frequency_hz is not None:
        return site.utility.frequency_hz
    rules = catalog.get(ElectricRules, "electric-rules")
    return HIGH_HZ if site.country in rules.countries_60_hz.split() else LOW_HZ
