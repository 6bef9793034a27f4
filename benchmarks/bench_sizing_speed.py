"""How many training configurations a second are timed, and how long do whole searches take?"""

from __future__ import annotations

import time

import numpy as np

from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Accelerator, ModelArchitecture, OperatorCoefficients
from rackwright.sizing import find_service, make_device, model_shape, step_times, training_memory_byte
from rackwright.sizing.decode import Request
from rackwright.sizing.profile import PowerFacts, mean_load_w
from rackwright.sizing.serving import NoService, ServingCase, ServingRack
from rackwright.sizing.space import ALL_OFFLOADS, PLAIN, Axes, search_space
from rackwright.sizing.stages import LAYOUTS
from rackwright.sizing.step import Overlap, RunShape
from rackwright.sizing.training import CHUNK, MICRO_BATCHES

OVERLAP = Overlap(0.3, 0.3, 0.5, 0.8, 1.15)
POWER = PowerFacts(132e3, 86e3, 0.1, 0.9, 0.6, 0.4, 0.5, 0.01)
RATE_TARGET, SEARCH_TARGET_S, FRONTIER_TARGET_S = 1e6, 3.0, 1.0
REPEATS = 3
AXES = Axes(context=(1, 2, 4, 8), sharding=(1, 2, 3))
EVERY = Axes(AXES.context, AXES.sharding, ALL_OFFLOADS, tuple(range(len(LAYOUTS))))


def search(
    model: str, chip: str, *, batch: int, accels: tuple[int, ...], axes: Axes = AXES
) -> tuple[int, int, float, float]:
    """Exhaustive search at each number of accelerators: laid out, timed, seconds in all, best step."""
    catalog = load_catalog()
    shape = model_shape(catalog.get(ModelArchitecture, model))
    coefficients = catalog.all(OperatorCoefficients)
    device = make_device(
        catalog.get(Accelerator, chip), coefficients, precision="bf16", kv_precision="bf16", speed="middle"
    )
    run = RunShape(2048.0, float(batch))
    laid = timed = 0
    best = np.inf
    started = time.process_time()
    for count in accels:
        part = search_space(
            shape,
            domain=device.domain,
            global_batch=batch,
            fewest=float(count),
            most=float(count),
            micro_batches=MICRO_BATCHES,
            axes=axes,
        )
        laid += part.tensor.size
        memory = training_memory_byte(shape, part, sequence=2048.0)
        fits = (memory.total <= device.memory_byte * 0.92) & (memory.host_total <= device.host_memory_byte * 0.75)
        part = part.take(fits)
        for begin in range(0, part.tensor.size, CHUNK):
            piece = part.take(np.arange(begin, min(begin + CHUNK, part.tensor.size)))
            best = min(best, float(step_times(shape, device, run, piece, OVERLAP).step_s.min()))
        timed += part.tensor.size
    return laid, timed, time.process_time() - started, best


def timing_rate(axes: Axes = PLAIN) -> float:
    """Configurations timed per second and core with their steps and mean loads, search not counted."""
    catalog = load_catalog()
    shape = model_shape(catalog.get(ModelArchitecture, "deepseek-v3"))
    device = make_device(
        catalog.get(Accelerator, "nvidia-gb200"),
        catalog.all(OperatorCoefficients),
        precision="bf16",
        kv_precision="bf16",
        speed="middle",
    )
    part = search_space(
        shape, domain=device.domain, global_batch=4096, fewest=1024, most=4096, micro_batches=MICRO_BATCHES, axes=axes
    )
    part = part.take(np.arange(min(part.tensor.size, 10 * CHUNK)))
    rates = []
    for _ in range(REPEATS):
        started = time.process_time()
        for begin in range(0, part.tensor.size, CHUNK):
            piece = part.take(np.arange(begin, min(begin + CHUNK, part.tensor.size)))
            mean_load_w(POWER, step_times(shape, device, RunShape(4096.0, 4096.0), piece, OVERLAP).phases)
        rates.append(part.tensor.size / (time.process_time() - started))
    return max(rates)


def frontier() -> tuple[int, float]:
    """Every serving instance of a large mixture on one domain: instances timed, seconds."""
    catalog = load_catalog()
    shape = model_shape(catalog.get(ModelArchitecture, "deepseek-v3"))
    coefficients = catalog.all(OperatorCoefficients)
    device = make_device(
        catalog.get(Accelerator, "nvidia-gb200"), coefficients, precision="fp8", kv_precision="fp8", speed="middle"
    )
    case = ServingCase(shape, Request(4000.0, 1000.0, 0.3, 1.0, 1.0, "fp8", 1.15), 2.0, 0.03, 1.0, 0.97)
    started = time.process_time()
    found = find_service(case, device, ServingRack(72, 0.08))
    seconds = time.process_time() - started
    if isinstance(found, NoService):
        raise SystemExit(found.reason)
    return found.num_timed, seconds


def main() -> None:
    """Time them all and state what there is to reach."""
    print(f"sizing: {timing_rate() / 1e6:.2f} M configurations/s on one core (to reach: 1 M/s on two)")
    laid, timed, seconds, best = search(
        "gpt-3-175b", "nvidia-a100-sxm-80gb", batch=1536, accels=(512, 1024, 2048, 4096)
    )
    print(f"sizing: 175B on 512-4096: {laid} laid out, {timed} fit and timed, {seconds:.2f} s (to reach: 3 s)")
    print(f"sizing: {timing_rate(EVERY) / 1e6:.2f} M configurations/s with host memory and lean stages on every axis")
    laid, timed, seconds, _ = search(
        "gpt-3-175b", "nvidia-a100-sxm-80gb", batch=1536, accels=(512, 1024, 2048, 4096), axes=EVERY
    )
    print(f"sizing: 175B on 512-4096, every axis: {laid} laid out, {timed} fit and timed, {seconds:.2f} s")
    if not 0.0 < best < np.inf:
        raise SystemExit("the search found nothing")
    count, frontier_s = frontier()
    print(f"sizing: serving frontier of {count} instances {frontier_s:.2f} s (to reach: {FRONTIER_TARGET_S:.0f} s)")


if __name__ == "__main__":
    main()
