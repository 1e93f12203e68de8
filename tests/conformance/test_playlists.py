"""Playlists on a DynamoDB that validates, cancels and counts: full ones, busy ones, and what a page costs."""

import json
import random
import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib import times
from chalicelib.playlists import models
from chalicelib.playlists.models import MOST_ENTRIES, Entry, Playlist
from chalicelib.playlists.ordering import GAP
from chalicelib.progress.models import Progress
from chalicelib.tracks.models import MOST_ENTERED, Track, entered
from tests import wire
from tests.playlists.stories import add, entry_path, move, order, path_of, states, tie
from tests.progress.player import track_of
from tests.world import Answer, Person, World

LARGEST_ITEM_BYTES = 400 * 1024
MOST_READ_UNITS = 30
MOST_BODY_BYTES = 25_000


def entries_of(person: Person, playlist_id: str) -> dict[str, Entry]:
    return Playlist.get(person.workspace_id, playlist_id, consistent_read=True).entries


def fill(person: Person, playlist_id: str, entries: list[Entry]) -> None:
    """Put entries into a playlist without asking for each."""
    playlist = Playlist.get(person.workspace_id, playlist_id, consistent_read=True)
    playlist.entries = {each.entry_id: each for each in entries}
    playlist.save()


def hear(person: Person, tracks: list[str], buckets: int) -> None:
    """Have heard so much of each of these tracks, with everything that progress has."""
    me = person.member_id
    with Progress.batch_write() as batch:
        for track in tracks:
            batch.save(
                Progress(
                    me,
                    Progress.key_of(track, 1),
                    heard=set(range(buckets)),
                    position_ms=1000 * buckets,
                    last_event=bytes(28),
                    completed_at=times.now(),
                    source="listened",
                )
            )


def entry(**fields: Any) -> Entry:
    """An entry with these fields."""
    usual: dict[str, Any] = {
        "entry_id": str(uuid.uuid4()),
        "rank": 0,
        "version": 1,
        "added_by": "a" * 22,
        "added_name": "Ann Example",
        "added_ms": times.epoch_ms(times.now()),
    }
    return Entry(**(usual | fields))


def longest(number: int) -> Entry:
    """An entry of which everything is as long as it may be, in characters of four bytes."""
    return entry(
        rank=-(10**37) + number,
        version=10**15,
        added_name="𝄞" * 100,
        note="𝄞" * models.LONGEST_NOTE,
        optional=True,
        from_ms=24 * 60 * 60 * 1000 - 1,
        to_ms=24 * 60 * 60 * 1000,
        track_id=str(uuid.uuid4()),
        track_version=10**15,
        title="𝄞" * 200,
        duration_ms=30 * 60 * 1000,
        revision=10**6,
        speaker_id="s" * 22,
        speaker_name="𝄞" * 100,
        audience_key=f"w#{uuid.uuid4()}",
    )


def usual(number: int, track_id: str, audience_key: str) -> Entry:
    """An entry as people make them; every other one has a note."""
    return entry(
        rank=number * GAP,
        note="Listen to this before your first call" if number % 2 else None,
        track_id=track_id,
        track_version=3,
        title=f"How I open a call with a stranger, part {number}",
        duration_ms=120_000,
        revision=1,
        speaker_id="s" * 22,
        speaker_name="Ben Example",
        audience_key=audience_key,
    )


def test_the_fullest_playlist_fits_into_an_item_and_can_still_be_spread(ann: Person) -> None:
    playlist = ann.makes(
        "𝄞" * 200,
        description="𝄞" * models.LONGEST_DESCRIPTION,
        topics=[f"{number}" + "𝄞" * (models.LONGEST_TOPIC - 1) for number in range(models.MOST_TOPICS)],
        mode="collaborative",
    )
    fill(ann, playlist, [longest(number) for number in range(MOST_ENTRIES)])
    size = item_bytes(ann, playlist)
    assert LARGEST_ITEM_BYTES * 0.9 < size < LARGEST_ITEM_BYTES
    tie(ann, playlist, list(entries_of(ann, playlist)))
    first, *_, last = order(ann.opens(playlist))
    move(ann, playlist, last, first).expect(200)
    assert order(ann.opens(playlist))[:2] == [first, last]
    assert Playlist.get(ann.workspace_id, playlist).spreads == 1
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="𝄞" * 100).expect(200)
    assert len(ann.opens(playlist)["entries"]) == MOST_ENTRIES


