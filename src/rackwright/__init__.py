"""Rackwright: from what an AI lab needs to run to what a manufacturer has to build, where and when."""

__version__ = "0.1.0"
__all__ = ["__version__"]
