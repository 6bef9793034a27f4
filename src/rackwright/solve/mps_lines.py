"""Which words stand on which line of an MPS or SMPS file? Guarded reading, fixed or free form, problems by line.

A line whose first character is not blank begins a section; a line that begins with `*` is a comment. In fixed form a
word is what stands in columns 2-3, 5-12, 15-22, 25-36, 40-47 and 50-61, so that names may hold blanks; in free form
words are parted by blanks or tabs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar

from rackwright.base.errors import InputError
from rackwright.base.intake.guard import Limits, decode_text, raise_all, read_bytes_guarded, shorten
from rackwright.base.problem import Place, Problem, did_you_mean

__all__ = ["Form", "MpsLine", "Notes", "Source", "join_problems", "read_in_form", "read_source", "split_lines"]

Form = Literal["auto", "fixed", "free"]
Read = TypeVar("Read")

FIXED_FIELDS: Final = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
INFINITE: Final = 1e20
"""From this size on a bound means none, as the format has it."""


@dataclass(frozen=True, slots=True)
class MpsLine:
    """Words of one line; `is_header` for the first line of a section."""

    number: int
    is_header: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Text of a file and how messages call it."""

    name: str
    text: str


@dataclass
class Notes:
    """Problems of one file, collected while it is read on."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    max_problems: int = Limits().max_problems

    def add(self, code: str, line: MpsLine | None, rule: str, repair: str = "") -> None:
        """Note one problem."""
        place = Place(self.file, line.number, 1) if line is not None else Place(self.file)
        self.problems.append(Problem(code, place, rule, repair))

    def number(self, word: str, line: MpsLine, *, may_be_infinite: bool = False) -> float:
        """Number that a word stands for; 0 and a problem where it stands for none."""
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if may_be_infinite and abs(value) >= INFINITE:
            return math.copysign(math.inf, value)
        if not math.isfinite(value):
            self.add("mps-bad-number", line, f'"{shorten(word)}" is not a number.', "Write a decimal number.")
            return 0.0
        return value

    def unknown(self, kind: str, name: str, line: MpsLine, known: Iterable[str]) -> None:
        """Note a name that nothing declares."""
        near = did_you_mean(name, known)
        self.add("mps-unknown-name", line, f'There is no {kind} "{shorten(name)}".', near)

    def bad_line(self, line: MpsLine, form: str) -> None:
        """Note a line that has not the words its section asks for."""
        shown = shorten(" ".join(line.words))
        self.add("mps-bad-line", line, f'"{shown}" cannot be read here.', f"Write `{form}`.")

    def raise_all(self) -> None:
        """Raise all problems noted, if there are any."""
        raise_all(self.problems, self.max_problems)


def read_source(path: Path, *, root: Path | None = None) -> Source:
    """Text of a file from outside; only comments may hold letters that are not UTF-8.

    Raises
    ------
    InputError
        The file is missing, too large, or not text.
    """
    data = read_bytes_guarded(path, root=root, max_bytes=Limits().max_bytes)
    if not data.isascii():
        lines = data.split(b"\n")
        data = b"\n".join(_ascii(line) if line.startswith(b"*") else line for line in lines)
    return Source(str(path), decode_text(data, name=str(path)))


def _ascii(line: bytes) -> bytes:
    return line.decode("ascii", "replace").replace("�", "?").encode()


def split_lines(source: Source, *, is_fixed: bool) -> Iterator[MpsLine]:
    """Lines that say something, without comments and blank lines."""
    for number, text in enumerate(source.text.splitlines(), start=1):
        if text.startswith("*") or not text.strip():
            continue
        is_header = not text[0].isspace()
        words = _fixed_words(text) if is_fixed and not is_header else text.split()
        yield MpsLine(number, is_header, tuple(words))


def _fixed_words(text: str) -> list[str]:
    wide = text.expandtabs()
    return [word for start, end in FIXED_FIELDS if (word := wide[start:end].strip())]


def read_in_form(source: Source, form: Form, read: Callable[[Iterator[MpsLine], Notes], Read]) -> Read:
    """Read a file in the form asked for; "auto" takes the free form, and the fixed one where only that fits.

    Raises
    ------
    InputError
        All problems of the file; those of the free form where neither fits.
    """
    notes = Notes(source.name)
    found = read(split_lines(source, is_fixed=form == "fixed"), notes)
    if notes.problems and form == "auto":
        second = Notes(source.name)
        found_fixed = read(split_lines(source, is_fixed=True), second)
        if not second.problems:
            return found_fixed
    notes.raise_all()
    return found


def join_problems(errors: Iterable[InputError]) -> None:
    """Raise the problems of several files as one error, if there are any."""
    problems = [problem for error in errors for problem in error.problems]
    if problems:
        raise InputError(problems)
