"""What members have heard, and their ways through playlists; nobody's business but their own.

Access patterns:

- what a member has heard of some tracks: `Progress` by member and ``track#revision``, many at once
  (`chalicelib.progress.standing`); all that a member has heard, for their export: `Progress.of_member`;
  all of it by its key alone, for what they have not heard yet: `standing.begun`
- a member's way through a playlist: `Loop` by member and playlist; all of a member's: `Loop.of_member`
- who follows a playlist: `Loop.followers`
- where a member left off: `Recent`, the one item of its kind beside the member's loops
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from chalicelib import settings, times
from chalicelib.aws import TableMeta

RECENT = "#recent"
"""Stands where a loop has its playlist; no id has a ``#``."""

Key = tuple[str, int]
"""A track and its revision."""


class MomentAttribute(Attribute[datetime]):
    """A moment as milliseconds since 1970: 8 bytes, where text takes 32."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(times.epoch_ms(value))

    def deserialize(self, value: Any) -> datetime:
        return times.from_epoch_ms(int(value))


class Progress(Model):
    """What a member has heard of one revision of a track: three independent values, never one number.

    The keys and 300 buckets leave 137 bytes of the kilobyte that one write unit pays for: hence the short
    names in the table, where the rest takes 103.
    ``last_event`` is the order of the event that set ``position_ms`` (see `events.order`).
    """

    class Meta(TableMeta):
        table_name = settings.table("progress")

    member_id = UnicodeAttribute(hash_key=True)
    track_key = UnicodeAttribute(range_key=True)
    heard: NumberSetAttribute = NumberSetAttribute(null=True)
    position_ms = NumberAttribute(null=True, attr_name="position")
    last_event = BinaryAttribute(null=True, attr_name="last", legacy_encoding=False)
    completed_at = MomentAttribute(null=True, attr_name="completed")
    source = UnicodeAttribute(null=True)

    @classmethod
    def of_member(cls, member_id: str) -> Iterator["Progress"]:
        """What a member has heard, by track and revision."""
        return iter(cls.query(member_id))

    @staticmethod
    def key_of(track_id: str, revision: int) -> str:
        """A revision of a track: progress starts again on each."""
        return f"{track_id}#{revision}"

    @staticmethod
    def of_key(track_key: str) -> Key:
        """The revision that a key names."""
        track_id, _, revision = track_key.partition("#")
        return track_id, int(revision)


class PlaylistIndex(GlobalSecondaryIndex["Loop"]):
    """The ways through one playlist; of each, whether it is followed."""

    class Meta:
        index_name = "playlist"
        projection = IncludeProjection(["following"])

    playlist_id = UnicodeAttribute(hash_key=True)
    member_id = UnicodeAttribute(range_key=True)
    following = BooleanAttribute(null=True)


class Loop(Model):
    """A member's way through a playlist.

    ``started_at`` is when the member first listened in it, ``seen_at`` when they last looked at it,
    ``last_entry_id`` the entry of the latest session, which ``last_event`` orders.
    """

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    playlist_id = UnicodeAttribute(range_key=True)
    started_at = UTCDateTimeAttribute(null=True)
    seen_at = UTCDateTimeAttribute(null=True)
    following = BooleanAttribute(null=True)
    last_entry_id = UnicodeAttribute(null=True)
    last_event = BinaryAttribute(null=True, legacy_encoding=False)

    by_playlist = PlaylistIndex()

    @classmethod
    def followers(cls, playlist_id: str) -> Iterator[str]:
        """The ids of those who follow a playlist."""
        found = cls.by_playlist.query(playlist_id, filter_condition=cls.following.is_in(True))
        return (loop.member_id for loop in found)

    @classmethod
    def of_member(cls, member_id: str) -> Iterator["Loop"]:
        """A member's ways through playlists, those of the newest playlists first."""
        return iter(cls.query(member_id, cls.playlist_id > RECENT, scan_index_forward=False))


class Recent(Model):
    """Where a member left off: the track of the latest session, and the playlist it was heard in."""

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True, attr_name="playlist_id", default=RECENT)
    track_id = UnicodeAttribute()
    revision = NumberAttribute()
    in_playlist_id = UnicodeAttribute(null=True)
    entry_id = UnicodeAttribute(null=True)
    last_event = BinaryAttribute(legacy_encoding=False)
