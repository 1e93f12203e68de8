"""Clean tags: a copy of a recording that holds its sound, what describes the sound, and our own tags.

Pictures, comments, places, times and whatever else a phone or a program left in the file stay behind:
nothing is copied but the sound itself, and what stands around it is written anew. Run in the guarded child
process, as reading is.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from chalicelib.tracks import flac, mp4, mp4_sound, mpeg, riff
from chalicelib.tracks.containers import Container, Span, end_of_sound, start_of_sound
from chalicelib.tracks.rejections import ENCODER_MS, LONGEST_MS, Rejected

BLOCK = 1 << 20


class Tags(NamedTuple):
    """What a stored file says of itself; ``artist`` only where the speaker agreed to be named publicly."""

    title: str
    album: str
    artist: str | None


class Clean(NamedTuple):
    """A clean copy: what stands before and behind the sound, and where that stands in the source."""

    before: bytes
    spans: list[Span]
    behind: bytes = b""
    counted_ms: int | None = None
    """How long the sound is, where only counting tells."""


def rewrite(path: str, container: Container, tags: Tags) -> int | None:
    """Replace the file by its clean copy; how long the sound is in milliseconds, where only this can tell.

    Raises `Rejected` too: only now the whole file is looked at.
    """
    with open(path, "rb") as source:
        clean = _WRITERS[container](source, os.fstat(source.fileno()).st_size, tags)
        with open(f"{path}.clean", "wb") as target:
            target.write(clean.before)
            for span in _joined(clean.spans):
                _copy(source, target, span)
            target.write(clean.behind)
    os.replace(f"{path}.clean", path)
    return clean.counted_ms


def _mp3(file: BinaryIO, size: int, tags: Tags) -> Clean:
    start = start_of_sound(file, size)
    sound = mpeg.sound(file, start, end_of_sound(file, start, size))
    file.seek(sound.spans[0][0])
    count = mpeg.counted(file.read(256))
    if count and count.frames:
        mpeg.check_count(sound, count.frames)
        return Clean(_id3(tags), sound.spans)
    if sound.milliseconds > LONGEST_MS + ENCODER_MS:
        raise Rejected("too_long")
    return Clean(_id3(tags), sound.spans, counted_ms=sound.milliseconds)


def _m4a(file: BinaryIO, size: int, tags: Tags) -> Clean:
    from mutagen.mp4 import AtomDataType, MP4FreeForm, MP4Tags

    sound = mp4_sound.sound(file, size)
    clean = MP4Tags()
    for name, value in (("\xa9nam", tags.title), ("\xa9alb", tags.album), ("\xa9ART", tags.artist)):
        if value is not None:
            clean[name] = [value]
    gapless = mp4.gapless(file, size)
    if gapless is not None:
        clean["----:com.apple.iTunes:iTunSMPB"] = [MP4FreeForm(gapless, AtomDataType.UTF8)]
    movie = BytesIO(b"\0\0\0\x08moov")
    clean.save(movie, padding=_no_padding)
    return Clean(mp4_sound.head(sound, movie.getvalue()[8:]), sound.chunks)


def _wav(file: BinaryIO, size: int, tags: Tags) -> Clean:
    sound = riff.sound(file, start_of_sound(file, size), size)
    start, end = sound.span
    behind = bytes((end - start) % 2) + riff.chunk(b"id3 ", _id3(tags))
    return Clean(riff.head(sound, len(behind)), [sound.span], behind)


def _flac(file: BinaryIO, size: int, tags: Tags) -> Clean:
    from mutagen.flac import VCFLACDict

    sound = flac.sound(file, start_of_sound(file, size), size)
    comments = VCFLACDict()
    comments["title"] = [tags.title]
    comments["album"] = [tags.album]
    if tags.artist is not None:
        comments["artist"] = [tags.artist]
    return Clean(flac.head(sound, file, comments.write()), [sound.span])


def _id3(tags: Tags) -> bytes:
    """ID3v2.4 in UTF-8 (https://id3.org/id3v2.4.0-structure)."""
    from mutagen.id3 import ID3, TALB, TIT2, TPE1

    id3 = ID3()
    id3.add(TIT2(encoding=3, text=[tags.title]))
    id3.add(TALB(encoding=3, text=[tags.album]))
    if tags.artist is not None:
        id3.add(TPE1(encoding=3, text=[tags.artist]))
    written = BytesIO()
    id3.save(written, v1=0, padding=_no_padding)
    return written.getvalue()


def _no_padding(_: object) -> int:
    return 0


def _joined(spans: list[Span]) -> Iterator[Span]:
    """The spans, those that touch one another as one."""
    start, end = 0, 0
    for span in spans:
        if span[0] == end:
            end = span[1]
            continue
        yield start, end
        start, end = span
    yield start, end


def _copy(source: BinaryIO, target: BinaryIO, span: Span) -> None:
    at, end = span
    source.seek(at)
    while at < end:
        piece = source.read(min(BLOCK, end - at))
        if not piece:
            raise Rejected("truncated")
        target.write(piece)
        at += len(piece)


_WRITERS = {"mp3": _mp3, "m4a": _m4a, "wav": _wav, "flac": _flac}
