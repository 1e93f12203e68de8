"""What the loop looks like to the member whose it is, to a mentor who may see its stages, and to speakers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib import aws
from chalicelib.conversations import loop
from chalicelib.conversations.loop import Loop
from chalicelib.conversations.loop_models import Stages, Thanks
from chalicelib.conversations.loop_thanks import Kind
from chalicelib.groups.views import ColleagueView, People
from chalicelib.playlists import library
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

DIGITS = 3
"""Of a coverage, as on the page of a playlist."""


class LoopNoteView(msgspec.Struct):
    """What the caller wrote or recorded; neither where the recording was taken back."""

    at: datetime
    text: str | None
    track_id: str | None
    title: str | None


class LearningLoopView(msgspec.Struct, kw_only=True):
    """The caller's loop through a playlist: four stages, each on its own."""

    playlist_id: str
    title: str
    coverage: Annotated[float, Meta(ge=0, le=1, description="How much of the playlist was heard.")]
    may_gain: Annotated[bool, Meta(description="Whether that is enough.")]
    gained_at: datetime | None
    applied: LoopNoteView | None
    feedback_at: datetime | None
    reflected: LoopNoteView | None
    taught_back: Annotated[str | None, Meta(description="The track whose speaker got the reflection.")]
    asks: Annotated[bool, Meta(description="Whether an answer to “did you use it?” is waited for.")]
    used: bool | None
    mentor_sees: Annotated[bool, Meta(description="Whether the caller's mentor sees the stages.")]


class StagesView(msgspec.Struct, kw_only=True):
    """When the stages of a loop were reached, without what was written or recorded."""

    playlist_id: str
    title: str
    gained_at: datetime | None
    applied_at: datetime | None
    feedback_at: datetime | None
    reflected_at: datetime | None


class MyStagesView(StagesView, kw_only=True):
    """One of the caller's loops in a list."""

    asks: Annotated[bool, Meta(description="Whether an answer to “did you use it?” is waited for.")]


class MentorSeesView(msgspec.Struct):
    """The mentor who sees the caller's stages, null where nobody does."""

    mentor: ColleagueView | None


class ThanksView(msgspec.Struct, kw_only=True):
    """What a speaker was sent."""

    thanks_id: str
    kind: Kind
    sender: ColleagueView
    track_id: str
    title: Annotated[str | None, Meta(description="The track's, while it is there.")]
    text: str | None
    spoken: Annotated[bool, Meta(description="Whether it is to be heard instead of read.")]
    sent_at: datetime


def shown(me: Member, found: Loop) -> LearningLoopView:
    """The caller's loop."""
    stages, playlist = found.stages, found.playlist
    return LearningLoopView(
        playlist_id=playlist.playlist_id,
        title=playlist.title,
        coverage=round(float(found.heard), DIGITS),
        may_gain=loop.is_enough(found),
        gained_at=stages.gained_at,
        applied=_note(me, stages.applied_at, stages.applied_text, stages.applied_track_id),
        feedback_at=stages.feedback_at,
        reflected=_note(me, stages.reflected_at, stages.reflected_text, stages.reflected_track_id),
        taught_back=stages.taught_id,
        asks=stages.asks,
        used=stages.used,
        mentor_sees=loop.shown_to(me) is not None,
    )


def mine(me: Member, found: Sequence[Stages]) -> list[MyStagesView]:
    """Those of the caller's loops whose playlists they may open."""
    titles = _titles(me, found)
    return [
        MyStagesView(**_stages(each, titles[each.playlist_id]), asks=each.asks)
        for each in found
        if each.playlist_id in titles
    ]


def of_mentee(me: Member, found: Sequence[Stages]) -> list[StagesView]:
    """Those of somebody's loops whose playlists the caller may open too."""
    titles = _titles(me, found)
    return [
        StagesView(**_stages(each, titles[each.playlist_id])) for each in found if each.playlist_id in titles
    ]


def mentor_sees(me: Member) -> MentorSeesView:
    """Who sees the caller's stages."""
    mentor_id = loop.shown_to(me)
    return MentorSeesView(People(me.workspace_id, [mentor_id])[mentor_id] if mentor_id else None)


def thanks(me: Member, found: Sequence[Thanks]) -> list[ThanksView]:
    """What was sent to the caller."""
    people = People(me.workspace_id, [each.sender_id for each in found])
    keys = [(me.workspace_id, track_id) for track_id in {each.track_id for each in found}]
    titles = {track.track_id: track.title for track in Track.batch_get(keys)}
    return [
        ThanksView(
            thanks_id=each.thanks_id,
            kind=each.kind,  # type: ignore[arg-type]  # one of those, or it would not be there
            sender=people[each.sender_id],
            track_id=each.track_id,
            title=titles.get(each.track_id),
            text=each.text,
            spoken=each.voice_track_id is not None,
            sent_at=each.sent_at,
        )
        for each in found
    ]


def _note(me: Member, at: datetime | None, text: str | None, track_id: str | None) -> LoopNoteView | None:
    if at is None:
        return None
    if track_id is None:
        return LoopNoteView(at, text, None, None)
    track = aws.found(Track, me.workspace_id, track_id)
    if track is None:
        return LoopNoteView(at, text, None, None)
    return LoopNoteView(at, text, track_id, track.title)


def _titles(me: Member, found: Sequence[Stages]) -> dict[str, str]:
    opened = library.visible(me, [each.playlist_id for each in found])
    return {playlist_id: playlist.title for playlist_id, playlist in opened.items()}


def _stages(stages: Stages, title: str) -> dict[str, Any]:
    return {
        "playlist_id": stages.playlist_id,
        "title": title,
        "gained_at": stages.gained_at,
        "applied_at": stages.applied_at,
        "feedback_at": stages.feedback_at,
        "reflected_at": stages.reflected_at,
    }
