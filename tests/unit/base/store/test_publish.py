"""Does an output folder hold exactly the published files, and is nobody else's file ever lost?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rackwright.base.errors import InputError, StoreError
from rackwright.base.store import MANIFEST_NAME, Recipe, locked, publish, read_manifest, recover, verify

FILES = [("report.html", b"<p>"), ("tables/racks.csv", b"rack\n1\n")]


def test_101_plain_layout(tmp_path: Path) -> None:
    """The folder holds the files under their own names, and a manifest."""
    publish(tmp_path / "o" / "out", FILES)
    found = {str(path.relative_to(tmp_path / "o")) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {f"out/{MANIFEST_NAME}", "out/report.html", "out/tables/racks.csv"}


def test_102_the_manifest_names_every_file(tmp_path: Path) -> None:
    """The returned manifest is the stored one; equal sets have equal digests."""
    manifest = publish(tmp_path / "a", FILES)
    assert manifest == read_manifest(tmp_path / "a")
    assert manifest.paths == ("report.html", "tables/racks.csv")
    assert manifest.digest == publish(tmp_path / "b", reversed(FILES)).digest
    assert manifest.digest != publish(tmp_path / "c", [*FILES, ("x", b"")]).digest


def test_103_a_new_set_replaces_the_old_one(tmp_path: Path) -> None:
    """Files of the old set that the new one lacks are gone."""
    publish(tmp_path / "out", FILES)
    publish(tmp_path / "out", [("plan.json", b"{}")])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [MANIFEST_NAME, "plan.json"]


def test_104_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """A folder made beforehand is used."""
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out", FILES)
    assert verify(tmp_path / "out") == ()


def test_105_a_link_is_followed(tmp_path: Path) -> None:
    """Where the output folder is a link, the folder it leads to is replaced and the link stays."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    publish(tmp_path / "out", FILES)
    publish(tmp_path / "out", FILES)
    assert (tmp_path / "out").is_symlink()
    assert verify(tmp_path / "real") == ()


def test_201_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder with files and no manifest is not touched."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not written by a plan") as caught:
        publish(tmp_path, FILES)
    assert caught.value.problems[0].code == "folder-not-ours"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_202_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    """A file where the folder should be is not touched."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="a file, not a folder"):
        publish(tmp_path / "out", FILES)


def test_203_the_users_own_files_are_kept(tmp_path: Path) -> None:
    """Files and links that the user put into the output folder are there after the next publication."""
    out = tmp_path / "out"
    publish(out, FILES)
    (out / "notes").mkdir()
    (out / "notes" / "todo.txt").write_text("order CDUs")
    (out / "latest").symlink_to("report.html")
    publish(out, [("plan.json", b"{}")])
    assert (out / "notes" / "todo.txt").read_text() == "order CDUs"
    assert (out / "latest").is_symlink()
    assert verify(out) == ()


@pytest.mark.parametrize("name", ["plan.json", "plan.json/mine"])
def test_204_a_users_file_is_never_overwritten(tmp_path: Path, name: str) -> None:
    """A user's file where a result must go stops the publication and stays."""
    out = tmp_path / "out"
    publish(out, FILES)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(InputError, match="file of yours"):
        publish(out, [("plan.json", b"{}")])
    assert (out / name).read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_205_a_damaged_manifest_stops(tmp_path: Path) -> None:
    """With a damaged manifest nobody knows whose files these are: nothing is replaced."""
    publish(tmp_path / "out", FILES)
    (tmp_path / "out" / MANIFEST_NAME).write_text("{}")
    with pytest.raises(StoreError, match="damaged"):
        publish(tmp_path / "out", FILES)


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../x", "", ".", MANIFEST_NAME, "a//b", "a/"])
def test_206_paths_stay_inside(tmp_path: Path, name: str) -> None:
    """A path that leaves the folder, or is not plain, is a bug of the caller."""
    with pytest.raises(ValueError, match="not the path of a file"):
        publish(tmp_path / "out", [(name, b"")])
    assert not (tmp_path / "out").exists()


