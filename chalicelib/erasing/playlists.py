"""Playlists: those of others lose a name, one's own are passed on or deleted."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pynamodb.expressions.update import Action

from chalicelib import aws, errors
from chalicelib.aws import updated
from chalicelib.conversations.loop_models import Stages
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.groups import finding
from chalicelib.playlists import library
from chalicelib.playlists.models import MOST_ENTRIES, Playlist, at
from chalicelib.progress.models import Loop, Progress
from chalicelib.sharing.models import Share, key_of
from chalicelib.tracks.models import FORMER_NAME
from chalicelib.workspaces.models import Member, Workspace

MOST_ACTIONS = 50
"""In one update: DynamoDB takes 4 kB of expression."""


def playlists(of: Erasing) -> Iterator[Done]:
    """Pass on what others can open, delete the rest, and take the name and the notes out of all entries.

    Whoever adds to a playlist follows it: so their ways lead to everything that they added or removed. A way
    is deleted once its playlist names them no more.
    """
    member = of.member
    for owned in list(Playlist.owner.query(member.member_id)):
        found = Share.of_item(key_of(member.workspace_id, "playlist", owned.playlist_id))
        yield from rows.delete(share for share in found if share.created_by == member.member_id)
        repeat(partial(_passed_on, member, owned.playlist_id, of.now))
        yield Done(1)
    for loop in list(Loop.of_member(member.member_id)):
        repeat(partial(_unnamed, member, loop.playlist_id), MOST_ENTRIES)
        yield from rows.delete([loop])


def ways(of: Erasing) -> Iterator[Done]:
    """Delete what they heard, and what they made of playlists; how far tracks come follows by its stream."""
    member = of.member
    yield from rows.delete(Progress.query(member.member_id))
    yield from rows.delete(Stages.query(member.member_id, Stages.note < "$"))  # every id comes behind it


def _passed_on(member: Member, playlist_id: str, now: datetime) -> bool:
    playlist = _read(member, playlist_id)
    if playlist is None or playlist.owner_id != member.member_id:
        return True
    heir = _heir(member, playlist)
    if heir is None:
        return library.deleted(playlist, actor_id=member.member_id, now=now)
    actions: list[Action] = [
        Playlist.owner_id.set(heir.member_id),
        Playlist.owner_name.set(heir.name),
        Playlist.version.add(1),
        Playlist.changed_at.set(now),
    ]
    if playlist.expertise:
        actions += [Playlist.expertise.remove(), Playlist.title.set(f"What {FORMER_NAME.lower()} knows")]
    condition = (Playlist.version == playlist.version) & (Playlist.owner_id == member.member_id)
    if not updated(Playlist(member.workspace_id, playlist_id), actions, condition):
        return False
    Loop(heir.member_id, playlist_id).update(actions=library.follows(now))
    return True


def _heir(member: Member, playlist: Playlist) -> Member | None:
    """Whose it is from now on: a group's owner or an admin; nobody where nobody would miss it."""
    if playlist.audience_key == member.own_key or playlist.entry_count == 0:
        return None
    kind, _, id_ = playlist.audience_key.partition("#")
    if kind == "g":
        try:
            wanted = [finding.current(member.workspace_id, id_).owner_id]
        except errors.NotFound:
            return None
    else:
        wanted = sorted(Workspace.get(member.workspace_id, consistent_read=True).admin_ids)
    keys = [(member.workspace_id, each) for each in wanted if each != member.member_id]
    found = [each for each in Member.batch_get(keys, consistent_read=True) if each.is_active]
    return min(found, key=lambda each: (each.joined_at, each.member_id), default=None)


def _unnamed(member: Member, playlist_id: str) -> bool:
    """Take the name out of some entries; False where there may be more."""
    playlist = _read(member, playlist_id)
    if playlist is None:
        return True
    actions: list[Action] = []
    for entry in playlist.entries.values():
        if entry.added_by == member.member_id:
            actions += [
                at(entry.entry_id, "added_by").set(nobody()),
                at(entry.entry_id, "added_name").set(FORMER_NAME),
            ]
            if entry.note is not None:
                actions.append(at(entry.entry_id, "note").remove())
        if entry.removed_by == member.member_id:
            actions += [
                at(entry.entry_id, "removed_by").set(nobody()),
                at(entry.entry_id, "removed_name").set(FORMER_NAME),
            ]
        if len(actions) >= MOST_ACTIONS:
            break
    if not actions:
        return True
    updated(Playlist(member.workspace_id, playlist_id), actions, Playlist.placings == playlist.placings)
    return False


def _read(member: Member, playlist_id: str) -> Playlist | None:
    return aws.found(Playlist, member.workspace_id, playlist_id)
