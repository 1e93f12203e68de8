"""Playlists as wholes: creating, finding, changing and deleting them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import uuid6
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.auth import audience, membership
from chalicelib.aws import behind, client
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


@dataclass(frozen=True)
class Chosen:
    """Whom a playlist is for: ``workspace``, ``group`` with its id, or ``me``."""

    audience: str
    group_id: str | None = None


def create(
    me: Member, said: Mapping[str, Any], *, for_whom: Chosen, playlist_id: str | None, now: datetime
) -> Playlist:
    """A playlist of the caller's own, of which this is said, and which they follow.

    The same ``playlist_id`` from the same member names the same playlist. Raises `AlreadyExists`, and
    `NotFound` where the audience is a group that the caller does not belong to.
    """
    _check_call(said)
    playlist = made(me, said, audience_key=_key(me, for_whom), playlist_id=playlist_id, now=now)

    def fill(transaction: TransactWrite) -> None:
        add_new(transaction, playlist, now=now)
        if for_whom.audience != "me":
            _tell_created(transaction, me, playlist.playlist_id, playlist.audience_key, now)

    return playlist if aws.written(fill) else _created_before(me, playlist.playlist_id)


def made(
    owner: Member, said: Mapping[str, Any], *, audience_key: str, playlist_id: str | None, now: datetime
) -> Playlist:
    """A playlist of somebody's that is not saved yet; `said` by the names of its attributes."""
    return Playlist(
        owner.workspace_id,
        playlist_id or str(uuid6.uuid7()),
        owner_id=owner.member_id,
        owner_name=owner.name,
        audience_key=audience_key,
        created_at=now,
        changed_at=now,
        **said,
    )


def add_new(transaction: TransactWrite, playlist: Playlist, *, now: datetime) -> None:
    """Add to a transaction a playlist that is not there yet, and that its owner follows it."""
    transaction.save(playlist, condition=Playlist.playlist_id.does_not_exist())
    transaction.update(Loop(playlist.owner_id, playlist.playlist_id), actions=follows(now))


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


def is_there(workspace_id: str, playlist_id: str) -> bool:
    """Whether a playlist has not been deleted, whoever may open it."""
    return _read(workspace_id, playlist_id, consistent=True) is not None


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


def of_owner(me: Member, owner_id: str, *, limit: int, after: dict[str, Any] | None) -> Found:
    """An owner's that the caller may open, newest changed first, and the position behind it."""
    found = Playlist.of_owner(owner_id, audience.keys_of(me), limit=limit, after=after)
    shown = list(found)
    return shown, behind(found, shown)


