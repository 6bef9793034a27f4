"""How does the command line speak? Results to stdout, everything else to stderr, colour and progress only to people."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from rackwright.base.errors import InputError, RackwrightError
from rackwright.base.problem import Problem

__all__ = [
    "BAD_INPUT",
    "CUT_SHORT",
    "SHORTFALLS",
    "Progress",
    "guarded",
    "say",
    "write_json",
    "write_problems",
]

SHORTFALLS, BAD_INPUT, CUT_SHORT = 1, 2, 3
_STYLES = {"error": "31;1", "warning": "33", "good": "32", "dim": "2", "bold": "1"}


def styled(text: str, style: str, stream: Any) -> str:
    """Text in a style where the stream is a terminal and NO_COLOR is not set."""
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def printable(text: str) -> str:
    """Text without control characters, so that no input can steer the terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "?" for char in text)


def say(text: str, style: str = "", *, to_stdout: bool = False) -> None:
    """Write one line for people."""
    stream = sys.stdout if to_stdout else sys.stderr
    clean = printable(text)
    stream.write((styled(clean, style, stream) if style else clean) + "\n")


def write_json(value: Any) -> None:
    """Write a JSON value to stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def write_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Write problems, errors first: as JSON to stdout, or one line each to stderr."""
    ordered = sorted(problems, key=lambda problem: (problem.severity != "error", problem.place))
    if as_json:
        write_json({"format_version": 1, "problems": [problem.as_json() for problem in ordered]})
        return
    for problem in ordered:
        label = styled(problem.severity, problem.severity, sys.stderr)
        sys.stderr.write(f"{label}[{problem.code}] {printable(str(problem))}\n")
    errors = sum(problem.severity == "error" for problem in ordered)
    if ordered:
        say(f"{errors} error(s), {len(ordered) - errors} warning(s)", "dim")


def guarded(action: Callable[[], int], *, as_json: bool = False, is_long: bool = False) -> NoReturn:
    """Run a command and leave with its exit code; every expected failure becomes a message, never a traceback.

    Rings of objects that nothing needs any more are looked for by long commands alone. Elsewhere the search walks the
    parts of a plan again and again, a tenth of the time of a changed plan, and finds next to nothing.
    """
    if is_long:
        gc.enable()
    try:
        code = action()
        sys.stdout.flush()
    except InputError as error:
        write_problems(error.problems, as_json=as_json)
        code = BAD_INPUT
    except KeyboardInterrupt:
        say("stopped; finished stages are kept, run the same command again to go on", "warning")
        code = CUT_SHORT
    except RackwrightError as error:
        say(f"could not finish: {error}", "error")
        code = CUT_SHORT
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except OSError as error:
        say(f"could not finish: {_refusal(error)}", "error")
        code = CUT_SHORT
    except MemoryError:
        say("could not finish: out of memory", "error")
        code = CUT_SHORT
    except Exception as error:
        if os.environ.get("RACKWRIGHT_DEBUG"):
            raise
        say(f"could not finish, and this is a fault of rackwright: {type(error).__name__}: {error}", "error")
        say("set RACKWRIGHT_DEBUG=1 and run again for the place in the code", "dim")
        code = CUT_SHORT
    raise SystemExit(code)


def _refusal(error: OSError) -> str:
    """What the system refused, and where."""
    where = "" if error.filename is None else f": {os.fsdecode(error.filename)}"
    return f"{error.strerror or error}{where}"


class Progress:
    """One line per stage on a terminal; silent elsewhere unless `verbose`."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._live = sys.stderr.isatty() and not quiet
        self._lines = self._live or verbose

    def start(self, name: str) -> None:
        """Say that a stage began."""
        if self._live:
            sys.stderr.write(f"\r\x1b[K  {name} ...")
            sys.stderr.flush()

    def end(self, name: str, status: str, seconds: float, note: str = "") -> None:
        """Say how a stage ended."""
        if not self._lines:
            return
        start = "\r\x1b[K" if self._live else ""
        text = f"  {name:<12} {status:<8} {seconds:6.2f} s  {note}".rstrip()
        sys.stderr.write(start + text + "\n")
