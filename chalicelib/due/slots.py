"""Quarters of an hour, in UTC and sharded: where what is due stands in its table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zlib import crc32

SLOT: Final = timedelta(minutes=15)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHARDS: Final = 2
"""A slot is spread over so many partitions; each is one query in every slot of a run that catches up."""


def begin(moment: datetime) -> datetime:
    """When the slot of a moment begins."""
    return moment.astimezone(UTC) - (moment - EPOCH) % SLOT


def key(moment: datetime, id_: str) -> str:
    """The key of the slot and shard in which something with this id stands that is due at a moment."""
    return _key(begin(moment), crc32(id_.encode()) % SHARDS)


def keys(slot: datetime) -> list[str]:
    """The keys of all shards of the slot that begins at a moment."""
    return [_key(slot, shard) for shard in range(SHARDS)]


def between(first: datetime, last: datetime) -> Iterator[datetime]:
    """When the slots begin from that of one moment to that of another, both included."""
    slot = begin(first)
    while slot <= last:
        yield slot
        slot += SLOT


def _key(slot: datetime, shard: int) -> str:
    return f"{slot:%Y-%m-%dT%H:%MZ}#{shard}"