def test_a_playlist_takes_its_hundred_and_fiftieth_entry_and_no_further_one(ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    fill(ann, playlist, [longest(number) for number in range(MOST_ENTRIES - 1)])
    ann.adds(playlist, track)
    refused = add(ann, playlist, track).expect(409)
    assert (refused["Code"], "150 entries" in refused["Message"]) == ("PlaylistFull", True)
    ann.delete(entry_path(ann, playlist, order(ann.opens(playlist))[0])).expect(204)
    ann.adds(playlist, track)
    assert len(entries_of(ann, playlist)) == MOST_ENTRIES
    assert add(ann, playlist, track).expect(409)["Code"] == "PlaylistFull"


def test_a_track_stands_in_a_hundred_places_and_no_further_one(ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    places = {entered(str(uuid.uuid4()), str(uuid.uuid4())) for _ in range(MOST_ENTERED - 1)}
    Track(ann.workspace_id, track).update(actions=[Track.entered.add(places)])
    ann.adds(playlist, track)
    refused = add(ann, playlist, track).expect(409)
    assert (refused["Code"], "100 playlists" in refused["Message"]) == ("TrackInTooManyPlaylists", True)


def test_a_page_of_fifty_entries_costs_thirty_units_and_25_kb(ann: Person, ben: Person) -> None:
    playlist = ann.makes(
        "How to perfect your sales pitch", description="What we learned in ten years", topics=["sales"]
    )
    key = Playlist.get(ann.workspace_id, playlist).audience_key
    tracks = [str(uuid.uuid4()) for _ in range(50)]
    fill(ann, playlist, [usual(number, track, key) for number, track in enumerate(tracks)])
    hear(ben, tracks, 120)
    ben.call("PUT", f"{path_of(ben, playlist)}/following").expect(200)
    with wire.consumed() as spent:
        body = ben.opens(playlist)
    assert [call for call, _ in spent] == ["GetItem playlists", "BatchGetItem loops progress"]
    assert sum(units for _, units in spent) <= MOST_READ_UNITS
    assert [each["progress"]["completed"] for each in body["entries"]] == [True] * 50
    assert len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) <= MOST_BODY_BYTES


def test_twenty_people_who_add_at_once_lose_nothing_and_add_nothing_twice(world: World, ann: Person) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    people = [ann, *(ann.invites(f"p{number}@acme.example") for number in range(19))]
    keys = [[str(uuid.uuid4()) for _ in range(3)] for _ in people]

    def adds(person: Person, ids: list[str]) -> list[Answer]:
        return [add(person, playlist, track, key=key) for key in ids for _ in range(2)]

    acts = [partial(adds, person, ids) for person, ids in zip(people, keys, strict=True)]
    answers = [answer for each in world.at_once(*acts) for answer in each]
    assert [answer.status for answer in answers] == [201] * 120
    page = ann.opens(playlist)
    assert sorted(order(page)) == sorted(key for ids in keys for key in ids)
    assert page["entry_count"] == 60
    track_item = Track.get(ann.workspace_id, track, consistent_read=True)
    assert track_item.entered == {entered(playlist, key) for ids in keys for key in ids}


def test_twenty_people_who_add_move_annotate_and_remove_at_once_each_get_what_they_were_told(
    world: World, ann: Person
) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    people = [ann, *(ann.invites(f"p{number}@acme.example") for number in range(19))]
    mine = [[person.adds(playlist, track) for _ in range(2)] for person in people]
    everybody = tie(ann, playlist, [each for pair in mine for each in pair])
    added: list[str] = []
    lock = threading.Lock()

    def acts(person: Person, pair: list[str], number: int) -> None:
        chance = random.Random(number)
        kept, dropped = pair
        answer = add(person, playlist, track, after=chance.choice(everybody))
        with lock:
            added.append(answer.expect(201)["entry_id"])
        move(person, playlist, kept, chance.choice([each for each in everybody if each != kept])).expect(200)
        person.patch(entry_path(person, playlist, kept), note=f"Mine, {number}").expect(200)
        person.delete(entry_path(person, playlist, dropped)).expect(204)
        move(person, playlist, kept, None).expect(200)

    world.at_once(
        *(
            partial(acts, person, pair, number)
            for number, (person, pair) in enumerate(zip(people, mine, strict=True))
        )
    )
    page = ann.opens(playlist)
    by_id = {each["entry_id"]: each for each in page["entries"]}
    assert by_id.keys() == {*everybody, *added}
    assert [by_id[kept]["note"] for kept, _ in mine] == [f"Mine, {number}" for number in range(20)]
    assert {by_id[dropped]["state"] for _, dropped in mine} == {"removed"}
    assert [by_id[each]["state"] for each in added] == ["live"] * 20
    assert page["entry_count"] == 40
    world.settle()
    track_item = Track.get(ann.workspace_id, track, consistent_read=True)
    live = {each["entry_id"] for each in page["entries"] if each["state"] == "live"}
    assert track_item.entered == {entered(playlist, each) for each in live}


def test_of_twenty_who_move_one_entry_at_once_one_wins_and_the_others_are_told(
    world: World, ann: Person
) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    others = [ann.adds(playlist, track) for _ in range(20)]
    moved = ann.adds(playlist, track)
    answers = world.at_once(*(partial(move, ann, playlist, moved, other, version=1) for other in others[:-1]))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [200] + [409] * 18
    present = order(ann.opens(playlist))
    for answer in answers:
        if answer.status == 409:
            assert order(answer.body["Current"]) == present
    [winner] = [other for other, answer in zip(others, answers, strict=False) if answer.status == 200]
    assert present[present.index(moved) - 1] == winner


def test_the_last_places_go_to_as_many_as_there_are(world: World, ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    fill(ann, playlist, [longest(number) for number in range(MOST_ENTRIES - 5)])
    answers = world.at_once(*[partial(add, ann, playlist, track)] * 12)
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 7
    assert {answer.body["Code"] for answer in answers if answer.status == 409} == {"PlaylistFull"}
    assert len(entries_of(ann, playlist)) == MOST_ENTRIES


@pytest.mark.parametrize(("times_refused", "status"), [(3, 201), (10**9, 503)])
def test_what_meets_other_transactions_is_done_once_or_not_at_all(
    world: World, ann: Person, times_refused: int, status: int
) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    key = str(uuid.uuid4())
    with wire.refusing("TransactionCanceledException", operation="TransactWriteItems", times=times_refused):
        add(ann, playlist, track, key=key).expect(status)
    add(ann, playlist, track, key=key).expect(201)
    assert order(ann.opens(playlist)) == [key]


def test_people_who_meet_one_another_and_lose_answers_still_lose_nothing(world: World, ann: Person) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    keys = [str(uuid.uuid4()) for _ in range(20)]

    def adds(key: str) -> Answer:
        answer = add(ann, playlist, track, key=key)
        return answer if answer.status == 201 else add(ann, playlist, track, key=key)

    with (
        wire.refusing("TransactionCanceledException", operation="TransactWriteItems", times=15),
        wire.cut_off("TransactWriteItems", times=5),
    ):
        answers = world.at_once(*(partial(adds, key) for key in keys))
    assert [answer.status for answer in answers] == [201] * 20
    page = ann.opens(playlist)
    assert (sorted(order(page)), page["entry_count"]) == (sorted(keys), 20)


def test_a_track_narrowed_while_twenty_add_it_is_masked_wherever_it_was_added(
    world: World, ann: Person, ben: Person
) -> None:
    playlist, track = ben.makes(mode="collaborative"), track_of(ann, 60_000)
    narrow = partial(ann.patch, f"{ann.place}/tracks/{track}", consent={"audience": "me"})
    acts: list[Callable[[], Answer]] = [narrow, *[partial(add, ben, playlist, track)] * 19]
    answers = world.at_once(*acts)
    answers[0].expect(200)
    assert {answer.status for answer in answers[1:]} <= {201, 404}
    page = ben.opens(playlist)
    assert len(page["entries"]) == sum(answer.status == 201 for answer in answers[1:])
    assert set(states(page)) <= {"masked"}


def item_bytes(person: Person, playlist_id: str) -> int:
    """How large DynamoDB takes the item to be: a strongly consistent read costs a unit for each 4 kB."""
    with wire.consumed() as spent:
        Playlist.get(person.workspace_id, playlist_id, consistent_read=True)
    [(_, units)] = spent
    return int(units * 4096)


def test_a_rename_reaches_a_playlist_whose_every_entry_is_ones_own(world: World, ann: Person) -> None:
    playlist = ann.makes()
    me = ann.member_id
    fill(ann, playlist, [entry(rank=number, added_by=me, track_id="t") for number in range(MOST_ENTRIES)])
    ann.patch(f"{ann.place}/members/{me}", name="Anna").expect(200)
    world.settle()
    assert {each.added_name for each in entries_of(ann, playlist).values()} == {"Anna"}
    assert ann.get(path_of(ann, playlist)).expect(200)["owner"]["name"] == "Anna"