def of_group(me: Member, group_id: str, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What a group of the caller's may open, newest changed first, and the position behind it.

    Raises `NotFound`.
    """
    found = Playlist.of_audience(audience.of_group(me, group_id), limit=limit, after=after)
    shown = list(found)
    return shown, behind(found, shown)


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
    for_whom: Chosen | None,
    expected_version: int | None,
    now: datetime,
) -> Playlist:
    """The playlist with what is said of it, its mode or its audience changed.

    Raises `NotFound` where it or the group is not the caller's own, `StaleVersion`, `InvalidRequest` where an
    open call would have no question, and `PlaylistHoldsNarrowerTracks` where it would be opened to people who
    may not hear everything in it.
    """
    audience_key = None if for_whom is None else _key(me, for_whom)
    for _ in range(TRIES):
        playlist = owned(me, playlist_id)
        if expected_version not in (None, playlist.version):
            break
        attributes = _attributes(playlist, changes, audience_key)
        if not attributes:
            return playlist
        told = _told(playlist, attributes.get("audience_key"))
        if _written(me, playlist, attributes, told=told, now=now):
            return owned(me, playlist_id)
    raise errors.StaleVersion(msgspec.to_builtins(PlaylistView.of(playlist)))


def delete(me: Member, playlist_id: str, *, now: datetime) -> None:
    """Delete a playlist of one's own; its tracks stay. Raises `NotFound`."""
    for _ in range(TRIES):
        playlist = owned(me, playlist_id)
        if deleted(playlist, actor_id=me.member_id, now=now):
            return
    raise errors.StaleVersion(msgspec.to_builtins(PlaylistView.of(playlist)))


def deleted(playlist: Playlist, *, actor_id: str, now: datetime) -> bool:
    """Delete the playlist as it was read; False where it has changed since."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(playlist, condition=_as_read(playlist))
        log.record(
            transaction,
            "playlist_deleted",
            f"m#{playlist.owner_id}",
            workspace_id=playlist.workspace_id,
            actor_id=actor_id,
            now=now,
            playlist_id=playlist.playlist_id,
            details={"entered": _entered(playlist)},
        )

    return aws.written(fill)


def _key(me: Member, for_whom: Chosen) -> str:
    """The audience chosen. Raises `NotFound` where it is a group that the caller does not belong to."""
    if for_whom.group_id is not None:
        return audience.of_group(me, for_whom.group_id)
    return audience.key_for(for_whom.audience, me.workspace_id, me.member_id)


def _attributes(playlist: Playlist, changes: Mapping[str, Any], audience_key: str | None) -> dict[str, Any]:
    """What is to be written: what differs from what is there."""
    wanted = dict(changes)
    if audience_key is not None:
        wanted["audience_key"] = audience_key
    there = {name: getattr(playlist, name) for name in ("mode", "question", "seats")}
    if "mode" in wanted and wanted["mode"] != "open_call":  # what it was as a call is over
        wanted = {"question": None, "seats": None} | wanted
    _check_call(there | wanted)
    return {name: value for name, value in wanted.items() if getattr(playlist, name) != value}


def _check_call(said: Mapping[str, Any]) -> None:
    """An open call has a question, and nothing else has one or seats. Raises `InvalidRequest`."""
    calls = said.get("mode") == "open_call"
    if calls != (said.get("question") is not None) or (said.get("seats") and not calls):
        raise errors.InvalidRequest(
            "An open call has a `question`, and maybe `seats`; other playlists neither."
        )


def _told(playlist: Playlist, audience_key: str | None) -> str | None:
    """The audience that hears of the playlist by changing to it; None where it is not new to all of it."""
    if audience_key is None or audience_key == f"m#{playlist.owner_id}":
        return None
    narrower = [
        entry.title
        for entry in playlist.in_order
        if not entry.is_gone and not audience.covers(entry.audience_key, audience_key, playlist.workspace_id)
    ]
    if narrower:
        raise errors.PlaylistHoldsNarrowerTracks(narrower[:MOST_TITLES])
    covered = audience.covers(playlist.audience_key, audience_key, playlist.workspace_id)
    return None if covered else audience_key


def _written(
    me: Member, playlist: Playlist, attributes: dict[str, Any], *, told: str | None, now: datetime
) -> bool:
    """Change the playlist as it was read; False where it has changed since.

    ``told`` is the audience that hears of the playlist by this change.
    """

    def fill(transaction: TransactWrite) -> None:
        actions: list[Action] = [Playlist.version.add(1), Playlist.changed_at.set(now)]
        for name, value in attributes.items():
            attribute = getattr(Playlist, name)
            actions.append(attribute.remove() if value is None else attribute.set(value))
        transaction.update(
            Playlist(playlist.workspace_id, playlist.playlist_id),
            actions=actions,
            condition=_as_read(playlist),
        )
        if told:
            _tell_created(transaction, me, playlist.playlist_id, told, now)

    return aws.written(fill)


def _as_read(playlist: Playlist) -> Condition:
    condition: Condition = (Playlist.version == playlist.version) & (Playlist.placings == playlist.placings)
    return condition


def _entered(playlist: Playlist) -> dict[str, list[str]]:
    """The ids of the entries by their track, which knows of them."""
    entered: dict[str, list[str]] = {}
    for entry in playlist.entries.values():
        if entry.track_id is not None:
            entered.setdefault(entry.track_id, []).append(entry.entry_id)
    return entered


def _tell_created(
    transaction: TransactWrite, me: Member, playlist_id: str, audience_key: str, now: datetime
) -> None:
    log.record(
        transaction,
        "playlist_created",
        audience_key,
        workspace_id=me.workspace_id,
        actor_id=me.member_id,
        now=now,
        playlist_id=playlist_id,
    )


def _created_before(me: Member, playlist_id: str) -> Playlist:
    try:
        return owned(me, playlist_id)
    except errors.NotFound as error:
        raise errors.AlreadyExists from error
