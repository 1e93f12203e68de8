"""What is said instead of written: a recording of one's own that only whom it is said to may hear."""

from datetime import datetime
from typing import Final

from chalicelib import aws, errors
from chalicelib.groups.models import PADDING_MS
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Member

LONGEST_MS: Final = 60 * 1000


def recorded(me: Member, track_id: str, *, now: datetime) -> Track:
    """A recording of the caller's for nobody but themselves, of up to 60 s.

    Raises `NotFound`, `TrackNotReady`, `VoiceNotPrivate`, `VoiceTooLong`.
    """
    track = uploads.of_speaker(me, track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    if track.audience_key != me.own_key:
        raise errors.VoiceNotPrivate
    if track.duration_ms > LONGEST_MS + PADDING_MS:
        raise errors.VoiceTooLong(LONGEST_MS)
    return track


def audio(workspace_id: str, track_id: str | None, revision: float | None, *, now: datetime) -> AudioView:
    """Where to hear what was said, for who may: as it was said, or not at all any more.

    Raises `NotFound` where nothing was, or it was taken back or recorded anew.
    """
    if track_id is None:
        raise errors.NotFound
    track = aws.found(Track, workspace_id, track_id)
    if track is None:
        raise errors.NotFound
    if track.revision != revision:
        raise errors.NotFound
    return uploads.signed(track, now=now)
