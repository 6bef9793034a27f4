"""How does a package offer names whose modules are imported only when a name is first asked for?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["names_from"]


def names_from(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__` that takes each name from its home.

    Parameters
    ----------
    package
        `__name__` of the package that offers the names.
    homes
        Name -> full name of the module that holds it.

    Raises
    ------
    AttributeError
        (by the function returned) The package does not offer the name.
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return found
