from __future__ import annotations

import re
from pathlib import Path

from rackwright.program.codes import CODES, error_reference

ROOT = Path(__file__).parents[3]
_MADE = re.compile(
    r"(?:Problem|Finding|_RefusedError|_broken|complain|refuse|stop|_add|_finding|_refuse)\(\s*\"([a-z]+(?:-[a-z]+)+)\""
)


def codes_in(folder: str) -> set[str]:
    """Codes that the source of a package gives to problems."""
    files = (ROOT / "src" / "rackwright" / folder).rglob("*.py")
    return {name for path in files for name in _MADE.findall(path.read_text(encoding="utf-8"))}


def problems_in_source() -> set[str]:
    """Codes of problems made anywhere in the source."""
    files = (ROOT / "src" / "rackwright").rglob("*.py")
    return {name for path in files for name in re.findall(r'Problem\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))}


def test_every_code_is_documented() -> None:
    """Each code a problem can carry stands in the list."""
    made = codes_in("program") | codes_in("base/intake") | codes_in("catalog") | problems_in_source()
    assert len(made) > 80
    assert made - {code.name for code in CODES} == set()


def test_page_is_current() -> None:
    """docs/errors.md is what the list says today."""
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == error_reference()


def test_codes_are_unique_kebab_case() -> None:
    """A code is listed once, in kebab-case, with meaning and repair."""
    names = [code.name for code in CODES]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert all(code.meaning.endswith(".") and code.repair.endswith(".") for code in CODES)
