"""What becomes of the tracks of who leaves the workspace: what they have chosen for each.

What is to be deleted is for nobody from the moment its speaker is deactivated, and is deleted `GRACE`
later, unless they are back by then: a mistake destroys nothing. A name is taken out at once and comes back
with them.
Every write is made on the condition that the member is still gone, or still back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.tracks import consent, library
from chalicelib.tracks.models import FORMER_NAME, Track, former_id
from chalicelib.workspaces.models import Member

KIND: Final = "leaver_tracks"
"""The kind of what is due."""

GRACE: Final = timedelta(days=14)
"""How long what is to be deleted can come back."""

SETTLES_IN: Final = timedelta(minutes=15)
"""When it is looked at once more: a request that was let in before may have written a moment later."""

TRIES: Final = 5


class StillChanging(Exception):
    """A track changes all the time; this is done again later."""


def follow(activity: Activity) -> None:
    """Have tracks follow, after a ``member_left`` or ``member_returned`` activity, and again later."""
    member = aws.found(Member, activity.workspace_id, activity.details["member_id"])
    if member is None:
        return
    aws.transact(partial(_plan, member=member, now=activity.at))
    _settle(member, activity.at)


def follow_again(due: Due, *, now: datetime) -> None:
    """Have the tracks of a member follow, and delete what is to be deleted when its time has come."""
    member = aws.found(Member, due.workspace_id, due.details["member_id"])
    if member is None:
        return
    _settle(member, now)
    if member.left_at is not None and member.left_at + GRACE <= now:
        for track in Track.of_speaker(member.member_id):
            if track.consent.on_leaving == consent.DELETE:
                _repeat(member, track.track_id, partial(_delete, now=now))


def _plan(transaction: TransactWrite, member: Member, now: datetime) -> None:
    moments = [now + SETTLES_IN]
    if member.left_at is not None:
        moments.append(member.left_at + GRACE)
    for moment in moments:
        planning.plan(
            transaction,
            KIND,
            member.member_id,
            at=moment,
            workspace_id=member.workspace_id,
            now=now,
            details={"member_id": member.member_id},
        )


def _settle(member: Member, now: datetime) -> None:
    if member.is_active:
        for track in Track.of_speaker(member.member_id):
            _repeat(member, track.track_id, partial(_put_back, now=now))
        for track in Track.of_speaker(former_id(member.member_id)):
            _repeat(member, track.track_id, partial(_name, now=now))
    elif member.left_at is not None:  # who left before tracks said what becomes of them: all stay
        for track in Track.of_speaker(member.member_id):
            match track.consent.on_leaving:
                case consent.DELETE:
                    _repeat(member, track.track_id, partial(_set_aside, now=now))
                case consent.NAMELESS:
                    _repeat(member, track.track_id, partial(_unname, now=now))


def _repeat(member: Member, track_id: str, change: Callable[[Member, Track], bool]) -> None:
    """Make this change of the track as it is now, as often as it meets another one.

    Nothing where the track is gone, or the member has left or come back meanwhile: then the next reaction,
    or what is planned, has them follow.
    """
    for _ in range(TRIES):
        present = aws.found(Member, member.workspace_id, member.member_id)
        if present is None or present.left_at != member.left_at:
            return
        track = aws.found(Track, member.workspace_id, track_id)
        if track is None:
            return
        if change(member, track):
            return
    raise StillChanging(track_id)


def _set_aside(member: Member, track: Track, now: datetime) -> bool:
    if track.is_set_aside or track.consent.on_leaving != consent.DELETE:
        return True
    return _changed(member, track, [Track.set_aside_at.set(now), *_placed(track, now, aside=True)], now)


def _put_back(member: Member, track: Track, now: datetime) -> bool:
    if not track.is_set_aside:
        return True
    return _changed(member, track, [Track.set_aside_at.remove(), *_placed(track, now, aside=False)], now)


def _unname(member: Member, track: Track, now: datetime) -> bool:
    """Take the name out, except where nobody else can read it."""
    is_own = track.consent.audience == "me" or track.meant_audience == member.own_key
    if track.speaker_id != member.member_id or is_own or track.consent.on_leaving != consent.NAMELESS:
        return True
    return _changed(member, track, _spoken_by(track, former_id(member.member_id), FORMER_NAME, now), now)


def _name(member: Member, track: Track, now: datetime) -> bool:
    if track.speaker_id != former_id(member.member_id):
        return True
    return _changed(member, track, _spoken_by(track, member.member_id, member.name, now), now)


def _spoken_by(track: Track, speaker_id: str, name: str, now: datetime) -> list[Action]:
    """What has somebody else be a track's speaker, and what was for the one before for them."""
    own_key = track.own_key
    actions: list[Action] = [Track.speaker_id.set(speaker_id), Track.speaker_name.set(name)]
    track.speaker_id = speaker_id
    if track.is_ready:
        meant = str(track.meant_audience)
        actions += consent.placed(track, track.own_key if meant == own_key else meant)
        actions += consent.carried(track, now)
    return actions


def _placed(track: Track, now: datetime, *, aside: bool) -> list[Action]:
    """What sets aside a track that somebody might hear, or puts it back."""
    if not track.is_ready:
        return []
    placed = consent.placed(track, str(track.meant_audience), aside=aside)
    return [*placed, *consent.carried(track, now)]


def _delete(member: Member, track: Track, now: datetime) -> bool:
    if not track.is_set_aside or track.speaker_id != member.member_id:
        return True
    return library.deleted(track, actor_id=member.member_id, now=now, provided=partial(_still, member=member))


def _changed(member: Member, track: Track, actions: list[Action], now: datetime) -> bool:
    """Change the track as it was read; the stream's reader carries it on, into playlists and its file."""

    def fill(transaction: TransactWrite) -> None:
        _still(transaction, member)
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[*actions, Track.version.add(1), Track.changed_at.set(now)],
            condition=(Track.version == track.version) & (Track.speaker_name == track.speaker_name),
        )
        log.record(
            transaction,
            "track_changed",
            member.own_key,
            workspace_id=track.workspace_id,
            actor_id=member.member_id,
            now=now,
            track_id=track.track_id,
        )

    return aws.written(fill)


def _still(transaction: TransactWrite, member: Member) -> None:
    """Add to a transaction that the member is as gone, or as back, as they were."""
    left_at = Member.left_at
    transaction.condition_check(
        Member,
        member.workspace_id,
        member.member_id,
        condition=left_at.does_not_exist() if member.left_at is None else left_at == member.left_at,
    )
