"""Playlists.

Access patterns:

- one playlist with its entries: `Playlist` by workspace and playlist
- the playlists of an audience, newest changed first and without their entries: `Playlist.of_audience`
- the playlists of an owner, likewise: `Playlist.of_owner`
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import MAP
from pynamodb.expressions.operand import Path
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings, times
from chalicelib.auth import audience
from chalicelib.aws import TableMeta
from chalicelib.playlists import ordering
from chalicelib.workspaces.models import Member

MOST_ENTRIES = 150
"""Entries of a playlist; the lines that removed ones leave make room for new ones, oldest first."""

LONGEST_DESCRIPTION = 500
LONGEST_NOTE = 160
"""Characters, so that the fullest playlist fits into an item of 400 kB even where each takes four bytes."""

MOST_SEATS = 12
"""Departments that an open call wants to hear from."""

SHARED = ("collaborative", "open_call")
"""Modes in which everybody who may open a playlist may add to it."""

MOST_TOPICS = 10
LONGEST_TOPIC = 30
SHORTEST_PART_MS = 1000

HEADER = (
    "title",
    "description",
    "topics",
    "mode",
    "question",
    "seats",
    "expertise",
    "owner_name",
    "entry_count",
    "created_at",
    "version",
)
"""What the indexes carry beside their keys."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A track in a playlist, who added it, and a note why; or the line that a removed one leaves.

    Title, duration, speaker and audience are copies from the track as of its version ``track_version``; of
    one that is retired also when it was, and what it leads to.
    A line has no ``track_id`` but ``gone_at``, and ``removed_by`` where its track was not taken back.
    """

    entry_id: str
    rank: int
    version: int
    added_by: str
    added_name: str
    added_ms: int
    note: str | None = None
    optional: bool = False
    from_ms: int | None = None
    to_ms: int | None = None

    track_id: str | None = None
    track_version: int = 0
    title: str = ""
    duration_ms: int = 0
    revision: int = 0
    speaker_id: str = ""
    speaker_name: str = ""
    audience_key: str | None = None
    retired_ms: int | None = None
    successor_id: str | None = None

    gone_ms: int | None = None
    removed_by: str | None = None
    removed_name: str | None = None

    @property
    def is_gone(self) -> bool:
        return self.gone_ms is not None

    def is_for(self, reader: Member) -> bool:
        """Whether a member can play it: who may hear its track, and who speaks in it. Retired nobody can."""
        return self.retired_ms is None and self.is_known_to(reader)

    def is_known_to(self, reader: Member) -> bool:
        """Whether a member may know what track it is, or was before that was retired."""
        return not self.is_gone and (
            audience.may_open(reader, self.audience_key) or self.speaker_id == reader.member_id
        )

    @property
    def added_at(self) -> datetime:
        return times.from_epoch_ms(self.added_ms)

    @property
    def part(self) -> tuple[int, int] | None:
        """The part of the track from and to these milliseconds, as far as the present revision has it."""
        if self.from_ms is None or self.to_ms is None:
            return None
        end = min(self.to_ms, self.duration_ms)
        return (self.from_ms, end) if end - self.from_ms >= SHORTEST_PART_MS else None

    def as_item(self) -> dict[str, Any]:
        """The entry as the playlist's map has it: without what it has not, and without its id."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        del fields["entry_id"]
        return fields


class EntriesAttribute(Attribute[dict[str, Entry]]):
    """Entries by id. PynamoDB's own raw maps read every number as JSON, a third of the CPU of a page."""

    attr_type = MAP

    def serialize(self, value: dict[str, Entry]) -> dict[str, Any]:
        items = {entry_id: entry.as_item() for entry_id, entry in value.items()}
        return dict(MapAttribute().serialize(items))

    def deserialize(self, value: dict[str, Any]) -> dict[str, Entry]:
        return {
            entry_id: msgspec.convert(_plain(fields["M"]) | {"entry_id": entry_id}, Entry)
            for entry_id, fields in value.items()
        }


def _plain(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An item's texts, numbers and truth values without what says which of them they are."""
    return {
        name: int(value) if kind == "N" else value
        for name, typed in fields.items()
        for kind, value in typed.items()
    }


class AudienceIndex(GlobalSecondaryIndex["Playlist"]):
    """Playlists by who may open them."""

    class Meta:
        index_name = "audience"
        projection = IncludeProjection(["owner_id", *HEADER])

    audience_key = UnicodeAttribute(hash_key=True)
    changed_at = UTCDateTimeAttribute(range_key=True)


class OwnerIndex(GlobalSecondaryIndex["Playlist"]):
    """Playlists by who owns them."""

    class Meta:
        index_name = "owner"
        projection = IncludeProjection(["audience_key", *HEADER])

    owner_id = UnicodeAttribute(hash_key=True)
    changed_at = UTCDateTimeAttribute(range_key=True)


class Playlist(Model):
    """An ordered list of entries.

    An open call has a ``question`` and wants to hear from departments, its ``seats``. ``expertise`` is what a
    new hire is invited to teach first: their own until it has a track for everybody, the workspace's from
    then, ``shared_at``, on.

    ``version`` counts changes of what is said of the playlist; each entry has its own. ``placings`` counts
    what was added, moved or removed, ``spreads`` how often the ranks were spread anew: a rank that was
    chosen before that means nothing any more.
    """

    class Meta(TableMeta):
        table_name = settings.table("playlists")

    workspace_id = UnicodeAttribute(hash_key=True)
    playlist_id = UnicodeAttribute(range_key=True)
    owner_id = UnicodeAttribute()
    owner_name = UnicodeAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    topics: ListAttribute[Any] = ListAttribute(default=list)
    mode = UnicodeAttribute()
    question = UnicodeAttribute(null=True)
    seats: ListAttribute[Any] = ListAttribute(null=True)
    expertise = BooleanAttribute(null=True)
    shared_at = UTCDateTimeAttribute(null=True)
    audience_key = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    changed_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)
    entries = EntriesAttribute(default=dict)
    entry_count = NumberAttribute(default=0)
    placings = NumberAttribute(default=0)
    spreads = NumberAttribute(default=0)

    audience = AudienceIndex()
    owner = OwnerIndex()

    @classmethod
    def of_audience(
        cls, audience_key: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Playlist"]:
        """The playlists of an audience, newest changed first; without their entries."""
        return cls.audience.query(
            audience_key, scan_index_forward=False, limit=limit, last_evaluated_key=after
        )

    @classmethod
    def of_owner(
        cls,
        owner_id: str,
        audience_keys: Collection[str],
        *,
        limit: int | None = None,
        after: dict[str, Any] | None = None,
    ) -> ResultIterator["Playlist"]:
        """A member's playlists for one of these audiences, newest changed first; without their entries."""
        return cls.owner.query(
            owner_id,
            filter_condition=cls.audience_key.is_in(*audience_keys),
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=after,
        )

    @property
    def in_order(self) -> list[Entry]:
        """The entries and the lines that removed ones left, first to last."""
        ranks = {entry_id: entry.rank for entry_id, entry in self.entries.items()}
        return [self.entries[entry_id] for entry_id in ordering.in_order(ranks)]


def at(entry_id: str, name: str | None = None) -> Path:
    """Where in a playlist an entry is, or one of its fields; for conditions and updates."""
    entry = Path(Playlist.entries)[entry_id]
    return entry if name is None else entry[name]
