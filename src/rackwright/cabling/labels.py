"""What is printed on the two ends of a cable?"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CableEnd", "cable_label"]


@dataclass(frozen=True)
class CableEnd:
    """One end of a cable: hall, row and position of its rack (from 1), rack unit, port of the device (from 0)."""

    hall: str
    row: int
    position: int
    u: int
    port: int

    def __str__(self) -> str:
        """The end from the large to the small, in the manner of TIA-606: hall, row.position, unit, port from 1."""
        return f"{self.hall}-R{self.row:02d}.P{self.position:02d}-U{self.u:02d}-{self.port + 1:03d}"


def cable_label(near: CableEnd, far: CableEnd) -> str:
    """Label of the near end: where this end belongs, then where the far end is.

    Labels are made on export and stored nowhere; the far end's label is the same with the arguments exchanged.

    Examples
    --------
    >>> cable_label(CableEnd("ohio-1", 2, 7, 18, 3), CableEnd("ohio-1", 2, 9, 1, 40))
    'ohio-1-R02.P07-U18-004 / ohio-1-R02.P09-U01-041'
    """
    return f"{near} / {far}"
