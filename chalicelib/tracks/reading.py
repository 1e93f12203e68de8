"""Reading what a recording is: functions from a file to data, run in the guarded child process.

Only headers are read: a cover of several megabytes is stepped over.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from mutagen import MutagenError
from mutagen.flac import StreamInfo, VCFLACDict
from mutagen.id3 import ID3
from mutagen.mp3 import MPEGInfo
from mutagen.mp4 import Atoms, MP4Info

from chalicelib.tracks import flac, mp4, riff
from chalicelib.tracks.containers import HEAD_BYTES, Container, identify, tags_in_front
from chalicelib.tracks.rejections import LEAST_KBIT_S, LONGEST_MS, MOST_BYTES, MOST_KBIT_S, Rejected

MOST_TAG_BYTES = 48 * 1024
"""As much of an ID3v2 tag is looked at for a title; pictures come after it or not at all."""

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Found:
    """What a recording is."""

    container: Container
    duration_ms: int
    codec: str
    bit_rate: int
    sample_rate: int
    channels: int
    title: str | None


def read(file: BinaryIO, size: int) -> Found:
    """What the recording in this file of ``size`` bytes is.

    Raises `Rejected` for what Earshot does not keep, and whatever mutagen raises for what it cannot read.
    """
    if size > MOST_BYTES:
        raise Rejected("too_large")
    tags = tags_in_front(file, size)
    title = _title_in_front(file, tags)
    start = sum(tags)
    file.seek(start)
    container = identify(file.read(HEAD_BYTES))
    found = _READERS[container](file, start, size)
    if found.duration_ms <= 0:
        raise Rejected("truncated")
    if found.duration_ms > LONGEST_MS:
        raise Rejected("too_long")
    if not LEAST_KBIT_S <= (size - start) * 8 / found.duration_ms <= MOST_KBIT_S:
        raise Rejected("implausible")
    return Found(**(vars(found) | {"title": _tidy(found.title or title)}))


def _title_in_front(file: BinaryIO, tags: list[int]) -> str | None:
    """The title in the first ID3v2 tag."""
    if not tags:
        return None
    file.seek(0)
    return _id3_title(file.read(min(tags[0], MOST_TAG_BYTES)))


def _id3_title(tag: bytes) -> str | None:
    """The title in the beginning of an ID3v2 tag."""
    length = max(len(tag) - 10, 0)
    shortened = bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))
    try:
        frame = ID3(BytesIO(tag[:6] + shortened + tag[10:]), translate=False).getall("TIT2")
    except MutagenError:
        return None
    return str(frame[0]) if frame else None


def _mp3(file: BinaryIO, start: int, size: int) -> Found:
    info = MPEGInfo(file, start)
    if info.layer != 3:
        raise Rejected("unsupported_format", f"MPEG audio of layer {info.layer}")
    if info.sketchy:
        raise Rejected("unreadable")
    _check_xing(file, info.frame_offset, size)
    return Found("mp3", round(info.length * 1000), "mp3", info.bitrate, info.sample_rate, info.channels, None)


def _check_xing(file: BinaryIO, frame_offset: int, size: int) -> None:
    """Compare the bytes that LAME's Xing or Info header counts with those that are there.

    http://gabriel.mp3-tech.org/mp3infotag.html
    """
    file.seek(frame_offset)
    frame = file.read(256)
    at = max(frame.find(b"Xing", 0, 64), frame.find(b"Info", 0, 64))
    if at < 0 or not frame[at + 7] & 2:
        return
    bytes_at = at + 8 + (4 if frame[at + 7] & 1 else 0)
    counted = int.from_bytes(frame[bytes_at : bytes_at + 4])
    if size - frame_offset < counted * 0.98:
        raise Rejected("truncated")


def _m4a(file: BinaryIO, start: int, size: int) -> Found:
    if start:
        raise Rejected("unreadable")  # its boxes name places in the file, which a tag in front has moved
    mp4.check(file, size)
    file.seek(0)
    info = MP4Info(Atoms(file), file)
    if not info.codec.startswith("mp4a.40"):
        raise Rejected("unsupported_format", f"an MP4 with {info.codec_description or 'another codec'}")
    return Found(
        "m4a",
        round(info.length * 1000),
        info.codec,
        info.bitrate,
        info.sample_rate,
        info.channels,
        mp4.title(file, size),
    )


def _wav(file: BinaryIO, start: int, size: int) -> Found:
    form = riff.read_format(file, start, size)
    return Found(
        "wav",
        round(form.data_bytes / form.bytes_a_second * 1000),
        form.codec,
        form.bytes_a_second * 8,
        form.sample_rate,
        form.channels,
        form.title,
    )


def _flac(file: BinaryIO, start: int, size: int) -> Found:
    blocks = list(flac.blocks(file, start, size))
    if not blocks or blocks[0].kind != flac.STREAMINFO:
        raise Rejected("unreadable")
    info = StreamInfo(blocks[0].read(file))
    comments = [block for block in blocks if block.kind == flac.COMMENT and block.size <= MOST_TAG_BYTES]
    titles = VCFLACDict(comments[0].read(file)).get("title") if comments else None
    flac.check_last_frame(file, blocks[-1].end, size, info)
    return Found(
        "flac",
        round(info.length * 1000),
        "flac",
        round((size - start) * 8 / info.length) if info.length else 0,
        info.sample_rate,
        info.channels,
        titles[0] if titles else None,
    )


def _tidy(title: str | None) -> str | None:
    """A title from a file as one line of bounded length; hostile text is possible."""
    printable = "".join(character if character.isprintable() else " " for character in title or "")
    return " ".join(printable.split())[:LONGEST_TITLE] or None


_READERS = {"mp3": _mp3, "m4a": _m4a, "wav": _wav, "flac": _flac}