def test_207_a_path_is_given_once(tmp_path: Path) -> None:
    """Two files of one name are a bug of the caller."""
    with pytest.raises(ValueError, match="published twice"):
        publish(tmp_path / "out", [("a", b""), ("a", b"")])


def test_301_verify_names_what_changed(tmp_path: Path) -> None:
    """A changed and a missing file are both named."""
    out = tmp_path / "out"
    publish(out, FILES)
    (out / "report.html").write_text("edited")
    (out / "tables" / "racks.csv").unlink()
    assert [problem.code for problem in verify(out)] == ["output-changed", "output-missing"]
    assert [problem.code for problem in verify(tmp_path / "none")] == ["output-missing"]


def test_302_recovery_prefers_the_finished_new_set(tmp_path: Path) -> None:
    """With the old folder moved away, a complete new one takes its place; a torn one does not."""
    for content, expected in ((b"<p>", "new"), (b"torn", "old")):
        place = tmp_path / expected
        publish(place / "out", [("a", b"old")])
        publish(place / "side", [("a", b"<p>")])
        (place / "side" / "a").write_bytes(content)
        (place / "out").rename(place / ".out.7-0.old")
        (place / "side").rename(place / ".out.7-0.new")
        sentences = recover(place / "out")
        assert (place / "out" / "a").read_bytes() == (b"<p>" if expected == "new" else b"old")
        assert "back in place" in sentences[0]
        assert [path.name for path in place.iterdir()] == ["out"]


def test_303_recovery_leaves_neighbours_alone(tmp_path: Path) -> None:
    """Folders with similar names are not leftovers."""
    for name in (".out.new", ".outer.1-0.new", "out.1-0.old", ".out.1-0.new.bak"):
        (tmp_path / name).mkdir()
    assert recover(tmp_path / "out") == ()
    assert len(list(tmp_path.iterdir())) == 4


def test_304_a_lock_is_handed_down(tmp_path: Path) -> None:
    """A caller that holds the folder publishes without waiting for itself; a lock on another folder is refused."""
    with locked(tmp_path / "out", wait=False) as lock:
        publish(tmp_path / "out", FILES, lock=lock)
        with pytest.raises(ValueError, match="not an exclusive one"):
            publish(tmp_path / "other", FILES, lock=lock)


def test_305_an_unwritable_place_is_a_store_error(tmp_path: Path) -> None:
    """A folder that cannot be made gives a sentence, not a traceback of the system."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="Cannot lock"):
        publish(tmp_path / "file" / "out", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def unmade() -> bytes:
    """Stands for content that must not be made."""
    raise AssertionError("made again")


def test_401_what_is_made_from_the_same_is_not_made_again(tmp_path: Path) -> None:
    """A file of the old set with the same evidence keeps its bytes under the new set, and later sets still know it."""
    first = publish(tmp_path / "out", [("a.csv", Recipe("x", lambda: b"long")), ("b", b"1")])
    for version in (b"2", b"3"):
        again = publish(tmp_path / "out", [("a.csv", Recipe("x", unmade)), ("b", version)])
        assert (tmp_path / "out" / "a.csv").read_bytes() == b"long"
        assert verify(tmp_path / "out") == ()
    assert again.made_from == first.made_from == {"a.csv": "x"}


@pytest.mark.parametrize("how", ["other evidence", "edited", "a link", "gone", "no recipe before"])
def test_402_what_cannot_be_trusted_is_made_again(tmp_path: Path, how: str) -> None:
    """Other evidence, a file that was touched, or none at all: the content is made anew."""
    out = tmp_path / "out"
    publish(out, [("a.csv", b"old" if how == "no recipe before" else Recipe("x", lambda: b"old"))])
    if how == "edited":
        (out / "a.csv").write_bytes(b"mine")
    if how in {"gone", "a link"}:
        (out / "a.csv").rename(tmp_path / "elsewhere")
    if how == "a link":
        (out / "a.csv").symlink_to(tmp_path / "elsewhere")
    publish(out, [("a.csv", Recipe("y" if how == "other evidence" else "x", lambda: b"new"))])
    assert (out / "a.csv").read_bytes() == b"new"
    assert not (out / "a.csv").is_symlink()
