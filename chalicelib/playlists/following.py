"""Following a playlist, and having seen what is new in it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chalicelib import aws
from chalicelib.aws import patiently
from chalicelib.playlists import library
from chalicelib.playlists.library import Found
from chalicelib.playlists.models import Playlist
from chalicelib.progress.models import Loop
from chalicelib.workspaces.models import Member

MOST_LOOKED_AT = 300
"""Playlists of the workspace that one answer looks through for those that are followed."""


def follow(me: Member, playlist_id: str, *, now: datetime) -> Loop:
    """Hear of what is new in a playlist from now on. Raises `NotFound`."""
    library.opened(me, playlist_id)
    loop = Loop(me.member_id, playlist_id)
    patiently(lambda: loop.update(actions=library.follows(now)))
    return loop


def unfollow(me: Member, playlist_id: str) -> None:
    """Hear of it no more, even of what cannot be opened any more. Raises `NotFound` of what never could."""
    loop = Loop(me.member_id, playlist_id)
    if not aws.updated(loop, [Loop.following.set(False)], Loop.following.exists()):
        library.opened(me, playlist_id)


def see(me: Member, playlist_id: str, *, until: datetime | None, now: datetime) -> Loop:
    """Have seen what was there until a moment; what came after it stays new. Raises `NotFound`."""
    library.opened(me, playlist_id)
    seen_at = min(until or now, now)
    loop = Loop(me.member_id, playlist_id)
    patiently(lambda: loop.update(actions=[Loop.seen_at.set(seen_at)]))
    return loop


def followed(me: Member) -> dict[str, Loop]:
    """The caller's ways through the playlists that they follow, by playlist."""
    return {loop.playlist_id: loop for loop in Loop.of_member(me.member_id) if loop.following}


def newest(
    me: Member, followed: Collection[str], *, limit: int, after: dict[str, Any] | None = None
) -> Found:
    """Of the workspace's playlists those that are followed, newest changed first, and the position behind.

    There may be fewer than ``limit`` before the end: one answer looks through so many and no more.
    """
    if not followed:
        return [], None
    walk = Playlist.of_audience(me.workspace_key, limit=MOST_LOOKED_AT, after=after)
    found: list[Playlist] = []
    for playlist in walk:
        if playlist.playlist_id in followed:
            found.append(playlist)
        if len(found) == limit:
            break
    return found, walk.last_evaluated_key
