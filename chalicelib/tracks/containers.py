"""Telling a container by its first bytes, never by its name or its declared type.

Sources: ISO/IEC 11172-3 (MPEG audio), ID3v2.4, ISO/IEC 14496-12 (MP4), RFC 9639 (FLAC), RFC 3533 (Ogg),
RFC 8794 (EBML), RIFF/WAVE (Microsoft), AIFF-C (Apple).
"""

import struct
from typing import BinaryIO, Literal

from chalicelib.tracks.rejections import Rejected

Container = Literal["mp3", "m4a", "wav", "flac"]

Span = tuple[int, int]
"""Bytes of a file: from, to."""

HEAD_BYTES = 64
"""How much of a file is enough to tell."""

CONTENT_TYPES: dict[str, str] = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "flac": "audio/flac",
}

MOST_TAGS_IN_FRONT = 4
MOST_TAGS_BEHIND = 8
ID3V1_BYTES = 128
ID3V1_ENHANCED_BYTES = 227
LYRICS3V1_BYTES = 5100 + 20
"""At most: https://id3.org/Lyrics3."""

_PHOTOS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")

_KNOWN = (
    (b"OggS", "an Ogg file"),
    (b"\x1aE\xdf\xa3", "a WebM or Matroska file"),
    (b"caff", "a CAF file"),
    (b"#!AMR", "an AMR file"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    (b"wvpk", "a WavPack file"),
    (b"MAC ", "a Monkey's Audio file"),
    (b"MPCK", "a Musepack file"),
    (b"MP+", "a Musepack file"),
    (b"TTA1", "a True Audio file"),
    (b"DSD ", "a DSD file"),
    (b"FRM8", "a DSDIFF file"),
    (b"OFR ", "an OptimFROG file"),
    (b"ADIF", "a bare AAC file"),
    (b"MThd", "a MIDI file"),
    (b"RF64", "an RF64 file"),
    (b"riff.\x91\xcf\x11", "a Wave64 file"),
    (b"\x0bw", "an AC-3 file"),
    (b"tBaK", "a TAK file"),
)


def identify(head: bytes) -> Container:
    """The container that begins with these bytes, which stand behind ID3v2 tags (see `tags_in_front`).

    Raises `Rejected`: ``empty``, ``unsupported_format`` or ``not_audio``.
    """
    if not head:
        raise Rejected("empty")
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp" and head[8:12] not in _PHOTOS:
        return "m4a"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        raise Rejected("unsupported_format", "an AIFF file")
    for magic, found in _KNOWN:
        if head.startswith(magic):
            raise Rejected("unsupported_format", found)
    return _mpeg(head)


def id3_size(head: bytes) -> int:
    """Bytes of the ID3v2 tag that begins here, its header and footer included; 0 where none does."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    a, b, c, d = head[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if head[5] & 0x10 else 0)


def tags_in_front(file: BinaryIO, size: int) -> list[int]:
    """Sizes of the ID3v2 tags that a file begins with, whatever its container. Raises `Rejected`."""
    sizes: list[int] = []
    for _ in range(MOST_TAGS_IN_FRONT + 1):
        file.seek(sum(sizes))
        length = id3_size(file.read(10))
        if not length:
            return sizes
        if sum(sizes) + length >= size:
            raise Rejected("truncated")
        sizes.append(length)
    raise Rejected("unreadable")


def start_of_sound(file: BinaryIO, size: int) -> int:
    """Where the container begins, behind ID3v2 tags. Raises `Rejected`."""
    return sum(tags_in_front(file, size))


def end_of_sound(file: BinaryIO, start: int, size: int) -> int:
    """Where the sound that begins at ``start`` ends: before tags (ID3, APEv2, Lyrics3) in whatever order."""
    end = size
    for _ in range(MOST_TAGS_BEHIND):
        behind = _tag_before(file, end)
        if not behind or end - behind <= start:
            break
        end -= behind
    return end


def _tag_before(file: BinaryIO, end: int) -> int:
    """Bytes of the tag that ends here, 0 where none does.

    https://wiki.hydrogenaud.io/index.php?title=APEv2_specification, https://id3.org/Lyrics3v2,
    https://id3.org/id3v2.4.0-structure (3.4, a footer)
    """
    start = max(0, end - LYRICS3V1_BYTES)
    file.seek(start)
    tail = file.read(end - start)
    if tail[-ID3V1_BYTES:][:3] == b"TAG":
        enhanced = tail[:-ID3V1_BYTES][-ID3V1_ENHANCED_BYTES:][:4] == b"TAG+"
        return ID3V1_BYTES + (ID3V1_ENHANCED_BYTES if enhanced else 0)
    if tail[-32:-24] == b"APETAGEX":
        length, flags = struct.unpack("<I4xI", tail[-20:-8])
        return int(length) + (32 if flags & 1 << 31 else 0)
    if tail[-10:-7] == b"3DI":
        return id3_size(b"ID3" + tail[-7:])
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    if tail[-9:] == b"LYRICSEND" and b"LYRICSBEGIN" in tail:
        return len(tail) - tail.rindex(b"LYRICSBEGIN")
    return 0


def _mpeg(head: bytes) -> Container:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        raise Rejected("not_audio")
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        raise Rejected("unsupported_format", "a bare AAC file")
    if version == 1 or layer == 0 or head[2] >> 4 == 15 or head[2] >> 2 & 3 == 3:
        raise Rejected("not_audio")
    return "mp3"
