"""What does it cost to keep optimiser states or activations in host memory, and how much of it is hidden?

The link to the host works in both directions at once and beside the accelerator's own work, which it slows a little
because both use the accelerator's memory: the longer of the two counts, and a share of the shorter.
"""

from __future__ import annotations

import numpy as np

from rackwright.sizing.architecture import Shape
from rackwright.sizing.device import Device
from rackwright.sizing.memory import OPTIMISER_BYTE, activation_byte_per_token
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import FULL, Partition, moves_activations, moves_optimiser

__all__ = ["exposed_beside_s", "layer_offload_s", "optimiser_offload_s"]


def exposed_beside_s(transfer_s: FloatArray, work_s: FloatArray, contention_share: float) -> FloatArray:
    """Time a transfer adds to work that runs beside it [s].

    Parameters
    ----------
    transfer_s, work_s
        Either alone.
    contention_share
        Share of the overlap by which the two slow each other, in [0, 1].

    Notes
    -----
    added = max(transfer - work, 0) + c min(transfer, work), so both together take max(transfer, work) + c min(...).

    Examples
    --------
    >>> float(exposed_beside_s(np.array(2.0), np.array(10.0), 0.1))
    0.2
    """
    return np.maximum(transfer_s - work_s, 0.0) + contention_share * np.minimum(transfer_s, work_s)


def layer_offload_s(
    shape: Shape, device: Device, part: Partition, *, sequence: float, layer_s: FloatArray, contention_share: float
) -> FloatArray:
    """Time one layer of one micro batch waits for its activations on their way to the host and back [s].

    Parameters
    ----------
    shape, device, part
        What runs where.
    sequence
        Tokens of a sequence.
    layer_s
        The layer's own time, forwards and backwards together.
    contention_share
        See `exposed_beside_s`.

    Notes
    -----
    Out beside the forward pass, which is 1 / (3 + r) of the layer with r = 1 for full recompute, back beside the rest.
    """
    moved = moves_activations(part)
    if not moved.any():
        return np.zeros_like(layer_s)
    kept, _ = activation_byte_per_token(shape, part.recompute)
    one_way_s = kept * part.micro_batch * sequence / part.context / part.tensor / device.host_byte_s
    forward_s = layer_s / (3.0 + (part.recompute == FULL))
    out = exposed_beside_s(one_way_s, forward_s, contention_share)
    back = exposed_beside_s(one_way_s, layer_s - forward_s, contention_share)
    return np.where(moved, out + back, 0.0)


def optimiser_offload_s(
    device: Device, part: Partition, *, parameters: FloatArray, update_s: FloatArray, contention_share: float
) -> FloatArray:
    """Time the optimiser's step waits for states that stream in from the host and out again [s].

    Parameters
    ----------
    device, part
        What runs where.
    parameters
        Parameters a rank updates.
    update_s
        Time of the update alone.
    contention_share
        See `exposed_beside_s`.
    """
    moved = moves_optimiser(part)
    if not moved.any():
        return np.zeros_like(update_s)
    stream_s = OPTIMISER_BYTE * parameters / device.host_byte_s
    return np.where(moved, exposed_beside_s(stream_s, update_s, contention_share), 0.0)
