"""P5: what a cold start costs with the zip that is deployed, against the zip that `chalice package` makes."""

import shutil
import statistics
import tempfile
from pathlib import Path

from infra import deploy
from tests.infra import packaged

ROUNDS = 7
TARGET = 0.40
MOST_BYTES = 10_000_000

FIRST_CLIENT = """
import json, os
from app import app
from chalicelib import aws
aws.client("dynamodb")
print(json.dumps(1000 * sum(os.times()[:2])))
"""
"""What Lambda does before the first request, and the client that each needs; CPU in ms of the process."""


def run() -> None:
    """Measure both, taking turns, and print their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = packaged.unshrunk(folder)
        small = Path(shutil.copy(whole, folder / "small.zip"))
        deploy.shrink(small)
        tasks = [packaged.unpacked(archive, folder / archive.stem) for archive in (whole, small)]
        rounds = [[packaged.inside(task, FIRST_CLIENT) for task in tasks] for _ in range(ROUNDS)]
        before, after = (statistics.median(each) for each in zip(*rounds, strict=True))
        ratio = f"{after / before:.2f} x (at most {TARGET:.2f})"
        print(f"P5 cold start  {ratio}  {after:.0f} ms / {before:.0f} ms of CPU")
        mega = [archive.stat().st_size / 1e6 for archive in (small, whole)]
        print(f"P5 package     {mega[0]:.1f} MB (at most {MOST_BYTES / 1e6:.0f})  of {mega[1]:.1f} MB")
