"""Is the right part found, and does the user's own folder lie over the catalog as promised?"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.base.intake import read_yaml
from rackwright.catalog import Accelerator, Catalog, Switch, Tray, load_catalog
from rackwright.catalog.read import PART_CLASSES

DATA = Path(str(files("rackwright.catalog") / "data"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def overlay(folder: Path, text: str, name: str = "own.yaml") -> Path:
    """A folder with one file of own parts."""
    own = folder / "catalog"
    own.mkdir(exist_ok=True)
    (own / name).write_text(text)
    return own


def problems_of(folder: Path) -> list[tuple[str, str]]:
    """Code and printed line of every problem an overlay raises."""
    with pytest.raises(InputError) as raised:
        load_catalog(folder)
    return [(problem.code, str(problem)) for problem in raised.value.problems]


def test_101_a_part_is_found_by_class_and_id(catalog: Catalog) -> None:
    """`get` returns the part with the figures of its file in the unit the field names."""
    switch = catalog.get(Switch, "nvidia-sn5600")
    assert switch.ports is not None
    assert switch.ports.value == 128
    assert switch.port_gbit_s is not None
    assert switch.port_gbit_s.value == 400
    assert switch.cage_power_w is not None
    assert switch.cage_power_w.source == "nvidia-sn5000-interfaces"


def test_102_an_unknown_id_offers_the_nearest(catalog: Catalog) -> None:
    """The error text names the class and offers ids that look alike."""
    with pytest.raises(InputError, match='Did you mean "nvidia-sn2201"'):
        catalog.get(Switch, "nvidia-sn2202")


def test_103_an_id_of_another_class_says_so(catalog: Catalog) -> None:
    """Asking for a tray with the id of a switch says what the id is."""
    with pytest.raises(InputError, match="is not a Tray: it is a Switch"):
        catalog.get(Tray, "nvidia-sn5600")


def test_104_find_needs_no_class(catalog: Catalog) -> None:
    """`find` returns a part of any class and rejects unknown ids."""
    assert isinstance(catalog.find("nvidia-gb300"), Accelerator)
    with pytest.raises(InputError, match="no part called"):
        catalog.find("flux-capacitor")


def test_105_search_needs_every_word(catalog: Catalog) -> None:
    """`search` matches class, id, name, vendor and status, all words, whatever their case."""
    found = [part.id for part in catalog.search("NVL72 switch TRAY gb300")]
    assert found == ["gb300-nvlink-switch-tray"]


def test_106_a_fact_is_found_by_its_id(catalog: Catalog) -> None:
    """`PART.FIELD` finds a figure even where the part's id holds dots; unknown figures are named."""
    assert catalog.fact("llama-3.1-405b.layers").value == 126
    with pytest.raises(InputError, match="carries no figure"):
        catalog.fact("llama-3.1-405b.wheels")


def test_107_a_source_is_found_by_its_id(catalog: Catalog) -> None:
    """`source` returns the source and rejects unknown ids."""
    assert catalog.source("llama3-herd").publisher == "Meta"
    with pytest.raises(InputError, match="no source called"):
        catalog.source("hearsay")


def test_108_every_class_has_parts(catalog: Catalog) -> None:
    """No class of parts is empty."""
    assert [name for name, cls in PART_CLASSES.items() if not catalog.all(cls)] == []


def test_109_a_width_in_millimetres_holds_millimetres(catalog: Catalog) -> None:
    """The value is in the unit the field's name ends with, whatever the file wrote."""
    assert catalog.fact("orv3-44ou.depth_mm").value == pytest.approx(1219.2)
    assert catalog.fact("orv3-44ou.depth_mm").unit == "mm"
    assert catalog.fact("busway-250a.lead_days").value == pytest.approx(168)


def test_201_the_same_files_give_the_same_catalog(catalog: Catalog) -> None:
    """Loading twice gives equal parts and equal digests."""
    assert load_catalog().digest == catalog.digest
    assert digest(load_catalog().find("nvidia-gb300")) == digest(catalog.find("nvidia-gb300"))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.name)
def test_202_the_fast_and_the_strict_reader_agree(path: Path) -> None:
    """Every built-in file passes the strict reader (no key twice) and means the same to it."""

    def plain(node: object) -> object:
        if isinstance(node, dict):
            return {key: plain(value) for key, value in node.items()}
        if isinstance(node, list):
            return [plain(value) for value in node]
        try:
            return float(str(node))
        except ValueError:
            return str(node)

    assert plain(read_yaml(path).data) == plain(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))


def test_203_no_folder_adds_nothing(catalog: Catalog, tmp_path: Path) -> None:
    """A program without a catalog folder sees the built-in catalog."""
    assert load_catalog(tmp_path / "catalog").digest == catalog.digest


def test_301_an_overlay_replaces_single_figures(catalog: Catalog, tmp_path: Path) -> None:
    """A known id keeps every figure the overlay does not give."""
    text = """class: Switch
parts:
  - id: nvidia-sn5600
    facts:
      price_usd: {value: 99 kUSD, low: 90 kUSD, high: 120 kUSD, kind: assumption}
"""
    changed = load_catalog(overlay(tmp_path, text)).get(Switch, "nvidia-sn5600")
    known = catalog.get(Switch, "nvidia-sn5600")
    assert changed.price_usd is not None
    assert changed.price_usd.value == 99_000
    assert changed.ports == known.ports
    assert changed.name == known.name
    assert load_catalog().get(Switch, "nvidia-sn5600") == known


