from pathlib import Path

import pytest

from infra import vendor
from infra.vendor import VENDOR

EMBEDDED = 'w("audio/mpeg","data:application/wasm;base64,AGFzbQ==")'


def test_every_part_of_the_client_stands_in_one_flat_folder_beside_its_licence() -> None:
    names = {path.name for path in VENDOR.iterdir() if path.is_file()}
    assert {
        *("preact.js", "preact.LICENSE.txt", "htm.LICENSE.txt"),
        *("wasm-media-encoders.js", "wasm-media-encoders.LICENSE.txt"),
        *("mp3.wasm", "mp3.wasm.LICENSE.txt"),
    } <= names
    assert not [path for path in VENDOR.iterdir() if path.is_dir()]


def test_the_encoders_module_is_small_and_needs_no_other_module() -> None:
    module = (VENDOR / "wasm-media-encoders.js").read_text("utf-8")
    assert len(module) < 6_000
    assert not vendor.EMBEDDED_WASM.search(module)
    assert "import" not in module
    assert "as createEncoder" in module


def test_the_codec_is_fetched_as_a_file_of_its_own() -> None:
    assert (VENDOR / "mp3.wasm").read_bytes().startswith(b"\0asm")


@pytest.mark.parametrize("module", [EMBEDDED, EMBEDDED * 3, f'import {{x}} from "y";{EMBEDDED * 2}'])
def test_a_module_built_in_another_way_is_refused(module: str) -> None:
    with pytest.raises(ValueError, match="built in another way"):
        vendor.without_wasm(module)


def test_a_missing_module_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    there = tmp_path / "vendor"
    there.mkdir()
    (there / "preact.js").write_text("// of last time")
    with pytest.raises(FileNotFoundError):
        vendor.copy_all(tmp_path / "node_modules", there)
    assert (there / "preact.js").read_text() == "// of last time"
