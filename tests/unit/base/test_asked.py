"""Names that a package offers without importing their modules first."""

import pytest

from rackwright.base.asked import names_from


def test_101_a_name_comes_from_its_home() -> None:
    """The function asked for a name gives what the module that holds it has under that name."""
    from rackwright.base.units import format_quantity

    assert names_from("a.package", {"format_quantity": "rackwright.base.units"})("format_quantity") is format_quantity


def test_102_a_name_that_is_not_offered_is_refused() -> None:
    """Another name is an attribute error that names package and name, as of any module."""
    with pytest.raises(AttributeError, match=r"module 'a\.package' has no attribute 'other'"):
        names_from("a.package", {})("other")


@pytest.mark.parametrize("package", ["exchange", "power", "scenarios", "views"])
def test_103_every_name_that_a_package_offers_can_be_had(package: str) -> None:
    """What a package lists as its names is there, as something else than a module."""
    from importlib import import_module
    from types import ModuleType

    offered = import_module(f"rackwright.{package}")
    for name in offered.__all__:
        assert not isinstance(getattr(offered, name), ModuleType)
