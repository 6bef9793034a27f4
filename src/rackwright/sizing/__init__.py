"""How many accelerators of which platform does each workload need, at what rate per rack, power and step time?"""

from rackwright.sizing.architecture import Shape, kv_byte_per_token, model_shape, parameter_counts
from rackwright.sizing.collectives import Link, collective_time_s, hierarchical_time_s
from rackwright.sizing.device import Device, make_device
from rackwright.sizing.memory import Partition, training_memory_byte
from rackwright.sizing.operators import OperatorCost, operator_time_s
from rackwright.sizing.request import SizingRequest, sizing_request
from rackwright.sizing.serving import find_service, fleet_racks, serving_times
from rackwright.sizing.size import size_workloads
from rackwright.sizing.step import step_times
from rackwright.sizing.training import find_gangs
from rackwright.tables.sizing import Sizing

__all__ = [
    "Device",
    "Link",
    "OperatorCost",
    "Partition",
    "Shape",
    "Sizing",
    "SizingRequest",
    "collective_time_s",
    "find_gangs",
    "find_service",
    "fleet_racks",
    "hierarchical_time_s",
    "kv_byte_per_token",
    "make_device",
    "model_shape",
    "operator_time_s",
    "parameter_counts",
    "serving_times",
    "size_workloads",
    "sizing_request",
    "step_times",
    "training_memory_byte",
]
