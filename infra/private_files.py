"""Small JSON files in the data folder, for their owner alone."""

import json
import os
from pathlib import Path
from typing import Any

from infra.journal import DataFolderError


def read(file: Path, kind: type) -> Any:
    """What a file holds; None where there is none. Raises `DataFolderError`."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DataFolderError(f"{file} cannot be read: {error}.") from error
    if not isinstance(found, kind):
        raise DataFolderError(f"{file} is not what Earshot wrote there.")
    return found


def write(file: Path, content: Any) -> None:
    """Replace a file at once: after a crash it is the old one or the new one. Raises `DataFolderError`."""
    fresh = file.with_suffix(".new")
    try:
        opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(opened, "w", encoding="utf-8") as out:
            json.dump(content, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as error:
        raise DataFolderError(f"{file} cannot be written: {error}.") from error
