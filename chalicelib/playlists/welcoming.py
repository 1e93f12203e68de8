"""Playlists that every new hire is asked to hear when they join, as the admins of a workspace choose."""

from datetime import datetime
from typing import Final

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.auth import audience
from chalicelib.playlists import library
from chalicelib.playlists.assignment_models import Assignment
from chalicelib.playlists.models import Playlist
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Member, Workspace

MOST: Final = 10
"""Playlists that every new hire of a workspace is asked to hear."""


def chosen(me: Member) -> list[Playlist]:
    """What every new hire is asked to hear, as far as it is there and open to everybody."""
    asked_by = founding.get(me.workspace_id).welcoming or {}
    opened = library.visible(me, sorted(asked_by))
    return [opened[each] for each in asked_by if each in opened]


def choose(me: Member, playlist_id: str) -> None:
    """Ask every new hire from now on to hear a playlist that everybody may open.

    Raises `NotFound`, `PlaylistNotForEverybody`, and `TooManyToWelcome`.
    """
    if library.opened(me, playlist_id).audience_key != me.workspace_key:
        raise errors.PlaylistNotForEverybody
    _change(me, playlist_id, asks=True)


def leave_out(me: Member, playlist_id: str) -> None:
    """Ask those who join later no more; who was asked before is. Raises `NotFound` of what never could be."""
    _change(me, playlist_id, asks=False)


def begin(activity: Activity) -> None:
    """Ask a new hire to hear what is chosen, after a ``member_joined`` activity."""
    member = aws.found(Member, activity.workspace_id, activity.actor_id)
    if member is None:
        return
    if not member.is_active or not member.is_new_hire(activity.at.date()):
        return
    asked_by = founding.get(activity.workspace_id).welcoming or {}
    for playlist_id, admin_id in asked_by.items():
        playlist = _open_to(member, playlist_id)
        if playlist is not None:
            _ask(member, playlist, _asker(playlist, admin_id), now=activity.at)


def _change(me: Member, playlist_id: str, *, asks: bool) -> None:
    for _ in range(library.TRIES):
        workspace = founding.get(me.workspace_id)
        asked_by = dict(workspace.welcoming or {})
        if (playlist_id in asked_by) == asks:
            if not asks:
                library.opened(me, playlist_id)
            return
        if asks:
            there = library.visible(me, asked_by)
            asked_by = {each: asker for each, asker in asked_by.items() if each in there}
            if len(asked_by) >= MOST:
                raise errors.TooManyToWelcome(MOST)
            asked_by[playlist_id] = me.member_id
        else:
            del asked_by[playlist_id]
        if _written(workspace, asked_by):
            return
    raise errors.Unavailable


def _written(workspace: Workspace, asked_by: dict[str, str]) -> bool:
    """Whether nobody has changed the workspace meanwhile, and this is so now."""
    actions: list[Action] = [Workspace.welcoming.set(asked_by), Workspace.version.add(1)]
    as_read = Workspace.version == workspace.version
    return aws.updated(Workspace(workspace.workspace_id), actions, as_read)


def _open_to(member: Member, playlist_id: str) -> Playlist | None:
    playlist = aws.found(Playlist, member.workspace_id, playlist_id)
    if playlist is None:
        return None
    return playlist if audience.may_open(member, playlist.audience_key) else None


def _asker(playlist: Playlist, admin_id: str) -> str:
    """Who asks: the admin who has chosen it, or, once they have left, the playlist's owner."""
    admin = aws.found(Member, playlist.workspace_id, admin_id)
    if admin is None:
        return str(playlist.owner_id)
    return admin_id if admin.is_active else str(playlist.owner_id)


def _ask(member: Member, playlist: Playlist, asker_id: str, *, now: datetime) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            Assignment(
                member.member_id,
                Assignment.slot_of(playlist.playlist_id),
                assigned_by=asker_id,
                assigned_at=now,
            ),
            condition=Assignment.slot.does_not_exist(),
        )
        log.record(
            transaction,
            "playlist_assigned",
            member.own_key,
            workspace_id=member.workspace_id,
            actor_id=asker_id,
            now=now,
            playlist_id=playlist.playlist_id,
        )

    aws.written(fill)  # else they have been asked already
