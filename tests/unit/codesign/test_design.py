from __future__ import annotations

import pytest

from rackwright.codesign.design import read_property, with_property, with_scaled
from rackwright.sizing.device import changed_joule_per_flop, joule_per_flop

from .conftest import CHIP, OLD, design


def test_101_a_property_is_read_with_its_band() -> None:
    """A property carries value, ends and kind; without stated ends they equal the value."""
    band = read_property(design(), "bf16_flop_s")
    assert band is not None
    assert (band.value, band.low, band.high, band.is_stated) == (1e15, 0.8e15, 1.2e15, True)
    plain = read_property(design(), "memory_byte")
    assert plain is not None
    assert not plain.is_stated


def test_102_what_a_design_lacks_stays_absent() -> None:
    """A precision the device lacks is never made up by scaling."""
    old = design(OLD)
    assert read_property(old, "fp8_flop_s") is None
    assert with_scaled(old, "fp8_flop_s", 4.0) == old
    assert with_scaled(old, "compute", 2.0).accelerator.fp8_flop_s is None


def test_103_counts_stay_whole() -> None:
    """A scale-up domain is a whole number of at least one."""
    assert read_property(with_scaled(design(), "scale_up_domain", 1.2), "scale_up_domain").value == 10.0  # type: ignore[union-attr]
    assert read_property(with_scaled(design(), "scale_up_domain", 0.01), "scale_up_domain").value == 1.0  # type: ignore[union-attr]


def test_104_software_is_at_most_all() -> None:
    """Software maturity never exceeds one."""
    assert with_property(design(), "software", 1.7).software.value == 1.0


def test_105_power_moves_the_load_of_the_rack() -> None:
    """A hotter package raises the load of its rack by the same watts."""
    assert with_scaled(design(), "power_w", 1.5).load_w == design().load_w + 500.0


def test_106_energy_of_a_flop_follows_one_precision_alone() -> None:
    """Peaks that move together share one energy for each FLOP; one that moves alone leaves the others' as it was."""
    together = with_scaled(design(), "compute", 2.0)
    assert together.origin == CHIP
    for precision in ("bf16", "fp8"):
        changed = changed_joule_per_flop(together.accelerator, precision, CHIP)
        assert changed == pytest.approx(joule_per_flop(together.accelerator))
        assert changed_joule_per_flop(CHIP, precision, CHIP) == joule_per_flop(CHIP)
    alone = with_scaled(design(), "bf16_flop_s", 2.0).accelerator
    assert changed_joule_per_flop(alone, "bf16", CHIP) == pytest.approx(joule_per_flop(CHIP) / 2.0)
    assert changed_joule_per_flop(alone, "fp8", CHIP) == joule_per_flop(CHIP)
