"""How does a part written in YAML become a part? Reads one file of parts and says everything that is wrong with it.

A file names its class once and lists parts; a part may give `source`, `kind`, `at` and `year` for all its facts. A fact
is a quantity (`940 W`), a quantity with band (`940 (800..1100) W`), or a mapping with `value`, `low`, `high`, `source`,
`kind`, `at`, `year`; null takes the figure away. A fact without `kind` takes that of its source; an assumption or a
definition takes no source from its part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast, get_args

from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import DIMENSIONS, UnitError, parse_estimate, parse_quantity
from rackwright.catalog import fibre, generations, installation, parts, software
from rackwright.catalog.parts import Fact, FactKind, Part, Status

__all__ = ["PART_CLASSES", "Draft", "FactField", "PartReader", "fact_fields", "text_fields"]

PART_CLASSES: Final[Mapping[str, type[Part]]] = {
    name: cls
    for module in (parts, installation, fibre, generations, software)
    for name in module.__all__
    if isinstance(cls := getattr(module, name), type) and issubclass(cls, Part) and cls is not Part
}
FACT_KEYS: Final = ("value", "low", "high", "source", "kind", "at", "year")
EVIDENCE_KEYS: Final = ("source", "kind", "at", "year")
KINDS: Final = get_args(FactKind)
UNSOURCED: Final = ("assumption", "definition")
STATUSES: Final = get_args(Status)

PlaceOf = Callable[[tuple[str | int, ...]], Place]


@dataclass(frozen=True, slots=True)
class FactField:
    """Declaration of one figure of a class: name, dimension, unit inside, meaning, whether it must be there."""

    name: str
    dimension: str
    unit: str
    factor: float
    meaning: str
    required: bool


def fact_fields(cls: type[Part]) -> tuple[FactField, ...]:
    """Figures a class of parts carries, in order of declaration."""
    return _fact_fields(cls.__name__)


@cache
def _fact_fields(name: str) -> tuple[FactField, ...]:
    declared = dataclasses.fields(PART_CLASSES[name])
    return tuple(_fact_field(entry.name, entry.metadata) for entry in declared if "dimension" in entry.metadata)


@cache
def _fact_fields_by_name(name: str) -> Mapping[str, FactField]:
    return {entry.name: entry for entry in _fact_fields(name)}


def text_fields(cls: type[Part]) -> tuple[str, ...]:
    """Names of the plain text fields of a class, without `id`."""
    declared = dataclasses.fields(cls)
    return tuple(entry.name for entry in declared if "dimension" not in entry.metadata and entry.name != "id")


def _fact_field(name: str, metadata: Mapping[str, Any]) -> FactField:
    """The unit inside is the one the name ends with (`width_mm`), else the canonical unit of the dimension."""
    units = DIMENSIONS[metadata["dimension"]]
    ending = name.rsplit("_", 1)[-1].lower()
    named = [unit for unit in units if unit.lower() == ending]
    canonical = [unit for unit, factor in units.items() if factor == 1.0]
    unit = (named or canonical or [""])[0]
    return FactField(
        name=name,
        dimension=metadata["dimension"],
        unit=unit,
        factor=units.get(unit, 1.0),
        meaning=metadata["meaning"],
        required=metadata["required"],
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """One part as a file writes it: only the fields given, so that it can be laid over another part."""

    cls: type[Part]
    id: str
    fields: Mapping[str, Any]
    place: Place
    fact_places: Mapping[str, Place] = field(default_factory=dict)

    def part(self) -> Part:
        """The part these fields make by themselves; its name is its id unless given."""
        return self.cls(**{"id": self.id, "name": self.id, **self.fields})

    def over(self, part: Part) -> Part:
        """`part` with the given fields replaced."""
        return dataclasses.replace(part, **self.fields)


def _file_place(file: str) -> PlaceOf:
    return lambda path: Place(file, path=".".join(str(step) for step in path))


@dataclass
class PartReader:
    """Reads the documents of one layer (built-in or overlay) and collects every problem.

    Parameters
    ----------
    source_kinds
        Kind of evidence by source id; a fact without `kind` takes it from here.
    problems
        Problems found so far, in reading order.
    """

    source_kinds: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def read(self, data: object, file: str, place_of: PlaceOf | None = None) -> tuple[Draft, ...]:
        """Drafts of all parts of one parsed document; parts with problems are left out.

        Parameters
        ----------
        data
            The parsed YAML.
        file
            Name for messages.
        place_of
            Maps a path inside the document to its place (line and column), where the reader knows it.
        """
        place_of = place_of or _file_place(file)
        if not isinstance(data, Mapping) or not isinstance(data.get("parts"), list):
            self._add("bad-catalog-file", Place(file), "the file needs `class:` and a list `parts:`.")
            return ()
        name = str(data.get("class", ""))
        cls = PART_CLASSES.get(name)
        if cls is None:
            rule = f'"{name}" is not a class of parts.'
            self._add("unknown-class", place_of(("class",)), rule, did_you_mean(name, PART_CLASSES))
            return ()
        drafts = (self._draft(cls, raw, index, place_of) for index, raw in enumerate(data["parts"]))
        return tuple(draft for draft in drafts if draft is not None)

    def _add(self, code: str, place: Place, rule: str, repair: str = "") -> None:
        self.problems.append(Problem(code, place, rule, repair))

    def _draft(self, cls: type[Part], raw: object, index: int, place_of: PlaceOf) -> Draft | None:
        here = place_of(("parts", index))
        if not isinstance(raw, Mapping) or not isinstance(raw.get("id"), str):
            self._add("part-without-id", here, f"part number {index + 1} has no `id`.", "Give it a kebab-case id.")
            return None
        part_id: str = raw["id"]
        before = len(self.problems)
        place = dataclasses.replace(here, path=part_id)
        fields = self._texts(cls, raw, place)
        facts = raw.get("facts") or {}
        if not isinstance(facts, Mapping):
            self._add("bad-facts", place, "`facts:` is a mapping of field to figure.")
            return None
        places = {}
        for key, value in facts.items():
            spot = dataclasses.replace(place_of(("parts", index, "facts", str(key))), path=f"{part_id}.{key}")
            places[spot.path] = spot
            fields[str(key)] = self._fact(cls, raw, str(key), value, spot)
        return Draft(cls, part_id, fields, place, places) if len(self.problems) == before else None

    def _texts(self, cls: type[Part], raw: Mapping[str, Any], place: Place) -> dict[str, Any]:
        known = text_fields(cls)
        fields: dict[str, Any] = {}
        for key, value in raw.items():
            if key in known and isinstance(value, str | int | float):
                fields[key] = str(value)
            elif key in known:
                self._add("bad-text", place, f"{key} is not text.", "Write it as text on one line.")
            elif key not in ("id", "facts", *EVIDENCE_KEYS):
                rule = f'a {cls.__name__} has no text field "{key}".'
                self._add("unknown-field", place, rule, did_you_mean(str(key), known))
        if fields.get("status", STATUSES[0]) not in STATUSES:
            rule = f'status "{fields["status"]}" is not known.'
            self._add("unknown-status", place, rule, f"Use one of {', '.join(STATUSES)}.")
        return fields

    def _fact(self, cls: type[Part], raw: Mapping[str, Any], name: str, value: Any, place: Place) -> Fact | None:
        declared = _fact_fields_by_name(cls.__name__)
        if name not in declared:
            rule = f'a {cls.__name__} has no figure "{name}".'
            self._add("unknown-field", place, rule, did_you_mean(name, declared))
            return None
        if value is None:
            return None
        entry = value if isinstance(value, Mapping) else {"value": value}
        broken = _broken_entry(entry)
        if broken:
            self._add("bad-fact", place, broken, f"A fact has the keys {', '.join(FACT_KEYS)}.")
            return None
        try:
            figure = _figure(entry, declared[name])
        except UnitError as error:
            self._add("bad-unit", place, f"{error}.", f"{name} is a {declared[name].dimension}.")
            return None
        evidence = self._evidence(raw, entry, place)
        if evidence is None:
            return None
        return Fact(
            id=place.path,
            value=figure.value,
            unit=declared[name].unit,
            written=str(entry["value"]),
            source=evidence.source,
            kind=evidence.kind,
            at=evidence.at,
            low=figure.low,
            high=figure.high,
            year=evidence.year,
        )

    def _evidence(self, raw: Mapping[str, Any], entry: Mapping[str, Any], place: Place) -> _Evidence | None:
        """Source, kind, place in the source and year: the fact's own, else the part's, else the source's kind."""
        kind = str(entry.get("kind") or ("" if "source" in entry else raw.get("kind", "")))
        source = str(entry.get("source", "" if kind in UNSOURCED else raw.get("source", "")))
        kind = kind or self.source_kinds.get(source, "")
        if not kind:
            rule = f"the source {source} is not in sources.yaml." if source else "the fact has no source."
            repair = "Add `source:` (an id of sources.yaml) or mark it `kind: assumption` with low and high."
            self._add("no-source", place, rule, repair)
            return None
        if kind not in KINDS:
            self._add("unknown-kind", place, f'"{kind}" is not a kind of evidence.', f"Use one of {', '.join(KINDS)}.")
            return None
        own = "source" in entry or "kind" in entry
        at = str(entry.get("at", "" if own else raw.get("at", "")))
        year = entry.get("year", raw.get("year"))
        return _Evidence(source, cast(FactKind, kind), at, year if isinstance(year, int) else None)


@dataclass(frozen=True, slots=True)
class _Evidence:
    source: str
    kind: FactKind
    at: str
    year: int | None


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    low: float | None
    high: float | None


def _broken_entry(entry: Mapping[str, Any]) -> str:
    """What is wrong with the form of a fact, in one sentence; empty if nothing is."""
    for key, value in entry.items():
        if key not in FACT_KEYS:
            return f'a fact has no key "{key}".'
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return f"`{key}` is neither a number nor text."
    if not isinstance(entry.get("year", 0), int):
        return "`year` is not a whole number."
    return "" if "value" in entry else "the fact has no `value`."


def _figure(entry: Mapping[str, Any], declared: FactField) -> _Figure:
    """Value and band in the unit of the field; the band stands in the text or in `low` and `high`."""
    estimate = parse_estimate(entry["value"], declared.dimension)
    low = None if estimate.is_point else estimate.low
    high = None if estimate.is_point else estimate.high
    if "low" in entry:
        low = parse_quantity(entry["low"], declared.dimension)
    if "high" in entry:
        high = parse_quantity(entry["high"], declared.dimension)
    factor = declared.factor
    return _Figure(
        value=estimate.value / factor,
        low=None if low is None else low / factor,
        high=None if high is None else high / factor,
    )
