"""Tracks.

Access patterns:

- one track: `Track` by workspace and track
- the library: `Track.of_audience`, newest first; only what is ready has an ``audience_key``; all of it for an
  export: `Track.ids_of_audience`
- what is searched of what an audience may hear, by when it changed: `Track.changed`; and the words of its
  transcripts: `Track.said`; the search reads both
- what a speaker published, and what is still on its way: `Track.of_speaker`, newest first
- which tracks a speaker is to look at again by a day: `Track.to_review`, longest waiting first
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import STRING
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings, times
from chalicelib.auth import keys
from chalicelib.aws import TableMeta

FORMER = "former-"
"""How the ids begin that stand for speakers who are not to be known any more; no member's does."""

FORMER_NAME = "A former colleague"

HIDDEN_AFTER = timedelta(hours=24)
"""A track never uploaded is not listed any more."""

GONE_AFTER = timedelta(days=15)
"""A track never uploaded is deleted."""

MOST_FORMER = 20
"""Earlier revisions that a track remembers; the audio of those before them is left to expire."""

MOST_ENTERED = 100
"""Entries of playlists that one track may be: it carries their ids, 73 bytes each."""

MOST_CHAPTERS = 50
LONGEST_CHAPTER_TITLE = 100
"""In characters: a track carries its chapters, 50 short ones in 2 kB, the longest in 21 kB."""


SEARCHED = [
    "title",
    "speaker_id",
    "speaker_name",
    "description",
    "topics",
    "duration_ms",
    "revision",
    "published_at",
]
"""What the index of changes carries beside its keys."""


class DayAttribute(Attribute[date]):
    """A day of the calendar, as text that sorts."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


class Consent(MapAttribute[str, Any]):
    """What the speaker agrees to."""

    audience = UnicodeAttribute(default="workspace")
    group_id = UnicodeAttribute(null=True)
    public_link = BooleanAttribute(default=False)
    named_publicly = BooleanAttribute(default=False)
    on_leaving = UnicodeAttribute(default="keep")


class Upload(MapAttribute[str, Any]):
    """A file on its way to becoming the track's audio: its first one, or a new revision."""

    upload_id = UnicodeAttribute()
    status = UnicodeAttribute(default="awaiting_upload")
    content_type = UnicodeAttribute()
    size_bytes = NumberAttribute()
    created_at = UTCDateTimeAttribute()
    lease_until = UTCDateTimeAttribute(null=True)
    reason_code = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    peaks = BinaryAttribute(null=True, legacy_encoding=False)
    loudness_lufs = NumberAttribute(null=True)


class Revision(MapAttribute[str, Any]):
    """An earlier revision: what was heard of it stays known, also where its audio was deleted.

    ``audience_key`` is whom it was for when another took its place: a track that is opened to more people
    later opens to them what is said in it now, not what was said before. ``names_speaker`` is whether its
    file does; of those that were made before this was noted nothing is known.
    """

    revision = NumberAttribute()
    media_key = UnicodeAttribute(null=True)
    duration_ms = NumberAttribute()
    published_at = UTCDateTimeAttribute()
    audience_key = UnicodeAttribute(null=True)
    content_type = UnicodeAttribute(null=True)
    loudness_lufs = NumberAttribute(null=True)
    names_speaker = BooleanAttribute(null=True)


class Transcript(MapAttribute[str, Any]):
    """Where the transcript of a revision lies, and its kind; ``names_voices`` where it says who speaks."""

    key = UnicodeAttribute()
    revision = NumberAttribute()
    kind = UnicodeAttribute()
    names_voices = BooleanAttribute(default=False)


class Chapter(MapAttribute[str, Any]):
    """Where in the present revision something begins, and what."""

    at_ms = NumberAttribute()
    title = UnicodeAttribute()


class Hidden(MapAttribute[str, Any]):
    """That something was hidden after a report: since when, and what its author is told.

    ``with_report`` is the report about the answer together with which a track was hidden.
    """

    at = UTCDateTimeAttribute()
    reason = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    with_report = UnicodeAttribute(null=True)


class LibraryIndex(GlobalSecondaryIndex["Track"]):
    """Ready tracks by who may hear them."""

    class Meta:
        index_name = "library"
        projection = AllProjection()

    audience_key = UnicodeAttribute(hash_key=True)
    published_at = UTCDateTimeAttribute(range_key=True)


