"""Boxes of an MP4 file (ISO/IEC 14496-12, 4.2): walking them, and taking out what is not the sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.tracks.rejections import Rejected

MOST_BOXES = 4096
"""Far more than any recording has at the levels that are walked."""

PRIVATE = frozenset({b"udta", b"meta", b"uuid"})
"""Boxes for tags, pictures, places and whatever a maker liked to add."""


@dataclass(frozen=True)
class Box:
    """A box: its type, where it and its content begin, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets. Raises `Rejected` where one does not fit."""
    for _ in range(MOST_BOXES):
        if end - start < 8:
            return
        file.seek(start)
        header = file.read(16)
        size, kind, content = int.from_bytes(header[:4]), header[4:8], start + 8
        if size == 1:
            size, content = int.from_bytes(header[8:16]), start + 16
        elif size == 0:
            size = end - start
        if start + size > end:
            raise Rejected("truncated")
        if start + size < content:
            raise Rejected("unreadable")
        yield Box(kind, start, content, start + size)
        start += size
    raise Rejected("unreadable")


def check(file: BinaryIO, size: int) -> None:
    """Refuse an MP4 that is fragmented, is a video, or ends too early. Raises `Rejected`."""
    movie = None
    for box in boxes(file, 0, size):
        if box.kind == b"moof":
            raise Rejected("fragmented_mp4")
        if box.kind == b"moov":
            movie = box
    if movie is None:
        raise Rejected("truncated")
    inside = list(boxes(file, movie.content, movie.end))
    if any(box.kind == b"mvex" for box in inside):
        raise Rejected("fragmented_mp4")
    handlers = [_handler(file, box) for box in inside if box.kind == b"trak"]
    if b"vide" in handlers:
        raise Rejected("video")
    if b"soun" not in handlers:
        raise Rejected("not_audio")


def take_out_private_boxes(file: BinaryIO, size: int) -> None:
    """Overwrite every private box with a free one of the same size, so that nothing moves."""
    found = [box for box in boxes(file, 0, size) if box.kind in PRIVATE]
    movies = [box for box in boxes(file, 0, size) if box.kind == b"moov"]
    for movie in movies:
        for box in boxes(file, movie.content, movie.end):
            if box.kind in PRIVATE:
                found.append(box)
            elif box.kind == b"trak":
                found += [inner for inner in boxes(file, box.content, box.end) if inner.kind in PRIVATE]
    for box in found:
        file.seek(box.start + 4)
        file.write(b"free")
        file.seek(box.content)
        for offset in range(box.content, box.end, 1 << 20):
            file.write(bytes(min(1 << 20, box.end - offset)))


def title(file: BinaryIO, size: int) -> str | None:
    """The title in iTunes' list of tags, where there is one of moderate length."""
    path = [b"moov", b"udta", b"meta", b"ilst", b"\xa9nam", b"data"]
    start, end = 0, size
    for kind in path:
        box = next((box for box in boxes(file, start, end) if box.kind == kind), None)
        if box is None:
            return None
        start, end = box.content + (4 if kind == b"meta" else 0), box.end
    file.seek(start + 8)
    return file.read(min(end - start - 8, 4096)).decode("utf-8", "replace")


def _handler(file: BinaryIO, track: Box) -> bytes | None:
    for media in boxes(file, track.content, track.end):
        if media.kind == b"mdia":
            for box in boxes(file, media.content, media.end):
                if box.kind == b"hdlr":
                    file.seek(box.content + 8)
                    return file.read(4)
    return None
