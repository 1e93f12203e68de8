"""Chapters: a speaker says where in a track what begins, whoever may hear the track goes straight there.

They stand on the track itself and are of its present revision: what is recorded anew begins without.
"""

from datetime import datetime

import msgspec

from chalicelib import aws, errors
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Chapter, Track
from chalicelib.tracks.views import ChapterView, TrackView
from chalicelib.workspaces.models import Member

TRIES = 5
"""How often is tried again what meets another change."""


def write(
    me: Member, track_id: str, chapters: list[ChapterView], *, expected_version: int | None, now: datetime
) -> Track:
    """A track of one's own with these chapters in place of those it had, none of them included.

    Raises `NotFound`, `TrackNotReady`, `InvalidRequest` where they do not follow one another within the
    track, `StaleVersion`.
    """
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if not track.is_ready:
            raise errors.TrackNotReady
        _check(chapters, int(track.duration_ms))
        if expected_version not in (None, track.version):
            break
        if _changed(track, chapters):
            return uploads.of_speaker(me, track_id, now=now)
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def _check(chapters: list[ChapterView], duration_ms: int) -> None:
    before_ms = -1
    for number, chapter in enumerate(chapters, 1):
        if chapter.at_ms <= before_ms:
            raise errors.InvalidRequest(f"Chapter {number} must begin later than the one before it.")
        if chapter.at_ms >= duration_ms:
            raise errors.InvalidRequest(
                f"Chapter {number} begins at {_clock(chapter.at_ms)}, "
                f"but the track ends at {_clock(duration_ms)}."
            )
        before_ms = chapter.at_ms


def _clock(ms: int) -> str:
    minutes, rest_ms = divmod(ms, 60_000)
    return f"{minutes}:{rest_ms / 1000:06.3f}"


def _changed(track: Track, chapters: list[ChapterView]) -> bool:
    """Give the track as it was read other chapters; False where it has changed since."""
    kept = [Chapter(at_ms=chapter.at_ms, title=chapter.title) for chapter in chapters]
    return aws.updated(
        Track(track.workspace_id, track.track_id),
        [Track.chapters.set(kept), Track.version.add(1)],
        Track.version == track.version,
    )
