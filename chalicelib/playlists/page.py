"""The page of a playlist: two reads, whatever can be played on it.

The playlist has everything of its entries; the caller's progress in them and their way through it come
together in one call (and one more for every further hundred entries). Where entries were retired, another
one looks up what they lead to (and one more for each step of the longest line of such).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chalicelib import aws
from chalicelib.playlists import assigning, entries, library, way
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.playlists.views import EntryProgress, EntryView, HeardFrom, PlaylistPage, Resume, header
from chalicelib.progress import standing
from chalicelib.progress.models import Key, Loop
from chalicelib.progress.standing import Standing
from chalicelib.reviews import forwarding
from chalicelib.workspaces import departments
from chalicelib.workspaces.models import Member

LOOPS = Loop.Meta.table_name
MEMBERS = Member.Meta.table_name
DIGITS = 3
"""Of a coverage: enough to see one bucket of three hundred."""


def of(me: Member, playlist_id: str, *, now: datetime) -> PlaylistPage:
    """The playlist with its entries in order and the caller's way through it. Raises `NotFound`.

    What is read may be a moment old, at half the price: what one has changed oneself was answered then.
    """
    playlist = library.opened(me, playlist_id, consistent=False)
    lines = playlist.in_order
    playable = {line.entry_id: line for line in lines if line.is_for(me)}
    loop, standings, departments_heard = _way(me, playlist, playable.values())
    heard = {entry_id: way.heard(entry, standings[_key(entry)]) for entry_id, entry in playable.items()}
    done = {entry_id for entry_id, so_far in heard.items() if so_far.completed}
    new = way.new_to(me.member_id, lines, playable, loop)
    next_id = way.resume(lines, playable, done, loop.last_entry_id)
    retired = {line.entry_id: line for line in lines if line.retired_ms is not None and line.is_known_to(me)}
    ends = forwarding.open_to(me, {line.successor_id for line in retired.values() if line.successor_id})
    owns = playlist.owner_id == me.member_id
    return PlaylistPage(
        **header(playlist),
        entries=[
            EntryView.of(
                line,
                playable=line.entry_id in playable,
                is_new=line.entry_id in new,
                progress=_progress(heard.get(line.entry_id)),
                known=line.entry_id in retired,
                successor=ends.get(line.successor_id or ""),
            )
            for line in lines
        ],
        heard_from=[
            HeardFrom(department, heard)
            for department, heard in departments.taken(list(playlist.seats or []), departments_heard).items()
        ],
        may_change=owns,
        may_add=entries.may_add(me, playlist),
        may_assign=assigning.assignees(me, playlist),
        following=bool(loop.following),
        started_at=loop.started_at,
        seen_at=loop.seen_at,
        new_count=len(new),
        completed=way.is_completed(lines, playable, done, loop.started_at),
        resume=None
        if next_id is None
        else Resume(next_id, way.resume_ms(playable[next_id], standings[_key(playable[next_id])], now)),
    )


def _way(
    me: Member, playlist: Playlist, playable: Collection[Entry]
) -> tuple[Loop, dict[Key, Standing], list[str | None]]:
    """The caller's way through the playlist, how far they are in each of its tracks, and, where it is an open
    call with seats, the departments of who speaks in it: one call.
    """
    standings = {key: Standing(*key) for key in map(_key, playable)}
    loop_key = {"member_id": {"S": me.member_id}, "playlist_id": {"S": playlist.playlist_id}}
    found = aws.batch_get(
        {
            LOOPS: aws.Wanted([loop_key]),
            standing.TABLE: aws.Wanted([standing.item_key(me.member_id, key) for key in standings]),
            MEMBERS: aws.Wanted(_speakers(playlist, playable)),
        }
    )
    for item in found[standing.TABLE]:
        one = Standing.of_item(item)
        standings[one.track_id, one.revision] = one
    loops = [Loop.from_raw_data(item) for item in found[LOOPS]]
    loop = loops[0] if loops else Loop(me.member_id, playlist.playlist_id)
    return loop, standings, [Member.from_raw_data(item).department for item in found[MEMBERS]]


def _speakers(playlist: Playlist, playable: Collection[Entry]) -> list[dict[str, Any]]:
    """The keys of those who speak in an open call that wants to hear from departments."""
    speakers = sorted({entry.speaker_id for entry in playable}) if playlist.seats else []
    return [{"workspace_id": {"S": playlist.workspace_id}, "member_id": {"S": each}} for each in speakers]


def _key(entry: Entry) -> Key:
    assert entry.track_id is not None, "a line has no progress"
    return entry.track_id, entry.revision


def _progress(so_far: way.Heard | None) -> EntryProgress | None:
    """What is shown; nothing where nothing was heard."""
    if so_far is None or so_far == way.NOTHING:
        return None
    return EntryProgress(so_far.position_ms, round(so_far.coverage, DIGITS), so_far.completed)
