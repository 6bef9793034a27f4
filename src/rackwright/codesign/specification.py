"""What does the lab ask of a generation, in a form that another party can sign and two revisions can be compared?

A specification holds only what its recipient may see. Its digest is made from that alone, so it confirms no guess about
the workloads, models or figures behind it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.base.intake import read_json, read_yaml
from rackwright.base.problem import Place, Problem

__all__ = [
    "Requirement",
    "Signature",
    "Specification",
    "next_revision",
    "read_specification",
    "sealed",
    "specification_text",
]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Requirement(_Row):
    """One property of a generation.

    `low` is the least that serves the purpose, `high` the most that is of use (of a burden: the most that is borne);
    absent where there is no such end. `worth_usd` is the price rise of an accelerator that a tenth more (of a burden: a
    tenth less) would pay for.
    """

    property: str = Field(max_length=60)
    unit: str = Field(max_length=20)
    low: float | None = None
    target: float
    high: float | None = None
    need_by: str = Field(max_length=20)
    confidence: Literal["high", "medium", "low"]
    worth: Literal["high", "medium", "low"]
    worth_usd: float | None = None


class Signature(_Row):
    """Who signs the digest; empty until signed."""

    party: str = Field(max_length=120)
    name: str = Field(default="", max_length=200)
    date: str = Field(default="", max_length=20)


class Specification(_Row):
    """A revision of what a lab asks of one generation."""

    kind: Literal["rackwright-requirement-specification"] = "rackwright-requirement-specification"
    format_version: Literal[1] = 1
    platform: str = Field(max_length=120)
    name: str = Field(max_length=200)
    generation: int = Field(ge=1)
    recipient: str = Field(default="", max_length=120)
    as_of: str = Field(max_length=20)
    disclosure: dict[str, str]
    requirements: tuple[Requirement, ...] = Field(max_length=200)
    revision: int = Field(default=1, ge=1)
    previous: str = Field(default="", max_length=64)
    digest: str = Field(default="", max_length=64)
    signatures: tuple[Signature, ...] = Field(default=(), max_length=20)


def _content(specification: Specification) -> Specification:
    """What is asked, without revision and signatures."""
    return specification.model_copy(update={"revision": 1, "previous": "", "digest": "", "signatures": (), "as_of": ""})


def _own_digest(specification: Specification) -> str:
    return digest(specification.model_copy(update={"digest": "", "signatures": ()}))


def sealed(specification: Specification) -> Specification:
    """The specification with its digest, which covers all but the signatures."""
    return specification.model_copy(update={"digest": _own_digest(specification)})


def next_revision(made: Specification, previous: Specification | None) -> Specification:
    """The specification as the next revision of an earlier one; the earlier one itself if it asks for the same.

    Raises
    ------
    InputError
        The earlier one is of another platform.
    """
    if previous is None:
        return sealed(made)
    if previous.platform != made.platform:
        rule = f'the file holds the specification of "{previous.platform}", not of "{made.platform}".'
        raise InputError([Problem("specification-of-another", Place(path="--spec"), rule, "Name another file.")])
    if digest(_content(made)) == digest(_content(previous)):
        return previous
    return sealed(made.model_copy(update={"revision": previous.revision + 1, "previous": previous.digest}))


def specification_text(specification: Specification, *, is_json: bool) -> str:
    """The file's text, as JSON or YAML; equal specifications give equal bytes."""
    data = specification.model_dump(mode="json")
    if is_json:
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def read_specification(path: Path) -> Specification:
    """Read a specification file and check that nothing but the signatures changed since it was sealed.

    Raises
    ------
    InputError
        The file is not a specification, or its content does not match its digest.
    """
    document = read_json(path) if path.suffix == ".json" else read_yaml(path)
    try:
        found = Specification.model_validate_json(json.dumps(document.data, default=str), strict=True)
    except ValidationError as error:
        raise InputError(
            [Problem("bad-specification", document.place(entry["loc"]), f"{entry['msg']}.") for entry in error.errors()]
        ) from error
    if _own_digest(found) != found.digest:
        rule = "the content does not match its digest: it was changed after it was made."
        raise InputError(
            [Problem("specification-changed", document.place(("digest",)), rule, "Ask for the file as it was signed.")]
        )
    return found
