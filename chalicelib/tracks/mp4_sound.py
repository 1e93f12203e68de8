"""The sound of an MP4 file, and the boxes around it built anew: nothing else of the file is carried over.

ISO/IEC 14496-12 (8, the boxes), 14496-14 (5.6, the sample entry), 14496-1 (7.2.6, the descriptors).
"""

import struct
from itertools import accumulate
from typing import BinaryIO, NamedTuple

from chalicelib.tracks.containers import Span
from chalicelib.tracks.mp4 import (
    MOST_TABLE_BYTES,
    Box,
    Edit,
    beginning_of,
    boxes,
    content_of,
    edits_of,
    find,
    need,
    scale_of,
    sound_track,
)
from chalicelib.tracks.rejections import Rejected

MOST_CONFIGURATION_BYTES = 100
DURATION_TOLERANCE = 0.02
IDENTITY = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
"""The matrix that turns and moves nothing."""

UNDETERMINED = 0x55C4
"""The language ``und``."""


class Sound(NamedTuple):
    """The sound track of an MP4: what describes it, and where its chunks stand in the file."""

    movie_scale: int
    """Units a second of the edits' durations."""

    media_scale: int
    media_duration: int
    edits: list[Edit]
    channels: int
    sample_rate: int
    """As in the sample entry: fixed point, 16 bits after it."""

    object_type: int
    configuration: bytes
    """MPEG-4's AudioSpecificConfig."""

    bit_rates: tuple[int, int]
    times: bytes
    groups: bytes
    sizes: bytes
    chunks: list[Span]


def sound(file: BinaryIO, size: int) -> Sound:
    """The first sound track. Raises `Rejected` where its tables do not hold together."""
    movie = need(file, Box(b"", 0, 0, size), b"moov")
    track = sound_track(file, movie)
    movie_scale, _ = scale_of(content_of(file, need(file, movie, b"mvhd"), 256))
    media_scale, media_duration = scale_of(content_of(file, need(file, track, b"mdia", b"mdhd"), 256))
    table = need(file, track, b"mdia", b"minf", b"stbl")
    entry = need(file, table, b"stsd")
    first = next(boxes(file, entry.content + 8, entry.end), None)
    if first is None or first.kind != b"mp4a" or not movie_scale or not media_scale:
        raise Rejected("unreadable")
    channels, sample_rate = struct.unpack(">16xH6xI", beginning_of(file, first, 28))
    object_type, configuration, bit_rates = _configuration(
        content_of(file, need(file, first._replace(content=first.content + 28), b"esds"), 1024)
    )
    times, frames, ticks = _times(content_of(file, need(file, table, b"stts")))
    if abs(ticks - media_duration) > media_duration * DURATION_TOLERANCE + media_scale:
        raise Rejected("implausible")
    sizes, lengths = _sizes(content_of(file, need(file, table, b"stsz")), size)
    offsets = _offsets(file, table)
    groups, counts = _groups(content_of(file, need(file, table, b"stsc")), len(offsets))
    if not len(lengths) == sum(counts) == frames:
        raise Rejected("unreadable")
    edits = find(file, track, b"edts", b"elst")
    return Sound(
        movie_scale,
        media_scale,
        media_duration,
        edits_of(content_of(file, edits, 4096)) if edits else [],
        channels,
        sample_rate,
        object_type,
        configuration,
        bit_rates,
        times,
        groups,
        sizes,
        _chunks(offsets, counts, lengths, size),
    )


def head(sound: Sound, tags: bytes) -> bytes:
    """A new file up to where the chunks follow, with these boxes of tags in the movie."""
    length = sum(end - start for start, end in sound.chunks)
    kind = _box(b"ftyp", b"M4A \0\0\2\0M4A mp42isom")
    begins_at = len(kind) + len(_movie(sound, tags, 0)) + 8
    return kind + _movie(sound, tags, begins_at) + struct.pack(">I4s", length + 8, b"mdat")


def _movie(sound: Sound, tags: bytes, begins_at: int) -> bytes:
    lengths = [end - start for start, end in sound.chunks]
    offsets = list(accumulate(lengths, initial=begins_at))[:-1]
    samples = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _entry(sound)),
        _full(b"stts", sound.times),
        _full(b"stsc", sound.groups),
        _full(b"stsz", sound.sizes),
        _full(b"stco", struct.pack(f">I{len(offsets)}I", len(offsets), *offsets)),
    )
    itself = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    media = _box(
        b"mdia",
        _timed(b"mdhd", [sound.media_scale], sound.media_duration, struct.pack(">HH", UNDETERMINED, 0)),
        _full(b"hdlr", b"\0\0\0\0soun" + bytes(13)),
        _box(b"minf", _full(b"smhd", bytes(4)), itself, samples),
    )
    if sound.edits:
        duration = sum(edit.duration for edit in sound.edits)
    else:
        duration = sound.media_duration * sound.movie_scale // sound.media_scale
    track = struct.pack(">8xhhH2x36s8x", 0, 0, 1 << 8, IDENTITY)
    movie = struct.pack(">IH10x36s24xI", 1 << 16, 1 << 8, IDENTITY, 2)
    return _box(
        b"moov",
        _timed(b"mvhd", [sound.movie_scale], duration, movie),
        _box(b"trak", _timed(b"tkhd", [1, 0], duration, track, flags=7), _edit_list(sound.edits), media),
        tags,
    )


