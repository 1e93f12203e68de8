"""Where a member left off: noted at the first event of a session, which costs the others nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import aws, errors
from chalicelib.progress import events, standing
from chalicelib.progress.events import Event
from chalicelib.progress.models import RECENT, Loop, Recent
from chalicelib.progress.standing import Standing
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member


@dataclass(frozen=True)
class LeftOff:
    """The latest session: its track and how far the member is in it, and the playlist it was heard in.

    Without a track where that cannot be heard any more, or is retired, and the playlist goes on.
    """

    at: datetime
    track: Track | None
    standing: Standing | None
    playlist_id: str | None
    entry_id: str | None


def note(me: Member, beginnings: Sequence[Event]) -> None:
    """Note the sessions that begin with these events, as far as no later one is noted."""
    if not beginnings:
        return
    _note_track(me, events.latest(beginnings))
    in_playlist: dict[str, list[Event]] = {}
    for event in beginnings:
        if event.playlist_id is not None:
            in_playlist.setdefault(event.playlist_id, []).append(event)
    for playlist_id, group in in_playlist.items():
        _note_entry(Loop(me.member_id, playlist_id), group)


def left_off(me: Member, *, now: datetime) -> LeftOff | None:
    """Where the caller left off, None where nowhere, or where nothing of it can be heard any more."""
    found = aws.found(Recent, me.member_id, RECENT)
    if found is None:
        return None
    at = events.happened_at(found.last_event)
    try:
        track = uploads.heard_by(me, found.track_id, now=now)
    except errors.NotFound:
        track = None
    if track is None or track.is_retired:
        if found.in_playlist_id is None:
            return None
        return LeftOff(at, None, None, found.in_playlist_id, found.entry_id)
    present = standing.of_revision(me, track.track_id, int(track.revision))
    return LeftOff(at, track, present, found.in_playlist_id, found.entry_id)


def _note_track(me: Member, latest: Event) -> None:
    optional = [(Recent.in_playlist_id, latest.playlist_id), (Recent.entry_id, latest.entry_id)]
    actions: list[Action] = [
        Recent.track_id.set(latest.track_id),
        Recent.revision.set(latest.revision),
        Recent.last_event.set(events.order(latest)),
        *(path.remove() if value is None else path.set(value) for path, value in optional),
    ]
    aws.updated(Recent(me.member_id), actions, _is_older(Recent, latest))


def _note_entry(loop: Loop, group: Sequence[Event]) -> None:
    """Note the entry of the latest session, and that the loop began with the earliest."""
    latest = events.latest(group)
    began_at = min(event.effective_at for event in group)
    entry = Loop.last_entry_id
    actions: list[Action] = [
        Loop.last_event.set(events.order(latest)),
        entry.remove() if latest.entry_id is None else entry.set(latest.entry_id),
        Loop.started_at.set(Loop.started_at | began_at),
    ]
    if not aws.updated(loop, actions, _is_older(Loop, latest)) or loop.started_at > began_at:
        later = Loop.started_at.does_not_exist() | (Loop.started_at > began_at)
        aws.updated(loop, [Loop.started_at.set(began_at)], later)


def _is_older(model: type[Loop] | type[Recent], event: Event) -> Condition:
    older: Condition = model.last_event.does_not_exist() | (model.last_event < events.order(event))
    return older
