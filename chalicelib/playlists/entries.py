"""Adding, moving, annotating and removing entries; by several people at the same moment.

Each is one conditional update of the playlist (adding and removing in one transaction with what follows from
it): what somebody else does to another entry meanwhile stands, and only the same entry can be in conflict.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import msgspec
import uuid6
from msgspec import UNSET, UnsetType
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.auth import audience
from chalicelib.aws import attempts
from chalicelib.playlists import library, ordering
from chalicelib.playlists.models import MOST_ENTRIES, SHARED, SHORTEST_PART_MS, Entry, Playlist, at
from chalicelib.playlists.views import OrderView
from chalicelib.progress.models import Loop
from chalicelib.tracks import uploads
from chalicelib.tracks.models import MOST_ENTERED, Track, entered
from chalicelib.workspaces.models import Member

OF_ITS_TRACK = (
    "track_id",
    "track_version",
    "title",
    "duration_ms",
    "revision",
    "speaker_id",
    "speaker_name",
    "audience_key",
    "retired_ms",
    "successor_id",
    "note",
    "optional",
    "from_ms",
    "to_ms",
)
"""What an entry loses when it becomes a line that says what became of it."""

Part = tuple[int, int]

_chance = Random()  # noqa: S311  (so that ranks differ, not a secret)


@dataclass(frozen=True)
class Wanted:
    """An entry to add; where ``after`` is not said it stands at the end. ``told``: others hear of it."""

    track_id: str
    note: str | None = None
    optional: bool = False
    part: Part | None = None
    after: str | None | UnsetType = UNSET
    told: bool = True


@dataclass(frozen=True)
class Change:
    """What is to change of an entry; what is not said stays. ``after`` None is the top."""

    after: str | None | UnsetType = UNSET
    note: str | None | UnsetType = UNSET
    optional: bool | UnsetType = UNSET
    part: Part | None | UnsetType = UNSET


def may_add(me: Member, playlist: Playlist) -> bool:
    """Whether who may open this playlist may add to it."""
    return bool(playlist.mode in SHARED or playlist.owner_id == me.member_id)


def add(me: Member, playlist_id: str, wanted: Wanted, *, entry_id: str | None, now: datetime) -> Entry:
    """Add a track to a playlist, which the caller follows from now on.

    The same ``entry_id`` from the same member names the same entry. Raises `NotFound` where the caller may
    not add or not hear the track, `TrackNotReady`, `TrackRetired`, `TrackNotForEverybody`,
    `TrackInTooManyPlaylists`, `PlaylistFull`, `InvalidRequest` where the part is none, `AlreadyExists`, and
    `StaleVersion` where the entry to stand behind is not there.
    """
    entry_id = entry_id or str(uuid6.uuid7())
    for _ in attempts():
        playlist = library.opened(me, playlist_id)
        if not may_add(me, playlist):
            raise errors.NotFound
        there = playlist.entries
        present = there.get(entry_id)
        if present:
            if present.added_by != me.member_id or present.track_id not in (None, wanted.track_id):
                raise errors.AlreadyExists
            return present
        track = _addable(me, playlist, wanted, now)
        ranks = _placed(me, playlist, there, entry_id, wanted.after)
        entry = Entry(
            entry_id=entry_id,
            rank=ranks[entry_id],
            version=1,
            added_by=me.member_id,
            added_name=me.name,
            added_ms=times.epoch_ms(now),
            note=wanted.note,
            optional=wanted.optional,
            from_ms=wanted.part[0] if wanted.part else None,
            to_ms=wanted.part[1] if wanted.part else None,
            **copies(track),
        )
        told = wanted.told and playlist.audience_key != me.own_key
        if _added(me, playlist, entry, track, ranks, _line_to_drop(there), now, told=told):
            return entry
    raise errors.Unavailable


def change(
    me: Member,
    playlist_id: str,
    entry_id: str,
    wanted: Change,
    *,
    expected_version: int | None,
    now: datetime,
) -> Entry:
    """The entry moved, annotated, made optional or part of its track.

    Raises `NotFound` where it is not the caller's to change, `InvalidRequest` where the part is none, and
    `StaleVersion` with the present order where somebody changed or removed it, or the one to stand behind.
    """
    for _ in attempts():
        playlist, entry = _own(me, playlist_id, entry_id)
        if entry.is_gone:
            break
        ranks = _moved(me, playlist, entry_id, wanted.after)
        actions = _changes(entry, wanted)
        if not actions and not ranks:
            return entry
        if expected_version not in (None, entry.version):
            break
        condition = _as_read(me, entry)
        if ranks:
            actions += [at(other, "rank").set(rank) for other, rank in ranks.items()]
            placing, room = _placing(playlist, ranks)
            actions, condition = actions + placing, condition & room
        actions += [_next_version(entry_id), Playlist.changed_at.set(now)]
        if aws.updated(playlist, actions, condition):
            return playlist.entries[entry_id]
    raise _stale(me, playlist)


def remove(
    me: Member, playlist_id: str, entry_id: str, *, expected_version: int | None, now: datetime
) -> None:
    """Take an entry out; a line stays that says who did.

    Raises `NotFound` where it is not the caller's to remove, `StaleVersion` with the present order.
    """
    for _ in attempts():
        playlist, entry = _own(me, playlist_id, entry_id)
        if entry.is_gone:
            return
        if expected_version not in (None, entry.version):
            break
        if _removed(me, playlist, entry, now):
            return
    raise _stale(me, playlist)


def copies(track: Track) -> dict[str, Any]:
    """What an entry has of its track."""
    return {
        "track_id": track.track_id,
        "track_version": int(track.version),
        "title": track.title,
        "duration_ms": int(track.duration_ms),
        "revision": int(track.revision),
        "speaker_id": track.speaker_id,
        "speaker_name": track.speaker_name,
        "audience_key": track.known_to,
        "retired_ms": times.epoch_ms(track.retired_at) if track.retired_at else None,
        "successor_id": track.successor_id,
    }


def emptied(entry_id: str, now: datetime) -> list[Action]:
    """What makes a line of an entry: nothing of its track stays, nor the note about it."""
    return [
        *(at(entry_id, name).remove() for name in OF_ITS_TRACK),
        at(entry_id, "gone_ms").set(times.epoch_ms(now)),
        _next_version(entry_id),
        Playlist.entry_count.add(-1),
        Playlist.placings.add(1),
    ]


def _own(me: Member, playlist_id: str, entry_id: str) -> tuple[Playlist, Entry]:
    """An entry that is the caller's to change: in a playlist of their own, or added by them."""
    playlist = library.opened(me, playlist_id)
    entry = playlist.entries.get(entry_id)
    if entry is None or not (
        playlist.owner_id == me.member_id or (may_add(me, playlist) and entry.added_by == me.member_id)
    ):
        raise errors.NotFound
    return playlist, entry