class ChangedIndex(GlobalSecondaryIndex["Track"]):
    """What is searched of ready tracks, by who may hear them and when it changed."""

    class Meta:
        index_name = "searched"
        projection = IncludeProjection(SEARCHED)

    audience_key = UnicodeAttribute(hash_key=True)
    changed_at = UTCDateTimeAttribute(range_key=True)


class SaidIndex(GlobalSecondaryIndex["Track"]):
    """The words of present transcripts, by who may read them and when they changed; without one, no row."""

    class Meta:
        index_name = "said"
        projection = IncludeProjection(["published_at", "words"])

    audience_key = UnicodeAttribute(hash_key=True)
    words_at = UTCDateTimeAttribute(range_key=True)


class SpeakerIndex(GlobalSecondaryIndex["Track"]):
    """Tracks by who speaks."""

    class Meta:
        index_name = "speaker"
        projection = AllProjection()

    speaker_id = UnicodeAttribute(hash_key=True)
    published_at = UTCDateTimeAttribute(range_key=True)


class ReviewIndex(GlobalSecondaryIndex["Track"]):
    """Tracks by who speaks and by when to look at them again."""

    class Meta:
        index_name = "review"
        projection = IncludeProjection(["title"])

    speaker_id = UnicodeAttribute(hash_key=True)
    review_on = DayAttribute(range_key=True)


