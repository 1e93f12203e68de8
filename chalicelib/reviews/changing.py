"""Changing a track of one's own as it was read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import TrackView
from chalicelib.workspaces.models import Member

TRIES = 5
"""How often is tried again what meets another change."""


@dataclass(frozen=True)
class Change:
    """What is written of a track, and with it in one transaction."""

    actions: list[Action]
    also: Callable[[TransactWrite], object]


def change(
    me: Member,
    track_id: str,
    decide: Callable[[Track], Change | None],
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Track:
    """The caller's own ready track after what is decided on it as it is; on None it stays so.

    Raises `NotFound`, `TrackNotReady`, `StaleVersion`, and what ``decide`` does.
    """
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if not track.is_ready:
            raise errors.TrackNotReady
        if expected_version not in (None, track.version):
            break
        decided = decide(track)
        if decided is None:
            return track
        if _written(track, decided):
            return uploads.of_speaker(me, track_id, now=now)
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def _written(track: Track, decided: Change) -> bool:
    """Write it; False where the track, or what else was to be so, has changed since."""

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[*decided.actions, Track.version.add(1)],
            condition=Track.version == track.version,
        )
        decided.also(transaction)

    return aws.written(fill)
