"""How long does a whole serving frontier take: every instance, pools apart, quantiles, alternatives?"""

from __future__ import annotations

import time

from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Accelerator, ModelArchitecture, OperatorCoefficients
from rackwright.sizing import make_device, model_shape
from rackwright.sizing.apart import try_pools
from rackwright.sizing.decode import Request
from rackwright.sizing.frontier import alternatives, frontier
from rackwright.sizing.profile import PowerFacts
from rackwright.sizing.serving import LengthClass, NoService, ServingCase, ServingRack, best_service, try_instances

CASES = (
    ("deepseek-v3", "nvidia-gb200", "fp8", 72, 4),
    ("llama-3.1-405b", "nvidia-h200-sxm", "fp8", 8, 1),
    ("gpt-oss-120b", "nvidia-b200-sxm", "fp4", 8, 8),
)
"""Model, chip, precision, accelerators of a rack, and domains an instance may span."""
TARGET_S = 1.0
MIX = (LengthClass(0.7, 2_000.0, 500.0), LengthClass(0.2, 8_000.0, 1_000.0), LengthClass(0.1, 32_000.0, 2_000.0))


def run(model: str, chip: str, precision: str, per_rack: int, domains: int) -> tuple[int, int, float]:
    """Units timed, points of the frontier, seconds."""
    catalog = load_catalog()
    shape = model_shape(catalog.get(ModelArchitecture, model))
    part = catalog.get(Accelerator, chip)
    device = make_device(
        part, catalog.all(OperatorCoefficients), precision=precision, kv_precision="fp8", speed="middle"
    )
    request = Request(6_800.0, 750.0, 0.3, 1.7, 2.0, "fp8", 1.15)
    case = ServingCase(
        shape, request, 30.0, 0.06, 1.0, 0.97, mix=MIX, quantile=0.95, chunk_tokens=2_048.0, most_domains=domains
    )
    rack, power = ServingRack(per_rack, 0.08), PowerFacts(132e3, 100e3, 0.2, 0.9, 0.7, 0.5, 0.6, 0.01)
    started = time.process_time()
    together, apart = try_instances(case, device, rack), try_pools(case, device, rack)
    if isinstance(together, NoService) or apart is None:
        raise SystemExit(f"{model} on {chip} was not served")
    found = best_service(case, rack, (together, apart))
    if isinstance(found, NoService):
        raise SystemExit(found.reason)
    points, kinds = frontier(case, found, power, per_rack), alternatives(case, found)
    if not any(point.is_chosen for point in points) or kinds[0].best_share < 1.0 - 1e-9:
        raise SystemExit("the chosen unit is not the best of its frontier")
    return found.num_timed, len(points), time.process_time() - started


def main() -> None:
    """Time each case and state what there is to reach."""
    for case in CASES:
        units, points, seconds = min((run(*case) for _ in range(3)), key=lambda row: row[2])
        text = f"serving: {case[0]} on {case[1]}: {units} units, {points} on the frontier"
        print(f"{text}, {seconds:.3f} s (to reach: {TARGET_S:.0f} s)")


if __name__ == "__main__":
    main()
