"""Feedback, and the doors that it comes in by.

Access patterns:

- whether a speaker has asked for feedback on a track: `Door` by the track and the speaker
- who in a group has agreed to feedback among its members: `Door.of_group`
- one feedback: `Feedback` by its receiver and id; by its giver through their own `Given`
- what was delivered to somebody, newest first: `Feedback.received_by`
- what somebody gave, newest first: `Given.of_giver`
- what was published on a track, newest first: `Feedback.published`; by a receiver: `Feedback.published_by`
- whether somebody has given somebody a first ``try``: `Pair` by receiver and giver
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.aws import TableMeta
from chalicelib.tracks.models import Hidden

DOOR_STAYS_OPEN: Final = timedelta(days=14)
WITHDRAWABLE: Final = timedelta(minutes=15)
LONGEST_ABOUT: Final = 200
LONGEST_TEXT: Final = 600
"""Characters of all that is written in one feedback."""

MOST_A_DAY: Final = 50
"""Feedback that one member may give."""


class Door(Model):
    """A member lets feedback in: on one of their tracks, or from those in a group who do the same."""

    class Meta(TableMeta):
        table_name = settings.table("doors")

    place = UnicodeAttribute(hash_key=True)
    member_id = UnicodeAttribute(range_key=True)
    about = UnicodeAttribute(null=True)
    opened_at = UTCDateTimeAttribute()
    closes_at = UTCDateTimeAttribute(null=True)

    @staticmethod
    def on_track(track_id: str) -> str:
        """Where the door to a track is."""
        return f"t#{track_id}"

    @staticmethod
    def in_group(group_id: str) -> str:
        """Where the doors within a group are."""
        return f"g#{group_id}"

    @classmethod
    def of_group(cls, group_id: str) -> list["Door"]:
        """Those in a group who have ever agreed, as of now."""
        return list(cls.query(cls.in_group(group_id), consistent_read=True))

    def is_open(self, now: datetime) -> bool:
        return self.closes_at is None or self.closes_at > now


class ReceivedIndex(GlobalSecondaryIndex["Feedback"]):
    """What was delivered, by its receiver."""

    class Meta:
        index_name = "received"
        projection = AllProjection()

    delivered_to = UnicodeAttribute(hash_key=True)
    delivered_at = UTCDateTimeAttribute(range_key=True)


class PublishedIndex(GlobalSecondaryIndex["Feedback"]):
    """What its receivers have published, by its track."""

    class Meta:
        index_name = "published"
        projection = AllProjection()

    published_on = UnicodeAttribute(hash_key=True)
    published_at = UTCDateTimeAttribute(range_key=True)


class Feedback(Model):
    """A note about a moment of a track, in its receiver's partition.

    ``comes_with`` is the ``keep`` of a first ``try``, and the other way round. ``delivered_to`` is its
    receiver from delivery on. ``published_to`` is the audience that its track had when it was published.
    """

    class Meta(TableMeta):
        table_name = settings.table("feedback")

    receiver_id = UnicodeAttribute(hash_key=True, attr_name="member_id")
    feedback_id = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    giver_id = UnicodeAttribute()
    track_id = UnicodeAttribute()
    revision = NumberAttribute()
    kind = UnicodeAttribute()
    at_ms = NumberAttribute()
    heard = UnicodeAttribute(null=True)
    effect = UnicodeAttribute(null=True)
    would_try = UnicodeAttribute(null=True)
    voice_track_id = UnicodeAttribute(null=True)
    voice_revision = NumberAttribute(null=True)
    comes_with = UnicodeAttribute(null=True)
    may_publish = BooleanAttribute(default=False)
    given_at = UTCDateTimeAttribute()
    delivered_to = UnicodeAttribute(null=True)
    delivered_at = UTCDateTimeAttribute(null=True)
    thanked_at = UTCDateTimeAttribute(null=True)
    used_at = UTCDateTimeAttribute(null=True)
    closed_at = UTCDateTimeAttribute(null=True)
    published_on = UnicodeAttribute(null=True)
    published_at = UTCDateTimeAttribute(null=True)
    published_to = UnicodeAttribute(null=True)
    hidden = Hidden(null=True)

    received = ReceivedIndex()
    published = PublishedIndex()

    @classmethod
    def received_by(
        cls, member_id: str, *, closed: bool, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Feedback"]:
        """What was delivered to a member and they have closed, or not, newest first; nothing hidden."""
        wanted = cls.closed_at.exists() if closed else cls.closed_at.does_not_exist()
        return cls.received.query(
            member_id,
            filter_condition=wanted & cls.hidden.does_not_exist(),
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def published_on_track(
        cls, track_id: str, to: Collection[str], *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Feedback"]:
        """What was published on a track to one of these audiences, newest first."""
        return cls.published.query(
            track_id,
            filter_condition=cls.published_to.is_in(*to) & cls.hidden.does_not_exist(),
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def published_by(cls, member_id: str, to: str) -> ResultIterator["Feedback"]:
        """What a member has published to an audience."""
        shown = (cls.published_to == to) & cls.hidden.does_not_exist()
        return cls.query(member_id, filter_condition=shown)

    @classmethod
    def delivered_on(cls, member_id: str, track_id: str) -> ResultIterator["Feedback"]:
        """What was delivered to a member on one of their tracks, as of now."""
        delivered = (cls.track_id == track_id) & cls.delivered_at.exists()
        return cls.query(member_id, filter_condition=delivered, consistent_read=True)

    @property
    def withdrawable_until(self) -> datetime:
        until: datetime = self.given_at + WITHDRAWABLE
        return until


class GivenIndex(GlobalSecondaryIndex["Given"]):
    """What was given, by its giver."""

    class Meta:
        index_name = "given"
        projection = AllProjection()

    given_by = UnicodeAttribute(hash_key=True)
    given_at = UTCDateTimeAttribute(range_key=True)


class Given(Model):
    """What a member has given, noted in their own partition: to whom, and in which playlist they listened."""

    class Meta(TableMeta):
        table_name = settings.table("feedback")

    giver_id = UnicodeAttribute(hash_key=True, attr_name="member_id")
    note = UnicodeAttribute(range_key=True, attr_name="feedback_id")
    receiver_id = UnicodeAttribute()
    given_by = UnicodeAttribute()
    given_at = UTCDateTimeAttribute()
    playlist_id = UnicodeAttribute(null=True)

    given = GivenIndex()

    @staticmethod
    def note_of(feedback_id: str) -> str:
        """Stands where a feedback has its id; no id has a ``#``."""
        return f"#given#{feedback_id}"

    @classmethod
    def of_giver(cls, member_id: str, *, limit: int, after: dict[str, Any] | None) -> ResultIterator["Given"]:
        """What a member has given, newest first."""
        return cls.given.query(member_id, scan_index_forward=False, limit=limit, last_evaluated_key=after)

    @classmethod
    def in_playlist(cls, member_id: str, playlist_id: str) -> ResultIterator["Given"]:
        """What a member has given while they listened in a playlist, as of now."""
        return cls.query(
            member_id,
            cls.note.startswith(cls.note_of("")),
            filter_condition=cls.playlist_id == playlist_id,
            consistent_read=True,
        )

    @property
    def feedback_id(self) -> str:
        return str(self.note.removeprefix(self.note_of("")))


class Pair(Model):
    """Somebody has given somebody a first ``try``, together with a ``keep``.

    From ``settled_at`` on neither can be withdrawn, and a ``try`` may come alone.
    """

    class Meta(TableMeta):
        table_name = settings.table("feedback")

    receiver_id = UnicodeAttribute(hash_key=True, attr_name="member_id")
    note = UnicodeAttribute(range_key=True, attr_name="feedback_id")
    first_try_id = UnicodeAttribute()
    settled_at = UTCDateTimeAttribute()

    @staticmethod
    def note_of(giver_id: str) -> str:
        """Stands where a feedback has its id; no id has a ``#``."""
        return f"#pair#{giver_id}"
