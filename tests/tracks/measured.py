"""What the guard's children take for files; ``python -m tests.tracks.measured PATH …`` says it as JSON.

In a process of its own: what its children took at most is all that the operating system tells of them.
"""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.tracks import guard
from chalicelib.tracks.rejections import Rejected
from tests.tracks.through import TAGS

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cost:
    """What came of a file, ``kept`` or the code of its refusal, and what it took."""

    outcome: str
    peak_bytes: int
    """Of the largest child so far."""

    cpu_seconds: float


def costs(paths: list[Path]) -> list[Cost]:
    """What each of these files takes, one after the other."""
    command = [sys.executable, "-m", __name__, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [Cost(**line) for line in map(json.loads, done.stdout.splitlines())]


def cost(content: bytes) -> Cost:
    """What one file takes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        path.write_bytes(content)
        return costs([path])[0]


def _measure(path: Path) -> dict[str, Any]:
    before = _used()
    try:
        with path.open("rb") as file:

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            found = guard.inspect(read, path.stat().st_size)
        guard.tag(path, found.container, TAGS)
        outcome = "kept"
    except Rejected as rejected:
        outcome = rejected.code
    used = _used()
    seconds = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {"outcome": outcome, "peak_bytes": used.ru_maxrss * 1024, "cpu_seconds": seconds}


def _used() -> resource.struct_rusage:
    return resource.getrusage(resource.RUSAGE_CHILDREN)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(json.dumps(_measure(Path(argument))), flush=True)
