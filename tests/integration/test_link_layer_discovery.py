"""Real link-layer discovery: a small fabric of network namespaces is read back as designed, and a moved cable is found.

Each device is a network namespace with a lldpd of its own, each link a pair of virtual interfaces named as its ports.
Needs root, iproute2 and lldpd (`tools/install-network-oracles`); skipped by name where they cannot be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rackwright.asbuilt import Verification, device_names, verify_links
from rackwright.exchange.lldp import read_neighbours
from rackwright.tables.checks import Checks
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout, Mounts, PlacedRacks, Reserved

NEEDED = ("ip", "unshare", "lldpd", "lldpcli")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
MISSING = [name for name in NEEDED if shutil.which(name, path=PATH) is None]
Wire = tuple[str, str, str, str]
STEP_S, PATIENCE = 0.5, 120


def namespaces_fault() -> str:
    """Why network namespaces cannot be had here; empty if they can."""
    if MISSING:
        return f"not installed: {', '.join(MISSING)}; tools/install-network-oracles"
    if os.geteuid() != 0:
        return "network namespaces need root"
    tried = subprocess.run(["unshare", "--net", "--uts", "true"], capture_output=True, text=True, check=False)
    return f"no network namespaces: {tried.stderr.strip()}" if tried.returncode else ""


pytestmark = [pytest.mark.integration, pytest.mark.skipif(bool(namespaces_fault()), reason=namespaces_fault())]


@dataclass
class Wiring:
    """Running namespaces: a prefix that makes their names unlike all others, and the daemons started."""

    folder: Path
    prefix: str
    daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str) -> str:
        """Output of a command that must succeed."""
        environment = {**os.environ, "PATH": PATH}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=60)
        return done.stdout

    def space(self, device: str) -> str:
        """Name of a device's namespace."""
        return f"{self.prefix}-{device}"

    def connect(self, wire: Wire) -> None:
        """A cable: a pair of virtual interfaces with its ends in two namespaces, up."""
        a, a_port, b, b_port = wire
        one, other = self.space(a), self.space(b)
        pair = ("name", a_port, "netns", one, "type", "veth", "peer", "name", b_port, "netns", other)
        self.run("ip", "link", "add", *pair)
        for space, port in ((one, a_port), (other, b_port)):
            self.run("ip", "-n", space, "link", "set", port, "up")

    def disconnect(self, wire: Wire) -> None:
        """Pull a cable: both ends go."""
        self.run("ip", "-n", self.space(wire[0]), "link", "del", wire[1])

    def start(self, device: str) -> None:
        """A discovery daemon that calls itself by the device's name and its ports by theirs."""
        socket = self.folder / f"{device}.sock"
        script = f"hostname {device} && exec lldpd -d -u {socket}"
        command = ["ip", "netns", "exec", self.space(device), "unshare", "--uts", "sh", "-c", script]
        environment = {**os.environ, "PATH": PATH}
        with (self.folder / f"{device}.err").open("wb") as log:
            self.daemons.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))

    def configure(self, device: str) -> None:
        """Have a daemon name its ports and speak every second, as soon as it listens."""
        for setting in (("lldp", "portidsubtype", "ifname"), ("lldp", "tx-interval", "1")):
            command = ("lldpcli", "-u", str(self.folder / f"{device}.sock"), "configure", *setting)
            wait_until(lambda command=command: self.succeeds(command), f"lldpd of {device} does not listen")

    def succeeds(self, command: tuple[str, ...]) -> bool:
        """True if a command ends well."""
        environment = {**os.environ, "PATH": PATH}
        return subprocess.run(command, capture_output=True, check=False, env=environment, timeout=60).returncode == 0

    def neighbours(self, device: str) -> str:
        """What the daemon of a device says of its neighbours, as JSON."""
        return self.run("lldpcli", "-u", str(self.folder / f"{device}.sock"), "-f", "json", "show", "neighbors")

    def close(self, devices: list[str]) -> None:
        """End what was started, and remove the namespaces with their links."""
        for daemon in self.daemons:
            daemon.terminate()
        for daemon in self.daemons:
            daemon.wait(timeout=30)
        for device in devices:
            subprocess.run(["ip", "netns", "del", self.space(device)], capture_output=True, check=False)


def wait_until(is_ready: Callable[[], bool], failure: str) -> None:
    """Wait for other processes; fail after a minute."""
    for _ in range(PATIENCE):
        if is_ready():
            return
        time.sleep(STEP_S)
    pytest.fail(failure)


@contextmanager
def wired(folder: Path, devices: list[str], wires: list[Wire]) -> Iterator[Wiring]:
    """Namespaces of all devices, joined and talking; removed with the block."""
    wiring = Wiring(folder, f"rw{os.getpid()}")
    try:
        for device in devices:
            wiring.run("ip", "netns", "add", wiring.space(device))
        for wire in wires:
            wiring.connect(wire)
        for device in devices:
            wiring.start(device)
        for device in devices:
            wiring.configure(device)
        yield wiring
    finally:
        wiring.close(devices)


def wires_of(fabric: Fabric) -> tuple[list[str], list[Wire]]:
    """Devices and links by name; ports are named as verify names them."""
    names = dict(device_names(fabric.devices).iter_rows())
    rows = fabric.links.frame.select("a_device", "a_port", "b_device", "b_port").iter_rows()
    return list(names.values()), [(names[a], f"p{ap + 1}", names[b], f"p{bp + 1}") for a, ap, b, bp in rows]


def read_back(wiring: Wiring, fabric: Fabric, devices: list[str]) -> Verification:
    """What verify says of the files the daemons write, one for each device."""
    folder = wiring.folder / "neighbours"
    folder.mkdir(exist_ok=True)
    for device in devices:
        (folder / f"{device}.json").write_text(wiring.neighbours(device))
    nowhere = Layout(PlacedRacks.empty(), Mounts.empty(), Reserved.empty(), Checks.empty(), ())
    return verify_links(fabric, nowhere, read_neighbours(folder))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name that the daemons' own user may enter: their sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="rackwright-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_101_a_fabric_is_read_back_and_a_moved_cable_found(
    folder: Path, fabric_of: Callable[[int, int, int, int], Fabric]
) -> None:
    """Four leaves, two spines and eight trays are as designed; then one cable on a free port is one fault, one move."""
    fabric = fabric_of(4, 4, 2, 1)
    devices, wires = wires_of(fabric)
    with wired(folder, devices, wires) as wiring:
        wait_until(lambda: read_back(wiring, fabric, devices).is_clean, "the fabric was not seen as designed")
        a, a_port, b, _ = wires[-1]
        wiring.disconnect(wires[-1])
        wiring.connect((a, a_port, b, "p60"))
        wait_until(
            lambda: read_back(wiring, fabric, devices).faults["kind"].to_list() == ["moved"], "the move was not found"
        )
        found = read_back(wiring, fabric, devices)
        assert len(found.moves) == 1
