"""A file through everything that an upload goes through: read, tagged, and what came of it decoded."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.tracks import guard
from chalicelib.tracks.reading import Found
from chalicelib.tracks.rejections import Rejected
from chalicelib.tracks.tagging import Tags

TAGS = Tags(title="How I open a call", album="Acme", artist=None)


@dataclass(frozen=True)
class Passed:
    """What the guard found in a file, and the clean copy."""

    found: Found
    clean: bytes


def read(content: bytes, reads: list[int] | None = None) -> Found:
    """What the guard finds in a file. Raises `Rejected`."""

    def part(offset: int, length: int) -> bytes:
        if reads is not None:
            reads.append(length)
        return content[offset : offset + length]

    return guard.inspect(part, len(content))


def through(content: bytes, tags: Tags = TAGS, reads: list[int] | None = None) -> Passed:
    """Read a file and tag it, as processing does; ``reads`` are added to. Raises `Rejected`."""
    found = read(content, reads)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        path.write_bytes(content)
        counted_ms = guard.tag(path, found.container, tags)
        assert [each.name for each in Path(folder).iterdir()] == ["audio"]
        if counted_ms is not None:
            found = found._replace(duration_ms=counted_ms)
        return Passed(found, path.read_bytes())


def refused(content: bytes) -> Rejected | None:
    """Why a file is refused, be it on reading or on tagging; None where it is taken."""
    try:
        through(content)
    except Rejected as rejected:
        return rejected
    return None


def decoded(*contents: bytes, flawless: bool = True) -> list[str]:
    """A digest of the samples in each file, in which ffmpeg finds nothing wrong."""
    with TemporaryDirectory() as folder:
        inputs, outputs = [], []
        for number, content in enumerate(contents):
            path = Path(folder) / str(number)
            path.write_bytes(content)
            inputs += ["-i", str(path)]
            outputs += ["-map", f"{number}:a:0", "-f", "md5", f"{path}.md5"]
        command = ["ffmpeg", "-v", "error", "-nostdin", *inputs, *outputs]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert done.stderr == "" or not flawless, done.stderr
        return [(Path(folder) / f"{number}.md5").read_text() for number in range(len(contents))]


def duration_ms(content: bytes) -> float:
    """How long ffprobe says a file is."""
    asked = ["-show_entries", "format=duration", "-of", "csv=p=0"]
    command = ["ffprobe", "-v", "error", *asked, "-i", "pipe:0"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        path.write_bytes(content)
        command[-1] = str(path)
        return 1000 * float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