def _addable(me: Member, playlist: Playlist, wanted: Wanted, now: datetime) -> Track:
    """The track to add, which everybody who may open the playlist may hear."""
    track = uploads.heard_by(me, wanted.track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    if track.is_retired:
        raise errors.TrackRetired
    alone = playlist.audience_key == me.own_key
    if not alone and not audience.covers(track.audience_key, playlist.audience_key, me.workspace_id):
        raise errors.TrackNotForEverybody
    if len(track.entered or ()) >= MOST_ENTERED:
        raise errors.TrackInTooManyPlaylists(MOST_ENTERED)
    _check_part(wanted.part, int(track.duration_ms))
    return track


def _check_part(part: Part | None | UnsetType, duration_ms: int) -> None:
    if not isinstance(part, tuple):
        return
    begin, end = part
    if not (begin + SHORTEST_PART_MS <= end <= duration_ms):
        raise errors.InvalidRequest(
            f"A part lies within its track, which has {duration_ms} ms, "
            f"and has {SHORTEST_PART_MS} ms at least."
        )


def _placed(
    me: Member, playlist: Playlist, there: dict[str, Entry], entry_id: str, after: str | None | UnsetType
) -> dict[str, int]:
    """The ranks to write so that an entry stands there."""
    ranks = {other: entry.rank for other, entry in there.items()}
    if isinstance(after, UnsetType):
        after = ordering.in_order(ranks)[-1] if ranks else None
    try:
        return ordering.place(ranks, entry_id, after, _chance)
    except KeyError:
        raise _stale(me, playlist) from None


def _moved(me: Member, playlist: Playlist, entry_id: str, after: str | None | UnsetType) -> dict[str, int]:
    """The ranks to write; none where the entry stands there already, or is not to be moved."""
    order = [entry.entry_id for entry in playlist.in_order]
    index = order.index(entry_id)
    if isinstance(after, UnsetType) or after == (order[index - 1] if index else None):
        return {}
    return _placed(me, playlist, playlist.entries, entry_id, after)


def _placing(playlist: Playlist, ranks: dict[str, int]) -> tuple[list[Action], Condition]:
    """What is counted with these ranks, and what must not have happened since they were chosen."""
    actions: list[Action] = [Playlist.placings.add(1)]
    condition: Condition = Playlist.spreads == playlist.spreads
    if len(ranks) > 1:
        actions.append(Playlist.spreads.add(1))
        condition &= Playlist.placings == playlist.placings
    return actions, condition


def _line_to_drop(there: dict[str, Entry]) -> str | None:
    """The oldest line that a removed entry left, where the playlist has no place left; else None.

    With its line goes the memory of an entry: adding it again under its id is a new entry then.
    """
    if len(there) < MOST_ENTRIES:
        return None
    lines = [(entry.gone_ms, entry_id) for entry_id, entry in there.items() if entry.gone_ms is not None]
    if not lines:
        raise errors.PlaylistFull(MOST_ENTRIES)
    return min(lines)[1]


def _added(
    me: Member,
    playlist: Playlist,
    entry: Entry,
    track: Track,
    ranks: dict[str, int],
    dropped: str | None,
    now: datetime,
    *,
    told: bool,
) -> bool:
    """Write the one transaction of adding; False where something it was decided on has changed."""
    actions, room = _taking_in(playlist, entry, ranks, dropped, now)
    condition = room & (Playlist.audience_key == playlist.audience_key) & _still_open_to(me)
    is_shared = _is_shared_by(playlist, track)
    if is_shared:
        actions += [Playlist.audience_key.set(track.audience_key), Playlist.shared_at.set(now)]
    unchanged = (
        (Track.version == track.version)
        & (Track.speaker_name == track.speaker_name)
        & (Track.entered.does_not_exist() | (size(Track.entered) < MOST_ENTERED))
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Playlist(playlist.workspace_id, playlist.playlist_id), actions=actions, condition=condition
        )
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[Track.entered.add({entered(playlist.playlist_id, entry.entry_id)})],
            condition=unchanged,
        )
        transaction.update(Loop(me.member_id, playlist.playlist_id), actions=library.follows(now))
        if told or is_shared:
            log.record(
                transaction,
                "expertise_shared" if is_shared else "entry_added",
                track.audience_key if is_shared else playlist.audience_key,
                workspace_id=me.workspace_id,
                actor_id=me.member_id,
                now=now,
                track_id=track.track_id,
                playlist_id=playlist.playlist_id,
            )

    return aws.written(fill)


