"""What is assigned to a member, with how far they are in it; their own to see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib import aws, errors
from chalicelib.aws import behind
from chalicelib.playlists import library, way
from chalicelib.playlists.assignment_models import Assignment, in_order
from chalicelib.playlists.assignment_views import SOMEBODY, AssignedView
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.playlists.views import PersonView, PlaylistView
from chalicelib.progress import standing
from chalicelib.progress.models import Loop
from chalicelib.progress.standing import Standing
from chalicelib.workspaces.models import Member

MOST_LOOKED_AT: Final = 100
"""Assignments, those of the newest playlists, among which the home page chooses."""

LOOPS: Final = Loop.Meta.table_name
MEMBERS: Final = Member.Meta.table_name


@dataclass(frozen=True)
class _Known:
    """What is read to say how far a member is in several playlists."""

    loops: Mapping[str, Loop]
    standings: Mapping[tuple[str, int], Standing]
    names: Mapping[str, str]


def waiting(me: Member, *, most: int, now: datetime) -> list[Assignment]:
    """What is assigned to the caller and neither put away nor completed, what comes first first.

    A day is over when it is where the caller is.
    """
    found = [each for each in Assignment.of_member(me.member_id, limit=MOST_LOOKED_AT) if each.is_open]
    return in_order(found, now.astimezone(ZoneInfo(me.time_zone)).date())[:most]


def listed(
    me: Member, *, limit: int, after: dict[str, Any] | None, now: datetime
) -> tuple[list[AssignedView], dict[str, Any] | None]:
    """Everything that is assigned to the caller, and the position behind it."""
    walk = Assignment.of_member(me.member_id, limit=limit, after=after)
    found = list(walk)
    opened = library.visible(me, [each.playlist_id for each in found], whole=True)
    return shown(me, found, opened, now=now), behind(walk, found)


def put_away(me: Member, playlist_id: str, *, away: bool, now: datetime) -> AssignedView:
    """Say "not now" to a playlist that is assigned, or take it up again. Raises `NotFound`."""
    playlist = library.opened(me, playlist_id)
    assignment = Assignment(me.member_id, Assignment.slot_of(playlist_id))
    moment = Assignment.put_away_at
    action = moment.set(moment | now) if away else moment.remove()
    if not aws.updated(assignment, [action], Assignment.assigned_at.exists()):
        raise errors.NotFound
    [view] = shown(me, [assignment], {playlist_id: playlist}, now=now)
    return view


def standing_still(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Assignment]:
    """Those of these assignments, by member and playlist, that have not been taken back."""
    keys = [(member_id, Assignment.slot_of(playlist_id)) for member_id, playlist_id in sorted(wanted)]
    found = Assignment.batch_get(keys, consistent_read=True)
    return {(each.member_id, each.playlist_id): each for each in found}


def shown(
    me: Member, assignments: Sequence[Assignment], opened: Mapping[str, Playlist], *, now: datetime
) -> list[AssignedView]:
    """These assignments as the caller sees them, as far as they may open the playlists: one call,
    and one more for every further hundred of entries.

    What turns out to be completed is written down, so that it waits no more.
    """
    stands = [each for each in assignments if each.playlist_id in opened]
    if not stands:
        return []
    known = _known(me, stands, opened)
    return [_shown(me, each, opened[each.playlist_id], known, now) for each in stands]


def _known(me: Member, assignments: Sequence[Assignment], opened: Mapping[str, Playlist]) -> _Known:
    playlist_ids = [each.playlist_id for each in assignments]
    entries = [entry for each in playlist_ids for entry in opened[each].in_order if entry.is_for(me)]
    revisions = {(str(entry.track_id), entry.revision) for entry in entries}
    people = sorted({each.assigned_by for each in assignments})
    found = aws.batch_get(
        {
            LOOPS: aws.Wanted(
                [{"member_id": {"S": me.member_id}, "playlist_id": {"S": each}} for each in playlist_ids]
            ),
            standing.TABLE: aws.Wanted([standing.item_key(me.member_id, key) for key in sorted(revisions)]),
            MEMBERS: aws.Wanted(
                [{"workspace_id": {"S": me.workspace_id}, "member_id": {"S": each}} for each in people]
            ),
        }
    )
    standings = [Standing.of_item(item) for item in found[standing.TABLE]]
    loops = [Loop.from_raw_data(item) for item in found[LOOPS]]
    return _Known(
        loops={loop.playlist_id: loop for loop in loops},
        standings={(each.track_id, each.revision): each for each in standings},
        names={item["member_id"]["S"]: item["name"]["S"] for item in found[MEMBERS]},
    )


def _shown(
    me: Member, assignment: Assignment, playlist: Playlist, known: _Known, now: datetime
) -> AssignedView:
    lines = playlist.in_order
    playable = {line.entry_id: line for line in lines if line.is_for(me)}
    done = {entry_id for entry_id, entry in playable.items() if _heard(entry, known)}
    loop = known.loops.get(playlist.playlist_id)
    needed = way.needed(lines, playable, loop.started_at if loop else None)
    heard = sum(each in done for each in needed)
    is_done = assignment.done_at is not None or (bool(needed) and heard == len(needed))
    if is_done and assignment.done_at is None:
        _note_done(assignment, now)
    return AssignedView(
        playlist=PlaylistView.of(playlist),
        assigned_by=PersonView.of(assignment.assigned_by, known.names.get(assignment.assigned_by, SOMEBODY)),
        assigned_at=assignment.assigned_at,
        planned_for=assignment.day,
        put_away=assignment.put_away_at is not None,
        completed=is_done,
        heard=heard,
        of=len(needed),
    )


def _heard(entry: Entry, known: _Known) -> bool:
    key = str(entry.track_id), entry.revision
    return way.heard(entry, known.standings.get(key, Standing(*key))).completed


def _note_done(assignment: Assignment, now: datetime) -> None:
    done = Assignment.done_at
    # nothing to note where it has been taken back
    aws.updated(assignment, [done.set(done | now)], Assignment.assigned_at.exists())
