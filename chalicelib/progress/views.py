"""What listening progress looks like to the member whose it is; nobody else ever sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.progress import coverage, revisions
from chalicelib.progress.listening import Taken
from chalicelib.progress.recent import LeftOff
from chalicelib.progress.standing import Standing
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import TrackView
from chalicelib.workspaces.models import Member

Source = Literal["listened", "transcript", "self_declared"]


class StandingView(msgspec.Struct, kw_only=True):
    """How far the caller is in a revision of a track."""

    track_id: str
    revision: int
    position_ms: int
    coverage: Annotated[float, Meta(ge=0, le=1, description="The share of the track that was heard.")]
    completed_at: datetime | None
    source: Annotated[Source | None, Meta(description="How it was completed.")]

    @classmethod
    def of(cls, standing: Standing, duration_ms: int) -> "StandingView":
        return cls(**_shown(standing, duration_ms))


class ProgressView(StandingView, kw_only=True):
    """What the caller has heard of a track, and where listening goes on."""

    duration_ms: int
    resume_ms: Annotated[int, Meta(description="Where to go on: a little before the position.")]
    heard: Annotated[list[tuple[int, int]], Meta(description="The parts heard: from, to.")]
    updated_at: Annotated[datetime | None, Meta(description="When the position was moved last.")]
    earlier: Annotated[list[StandingView], Meta(description="Earlier revisions that the caller knows.")]

    @classmethod
    def of_track(cls, track: Track, standings: Mapping[int, Standing], now: datetime) -> "ProgressView":
        """``standings`` by revision, of every revision that the track has or had."""
        lengths = revisions.lengths(track)
        present, duration_ms = standings[int(track.revision)], lengths[int(track.revision)]
        return cls(
            **_shown(present, duration_ms),
            duration_ms=duration_ms,
            resume_ms=present.resume_at(duration_ms, now),
            heard=coverage.ranges(present.heard, duration_ms),
            updated_at=present.moved_at,
            earlier=[
                StandingView.of(standing, lengths[revision])
                for revision, standing in sorted(standings.items())
                if revision != track.revision and standing.is_begun
            ],
        )


class RefusedEvent(msgspec.Struct):
    """An event that was not taken: its place in the request from 0, and why."""

    index: int
    Code: str
    Message: str


class TakenView(msgspec.Struct):
    """What became of the events of a request; none of them is to be sent again."""

    taken: int
    refused: list[RefusedEvent]
    progress: Annotated[list[StandingView], Meta(description="Of what was written, as it is now.")]

    @classmethod
    def of(cls, taken: Taken) -> "TakenView":
        return cls(
            taken.count,
            [RefusedEvent(place, why.Code, why.Message) for place, why in sorted(taken.refused.items())],
            [StandingView.of(standing, duration_ms) for standing, duration_ms in taken.standings],
        )


class LeftOffView(msgspec.Struct):
    """The latest session; without a track where only its playlist is open to the caller now."""

    at: datetime
    track: TrackView | None
    progress: StandingView | None
    playlist_id: str | None
    entry_id: str | None


class RecentView(msgspec.Struct):
    """Where the caller left off; null where nothing can be gone on with."""

    left_off: LeftOffView | None

    @classmethod
    def of(cls, found: LeftOff | None, me: Member) -> "RecentView":
        if found is None:
            return cls(None)
        track = progress = None
        if found.track is not None and found.standing is not None:
            track = TrackView.of(found.track, me, whole=False)
            progress = StandingView.of(found.standing, int(found.track.duration_ms))
        return cls(LeftOffView(found.at, track, progress, found.playlist_id, found.entry_id))


def _shown(standing: Standing, duration_ms: int) -> dict[str, Any]:
    return {
        "track_id": standing.track_id,
        "revision": standing.revision,
        "position_ms": standing.position_ms,
        "coverage": standing.coverage(duration_ms),
        "completed_at": standing.completed_at,
        "source": standing.source,
    }
