"""The learning loop: what a member made of a playlist, and what speakers hear of it.

Access patterns:

- a member's loop through a playlist: `Stages` by member and playlist; all of a member's: `Stages.of_member`
- whether a member lets their mentor see the loops: `Shown`, the one item of its kind beside them
- what was sent to a speaker, newest first: `Thanks.of_speaker`; one of it: `Thanks` by speaker and id
"""

from typing import Any, Final

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.aws import TableMeta

LONGEST_TEXT: Final = 600
"""Characters of a note."""

SHOWN: Final = "#mentor"
"""Stands where a way through a playlist has its playlist; no id has a ``#``."""


class Stages(Model):
    """The four stages of a member's loop through a playlist, each on its own and in any order.

    It stands beside the member's way through the playlist (`progress.models.Loop`), which is read far more
    often. ``feedback_id`` is the feedback that counts, ``taught_id`` the track whose speaker got the
    reflection as a teach-back. ``asked`` are the days after gaining on which it was asked for use.
    """

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True, attr_name="playlist_id")
    gained_at = UTCDateTimeAttribute(null=True)
    applied_at = UTCDateTimeAttribute(null=True)
    applied_text = UnicodeAttribute(null=True)
    applied_track_id = UnicodeAttribute(null=True)
    feedback_at = UTCDateTimeAttribute(null=True)
    feedback_id = UnicodeAttribute(null=True)
    reflected_at = UTCDateTimeAttribute(null=True)
    reflected_text = UnicodeAttribute(null=True)
    reflected_track_id = UnicodeAttribute(null=True)
    taught_id = UnicodeAttribute(null=True)
    asked: NumberSetAttribute = NumberSetAttribute(null=True)
    asked_at = UTCDateTimeAttribute(null=True)
    used = BooleanAttribute(null=True)
    answered_at = UTCDateTimeAttribute(null=True)

    @staticmethod
    def note_of(playlist_id: str) -> str:
        """Stands where a way through a playlist has its playlist; no id has a ``#``."""
        return f"#loop#{playlist_id}"

    @classmethod
    def of_member(
        cls, member_id: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Stages"]:
        """A member's loops, as of now, those of the newest playlists first."""
        return cls.query(
            member_id,
            cls.note.startswith(cls.note_of("")),
            scan_index_forward=False,
            consistent_read=True,
            limit=limit,
            last_evaluated_key=after,
        )

    @property
    def playlist_id(self) -> str:
        return str(self.note.removeprefix(self.note_of("")))

    @property
    def asks(self) -> bool:
        """Whether it asks for use and waits for an answer; after a yes it never does."""
        if self.asked_at is None or self.used:
            return False
        return self.answered_at is None or bool(self.answered_at < self.asked_at)


class Shown(Model):
    """A member lets this mentor, and no later one, see the stages of their loops."""

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True, attr_name="playlist_id", default=SHOWN)
    mentor_id = UnicodeAttribute()


class SentIndex(GlobalSecondaryIndex["Thanks"]):
    """What was sent to a speaker, by when."""

    class Meta:
        index_name = "sent"
        projection = AllProjection()

    speaker_id = UnicodeAttribute(hash_key=True)
    sent_at = UTCDateTimeAttribute(range_key=True)


class Thanks(Model):
    """What somebody sent to the speaker of a track: ``thanks``, ``used`` or a ``teach_back``."""

    class Meta(TableMeta):
        table_name = settings.table("thanks")

    speaker_id = UnicodeAttribute(hash_key=True)
    thanks_id = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    sender_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    track_id = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    voice_track_id = UnicodeAttribute(null=True)
    voice_revision = NumberAttribute(null=True)
    sent_at = UTCDateTimeAttribute()

    sent = SentIndex()

    @classmethod
    def of_speaker(
        cls, speaker_id: str, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Thanks"]:
        """What was sent to a speaker, newest first."""
        return cls.sent.query(speaker_id, scan_index_forward=False, limit=limit, last_evaluated_key=after)
