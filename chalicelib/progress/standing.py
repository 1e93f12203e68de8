"""How far a member is in a revision of a track.

Read and written with boto3's own client: PynamoDB adds 22 % to the CPU of one write (2.3 ms for 1.9), and
far more to a read of fifty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import aws, errors, times
from chalicelib.progress import coverage, events, revisions
from chalicelib.progress.models import Key, Progress
from chalicelib.tracks import library, uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

TABLE = Progress.Meta.table_name


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member has heard of a revision, and where they are in it; nothing yet is a standing too."""

    track_id: str
    revision: int
    heard: frozenset[int] = frozenset()
    position_ms: int = 0
    moved_at: datetime | None = None
    completed_at: datetime | None = None
    source: str | None = None

    @classmethod
    def of_item(cls, item: dict[str, Any]) -> "Standing":
        """The standing in an item as boto3 has it (see `models.Progress`)."""
        track_id, revision = Progress.of_key(item["track_key"]["S"])
        return cls(
            track_id=track_id,
            revision=revision,
            heard=frozenset(map(int, item["heard"]["NS"])) if "heard" in item else frozenset(),
            position_ms=int(item["position"]["N"]) if "position" in item else 0,
            moved_at=events.happened_at(item["last"]["B"]) if "last" in item else None,
            completed_at=times.from_epoch_ms(int(item["completed"]["N"])) if "completed" in item else None,
            source=item["source"]["S"] if "source" in item else None,
        )

    @property
    def is_begun(self) -> bool:
        return bool(self.heard) or self.moved_at is not None or self.completed_at is not None

    def coverage(self, duration_ms: int) -> float:
        """Which share of the track was heard, 0 to 1."""
        return coverage.share(self.heard, coverage.buckets(duration_ms))

    def resume_at(self, duration_ms: int, now: datetime) -> int:
        """Where listening goes on, in milliseconds of the track."""
        if self.moved_at is None:
            return 0
        paused_ms = (now - self.moved_at) // timedelta(milliseconds=1)
        return coverage.resume_at(self.position_ms, duration_ms, paused_ms)


def of_member(member_id: str, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Standing]:
    """The member's standing in each of these revisions."""
    found = {key: Standing(*key) for key in wanted}
    keys = [item_key(member_id, key) for key in found]
    for item in aws.batch_get({TABLE: aws.Wanted(keys, consistent=consistent)})[TABLE]:
        standing = Standing.of_item(item)
        found[standing.track_id, standing.revision] = standing
    return found


def begun(member_id: str) -> set[Key]:
    """The revisions of which a member has heard something, or that count as known to them."""
    query: dict[str, Any] = {
        "TableName": TABLE,
        "KeyConditionExpression": "member_id = :member",
        "FilterExpression": "attribute_exists(heard) OR attribute_exists(completed)",
        "ProjectionExpression": "track_key",
        "ExpressionAttributeValues": {":member": {"S": member_id}},
    }
    return {Progress.of_key(item["track_key"]["S"]) for item in aws.queried(**query)}


def of_revision(me: Member, track_id: str, revision: int) -> Standing:
    """The caller's standing in this revision as of now."""
    key = track_id, revision
    return of_member(me.member_id, [key], consistent=True)[key]


def of_track(me: Member, track_id: str, *, now: datetime) -> tuple[Track, dict[int, Standing]]:
    """A track, and the caller's standing in each revision that it has or had, as of now.

    Raises `NotFound`, `TrackNotReady`.
    """
    track = uploads.heard_by(me, track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    keys = [(track_id, revision) for revision in revisions.lengths(track)]
    standings = of_member(me.member_id, keys, consistent=True)
    return track, {revision: standings[track_id, revision] for _, revision in keys}


def of_tracks(me: Member, track_ids: set[str]) -> list[tuple[Standing, int]]:
    """The caller's standing in those of these tracks that they may hear, and how long each is."""
    tracks = library.visible(me, track_ids)
    standings = of_member(me.member_id, [(each.track_id, int(each.revision)) for each in tracks.values()])
    return [(each, int(tracks[each.track_id].duration_ms)) for each in standings.values()]


def item_key(member_id: str, key: Key) -> dict[str, Any]:
    """The key of a member's progress, as boto3 has it."""
    return {"member_id": {"S": member_id}, "track_key": {"S": Progress.key_of(*key)}}
