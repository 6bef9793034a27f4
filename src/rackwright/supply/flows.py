"""What comes to each place and what is used there in each bucket? Read off the balance rows of the solved model."""

from __future__ import annotations

import numpy as np

from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.timing import FloatArray
from rackwright.tables.supply import Flows

__all__ = ["flows_table", "received_and_used"]

DUST = 1e-6  # share of an item's unit below which a quantity is numerical noise


def flows_table(assembly: Assembly, plan: LinearSolution) -> Flows:
    """Pieces received and used by item, place and bucket; stock at the end = stock before + received - used.

    Lead times spread what arrives over days as the model does, so this book balances where the orders, which carry one
    date each, do not.
    """
    network = assembly.network
    received, used = received_and_used(assembly, plan.x)
    units = np.array([network.unit(item) for item, _ in network.buffers]).reshape(-1, 1)
    is_real = (received > DUST * units) | (used > DUST * units)
    return Flows.from_rows(
        [
            (*network.buffers[buffer], bucket, float(received[buffer, bucket]), float(used[buffer, bucket]))
            for buffer, bucket in np.argwhere(is_real).tolist()
        ]
    )


def received_and_used(assembly: Assembly, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pieces received, stock at the start and open orders with them, and used, shape (buffers, buckets)."""
    received, used = _sums(assembly, x)
    for receipt in assembly.network.receipts:
        bucket = assembly.network.grid.bucket_of(receipt.day)
        if bucket < assembly.network.grid.num:
            received[receipt.buffer, bucket] += receipt.qty
    return received, used


def _sums(assembly: Assembly, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Positive and negative parts of the balance rows without stock, shape (buffers, buckets), in pieces."""
    model, block, num = assembly.model, assembly.blocks["balance"], assembly.network.grid.num
    size, stock = len(block.names) * num, assembly.columns.family("stock")
    rows = model.rows - block.start
    keep = (rows >= 0) & (rows < size) & ((model.cols < stock.start) | (model.cols >= stock.stop))
    amounts = model.values[keep] * np.clip(x[model.cols[keep]], 0.0, None)
    scale = block.scale[:, None]
    parts = (
        np.bincount(rows[keep], weights=np.clip(sign * amounts, 0.0, None), minlength=size).reshape(-1, num) / scale
        for sign in (1.0, -1.0)
    )
    received, used = parts
    return received, used
