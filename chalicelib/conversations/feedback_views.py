"""What feedback looks like: to its receiver, to its giver, and to others once it is published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.auth import audience
from chalicelib.conversations import doors, feedback_giving
from chalicelib.conversations.feedback_models import Door, Feedback
from chalicelib.groups import finding
from chalicelib.groups.views import ColleagueView, People
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import HiddenView
from chalicelib.workspaces.models import Member

Kind = Literal["keep", "try", "ask"]


class DoorView(msgspec.Struct):
    """What a speaker has asked for on a track, and until when."""

    about: str
    opened_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, door: Door) -> "DoorView":
        return cls(door.about, door.opened_at, door.closes_at)


class TrackDoorView(msgspec.Struct):
    """Whether the caller may give feedback on a track."""

    asked: Annotated[DoorView | None, Meta(description="What its speaker has asked for, while it is open.")]
    may_give: bool
    try_needs_keep: Annotated[
        bool, Meta(description="Whether a `try` from the caller comes together with a `keep`.")
    ]


class GroupDoorView(msgspec.Struct):
    """Whether the caller lets feedback in from a group, and from whom it comes and goes."""

    agreed: bool
    open_with: Annotated[
        list[ColleagueView], Meta(description="Who has agreed too; nobody where the caller has not.")
    ]


class FeedbackView(msgspec.Struct, kw_only=True):
    """A note about a moment of a track; what is spoken has no texts."""

    feedback_id: str
    track_id: str
    title: Annotated[str | None, Meta(description="The track's, while the caller may hear it.")]
    revision: Annotated[int, Meta(description="Of the track, when it was heard.")]
    kind: Kind
    at_ms: int
    heard: str | None
    effect: str | None
    would_try: str | None
    spoken: Annotated[bool, Meta(description="Whether it is to be heard instead of read.")]


class ReceivedView(FeedbackView, kw_only=True):
    """Feedback as its receiver sees it."""

    giver: ColleagueView
    delivered_at: datetime
    thanked_at: datetime | None
    used_at: datetime | None
    closed_at: Annotated[datetime | None, Meta(description="The giver does not see this.")]
    may_publish: Annotated[bool, Meta(description="Whether its giver has agreed to that.")]
    published_at: datetime | None


class GivenView(FeedbackView, kw_only=True):
    """Feedback as its giver sees it."""

    receiver: ColleagueView
    voice_track_id: str | None
    comes_with: Annotated[
        str | None, Meta(description="The `keep` of a first `try`, or the other way round.")
    ]
    given_at: datetime
    withdrawable_until: datetime
    may_publish: bool
    thanked_at: datetime | None
    used_at: datetime | None
    published_at: datetime | None
    hidden: HiddenView | None


class PublishedView(FeedbackView, kw_only=True):
    """Feedback that its receiver has published."""

    giver: ColleagueView
    published_at: datetime


def track_door(me: Member, track: Track, *, now: datetime) -> TrackDoorView:
    """Whether the caller may give feedback on a track that they may hear."""
    asked = doors.asked_on(track, now=now)
    is_mine = track.speaker_id == me.member_id
    return TrackDoorView(
        DoorView.of(asked) if asked else None,
        not is_mine and bool(doors.ways_in(me, track, now=now)),
        not is_mine and feedback_giving.needs_keep(me.member_id, track.speaker_id, now=now),
    )


def group_door(me: Member, group_id: str) -> GroupDoorView:
    """Whether the caller lets feedback in from a group of theirs. Raises `NotFound`."""
    agreed = doors.agreed_in(finding.opened(me, group_id))
    if me.member_id not in agreed:
        return GroupDoorView(False, [])
    others = [member_id for member_id in agreed if member_id != me.member_id]
    people = People(me.workspace_id, others)
    return GroupDoorView(True, [people[member_id] for member_id in others])


def received(me: Member, found: Sequence[Feedback]) -> list[ReceivedView]:
    """What the caller has received."""
    people, titles = People(me.workspace_id, [each.giver_id for each in found]), _titles(me, found)
    return [
        ReceivedView(
            **_said(each, titles),
            giver=people[each.giver_id],
            delivered_at=each.delivered_at,
            thanked_at=each.thanked_at,
            used_at=each.used_at,
            closed_at=each.closed_at,
            may_publish=each.may_publish,
            published_at=each.published_at,
        )
        for each in found
    ]


def given(me: Member, found: Sequence[Feedback]) -> list[GivenView]:
    """What the caller has given; nothing tells whether it was closed."""
    people, titles = People(me.workspace_id, [each.receiver_id for each in found]), _titles(me, found)
    return [
        GivenView(
            **_said(each, titles),
            receiver=people[each.receiver_id],
            voice_track_id=each.voice_track_id,
            comes_with=each.comes_with,
            given_at=each.given_at,
            withdrawable_until=each.withdrawable_until,
            may_publish=each.may_publish,
            thanked_at=each.thanked_at,
            used_at=each.used_at,
            published_at=each.published_at,
            hidden=HiddenView.of(each.hidden),
        )
        for each in found
    ]


def published(me: Member, found: Sequence[Feedback]) -> list[PublishedView]:
    """What was published on a track."""
    people, titles = People(me.workspace_id, [each.giver_id for each in found]), _titles(me, found)
    return [
        PublishedView(**_said(each, titles), giver=people[each.giver_id], published_at=each.published_at)
        for each in found
    ]


def _said(feedback: Feedback, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "feedback_id": feedback.feedback_id,
        "track_id": feedback.track_id,
        "title": titles.get(feedback.track_id),
        "revision": int(feedback.revision),
        "kind": feedback.kind,
        "at_ms": int(feedback.at_ms),
        "heard": feedback.heard,
        "effect": feedback.effect,
        "would_try": feedback.would_try,
        "spoken": feedback.voice_track_id is not None,
    }


def _titles(me: Member, found: Sequence[Feedback]) -> dict[str, str]:
    """The titles of those tracks that the caller may hear or has spoken, by id."""
    tracks = Track.batch_get([(me.workspace_id, track_id) for track_id in {each.track_id for each in found}])
    return {
        track.track_id: track.title
        for track in tracks
        if track.speaker_id == me.member_id or audience.may_open(me, track.known_to)
    }
