"""How far tracks have come with those who listen: what a speaker may know of it, and what it is made of.

Access patterns: everything of a track, or of one of its revisions (`Listener.of_track`); what its speaker is
shown (`Reach`), the one item of its kind.
"""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.auth import keys
from chalicelib.aws import TableMeta

SHOWN = "#shown"
"""Stands where a listener has their place, and before all of them."""


class Listener(Model):
    """How far somebody has come in a revision of a track.

    ``place`` is ``revision#`` and a name that says nothing: it is another for each track, so that nobody's
    listening can be put together from it.
    """

    class Meta(TableMeta):
        table_name = settings.table("reach")

    track_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    completed = BooleanAttribute()
    left_off_ms = NumberAttribute()

    @staticmethod
    def place_of(member_id: str, track_id: str, revision: int) -> str:
        """Where a member's listening stands."""
        return f"{revision}#{keys.keyed_hash('listener', member_id, track_id)}"

    @classmethod
    def of_track(cls, track_id: str) -> ResultIterator["Listener"]:
        """Everybody's listening to any revision of a track."""
        return cls.query(track_id, cls.place > f"{SHOWN}~")

    @property
    def revision(self) -> int:
        return int(self.place.partition("#")[0])


class Reach(Model):
    """What the speaker of a track is shown of a revision: bands of numbers of listeners (see `bands`)."""

    class Meta(TableMeta):
        table_name = settings.table("reach")

    track_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True, default=SHOWN)
    revision = NumberAttribute()
    heard = NumberAttribute(null=True)
    completed = NumberAttribute(null=True)
    left_off: ListAttribute[Any] = ListAttribute()
    counted_at = UTCDateTimeAttribute()
