from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.codesign import Specification, next_revision, read_specification, specification_text
from rackwright.codesign.specification import Requirement, Signature
from rackwright.views.specification import specification_changes, specification_shown


def specification(target: float = 2e15, **changes: object) -> Specification:
    """One requirement of one generation."""
    asked = Requirement(
        property="FP8 rate",
        unit="FLOP/s",
        low=1e15,
        target=target,
        high=None,
        need_by="2028-Q2",
        confidence="high",
        worth="high",
    )
    plain = Specification(
        platform="next",
        name="Next generation",
        generation=2,
        recipient="maker",
        as_of="2026-11-15",
        disclosure={"requirements.band": "range"},
        requirements=(asked,),
        signatures=(Signature(party="lab"), Signature(party="maker")),
    )
    return plain.model_copy(update=changes)


def write(path: Path, made: Specification) -> Path:
    """The specification as a file."""
    path.write_text(specification_text(made, is_json=path.suffix == ".json"), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["asked.yaml", "asked.json"])
def test_101_a_file_is_read_back(tmp_path: Path, name: str) -> None:
    """YAML and JSON both hold the whole specification."""
    made = next_revision(specification(), None)
    assert read_specification(write(tmp_path / name, made)) == made
    assert (made.revision, made.previous, len(made.digest)) == (1, "", 32)


def test_102_the_same_request_keeps_its_revision() -> None:
    """Asking for the same, even on a later day, keeps revision, digest and signatures."""
    signed = next_revision(specification(), None).model_copy(
        update={"signatures": (Signature(party="lab", name="A. Person", date="2026-12-01"),)}
    )
    assert next_revision(specification(as_of="2027-01-01"), signed) is signed


def test_103_a_change_makes_the_next_revision() -> None:
    """A changed figure raises the revision, names the predecessor's digest and drops the signatures' names."""
    first = next_revision(specification(), None)
    second = next_revision(specification(3e15), first)
    assert (second.revision, second.previous) == (2, first.digest)
    assert second.digest != first.digest
    assert all(not signature.name for signature in second.signatures)


def test_104_a_changed_file_is_found_out(tmp_path: Path) -> None:
    """A figure edited by hand no longer matches the digest; a signature may be added."""
    made = next_revision(specification(), None)
    with pytest.raises(InputError, match="digest"):
        read_specification(write(tmp_path / "a.yaml", made.model_copy(update={"generation": 3})))
    signed = made.model_copy(update={"signatures": (Signature(party="lab", name="A. Person"),)})
    assert read_specification(write(tmp_path / "b.yaml", signed)) == signed


@pytest.mark.parametrize(
    "text",
    ["", "[]", "kind: other", "{}", "platform: 7", "requirements: [1]", "kind: !!python/object:os.system x", "\x00"],
)
def test_105_another_file_is_refused(tmp_path: Path, text: str) -> None:
    """What is no specification is refused with its problems, never a traceback."""
    path = tmp_path / "other.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_specification(path)


def test_106_another_platform_is_refused() -> None:
    """The file of one platform is not revised by another."""
    first = next_revision(specification(), None)
    with pytest.raises(InputError, match="specification of"):
        next_revision(specification(platform="other"), first)


def test_201_the_difference_names_what_moved() -> None:
    """A comparison shows each figure that moved with its step, and says that one follows the other."""
    first = next_revision(specification(), None)
    second = next_revision(specification(3e15), first)
    shown = specification_changes(first, second)
    assert ("FP8 rate: target", "2 PFLOP/s", "3 PFLOP/s", "+50 %") in shown.tables[0].rows
    assert "predecessor" in shown.lead
    assert specification_changes(first, first).tables == ()


def test_202_what_is_shown_is_what_is_in_the_file() -> None:
    """The view and its figure are made from the specification alone."""
    shown = specification_shown(next_revision(specification(), None))
    assert shown.tables[0].rows[0][:5] == ("FP8 rate", 1.0, 2.0, None, "PFLOP/s")
    assert len(shown.figures) == 1
