"""Does the built-in catalog keep its own rules, and does the lint see each kind of slip when one is planted?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog import (
    Accelerator,
    BomLine,
    CableAssembly,
    Catalog,
    Fact,
    ModelArchitecture,
    Part,
    Switch,
    Tray,
    lint_catalog,
    load_catalog,
)
from rackwright.catalog.read import PART_CLASSES, fact_fields

P = TypeVar("P", Part, Tray, Fact)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The built-in catalog."""
    return load_catalog()


def codes_with(catalog: Catalog, planted: Part) -> list[str]:
    """Codes of the problems once `planted` stands in the place of the part with its id."""
    parts = tuple(planted if part.id == planted.id else part for part in catalog.parts)
    return [problem.code for problem in lint_catalog(replace(catalog, parts=parts))]


def sure(part: Part, name: str) -> Fact:
    """A figure that is known to be there."""
    fact = getattr(part, name)
    assert isinstance(fact, Fact)
    return fact


def changed(value: P, **fields: Any) -> P:
    """A part or figure with some fields replaced."""
    return replace(value, **fields)


def test_101_the_built_in_catalog_has_no_problem(catalog: Catalog) -> None:
    """No figure without evidence, no band upside down, no unknown source or word, nothing missing."""
    assert [str(problem) for problem in lint_catalog(catalog)] == []


def test_102_every_unit_is_the_one_its_name_ends_with() -> None:
    """A field that ends in a unit holds that unit; the sure sign is that no name ends in another dimension's unit."""
    endings = {"_w": "W", "_mm": "mm", "_m": "m", "_kg": "kg", "_u": "U", "_v": "V", "_a": "A", "_usd": "USD"}
    wrong = [
        f"{cls.__name__}.{entry.name} [{entry.unit}]"
        for cls in PART_CLASSES.values()
        for entry in fact_fields(cls)
        for ending, unit in endings.items()
        if entry.name.endswith(ending) and entry.unit != unit
    ]
    assert wrong == []


def test_201_a_figure_needs_a_source(catalog: Catalog) -> None:
    """A data-sheet figure without a source is a problem."""
    switch = catalog.get(Switch, "nvidia-qm9700")
    assert codes_with(catalog, replace(switch, ports=replace(sure(switch, "ports"), source=""))) == ["no-source"]


def test_202_an_assumption_needs_a_band(catalog: Catalog) -> None:
    """An assumption without low or without high is a problem."""
    switch = catalog.get(Switch, "nvidia-qm9700")
    for gap in ({"low": None}, {"high": None}):
        planted = replace(switch, power_w=changed(sure(switch, "power_w"), **gap))
        assert codes_with(catalog, planted) == ["assumption-without-band"]


def test_209_a_definition_has_no_band_and_says_what_defines_it(catalog: Catalog) -> None:
    """A definition with a band, or without `at`, is a problem; one value by its name is none."""
    cable = catalog.get(CableAssembly, "dac-800g-4x200g-qsfp112")
    legs = sure(cable, "legs")
    assert (legs.kind, legs.source, codes_with(catalog, cable)) == ("definition", "", [])
    for slip in ({"low": 2.0}, {"high": 8.0}, {"at": ""}):
        assert codes_with(catalog, replace(cable, legs=changed(legs, **slip))) == ["bad-definition"]


def test_203_a_source_must_be_known(catalog: Catalog) -> None:
    """A figure may cite only what sources.yaml names."""
    switch = catalog.get(Switch, "nvidia-qm9700")
    planted = replace(switch, ports=replace(sure(switch, "ports"), source="nvidia-qm97x0-interface"))
    assert codes_with(catalog, planted) == ["unknown-source"]


@pytest.mark.parametrize(("low", "high"), [(2000.0, 3000.0), (1.0, 2.0)])
def test_204_a_value_lies_in_its_band(catalog: Catalog, low: float, high: float) -> None:
    """A value above its high or below its low is a problem."""
    switch = catalog.get(Switch, "nvidia-qm9700")
    planted = replace(switch, power_w=replace(sure(switch, "power_w"), low=low, high=high))
    assert codes_with(catalog, planted) == ["bad-band"]


@pytest.mark.parametrize(
    ("name", "value", "code"), [("liquid_share", 87.0, "bad-share"), ("mass_kg", -1.0, "negative-fact")]
)
def test_205_shares_and_signs(catalog: Catalog, name: str, value: float, code: str) -> None:
    """A share lies in [0, 1]; no figure is negative or not finite."""
    tray = catalog.get(Tray, "gb200-compute-tray")
    planted = replace(sure(tray, name), value=value, low=value, high=value)
    assert codes_with(catalog, changed(tray, **{name: planted})) == [code]
    endless = replace(sure(tray, name), value=float("nan"))
    assert codes_with(catalog, changed(tray, **{name: endless})) == ["bad-band"]


def test_206_ids_are_unique_and_well_formed(catalog: Catalog) -> None:
    """No id is used twice, by parts or by sources; ids are kebab-case."""
    twice = replace(catalog, parts=(*catalog.parts, catalog.parts[0]))
    assert [problem.code for problem in lint_catalog(twice)] == ["duplicate-id"]
    sources = replace(catalog, sources=(*catalog.sources, catalog.sources[0]))
    assert [problem.code for problem in lint_catalog(sources)] == ["duplicate-id"]
    odd = replace(catalog.get(Switch, "nvidia-qm9700"), id="NVIDIA QM9700")
    assert "bad-id" in [problem.code for problem in lint_catalog(replace(catalog, parts=(*catalog.parts, odd)))]


