"""What does a part of the catalog say that a device-type file has no field for? One line of its `comments`.

`Rackwright: class=Tray; role=compute; liquid_share=0.94` is text to the library and to NetBox. The import reads the
class, the words and the figures back; height, mass, load and ports are those of the file's own fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from rackwright.catalog import Part, Switch
from rackwright.catalog.read import PART_CLASSES, fact_fields, text_fields

__all__ = ["noted_of", "noted_text", "read_note"]

START: Final = "Rackwright: "
OWN_FIELDS: Final = frozenset({"height_u", "mass_kg", "power_w", "airflow", "name", "vendor", "note", "origin", "hts"})
"""Fields of parts that the library has a field for, and those that describe no device."""
TRADE: Final = frozenset({"price_usd", "lead_days", "failures_per_h"})
OF_PORTS: Final = frozenset({"ports", "uplinks", "uplink_gbit_s"})
"""Figures of a switch that its interfaces give."""
PAIR: Final = re.compile(r"^([a-z_0-9]+)=([^;=]+)$")


def noted_of(
    part: Part, figure: Callable[[str], float | None], made: Mapping[str, str] | None = None
) -> tuple[tuple[str, str], ...]:
    """Class, words and figures of a part to note, `made` in the place of its own.

    Parameters
    ----------
    part
        Part of the catalog.
    figure
        The plan's figure of a field; None where the plan did not use it.
    made
        Fields that differ for the device from the part's, such as those of split ports.
    """
    name = type(part).__name__
    left = OWN_FIELDS | TRADE | (OF_PORTS if isinstance(part, Switch) else frozenset())
    found = {"class": name}
    found |= {word: str(getattr(part, word)) for word in text_fields(type(part)) if getattr(part, word, "")}
    for field in fact_fields(type(part)):
        fact, value = getattr(part, field.name), figure(field.name)
        if fact is not None:
            unit = "" if field.dimension in {"count", "share"} else f" {field.unit}"
            found[field.name] = f"{fact.value if value is None else value:.12g}{unit}"
    found |= dict(made or {})
    return tuple((field, value) for field, value in found.items() if field not in left and PAIR.match(f"x={value}"))


def noted_text(noted: tuple[tuple[str, str], ...]) -> str:
    """The line of `comments`."""
    return START + "; ".join(f"{field}={value}" for field, value in noted)


def read_note(comments: str) -> tuple[tuple[str, str], ...]:
    """What a file's comments note of a class of the catalog; empty where no line does, or none that can be read.

    Examples
    --------
    >>> read_note("Rackwright: class=Cdu; role=liquid; rating_w=1.3 MW")
    (('class', 'Cdu'), ('role', 'liquid'), ('rating_w', '1.3 MW'))
    >>> read_note("Rackwright: class=Cdu; wheels=4"), read_note("A fine switch.")
    ((), ())
    """
    line = next((line for line in comments.splitlines() if line.startswith(START)), "")
    pairs = [PAIR.match(word.strip()) for word in line.removeprefix(START).split(";")] if line else []
    noted = tuple((pair[1], pair[2]) for pair in pairs if pair)
    if not noted or len(noted) < len(pairs) or noted[0][0] != "class" or noted[0][1] not in PART_CLASSES:
        return ()
    kind = PART_CLASSES[noted[0][1]]
    fields = {*text_fields(kind), *(field.name for field in fact_fields(kind))}
    return noted if {field for field, _ in noted[1:]} <= fields else ()
