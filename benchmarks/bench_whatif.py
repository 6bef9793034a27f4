"""How long does a what-if take on a stored plan, and is its answer the optimum a cold solve finds?

python benchmarks/bench_whatif.py examples/us-buildout out/us-buildout

One line for each kind of change: wall and CPU seconds of the answer (stages made again, model, solve, tables) in a
process that has read the plan; iterations from the kept basis; the optimum against a cold solve of the changed program
(moves without a price). Reading and editing are shown apart.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rackwright.catalog import Catalog, load_catalog
from rackwright.cli.program import own_catalog
from rackwright.exchange.folder import read_parts, with_tables
from rackwright.program import apply_changes
from rackwright.program.written_change import written_change
from rackwright.scenarios.whatif import DESIGN_TABLES, SUPPLY_TABLES, WhatIf, changed_request, what_if
from rackwright.supply import plan_supply

TARGET_S = 1.0
CASES = {
    "demand: one service +20 %": "serving[batch].demand[*].output * 1.2",
    "demand: a tranche 13 weeks sooner": "tranches[stt-kyber-2].need_by - 13 weeks",
    "supplier: half the allocation": "offers[item=hbm4-stack,supplier=supplier-b].allocation_per_week * 0.5",
    "supplier: 8 weeks longer": "offers[item=hbm4-stack,supplier=supplier-b].lead_time + 8 weeks",
    "tariffs: rates of one country 20 %": "duties[after-tw].rate = 20 %",
    "tariffs: every rate 25 %": "duties[*].rate = 25 %",
    "site: a hall 8 weeks later": "halls[sal-hall-1].ready + 8 weeks",
    "cell: half as many stations on top": "cells[hou-leak].stations * 1.5",
    "ramp: 4 weeks later": "ramps[hbm4-b-ramp].points[*].date + 4 weeks",
    "structure: 10 % more of a part": "bom[parent=nvidia-vr200,component=hbm4-stack].qty * 1.1",
}


def main() -> None:
    """Ask every kind of change once; `--cold` solves each from nothing too and compares the optima."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    began = time.perf_counter()
    catalog = load_catalog(own_catalog(folder))
    plan = read_parts(out, SUPPLY_TABLES)
    print(f"what-if: reading the catalog and what an answer needs of the plan {time.perf_counter() - began:6.2f} s")
    for name, text in CASES.items():
        began = time.perf_counter()
        program = apply_changes(plan.program, [written_change(text)], catalog=catalog)
        edit_s, began, cpu = time.perf_counter() - began, time.perf_counter(), time.process_time()
        answer = what_if(plan, program, catalog, with_design=lambda kept: with_tables(kept, out, DESIGN_TABLES))
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        parts = ", ".join(f"{part.name} {part.seconds:.2f}" for part in answer.parts)
        print(
            f"what-if: {name:36} {wall_s:5.2f} s wall {cpu_s:5.2f} s CPU (to reach: {TARGET_S:.0f} s), "
            f"edit {edit_s:.2f}, {answer.iterations:5,} iterations; {parts}{_cold(answer, catalog, out)}"
        )


def _cold(answer: WhatIf, catalog: Catalog, out: Path) -> str:
    """The cheapest plan from the basis against the optimum of a cold solve."""
    if "--cold" not in sys.argv:
        return ""
    plan, program = answer.before, answer.after.program
    free = what_if(plan, program, catalog, with_design=lambda kept: with_tables(kept, out, DESIGN_TABLES), is_free=True)
    warm = float(free.after.supply.solves["objective"][0])
    cold = float(plan_supply(changed_request(answer.after, catalog)).solves["objective"][0])
    return f"; free {warm / cold - 1:+.1e} of cold"


if __name__ == "__main__":
    main()