def test_302_an_overlay_adds_parts_and_sources(tmp_path: Path) -> None:
    """New ids are new parts; a sources.yaml beside them names their evidence."""
    text = """class: Nic
parts:
  - id: supplier-a-nic
    protocol: ethernet
    source: supplier-a-quote
    facts: {ports: 2, port_gbit_s: 400 Gb/s, power_w: 30 (25..40) W}
"""
    folder = overlay(tmp_path, text)
    overlay(tmp_path, "sources:\n  supplier-a-quote: {title: Quote of Supplier A, kind: filing}\n", "sources.yaml")
    catalog = load_catalog(folder)
    assert catalog.fact("supplier-a-nic.power_w").band == (25, 40)
    assert catalog.fact("supplier-a-nic.ports").kind == "filing"


def test_303_null_takes_a_figure_away(tmp_path: Path) -> None:
    """An overlay may say that a figure of the catalog is not to be used."""
    text = "class: Switch\nparts:\n  - id: nvidia-sn5600\n    facts: {price_usd: null}\n"
    assert load_catalog(overlay(tmp_path, text)).get(Switch, "nvidia-sn5600").price_usd is None


def test_304_all_problems_come_at_once_with_places(tmp_path: Path) -> None:
    """Every problem of the overlay is reported in one error, with file, line and repair."""
    text = """class: Switch
parts:
  - id: own-switch
    protocol: ethernet
    cage: OSFP
    colour: blue
    facts:
      ports: 64
      port_gbit_s: {value: 800 W, source: netbox-devicetypes}
      prots: 3
  - name: nameless
"""
    found = problems_of(overlay(tmp_path, text))
    assert [code for code, _ in found] == ["unknown-field", "no-source", "bad-unit", "unknown-field", "part-without-id"]
    lines = [line for _, line in found]
    assert lines[2].startswith("catalog/own.yaml:9:")
    assert '"800 W" is in W' in lines[2]
    assert 'Did you mean "ports"?' in lines[3]


def test_309_a_missing_band_is_told_at_its_line_with_what_to_write(tmp_path: Path) -> None:
    """The line is that of the figure, not of its part, and the repair shows low and high."""
    text = "class: Nic\nparts:\n  - id: nvidia-connectx-7\n    facts:\n      power_w: {value: 30 W, kind: assumption}\n"
    with pytest.raises(InputError) as caught:
        load_catalog(overlay(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.place.line == 5
    assert "low: .., high: .." in problem.repair


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ("power_w: {value: 30 W, kind: assumption}", "assumption-without-band"),
        ("power_w: {value: 30 W, low: 31 W, high: 40 W, kind: assumption}", "bad-band"),
        ("power_w: {value: 30 W, source: nowhere, kind: estimate}", "unknown-source"),
        ("power_w: {value: 30 W, source: nowhere}", "no-source"),
        ("power_w: {value: 30 W, kind: rumour}", "unknown-kind"),
        ("power_w: {value: 30 W, kind: estimate}", "no-source"),
        ("power_w: {value: [30], kind: assumption}", "bad-fact"),
        ("power_w: {value: 30 W, year: soon, source: llama3-herd}", "bad-fact"),
        ("power_w: {low: 30 W, source: llama3-herd}", "bad-fact"),
        ("power_w: true", "bad-fact"),
        ("power_w: 30 W (28..31)", "bad-unit"),
    ],
)
def test_305_evidence_rules_hold_for_own_parts(tmp_path: Path, facts: str, code: str) -> None:
    """A figure of the user's own needs the same evidence as a built-in one."""
    text = f"class: Nic\nparts:\n  - id: nvidia-connectx-7\n    facts:\n      {facts}\n"
    assert code in [found for found, _ in problems_of(overlay(tmp_path, text))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("class: Nic\nparts: 3\n", "bad-catalog-file"),
        ("class: Wheel\nparts: []\n", "unknown-class"),
        ("class: Nic\nparts:\n  - {id: nvidia-sn5600}\n", "duplicate-id"),
        ("class: Nic\nparts:\n  - {id: nvidia-connectx-7}\n  - {id: nvidia-connectx-7}\n", "duplicate-id"),
        ("class: Nic\nparts:\n  - {id: nvidia-connectx-7, status: vintage}\n", "unknown-status"),
        ("class: Nic\nparts:\n  - {id: nvidia-connectx-7, protocol: [ethernet]}\n", "bad-text"),
        ("class: Nic\nparts:\n  - {id: nvidia-connectx-7, protocol: token-ring}\n", "bad-text"),
        ("class: Nic\nparts:\n  - {id: nvidia-connectx-7, facts: [1]}\n", "bad-facts"),
        ("class: Nic\nparts:\n  - {id: My NIC, facts: {}}\n", "bad-id"),
        ("class: Nic\nparts:\n  - {id: own-nic, protocol: ethernet}\n", "missing-fact"),
        ("class: Nic\nclass: Nic\nparts: []\n", "duplicate-key"),
    ],
)
def test_306_broken_files_are_named(tmp_path: Path, text: str, code: str) -> None:
    """Files that are not lists of parts, and parts of unknown form, are problems, never crashes."""
    assert code in [found for found, _ in problems_of(overlay(tmp_path, text))]


def test_307_broken_sources_are_named(tmp_path: Path) -> None:
    """A source needs a title and has known fields only."""
    text = "sources:\n  one: {publisher: Nobody}\n  two: {title: Two, colour: blue}\n  three: [1]\n"
    folder = overlay(tmp_path, text, "sources.yaml")
    assert [code for code, _ in problems_of(folder)] == ["bad-source", "unknown-field", "bad-source"]
    overlay(tmp_path, "list: []\n", "sources.yaml")
    assert [code for code, _ in problems_of(folder)] == ["bad-catalog-file"]
