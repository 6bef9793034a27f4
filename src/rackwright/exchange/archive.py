"""How do several files travel as one? A zip archive whose bytes depend on its files alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

__all__ = ["archive_bytes"]

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can hold: equal files give equal bytes."""


def archive_bytes(files: Iterable[tuple[str, bytes | str]]) -> bytes:
    """The archive of files by name, in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target.getvalue()
