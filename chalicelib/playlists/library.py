"""Playlists as wholes: creating, finding, changing and deleting them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
import uuid6
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import errors
from chalicelib.activity import log
from chalicelib.auth import audience, membership
from chalicelib.aws import client, failed_conditions, transact
from chalicelib.playlists.models import HEADER, Playlist
from chalicelib.playlists.views import PlaylistView
from chalicelib.progress.models import Loop
from chalicelib.workspaces.models import Member

TRIES = 5
"""How often a change is tried again that meets another one."""

MOST_TITLES = 3
"""Titles that a refusal names."""

TABLE = Playlist.Meta.table_name

WITHOUT_ENTRIES = ("workspace_id", "playlist_id", "owner_id", "audience_key", "changed_at", *HEADER)

Found = tuple[list[Playlist], dict[str, Any] | None]


def create(
    me: Member,
    title: str,
    *,
    description: str | None,
    topics: list[str],
    mode: str,
    for_whom: str,
    playlist_id: str | None,
    now: datetime,
) -> Playlist:
    """A playlist of the caller's own, which they follow.

    The same ``playlist_id`` from the same member names the same playlist. Raises `AlreadyExists`.
    """
    playlist = Playlist(
        me.workspace_id,
        playlist_id or str(uuid6.uuid7()),
        owner_id=me.member_id,
        owner_name=me.name,
        title=title,
        description=description,
        topics=topics,
        mode=mode,
        audience_key=audience.key_for(for_whom, me.workspace_id, me.member_id),
        created_at=now,
        changed_at=now,
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(playlist, condition=Playlist.playlist_id.does_not_exist())
        transaction.update(Loop(me.member_id, playlist.playlist_id), actions=follows(now))
        if for_whom == "workspace":
            _tell_created(transaction, me, playlist.playlist_id, now)

    try:
        transact(fill)
    except TransactWriteError as error:
        if not failed_conditions(error):
            raise
        return _created_before(me, playlist.playlist_id, error)
    return playlist


def follows(now: datetime) -> list[Action]:
    """What makes a member follow a playlist: what others add from now on is new to them."""
    return [Loop.following.set(True), Loop.seen_at.set(Loop.seen_at | now)]


def opened(me: Member, playlist_id: str, *, consistent: bool = True) -> Playlist:
    """A playlist that this member may open. Raises `NotFound`."""
    playlist = _read(me.workspace_id, playlist_id, consistent=consistent)
    if playlist is not None and audience.may_open(me, playlist.audience_key):
        return playlist
    if not consistent:  # what was read may be a moment old
        return opened(me, playlist_id)
    present = membership.refreshed(me)  # for what is not there too: both answers take the same time
    if playlist is None or not audience.may_open(present, playlist.audience_key):
        raise errors.NotFound
    return playlist


def _read(workspace_id: str, playlist_id: str, *, consistent: bool) -> Playlist | None:
    """A playlist as it is stored; with boto3's own client, whose answers are read faster (see `answers`)."""
    key = {"workspace_id": {"S": workspace_id}, "playlist_id": {"S": playlist_id}}
    found = client("dynamodb").get_item(TableName=TABLE, Key=key, ConsistentRead=consistent)
    return Playlist.from_raw_data(found["Item"]) if "Item" in found else None


def owned(me: Member, playlist_id: str) -> Playlist:
    """A playlist of one's own. Raises `NotFound`."""
    playlist = opened(me, playlist_id)
    if playlist.owner_id != me.member_id:
        raise errors.NotFound
    return playlist


