"""Clean tags: a copy of a recording that holds its sound, what describes the sound, and our own tags.

Pictures, comments, places and whatever else a phone or a program left in the file stay behind. Run in the
guarded child process, as reading is.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mutagen.flac import VCFLACDict
from mutagen.id3 import ID3, TALB, TIT2, TPE1
from mutagen.mp4 import MP4Tags
from mutagen.wave import WAVE

from chalicelib.tracks import flac, mp4, riff
from chalicelib.tracks.containers import Container, start_of_sound
from chalicelib.tracks.rejections import Rejected

BLOCK = 1 << 20
ID3V1_BYTES = 128
ID3V1_ENHANCED_BYTES = 227
MOST_TAGS_BEHIND = 8


@dataclass(frozen=True)
class Tags:
    """What a stored file says of itself; ``artist`` only where the speaker agreed to be named publicly."""

    title: str
    album: str
    artist: str | None


def rewrite(path: Path, container: Container, tags: Tags) -> None:
    """Replace the file by its clean copy. Raises `Rejected`, and whatever mutagen raises."""
    clean = path.with_name(f"{path.name}.clean")
    with path.open("rb") as source, clean.open("w+b") as target:
        _WRITERS[container](source, target, path.stat().st_size, tags)
    clean.replace(path)


def _mp3(source: BinaryIO, target: BinaryIO, size: int, tags: Tags) -> None:
    start, end = start_of_sound(source, size), _end_of_mp3(source, size)
    _id3(tags).save(target, v1=0, padding=lambda _: 0)
    target.seek(0, 2)
    _copy(source, target, start, end)


def _end_of_mp3(file: BinaryIO, size: int) -> int:
    """Where the sound ends: before ID3v1, APEv2 and Lyrics3v2 tags, in whatever order they stand."""
    end = size
    for _ in range(MOST_TAGS_BEHIND):
        behind = _tag_before(file, end)
        if not behind or behind >= end:
            break
        end -= behind
    return end


def _tag_before(file: BinaryIO, end: int) -> int:
    """Bytes of the tag that ends here, 0 where none does.

    https://wiki.hydrogenaud.io/index.php?title=APEv2_specification, https://id3.org/Lyrics3v2
    """
    start = max(0, end - ID3V1_BYTES - ID3V1_ENHANCED_BYTES)
    file.seek(start)
    tail = file.read(end - start)
    if tail[-ID3V1_BYTES:][:3] == b"TAG":
        enhanced = tail[:-ID3V1_BYTES][-ID3V1_ENHANCED_BYTES:][:4] == b"TAG+"
        return ID3V1_BYTES + (ID3V1_ENHANCED_BYTES if enhanced else 0)
    footer = tail[-32:]
    if footer[:8] == b"APETAGEX":
        length, flags = struct.unpack("<I4xI", footer[12:24])
        return int(length) + (32 if flags & 1 << 31 else 0)
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    return 0


def _m4a(source: BinaryIO, target: BinaryIO, size: int, tags: Tags) -> None:
    _copy(source, target, 0, size)
    mp4.take_out_private_boxes(target, size)
    clean = MP4Tags()
    for name, value in (("\xa9nam", tags.title), ("\xa9alb", tags.album), ("\xa9ART", tags.artist)):
        if value is not None:
            clean[name] = [value]
    target.seek(0)
    clean.save(target)


def _wav(source: BinaryIO, target: BinaryIO, size: int, tags: Tags) -> None:
    riff.copy_sound(source, target, start_of_sound(source, size), size)
    target.seek(0)
    tagged = WAVE(target)
    tagged.add_tags()
    tagged.tags.update(_id3(tags))
    target.seek(0)
    tagged.save(target)


def _flac(source: BinaryIO, target: BinaryIO, size: int, tags: Tags) -> None:
    blocks = list(flac.blocks(source, start_of_sound(source, size), size))
    comments = VCFLACDict()
    comments["title"] = [tags.title]
    comments["album"] = [tags.album]
    if tags.artist is not None:
        comments["artist"] = [tags.artist]
    kept = [
        (block.kind, block.read(source).read())
        for block in blocks
        if block.kind in (flac.STREAMINFO, flac.SEEKTABLE)
    ]
    kept.append((flac.COMMENT, comments.write()))
    target.write(b"fLaC")
    for number, (kind, content) in enumerate(kept, 1):
        last = flac.LAST if number == len(kept) else 0
        target.write(bytes([kind | last]) + len(content).to_bytes(3) + content)
    source.seek(size - ID3V1_BYTES)
    end = size - ID3V1_BYTES if source.read(3) == b"TAG" else size
    _copy(source, target, blocks[-1].end, end)


def _id3(tags: Tags) -> ID3:
    """ID3v2.4 in UTF-8 (https://id3.org/id3v2.4.0-structure)."""
    id3 = ID3()
    id3.add(TIT2(encoding=3, text=[tags.title]))
    id3.add(TALB(encoding=3, text=[tags.album]))
    if tags.artist is not None:
        id3.add(TPE1(encoding=3, text=[tags.artist]))
    return id3


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end:
        piece = source.read(min(BLOCK, end - start))
        if not piece:
            raise Rejected("truncated")
        target.write(piece)
        start += len(piece)


_WRITERS = {"mp3": _mp3, "m4a": _m4a, "wav": _wav, "flac": _flac}
