"""A real NetBox takes ten thousand cables through the loader, and gives back the same.

Needs the NetBox that `tools/install-netbox` makes (Python 3.12, PostgreSQL, Redis); else skipped by name.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rackwright.catalog import load_catalog
from rackwright.exchange import EXPORTS
from rackwright.plan import Plan, plan_program
from rackwright.program import read_program

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".netbox"
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not (HOME / "ready").is_file(), reason="no NetBox to test with: tools/install-netbox"),
]
DATABASE = "netbox_loaded"
READ_BACK = """
import json, django
django.setup()
from dcim.models import Cable, Device, Interface, Rack
ends = {}
for end in Interface.objects.filter(cable__isnull=False).select_related("device"):
    ends.setdefault(end.cable_id, {})[end.cable_end] = [end.device.name, end.name]
cables = [
    [c.label, c.type, c.status, float(c.length), c.length_unit, ends[c.pk]["A"], ends[c.pk]["B"]]
    for c in Cable.objects.all()
]
counts = [model.objects.count() for model in (Rack, Device, Interface)]
sample = Cable.objects.first()
joined = [[str(t) for t in sample.a_terminations], [str(t) for t in sample.b_terminations]]
print("READ" + json.dumps({"cables": cables, "counts": counts, "sample": joined}))
"""


@dataclass(frozen=True)
class NetBox:
    """A running database with an empty NetBox in it, and the interpreter that speaks to it."""

    environment: dict[str, str]

    def python(self, *arguments: str) -> str:
        """Output of NetBox's interpreter, which must end well."""
        command = [str(HOME / "venv/bin/python"), *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=600, cwd=HOME
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


def as_owner(command: str) -> None:
    """Run a database program as a user that may."""
    shell = ["su", "postgres", "-s", "/bin/bash", "-c"] if os.geteuid() == 0 else ["bash", "-c"]
    subprocess.run([*shell, command], check=True, capture_output=True, timeout=120)


@contextmanager
def running() -> Iterator[NetBox]:
    """Database and cache servers with a fresh copy of the migrated database."""
    programs, data, start = (HOME / "ready").read_text().splitlines()
    server = ["redis-server", "--port", "16379", "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"]
    as_owner(f"{programs}/pg_ctl -D {data}/pg -l {data}/pg.log -o '{start}' -w start")
    cache = subprocess.Popen(server, stdout=subprocess.DEVNULL)
    address = "-h 127.0.0.1 -p 55432 -U postgres"
    try:
        as_owner(f"{programs}/dropdb {address} --if-exists {DATABASE}")
        as_owner(f"{programs}/createdb {address} -T netbox {DATABASE}")
        settings = {"NETBOX_ROOT": str(HOME / "instance"), "NETBOX_DATABASE": DATABASE}
        yield NetBox({**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "netbox.settings"})
    finally:
        as_owner(f"{programs}/pg_ctl -D {data}/pg -m fast -w stop")
        cache.terminate()
        cache.wait(timeout=30)


@pytest.fixture(scope="module")
def large_pod() -> Plan:
    """The small example with six units instead of two: more than ten thousand cables."""
    catalog = load_catalog(None)
    program = read_program(ROOT / "examples" / "one-pod", catalog=catalog)
    hall = program.halls[0].model_copy(update={"rows": 16, "it_w": 30e6})
    steps = tuple(step.model_copy(update={"power_w": 60e6}) for step in program.sites[0].energisation)
    site = program.sites[0].model_copy(update={"energisation": steps})
    block = program.blocks[0].model_copy(update={"units": 6})
    supply = program.supply.model_copy(update={"offers": (), "makes": ()})
    changes = {"halls": (hall,), "sites": (site,), "blocks": (block,), "supply": supply, "projects": ()}
    return plan_program(program.model_copy(update=changes), catalog)


def test_101_what_is_loaded_is_read_back(large_pod: Plan, tmp_path: Path) -> None:
    """Cables come back with label, type, length and both ends; a second load of them writes nothing and says why."""
    archive = tmp_path / "plan.zip"
    archive.write_bytes(EXPORTS["netbox"](large_pod))
    with zipfile.ZipFile(archive) as files:
        files.extractall(tmp_path / "plan")
    with (tmp_path / "plan" / "09-cables.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 10_000
    with running() as netbox:
        netbox.python(str(tmp_path / "plan" / "load.py"), str(tmp_path / "plan"))
        netbox.python(str(HOME / "venv/bin/netbox"), "trace_paths", "--no-input")
        text = netbox.python("-c", READ_BACK)
        with pytest.raises(AssertionError, match="ports have a cable already"):
            netbox.python(str(tmp_path / "plan" / "load.py"), str(tmp_path / "plan"))
    found = json.loads(text[text.index("READ") + 4 :])
    sides = [("side_a_device", "side_a_name"), ("side_b_device", "side_b_name")]
    wanted = [
        [r["label"], r["type"], r["status"], float(r["length"]), r["length_unit"], *([r[d], r[n]] for d, n in sides)]
        for r in rows
    ]
    assert sorted(found["cables"]) == sorted(wanted)
    assert found["counts"][0] == len(large_pod.layout.racks)
    assert found["counts"][2] == 2 * len(rows)
    assert [len(side) for side in found["sample"]] == [1, 1]
