"""What a track looks like to a caller."""

from datetime import date, datetime
from typing import Annotated, Literal, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.requests import Body, Id
from chalicelib.tracks.captions import Cue, Kind, Said, written
from chalicelib.tracks.models import LONGEST_CHAPTER_TITLE, Consent, Hidden, Track, Transcript
from chalicelib.workspaces.models import Member

Audience = Literal["workspace", "group", "mentor", "me"]
OnLeaving = Literal["keep", "keep_without_name", "delete"]
Status = Literal["awaiting_upload", "processing", "ready", "rejected"]


class SpeakerView(msgspec.Struct):
    """Who speaks."""

    member_id: Annotated[str | None, Meta(description="Null where nobody is to know.")]
    name: str

    @classmethod
    def of(cls, track: Track) -> "SpeakerView":
        return cls(None if track.is_nameless else track.speaker_id, track.speaker_name)


class ConsentView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may hear a track, whether a public link may be made of it, whether that names the speaker.

    ``group`` is the group with ``group_id``, ``mentor`` the mentor at the moment of publishing.
    ``on_leaving`` is what becomes of it when its speaker leaves the workspace: only they see it, and where it
    is left out it stays as it is, at first ``keep``.
    """

    audience: Audience = "workspace"
    group_id: Id | None = None
    public_link: bool = False
    named_publicly: bool = False
    on_leaving: OnLeaving | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.audience == "group") != (self.group_id is not None):
            raise ValueError("`group_id` belongs to the audience `group`, and to no other")

    @classmethod
    def of(cls, consent: Consent, *, mine: bool) -> "ConsentView":
        return cls(
            cast(Audience, consent.audience),
            consent.group_id,
            consent.public_link,
            consent.named_publicly,
            cast(OnLeaving, consent.on_leaving) if mine else UNSET,
        )


class HiddenView(msgspec.Struct):
    """That something was hidden after a report, why, and what who decided it says; its author sees this."""

    since: datetime
    reason: str
    note: str | None

    @classmethod
    def of(cls, hidden: Hidden | None) -> "HiddenView | None":
        return None if hidden is None else cls(hidden.at, hidden.reason, hidden.note)


class NewRevisionView(msgspec.Struct):
    """A new revision on its way; only its speaker sees it."""

    status: Status
    reason: str | None


class Transcribed(msgspec.Struct):
    """That a track has a transcript, and of which revision; of an earlier one only its speaker knows."""

    kind: Kind
    revision: int

    @classmethod
    def of(cls, track: Track, *, mine: bool) -> "Transcribed | None":
        found = track.transcript if mine else track.present_transcript
        return None if found is None else cls(msgspec.convert(found.kind, Kind), int(found.revision))


class TranscriptView(msgspec.Struct, kw_only=True):
    """What is said in a track: cues where it has times, paragraphs where it has none."""

    kind: Kind
    revision: Annotated[int, Meta(description="Of which it is; an earlier one only its speaker sees.")]
    cues: list[Cue]
    paragraphs: list[str]
    text: Annotated[
        str, Meta(description="All of it as a file, WebVTT or plain text, as one may send it back.")
    ]
    language: Annotated[str | None, Meta(description="The track's, a BCP 47 tag; null: not said.")]
    version: Annotated[int, Meta(description="The track's.")]

    @classmethod
    def of(cls, track: Track, transcript: Transcript, said: Said) -> "TranscriptView":
        return cls(
            kind=said.kind,
            revision=int(transcript.revision),
            cues=said.cues,
            paragraphs=said.paragraphs,
            text=written(said),
            language=track.language,
            version=int(track.version),
        )


class ChapterView(Body):
    """Where in a track something begins, and what."""

    at_ms: Annotated[int, Meta(ge=0)]
    title: Annotated[str, Meta(min_length=1, max_length=LONGEST_CHAPTER_TITLE)]

    @classmethod
    def all_of(cls, track: Track) -> "list[ChapterView]":
        """The chapters of a track, in order."""
        return [cls(at_ms=int(chapter.at_ms), title=chapter.title) for chapter in track.chapters]


class TrackView(msgspec.Struct, kw_only=True):
    """A track."""

    track_id: str
    title: str
    description: str | None
    topics: list[str]
    language: Annotated[str | None, Meta(description="That is spoken, a BCP 47 tag; null: not said.")]
    status: Status
    reason: Annotated[str | None, Meta(description="Why it was rejected and what to do.")]
    speaker: SpeakerView
    consent: ConsentView
    revision: int
    duration_ms: int | None
    content_type: str | None
    size_bytes: int | None
    codec: str | None
    bit_rate: Annotated[int | None, Meta(description="Bits a second.")]
    loudness_lufs: Annotated[float | None, Meta(description="Integrated loudness, ITU-R BS.1770.")]
    peaks: Annotated[list[int], Meta(description="0 to 255; empty in lists.")]
    created_at: datetime
    published_at: datetime | None
    revised_at: Annotated[datetime | None, Meta(description="When it was recorded anew last.")]
    still_true_on: Annotated[date | None, Meta(description="When its speaker last said that it still is.")]
    review_on: Annotated[
        date | None, Meta(description="When its speaker is asked that; only they see it. Null: never.")
    ]
    retired_at: Annotated[datetime | None, Meta(description="Retired it is not played any more.")]
    new_revision: NewRevisionView | None
    suggested_title: Annotated[
        str | None, Meta(description="The title in the file; only its speaker sees it.")
    ]
    suggested_topics: Annotated[
        list[str], Meta(description="The keywords and genres in the file; only its speaker sees them.")
    ]
    transcript: Annotated[Transcribed | None, Meta(description="Null: it has none.")]
    chapters: Annotated[list[ChapterView], Meta(description="In order; empty in lists.")]
    hidden: Annotated[HiddenView | None, Meta(description="Only its speaker sees this.")]
    version: int

    @classmethod
    def of(cls, track: Track, reader: Member, *, whole: bool = True) -> "TrackView":
        mine = track.speaker_id == reader.member_id
        upload = track.upload
        return cls(
            track_id=track.track_id,
            title=track.title,
            description=track.description,
            topics=list(track.topics),
            language=track.language,
            status=track.status,  # type: ignore[arg-type]
            reason=None if track.is_ready else upload.reason,
            speaker=SpeakerView.of(track),
            consent=ConsentView.of(track.consent, mine=mine),
            revision=int(track.revision),
            duration_ms=None if track.duration_ms is None else int(track.duration_ms),
            content_type=track.content_type,
            size_bytes=None if track.size_bytes is None else int(track.size_bytes),
            codec=track.codec,
            bit_rate=None if track.bit_rate is None else int(track.bit_rate),
            loudness_lufs=track.loudness_lufs,
            peaks=list(track.peaks or b"") if whole else [],
            created_at=track.created_at,
            published_at=track.published_at if track.is_ready else None,
            revised_at=track.revised_at,
            still_true_on=track.still_true_on,
            review_on=track.reviewed_on if mine else None,
            retired_at=track.retired_at,
            new_revision=NewRevisionView(upload.status, upload.reason)  # type: ignore[arg-type]
            if mine and track.is_ready and upload
            else None,
            suggested_title=track.suggested_title if mine else None,
            suggested_topics=list(track.suggested_topics) if mine else [],
            transcript=Transcribed.of(track, mine=mine),
            chapters=ChapterView.all_of(track) if whole else [],
            hidden=HiddenView.of(track.hidden) if mine else None,
            version=int(track.version),
        )


class UploadForm(msgspec.Struct):
    """A presigned POST: send ``fields`` and then ``file`` to ``url`` as multipart/form-data."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


class TrackUpload(msgspec.Struct):
    """A track and the form to upload its audio with; none where it was uploaded already."""

    track: TrackView
    upload: UploadForm | None


class AudioView(msgspec.Struct):
    """Where the audio is for now, of which revision it is, and how loud."""

    url: str
    expires_at: datetime
    loudness_lufs: float | None
    revision: int
