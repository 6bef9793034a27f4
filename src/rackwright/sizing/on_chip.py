"""How much more does a device read from its memory because its on-chip memory is small?

The figures of operators were fitted on devices with tens of megabytes on the chip, so what these read again is in
them. Only a device whose on-chip memory differs from the one it is compared with moves other bytes, by the ratio of
the bounds.
"""

from __future__ import annotations

import numpy as np

from rackwright.sizing.device import Device
from rackwright.sizing.operators import FloatArray

__all__ = ["attention_byte", "balanced_sram_byte", "product_byte"]

PASS_SHARE = 4.0
"""Parts of on-chip memory that a block of queries shares with keys, values and results: each takes a quarter."""


def product_byte(
    device: Device, flop: FloatArray | float, byte: FloatArray | float, width: FloatArray | float
) -> FloatArray | float:
    """Bytes a product moves with the device's on-chip memory [B].

    Parameters
    ----------
    device
        Its on-chip memory, and the one that `byte` holds for.
    flop, byte
        Work of the product, and bytes with the reference memory.
    width
        Bytes of an operand's value.

    Notes
    -----
    A product of m x n x k moves at least Q = 2 m n k / sqrt(S) values through S values of fast memory (Hong and Kung
    1981; constant of Smith, Lowery, Langou, van de Geijn 2019), and at least its operands and result once. Bytes
    scale with max(once, Q).
    """
    if np.array_equal(device.sram_byte, device.sram_reference_byte):
        return byte
    bound = np.asarray(flop, dtype=np.float64) * width**1.5
    return _scaled(device, byte, bound, 0.5)


def attention_byte(
    device: Device, flop: FloatArray, byte: FloatArray, *, head_width: float, width: float
) -> FloatArray:
    """Bytes fused attention moves with the device's on-chip memory [B].

    Notes
    -----
    A block of S / (4 d) queries stays on the chip while all keys and values pass: 8 N^2 d^2 / S values, which is
    2 d F / S for F = 4 N^2 d FLOP (Dao and others 2022, theorem 2), and queries, keys, values and results once.
    """
    if np.array_equal(device.sram_byte, device.sram_reference_byte):
        return byte
    return _scaled(device, byte, flop * PASS_SHARE / 2.0 * head_width * width**2, 1.0)


def _scaled(device: Device, byte: FloatArray | float, bound: FloatArray, power: float) -> FloatArray:
    """Bytes times the ratio of the larger of once and the bound; the bound falls with on-chip memory to a power."""
    own = np.maximum(byte, bound / np.asarray(device.sram_byte) ** power)
    reference = np.maximum(byte, bound / np.asarray(device.sram_reference_byte) ** power)
    ratio = np.divide(own, reference, out=np.ones_like(own), where=reference > 0.0)
    return np.asarray(byte * ratio)


def balanced_sram_byte(peak_flop_s: float, memory_byte_s: float, width: float) -> float:
    """On-chip memory at which large products take as long to move as to compute [B]; below it memory binds them.

    Notes
    -----
    width^1.5 / (sqrt(S) W) = 1 / P gives S = width^3 (P / W)^2.

    Examples
    --------
    An accelerator of 1 PFLOP/s in BF16 with 3.35 TB/s needs 0.7 MB for it.

    >>> round(balanced_sram_byte(989.5e12, 3.35e12, 2.0) / 1e6, 2)
    0.7
    """
    return float(width**3 * (peak_flop_s / memory_byte_s) ** 2)
