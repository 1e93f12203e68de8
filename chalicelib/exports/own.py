"""What an export of one's own data says of oneself: nobody but oneself ever gets one."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import msgspec

from chalicelib import times
from chalicelib.conversations import (
    feedback_giving,
    feedback_receiving,
    feedback_views,
    loop_thanks,
    loop_views,
    question_reading,
    question_views,
)
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.loop_models import Stages, Thanks
from chalicelib.conversations.question_models import Answer, Answered
from chalicelib.conversations.question_views import QuestionView
from chalicelib.digests import wishes
from chalicelib.digests.models import DEFAULT
from chalicelib.exports.packing import Packing, listed, one, parted
from chalicelib.groups.models import Group, Round
from chalicelib.groups.views import ColleagueView, MentorView, People, mentor_shown
from chalicelib.playlists import library as playlists
from chalicelib.progress import coverage, revisions
from chalicelib.progress.models import Loop, Progress
from chalicelib.reports import reporting
from chalicelib.reports import views as report_views
from chalicelib.tracks import library as tracks
from chalicelib.tracks.models import Track
from chalicelib.workspaces.playback import PlaybackView
from chalicelib.workspaces.views import MemberView

PAGE: Final = 100
"""What is read at once of a list."""

T = TypeVar("T")
Page = tuple[list[T], dict[str, Any] | None]


class MailsRecord(msgspec.Struct):
    """Which mails one wants."""

    digest: str
    feedback: bool


class ProfileRecord(msgspec.Struct):
    """What Earshot knows of a member: what they and the admins said of them, and who was their mentor."""

    member: MemberView
    mentor: MentorView
    mentor_sees_loops: ColleagueView | None
    mails: MailsRecord
    playback: PlaybackView


class OwnContributionRecord(msgspec.Struct):
    """What one contributed to a round."""

    round_id: str
    topic: str
    at: datetime
    text: str | None
    track_id: str | None


class BelongingRecord(msgspec.Struct, kw_only=True):
    """A group that one belongs to, and what one said in its rounds."""

    group_id: str
    kind: str
    purpose: str
    owner: ColleagueView
    joined_at: datetime
    contributions: list[OwnContributionRecord]


class HeardRecord(msgspec.Struct, kw_only=True):
    """What one has heard of a revision of a track; title and parts while one may hear the track."""

    track_id: str
    revision: int
    title: str | None
    position_ms: int | None
    heard: list[tuple[int, int]] | None
    heard_buckets: list[int]
    completed_at: datetime | None
    source: str | None


class LoopRecord(msgspec.Struct, kw_only=True):
    """One's way through a playlist; its title while one may open it."""

    playlist_id: str
    title: str | None
    following: bool
    started_at: datetime | None
    seen_at: datetime | None
    gained_at: datetime | None
    applied_at: datetime | None
    applied_text: str | None
    applied_track_id: str | None
    feedback_at: datetime | None
    reflected_at: datetime | None
    reflected_text: str | None
    reflected_track_id: str | None
    taught_track_id: str | None
    used: bool | None


class OwnQuestionRecord(msgspec.Struct):
    """What one asked, by name or anonymously: that one asked stands here and nowhere else."""

    status: str
    question: QuestionView


class OwnAnswerRecord(msgspec.Struct):
    """What one answered."""

    question_id: str
    answered_at: datetime
    text: str | None
    track_id: str | None
    helped: bool


def profile(packing: Packing) -> Iterator[bytes]:
    """The member."""
    me = packing.me
    wanted = wishes.of(me)
    return one(
        ProfileRecord(
            MemberView.of(me, packing.export.started_at.date()),
            mentor_shown(me),
            loop_views.mentor_sees(me).mentor,
            MailsRecord(wanted.every or DEFAULT, wanted.feedback is not False),
            PlaybackView.of(me),
        )
    )


def groups(packing: Packing) -> Iterator[bytes]:
    """The groups that the member belongs to."""
    me = packing.me
    found = Group.of_ids(me.workspace_id, me.group_ids or ())
    people = People(me.workspace_id, [group.owner_id for group in found])
    return listed(
        BelongingRecord(
            group_id=group.group_id,
            kind=group.kind,
            purpose=group.purpose,
            owner=people[group.owner_id],
            joined_at=times.from_epoch_ms(group.people[me.member_id].joined_ms),
            contributions=[
                OwnContributionRecord(
                    each.round_id, each.topic, times.from_epoch_ms(given.at_ms), given.text, given.track_id
                )
                for each in Round.of_group(group.group_id)
                if (given := each.given.get(me.member_id))
            ],
        )
        for group in found
        if me.member_id in group.people
    )


def listening(packing: Packing) -> Iterator[bytes]:
    """What the member has heard."""
    found = Progress.of_member(packing.me.member_id)
    return listed(record for some in parted(found, PAGE) for record in _heard(packing, some))


def loops(packing: Packing) -> Iterator[bytes]:
    """The member's ways through playlists, with what they wrote on them."""
    me = packing.me
    ways = {way.playlist_id: way for way in Loop.of_member(me.member_id)}
    stages = {each.playlist_id: each for each in Stages.of_member(me.member_id)}
    known = sorted({*ways, *stages})
    return listed(
        _loop(playlist_id, titles.get(playlist_id), ways.get(playlist_id), stages.get(playlist_id))
        for some in parted(known, PAGE)
        for titles in [{key: each.title for key, each in playlists.visible(me, some).items()}]
        for playlist_id in some
    )


