"""The way in: a model's config becomes a part of the program's own catalog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.catalog import load_catalog
from rackwright.catalog.parts import ModelArchitecture
from rackwright.cli.importing import import_file
from rackwright.cli.program import init_folder

CONFIG = {
    "num_hidden_layers": 16,
    "hidden_size": 2048,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "intermediate_size": 8192,
    "vocab_size": 32000,
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config in a folder named after its model."""
    file = tmp_path / "my-model" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps(CONFIG))
    return file


def test_101_a_config_becomes_a_part_of_the_program(config: Path, tmp_path: Path) -> None:
    """The part stands in the program's catalog folder and loads under the folder's name."""
    program = tmp_path / "program"
    init_folder(program, "one-pod")
    assert import_file("config-json", config, program, "", replace=False) == 0
    part = load_catalog(program / "catalog").get(ModelArchitecture, "my-model")
    assert part.layers is not None
    assert part.layers.value == 16.0


def test_102_nothing_is_written_over(config: Path, tmp_path: Path) -> None:
    """A second import is refused unless `--replace` is given."""
    program = tmp_path / "program"
    init_folder(program, "one-pod")
    import_file("config-json", config, program, "", replace=False)
    with pytest.raises(InputError, match="is there already"):
        import_file("config-json", config, program, "", replace=False)
    assert import_file("config-json", config, program, "", replace=True) == 0


def test_103_a_known_part_keeps_its_id(config: Path) -> None:
    """An id of the built-in catalog is refused, and so is one that is not kebab-case."""
    with pytest.raises(InputError, match="already"):
        import_file("config-json", config, None, "llama-3.1-8b", replace=False)
    with pytest.raises(InputError, match="kebab-case"):
        import_file("config-json", config, None, "My Model", replace=False)


def test_104_an_unknown_form_lists_what_there_is(config: Path) -> None:
    """A wrong format names the right one."""
    with pytest.raises(InputError, match="config-json"):
        import_file("config.json", config, None, "", replace=False)
