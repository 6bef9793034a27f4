"""Which arguments do many commands share?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Folder", "Json", "OutFolder", "Quiet"]

Folder = Annotated[Path, typer.Argument(help="Program folder.", show_default=False)]
OutFolder = Annotated[Path, typer.Argument(help="Folder written by `rackwright plan`.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
