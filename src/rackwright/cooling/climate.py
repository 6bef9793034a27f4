"""Which year of air stands for a site: its weather file, or one made from its design conditions?

The year made is no forecast: it has the site's mean and design temperatures, one cosine over the year and one over the
day, and no weather in between. It lets years be compared until a file is named.
"""

from __future__ import annotations

import math

import numpy as np

from rackwright.catalog.parts import FacilityRules
from rackwright.catalog.weather import Weather
from rackwright.cooling.request import CoolingRequest, HallPlant

__all__ = ["made_year", "year_of"]

HOURS, HOURS_PER_DAY = 8760, 24
WARMEST_DAY, WARMEST_HOUR = 201, 15
"""Late July and mid-afternoon, north of the equator; a shift of the year changes no sum over it."""
DESIGN_QUANTILE = 0.996
"""Design conditions are exceeded in 0.4 % of the hours (ASHRAE Fundamentals, ch. 14)."""
STANDARD_PA = 101_325.0


def year_of(hall: HallPlant, request: CoolingRequest) -> tuple[Weather, bool] | None:
    """Air of a hall's site and True if it is from a file; None where neither a file nor a mean temperature is known."""
    filed = dict(request.weather).get(hall.weather)
    if filed is not None:
        return filed, True
    made = made_year(hall, request.rules)
    return (made, False) if made is not None else None


def made_year(hall: HallPlant, rules: FacilityRules) -> Weather | None:
    """A year with the mean and the design conditions of a site.

    Notes
    -----
    T = T_mean + (T_design - T_mean) x / x_q with x = s cos(year) + (1 - s) cos(day) and x_q its 99.6 % quantile; wet
    bulb = T - (T_design - T_wet)(m + (1 - m) x / x_q), not above T. s is the share of the season in the swing, m the
    wet-bulb depression in the mean over that of the design day.
    """
    if hall.mean_dry_bulb_c is None or rules.season_share is None or rules.mean_depression_share is None:
        return None
    hour = np.arange(HOURS)
    season = np.cos(2.0 * math.pi * (hour / HOURS_PER_DAY - WARMEST_DAY) / (HOURS / HOURS_PER_DAY))
    daily = np.cos(2.0 * math.pi * (hour % HOURS_PER_DAY - WARMEST_HOUR) / HOURS_PER_DAY)
    swing = rules.season_share.value * season + (1.0 - rules.season_share.value) * daily
    swing = swing / float(np.quantile(swing, DESIGN_QUANTILE))
    dry_c = hall.mean_dry_bulb_c + (hall.design_dry_bulb_c - hall.mean_dry_bulb_c) * swing
    mean_share = rules.mean_depression_share.value
    depression_k = (hall.design_dry_bulb_c - hall.design_wet_bulb_c) * (mean_share + (1.0 - mean_share) * swing)
    return Weather(dry_c, dry_c - np.maximum(depression_k, 0.0), np.full(HOURS, STANDARD_PA), 0)
