"""A track's revisions: what was said before stays to be heard, until its speaker deletes it.

Who may hear the track hears of an earlier revision what was for them when another took its place: a track
that is opened to more people later opens to them what is said in it now.
"""

from datetime import datetime
from typing import Final

from pynamodb.transactions import TransactWrite

from chalicelib import errors
from chalicelib.activity import log
from chalicelib.auth import audience
from chalicelib.reviews.changing import Change, change
from chalicelib.reviews.views import RevisionView
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Revision, Track
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Member

MOST_DIGITS: Final = 9
"""Revisions are counted; what is not a number of so many digits is none."""


def of_track(me: Member, track_id: str, *, now: datetime) -> list[RevisionView]:
    """The present revision of a track and the earlier ones that it remembers, newest first.

    Raises `NotFound`, `TrackNotReady`, `TrackRetired`.
    """
    track = uploads.played_by(me, track_id, now=now)
    present = RevisionView(
        revision=int(track.revision),
        published_at=track.revised_at or track.published_at,
        duration_ms=int(track.duration_ms),
        present=True,
        playable=True,
        kept=True,
    )
    return [present, *(_view(me, track, each) for each in reversed(track.former))]


def audio(me: Member, track_id: str, revision: str, *, now: datetime) -> AudioView:
    """Where to hear a revision for the next 5 minutes. Raises `NotFound`, `TrackNotReady`, `TrackRetired`."""
    track = uploads.played_by(me, track_id, now=now)
    number = _number(revision)
    if number == track.revision:
        return uploads.signed(track, now=now)
    for each in track.former:
        if each.revision == number and _is_playable(me, track, each):
            return uploads.signed(each, now=now)
    raise errors.NotFound


def erase(me: Member, track_id: str, revision: str, *, now: datetime) -> None:
    """Delete the audio of an earlier revision of one's own for good; that it was, and who heard it, stays.

    Raises `NotFound`, also of the present revision, and what `changing.change` does.
    """
    number = _number(revision)

    def decide(track: Track) -> Change | None:
        found = next((each for each in track.former if each.revision == number), None)
        if found is None:
            raise errors.NotFound
        if found.media_key is None:
            return None
        key = str(found.media_key)
        found.media_key = None
        return Change(
            [Track.former.set(track.former)], lambda transaction: _noted(transaction, track, key, now)
        )

    change(me, track_id, decide, now=now)


def _number(revision: str) -> int:
    if not (revision.isascii() and revision.isdigit() and len(revision) <= MOST_DIGITS):
        raise errors.NotFound
    return int(revision)


def _view(me: Member, track: Track, former: Revision) -> RevisionView:
    return RevisionView(
        revision=int(former.revision),
        published_at=former.published_at,
        duration_ms=int(former.duration_ms),
        present=False,
        playable=_is_playable(me, track, former),
        kept=former.media_key is not None,
    )


def _is_playable(me: Member, track: Track, former: Revision) -> bool:
    """Whether who may hear the track may hear this of it too."""
    was_for = audience.may_open(me, former.audience_key) or track.speaker_id == me.member_id
    return former.media_key is not None and was_for


def _noted(transaction: TransactWrite, track: Track, key: str, now: datetime) -> None:
    """So that the stream's reader erases the file."""
    log.record(
        transaction,
        "revision_deleted",
        f"m#{track.speaker_id}",
        workspace_id=track.workspace_id,
        actor_id=track.speaker_id,
        now=now,
        track_id=track.track_id,
        details={"keys": [key]},
    )
