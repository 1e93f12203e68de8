"""An export of 2,000 tracks: everything is there, memory stays flat, and each thing is asked for once."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest

from chalicelib import settings, times
from chalicelib.exports import starting
from chalicelib.exports.parts import LEAST_BYTES
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member
from tests import wire
from tests.exports.stories import stored, taken_orders, track_of, turn
from tests.tracks.audio import mp3
from tests.world import Person, World

TRACKS = 2000
TITLES = ("🎧" * 200, "../../etc/passwd", "Pitch", "pitch", "=cmd|' /C calc'!A0", "CON", "a\nb")


@pytest.fixture
def me(ann: Person) -> Member:
    """Ann, whose workspace has two thousand tracks."""
    member_id, now, audio = ann.member_id, times.now(), mp3(2)
    keys = [f"media/{uuid.uuid4().hex}" for _ in range(10)]
    for key in keys:
        ann.world.s3.put_object(Bucket=settings.MEDIA_BUCKET, Key=key, Body=audio)
    with Track.batch_write() as batch:
        for number in range(TRACKS):
            title, key = TITLES[number % len(TITLES)], keys[number % len(keys)]
            at = now + timedelta(milliseconds=number)
            batch.save(track_of(ann.workspace_id, member_id, title, key, len(audio), at))
    return Member.get(ann.workspace_id, member_id)


def test_two_thousand_tracks_become_one_zip_over_several_turns(world: World, me: Member) -> None:
    now = times.now()
    export = starting.start(me, me.workspace_key, export_id=None, now=now)
    turns = 0
    with wire.made("s3") as objects, wire.made() as items:
        while waiting := taken_orders(world):
            [order] = waiting
            turn(order, now)
            turns += 1
    taken = stored(world, export)
    files = taken.audio()
    assert len(files) == TRACKS
    assert files[:3] == [
        f"tracks/0001 {'🎧' * 37}.mp3",
        "tracks/0002 etc passwd.mp3",
        "tracks/0003 Pitch.mp3",
    ]
    assert [each["file"] for each in taken.json("tracks.json")] == files
    export.refresh(consistent_read=True)
    assert (export.status, export.done, export.total) == ("ready", TRACKS, TRACKS)
    assert turns == -(-int(export.size_bytes) // (LEAST_BYTES + 32 * 1024)) > 5
    asked = Counter(call.operation for call in objects)
    assert asked["UploadPart"] == turns
    assert asked["GetObject"] == TRACKS + turns - 1  # each track once, and each later turn its checkpoint
    assert asked["PutObject"] == turns + 1
    assert sum(call.is_read for call in items) < TRACKS / 10
