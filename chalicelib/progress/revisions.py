"""What this process knows of the revisions that are listened to: how long they are, and for whom.

A revision's length never changes, so that it is read once a process. Who may hear it is remembered as it
was then, and read again before anybody is turned away.
"""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

from cachetools import LRUCache, TTLCache

from chalicelib import aws
from chalicelib.auth import audience, membership
from chalicelib.progress.models import Key
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member, Workspace

KNOWN_REVISIONS = 8192
KNOWN_WORKSPACES = 1024
PERCENT_SECONDS = 60
"""How long a workspace's former threshold may hold."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A revision that can be listened to."""

    duration_ms: int
    speaker_id: str
    audience_key: str | None

    def admits(self, member: Member) -> bool:
        return self.speaker_id == member.member_id or audience.may_open(member, self.audience_key)


_known: LRUCache[tuple[str, str, int], Heard] = LRUCache(KNOWN_REVISIONS)
_percents: TTLCache[str, int] = TTLCache(KNOWN_WORKSPACES, PERCENT_SECONDS, time.monotonic)
_lock = threading.Lock()


def open_to(me: Member, wanted: Collection[Key]) -> dict[Key, int]:
    """How long those of these revisions are that the caller may hear, in milliseconds.

    No read for what is known; one for all the others, or for those that the caller seems not to be let in to.
    """
    found = _remembered(me, wanted)
    missing = set(wanted) - found.keys()
    if missing:
        _read(me.workspace_id, missing)
        found |= _remembered(me, missing)
        if any((me.workspace_id, *key) in _known for key in missing - found.keys()):
            found |= _remembered(membership.refreshed(me), missing)
    return found


def lengths(track: Track) -> dict[int, int]:
    """How long each revision of a track is, former ones and the present one, in milliseconds."""
    found = {int(each.revision): int(each.duration_ms) for each in track.former}
    if track.is_ready:
        found[int(track.revision)] = int(track.duration_ms)
    return found


def completion_percent(workspace_id: str) -> int:
    """How many per cent of a track must be heard here to complete it; at most a minute old."""
    with _lock:
        percent = _percents.get(workspace_id)
    if percent is None:
        percent = int(Workspace.get(workspace_id).completion_percent)
        with _lock:
            _percents[workspace_id] = percent
    return int(percent)


def forget() -> None:
    """Know nothing any more."""
    with _lock:
        _known.clear()
        _percents.clear()


def _remembered(me: Member, wanted: Collection[Key]) -> dict[Key, int]:
    with _lock:
        known = {key: _known.get((me.workspace_id, *key)) for key in wanted}
    return {key: heard.duration_ms for key, heard in known.items() if heard and heard.admits(me)}


def _read(workspace_id: str, missing: Collection[Key]) -> None:
    """Learn of these revisions, and in passing of the workspace's threshold: one call."""
    tracks, workspaces = Track.Meta.table_name, Workspace.Meta.table_name
    workspace = {"workspace_id": {"S": workspace_id}}
    track_ids = {track_id for track_id, _ in missing}
    items = aws.batch_get(
        {
            tracks: aws.Wanted(
                [{**workspace, "track_id": {"S": track_id}} for track_id in track_ids], consistent=True
            ),
            workspaces: aws.Wanted([workspace], consistent=True),
        }
    )
    with _lock:
        for key in missing:
            _known.pop((workspace_id, *key), None)
        for item in items[tracks]:
            track = Track.from_raw_data(item)
            for revision, duration_ms in lengths(track).items():
                heard = Heard(duration_ms, track.speaker_id, track.known_to)
                _known[workspace_id, track.track_id, revision] = heard
        for item in items[workspaces]:
            _percents[workspace_id] = int(Workspace.from_raw_data(item).completion_percent)
