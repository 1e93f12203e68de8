"""Files that are tagged anew once what they say is not so any more."""

import pytest

from chalicelib.tracks.models import Track
from tests import wire
from tests.tracks.audio import mp3
from tests.tracks.stored import kept, superseded
from tests.world import Person, World


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done and not answered"])
@pytest.mark.parametrize("nth", range(1, 9))
def test_tagging_anew_that_dies_at_any_call_is_made_good_by_the_next(
    world: World, ann: Person, nth: int, done: bool
) -> None:
    track_id = ann.records(mp3(1), title="Before")
    before = world.objects("media/")
    ann.patch(f"{ann.place}/tracks/{track_id}", title="Meanwhile").expect(200)
    event = {"Records": world.stream_records()}
    with wire.failing(nth, done=done):
        world.app.react_to_activity(event, None)
    assert world.app.react_to_activity(event, None) == {"batchItemFailures": []}
    world.settle()
    assert b"Meanwhile" in ann.hears(track_id)
    assert superseded(world) == before
    assert kept(world) == [Track.get(ann.workspace_id, track_id).media_key]


def test_a_new_name_reaches_the_files_that_say_it(world: World, ann: Person) -> None:
    named, unnamed = ann.records(mp3(1)), ann.records(mp3(1))
    consent = {"public_link": True, "named_publicly": True}
    ann.patch(f"{ann.place}/tracks/{named}", consent=consent).expect(200)
    world.settle()
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Ann Other").expect(200)
    world.settle()
    assert b"Ann Other" in ann.hears(named)
    assert b"Ann" not in ann.hears(unnamed)
