"""How much do a thousand scenarios take on the disk, and how long does a comparison of five of them take?

Usage: python benchmarks/bench_scenarios.py [examples/us-buildout] [--scenarios 1000]

Scenarios are changes of one number of supply each. The base and five scenarios are planned once, then compared again as
`rackwright stress --draws 0 --only ...` does: the program read, outcomes found.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from rackwright.catalog import Catalog
from rackwright.cli.program import open_folder
from rackwright.program import Program
from rackwright.scenarios import Comparison, compare_program

SIZE_TARGET, SECONDS_TARGET, COMPARED = 2.0, 2.0, 5


def main() -> None:
    """Store, plan five, compare them again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default="examples/us-buildout")
    parser.add_argument("--scenarios", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder, kept = Path(text, "program"), Path(text, "kept")
        shutil.copytree(asked.folder, folder)
        base_bytes = size_of(folder)
        names = add_scenarios(folder, asked.scenarios)
        stored = size_of(folder) / base_bytes
        print(f"scenarios: {asked.scenarios:,} stored: {stored:.2f} times the base's {base_bytes:,} bytes", end=" ")
        print(f"(to reach: {SIZE_TARGET:.0f})")
        compare(*open_folder(folder), kept, names)
        began, cpu = time.monotonic(), time.process_time()
        program, catalog = open_folder(folder)
        read_s = time.process_time() - cpu
        compared = compare(program, catalog, kept, names)
        wall, used = time.monotonic() - began, time.process_time() - cpu
        assert compared.outcomes.frame.height == COMPARED + 1
        print(f"scenarios: five compared again: {wall:.2f} s, {used:.2f} CPU-s of it {read_s:.2f} reading", end=" ")
        print(f"(to reach: {SECONDS_TARGET:.0f} s)")


def compare(program: Program, catalog: Catalog, kept: Path, names: list[str]) -> Comparison:
    """Five scenarios spread over all beside the base."""
    only = names[:: max(1, len(names) // COMPARED)][:COMPARED]
    return compare_program(program, catalog, cache_folder=kept, workers=0, only=only)


def add_scenarios(folder: Path, num: int) -> list[str]:
    """Scenarios that scale the price or lead time of an offer; their names."""
    program, _ = open_folder(folder)
    offers = program.supply.offers
    lines, names = [], []
    for number in range(num):
        offer, name = offers[number % len(offers)], f"s{number}"
        at = f"offers[item={offer.item},supplier={offer.supplier}].price"
        lines.append(f"- {{id: {name}, name: {name}, changes: [{{at: '{at}', scale: {1.0 + 0.001 * number:.3f}}}]}}")
        names.append(name)
    path = folder / "scenarios.yaml"
    text = path.read_text() if path.exists() else "scenarios:\n"
    indent = "  " if "\n  - " in text else ""
    path.write_text(text.rstrip("\n") + "\n" + "".join(f"{indent}{line}\n" for line in lines))
    return names


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