def _taking_in(
    playlist: Playlist, entry: Entry, ranks: dict[str, int], dropped: str | None, now: datetime
) -> tuple[list[Action], Condition]:
    """What takes an entry in, in the place of a line that is dropped, and that there is room for it."""
    actions, condition = _placing(playlist, ranks)
    actions += [
        at(entry.entry_id).set(entry.as_item()),
        *(
            at(other, "rank").set(rank)
            for other, rank in ranks.items()
            if other not in (entry.entry_id, dropped)
        ),
        Playlist.entry_count.add(1),
        Playlist.changed_at.set(now),
    ]
    condition &= at(entry.entry_id).does_not_exist()
    if dropped is None:
        condition &= size(Playlist.entries) < MOST_ENTRIES
    else:
        actions.append(at(dropped).remove())
        condition &= at(dropped, "gone_ms").exists() & (size(Playlist.entries) <= MOST_ENTRIES)
    return actions, condition


def _is_shared_by(playlist: Playlist, track: Track) -> bool:
    """Whether this is the first track for everybody in what a new hire was invited to teach."""
    return (
        bool(playlist.expertise)
        and playlist.shared_at is None
        and track.audience_key == f"w#{playlist.workspace_id}"
    )


def _removed(me: Member, playlist: Playlist, entry: Entry, now: datetime) -> bool:
    """Write the one transaction of removing; False where the entry has changed."""
    assert entry.track_id is not None
    actions = [
        *emptied(entry.entry_id, now),
        at(entry.entry_id, "removed_by").set(me.member_id),
        at(entry.entry_id, "removed_name").set(me.name),
        Playlist.changed_at.set(now),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Playlist(playlist.workspace_id, playlist.playlist_id),
            actions=actions,
            condition=_as_read(me, entry),
        )
        log.record(
            transaction,
            "entry_removed",
            me.own_key,
            workspace_id=me.workspace_id,
            actor_id=me.member_id,
            now=now,
            playlist_id=playlist.playlist_id,
            details={"entered": {entry.track_id: [entry.entry_id]}},
        )

    return aws.written(fill)


def _changes(entry: Entry, wanted: Change) -> list[Action]:
    """What is to be written of an entry beside its rank."""
    values: dict[str, Any] = {}
    if wanted.note is not UNSET:
        values["note"] = wanted.note
    if wanted.optional is not UNSET:
        values["optional"] = wanted.optional
    if not isinstance(wanted.part, UnsetType):
        _check_part(wanted.part, entry.duration_ms)
        values["from_ms"], values["to_ms"] = wanted.part or (None, None)
    return [
        at(entry.entry_id, name).remove() if value is None else at(entry.entry_id, name).set(value)
        for name, value in values.items()
        if getattr(entry, name) != value
    ]


def _as_read(me: Member, entry: Entry) -> Condition:
    """That nobody has changed the entry since, and that it is still the caller's to change."""
    condition: Condition = (at(entry.entry_id, "version") == entry.version) & _still_open_to(me)
    return condition


def _still_open_to(me: Member) -> Condition:
    """That the playlist is the caller's own, or still everybody's to add to."""
    condition: Condition = (Playlist.owner_id == me.member_id) | Playlist.mode.is_in(*SHARED)
    return condition


def _next_version(entry_id: str) -> Action:
    return at(entry_id, "version").set(at(entry_id, "version") + 1)


def _stale(me: Member, playlist: Playlist) -> errors.StaleVersion:
    return errors.StaleVersion(msgspec.to_builtins(OrderView.of(playlist, me)))
