"""Boxes of MP4 files as tests change them."""

import io
import struct

from chalicelib.tracks import mp4, mp4_sound

FRAME = 1024
"""Samples in a frame of AAC."""


def box(kind: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">I4s", len(whole) + 8, kind) + whole


def inserted(file: bytes, kind: bytes, content: bytes, *path: bytes) -> bytes:
    """The file with one more box at the end of the box at this path; its tables stand behind its sound."""
    fresh, source = box(kind, content), io.BytesIO(file)
    starts, start, end = [], 0, len(file)
    for name in path:
        found = next(each for each in mp4.boxes(source, start, end) if each.kind == name)
        starts.append(found.start)
        start, end = found.content + {b"meta": 4, b"stsd": 8, b"mp4a": 28}.get(name, 0), found.end
    grown = bytearray(file[:end] + fresh + file[end:])
    for start in starts:
        size = int.from_bytes(grown[start : start + 4]) + len(fresh)
        grown[start : start + 4] = struct.pack(">I", size)
    return bytes(grown)


def repeated(file: bytes, seconds: float) -> bytes:
    """An M4A with the frames of this one over and over again, for so long, in one chunk."""
    once = mp4_sound.sound(io.BytesIO(file), len(file))
    lengths = [length for (length,) in struct.iter_unpack(">I", once.sizes[8:])]
    frames = round(seconds * once.media_scale / FRAME)
    rounds, rest = divmod(frames, len(lengths))
    data = b"".join(file[start:end] for start, end in once.chunks)
    data = data * rounds + data[: sum(lengths[:rest])]
    whole = once._replace(
        edits=[],
        media_duration=frames * FRAME,
        times=struct.pack(">III", 1, frames, FRAME),
        groups=struct.pack(">IIII", 1, 1, frames, 1),
        sizes=struct.pack(f">II{frames}I", 0, frames, *lengths * rounds, *lengths[:rest]),
        chunks=[(0, len(data))],
    )
    return mp4_sound.head(whole, b"") + data
