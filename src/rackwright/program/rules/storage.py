"""Do the fields of thermal storage stand beside a tank, and do the pumps run that empty it?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.sites import Hall

__all__ = ["check_storage"]


def check_storage(subject: Subject) -> Iterator[Finding]:
    """Number and hold of tanks need a tank; a tank carries heat only while pumps and fans run through the loss."""
    on_ups = {site.id: site.power.cooling_on_ups for site in subject.program.sites}
    for path, hall in subject.rows(Hall):
        cooling = hall.cooling
        given = (("storage_units", cooling.storage_units), ("storage_hold", cooling.storage_hold_s))
        for name, value in given if not cooling.storage else ():
            if value is not None:
                rule = f"`{name}` means nothing without a tank."
                repair = "Name the tank in `storage`, or remove the field."
                yield Finding("no-effect", (*path, "cooling", name), rule, repair, "warning")
        if cooling.storage and not on_ups.get(hall.site, True):
            rule = f"the pumps of hall {hall.id} stop with the grid until generators carry them; its tanks stand still."
            repair = f"Set `cooling_on_ups: true` in the power of site {hall.site}."
            yield Finding("tank-without-pumps", (*path, "cooling", "storage"), rule, repair, "warning")
