"""A real subnet manager on a simulated fabric accepts what is designed, and rejects each miswire that `verify` names.

Needs OpenSM, ibsim and infiniband-diags (`tools/install-network-oracles`); skipped by name where they are missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rackwright.asbuilt import Verification, device_names, verify_links
from rackwright.exchange.ibsim import netlist
from rackwright.exchange.lldp import read_neighbours
from rackwright.tables.checks import Checks
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout, Mounts, PlacedRacks, Reserved

NEEDED = ("ibsim", "ibsim-run", "opensm", "ibnetdiscover")
MISSING = [name for name in NEEDED if shutil.which(name) is None and not Path(f"/usr/sbin/{name}").exists()]
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}; tools/install-network-oracles"),
]
WIRES = tuple[str, int, str, int]
FabricOf = Callable[[int, int, int, int], Fabric]
STEP_S = 0.1
PATIENCE = 600


@dataclass
class Simulation:
    """A running simulator and the environment in which its clients see it."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, seconds: int = 120) -> str:
        """Output of a client of the simulated fabric."""
        done = subprocess.run(
            ["ibsim-run", *command],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return done.stdout + done.stderr

    def route(self) -> str:
        """The log of one sweep of the subnet manager with the fat-tree engine."""
        log = self.folder / "opensm.log"
        log.unlink(missing_ok=True)
        self.run("opensm", "-R", "ftree", "-o", "-f", str(log), "-D", "0x43")
        return log.read_text() if log.exists() else ""


@contextmanager
def simulated(folder: Path, text: str) -> Iterator[Simulation]:
    """A simulator on a netlist; ended with the block."""
    (folder / "fabric.net").write_text(text)
    host = next(line.split('"')[1] for line in text.splitlines() if line.startswith("Hca"))
    paths = {"OSM_TMP_DIR": str(folder), "OSM_CACHE_DIR": str(folder), "IBSIM_SOCKNAME": f"rackwright-{os.getpid()}"}
    environment = {**os.environ, **paths, "SIM_HOST": host, "PATH": os.environ["PATH"] + ":/usr/sbin"}
    command = ["ibsim", "-n", "-s", "-N", "8192", "-S", "2048", "-P", "200000", "fabric.net"]
    with (folder / "ibsim.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log, stdin=subprocess.PIPE)
        try:
            wait_until(lambda: "MaxMcastCap" in (folder / "ibsim.log").read_text(errors="replace"))
            yield Simulation(folder, environment)
        finally:
            server.terminate()
            server.communicate(timeout=30)


def wait_until(is_ready: Callable[[], bool]) -> None:
    """Wait for another process; fail after a minute."""
    for _ in range(PATIENCE):
        if is_ready():
            return
        time.sleep(STEP_S)
    pytest.fail("the simulator did not start")


def wires_of(fabric: Fabric) -> tuple[dict[str, int], list[WIRES]]:
    """Switches with their ports, and links by name."""
    names = dict(device_names(fabric.devices).iter_rows())
    devices = fabric.devices.frame.select("device", "tier", "ports")
    ports = {names[device]: count for device, tier, count in devices.iter_rows() if tier > 0}
    columns = ("a_device", "a_port", "b_device", "b_port")
    rows = fabric.links.frame.select(columns).iter_rows()
    return ports, [(names[a], a_port, names[b], b_port) for a, a_port, b, b_port in rows]


def as_built(simulation: Simulation, fabric: Fabric) -> Verification:
    """What `verify` says of the simulated fabric as discovered."""
    path = simulation.folder / "discovered.txt"
    path.write_text(simulation.run("ibnetdiscover"))
    nowhere = Layout(PlacedRacks.empty(), Mounts.empty(), Reserved.empty(), Checks.empty(), ())
    return verify_links(fabric, nowhere, read_neighbours(path))


@pytest.mark.parametrize("shape", [(2, 16, 8, 2), (4, 64, 32, 8), (8, 8, 4, 2), (16, 64, 32, 8)])
def test_101_a_fat_tree_is_accepted(tmp_path: Path, fabric_of: FabricOf, shape: tuple[int, int, int, int]) -> None:
    """Fabrics of two and three tiers up to 4,096 endpoints route as fat trees and are discovered as designed."""
    fabric = fabric_of(*shape)
    with simulated(tmp_path, netlist(*wires_of(fabric))) as simulation:
        log = simulation.route()
        assert "SUBNET UP" in log
        assert "not a fat-tree" not in log
        assert as_built(simulation, fabric).is_clean


@pytest.mark.parametrize("seed", range(3))
def test_102_a_miswire_is_rejected_and_named(tmp_path: Path, fabric_of: FabricOf, seed: int) -> None:
    """A tray's cable exchanged with an uplink is no fat tree to the subnet manager; verify names the swap."""
    fabric = fabric_of(4, 16, 8, 2)
    ports, wires = wires_of(fabric)
    random = np.random.default_rng(seed)
    trays = [k for k, wire in enumerate(wires) if wire[0] not in ports]
    uplinks = [k for k, wire in enumerate(wires) if wire[0] in ports]
    one, other = int(random.choice(trays)), int(random.choice(uplinks))
    bent = list(wires)
    bent[one], bent[other] = (*wires[one][:2], *wires[other][2:]), (*wires[other][:2], *wires[one][2:])
    with simulated(tmp_path, netlist(ports, bent)) as simulation:
        log = simulation.route()
        assert "not a fat-tree" in log.lower()
        found = as_built(simulation, fabric)
    assert found.faults["kind"].to_list() == ["swapped", "swapped"]
    assert len(found.moves) == 2
