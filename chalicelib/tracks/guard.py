"""Reading and tagging files from outside in a child process, which a hostile one may break and nothing else.

mutagen can be made to take a gigabyte or a minute by a file of some kilobytes: the child has a limit on its
memory, its time and on what it may read, and none of this process's credentials.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
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

HOSTILE = frozenset(
    {signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE}
)
"""Signals that end a child over its file: the limit of its time, and what a broken parser gets."""


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
                found = said["found"]
                return Found(**found | {"topics": tuple(found["topics"])})
            offset, length = said["read"]
            if not (0 <= offset < size and 0 < length <= guarded.MOST_BYTES):
                raise Rejected("unreadable")
            child.gives(read(offset, length))


def tag(path: Path, container: str, tags: Tags) -> int | None:
    """Replace the file by a copy that holds its sound and these tags; see `tagging.rewrite`.

    Raises `Rejected`, `GuardError`.
    """
    with _Child("tag", str(path)) as child:
        child.gives(json.dumps({"container": container, "tags": tags._asdict()}).encode() + b"\n")
        counted_ms: int | None = child.hears()["tagged"]
        return counted_ms


class _Child:
    """A running child, ended on leaving."""

    def __init__(self, job: str, argument: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed on leaving, as the process is)
        self._process = subprocess.Popen(  # noqa: S603  (our own module, and a number or our own path)
            [sys.executable, "-S", "-m", guarded.__name__, job, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env=_environment(),
            process_group=0,  # Ctrl-C in a terminal is for the process that waits for the child
        )
        self._timer = threading.Timer(LONGEST_SECONDS, self._process.kill)

    def __enter__(self) -> "_Child":
        self._timer.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._timer.cancel()
        self._process.kill()
        with suppress(BrokenPipeError), self._errors:  # of what it did not take any more
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
        """A child that its file has ended met a hostile one; one that failed otherwise is our fault."""
        code = self._process.wait()
        self._errors.seek(0)
        errors = self._errors.read(LONGEST_LINE)
        if -code in HOSTILE or b"MemoryError" in errors:
            log.warning("a file stopped the child", extra={"returncode": code})
            raise Rejected("unreadable")
        raise GuardError(f"{code}: {errors.decode('utf-8', 'replace')[-2000:]}")


def _environment() -> dict[str, str]:
    """What a child needs to find its modules, in Lambda also Python's own library; nothing else of ours."""
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), *sys.path])),
        "LC_ALL": "C.UTF-8",
    }
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return environment
