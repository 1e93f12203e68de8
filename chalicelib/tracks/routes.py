"""Tracks over HTTP."""

from typing import Annotated, Any, Literal

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.requests import Body, Id, Line, Listing, Page, endpoint
from chalicelib.tracks import about, captions, chapters, library, transcribing, uploads
from chalicelib.tracks.about import Description, Language, Topics
from chalicelib.tracks.models import MOST_CHAPTERS
from chalicelib.tracks.rejections import MOST_BYTES
from chalicelib.tracks.uploads import Announced
from chalicelib.tracks.views import (
    AudioView,
    ChapterView,
    ConsentView,
    TrackUpload,
    TrackView,
    TranscriptView,
)

routes = Blueprint(__name__)

MOST_PEAKS = 800
Peak = Annotated[int, Meta(ge=0, le=255)]


class File(Body, kw_only=True):
    """A file to upload."""

    content_type: Literal["audio/mpeg", "audio/mp4", "audio/wav", "audio/flac"]
    size_bytes: Annotated[int, Meta(ge=1, le=MOST_BYTES)]
    peaks: Annotated[list[Peak], Meta(max_length=MOST_PEAKS)] | None = None
    loudness_lufs: Annotated[float, Meta(ge=-120, le=20)] | None = None

    def announced(self) -> Announced:
        """The file as the upload takes it."""
        return Announced(
            self.content_type,
            self.size_bytes,
            bytes(self.peaks) if self.peaks else None,
            self.loudness_lufs,
        )


class NewTrack(File, kw_only=True):
    """A track to create."""

    PARAGRAPHS = about.PARAGRAPHS

    title: Line
    description: Description | None | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET
    consent: ConsentView = ConsentView()

    def __post_init__(self) -> None:
        super().__post_init__()
        about.tidy(self)


class TrackChange(Body):
    """What may change of a track; what is left out stays, null takes it away."""

    PARAGRAPHS = about.PARAGRAPHS

    title: Line | UnsetType = UNSET
    description: Description | None | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET
    consent: ConsentView | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        about.tidy(self)

    def said(self) -> dict[str, Any]:
        """What is said of the track from now on, as the model has it."""
        return about.said(self) | ({} if self.title is UNSET else {"title": self.title})


class NewTranscript(Body):
    """A transcript: WebVTT where it begins so, plain text otherwise."""

    text: Annotated[str, Meta(max_length=captions.MOST_CHARACTERS)]

    def __post_init__(self) -> None:
        """Its lines mean something; they are tidied where they are read."""


class NewChapters(Body):
    """The chapters of a track, each later than the one before it; an empty list: it has none."""

    chapters: Annotated[list[ChapterView], Meta(max_length=MOST_CHAPTERS)]


class LibraryPage(Page):
    """Which part of the library: of one speaker, a member's id or ``me``, or of one group."""

    speaker: Id | None = None
    group: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if None not in (self.speaker, self.group):
            raise ValueError("`speaker` and `group` are two lists: ask for one of them")


@routes.route("/v1/workspaces/{workspace_id}/tracks", methods=["POST"])
@endpoint(status=201)
def create_track(workspace_id: str, body: NewTrack) -> TrackUpload:
    """Announce a track and get the form to upload its audio with."""
    me = membership.current(workspace_id)
    track, form = uploads.announce(
        me,
        body.title,
        body.announced(),
        body.consent,
        about=about.said(body),
        track_id=requests.idempotency_key(),
        now=times.now(),
    )
    return TrackUpload(TrackView.of(track, me), form)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/uploads", methods=["POST"])
@endpoint(status=201)
def renew_upload(workspace_id: str, track_id: str, body: File) -> TrackUpload:
    """Get a fresh form: to upload at last, to try another file, or to record the track anew."""
    me = membership.current(workspace_id)
    track, form = uploads.renew(me, track_id, body.announced(), now=times.now())
    return TrackUpload(TrackView.of(track, me), form)


@routes.route("/v1/workspaces/{workspace_id}/tracks", methods=["GET"])
@endpoint()
def list_tracks(workspace_id: str, query: LibraryPage) -> Listing[TrackView]:
    """The library, newest first; or a group's tracks; or a speaker's, of oneself also those on their way."""
    me = membership.current(workspace_id)
    scope = "tracks", me.member_id, query.speaker or "", query.group or ""
    after = requests.position(query.after, *scope)
    if query.group is not None:
        found, behind = library.of_group(me, query.group, limit=query.limit, after=after)
    elif query.speaker is None:
        found, behind = library.newest(me, limit=query.limit, after=after)
    else:
        speaker_id = me.member_id if query.speaker == "me" else query.speaker
        found, behind = library.by_speaker(me, speaker_id, limit=query.limit, after=after, now=times.now())
    items = [TrackView.of(track, me, whole=False) for track in found]
    return Listing(items, requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}", methods=["GET"])
@endpoint()
def show_track(workspace_id: str, track_id: str) -> TrackView:
    """A track that the caller may hear."""
    me = membership.current(workspace_id)
    return TrackView.of(uploads.heard_by(me, track_id, now=times.now()), me)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}", methods=["PATCH"])
@endpoint()
def change_track(workspace_id: str, track_id: str, body: TrackChange) -> TrackView:
    """Change what is said of a track of one's own, or the consent given for it."""
    me = membership.current(workspace_id)
    track = library.change(
        me,
        track_id,
        said=body.said(),
        consent=None if body.consent is UNSET else body.consent,
        expected_version=requests.expected_version(),
        now=times.now(),
    )
    return TrackView.of(track, me)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}", methods=["DELETE"])
@endpoint(status=204)
def take_back_track(workspace_id: str, track_id: str) -> None:
    """Take a track of one's own back; its audio is erased."""
    library.take_back(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/audio", methods=["GET"])
@endpoint()
def show_audio(workspace_id: str, track_id: str) -> AudioView:
    """Where to hear a track for the next 5 minutes."""
    return uploads.audio(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/transcript", methods=["GET"])
@endpoint()
def show_transcript(workspace_id: str, track_id: str) -> TranscriptView:
    """What is said in a track that the caller may hear."""
    return transcribing.shown(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/transcript", methods=["PUT"])
@endpoint()
def write_transcript(workspace_id: str, track_id: str, body: NewTranscript) -> TranscriptView:
    """Say what is said in a ready track of one's own, in its present revision."""
    me = membership.current(workspace_id)
    version = requests.expected_version()
    return transcribing.write(me, track_id, body.text, expected_version=version, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/transcript", methods=["DELETE"])
@endpoint(status=204)
def remove_transcript(workspace_id: str, track_id: str) -> None:
    """Take the transcript of a track of one's own away; it is erased."""
    transcribing.remove(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/chapters", methods=["PUT"])
@endpoint()
def write_chapters(workspace_id: str, track_id: str, body: NewChapters) -> TrackView:
    """Say where what begins in a ready track of one's own, in its present revision."""
    me = membership.current(workspace_id)
    version = requests.expected_version()
    track = chapters.write(me, track_id, body.chapters, expected_version=version, now=times.now())
    return TrackView.of(track, me)
