"""A real NetBox takes one unit through its web interface, ten thousand cables through the loader, and gives back both.

Needs the NetBox that `tools/install-netbox` makes (Python 3.12, PostgreSQL, Redis); else skipped by name.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rackwright.catalog import load_catalog
from rackwright.exchange import EXPORTS
from rackwright.exchange.netbox import netbox_files
from rackwright.exchange.netbox_load import group_rows
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
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
from dcim.models import Cable, CablePath, Device, Interface, Rack
ends = {}
for end in Interface.objects.filter(cable__isnull=False).select_related("device"):
    sides = ends.setdefault(end.cable_id, {"A": [], "B": []})
    sides[end.cable_end].append([end.cable_connector or 1, end.device.name, end.name])
cables = [
    [c.label, c.type, c.status, float(c.length), c.length_unit, c.profile or "", *(sorted(ends[c.pk][s]) for s in "AB")]
    for c in Cable.objects.all()
]
standing = [[d.name, d.position and float(d.position), d.face] for d in Device.objects.all()]
kinds = [list(row) for row in Interface.objects.values_list("device__name", "name", "type", "speed")]
counts = [model.objects.count() for model in (Rack, Device, Interface)]
sample = Cable.objects.filter(profile="trunk-4c1p").first()
joined = [[str(t) for t in sample.a_terminations], [str(t) for t in sample.b_terminations]]
traced = []
joint = Interface.objects.filter(cable__isnull=False).exclude(cable__profile="").order_by("pk")[::EVERY // 10]
for end in [*Interface.objects.filter(cable__isnull=False).order_by("pk")[::EVERY], *joint]:
    path = CablePath.from_origin([end])
    far = path.destinations[0]
    traced.append([end.device.name, end.name, far.device.name, far.name, path.is_complete])
found = {"cables": cables, "counts": counts, "standing": standing, "kinds": kinds, "sample": joined, "traced": traced}
print("READ" + json.dumps(found))
""".replace("EVERY", "100")
"""What NetBox holds after the load, with the paths it traces from every hundredth port, and every tenth of those whose
cable has several links: all of them take it minutes.
"""


TOKEN = """
import django
django.setup()
from users.models import Token, User
user = User.objects.create_superuser("tester", "tester@example.com", "a-password-for-tests-only")
token = Token(user=user, version=2)
token.save()
print("TOKEN" + "nbt_" + token.key + "." + token.token)
"""
ADDRESS = "127.0.0.1:18000"
STARTS_IN_S = 120
BATCH = 100


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
    """Cables come back with label, type, length and both ends; a second load of them writes nothing and says why.

    Links of one assembly are one cable. NetBox traces each port that is tried to the end that its link has in the plan.
    """
    archive = tmp_path / "plan.zip"
    archive.write_bytes(EXPORTS["netbox"](large_pod))
    with zipfile.ZipFile(archive) as files:
        files.extractall(tmp_path / "plan")
    rows = _read(tmp_path / "plan" / "09-cables.csv")
    assert len(rows) > 10_000
    with running() as netbox:
        netbox.python(str(tmp_path / "plan" / "load.py"), str(tmp_path / "plan"))
        text = netbox.python("-c", READ_BACK)
        with pytest.raises(AssertionError, match="ports have a cable already"):
            netbox.python(str(tmp_path / "plan" / "load.py"), str(tmp_path / "plan"))
    found = json.loads(text[text.index("READ") + 4 :])
    sides = [("side_a_device", "side_a_name"), ("side_b_device", "side_b_name")]
    grouped = group_rows(rows, ("trunk-2c1p", "trunk-4c1p"))
    assert len(grouped) == large_pod.cabling.num_cables
    wanted = [
        [
            *(own[0][name] for name in ("label", "type", "status")),
            max(float(row["length"]) for row in own),
            own[0]["length_unit"],
            profile,
            *([[lane, row[d], row[n]] for lane, row in enumerate(own, 1)] for d, n in sides),
        ]
        for profile, own in grouped
    ]
    assert sorted(found["cables"]) == sorted(wanted)
    standing, kinds = (_read(tmp_path / "plan" / name) for name in ("07-devices.csv", "08-interfaces.csv"))
    placed = [[r["name"], float(r["position"]) if r["position"] else None, r["face"]] for r in standing]
    assert sorted(found["standing"], key=str) == sorted(placed, key=str)
    assert sorted(found["kinds"]) == sorted([r["device"], r["name"], r["type"], int(r["speed"])] for r in kinds)
    assert found["counts"][0] == len(large_pod.layout.racks)
    assert found["counts"][2] == 2 * len(rows)
    assert [len(side) for side in found["sample"]] == [4, 4]
    ends = {tuple(one): other for r in rows for one, other in _both_ways(*([r[d], r[n]] for d, n in sides))}
    assert len(found["traced"]) > 200
    assert all([*ends[device, port], True] == far for device, port, *far in found["traced"])


def _both_ways(one: list[str], other: list[str]) -> list[tuple[list[str], list[str]]]:
    """A cable from either end."""
    return [(one, other), (other, one)]


