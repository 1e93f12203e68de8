"""The zip format as far as an export needs it: files as they are, their sizes said before them; no AWS.

A zip that is written in parts, perhaps by several processes, needs to remember no more than an `Entry` for
each file: the directory at its end is made of them. Where sizes or numbers pass what the old fields hold, the
64-bit ones of the format take their place.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Final

import msgspec

LARGEST_FILE: Final = 0xFFFFFFFF - 1
"""Bytes of one file in the zip; what Earshot keeps is far smaller."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_EXTRA_64: Final = struct.Struct("<2HQ")

_VERSION: Final = 20
_VERSION_64: Final = 45
_UNIX: Final = 3 << 8
_IN_UTF_8: Final = 0x0800
_STORED: Final = 0
_READABLE: Final = 0o100644 << 16
_FULL_16: Final = 0xFFFF
_FULL_32: Final = 0xFFFFFFFF


class Entry(msgspec.Struct, frozen=True):
    """A file in a zip: where it begins, and what the directory says of it. ``dos_time`` is date and time."""

    name: str
    size: int
    crc: int
    offset: int
    dos_time: int


def add(to: BinaryIO, name: str, blocks: Iterable[bytes], modified: datetime, *, begins_at: int) -> Entry:
    """Write a file at the end of what is written in ``to``, which begins at this offset of the zip.

    What it says before the file is known only behind it, so that ``to`` has to be seekable.
    """
    start = to.tell()
    to.write(_local(Entry(name, 0, 0, 0, 0)))
    crc = size = 0
    for block in blocks:
        crc = zlib.crc32(block, crc)
        size += len(block)
        to.write(block)
    assert size <= LARGEST_FILE, "a file this large cannot come from Earshot"
    entry = Entry(name, size, crc, begins_at + start, _dos(modified))
    end = to.tell()
    to.seek(start)
    to.write(_local(entry))
    to.seek(end)
    return entry


def directory(entries: Iterable[Entry], *, begins_at: int) -> Iterator[bytes]:
    """The end of a zip that holds these files, where the directory begins at this offset."""
    count = size = 0
    for entry in entries:
        listed = _listed(entry)
        count += 1
        size += len(listed)
        yield listed
    needs_64 = count >= _FULL_16 or size >= _FULL_32 or begins_at >= _FULL_32
    if needs_64:
        version = _UNIX | _VERSION_64
        rest = _END_64.size - 12  # what follows the field itself
        yield _END_64.pack(b"PK\6\6", rest, version, _VERSION_64, 0, 0, count, count, size, begins_at)
        yield _LOCATOR_64.pack(b"PK\6\7", 0, begins_at + size, 1)
    few = min(count, _FULL_16)
    yield _END.pack(b"PK\5\6", 0, 0, few, few, min(size, _FULL_32), min(begins_at, _FULL_32), 0)


def _local(entry: Entry) -> bytes:
    name = entry.name.encode()
    date, time = divmod(entry.dos_time, 1 << 16)
    return (
        _LOCAL.pack(
            b"PK\3\4",
            _VERSION,
            _IN_UTF_8,
            _STORED,
            time,
            date,
            entry.crc,
            entry.size,
            entry.size,
            len(name),
            0,
        )
        + name
    )


def _listed(entry: Entry) -> bytes:
    name = entry.name.encode()
    date, time = divmod(entry.dos_time, 1 << 16)
    is_far = entry.offset >= _FULL_32
    extra = _EXTRA_64.pack(1, 8, entry.offset) if is_far else b""
    version = _VERSION_64 if is_far else _VERSION
    return (
        _CENTRAL.pack(
            b"PK\1\2",
            _UNIX | version,
            version,
            _IN_UTF_8,
            _STORED,
            time,
            date,
            entry.crc,
            entry.size,
            entry.size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _READABLE,
            min(entry.offset, _FULL_32),
        )
        + name
        + extra
    )


def _dos(moment: datetime) -> int:
    """Date and time as the format has them: from 1980 to 2107, every other second."""
    year = min(max(moment.year, 1980), 2107)
    date = (year - 1980) << 9 | moment.month << 5 | moment.day
    return date << 16 | moment.hour << 11 | moment.minute << 5 | moment.second // 2
