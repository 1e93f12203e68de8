"""Reading and tagging files from outside in a child process, which a hostile one may break and nothing else.

mutagen can be made to take a gigabyte or a minute by a file of some kilobytes: the child has a limit on its
memory, its time and on what it may read, and none of this process's credentials.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chalicelib.tracks import guarded
from chalicelib.tracks.reading import Found
from chalicelib.tracks.rejections import Rejected
from chalicelib.tracks.tagging import Tags

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 60
"""Of a child in all, waiting for S3 included; its own time on the processor is `guarded.CPU_SECONDS`."""

LONGEST_LINE = 16 * 1024


class GuardError(Exception):
    """The child could not do its work, for a reason that does not lie in the file."""


def inspect(read: Callable[[int, int], bytes], size: int) -> Found:
    """What the recording of ``size`` bytes is; ``read(offset, length)`` gives its bytes.

    Raises `Rejected`, `GuardError`, and whatever ``read`` raises.
    """
    with _Child("read", str(size)) as child:
        while True:
            said = child.hears()
            if "read" not in said:
                return Found(**said["found"])
            offset, length = said["read"]
            if not (0 <= offset < size and 0 < length <= guarded.MOST_BYTES):
                raise Rejected("unreadable")
            child.gives(read(offset, length))


def tag(path: Path, container: str, tags: Tags) -> None:
    """Replace the file by a copy that holds its sound and these tags. Raises `Rejected`, `GuardError`."""
    with _Child("tag", str(path)) as child:
        child.gives(json.dumps({"container": container, "tags": asdict(tags)}).encode() + b"\n")
        child.hears()


class _Child:
    """A running child, ended on leaving."""

    def __init__(self, job: str, argument: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (our own module, and a number or our own path)
            [sys.executable, "-m", guarded.__name__, job, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), *sys.path])), "LC_ALL": "C.UTF-8"},
        )
        self._timer = threading.Timer(LONGEST_SECONDS, self._process.kill)

    def __enter__(self) -> "_Child":
        self._timer.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._timer.cancel()
        self._process.kill()
        with suppress(BrokenPipeError):  # of what it did not take any more
            self._process.__exit__(*error)

    def gives(self, content: bytes) -> None:
        """Bytes for the child; one that has ended does not take them, which `hears` will tell."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(content)
            self._process.stdin.flush()
        except BrokenPipeError:
            log.info("the child ended early")

    def hears(self) -> dict[str, Any]:
        """What the child says next. Raises `Rejected` where it refuses the file or was stopped by it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            self._ended()
        said: dict[str, Any] = json.loads(line)
        if "rejected" in said:
            raise Rejected(*said["rejected"])
        return said

    def _ended(self) -> None:
        """A child that a limit has stopped met a hostile file; one that failed by itself is our fault."""
        _, errors = self._process.communicate()
        if self._process.returncode < 0 or b"MemoryError" in errors:
            log.warning("a file stopped the child", extra={"returncode": self._process.returncode})
            raise Rejected("unreadable")
        raise GuardError(errors.decode("utf-8", "replace")[-2000:])
