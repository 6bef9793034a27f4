"""Open programs accept what is exported: graphviz reads the graphs, WireViz draws every harness.

Needs `dot` (`tools/install-network-oracles`) and WireViz; skipped by name where they are missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from rackwright.exchange import EXPORTS
from rackwright.plan import Plan

pytestmark = pytest.mark.integration
no_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="not installed: dot; tools/install-network-oracles")
no_wireviz = pytest.mark.skipif(
    shutil.which("wireviz") is None and find_spec("wireviz") is None, reason="not installed: wireviz"
)


def run(*command: str) -> str:
    """Output of a program that must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout


@no_dot
@pytest.mark.parametrize(("form", "edges"), [("dot", 1), ("ptm", 3000)])
def test_101_graphviz_reads_the_graphs(one_pod: Plan, tmp_path: Path, form: str, edges: int) -> None:
    """The folded fabric and the topology of every link are graphs; each link is an edge."""
    file = tmp_path / "graph.dot"
    file.write_bytes(EXPORTS[form](one_pod))
    canonical = run("dot", "-Tcanon", str(file))
    assert canonical.count("--") + canonical.count("->") >= min(edges, len(one_pod.fabric.links))


@no_dot
@no_wireviz
def test_102_wireviz_draws_every_assembly(one_pod: Plan, tmp_path: Path) -> None:
    """The drawing names every cable of the sheet, and the parts list counts as many as there are kinds."""
    file = tmp_path / "harness.yml"
    file.write_bytes(EXPORTS["wireviz"](one_pod))
    program = shutil.which("wireviz")
    start = "from wireviz.wv_cli import wireviz; wireviz()"
    run(*((program,) if program else (sys.executable, "-c", start)), "--format", "st", str(file))
    drawing = (tmp_path / "harness.svg").read_text(encoding="utf-8")
    assert all(f">{name}<" in drawing for name in yaml.safe_load(file.read_text())["cables"])
    assert (tmp_path / "harness.bom.tsv").stat().st_size > 0
