"""What does the grid see of each site's jobs, fiftieth of a second by fiftieth of a second?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.plan import Plan
from rackwright.power.jobs import STEP_S, site_waveform
from rackwright.views.transients import jobs_of

__all__ = ["waveform_table"]

SHORTEST_S, STEPS_SHOWN = 10.0, 3.0


def waveform_table(plan: Plan) -> pl.DataFrame:
    """Load of the compute racks of each site over three of its longest training steps.

    Returns
    -------
    Columns site, time_s, power_w; one row each fiftieth of a second.
    """
    jobs = jobs_of(plan)
    frames = []
    for site in dict.fromkeys(job.site for job in jobs):
        own = [job for job in jobs if job.site == site]
        longest_s = max((job.period_s for job in own if job.is_synchronous), default=0.0)
        power_w = site_waveform(own, seconds=max(SHORTEST_S, STEPS_SHOWN * longest_s))
        time_s = np.round(np.arange(power_w.size) * STEP_S, 3)
        frames.append(pl.DataFrame({"site": [site] * power_w.size, "time_s": time_s, "power_w": np.round(power_w)}))
    schema = {"site": pl.String, "time_s": pl.Float64, "power_w": pl.Float64}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
