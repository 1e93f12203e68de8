"""What is made once and kept beside the checkout, though several processes test at the same time."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory


def made_once(path: Path, make: Callable[[Path], object]) -> Path:
    """The file or folder at this path. If it is not there, `make` makes it at the path that it is given.

    Who comes while another makes it waits. Whoever is stopped in the middle leaves nothing that looks whole.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent) as folder:
        lock = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                fresh = Path(folder) / path.name
                make(fresh)
                fresh.rename(path)
        finally:
            os.close(lock)
    return path
