"""Metadata blocks and frames of a FLAC file (RFC 9639, sections 8 and 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import BinaryIO

from mutagen.flac import StreamInfo

from chalicelib.tracks.rejections import Rejected

STREAMINFO, SEEKTABLE, COMMENT = 0, 3, 4
LAST = 0x80
MOST_BLOCKS = 256
TAIL_BYTES = 64 * 1024
"""Where the last frame is looked for: a frame of 4,096 samples in stereo has some 16 kB uncompressed."""

_SIZES = {1: 192, **{code: 576 << (code - 2) for code in range(2, 6)}, **{c: 1 << c for c in range(8, 16)}}


@dataclass(frozen=True)
class Block:
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


def check_last_frame(file: BinaryIO, sound: int, size: int, info: StreamInfo) -> None:
    """Refuse a file whose last whole frame is not the one that its length promises.

    ``sound`` is where the frames begin. Raises `Rejected`.
    """
    if not info.total_samples:
        raise Rejected("truncated")
    start = max(sound, size - TAIL_BYTES)
    file.seek(start)
    tail = file.read(size - start)
    at = tail.rfind(b"\xff", 0, len(tail) - 1)
    while at >= 0:
        end = _end_of_frame(tail[at : at + 16], info)
        if end is not None and _is_whole(tail[at:]):
            if end < info.total_samples:
                raise Rejected("truncated")
            return
        at = tail.rfind(b"\xff", 0, at)
    raise Rejected("truncated")


def _end_of_frame(header: bytes, info: StreamInfo) -> int | None:
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


def _is_whole(frame: bytes) -> bool:
    """Whether the frame ends where the file does, or where a tag of 128 bytes (ID3v1) begins."""
    ends = [len(frame)]
    if frame[-128:-125] == b"TAG":
        ends.append(len(frame) - 128)
    return any(
        end > 4 and _crc(frame[: end - 2], 16, 0x8005) == int.from_bytes(frame[end - 2 : end]) for end in ends
    )


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