def questions(packing: Packing) -> Iterator[bytes]:
    """What the member has asked."""
    me = packing.me
    return listed(
        OwnQuestionRecord(question.status, view)
        for some in _pages(partial(question_reading.mine, me))
        for (_, question), view in zip(
            some,
            question_views.questions(me.workspace_id, [question for _, question in some]),
            strict=True,
        )
    )


def answers(packing: Packing) -> Iterator[bytes]:
    """What the member has answered."""
    notes = Answered.of_member(packing.me.member_id)
    return listed(
        OwnAnswerRecord(each.question_id, each.answered_at, each.text, each.track_id, each.helped)
        for some in parted(notes, PAGE)
        for each in Answer.batch_get([(note.question_id, note.answer_id) for note in some])
    )


def reports(packing: Packing) -> Iterator[bytes]:
    """What the member has reported, and what became of it."""
    return listed(
        view for some in _pages(partial(reporting.sent, packing.me)) for view in report_views.sent(some)
    )


def received(packing: Packing) -> Iterator[bytes]:
    """The feedback that was delivered to the member."""
    return listed(view for some in _received(packing) for view in feedback_views.received(packing.me, some))


def given(packing: Packing) -> Iterator[bytes]:
    """The feedback that the member has given."""
    me = packing.me
    return listed(
        view for some in _pages(partial(feedback_giving.given, me)) for view in feedback_views.given(me, some)
    )


def thanks(packing: Packing) -> Iterator[bytes]:
    """What listeners have sent to the member."""
    return listed(view for some in _thanks(packing) for view in loop_views.thanks(packing.me, some))


def spoken_feedback(packing: Packing) -> Iterator[str]:
    """The ids of the feedback that was spoken to the member."""
    return (each.feedback_id for some in _received(packing) for each in some if each.voice_track_id)


def spoken_thanks(packing: Packing) -> Iterator[str]:
    """The ids of what listeners have said to the member."""
    return (each.thanks_id for some in _thanks(packing) for each in some if each.voice_track_id)


def said_in_feedback(packing: Packing, feedback_id: str) -> Track | None:
    """The recording of feedback to the member, None where there is none any more."""
    for each in Feedback.batch_get([(packing.me.member_id, feedback_id)], consistent_read=True):
        is_shown = each.delivered_at is not None and each.hidden is None
        return _as_said(packing, each.voice_track_id, each.voice_revision) if is_shown else None
    return None


def said_in_thanks(packing: Packing, thanks_id: str) -> Track | None:
    """The recording of thanks to the member, None where there is none any more."""
    for each in Thanks.batch_get([(packing.me.member_id, thanks_id)], consistent_read=True):
        return _as_said(packing, each.voice_track_id, each.voice_revision)
    return None


def _as_said(packing: Packing, track_id: str | None, revision: float | None) -> Track | None:
    """What was said, as it was said (see `conversations.voice.audio`)."""
    for track in Track.batch_get([(packing.workspace_id, track_id)], consistent_read=True):
        return track if track.is_ready and track.revision == revision else None
    return None


def _received(packing: Packing) -> Iterator[list[Feedback]]:
    for closed in (False, True):
        yield from _pages(partial(feedback_receiving.received, packing.me, closed=closed))


def _thanks(packing: Packing) -> Iterator[list[Thanks]]:
    return _pages(partial(loop_thanks.of_speaker, packing.me))


def _heard(packing: Packing, found: list[Progress]) -> Iterator[HeardRecord]:
    keys = [Progress.of_key(each.track_key) for each in found]
    known = tracks.visible(packing.me, {track_id for track_id, _ in keys}, retired=True)
    for each, (track_id, revision) in zip(found, keys, strict=True):
        track = known.get(track_id)
        duration_ms = revisions.lengths(track).get(revision) if track else None
        buckets = sorted(int(bucket) for bucket in each.heard or ())
        yield HeardRecord(
            track_id=track_id,
            revision=revision,
            title=track.title if track else None,
            position_ms=None if each.position_ms is None else int(each.position_ms),
            heard=None if duration_ms is None else coverage.ranges(buckets, duration_ms),
            heard_buckets=buckets,
            completed_at=each.completed_at,
            source=each.source,
        )


def _loop(playlist_id: str, title: str | None, way: Loop | None, stages: Stages | None) -> LoopRecord:
    way, stages = way or Loop(), stages or Stages()
    return LoopRecord(
        playlist_id=playlist_id,
        title=title,
        following=bool(way.following),
        started_at=way.started_at,
        seen_at=way.seen_at,
        gained_at=stages.gained_at,
        applied_at=stages.applied_at,
        applied_text=stages.applied_text,
        applied_track_id=stages.applied_track_id,
        feedback_at=stages.feedback_at,
        reflected_at=stages.reflected_at,
        reflected_text=stages.reflected_text,
        reflected_track_id=stages.reflected_track_id,
        taught_track_id=stages.taught_id,
        used=stages.used,
    )


def _pages(read: Callable[..., Page[T]]) -> Iterator[list[T]]:
    """All of a list, page by page."""
    items, after = read(limit=PAGE, after=None)
    yield items
    while after is not None:
        items, after = read(limit=PAGE, after=after)
        yield items
