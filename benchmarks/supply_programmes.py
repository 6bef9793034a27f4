"""Programs whose supply plan has more columns than the exact program can carry, for benchmarks and for trying.

python benchmarks/supply_programmes.py TARGET [COPIES] [WEEKS]

Every plant, work centre, supplier and offer of examples/us-buildout stands COPIES times, each copy with its part of the
capacity, so what can be built stays the same and can be split in many more ways; WEEKS is the number of single weeks.
Every plant ships to every other, so columns grow faster than copies. Prices differ by a per cent from copy to copy.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

EXAMPLE = Path(__file__).parents[1] / "examples/us-buildout"
DEARER_SHARE = 0.01
COPIED = {"makes.csv": ("plant",), "routes.csv": ("plant", "cell"), "offers.csv": ("supplier",)}


def write_programme(target: Path, *, copies: int, weeks: int, split_share: float = 1.0) -> None:
    """Write the program folder; `split_share` is the part of each capacity that the copies share."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(EXAMPLE, target)
    (target / "scenarios.yaml").unlink()
    _change(target / "program.yaml", lambda program: program["policy"].update(weekly_buckets=weeks))
    _change(target / "supply.yaml", lambda supply: _copy_places(supply, copies, split_share))
    for name, fields in COPIED.items():
        _copy_rows(target / name, fields, copies, split_share)


def _change(path: Path, edit: Any) -> None:
    held = yaml.safe_load(path.read_text())
    edit(held)
    path.write_text(yaml.safe_dump(held, sort_keys=False, allow_unicode=True, width=200))


def _copy_places(supply: dict[str, Any], copies: int, split_share: float) -> None:
    made = [row for row in supply["plants"] if row.get("kind", "plant") == "plant"]
    supply["plants"] += [_named(row, ("id",), k) for k in range(1, copies) for row in made]
    supply["suppliers"] += [_named(row, ("id",), k) for k in range(1, copies) for row in supply["suppliers"]]
    for cell in supply["cells"]:
        cell["hours_per_week"] = round(cell["hours_per_week"] * split_share / copies, 3)
    supply["cells"] += [_named(row, ("id", "plant"), k) for k in range(1, copies) for row in supply["cells"]]


def _named(row: dict[str, Any], fields: tuple[str, ...], copy: int) -> dict[str, Any]:
    return {**row, **{name: f"{row[name]}-{copy + 1}" for name in fields}}


def _copy_rows(path: Path, fields: tuple[str, ...], copies: int, split_share: float) -> None:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row.get("allocation_per_week"):
            row["allocation_per_week"] = f"{float(row['allocation_per_week']) * split_share / copies:.6g}"
            row["minimum"] = row["multiple"] = ""
    found = list(rows)
    for copy in range(1, copies):
        found += [_dearer(_named(row, fields, copy), copy) for row in rows]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(found)


def _dearer(row: dict[str, Any], copy: int) -> dict[str, Any]:
    """A row of a copy at a price of its own."""
    for name in ("price", "cost"):
        if row.get(name):
            words = row[name].split()
            row[name] = f"{float(words[0].replace(',', '')) * (1 + DEARER_SHARE * copy):.6g} {words[-1]}"
    return row


def main() -> None:
    """Write one."""
    target = Path(sys.argv[1])
    numbers = [int(text) for text in sys.argv[2:]]
    write_programme(target, copies=numbers[0] if numbers else 3, weeks=numbers[1] if len(numbers) > 1 else 78)
    print(f"supply programmes: wrote {target}")


if __name__ == "__main__":
    main()