def _timed(kind: bytes, fields: list[int], duration: int, rest: bytes, *, flags: int = 0) -> bytes:
    """A box that would say when the file was made, and does not; with these fields before its duration."""
    if duration < 1 << 32:
        times = struct.pack(f">II{len(fields)}II", 0, 0, *fields, duration)
        return _full(kind, times, rest, flags=flags)
    times = struct.pack(f">QQ{len(fields)}IQ", 0, 0, *fields, duration)
    return _full(kind, times, rest, version=1, flags=flags)


def _edit_list(edits: list[Edit]) -> bytes:
    if not edits:
        return b""
    entries = b"".join(struct.pack(">QqI", *edit) for edit in edits)
    return _box(b"edts", _full(b"elst", struct.pack(">I", len(edits)), entries, version=1))


def _entry(sound: Sound) -> bytes:
    """The sample entry, with MPEG-4's descriptors (ISO/IEC 14496-1, 7.2.6; 14496-14, 5.6)."""
    decoder = struct.pack(">BBBHII", sound.object_type, 0x15, 0, 0, *sound.bit_rates)
    stream = _descriptor(4, decoder + _descriptor(5, sound.configuration))
    esds = _full(b"esds", _descriptor(3, struct.pack(">HB", 1, 0) + stream + _descriptor(6, b"\x02")))
    fields = struct.pack(">6xH8xHHHHI", 1, sound.channels, 16, 0, 0, sound.sample_rate)
    return _box(b"mp4a", fields, esds)


def _descriptor(kind: int, content: bytes) -> bytes:
    return bytes([kind, 0x80, 0x80, 0x80 | len(content) >> 7, len(content) & 0x7F]) + content


def _box(kind: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">I4s", len(whole) + 8, kind) + whole


def _full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *content)


def _configuration(esds: bytes) -> tuple[int, bytes, tuple[int, int]]:
    """The object type, AudioSpecificConfig, and highest and average bit rate."""
    kind, at, _ = _read_descriptor(esds, 4)
    flags = esds[at + 2]
    at += 3 + (2 if flags & 0x80 else 0)
    if flags & 0x40:
        at += 1 + esds[at]
    at += 2 if flags & 0x20 else 0
    decoder, at, _ = _read_descriptor(esds, at)
    specific, start, end = _read_descriptor(esds, at + 13)
    if (kind, decoder, specific) != (3, 4, 5) or not 2 <= end - start <= MOST_CONFIGURATION_BYTES:
        raise Rejected("unreadable")
    highest, average = struct.unpack_from(">II", esds, at + 5)
    return esds[at], esds[start:end], (highest, average)


def _read_descriptor(data: bytes, at: int) -> tuple[int, int, int]:
    """A descriptor's type, and where its content begins and ends."""
    kind, length = data[at], 0
    for byte in data[at + 1 : at + 5]:
        at += 1
        length = length << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return kind, at + 1, at + 1 + length


def _times(stts: bytes) -> tuple[bytes, int, int]:
    """How long the samples last: the table, the number of samples, the sum in the media's units."""
    number = int.from_bytes(stts[4:8])
    counts = struct.unpack_from(f">{2 * number}I", stts, 8)
    ticks = sum(times * delta for times, delta in zip(counts[::2], counts[1::2], strict=True))
    return stts[4 : 8 + 8 * number], sum(counts[::2]), ticks


def _sizes(stsz: bytes, size: int) -> tuple[bytes, list[int]]:
    """How many bytes the samples have: the table, and its numbers."""
    each, number = struct.unpack_from(">II", stsz, 4)
    if number > MOST_TABLE_BYTES // 4:
        raise Rejected("unreadable")
    lengths = [each] * number if each else list(struct.unpack_from(f">{number}I", stsz, 12))
    if sum(lengths) > size:
        raise Rejected("truncated")
    return stsz[4 : 12 if each else 12 + 4 * number], lengths


def _groups(stsc: bytes, chunks: int) -> tuple[bytes, list[int]]:
    """How many samples each chunk has: the table, and a number for each chunk."""
    number = int.from_bytes(stsc[4:8])
    runs = list(struct.iter_unpack(">III", stsc[8 : 8 + 12 * number]))
    if len(runs) != number:
        raise Rejected("unreadable")
    counts: list[int] = []
    for (first, samples, described_by), following in zip(runs, [*runs[1:], (chunks + 1,)], strict=True):
        if described_by != 1 or first != len(counts) + 1 or not first <= following[0] <= chunks + 1:
            raise Rejected("unreadable")
        counts += [samples] * (following[0] - first)
    return stsc[4 : 8 + 12 * number], counts


def _offsets(file: BinaryIO, table: Box) -> tuple[int, ...]:
    """Where the chunks begin."""
    short = find(file, table, b"stco")
    content = content_of(file, short or need(file, table, b"co64"))
    number = int.from_bytes(content[4:8])
    offsets: tuple[int, ...] = struct.unpack_from(f">{number}{'I' if short else 'Q'}", content, 8)
    return offsets


def _chunks(offsets: tuple[int, ...], counts: list[int], lengths: list[int], size: int) -> list[Span]:
    ends = [0, *accumulate(lengths)]
    behind = [0, *accumulate(counts)]
    chunks = [
        (offset, offset + ends[behind[number + 1]] - ends[behind[number]])
        for number, offset in enumerate(offsets)
    ]
    if any(end > size for _, end in chunks):
        raise Rejected("truncated")
    return chunks
