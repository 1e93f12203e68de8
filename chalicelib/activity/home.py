"""The home page: what is assigned, where one left off, what one follows and what happened.

At most thirteen calls of DynamoDB, whatever it shows, and one for each group: three for where one left off
(the session, its track, the progress in it), two for what is assigned (which it is; how far one is in it,
with one more for each further hundred of entries), three for what one follows (the member's loops, the index
of playlists, those shown), five for what happened (two audiences; the tracks, playlists and people named).
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.activity import log, reading
from chalicelib.activity.models import Activity
from chalicelib.activity.reading import ActivityView
from chalicelib.playlists import assigned, following, library, way
from chalicelib.playlists.assignment_views import AssignedView
from chalicelib.playlists.models import Playlist
from chalicelib.playlists.views import PlaylistView, header
from chalicelib.progress import recent
from chalicelib.progress.models import Loop
from chalicelib.progress.recent import LeftOff
from chalicelib.progress.views import LeftOffView, RecentView
from chalicelib.workspaces.models import Member

MOST_FOLLOWED = 12
"""Playlists shown of those one follows: the newest changed ones."""

MOST_ACTIVITIES = 20

MOST_ASSIGNED = 4
"""Playlists shown of those assigned that wait: those that come first."""


class FollowedView(PlaylistView, kw_only=True):
    """A playlist that the caller follows."""

    new_count: int


class HomeView(msgspec.Struct):
    """What waits for the caller."""

    assigned: list[AssignedView]
    more_assigned: Annotated[bool, Meta(description="Whether more is assigned and waits.")]
    left_off: LeftOffView | None
    left_off_in: PlaylistView | None
    following: list[FollowedView]
    happened: list[ActivityView]


def of(me: Member, *, now: datetime) -> HomeView:
    """The caller's home page."""
    found = recent.left_off(me, now=now)
    loops = following.followed(me)
    newest, _ = following.newest(me, loops, limit=MOST_FOLLOWED)
    ids = [playlist.playlist_id for playlist in newest]
    asked = assigned.waiting(me, most=MOST_ASSIGNED + 1, now=now)
    left_in = {found.playlist_id} if found and found.playlist_id else set()
    wanted = {*ids, *left_in, *(each.playlist_id for each in asked)}
    opened = library.visible(me, wanted, whole=True)
    waits = [each for each in assigned.shown(me, asked, opened, now=now) if not each.completed]
    left_off, left_off_in = _left_off(me, found, opened)
    return HomeView(
        assigned=waits[:MOST_ASSIGNED],
        more_assigned=len(waits) > MOST_ASSIGNED,
        left_off=left_off,
        left_off_in=left_off_in,
        following=[_followed(me, opened[each], loops[each]) for each in ids if each in opened],
        happened=reading.as_seen(me, _happened(me), loops),
    )


def _happened(me: Member) -> list[Activity]:
    """The newest that happened; what is assigned stands above it already."""
    found = log.seen_by(me, before=None, limit=MOST_ACTIVITIES)
    return [activity for activity in found if activity.kind != "playlist_assigned"]


def _left_off(
    me: Member, found: LeftOff | None, opened: dict[str, Playlist]
) -> tuple[LeftOffView | None, PlaylistView | None]:
    """Where to go on, as far as it is still open to the caller."""
    left_off = RecentView.of(found, me).left_off
    if left_off is None or left_off.playlist_id is None:
        return left_off, None
    playlist = opened.get(left_off.playlist_id)
    if playlist is not None:
        return left_off, PlaylistView.of(playlist)
    left_off.playlist_id = left_off.entry_id = None
    return (left_off if left_off.track else None), None


def _followed(me: Member, playlist: Playlist, loop: Loop) -> FollowedView:
    lines = playlist.in_order
    playable = {line.entry_id for line in lines if line.is_for(me)}
    return FollowedView(**header(playlist), new_count=len(way.new_to(me.member_id, lines, playable, loop)))
