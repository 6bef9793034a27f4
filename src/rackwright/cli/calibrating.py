"""The command that fits the figures of sizing to published or own measured rows."""

from __future__ import annotations

import json
from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.cli.console import say
from rackwright.cli.text_table import text_table

__all__ = ["calibrate_folder"]


def calibrate_folder(folder: Path, out: Path, write_into: Path | None) -> int:
    """Fit, write the figures as catalog files and the report as JSON, and show what moved."""
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.catalog.load import load_catalog
    from rackwright.validate.calibration import calibrate, catalog_files, patched

    if not folder.is_dir():
        raise InputError([Problem("file-missing", Place(str(folder)), "this folder does not exist.")])
    catalog = load_catalog()
    found = calibrate(catalog, folder)
    layer = FileLayer()
    out.mkdir(parents=True, exist_ok=True)
    for name, text in catalog_files(catalog, found.figures).items():
        write_bytes(out.absolute() / name, text.encode(), layer=layer)
    data = json.dumps(found.report, indent=1, ensure_ascii=False) + "\n"
    write_bytes(out.absolute() / "calibration.json", data.encode(), layer=layer)
    for path in sorted(write_into.glob("*.yaml")) if write_into is not None else ():
        before = path.read_text(encoding="utf-8")
        after = patched(before, found.figures)
        if after != before:
            write_bytes(path.absolute(), after.encode(), layer=layer)
    rows = [[f.part, f.field, f"{f.value:.4g}", f"{f.low:.4g}", f"{f.high:.4g}"] for f in found.figures]
    head = ["part", "figure", "value", "low", "high"]
    say(text_table(head, rows, [False, False, True, True, True]), to_stdout=True)
    for name, figures in found.report["left_out"].items():
        say(f"left out, {name}: {figures['rows']} rows, median {figures['median_ape']}, p90 {figures['p90_ape']}")
    return 0
