"""What does the software of a training run or a service add to and hide of the work of its accelerators?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Part, fact, text

__all__ = ["SoftwareStack"]


@dataclass(frozen=True, kw_only=True)
class SoftwareStack(Part):
    """A training framework or serving engine, relative to the newest one of its kind."""

    use: str = text("training or serving")
    matches: str = text("text by which published rows name it")
    release: str = text("release the figures stand for, YYYY-MM")
    step_factor: Fact | None = fact("count", "training: step time over that of the reference stack")
    unfused_share: Fact | None = fact("share", "training: attention that writes its scores to memory; 0 if fused")
    tensor_overlap_share: Fact | None = fact("share", "training: tensor-parallel communication hidden")
    attention_for: str = text("training: id of the accelerator its attention kernels were written for; newest if empty")
    attention_factor: Fact | None = fact("count", "training: attention on newer chips over native")
    router_launch_share: Fact | None = fact("share", "training: host time left with a graph of routers")
    layer_launch_share: Fact | None = fact("share", "training: host time left where attention and router are one graph")
    moe_launch_s: Fact | None = fact("duration", "training: host time to launch a pass through a layer of experts")
    expert_launch_s: Fact | None = fact("duration", "training: host time for a pass through one local expert")
    layer_s: Fact | None = fact("duration", "serving: time a step loses at each layer outside the operators")
    moe_layer_s: Fact | None = fact("duration", "serving: further time a step loses at each layer of experts")
    prefill_factor: Fact | None = fact("count", "serving: time of a prompt over the sum of its operators")
    request_s: Fact | None = fact("duration", "serving: time of a request outside the accelerators, to its first token")
    pools_s: Fact | None = fact("duration", "serving: further time of a request where prefill is a pool of its own")
