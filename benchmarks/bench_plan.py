"""How long does the main job take on examples/us-buildout: cold, unchanged, and after one changed lead time?"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "us-buildout"
COLD_S, UNCHANGED_S, LEAD_TIME_S, PEAK_MB = 60.0, 2.0, 10.0, 2048.0
OFFER = "hbm4-stack"


def seconds_of(*arguments: str | Path) -> float:
    """Wall-clock time of one `rackwright` command that must succeed [s]."""
    script = Path(sys.executable).with_name("rackwright")
    started = time.perf_counter()
    subprocess.run([str(script), *map(str, arguments)], check=True, capture_output=True)
    return time.perf_counter() - started


def lengthen_one_lead_time(program: Path) -> None:
    """Add four weeks to the lead time of one supplier's offer."""
    (program / "scenarios.yaml").unlink()
    offers = program / "offers.csv"
    lines = offers.read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    column = head.index("lead_time")
    for number, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == OFFER:
            value = cells[column].split()
            cells[column] = f"{int(value[0]) + 4} weeks"
            lines[number] = ",".join(cells)
            break
    else:
        raise SystemExit(f"no offer of {OFFER} in {offers}")
    offers.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Time the three runs and check that the changed plan is another plan."""
    with tempfile.TemporaryDirectory() as folder:
        program, out = Path(folder) / "program", Path(folder) / "out"
        shutil.copytree(EXAMPLE, program)
        cold = seconds_of("plan", program, "-o", out)
        unchanged = seconds_of("plan", program, "-o", out)
        before = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        lengthen_one_lead_time(program)
        lead_time = seconds_of("plan", program, "-o", out)
        after = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert before["racks"] == after["racks"] > 0
    assert before["key"] != after["key"]
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"plan: us-buildout cold, with scenarios   {cold:7.2f} s (to reach: {COLD_S} s)")
    print(f"plan: unchanged                          {unchanged:7.2f} s (to reach: {UNCHANGED_S} s)")
    print(f"plan: after one changed lead time        {lead_time:7.2f} s (to reach: {LEAD_TIME_S} s)")
    print(f"plan: peak memory of one process         {peak_mb:7.0f} MB (to reach: {PEAK_MB:.0f} MB)")


if __name__ == "__main__":
    main()
