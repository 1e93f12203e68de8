"""Real files: fetched when first needed, kept beside the checkout, never committed."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kept import made_once

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "corpus"


def of_mutagen() -> list[Path]:
    """The files that mutagen of the version we use tests itself with."""
    name = f"mutagen-{version('mutagen')}"
    return _files(name, lambda folder: _fetch_source(f"mutagen=={version('mutagen')}", folder), "tests/data")


def of_debian(package: str) -> list[Path]:
    """The files in a package of Debian's."""
    return _files(package, lambda folder: _fetch_package(package, folder), "usr/share")


def _files(name: str, fetch: Callable[[Path], None], within: str) -> list[Path]:
    place = made_once(FOLDER / name, fetch)
    return sorted(path for path in (place / within).rglob("*") if path.is_file() and not path.is_symlink())


def _fetch_source(requirement: str, folder: Path) -> None:
    with TemporaryDirectory() as name:
        options = [
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            name,
        ]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)
        [archive] = Path(name).iterdir()
        with tarfile.open(archive) as file:
            file.extractall(name, filter="data")
        [root] = [path for path in Path(name).iterdir() if path.is_dir()]
        shutil.copytree(root / "tests", folder / "tests")


def _fetch_package(package: str, folder: Path) -> None:
    with TemporaryDirectory() as name:
        os.chmod(name, 0o755)  # apt reads it as another user
        subprocess.run(["apt-get", "-qq", "download", package], cwd=name, check=True)
        [archive] = Path(name).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
