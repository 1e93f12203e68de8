"""Files made to take a parser's memory, its time, or its mind; each but a few kilobytes or megabytes."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator

from tests.tracks.audio import flac, mp3, wav
from tests.tracks.boxes import box, inserted
from tests.tracks.kinds import M4AS

SEED = 20260501
EXTREMES = (0, 1, 7, 8, 0x7F, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def m4a() -> bytes:
    return M4AS["tables behind"]()


def size_of_tag(length: int) -> bytes:
    """A length as ID3v2 writes it."""
    return bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))


def tagged(content: bytes, *, claims: int | None = None, version: int = 4) -> bytes:
    """An MP3 behind an ID3v2 tag with this content, which may claim another length."""
    return b"ID3" + bytes([version, 0, 0]) + size_of_tag(claims or len(content)) + content + mp3()


def bomb(unpacked: int, kind: bytes = b"TIT2") -> bytes:
    """An ID3v2.4 frame that is a thousandth of what it holds: megabytes of zeros (RFC 1950, 1951)."""

    def piece(content: bytes) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)

    megabytes, checksum = unpacked >> 20, zlib.adler32(b"\3")
    for _ in range(megabytes):
        checksum = zlib.adler32(bytes(1 << 20), checksum)
    packed = b"\x78\xda" + piece(b"\3") + piece(bytes(1 << 20)) * megabytes + b"\3\0" + checksum.to_bytes(4)
    return kind + size_of_tag(len(packed) + 4) + b"\0\x09" + size_of_tag(unpacked & 0x0FFFFFFF) + packed


def nested(kind: bytes, depth: int) -> bytes:
    """Boxes within boxes."""
    return b"".join(struct.pack(">I4s", 8 * level, kind) for level in range(depth, 0, -1))


def patched(file: bytes, kind: bytes, offset: int, value: bytes) -> bytes:
    """The file with something else at a place in the first box of this kind."""
    at = file.index(kind) + 4 + offset
    return file[:at] + value + file[at + len(value) :]


def with_block(kind: int, content: bytes, *, claims: int | None = None) -> bytes:
    """A FLAC file with one more block, which may claim another length."""
    file, first = flac(), 4 + 4 + 34
    length = len(content) if claims is None else claims
    return file[:first] + bytes([kind]) + length.to_bytes(3) + content + file[first:]


def many_syncs() -> bytes:
    """A FLAC file whose end is nothing but headers of its last frame."""
    file = flac()
    header = next(
        file[at : at + 16]
        for at in range(len(file) - 16, 0, -1)
        if file[at : at + 2] in (b"\xff\xf8", b"\xff\xf9")
    )
    return file + header[:8] * 100_000


BOMBS: dict[str, Callable[[], bytes]] = {
    "a tag of 0.5 MB that unpacks to 0.5 GB": lambda: tagged(bomb(500 << 20)),
    "a title that unpacks to 45 MB": lambda: tagged(bomb(45 << 20)),
    "forty titles that unpack to a megabyte each": lambda: tagged(b"".join(bomb(1 << 20) for _ in range(40))),
    "a tag of 2 million frames": lambda: tagged(b"TXXX\0\0\0\1\0\0\3" * 1_900_000),
    "a tag of 256 MB in 2 kB": lambda: tagged(bytes(2000), claims=(1 << 28) - 1),
    "a hundred tags in front": lambda: b"ID3\4\0\0\0\0\0\0" * 100 + mp3(),
    "a tag that says it is longer than it is": lambda: tagged(b"TIT2\x7f\x7f\x7f\x7f\0\0\3x" + bytes(100)),
    "frames of 24 bytes, 20 MB of them": lambda: bytes.fromhex("fff314c4" + "00" * 20) * 850_000,
    "20 MB of ones": lambda: mp3(1) + b"\xff" * (20 << 20),
    "20 MB of beginnings of frames": lambda: mp3(1) + b"\xff\xfb\x90\xc4" * (5 << 20),
    "frames and junk in turn": lambda: b"".join(mp3()[500:900] + b"\0junk" for _ in range(50_000)),
    "an APE tag of 4 GB": lambda: (
        mp3() + b"APETAGEX" + struct.pack("<IIII8x", 2000, 0xFFFFFFFF, 1, 0x80000000)
    ),
    "APE tags that lead in a circle": lambda: mp3() + b"APETAGEX" + struct.pack("<IIII8x", 2000, 0, 0, 0),
    "lyrics of 999,999 bytes": lambda: mp3() + b"999999LYRICS200" + b"TAG" + bytes(125),
    "5,000 boxes within one another": lambda: box(b"ftyp", b"M4A \0\0\0\0") + nested(b"moov", 5000),
    "tracks within one another": lambda: inserted(m4a(), b"trak", nested(b"trak", 5000), b"moov"),
    "lists within one another": lambda: inserted(m4a(), b"udta", nested(b"meta", 5000), b"moov"),
    "a million empty boxes": lambda: box(b"ftyp", b"M4A \0\0\0\0") + b"\0\0\0\x08free" * 1_000_000,
    "a million empty boxes in the movie": lambda: inserted(
        m4a(), b"udta", b"\0\0\0\x08free" * 1_000_000, b"moov"
    ),
    "a box of size 0 in the movie": lambda: inserted(m4a(), b"udta", b"\0\0\0\0free" * 9, b"moov"),
    "a box of 64 bits that leads back": lambda: m4a() + struct.pack(">I4sQ", 1, b"free", 0),
    "a box of 64 bits beyond all bounds": lambda: m4a() + struct.pack(">I4sQ", 1, b"free", (1 << 64) - 1),
    "a box smaller than its header": lambda: m4a() + struct.pack(">I4s", 4, b"free"),
    "4 billion samples": lambda: patched(m4a(), b"stsz", 8, b"\xff\xff\xff\xff"),
    "4 billion samples of one size": lambda: patched(m4a(), b"stsz", 4, b"\0\0\0\1\xff\xff\xff\xff"),
    "4 billion chunks": lambda: patched(m4a(), b"stco", 4, b"\xff\xff\xff\xff"),
    "4 billion runs of chunks": lambda: patched(m4a(), b"stsc", 4, b"\xff\xff\xff\xff"),
    "4 billion samples in a chunk": lambda: patched(m4a(), b"stsc", 12, b"\xff\xff\xff\xff"),
    "4 billion times": lambda: patched(m4a(), b"stts", 4, b"\xff\xff\xff\xff"),
    "4 billion edits": lambda: patched(m4a(), b"elst", 4, b"\xff\xff\xff\xff"),
    "chunks beyond the file": lambda: patched(m4a(), b"stco", 8, b"\x7f\xff\xff\xff"),
    "a time scale of 0": lambda: patched(m4a(), b"mdhd", 12, bytes(4)),
    "a movie's time scale of 0": lambda: patched(m4a(), b"mvhd", 12, bytes(4)),
    "a descriptor without an end": lambda: patched(m4a(), b"esds", 4, b"\3\xff\xff\xff\xff"),
    "a title of 4 GB": lambda: inserted(
        m4a(),
        b"udta",
        box(b"meta", bytes(4), box(b"ilst", struct.pack(">I4s", 0xFFFFFFFF, b"\xa9nam"))),
        b"moov",
    ),
    "a block of 16 MB in 100 kB": lambda: with_block(4, bytes(100), claims=0xFFFFFF),
    "4 billion comments": lambda: with_block(4, bytes(4) + b"\xff\xff\xff\xff" + bytes(100)),
    "a comment of 4 GB": lambda: with_block(4, b"\xff\xff\xff\xff" + bytes(100)),
    "10,000 blocks": lambda: flac()[:42] + b"\1\0\0\0" * 10_000 + flac()[42:],
    "a sample rate of 0": lambda: flac()[:18] + bytes(3) + flac()[21:],
    "a day of samples": lambda: flac()[:21] + b"\x0f\xff\xff\xff\xff" + flac()[26:],
    "an end of nothing but headers": many_syncs,
    "5,000 chunks": lambda: wav()[:12] + struct.pack("<4sI", b"junk", 0) * 5000 + wav()[12:],
    "65,535 channels": lambda: wav()[:22] + b"\xff\xff" + wav()[24:],
    "a format of 4 GB": lambda: wav()[:16] + b"\xff\xff\xff\xff" + wav()[20:],
    "a block of no bytes": lambda: wav()[:32] + b"\0\0" + wav()[34:],
    "a list whose name has 4 GB": lambda: (
        wav() + struct.pack("<4sI4s4sI", b"LIST", 100, b"INFO", b"INAM", 0xFFFFFFFF) + bytes(92)
    ),
}


def fuzzed(times: int) -> Iterator[tuple[str, bytes]]:
    """Good files with something wrong in them: the same ones every time."""
    chance = random.Random(SEED)
    good = {
        "mp3": mp3(),
        "m4a": m4a(),
        "m4a in front": M4AS["tables in front"](),
        "wav": wav(1),
        "flac": flac(1),
    }
    good["tagged mp3"] = tagged(bomb(1000))
    for number in range(times):
        name = chance.choice(list(good))
        file = bytearray(good[name])
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            _spoil(file, chance)
        yield f"{name} {number}", bytes(file)


def _spoil(file: bytearray, chance: random.Random) -> None:
    # Mostly where the structure is: in front, and behind.
    at = chance.choice(
        (chance.randrange(200), chance.randrange(len(file)), len(file) - 1 - chance.randrange(2000))
    )
    at = max(0, min(at, len(file) - 4))
    match chance.randrange(6):
        case 0:
            file[at] ^= 1 << chance.randrange(8)
        case 1:
            file[at : at + 4] = struct.pack(">I", chance.choice(EXTREMES))
        case 2:
            file[at : at + 4] = struct.pack("<I", chance.choice(EXTREMES))
        case 3:
            del file[at : at + chance.randrange(1, 2000)]
        case 4:
            file[at:at] = chance.randbytes(chance.randrange(1, 64))
        case _:
            other = chance.randrange(len(file))
            file[at:at] = file[other : other + chance.randrange(1, 500)]
