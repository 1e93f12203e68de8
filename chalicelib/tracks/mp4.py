"""Boxes of an MP4 file (ISO/IEC 14496-12, 4.2): walking them, and what is told of a recording on the way."""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from chalicelib.tracks.rejections import Rejected

MOST_BOXES = 4096
"""Far more than any recording has at the levels that are walked."""

MOST_TABLE_BYTES = 2 << 20
"""Of one table: half an hour at 96 kHz has 170,000 samples of 1,024, four bytes each."""

MOST_EDITS = 64
_GAPLESS = re.compile(rb"(?: [0-9A-F]{8}){3} [0-9A-F]{16}(?: [0-9A-F]{8}){0,8}")


class Box(NamedTuple):
    """A box: its type, where it and its content begin, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


class Edit(NamedTuple):
    """An entry of an edit list: what of the track is played when; ``starts_at`` -1 is silence."""

    duration: int
    starts_at: int
    rate: int


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


def check(file: BinaryIO, size: int) -> int:
    """The bytes of an MP4 that hold its sound.

    Raises `Rejected` for one that is fragmented, is a video, holds no sound, or ends too early.
    """
    movie, media = None, 0
    for box in boxes(file, 0, size):
        if box.kind == b"moof":
            raise Rejected("fragmented_mp4")
        if box.kind == b"moov":
            movie = box
        if box.kind == b"mdat":
            media += box.end - box.content
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
    return media


OFFERED = (b"\xa9nam", b"keyw", b"\xa9gen")
"""Of iTunes' list of tags: the title, keywords and the genre."""


def tag(file: BinaryIO, size: int, kind: bytes) -> str | None:
    """The text of this kind in iTunes' list of tags, where there is one of moderate length."""
    tags = _tags(file, size)
    name = tags and find(file, tags, kind, b"data")
    if not name:
        return None
    return content_of(file, name, 4096)[8:].decode("utf-8", "replace")


def played_seconds(file: BinaryIO, size: int) -> float | None:
    """How much of the sound is played, without what the encoder put around it; None where nothing says."""
    movie = need(file, Box(b"", 0, 0, size), b"moov")
    edits = find(file, sound_track(file, movie), b"edts", b"elst")
    scale, _ = scale_of(content_of(file, need(file, movie, b"mvhd"), 256))
    if edits is None or not scale:
        return None
    played = [edit for edit in edits_of(content_of(file, edits, 4096)) if edit.starts_at >= 0]
    return sum(edit.duration for edit in played) / scale or None


def gapless(file: BinaryIO, size: int) -> bytes | None:
    """What iTunes says of the encoder's delay and padding, for players that know no edit lists."""
    tags = _tags(file, size)
    for item in boxes(file, tags.content, tags.end) if tags else ():
        if item.kind == b"----" and item.end - item.content < 1024:
            content = content_of(file, item, 1024)
            values = _GAPLESS.search(content)
            if b"iTunSMPB" in content and values:
                return values[0]
    return None


def sound_track(file: BinaryIO, movie: Box) -> Box:
    tracks = (box for box in boxes(file, movie.content, movie.end) if box.kind == b"trak")
    track = next((track for track in tracks if _handler(file, track) == b"soun"), None)
    if track is None:
        raise Rejected("not_audio")
    return track


def find(file: BinaryIO, box: Box | None, *path: bytes) -> Box | None:
    """The box at this path inside of one, None where there is none."""
    for kind in path:
        if box is None:
            return None
        box = next((inner for inner in boxes(file, box.content, box.end) if inner.kind == kind), None)
    return box


def need(file: BinaryIO, box: Box, *path: bytes) -> Box:
    found = find(file, box, *path)
    if found is None:
        raise Rejected("unreadable")
    return found


def content_of(file: BinaryIO, box: Box, most: int = MOST_TABLE_BYTES) -> bytes:
    """The content of a box, which may have so many bytes at most. Raises `Rejected`."""
    if box.end - box.content > most:
        raise Rejected("unreadable")
    return beginning_of(file, box, box.end - box.content)


def beginning_of(file: BinaryIO, box: Box, length: int) -> bytes:
    file.seek(box.content)
    return file.read(min(length, box.end - box.content))


def scale_of(header: bytes) -> tuple[int, int]:
    """Units a second, and the duration in them, of ``mvhd`` or ``mdhd``."""
    scale, duration = (
        struct.unpack_from(">IQ", header, 20) if header[0] else struct.unpack_from(">II", header, 12)
    )
    return scale, duration


def edits_of(elst: bytes) -> list[Edit]:
    number = int.from_bytes(elst[4:8])
    if number > MOST_EDITS:
        raise Rejected("unreadable")
    form = ">QqI" if elst[0] else ">IiI"
    return [Edit(*struct.unpack_from(form, elst, 8 + struct.calcsize(form) * at)) for at in range(number)]


def _tags(file: BinaryIO, size: int) -> Box | None:
    """ITunes' list of tags."""
    meta = find(file, Box(b"", 0, 0, size), b"moov", b"udta", b"meta")
    return meta and find(file, meta._replace(content=meta.content + 4), b"ilst")


def _handler(file: BinaryIO, track: Box) -> bytes | None:
    handler = find(file, track, b"mdia", b"hdlr")
    return beginning_of(file, handler, 12)[8:] if handler else None
