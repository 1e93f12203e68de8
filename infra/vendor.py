"""Copies the client's third-party parts out of node_modules into one flat folder, with their licences.

python -m infra.vendor
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
LICENCES = Path(__file__).with_name("licences")
VENDOR = ROOT / "chalicelib" / "web" / "vendor"

NEEDED = ("preact.js", "wasm-media-encoders.js", "mp3.wasm")
"""What the page loads of the folder."""

EMBEDDED_WASM = re.compile(r'"data:application/wasm;base64,[A-Za-z0-9+/=]*"')


def copy_all(modules: Path, to: Path) -> None:
    """Make the folder anew. Raises OSError when a module is not there."""
    fresh = to.with_name(f"{to.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    encoders = modules / "wasm-media-encoders"
    shutil.copy(modules / "htm/preact/standalone.module.js", fresh / "preact.js")
    shutil.copy(encoders / "wasm/mp3.wasm", fresh / "mp3.wasm")
    module = (encoders / "dist/esnext/index.mjs").read_text("utf-8")
    (fresh / "wasm-media-encoders.js").write_text(without_wasm(module), "utf-8")
    shutil.copy(modules / "htm/LICENSE", fresh / "htm.LICENSE.txt")
    shutil.copy(LICENCES / "preact.txt", fresh / "preact.LICENSE.txt")
    shutil.copy(encoders / "LICENSE", fresh / "wasm-media-encoders.LICENSE.txt")
    shutil.copy(LICENCES / "lame.txt", fresh / "mp3.wasm.LICENSE.txt")
    shutil.rmtree(to, ignore_errors=True)
    fresh.rename(to)


def missing(folder: Path = VENDOR) -> list[str]:
    """Those files that the page loads and that are not in the folder."""
    return [name for name in NEEDED if not (folder / name).is_file()]


def without_wasm(module: str) -> str:
    """The encoders' ES module without the two codecs it carries in base64 (780 of its 784 kB).

    `createEncoder(type, url)` fetches the codec instead; the strict policy of our page refuses data
    URLs anyway.
    """
    thin, taken_out = EMBEDDED_WASM.subn('""', module)
    if taken_out != 2 or re.search(r"\bimport\b", thin):
        raise ValueError("this version of wasm-media-encoders is built in another way")
    return thin


if __name__ == "__main__":
    copy_all(MODULES, VENDOR)
