"""The child process that reads and tags files from outside: no secrets, and little time and memory.

``python -m chalicelib.tracks.guarded read SIZE`` asks on standard output for the bytes it needs, one line
``{"read": [offset, length]}`` each, and gets exactly those on standard input; it ends with ``{"found": {…}}``
or ``{"rejected": [code, what it is]}``. ``… tag PATH`` takes one line ``{"container": …, "tags": {…}}`` on
standard input and ends with ``{"tagged": milliseconds or null}`` or ``{"rejected": […]}``. See `guard` for
the other side, and for what it means when this process ends in another way.

It is started for every file: what it imports is kept small (no dataclasses, no pathlib).
"""

import errno
import io
import json
import resource
import sys
from typing import Any, BinaryIO

from chalicelib.tracks.rejections import MOST_BYTES as LARGEST_FILE
from chalicelib.tracks.rejections import Rejected

MEMORY_BYTES = 192 << 20
CPU_SECONDS = {"read": 2, "tag": 10}
"""A good file takes a tenth of it, one of 100 MB too."""

GRACE_SECONDS = 1
"""Between the signal that tells `guard` of the limit and the one that nobody survives."""

MOST_WRITTEN_BYTES = LARGEST_FILE + (1 << 20)
BLOCK = 64 * 1024
MOST_READS = 32
MOST_BYTES = 8 << 20


class OutOfBudget(Exception):
    """Reading this file takes more of it than any recording needs."""


class RangedFile(io.RawIOBase):
    """A file read in blocks of 64 kB, each asked for once, and no more of them than the budget allows."""

    def __init__(self, size: int) -> None:
        self._size, self._at = size, 0
        self._blocks: dict[int, bytes] = {}
        self._reads = self._bytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise OSError("before the beginning")
        self._at = at
        return at

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._size - self._at)
        length = left if size is None or size < 0 else min(size, left)
        if length == 0:
            return b""
        first, last = self._at // BLOCK, (self._at + length - 1) // BLOCK
        missing = [number for number in range(first, last + 1) if number not in self._blocks]
        for start, end in _runs(missing):
            self._fetch(start, end)
        whole = b"".join(self._blocks[number] for number in range(first, last + 1))
        found = whole[self._at - first * BLOCK :][:length]
        self._at += length
        return found

    def _fetch(self, first: int, last: int) -> None:
        offset = first * BLOCK
        length = min((last + 1) * BLOCK, self._size) - offset
        self._reads += 1
        self._bytes += length
        if self._reads > MOST_READS or self._bytes > MOST_BYTES:
            raise OutOfBudget
        _say({"read": [offset, length]})
        answer = sys.stdin.buffer.read(length)
        if len(answer) != length:
            raise EOFError
        for number in range(first, last + 1):
            start = (number - first) * BLOCK
            self._blocks[number] = answer[start : start + BLOCK]


def main(job: str, argument: str) -> None:
    """Do the one job this process was started for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS[job], CPU_SECONDS[job] + GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN_BYTES, MOST_WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _say(_read(int(argument)) if job == "read" else _tag(argument))
    except Rejected as rejected:
        _say({"rejected": [rejected.code, rejected.found]})
    except EOFError:
        raise  # the other side is gone
    except Exception as error:  # whatever a parser raises, MemoryError too, says the same of the file
        if _is_ours(error):
            raise
        _say({"rejected": ["unreadable", ""]})


def _read(size: int) -> dict[str, Any]:
    from chalicelib.tracks import reading

    file: BinaryIO = RangedFile(size)  # type: ignore[assignment]
    return {"found": reading.read(file, size)._asdict()}


def _tag(path: str) -> dict[str, Any]:
    from chalicelib.tracks import tagging

    order = json.loads(sys.stdin.buffer.readline())
    return {"tagged": tagging.rewrite(path, order["container"], tagging.Tags(**order["tags"]))}


def _is_ours(error: Exception) -> bool:
    """Whether the operating system refused something that does not lie in the file: a full disk."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EFBIG, errno.EINVAL)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Neighbours together: first and last of each run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


if __name__ == "__main__":
    main(*sys.argv[1:])
