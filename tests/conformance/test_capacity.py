"""What calls cost, in the units that AWS bills."""

from tests import wire
from tests.tracks.audio import mp3
from tests.world import Person, forget_everything


def test_knowing_who_calls_costs_one_unit_once_a_minute(ann: Person) -> None:
    path = f"{ann.place}/members/{ann.member_id}"
    forget_everything()
    with wire.consumed() as first:
        ann.get(path).expect(200)
    with wire.consumed() as second:
        ann.get(path).expect(200)
    assert ("GetItem members", 1.0) in first
    assert len(first) == len(second) + 1


def test_a_play_url_costs_one_unit(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    with wire.consumed() as spent:
        ann.get(f"{ann.place}/tracks/{track_id}/audio").expect(200)
    assert spent == [("GetItem tracks", 1.0)]
