"""Where an attempt at a file works."""

import os
import time
from pathlib import Path
from tempfile import gettempdir

from chalicelib.tracks import storing
from tests.tracks.audio import wav
from tests.world import Person, World


def test_what_killed_attempts_left_on_the_disk_is_removed(world: World, ann: Person) -> None:
    old, fresh = (Path(gettempdir()) / f"{storing.FOLDER}{name}-of-a-test" for name in ("old", "fresh"))
    for folder in (old, fresh):
        folder.mkdir(exist_ok=True)
        (folder / "audio").write_bytes(b"x")
    long_ago = time.time() - storing.ATTEMPT_LASTS.total_seconds() - 1
    os.utime(old, (long_ago, long_ago))
    try:
        ann.records(wav(1))
        assert not old.exists()
        assert fresh.exists()
    finally:
        (fresh / "audio").unlink()
        fresh.rmdir()
