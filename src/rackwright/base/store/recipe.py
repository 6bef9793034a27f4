"""What is a file made from? Content that need not be made where the last set of files holds it already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Content", "Recipe", "content_bytes"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the content of a file.

    Parameters
    ----------
    made_from
        Digest of all that the content depends on, the code that makes it among it: equal digests, equal bytes.
    make
        Makes the content.
    """

    made_from: str
    make: Callable[[], bytes]


Content = bytes | Recipe


def content_bytes(content: Content) -> bytes:
    """The bytes of a file, made where they have to be."""
    return content.make() if isinstance(content, Recipe) else content
