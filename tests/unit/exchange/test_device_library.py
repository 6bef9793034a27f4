"""Device types leave a plan as they come back: equal, without a finding, and the switch a catalog can take."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import yaml

from rackwright.catalog import load_catalog
from rackwright.catalog.parts import Switch
from rackwright.catalog.read import fact_fields, text_fields
from rackwright.exchange import EXPORTS, read_device_type
from rackwright.exchange.device_library import Entry, device_type_text, device_types, interface_type
from rackwright.exchange.device_part import device_part_text, left_out
from rackwright.exchange.interface_types import port_kind
from rackwright.plan import Plan


@pytest.fixture(scope="module")
def folder(one_pod: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the small example, unpacked."""
    target = tmp_path_factory.mktemp("library")
    with zipfile.ZipFile(io.BytesIO(EXPORTS["device-types"](one_pod))) as archive:
        archive.extractall(target)
    return target


def test_101_read_back_equal_and_clean(one_pod: Plan, folder: Path) -> None:
    """Every file read by the import is the device type that was written, and the lint finds nothing."""
    written = {device.slug: device for device in device_types(one_pod)}
    files = sorted((folder / "device-types").rglob("*.yaml"))
    assert {file.stem for file in files} == set(written)
    for file in files:
        found = read_device_type(file)
        assert found == written[file.stem]
        assert found.problems == ()


def test_102_every_device_has_a_type(one_pod: Plan, folder: Path) -> None:
    """Parts in slots and switches of networks each have a file; a tray's lists its ports and its accelerators."""
    stems = {file.stem for file in (folder / "device-types").rglob("*.yaml")}
    slots = one_pod.racks.slots.frame
    parts = set(slots.filter((slots["part"] != "") & (slots["role"] != "blank"))["part"])
    assert parts <= stems
    assert {"nvidia-q3400", "nvidia-sn5600-split-2"} <= stems
    tray = yaml.safe_load(next((folder / "device-types").rglob("gb300-compute-tray.yaml")).read_text())
    assert len(tray["interfaces"]) == 6
    assert [item["part_id"] for item in tray["inventory-items"]] == ["nvidia-gb300"] * 4


def test_103_a_switch_comes_back_as_the_same_part(folder: Path, tmp_path: Path) -> None:
    """What `import device-type` makes of an exported switch has its ports, rate, form factor, height, load and mass."""
    found = read_device_type(next((folder / "device-types").rglob("nvidia-q3400.yaml")))
    name, text = device_part_text(found, part_id="again", stamp="test")
    (tmp_path / f"{name}.yaml").write_text(text)
    again, first = (load_catalog(tmp_path).get(Switch, part) for part in ("again", "nvidia-q3400"))
    for field in ("ports", "port_gbit_s", "height_u", "mass_kg", "power_w"):
        one, other = getattr(again, field), getattr(first, field)
        assert one.value == pytest.approx(other.value), field
    assert (again.cage, again.protocol) == (first.cage, first.protocol)


def test_107_every_type_comes_back_as_its_part(one_pod: Plan, folder: Path, tmp_path: Path) -> None:
    """Trays, shelves and switches, their split ports too, come back with class, words and figures they left with."""
    files = {file.stem: file for file in (folder / "device-types").rglob("*.yaml")}
    for stem, file in files.items():
        found = read_device_type(file)
        assert list(left_out(found)) == []
        (tmp_path / f"{stem}.yaml").write_text(device_part_text(found, part_id=f"again-{stem}", stamp="test")[1])
    catalog = load_catalog(tmp_path)
    split = catalog.get(Switch, "again-nvidia-sn5600-split-2")
    figures = (split.ports, split.port_gbit_s, split.ports_per_cage)
    assert ([fact.value for fact in figures if fact], split.cage) == ([256, 200, 4], "OSFP")
    for stem in set(files) - {"nvidia-sn5600-split-2"}:
        again, first = (catalog.find(part) for part in (f"again-{stem}", stem))
        assert type(again) is type(first)
        for field in fact_fields(type(first)):
            one, other = getattr(again, field.name), getattr(first, field.name)
            if other is not None and field.name not in {"price_usd", "lead_days", "failures_per_h"}:
                assert one.value == pytest.approx(other.value), (stem, field.name)
        for word in {"role", "cage", "protocol", "accelerator", "storage_cage"} & set(text_fields(type(first))):
            assert getattr(again, word) == getattr(first, word)


def test_104_rack_types(one_pod: Plan, folder: Path) -> None:
    """Each frame is a rack type of its height."""
    heights = {
        row["slug"]: row["u_height"]
        for row in map(yaml.safe_load, (f.read_text() for f in (folder / "rack-types").rglob("*.yaml")))
    }
    assert heights == dict(one_pod.racks.types.frame.select("enclosure", "height_u").iter_rows())


@pytest.mark.parametrize(
    ("gbit_s", "cage", "protocol"),
    [
        (800.0, "OSFP", "ethernet"),
        (1.0, "RJ45", "ethernet"),
        (400.0, "OSFP", "infiniband"),
        (25.0, "SFP28", "ethernet"),
    ],
)
def test_105_words_mean_the_same_both_ways(gbit_s: float, cage: str, protocol: str) -> None:
    """The word written for a port is read as the same rate, form factor and protocol."""
    kind = port_kind(interface_type(gbit_s, cage, protocol))
    assert kind is not None
    assert (kind.gbit_s, kind.cage, kind.protocol) == (gbit_s, cage, protocol)


def test_106_names_with_signs_stay_text(one_pod: Plan, tmp_path: Path) -> None:
    """A maker or model with quotes, colons or a formula in it is read back letter by letter."""
    device = device_types(one_pod)[0]
    odd = type(device)(**{**vars(device), "manufacturer": 'A: "B" #c', "model": "=1+1 - x"})
    file = tmp_path / "odd.yaml"
    file.write_text(device_type_text(Entry(odd)))
    assert read_device_type(file) == odd
