"""Which words may stand as the type of an interface in a community device-type file? NetBox's own list of them.

Source: the choices of interface types of NetBox 4.5, the union with those of its device-type library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["INTERFACE_TYPES", "PortKind", "port_kind"]

_COPPER: Final = """
100base-tx 100base-t1 1000base-t 1000base-tx 2.5gbase-t 5gbase-t 10gbase-t 25gbase-t 1000base-cx 10gbase-cu
10gbase-cx4 25gbase-cr 40gbase-cr4 50gbase-cr 100gbase-cr1 100gbase-cr2 100gbase-cr4 100gbase-cr10 200gbase-cr2
200gbase-cr4 400gbase-cr4 800gbase-cr8 1.6tbase-cr8
"""
_BACKPLANE: Final = """
1000base-kx 2.5gbase-kx 5gbase-kr 10gbase-kr 10gbase-kx4 25gbase-kr 40gbase-kr4 50gbase-kr 100gbase-kp4 100gbase-kr2
100gbase-kr4 1.6tbase-kr8
"""
_FIXED_OPTICS: Final = """
100base-fx 100base-lfx 1000base-bx10-d 1000base-bx10-u 1000base-cwdm 1000base-dwdm 1000base-ex 1000base-sx
1000base-lsx 1000base-lx 1000base-lx10 1000base-zx 10gbase-br-d 10gbase-br-u 10gbase-er 10gbase-lr 10gbase-lrm
10gbase-lx4 10gbase-sr 10gbase-zr 25gbase-er 25gbase-lr 25gbase-sr 40gbase-er4 40gbase-fr4 40gbase-lr4 40gbase-sr4
40gbase-sr4-bd 50gbase-er 50gbase-fr 50gbase-lr 50gbase-sr 100gbase-cwdm4 100gbase-dr 100gbase-fr1 100gbase-er4
100gbase-lr1 100gbase-lr4 100gbase-sr1 100gbase-sr1.2 100gbase-sr2 100gbase-sr4 100gbase-sr10 100gbase-zr
200gbase-sr2 200gbase-sr4 200gbase-dr4 200gbase-fr4 200gbase-lr4 200gbase-er4 200gbase-vr2 400gbase-dr4 400gbase-er8
400gbase-fr4 400gbase-fr8 400gbase-lr4 400gbase-lr8 400gbase-sr4 400gbase-sr4_2 400gbase-sr8 400gbase-sr16
400gbase-vr4 400gbase-zr 800gbase-dr8 800gbase-sr8 800gbase-vr8 1.6tbase-dr8 1.6tbase-dr8-2
"""
_PLUGGABLE: Final = """
100base-x-sfp 1000base-x-gbic 1000base-x-sfp 2.5gbase-x-sfp 10gbase-x-sfpp 10gbase-x-xfp 10gbase-x-xenpak 10gbase-x-x2
25gbase-x-sfp28 50gbase-x-sfp56 40gbase-x-qsfpp 50gbase-x-sfp28 100gbase-x-cfp 100gbase-x-cfp2 100gbase-x-cfp4
100gbase-x-cxp 100gbase-x-cpak 100gbase-x-dsfp 100gbase-x-sfpdd 100gbase-x-qsfp28 100gbase-x-qsfpdd 200gbase-x-cfp2
200gbase-x-qsfp56 200gbase-x-qsfpdd 400gbase-x-cfp2 400gbase-x-qsfp112 400gbase-x-qsfpdd 400gbase-x-osfp
400gbase-x-osfp-rhs 400gbase-x-cdfp 400gbase-x-cfp8 800gbase-x-qsfpdd 800gbase-x-osfp 1.6tbase-x-osfp1600
1.6tbase-x-osfp1600-rhs 1.6tbase-x-qsfpdd1600
"""
_INFINIBAND: Final = """
infiniband-sdr infiniband-ddr infiniband-qdr infiniband-fdr10 infiniband-fdr infiniband-edr infiniband-hdr
infiniband-ndr infiniband-xdr
"""
_OTHERS: Final = """
virtual bridge lag ieee802.11a ieee802.11g ieee802.11n ieee802.11ac ieee802.11ad ieee802.11ax ieee802.11ay ieee802.11be
ieee802.15.1 ieee802.15.4 other-wireless gsm cdma lte 4g 5g sonet-oc3 sonet-oc12 sonet-oc48 sonet-oc192 sonet-oc768
sonet-oc1920 sonet-oc3840 1gfc-sfp 2gfc-sfp 4gfc-sfp 8gfc-sfpp 16gfc-sfpp 32gfc-sfp28 32gfc-sfpp 64gfc-qsfpp
64gfc-sfpdd 64gfc-sfpp 128gfc-qsfp28 t1 e1 t3 e3 xdsl docsis moca bpon epon 10g-epon gpon xg-pon xgs-pon ng-pon2
25g-pon 50g-pon cisco-stackwise cisco-stackwise-plus cisco-flexstack cisco-flexstack-plus cisco-stackwise-80
cisco-stackwise-160 cisco-stackwise-320 cisco-stackwise-480 cisco-stackwise-1t juniper-vcp extreme-summitstack
extreme-summitstack-128 extreme-summitstack-256 extreme-summitstack-512 other
"""
INTERFACE_TYPES: Final = frozenset(
    word for words in (_COPPER, _BACKPLANE, _FIXED_OPTICS, _PLUGGABLE, _INFINIBAND, _OTHERS) for word in words.split()
)
"""Every word that the library takes as the type of an interface."""

ETHERNET: Final = re.compile(r"^(\d+(?:\.\d+)?)(g|t)?base-(?:x-)?([a-z0-9]+)(?:-rhs)?$")
INFINIBAND_GBIT_S: Final = {"infiniband-hdr": 200.0, "infiniband-ndr": 400.0, "infiniband-xdr": 800.0}
"""Rate of four lanes of each generation [Gbit/s], as the names of interface types stand for."""
CAGES: Final = {
    "t": "RJ45",
    "sfp": "SFP",
    "sfpp": "SFP+",
    "sfp28": "SFP28",
    "sfp56": "SFP56",
    "sfp112": "SFP112",
    "qsfpp": "QSFP+",
    "qsfp28": "QSFP28",
    "qsfp56": "QSFP56",
    "qsfp112": "QSFP112",
    "qsfpdd": "QSFP-DD",
    "qsfpdd800": "QSFP-DD",
    "qsfpdd1600": "QSFP-DD",
    "osfp": "OSFP",
    "osfp1600": "OSFP",
}
"""Form factor by the end of an interface type's name."""


@dataclass(frozen=True, slots=True)
class PortKind:
    """What an interface type's name says: rate [Gbit/s], form factor, protocol."""

    gbit_s: float
    cage: str
    protocol: str


def port_kind(name: str) -> PortKind | None:
    """Kind of a port by the name of its interface type; None for what is no data port (virtual, console, other).

    Examples
    --------
    >>> port_kind("800gbase-x-osfp")
    PortKind(gbit_s=800.0, cage='OSFP', protocol='ethernet')
    >>> port_kind("1000base-t").gbit_s, port_kind("infiniband-ndr").cage, port_kind("virtual")
    (1.0, 'OSFP', None)
    """
    if name in INFINIBAND_GBIT_S:
        cage = "QSFP56" if name.endswith("hdr") else "OSFP"
        return PortKind(INFINIBAND_GBIT_S[name], cage, "infiniband")
    match = ETHERNET.match(name)
    if match is None or match[3] not in CAGES:
        return None
    per = {"g": 1.0, "t": 1000.0}.get(match[2] or "", 0.001)
    return PortKind(float(match[1]) * per, CAGES[match[3]], "ethernet")
