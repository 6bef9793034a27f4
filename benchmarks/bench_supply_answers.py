"""How long do answers about supply take that are read off a stored plan? CPU seconds of each view on a plan folder.

python benchmarks/bench_supply_answers.py out/us-buildout [TRANCHE]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rackwright.exchange.folder import read_plan
from rackwright.views import ASKED, VIEWS

NAMES = (
    "clear_to_build", "planning_book", "purchase_orders", "liability", "gating", "excess", "content_tests", "exposure",
)  # fmt: skip
TARGET_S = 0.2


def main() -> None:
    """Build each view once and print its CPU seconds."""
    plan = read_plan(Path(sys.argv[1]))
    tranche = sys.argv[2] if len(sys.argv) > 2 else str(plan.siting.tranches["tranche"][-1])
    views = {view.name: view for view in VIEWS}
    for name in NAMES:
        started = time.process_time()
        views[name].build(plan)
        print(f"supply answers: {name:16} {time.process_time() - started:6.3f} s (to reach: {TARGET_S} s)")
    late = {row[0] for row in plan.supply.checks.frame.filter(rule="supply-on-time", passed=False)
            .select("subject").iter_rows()}  # fmt: skip
    proved = set(plan.supply.causes.frame.filter(proved=True)["demand"])
    print(
        "supply answers: late tranches with a leaf cause whose relief was solved again: "
        f"{len(late & proved)} of {len(late)}"
    )
    started = time.process_time()
    ASKED["pegging"].build(plan, tranche)
    print(f"supply answers: {'pegging':16} {time.process_time() - started:6.3f} s (to reach: {TARGET_S} s)")


if __name__ == "__main__":
    main()
