"""The doors that feedback comes in by: asked for on a track, or agreed among the members of a group.

Without an open door nobody can give any: feedback that was not asked for is criticism.
"""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity.models import Activity
from chalicelib.aws import patiently
from chalicelib.conversations.feedback_models import DOOR_STAYS_OPEN, Door
from chalicelib.groups import finding
from chalicelib.groups.models import Group
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

OF_GROUP = "g#"
"""How the audience of a group's tracks begins."""


def ask(me: Member, track_id: str, about: str, *, now: datetime) -> Door:
    """Ask for feedback on a track of the caller's, for 14 days from now on.

    Raises `NotFound`, `TrackNotReady`.
    """
    track = uploads.of_speaker(me, track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    door = Door(
        Door.on_track(track_id),
        me.member_id,
        about=about,
        opened_at=now,
        closes_at=now + DOOR_STAYS_OPEN,
    )
    patiently(door.save)
    return door


def close(me: Member, track_id: str, *, now: datetime) -> None:
    """Ask for no more feedback on a track of the caller's. Raises `NotFound`."""
    uploads.of_speaker(me, track_id, now=now)
    patiently(Door(Door.on_track(track_id), me.member_id).delete)


def forget(activity: Activity) -> None:
    """Delete the door to a track, after a ``track_taken_back`` activity, unless it was opened since."""
    for door in Door.query(Door.on_track(str(activity.track_id))):
        if door.opened_at <= activity.at:
            patiently(door.delete)


def asked_on(track: Track, *, now: datetime) -> Door | None:
    """The open door to a track, None where its speaker has not asked, or not for so long."""
    door = aws.found(Door, Door.on_track(track.track_id), track.speaker_id)
    if door is None:
        return None
    return door if door.is_open(now) else None


def agree(me: Member, group_id: str, *, now: datetime) -> None:
    """Let feedback in from those in a group of the caller's who do the same. Raises `NotFound`."""
    finding.opened(me, group_id)
    patiently(Door(Door.in_group(group_id), me.member_id, opened_at=now).save)


def disagree(me: Member, group_id: str) -> None:
    """Let in no more feedback from a group of the caller's. Raises `NotFound`."""
    finding.opened(me, group_id)
    patiently(Door(Door.in_group(group_id), me.member_id).delete)


def agreed_in(group: Group) -> dict[str, Door]:
    """The members of a group who have agreed since they joined it, by id."""
    people = group.people
    return {
        door.member_id: door
        for door in Door.of_group(group.group_id)
        if door.member_id in people and times.epoch_ms(door.opened_at) >= people[door.member_id].joined_ms
    }


def ways_in(me: Member, track: Track, *, now: datetime) -> list[Door]:
    """The doors by which the caller may give feedback on a track, all of them needed; none where closed."""
    asked = asked_on(track, now=now)
    if asked is not None:
        return [asked]
    if not (track.audience_key or "").startswith(OF_GROUP):
        return []
    try:
        group = finding.opened(me, track.audience_key.removeprefix(OF_GROUP))
    except errors.NotFound:  # the caller has left it a moment ago
        return []
    agreed = agreed_in(group)
    both = [me.member_id, track.speaker_id]
    return [agreed[each] for each in both] if agreed.keys() >= set(both) else []


def hold_open(transaction: TransactWrite, ways: list[Door], *, now: datetime) -> None:
    """Add to a transaction that these doors are open still."""
    for door in ways:
        stands = Door.place.exists() if door.closes_at is None else Door.closes_at > now
        transaction.condition_check(Door, door.place, door.member_id, condition=stands)
