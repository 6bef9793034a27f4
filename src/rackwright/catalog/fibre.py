"""What does structured cabling rest on? Trunks of many fibres, cassettes, patch panels, and what light may lose."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Part, fact, text

__all__ = ["FibreCassette", "FibreTrunk", "OpticalStandard", "PatchPanel"]


@dataclass(frozen=True, kw_only=True)
class OpticalStandard(Part):
    """What a transmission standard asks of the fibres between two transceivers."""

    loss_db: Fact | None = fact("attenuation", "insertion loss allowed between both transceivers")
    fibres: Fact | None = fact("count", "fibres of one link, both directions")


@dataclass(frozen=True, kw_only=True)
class FibreTrunk(Part):
    """A cable of many fibres with a multi-fibre connector on every leg."""

    fibre: str = text("single-mode or multimode")
    connector: str = text("connector of a leg: MPO-12, MPO-16, MPO-24")
    polarity: str = text("A: fibre 1 to fibre 1 and jumpers of two kinds; B: fibre 1 to the last and jumpers of one")
    legs: Fact | None = fact("count", "legs at each end")
    leg_fibres: Fact | None = fact("count", "fibres of a leg")
    price_per_m_usd: Fact | None = fact("money", "price per metre on top of the price of the ends")
    diameter_m: Fact | None = fact("length", "outer diameter, for tray fill")
    reach_m: Fact | None = fact("length", "longest length sold")
    loss_db_km: Fact | None = fact("attenuation_rate", "loss of the fibre by length at the wavelength in use")


@dataclass(frozen=True, kw_only=True)
class FibreCassette(Part):
    """What turns legs of a trunk into ports on the front of a panel: an adapter plate, or a cassette that regroups."""

    fibre: str = text("single-mode or multimode")
    rear: str = text("connector on the rear, of the trunk")
    connector: str = text("connector on the front, of the jumper")
    rear_ports: Fact | None = fact("count", "legs of a trunk it takes")
    ports: Fact | None = fact("count", "ports on the front, one link each")
    mated_pairs: Fact | None = fact("count", "pairs of mated connectors a link passes in it")
    pair_loss_db: Fact | None = fact("attenuation", "highest loss of one pair of mated connectors")


@dataclass(frozen=True, kw_only=True)
class PatchPanel(Part):
    """A housing in a rack that takes cassettes."""

    height_u: Fact | None = fact("rack_unit", "height")
    cassettes: Fact | None = fact("count", "cassettes it takes")