def _read(path: Path) -> list[dict[str, str]]:
    """Rows of a file of the archive."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Web:
    """NetBox's web interface, as a client with a token sees it; `ids` holds what was written, by model and name."""

    token: str
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Answer to one request, which must end well."""
        request = urllib.request.Request(
            f"http://{ADDRESS}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            pytest.fail(f"{method} {path}: {error.code} {error.read()[:1000]!r}")

    def write(self, path: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows as NetBox made them, a hundred with each request."""
        made: list[dict[str, Any]] = []
        for first in range(0, len(rows), BATCH):
            made += self.send("POST", f"dcim/{path}/", rows[first : first + BATCH])
        return made

    def name(self, model: str, rows: list[dict[str, Any]], key: str = "name") -> None:
        """Write rows of a model and remember their numbers by name."""
        for row in self.write(model, rows):
            self.ids[model, row[key]] = row["id"]

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every row of a model."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.send("GET", f"dcim/{path}/?limit=500&offset={len(found)}")
            found += page["results"]
            if not page["results"] or len(found) >= page["count"]:
                return found


@contextmanager
def serving(netbox: NetBox) -> Iterator[Web]:
    """The web interface on a port of this machine, with a token of a user made for it."""
    text = netbox.python("-c", TOKEN)
    command = [str(HOME / "venv/bin/gunicorn"), "netbox.wsgi", "-b", ADDRESS, "-w", "1", "--timeout", "600"]
    server = subprocess.Popen(
        command, env=netbox.environment, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    web = Web(text[text.index("TOKEN") + 5 :].split()[0])
    try:
        for _ in range(STARTS_IN_S):
            try:
                urllib.request.urlopen(f"http://{ADDRESS}/login/", timeout=60).close()
                break
            except (urllib.error.URLError, TimeoutError):
                time.sleep(1.0)
        yield web
    finally:
        server.terminate()
        server.wait(timeout=60)


def one_unit(plan: Plan) -> dict[str, pl.DataFrame]:
    """Files of the archive, cut to the trays and leaves of the first unit's scale-out network."""
    files = dict(netbox_files(plan))
    devices = plan.fabric.devices.frame
    leaves = devices.filter(network="scale-out", tier=1, unit=0)
    own = pl.concat([devices.filter(tier=0, unit=0), leaves]).select("device", "tier", "index", "block")
    tray, leaf = pl.format("{}-node{}", "block", "index"), pl.format("{}-scale-out-leaf{}", "block", "index")
    names = own.select(name=pl.when(pl.col("tier") == 0).then(tray).otherwise(leaf))["name"].implode()
    in_unit = pl.col("side_a_device").is_in(names) & pl.col("side_b_device").is_in(names)
    cables = files["cables"].filter(in_unit)
    ends = pl.concat([cables.select(device=f"side_{side}_device", name=f"side_{side}_name") for side in "ab"])
    kept = files["devices"].filter(pl.col("name").is_in(names))
    return files | {
        "devices": kept,
        "racks": files["racks"].filter(pl.col("name").is_in(kept["rack"].implode())),
        "interfaces": files["interfaces"].join(ends, on=["device", "name"], how="semi"),
        "cables": cables,
    }


def test_102_one_unit_through_the_web_interface(large_pod: Plan) -> None:
    """Racks, devices, interfaces and cables of a unit are taken as they are, and cables come back end by end."""
    files = one_unit(large_pod)
    with running() as netbox, serving(netbox) as web:
        for model in ("sites", "manufacturers", "device-roles"):
            web.name(model, files[model].to_dicts())
        at = web.ids
        site = files["sites"]["name"][0]
        web.name("locations", [{**row, "site": at["sites", row["site"]]} for row in files["locations"].to_dicts()])
        types = [
            {**row, "manufacturer": at["manufacturers", row["manufacturer"]]}
            for row in files["device-types"].to_dicts()
        ]
        web.name("device-types", types, "model")
        places = {
            "site": "sites",
            "location": "locations",
            "rack": "racks",
            "role": "device-roles",
            "device_type": "device-types",
        }
        for model in ("racks", "devices"):
            rows = files[model].drop("manufacturer", strict=False).to_dicts()
            web.name(model, [{k: at[places[k], v] if k in places else v for k, v in row.items()} for row in rows])
        assert site in {name for model, name in at if model == "sites"}
        interfaces = files["interfaces"].to_dicts()
        made = web.write("interfaces", [{**row, "device": at["devices", row["device"]]} for row in interfaces])
        ports = {(row["device"]["name"], row["name"]): row["id"] for row in made}
        cables = files["cables"].to_dicts()
        web.write("cables", [_posted(row, ports) for row in cables])
        found = [_shown(row) for row in web.all("cables")]
    wanted = [
        (
            row["label"],
            row["type"],
            row["length"],
            *(row[f"side_{side}_{end}"] for side in "ab" for end in ("device", "name")),
        )
        for row in cables
    ]
    assert len(wanted) > 500
    assert sorted(found) == sorted(wanted)


def _posted(row: dict[str, Any], ports: dict[tuple[str, str], int]) -> dict[str, Any]:
    """A cable as the web interface takes it."""
    ends = {
        f"{side}_terminations": [
            {"object_type": "dcim.interface", "object_id": ports[row[f"side_{side}_device"], row[f"side_{side}_name"]]}
        ]
        for side in "ab"
    }
    return ends | {key: row[key] for key in ("type", "status", "label", "length", "length_unit")}


def _shown(row: dict[str, Any]) -> tuple[Any, ...]:
    """A cable as the web interface gives it back, in the order of what was wanted."""
    ends = [row[f"{side}_terminations"][0]["object"] for side in "ab"]
    return (
        row["label"],
        row["type"],
        float(row["length"]),
        *(end for e in ends for end in (e["device"]["name"], e["name"])),
    )
