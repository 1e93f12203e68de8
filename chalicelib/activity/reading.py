"""What happened, as one member may know of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.groups import founding as groups
from chalicelib.playlists import assigned, following
from chalicelib.playlists import library as playlists
from chalicelib.playlists.models import SHARED, Playlist
from chalicelib.tracks import library as tracks
from chalicelib.tracks.models import Track, hides
from chalicelib.workspaces.models import Member


class ActorView(msgspec.Struct):
    """Who did it."""

    member_id: str
    name: str


class ActivityView(msgspec.Struct):
    """Something that happened; the titles are the present ones of what the caller may open."""

    activity_id: str
    kind: str
    at: datetime
    actor: Annotated[ActorView | None, Meta(description="Null where nobody is to know.")]
    track_id: str | None
    title: str | None
    playlist_id: str | None
    playlist_title: str | None
    group_id: str | None
    group_purpose: str | None
    round_id: str | None
    question_id: str | None


def as_seen(
    me: Member, happened: list[Activity], followed: Collection[str] | None = None
) -> list[ActivityView]:
    """What of this is to be told: only what is about tracks, playlists and groups open to the caller now.

    Of what is added to somebody's own playlist only those hear who follow it; which the caller follows is
    looked up where it is not known.
    """
    told = [activity for activity in happened if activity.kind in log.TOLD]
    heard = tracks.visible(me, {activity.track_id for activity in told if activity.track_id})
    opened = playlists.visible(me, {activity.playlist_id for activity in told if activity.playlist_id})
    joined = groups.visible(me, {activity.group_id for activity in told if activity.group_id})
    listened_to = _listened_to(me, told, opened, followed)
    asked = {(me.member_id, one.playlist_id or "") for one in told if one.kind == "playlist_assigned"}
    standing = assigned.standing_still(asked) if asked else {}
    actors = _names(me, {activity.actor_id for activity in told if activity.actor_id})
    return [
        ActivityView(
            activity_id=activity.activity_id,
            kind=activity.kind,
            at=activity.at,
            actor=_actor(activity, actors, heard),
            track_id=activity.track_id,
            title=heard[activity.track_id].title if activity.track_id else None,
            playlist_id=activity.playlist_id,
            playlist_title=opened[activity.playlist_id].title if activity.playlist_id else None,
            group_id=activity.group_id,
            group_purpose=joined[activity.group_id].purpose if activity.group_id else None,
            round_id=activity.round_id,
            question_id=activity.question_id,
        )
        for activity in told
        if (activity.actor_id is None or activity.actor_id in actors)
        and (activity.track_id is None or activity.track_id in heard)
        and (activity.playlist_id is None or activity.playlist_id in opened)
        and (activity.group_id is None or activity.group_id in joined)
        and (activity.kind != "entry_added" or activity.playlist_id in listened_to)
        and (activity.kind != "playlist_assigned" or (me.member_id, activity.playlist_id) in standing)
    ]


def _names(me: Member, member_ids: Collection[str]) -> dict[str, str]:
    """The names of those who are still members, or have joined a moment ago: that is news right now."""
    keys = [(me.workspace_id, member_id) for member_id in member_ids]
    return {member.member_id: member.name for member in Member.batch_get(keys, consistent_read=True)}


def _actor(activity: Activity, names: dict[str, str], heard: dict[str, Track]) -> ActorView | None:
    """Who did it; nobody where that would tell who speaks in a track that is to name nobody."""
    actor_id = activity.actor_id
    if actor_id is None or (activity.track_id and hides(heard[activity.track_id].speaker_id, actor_id)):
        return None
    return ActorView(actor_id, names[actor_id])


def _listened_to(
    me: Member, told: list[Activity], opened: dict[str, Playlist], followed: Collection[str] | None
) -> set[str]:
    """The playlists of whose entries the caller hears: those that everybody adds to, and those followed."""
    everybodys = {playlist_id for playlist_id, playlist in opened.items() if playlist.mode in SHARED}
    if followed is None:
        added = {activity.playlist_id for activity in told if activity.kind == "entry_added"}
        followed = () if added <= everybodys else following.followed(me)
    return {*everybodys, *followed}
