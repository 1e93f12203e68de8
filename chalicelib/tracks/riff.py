"""Chunks of a WAVE file (Microsoft's Multimedia Programming Interface; WAVEFORMATEXTENSIBLE)."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from chalicelib.tracks.containers import Span
from chalicelib.tracks.rejections import Rejected

PCM, FLOAT, EXTENSIBLE = 0x0001, 0x0003, 0xFFFE
BITS = {PCM: (8, 16, 24, 32), FLOAT: (32,)}
"""What browsers play."""

CODEC_GUID = bytes.fromhex("000000001000800000aa00389b71")
"""Of an extensible format, behind the codec."""

STREAMED = 0x7FFF0000
"""From this size on, and with none, a program wrote it that could not go back to fill it in: 2 or 4 GB."""

MOST_CHUNKS = 1024


class Chunk(NamedTuple):
    """A chunk: its type, where its content begins and ends."""

    kind: bytes
    content: int
    end: int


class Sound(NamedTuple):
    """What the sound is, and where it stands in the file."""

    codec: int
    channels: int
    sample_rate: int
    bits: int
    speakers: int | None
    """The extensible format's mask of loudspeakers."""

    span: Span
    title: str | None
    tag: Span | None
    """An ID3v2 tag, in a chunk that many programs write."""

    @property
    def block_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return self.channels * self.bits // 8

    @property
    def bytes_a_second(self) -> int:
        return self.block_bytes * self.sample_rate

    @property
    def milliseconds(self) -> int:
        return round((self.span[1] - self.span[0]) / self.bytes_a_second * 1000)


def chunks(file: BinaryIO, start: int, size: int) -> Iterator[Chunk]:
    """The chunks of the file that begins at ``start``. Raises `Rejected` where the sound is cut off."""
    offset = start + 12
    for _ in range(MOST_CHUNKS):
        if offset + 8 > size:
            return
        file.seek(offset)
        kind, length = struct.unpack("<4sI", file.read(8))
        end = offset + 8 + length
        if kind == b"data" and (length == 0 or length >= STREAMED):
            end = size
        elif end > size:
            if kind == b"data":
                raise Rejected("truncated")
            return
        yield Chunk(kind, offset + 8, end)
        offset = end + length % 2
    raise Rejected("unreadable")


def sound(file: BinaryIO, start: int, size: int) -> Sound:
    """What the sound is. Raises `Rejected` for what is cut off or not plain samples."""
    found: dict[bytes, Chunk] = {}
    for chunk in chunks(file, start, size):
        found.setdefault(chunk.kind, chunk)
    if b"fmt " not in found or b"data" not in found:
        raise Rejected("truncated")
    form, data = found[b"fmt "], found[b"data"]
    file.seek(form.content)
    header = file.read(min(form.end - form.content, 40))
    if len(header) < 16:
        raise Rejected("unreadable")
    codec, channels, sample_rate, _, block, bits = struct.unpack("<HHIIHH", header[:16])
    speakers = None
    if codec == EXTENSIBLE and header[26:] == CODEC_GUID:
        speakers, codec = struct.unpack("<IH", header[20:26])
    if codec not in BITS:
        raise Rejected("unsupported_format", f"a WAV file with the codec {codec:#06x}")
    if not channels or not sample_rate or block * 8 != channels * bits:
        raise Rejected("unreadable")
    if bits not in BITS[codec]:
        raise Rejected("unsupported_format", f"a WAV file with samples of {bits} bits")
    title = _title(file, found.get(b"LIST"))
    id3 = found.get(b"id3 ") or found.get(b"ID3 ")
    tag = (id3.content, id3.end) if id3 else None
    return Sound(codec, channels, sample_rate, bits, speakers, (data.content, data.end), title, tag)


def head(sound: Sound, behind: int) -> bytes:
    """A new file up to where the samples follow; behind them stand so many bytes more."""
    fields = (sound.channels, sound.sample_rate, sound.bytes_a_second, sound.block_bytes, sound.bits)
    length = sound.span[1] - sound.span[0]
    described = struct.pack("<HHIIHH", sound.codec, *fields)
    if sound.speakers is not None:
        described = struct.pack(
            "<HHIIHHHHIH", EXTENSIBLE, *fields, 22, sound.bits, sound.speakers, sound.codec
        )
        described += CODEC_GUID
    elif sound.codec != PCM:
        described += bytes(2)
    parts = chunk(b"fmt ", described)
    if sound.codec != PCM:
        parts += chunk(b"fact", struct.pack("<I", length // sound.block_bytes))
    whole = 4 + len(parts) + 8 + length + behind
    return struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + parts + struct.pack("<4sI", b"data", length)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk, padded to an even length."""
    return struct.pack("<4sI", kind, len(content)) + content + bytes(len(content) % 2)


def _title(file: BinaryIO, listed: Chunk | None) -> str | None:
    """The name in an INFO list."""
    if listed is None:
        return None
    file.seek(listed.content)
    content = file.read(min(listed.end - listed.content, 4096))
    at = content.find(b"INAM")
    if content[:4] != b"INFO" or at < 0 or len(content) < at + 8:
        return None
    length = int.from_bytes(content[at + 4 : at + 8], "little")
    return content[at + 8 : at + 8 + length].rstrip(b"\0").decode("utf-8", "replace")