class Track(Model):
    """One recording with a title.

    ``audience_key`` stands there from the moment the track is ready. Where it is withheld from whom it is
    for, they are ``meant_for``, and ``audience_key`` is the speaker's own while it is ``hidden`` or set
    aside, and none once it is retired, so that it is in no list.

    ``published_at`` is the time of creation until it is ready, so that a speaker's own list shows what is on
    its way. ``changed_at`` is when a ready track's text, speaker's name or audience changed last. ``words``
    are those of the present transcript (see `said`), ``words_at`` is when they or the audience changed last.
    ``entered`` are the entries of playlists that name the track (see `entered`); nobody is ever shown them.
    ``transcript_drafts`` are keys under which a transcript may lie that is not the track's yet.

    On ``review_on`` its speaker is asked whether it is still true; ``asked_for`` is that day from then on. A
    retired track leads to its ``successor_id``. ``set_aside_at`` is when its speaker left who wants it
    deleted then: until it is deleted it is for them alone.
    """

    class Meta(TableMeta):
        table_name = settings.table("tracks")

    workspace_id = UnicodeAttribute(hash_key=True)
    track_id = UnicodeAttribute(range_key=True)
    title = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    topics: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    language = UnicodeAttribute(null=True)
    speaker_id = UnicodeAttribute()
    speaker_name = UnicodeAttribute()
    consent = Consent(default=Consent)
    created_at = UTCDateTimeAttribute()
    published_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)
    upload = Upload(null=True)

    audience_key = UnicodeAttribute(null=True)
    meant_for = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)
    media_key = UnicodeAttribute(null=True)
    content_type = UnicodeAttribute(null=True)
    container = UnicodeAttribute(null=True)
    codec = UnicodeAttribute(null=True)
    bit_rate = NumberAttribute(null=True)
    size_bytes = NumberAttribute(null=True)
    duration_ms = NumberAttribute(null=True)
    peaks = BinaryAttribute(null=True, legacy_encoding=False)
    loudness_lufs = NumberAttribute(null=True)
    suggested_title = UnicodeAttribute(null=True)
    suggested_topics: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    tagged = UnicodeAttribute(null=True)
    revised_at = UTCDateTimeAttribute(null=True)
    changed_at = UTCDateTimeAttribute(null=True)
    former: ListAttribute[Revision] = ListAttribute(of=Revision, default=list)
    chapters: ListAttribute[Chapter] = ListAttribute(of=Chapter, default=list)
    transcript = Transcript(null=True)
    hidden = Hidden(null=True)
    words = BinaryAttribute(null=True, legacy_encoding=False)
    words_at = UTCDateTimeAttribute(null=True)
    transcript_drafts: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    entered: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    set_aside_at = UTCDateTimeAttribute(null=True)
    expires_at = NumberAttribute(null=True)

    review_on = DayAttribute(null=True)
    asked_for = DayAttribute(null=True)
    still_true_on = DayAttribute(null=True)
    retired_at = UTCDateTimeAttribute(null=True)
    successor_id = UnicodeAttribute(null=True)

    library = LibraryIndex()
    changed = ChangedIndex()
    said = SaidIndex()
    speaker = SpeakerIndex()
    review = ReviewIndex()

    @classmethod
    def of_audience(
        cls, audience_key: str, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Track"]:
        """The ready tracks of an audience, newest first."""
        return cls.library.query(
            audience_key, scan_index_forward=False, limit=limit, last_evaluated_key=after
        )

    @classmethod
    def ids_of_audience(cls, audience_key: str) -> Iterator[str]:
        """The ids of all ready tracks of an audience, oldest first."""
        found = cls.library.query(audience_key, attributes_to_get=["track_id"])
        return (str(track.track_id) for track in found)

    @classmethod
    def of_speaker(
        cls,
        speaker_id: str,
        visible: Condition | None = None,
        *,
        limit: int | None = None,
        after: dict[str, Any] | None = None,
    ) -> ResultIterator["Track"]:
        """A speaker's tracks, newest first, of which this condition holds."""
        return cls.speaker.query(
            speaker_id,
            filter_condition=visible,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def to_review(cls, speaker_id: str, day: date, *, limit: int) -> ResultIterator["Track"]:
        """A speaker's tracks to look at again by a day, longest waiting first; their titles alone."""
        return cls.review.query(speaker_id, cls.review_on <= day, limit=limit)

    @property
    def is_ready(self) -> bool:
        return self.media_key is not None

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    @property
    def reviewed_on(self) -> date | None:
        """When its speaker is to look at it again: a year after the present revision where nothing else is
        said, as of those that were published before there was such a day. None until it is ready, and where
        it is retired.
        """
        if not self.is_ready or self.is_retired:
            return None
        present: datetime = self.revised_at or self.published_at
        return self.review_on or times.in_years(present.date(), 1)

    @property
    def waits_for_review(self) -> bool:
        """Whether its speaker was asked, and has not answered yet."""
        return self.review_on is not None and self.asked_for == self.review_on

    @property
    def is_withheld(self) -> bool:
        """Whether those for whom it is do not hear it at the moment."""
        return self.is_retired or self.is_for_speaker_now

    @property
    def is_set_aside(self) -> bool:
        """Whether its speaker has left, and it is to be deleted."""
        return self.set_aside_at is not None

    @property
    def is_for_speaker_now(self) -> bool:
        """Whether nobody else opens it at the moment, whomever it is for."""
        return self.hidden is not None or self.is_set_aside

    @property
    def meant_audience(self) -> str | None:
        """The audience that its speaker has chosen, also while it is withheld. None until it is ready."""
        return self.meant_for or self.audience_key

    @property
    def known_to(self) -> str | None:
        """The audience that may hear it or, retired, might: it opens its page. None until it is ready."""
        if self.is_ready and self.is_for_speaker_now:
            return self.own_key
        return self.meant_audience

    @property
    def own_key(self) -> str:
        """The audience of its speaker alone."""
        return f"m#{self.speaker_id}"

    @property
    def present_transcript(self) -> Transcript | None:
        """The transcript of what is heard now, not of an earlier revision."""
        found = self.transcript
        return found if found is not None and found.revision == self.revision else None

    @property
    def is_nameless(self) -> bool:
        """Whether nobody is to know who speaks."""
        return is_former(self.speaker_id)

    @property
    def names_speaker_publicly(self) -> bool:
        return bool(self.consent.named_publicly) and not self.is_nameless

    @property
    def status(self) -> str:
        """``awaiting_upload``, ``processing``, ``ready`` or ``rejected``, whatever a new revision does."""
        return "ready" if self.is_ready else str(self.upload.status)

    def is_gone(self, now: datetime) -> bool:
        """Whether it was never uploaded and is only not deleted yet."""
        return self.expires_at is not None and self.expires_at <= now.timestamp()


def former_id(member_id: str) -> str:
    """Who speaks in the tracks that a member has left behind without a name; only the server can tell."""
    return FORMER + keys.keyed_hash("former", member_id)


def is_former(speaker_id: str) -> bool:
    """Whether this stands for somebody who is not to be known any more."""
    return speaker_id.startswith(FORMER)


def hides(speaker_id: str, member_id: str | None) -> bool:
    """Whether naming this member would tell who speaks there without a name."""
    return is_former(speaker_id) and member_id is not None and speaker_id == former_id(member_id)


def entered(playlist_id: str, entry_id: str) -> str:
    """An entry of a playlist, as its track knows of it."""
    return f"{playlist_id}#{entry_id}"


UPLOAD: Any = Track.upload
HIDDEN: Any = Track.hidden
"""The paths of the attributes of an upload, and of what was hidden; typed, they would be their values."""
