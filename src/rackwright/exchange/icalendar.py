"""Which gates and last order days belong in people's calendars? An iCalendar file (RFC 5545).

Each entry is an all-day event. Its UID depends on the gate or order alone, so a re-plan moves the entry that is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

from rackwright.plan import Plan
from rackwright.program import Program

__all__ = ["events_bytes", "icalendar_bytes"]

MOST_OCTETS = 75


def icalendar_bytes(plan: Plan) -> bytes:
    """Gates at their 80 % date, and the last days to place long-lead orders that are 80 % sure."""
    return events_bytes(plan.program, _entries(plan))


def events_bytes(program: Program, entries: Iterable[tuple[str, dt.date, str, str]]) -> bytes:
    """All-day events of a program from (key, day, title, words)."""
    stamp = f"{program.as_of:%Y%m%d}T000000Z"  # of the program, so that equal plans give equal files
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rackwright//Schedule//EN", "CALSCALE:GREGORIAN"]
    for key, day, title, words in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(f'{program.name}/{key}'.encode()).hexdigest()[:32]}@rackwright",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(words)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _entries(plan: Plan) -> Iterator[tuple[str, dt.date, str, str]]:
    date = plan.program.horizon.date
    aside = [project.id for project in plan.program.set_aside]
    gates = plan.schedule.gates.frame
    for row in gates.filter(~gates["project"].is_in(aside)).iter_rows(named=True):
        words = f"Planned {date(row['day'])}, P50 {date(row['p50_day'])}, P95 {date(row['p95_day'])}. {row['cause']}"
        yield f"gate/{row['gate']}", date(row["p80_day"]), f"{row['gate']}: {row['kind']} (P80)", words
    for row in plan.schedule.long_lead.frame.iter_rows(named=True):
        words = f"Needed by {date(row['need_day'])}; planned to order on {date(row['planned_day'])}."
        title = f"Last day to order {row['item'] or row['activity']} (80 % sure)"
        yield f"order/{row['activity']}", date(row["p80_day"]), title, words


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, each after the first led by a space; no character is cut."""
    part, octets = "", 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > MOST_OCTETS:
            yield part
            part, octets = " ", 1
        part, octets = part + sign, octets + size
    yield part
