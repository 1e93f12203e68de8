"""Counting who has listened to a track, once a week: nobody shows in the difference of two readings."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zlib import crc32

from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.aws import transact
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.reach import bands
from chalicelib.reach.models import Listener, Reach
from chalicelib.tracks.models import Track

KIND: Final = "reach"
"""In the due table."""

WEEK: Final = timedelta(days=7)
GONE: Final = {"gone": True}
"""What is told to the counting of a track that was gone a week before; a stream keeps records for a day."""

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


def begin(activity: Activity) -> None:
    """Plan the first counting of a track, after a ``track_published`` activity."""
    assert activity.track_id is not None
    track_id, workspace_id = activity.track_id, activity.workspace_id
    transact(lambda transaction: _plan(transaction, workspace_id, track_id, activity.at))


def count(due: Due, *, now: datetime) -> None:
    """Count a track's listeners, for its speaker to see, and plan the next time; what is due of `KIND`.

    The speaker is not counted. Of a revision that is no more, and of a track that is no more, nothing is
    kept; that one is looked at once more a week later, for what came after it through the stream.
    """
    track = _track(due)
    revision = int(track.revision) if track else None
    kept: list[Listener] = []
    with Listener.batch_write() as gone:
        for listener in Listener.of_track(due.id):
            if listener.revision == revision:
                kept.append(listener)
            else:
                gone.delete(listener)
    if track is None:
        Reach(due.id).delete()
        if due.details is None:
            transact(lambda gone: _plan(gone, due.workspace_id, due.id, now, details=GONE))
        return
    reach = _counted(track, kept, now)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(reach)
        _plan(transaction, track.workspace_id, track.track_id, now)

    transact(fill)


def next_counting(track_id: str, now: datetime) -> datetime:
    """When a track is counted next: each at a moment of the week of its own."""
    first = EPOCH + timedelta(seconds=crc32(track_id.encode()) % WEEK.total_seconds())
    return first + ((now - first) // WEEK + 1) * WEEK


def _counted(track: Track, listeners: list[Listener], now: datetime) -> Reach:
    own = Listener.place_of(track.speaker_id, track.track_id, int(track.revision))
    others = [listener for listener in listeners if listener.place != own]
    left_off = Counter(
        bands.part(int(listener.left_off_ms), int(track.duration_ms))
        for listener in others
        if not listener.completed
    )
    return Reach(
        track.track_id,
        revision=track.revision,
        heard=bands.band(len(others)),
        completed=bands.band(sum(listener.completed for listener in others)),
        left_off=[bands.band(left_off[part]) for part in range(bands.PARTS)],
        counted_at=now,
    )


def _plan(
    transaction: TransactWrite,
    workspace_id: str,
    track_id: str,
    now: datetime,
    *,
    details: dict[str, Any] | None = None,
) -> None:
    planning.plan(
        transaction,
        KIND,
        track_id,
        at=next_counting(track_id, now),
        workspace_id=workspace_id,
        now=now,
        details=details,
    )


def _track(due: Due) -> Track | None:
    track = aws.found(Track, due.workspace_id, due.id)
    if track is None:
        return None
    return track if track.is_ready else None
