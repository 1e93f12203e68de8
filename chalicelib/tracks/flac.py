"""Metadata blocks and frames of a FLAC file (RFC 9639, sections 8 and 9)."""

import struct
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from chalicelib.tracks.containers import Span, end_of_sound
from chalicelib.tracks.rejections import Rejected

if TYPE_CHECKING:
    from mutagen.flac import StreamInfo

STREAMINFO, SEEKTABLE, COMMENT = 0, 3, 4
LAST = 0x80
MOST_BLOCKS = 256
SEEKPOINT_BYTES = 18
MOST_SEEKTABLE_BYTES = 1 << 20
TAIL_BYTES = 64 * 1024, 1 << 20
"""Where the last frame is looked for, first and then: most have some 10 kB, the largest over 500."""

MOST_TRIED = 8
LEAST_FRAME_BYTES = 10
"""A frame of silence: its header, one value, and its checksum."""

_SIZES = {1: 192, **{code: 576 << (code - 2) for code in range(2, 6)}, **{c: 1 << c for c in range(8, 16)}}


class Block(NamedTuple):
    """A metadata block: its type, where its content begins, and its size."""

    kind: int
    content: int
    size: int

    @property
    def end(self) -> int:
        return self.content + self.size

    def read(self, file: BinaryIO) -> BytesIO:
        """The content."""
        file.seek(self.content)
        return BytesIO(file.read(self.size))


class Sound(NamedTuple):
    """What the sound is, and where its frames stand in the file."""

    info: "StreamInfo"
    blocks: list[Block]
    span: Span

    @property
    def milliseconds(self) -> int:
        return round(int(self.info.total_samples) / int(self.info.sample_rate) * 1000)


def sound(file: BinaryIO, start: int, size: int) -> Sound:
    """The sound of the file that begins at ``start``, its length found out where a recorder left it open.

    Raises `Rejected` where the last frame is not whole, or is not the one that the length promises.
    """
    from mutagen.flac import StreamInfo

    listed = list(blocks(file, start, size))
    if listed[0].kind != STREAMINFO:
        raise Rejected("unreadable")
    info = StreamInfo(listed[0].read(file))
    first = listed[-1].end
    end = end_of_sound(file, first, size)
    info.total_samples = _length(file, (first, end), info)
    frames = info.total_samples / max(1, info.max_blocksize)
    if end - first < frames * LEAST_FRAME_BYTES:
        raise Rejected("implausible")
    return Sound(info, listed, (first, end))


def head(sound: Sound, file: BinaryIO, comments: bytes) -> bytes:
    """A new file up to where the frames follow: their description, places to seek to, these comments."""
    parts = [(STREAMINFO, sound.info.write())]
    table = next((block for block in sound.blocks if block.kind == SEEKTABLE), None)
    points = _seekpoints(table.read(file).read(), sound) if table else b""
    if points:
        parts.append((SEEKTABLE, points))
    parts.append((COMMENT, comments))
    whole = b"fLaC"
    for number, (kind, content) in enumerate(parts, 1):
        last = LAST if number == len(parts) else 0
        whole += bytes([kind | last]) + len(content).to_bytes(3) + content
    return whole


def blocks(file: BinaryIO, start: int, size: int) -> Iterator[Block]:
    """The metadata blocks of the file that begins at ``start``. Raises `Rejected`."""
    offset = start + 4
    for _ in range(MOST_BLOCKS):
        file.seek(offset)
        header = file.read(4)
        block = Block(header[0] & 0x7F if header else 0, offset + 4, int.from_bytes(header[1:4]))
        if len(header) < 4 or block.end > size:
            raise Rejected("truncated")
        yield block
        if header[0] & LAST:
            return
        offset = block.end
    raise Rejected("unreadable")


def _seekpoints(table: bytes, sound: Sound) -> bytes:
    """Those points of a seek table that are ones (section 8.5)."""
    kept, samples, offset = [], -1, -1
    for at in range(0, min(len(table), MOST_SEEKTABLE_BYTES) - SEEKPOINT_BYTES + 1, SEEKPOINT_BYTES):
        first, place, _ = point = struct.unpack_from(">QQH", table, at)
        if samples < first < sound.info.total_samples and offset < place < sound.span[1] - sound.span[0]:
            kept.append(struct.pack(">QQH", *point))
            samples, offset = first, place
    return b"".join(kept)


def _length(file: BinaryIO, span: Span, info: "StreamInfo") -> int:
    """The number of samples, up to the end of the last frame. Raises `Rejected`."""
    start, end = span
    for most in TAIL_BYTES:
        file.seek(max(start, end - most))
        tail = file.read(end - max(start, end - most))
        length = _length_in(tail, info)
        if length is not None:
            return length
        if end - most <= start:
            break
    raise Rejected("truncated")


def _length_in(tail: bytes, info: "StreamInfo") -> int | None:
    """The number of samples up to the end of the frame that these bytes end with; None where none does."""
    at = tail.rfind(b"\xff", 0, len(tail) - 1)
    tried = 0
    while at >= 0 and tried < MOST_TRIED:
        length = _end_of_frame(tail[at : at + 16], info)
        if length is not None and length == (info.total_samples or length):
            tried += 1
            if _crc(tail[at:-2], 16, 0x8005) == int.from_bytes(tail[-2:]):
                return length
        at = tail.rfind(b"\xff", 0, at)
    return None


def _end_of_frame(header: bytes, info: "StreamInfo") -> int | None:
    """Number of the sample behind the frame with this header; None where it is no header (section 9.1)."""
    if len(header) < 6 or header[1] & 0xFE != 0xF8 or header[3] & 1:
        return None
    number, at = _coded_number(header, 4)
    if number is None:
        return None
    code = header[2] >> 4
    if code in (6, 7):
        length = code - 5
        samples = int.from_bytes(header[at : at + length]) + 1
        at += length
    elif code in _SIZES:
        samples = _SIZES[code]
    else:
        return None
    at += {12: 1, 13: 2, 14: 2}.get(header[2] & 15, 0)
    if at >= len(header) or _crc(header[:at], 8, 0x07) != header[at]:
        return None
    first = number if header[1] & 1 else number * int(info.max_blocksize)
    return first + samples


def _coded_number(data: bytes, at: int) -> tuple[int | None, int]:
    """A number coded as UTF-8 codes characters, up to 36 bits, and the place behind it (section 9.1.5)."""
    lead = data[at]
    if lead < 0x80:
        return lead, at + 1
    more = 7 - (~lead & 0xFF).bit_length()
    if not 1 <= more <= 6 or len(data) < at + 1 + more:
        return None, at
    number = lead & (0x3F >> more)
    for byte in data[at + 1 : at + 1 + more]:
        if byte & 0xC0 != 0x80:
            return None, at
        number = number << 6 | byte & 0x3F
    return number, at + 1 + more


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    """A cyclic redundancy check, highest bit first, from zero (sections 9.1.8 and 9.3)."""
    mask, value, table = (1 << bits) - 1, 0, _crc_table(bits, polynomial)
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> (bits - 8) ^ byte]
    return value


@cache
def _crc_table(bits: int, polynomial: int) -> list[int]:
    top, mask = 1 << (bits - 1), (1 << bits) - 1
    table = []
    for byte in range(256):
        entry = byte << (bits - 8)
        for _ in range(8):
            entry = (entry << 1 ^ polynomial if entry & top else entry << 1) & mask
        table.append(entry)
    return table
