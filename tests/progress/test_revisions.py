"""What a process learns of the revisions that are listened to."""

import pytest

from chalicelib.tracks.models import Track
from tests.progress.player import Player, track_of
from tests.world import Person


@pytest.mark.parametrize("peaks", [b"A" * 5, b"AB", b"\x00\xff" * 400])
def test_a_track_is_listened_to_whatever_its_waveform_is(ann: Person, peaks: bytes) -> None:
    track_id = track_of(ann, 60_000)
    Track(ann.workspace_id, track_id).update(actions=[Track.peaks.set(peaks)])
    assert Player(ann, track_id).listens(0, 1000)["taken"] == 1
