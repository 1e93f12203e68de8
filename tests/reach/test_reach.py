"""How far a track has come: counted weekly, in bands, for its speaker alone."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.activity.models import Activity
from chalicelib.due.models import Due
from chalicelib.progress.models import Progress
from chalicelib.reach import publishing
from chalicelib.reach.models import Listener
from chalicelib.tracks.models import Track
from tests.groups.company import clock_strikes
from tests.progress.player import Player, track_of
from tests.world import Person, World

MINUTE_MS = 60_000
DURATION_MS = 5 * MINUTE_MS
NOTHING = [None] * 10


@pytest.fixture
def colleagues(ann: Person) -> list[Person]:
    """Twelve people who may listen to what Ann says."""
    return [ann.invites(f"number-{number}@acme.example") for number in range(12)]


def published(speaker: Person, **more: Any) -> str:
    """The id of a track whose listeners are counted from now on."""
    track_id = track_of(speaker, DURATION_MS, **more)
    publishing.begin(
        Activity(
            f"w#{speaker.workspace_id}",
            "0",
            kind="track_published",
            workspace_id=speaker.workspace_id,
            track_id=track_id,
            at=times.now(),
        )
    )
    return track_id


def reach(speaker: Person, track_id: str) -> dict[str, Any]:
    found: dict[str, Any] = speaker.get(f"{speaker.place}/tracks/{track_id}/reach").expect(200)
    return found


def hear(people: list[Person], track_id: str, until_ms: int) -> None:
    for person in people:
        Player(person, track_id).listens(0, until_ms, ago=timedelta(seconds=30), wall_ms=until_ms)
    people[0].world.carry_listening()


def a_week_passes(track_id: str) -> None:
    clock_strikes(publishing.next_counting(track_id, times.now()))


def test_before_the_first_counting_nothing_is_told(ann: Person, colleagues: list[Person]) -> None:
    track_id = published(ann)
    hear(colleagues, track_id, DURATION_MS)
    assert reach(ann, track_id) == {
        "revision": 1,
        "heard": None,
        "completed": None,
        "left_off": NOTHING,
        "counted_at": None,
    }


def test_a_speaker_sees_in_bands_who_has_heard_completed_and_stopped(
    ann: Person, colleagues: list[Person]
) -> None:
    track_id = published(ann)
    hear(colleagues[:5], track_id, DURATION_MS)
    hear(colleagues[5:10], track_id, 2 * MINUTE_MS)
    hear(colleagues[10:], track_id, MINUTE_MS)
    a_week_passes(track_id)
    seen = reach(ann, track_id)
    assert (seen["heard"], seen["completed"]) == (10, 5)
    assert seen["left_off"] == [None] * 4 + [5] + [None] * 5
    assert seen["counted_at"] is not None


def test_one_person_more_changes_nothing(ann: Person, colleagues: list[Person]) -> None:
    track_id = published(ann)
    hear(colleagues[:6], track_id, DURATION_MS)
    a_week_passes(track_id)
    before = reach(ann, track_id)
    assert before["heard"] == before["completed"] == 5
    hear(colleagues[6:7], track_id, DURATION_MS)
    assert reach(ann, track_id) == before
    moment = publishing.next_counting(track_id, publishing.next_counting(track_id, times.now()))
    clock_strikes(moment)
    assert reach(ann, track_id) | {"counted_at": before["counted_at"]} == before
    assert reach(ann, track_id)["counted_at"] != before["counted_at"]


def test_fewer_than_five_are_not_told_from_nobody(ann: Person, colleagues: list[Person]) -> None:
    heard, silent = published(ann), published(ann)
    hear(colleagues[:4], heard, DURATION_MS)
    a_week_passes(heard)
    a_week_passes(silent)
    uncounted = {"counted_at": None}
    assert reach(ann, heard) | uncounted == reach(ann, silent) | uncounted


def test_the_speaker_and_those_who_only_say_they_know_it_are_not_counted(
    ann: Person, colleagues: list[Person]
) -> None:
    track_id = published(ann)
    hear([ann, *colleagues[:4]], track_id, DURATION_MS)
    for person in colleagues[4:]:
        path = f"{person.place}/progress/{track_id}/completion"
        person.call("PUT", path, {"revision": 1, "source": "self_declared"}).expect(200)
    ann.world.carry_listening()
    a_week_passes(track_id)
    assert reach(ann, track_id)["heard"] is None
    assert reach(ann, track_id)["completed"] is None


def test_what_comes_twice_or_in_pieces_counts_once(
    world: World, ann: Person, colleagues: list[Person]
) -> None:
    track_id = published(ann)
    for person in colleagues[:5]:
        player = Player(person, track_id)
        player.listens(0, MINUTE_MS, ago=timedelta(seconds=60))
        player.listens(MINUTE_MS, 2 * MINUTE_MS, ago=timedelta(seconds=30))
    records = world.carry_listening()
    for one in records:
        world.app.keep_reach({"Records": [one]}, None)
    assert len(list(Listener.of_track(track_id))) == 5
    a_week_passes(track_id)
    assert reach(ann, track_id)["heard"] == 5


def test_nothing_names_who_has_listened(ann: Person, colleagues: list[Person]) -> None:
    one, other = published(ann), published(ann)
    hear(colleagues, one, DURATION_MS)
    hear(colleagues, other, DURATION_MS)
    places = [{each.place for each in Listener.of_track(track_id)} for track_id in (one, other)]
    assert len(places[0]) == len(places[1]) == 12
    assert not places[0] & places[1]
    kept = repr([each.to_dynamodb_dict() for each in Listener.scan()])
    assert not [person.member_id for person in colleagues if person.member_id in kept]


def test_a_new_revision_begins_anew_and_forgets_the_old_one(ann: Person, colleagues: list[Person]) -> None:
    track_id = published(ann)
    hear(colleagues[:6], track_id, DURATION_MS)
    a_week_passes(track_id)
    track = Track.get(ann.workspace_id, track_id)
    track.update(actions=[Track.revision.set(2)])
    assert reach(ann, track_id) == {
        "revision": 2,
        "heard": None,
        "completed": None,
        "left_off": NOTHING,
        "counted_at": None,
    }
    clock_strikes(publishing.next_counting(track_id, publishing.next_counting(track_id, times.now())))
    assert list(Listener.of_track(track_id)) == []


def test_of_a_track_that_is_gone_nothing_is_kept(ann: Person, colleagues: list[Person]) -> None:
    track_id = published(ann)
    hear(colleagues[:6], track_id, DURATION_MS)
    a_week_passes(track_id)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    clock_strikes(publishing.next_counting(track_id, publishing.next_counting(track_id, times.now())))
    assert [each for each in Listener.scan() if each.track_id == track_id] == []
    clock_strikes(times.now() + timedelta(days=60))  # and is not counted again


def test_what_comes_late_of_a_track_that_is_gone_does_not_stay(
    world: World, ann: Person, colleagues: list[Person]
) -> None:
    track_id = published(ann)
    player = Player(colleagues[0], track_id)
    player.listens(0, MINUTE_MS, ago=timedelta(seconds=30), wall_ms=MINUTE_MS)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    first = publishing.next_counting(track_id, times.now())
    clock_strikes(first)
    world.carry_listening()
    assert len(list(Listener.of_track(track_id))) == 1
    clock_strikes(first + publishing.WEEK)
    assert list(Listener.of_track(track_id)) == []
    assert [due for due in Due.scan() if due.kind == publishing.KIND and due.slot.startswith("2")] == []


def test_only_the_speaker_sees_it(ann: Person, ben: Person, eve: Person) -> None:
    track_id = published(ben)
    reach(ben, track_id)
    for other in (ann, eve):
        other.get(f"{ben.place}/tracks/{track_id}/reach").expect(404)


def test_progress_that_is_gone_is_forgotten_here_too(
    world: World, ann: Person, colleagues: list[Person]
) -> None:
    track_id = published(ann)
    hear(colleagues[:2], track_id, DURATION_MS)
    Progress.get(colleagues[0].member_id, Progress.key_of(track_id, 1)).delete()
    world.carry_listening()
    assert len(list(Listener.of_track(track_id))) == 1


def test_what_was_heard_counts_although_its_place_is_not_known(world: World, ann: Person) -> None:
    track_id = published(ann)
    keys = {"member_id": {"S": "somebody"}, "track_key": {"S": Progress.key_of(track_id, 1)}}
    record = {"dynamodb": {"Keys": keys, "NewImage": keys | {"heard": {"NS": ["3"]}}}}
    world.app.keep_reach({"Records": [record]}, None)
    [listener] = Listener.of_track(track_id)
    assert (listener.left_off_ms, listener.completed) == (0, False)


def test_each_track_has_its_own_moment_of_the_week() -> None:
    now = times.now()
    ids = [f"track {number}" for number in range(200)]
    moments = [publishing.next_counting(track_id, now) for track_id in ids]
    assert all(now < moment <= now + publishing.WEEK for moment in moments)
    assert len({moment.hour for moment in moments}) > 20
    again = [
        publishing.next_counting(track_id, moment) for track_id, moment in zip(ids, moments, strict=True)
    ]
    assert [later - moment for later, moment in zip(again, moments, strict=True)] == [publishing.WEEK] * 200