def newest(me: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What the whole workspace may open, newest changed first, and the position behind it."""
    found = Playlist.of_audience(me.workspace_key, limit=limit, after=after)
    return list(found), found.last_evaluated_key


def mine(me: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """The caller's own, newest changed first, and the position behind it."""
    found = Playlist.of_owner(me.member_id, limit=limit, after=after)
    return list(found), found.last_evaluated_key


def visible(me: Member, playlist_ids: Collection[str], *, whole: bool = False) -> dict[str, Playlist]:
    """Those of these playlists that the caller may open now, by id; only ``whole`` with their entries."""
    found = Playlist.batch_get(
        [(me.workspace_id, playlist_id) for playlist_id in playlist_ids],
        attributes_to_get=None if whole else list(WITHOUT_ENTRIES),
    )
    return {
        playlist.playlist_id: playlist for playlist in found if audience.may_open(me, playlist.audience_key)
    }


def change(
    me: Member,
    playlist_id: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None,
    now: datetime,
) -> Playlist:
    """The playlist with what is said of it, its mode or its audience changed.

    Raises `NotFound` where it is not the caller's own, `StaleVersion`, and `PlaylistHoldsNarrowerTracks`
    where it would be opened to people who may not hear everything in it.
    """
    for _ in range(TRIES):
        playlist = owned(me, playlist_id)
        if expected_version not in (None, playlist.version):
            break
        attributes = _attributes(playlist, changes)
        if not attributes:
            return playlist
        widened = _widened(playlist, attributes.get("audience_key"))
        if _written(me, playlist, attributes, widened=widened, now=now):
            return owned(me, playlist_id)
    raise errors.StaleVersion(msgspec.to_builtins(PlaylistView.of(playlist)))


def delete(me: Member, playlist_id: str, *, now: datetime) -> None:
    """Delete a playlist of one's own; its tracks stay. Raises `NotFound`."""
    for _ in range(TRIES):
        playlist = owned(me, playlist_id)
        if _written(me, playlist, None, widened=False, now=now):
            return
    raise errors.StaleVersion(msgspec.to_builtins(PlaylistView.of(playlist)))


def _attributes(playlist: Playlist, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written: what differs from what is there."""
    wanted = {name: value for name, value in changes.items() if name != "audience"}
    if "audience" in changes:
        wanted["audience_key"] = audience.key_for(
            changes["audience"], playlist.workspace_id, playlist.owner_id
        )
    return {name: value for name, value in wanted.items() if getattr(playlist, name) != value}


def _widened(playlist: Playlist, audience_key: str | None) -> bool:
    if audience_key is None or not audience_key.startswith("w#"):
        return False
    narrower = [
        entry.title
        for entry in playlist.in_order
        if not entry.is_gone and not audience.covers(entry.audience_key, audience_key, playlist.workspace_id)
    ]
    if narrower:
        raise errors.PlaylistHoldsNarrowerTracks(narrower[:MOST_TITLES])
    return True


def _written(
    me: Member, playlist: Playlist, attributes: dict[str, Any] | None, *, widened: bool, now: datetime
) -> bool:
    """Change, or without attributes delete, the playlist as it was read; False where it has changed since."""
    as_read = (Playlist.version == playlist.version) & (Playlist.placings == playlist.placings)

    def fill(transaction: TransactWrite) -> None:
        if attributes is None:
            transaction.delete(playlist, condition=as_read)
            log.record(
                transaction,
                "playlist_deleted",
                me.own_key,
                workspace_id=me.workspace_id,
                actor_id=me.member_id,
                now=now,
                playlist_id=playlist.playlist_id,
                details={"entered": _entered(playlist)},
            )
            return
        actions: list[Action] = [Playlist.version.add(1), Playlist.changed_at.set(now)]
        for name, value in attributes.items():
            attribute = getattr(Playlist, name)
            actions.append(attribute.remove() if value is None else attribute.set(value))
        transaction.update(
            Playlist(playlist.workspace_id, playlist.playlist_id), actions=actions, condition=as_read
        )
        if widened:
            _tell_created(transaction, me, playlist.playlist_id, now)

    try:
        transact(fill)
    except TransactWriteError as error:
        if not failed_conditions(error):
            raise
        return False
    return True


def _entered(playlist: Playlist) -> dict[str, list[str]]:
    """The ids of the entries by their track, which knows of them."""
    entered: dict[str, list[str]] = {}
    for entry in playlist.entries.values():
        if entry.track_id is not None:
            entered.setdefault(entry.track_id, []).append(entry.entry_id)
    return entered


def _tell_created(transaction: TransactWrite, me: Member, playlist_id: str, now: datetime) -> None:
    log.record(
        transaction,
        "playlist_created",
        me.workspace_key,
        workspace_id=me.workspace_id,
        actor_id=me.member_id,
        now=now,
        playlist_id=playlist_id,
    )


def _created_before(me: Member, playlist_id: str, error: TransactWriteError) -> Playlist:
    try:
        return owned(me, playlist_id)
    except errors.NotFound:
        raise errors.AlreadyExists from error
