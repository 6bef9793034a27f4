"""Which accelerator, model or software of the catalog does a published row mean?"""

from __future__ import annotations

import re

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Accelerator, ModelArchitecture
from rackwright.catalog.software import SoftwareStack

__all__ = ["find_accelerator", "find_model", "find_stack", "model_family"]

_FORMS = ("sxm", "pcie", "oam")
_DIGITS = re.compile(r"\d+")


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def find_accelerator(catalog: Catalog, text: str) -> Accelerator | None:
    """The accelerator a text names; the longest name found in it wins, then the memory size it states."""
    plain = _plain(text)
    found = [(_chip_words(part), part) for part in catalog.all(Accelerator)]
    named = [(words, part) for words, part in found if all(word in plain for word in words)]
    if not named:
        return _by_memory(catalog, plain)
    return max(named, key=lambda pair: (len("".join(pair[0])), pair[1].id))[1]


def _chip_words(part: Accelerator) -> tuple[str, ...]:
    """Words of an id that a text must hold: without vendor and form; `tpu-v4` is one word."""
    words = [word for word in part.id.split("-")[1:] if word not in _FORMS]
    return ("".join(words),) if words[0] == "tpu" else tuple(words)


def _by_memory(catalog: Catalog, plain: str) -> Accelerator | None:
    """A part whose memory size is not stated in the text: the largest of those with its other words."""
    rows = []
    for part in catalog.all(Accelerator):
        words = [word for word in _chip_words(part) if not word.endswith("gb")]
        if all(word in plain for word in words) and part.memory_byte is not None:
            rows.append((len("".join(words)), part.memory_byte.value, part.id, part))
    return max(rows, key=lambda row: row[:3])[3] if rows else None


def find_model(catalog: Catalog, text: str) -> ModelArchitecture | None:
    """The architecture a text names: the longest catalog name whose every word is in it."""
    plain = _plain(text)
    named = [part for part in catalog.all(ModelArchitecture) if _plain(part.id) in plain]
    if not named:
        named = [part for part in catalog.all(ModelArchitecture) if _same_but_revision(_plain(part.id), plain)]
    return max(named, key=lambda part: (len(part.id), part.id)) if named else None


def _same_but_revision(name: str, plain: str) -> bool:
    """True where a text begins or ends like a name but for a revision, such as M2.5 for M2."""
    start = plain.find(name[:-1]) if len(name) > LEAST_WORD else -1
    return start >= 0 and plain[start:].startswith(name)


LEAST_WORD = 6


def find_stack(catalog: Catalog, text: str, use: str) -> SoftwareStack | None:
    """The software a text names; the longest match wins."""
    lower = text.lower()
    named = [part for part in catalog.all(SoftwareStack) if part.use == use and part.matches.lower() in lower]
    return max(named, key=lambda part: (len(part.matches), part.id)) if named else None


def model_family(model: str) -> str:
    """Family of a model name: its letters up to the first figure, such as `llama` of Llama3.1-405B.

    Examples
    --------
    >>> model_family("Llama3.1-405B"), model_family("gpt-oss-120b")
    ('llama', 'gpt-oss')
    """
    return _DIGITS.split(model.lower(), maxsplit=1)[0].strip("-_ ") or model.lower()
