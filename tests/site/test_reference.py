"""The API reference has a page for each package with public names."""

import ast
from pathlib import Path

import edutorch

from .reference import MODULES, write_reference

FOLDER = Path(edutorch.__file__).parent
AT_THE_TOP = {"ops", "random"}  # whose names are those of edutorch itself


def names_of(init: Path) -> bool:
    """Whether a package says which names are public."""
    targets = [node.targets for node in ast.parse(init.read_text()).body if isinstance(node, ast.Assign)]
    return any(getattr(target, "id", "") == "__all__" for each in targets for target in each)


def test_each_package_has_a_page() -> None:
    packages = {path.parent.name for path in FOLDER.glob("*/__init__.py") if names_of(path)}
    assert {name for name in packages if not any(f"{each}.".startswith(f"edutorch.{name}.") for each in MODULES)} == (
        AT_THE_TOP
    )


def test_each_page_names_what_its_module_has(tmp_path: Path) -> None:
    write_reference(tmp_path / "reference")
    pages = {path.stem: path.read_text() for path in (tmp_path / "reference").iterdir()}
    assert ".. autoclass:: edutorch.audio.transforms.MelSpectrogram" in pages["edutorch.audio.transforms"]
    assert ".. autofunction:: edutorch.quantization.quantize_dynamic" in pages["edutorch.quantization"]
    assert set(pages) == set(MODULES)
