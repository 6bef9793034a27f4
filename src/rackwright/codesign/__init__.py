"""What is a property of a coming generation worth, which designs are best, and what should be asked for?"""

from rackwright.codesign.advise import Advice, advise_platform
from rackwright.codesign.hypothetical import Limits
from rackwright.codesign.request import AdviceOptions, AdviceRequest, advice_request
from rackwright.codesign.specification import (
    Specification,
    next_revision,
    read_specification,
    specification_text,
)

__all__ = [
    "Advice",
    "AdviceOptions",
    "AdviceRequest",
    "Limits",
    "Specification",
    "advice_request",
    "advise_platform",
    "next_revision",
    "read_specification",
    "specification_text",
]
