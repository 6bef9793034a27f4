"""The command that takes a community device-type file into a program's catalog, with all that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.cli.console import say, write_problems

__all__ = ["import_device"]


USED: Final = {"Switch": "leaf: {}", "Tray": "part: {}", "PowerShelf": "part: {}"}
"""How a program's platforms name a part of a class."""


def import_device(file: Path, folder: Path | None, part_id: str, *, kind: str, replace: bool) -> int:
    """Lint the file, and write the part it describes into the catalog folder, or show it where none is named.

    Raises
    ------
    InputError
        The file has errors: all its findings, and nothing is shown or written. Or no device is called `kind`.
    """
    from rackwright.base.digest import digest_bytes
    from rackwright.base.store import FileLayer, write_bytes
    from rackwright.catalog import load_catalog
    from rackwright.cli.program import own_catalog
    from rackwright.exchange.device_part import KINDS, device_class, device_part_text, left_out
    from rackwright.exchange.device_type import read_device_type

    if kind and kind not in KINDS:
        rule = f'no kind of device is called "{kind}".'
        raise InputError([Problem("not-allowed", Place(path="--as"), rule, did_you_mean(kind, tuple(KINDS)))])
    found = read_device_type(file)
    if found.errors:
        raise InputError(found.problems)
    stamp = f"{file.name}, digest {digest_bytes(file.read_bytes())}"
    name, text = device_part_text(found, part_id=part_id, stamp=stamp, kind=kind)
    write_problems([*found.problems, *left_out(found, kind)], as_json=False)
    if folder is None:
        say(text.rstrip(), to_stdout=True)
        return 0
    target = folder / "catalog" / f"{name}.yaml"
    is_again = target.is_file()
    if is_again and not replace:
        raise _refused("file-exists", target, f'"{target}" is there already.', ", or use --replace")
    if load_catalog(own_catalog(folder)).has(name) and not is_again:
        raise _refused("duplicate-id", target, f'the catalog has a part "{name}" already.', "")
    target.parent.mkdir(exist_ok=True)
    write_bytes(target.absolute(), text.encode(), layer=FileLayer())
    use = USED.get(device_class(found, kind), "")
    say(f"wrote {target}" + (f"; name it in platforms.yaml: `{use.format(name)}`" if use else ""))
    return 0


def _refused(code: str, target: Path, rule: str, more: str) -> InputError:
    return InputError([Problem(code, Place(str(target)), rule, f"Choose another --id{more}.")])
