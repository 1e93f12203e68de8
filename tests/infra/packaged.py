"""Earshot as `chalice package` makes it: templates without a network, after the first time the zip too."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from samtranslator.translator.transform import transform

from infra import deploy
from tests import environment
from tests.kept import made_once

REGION = "eu-central-1"
KEPT = deploy.ROOT / ".cache" / "packages"
OURS = ("app.py", "chalicelib/", "chalice/")
"""What of a package changes from one commit to the next; the rest is what requirements.txt asks for."""


class NoPolicies:
    """There are no managed policies in our template, so none are asked of AWS."""

    def load(self) -> dict[str, str]:
        return {}


def without_requirements(folder: Path) -> Path:
    """A checkout that asks for no packages: Chalice needs no network for it, and the template is the same."""
    deploy.copy(deploy.ROOT, folder)
    (folder / "requirements.txt").write_text("")
    return folder


def translated(template: Path) -> dict[str, Any]:
    """The template as CloudFormation gets it from the SAM transform."""
    deploy.locate_code(template, "deployments", "earshot/code.zip")
    document: dict[str, Any] = transform(yaml.safe_load(template.read_text("utf-8")), {}, NoPolicies())
    return document


def unshrunk(folder: Path) -> Path:
    """The zip that `chalice package` makes of this checkout, in this folder."""
    archive = folder / "deployment.zip"
    with zipfile.ZipFile(_kept()) as kept, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in kept.infolist():
            new.writestr(entry, kept.read(entry))
        checkout = without_requirements(folder / "checkout")
        _, code = deploy.package("dev", REGION, folder / "code", root=checkout)
        with zipfile.ZipFile(code) as current:
            for entry in current.infolist():
                new.writestr(entry, current.read(entry))
    return archive


def unpacked(archive: Path, folder: Path) -> Path:
    """The folder that a function runs from."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def inside(task: Path, program: str) -> Any:
    """What a program says as JSON that has such a folder and Python's own library, and nothing else."""
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", f"import sys\nsys.path.insert(0, {str(task)!r})\n{program}"],
        env={**environment.VARIABLES, "PATH": os.environ["PATH"]},
        cwd=task,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(said.stdout)


@cache
def _kept() -> Path:
    """What requirements.txt asks for, as Chalice packages it: fetched once for each version of that file."""
    requirements = (deploy.ROOT / "requirements.txt").read_bytes()
    path = made_once(KEPT / f"{hashlib.sha256(requirements).hexdigest()[:32]}.zip", _packages)
    for other in KEPT.glob("*.zip"):
        if other != path:
            other.unlink()
    return path


def _packages(fresh: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, whole = deploy.package("dev", REGION, Path(folder))
        with zipfile.ZipFile(whole) as made, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in made.infolist():
                if not entry.filename.startswith(OURS):
                    new.writestr(entry, made.read(entry))
