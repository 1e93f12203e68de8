"""Chunks of a WAVE file (Microsoft's Multimedia Programming Interface, RIFF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.tracks.rejections import Rejected

PCM, FLOAT, EXTENSIBLE = 0x0001, 0x0003, 0xFFFE
KEPT = frozenset({b"fmt ", b"fact", b"data"})
STREAMED = frozenset({0, 0xFFFFFFFF})
"""Sizes that a recorder leaves which could not go back to fill them in."""

MOST_CHUNKS = 1024


@dataclass(frozen=True)
class Chunk:
    """A chunk: its type, where its content begins and ends."""

    kind: bytes
    content: int
    end: int


@dataclass(frozen=True)
class Format:
    """What the sound is."""

    codec: str
    channels: int
    sample_rate: int
    bytes_a_second: int
    data_bytes: int
    title: str | None


def chunks(file: BinaryIO, start: int, size: int) -> Iterator[Chunk]:
    """The chunks of the file that begins at ``start``. Raises `Rejected` where the sound is cut off."""
    offset = start + 12
    for _ in range(MOST_CHUNKS):
        if offset + 8 > size:
            return
        file.seek(offset)
        kind, length = struct.unpack("<4sI", file.read(8))
        end = offset + 8 + length
        if kind == b"data" and length in STREAMED:
            end = size
        elif end > size:
            if kind == b"data":
                raise Rejected("truncated")
            return
        yield Chunk(kind, offset + 8, end)
        offset = end + (end - start) % 2
    raise Rejected("unreadable")


def read_format(file: BinaryIO, start: int, size: int) -> Format:
    """What the sound is. Raises `Rejected` for what is cut off or not plain samples."""
    found: dict[bytes, Chunk] = {}
    for chunk in chunks(file, start, size):
        found.setdefault(chunk.kind, chunk)
    if b"fmt " not in found or b"data" not in found:
        raise Rejected("truncated")
    file.seek(found[b"fmt "].content)
    header = file.read(26)
    if len(header) < 16:
        raise Rejected("unreadable")
    code, channels, sample_rate, _, block, bits = struct.unpack("<HHIIHH", header[:16])
    if code == EXTENSIBLE and len(header) == 26:
        code = int.from_bytes(header[24:26], "little")
    if code not in (PCM, FLOAT):
        raise Rejected("unsupported_format", f"a WAV file with the codec {code:#06x}")
    if not block or not sample_rate or not channels or block != channels * ((bits + 7) // 8):
        raise Rejected("unreadable")
    return Format(
        codec="pcm" if code == PCM else "float",
        channels=channels,
        sample_rate=sample_rate,
        bytes_a_second=block * sample_rate,
        data_bytes=found[b"data"].end - found[b"data"].content,
        title=_title(file, found.get(b"LIST")),
    )


def copy_sound(source: BinaryIO, target: BinaryIO, start: int, size: int) -> None:
    """Copy nothing but the sound and what describes it, of the file that begins at ``start``."""
    target.write(b"RIFF\0\0\0\0WAVE")
    for chunk in chunks(source, start, size):
        if chunk.kind not in KEPT:
            continue
        length = chunk.end - chunk.content
        target.write(chunk.kind + struct.pack("<I", length))
        source.seek(chunk.content)
        _copy(source, target, length)
        target.write(b"\0" * (length % 2))
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))
    target.seek(end)


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length:
        piece = source.read(min(length, 1 << 20))
        if not piece:
            raise Rejected("truncated")
        target.write(piece)
        length -= len(piece)


def _title(file: BinaryIO, listed: Chunk | None) -> str | None:
    """The name in an INFO list."""
    if listed is None:
        return None
    file.seek(listed.content)
    content = file.read(min(listed.end - listed.content, 4096))
    if content[:4] != b"INFO":
        return None
    at = content.find(b"INAM")
    if at < 0 or len(content) < at + 8:
        return None
    length = int.from_bytes(content[at + 4 : at + 8], "little")
    return content[at + 8 : at + 8 + length].rstrip(b"\0").decode("utf-8", "replace")