def test_207_needed_figures_are_there(catalog: Catalog) -> None:
    """A switch without a port rate, and a model without a width, are problems."""
    switch, model = catalog.get(Switch, "nvidia-qm9700"), catalog.get(ModelArchitecture, "deepseek-v3")
    assert codes_with(catalog, replace(switch, port_gbit_s=None)) == ["missing-fact"]
    assert codes_with(catalog, replace(model, hidden=None)) == ["missing-fact"]


def test_208_text_fields_hold_known_words(catalog: Catalog) -> None:
    """A protocol, a cage, a role: only words that the stages know."""
    switch = catalog.get(Switch, "nvidia-qm9700")
    assert codes_with(catalog, replace(switch, protocol="infinband")) == ["bad-text"]


def test_301_a_sparse_peak_is_seen(catalog: Catalog) -> None:
    """FP8 at four times BF16 is the sparse figure of the data sheet; so is one cited as sparse."""
    chip = catalog.get(Accelerator, "nvidia-h100-sxm")
    sparse = replace(sure(chip, "fp8_flop_s"), value=3.958e15)
    assert codes_with(catalog, replace(chip, fp8_flop_s=sparse)) == ["sparse-figure"]
    cited = replace(sure(chip, "bf16_flop_s"), at="with sparsity")
    assert codes_with(catalog, replace(chip, bf16_flop_s=cited)) == ["sparse-figure"]


def test_302_binary_memory_is_seen(catalog: Catalog) -> None:
    """80 GiB written as 85.9 GB is a slip; 192 GiB written so is not."""
    chip = catalog.get(Accelerator, "nvidia-h100-sxm")
    memory = replace(sure(chip, "memory_byte"), value=80.0 * 2**30, written="85.9 GB")
    assert codes_with(catalog, replace(chip, memory_byte=memory)) == ["binary-size"]


def test_303_a_tray_draws_at_least_its_accelerators(catalog: Catalog) -> None:
    """A tray names an accelerator that exists, says how many, and its power covers them."""
    tray = catalog.get(Tray, "gb200-compute-tray")
    weak = replace(sure(tray, "power_w"), value=3e3, low=3e3, high=3e3)
    assert codes_with(catalog, replace(tray, power_w=weak)) == ["tray-power"]
    assert codes_with(catalog, replace(tray, accelerator="nvidia-gb20")) == ["unknown-part"]
    assert codes_with(catalog, replace(tray, accelerators=None)) == ["missing-fact"]


def test_304_a_model_has_a_possible_shape(catalog: Catalog) -> None:
    """Key-value heads divide the heads; a mixture has experts; a dense model has a feed-forward width."""
    dense, mixture = catalog.get(ModelArchitecture, "llama-3.1-8b"), catalog.get(ModelArchitecture, "deepseek-v3")
    assert codes_with(catalog, replace(dense, kv_heads=replace(sure(dense, "kv_heads"), value=5.0))) == ["bad-shape"]
    assert codes_with(catalog, replace(dense, ffn=None)) == ["missing-fact"]
    assert codes_with(catalog, replace(mixture, topk=None)) == ["missing-fact"]


def test_305_structure_names_parts(catalog: Catalog) -> None:
    """Both ends of a line of structure are parts of the catalog, and not the same one."""
    line = catalog.all(BomLine)[0]
    assert codes_with(catalog, replace(line, child="flux-capacitor")) == ["unknown-part"]
    assert codes_with(catalog, replace(line, child=line.parent)) == ["bad-structure"]


def test_306_structure_has_no_loop(catalog: Catalog) -> None:
    """Following children from any part comes to an end."""
    children: dict[str, list[str]] = {}
    for line in catalog.all(BomLine):
        children.setdefault(line.parent, []).append(line.child)

    def depth(part: str, above: tuple[str, ...]) -> int:
        assert part not in above, f"{part} contains itself through {above}"
        return 1 + max((depth(child, (*above, part)) for child in children.get(part, [])), default=0)

    assert max(depth(part, ()) for part in children) >= 4


def test_307_each_pair_stands_once_in_the_structure(catalog: Catalog) -> None:
    """A child stands in one line only below each parent."""
    pairs = [(line.parent, line.child) for line in catalog.all(BomLine)]
    assert len(pairs) == len(set(pairs))


@given(data=st.data(), factor=st.floats(min_value=1.01, max_value=100.0))
def test_401_no_value_outside_a_band_goes_unseen(catalog: Catalog, data: st.DataObject, factor: float) -> None:
    """Whatever banded figure is pushed beyond its band, the lint says so."""
    part = data.draw(st.sampled_from([part for part in catalog.parts if any(f.high for f in catalog.facts_of(part))]))
    fact = data.draw(st.sampled_from([fact for fact in catalog.facts_of(part) if fact.high]))
    pushed = replace(fact, value=(fact.high or 0.0) * factor)
    assert "bad-band" in codes_with(catalog, changed(part, **{fact.id.rpartition(".")[2]: pushed}))


def test_402_a_kind_is_never_better_than_its_source(catalog: Catalog) -> None:
    """Figures of secondary or reported sources are estimates or computed, never data sheets or standards."""
    weak = {source.id for source in catalog.sources if source.status in {"secondary", "reported", "vendor claim"}}
    wrong = [
        fact.id
        for part in catalog.parts
        for fact in catalog.facts_of(part)
        if fact.source in weak and fact.kind in {"datasheet", "standard", "filing", "measured"}
    ]
    assert wrong == []


def test_403_every_source_is_cited(catalog: Catalog) -> None:
    """sources.yaml holds no source that no figure rests on."""
    cited = {fact.source for part in catalog.parts for fact in catalog.facts_of(part)}
    assert [source.id for source in catalog.sources if source.id not in cited] == []
