"""The home page: where one left off, what one follows and what is new in it, and what happened."""

from typing import Any

from chalicelib.activity import home
from tests import wire
from tests.playlists.stories import path_of
from tests.progress.player import Player, track_of
from tests.world import Person, World, forget_everything


def home_of(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"{person.place}/home").expect(200)
    return found


def follow(person: Person, playlist_id: str) -> None:
    person.call("PUT", f"{path_of(person, playlist_id)}/following").expect(200)


def test_a_new_colleague_has_a_home_with_what_happened(ann: Person, ben: Person) -> None:
    page = home_of(ben)
    assert (page["left_off"], page["left_off_in"], page["following"]) == (None, None, [])
    assert [each["kind"] for each in page["happened"]] == ["member_joined", "workspace_created"]


def test_one_goes_on_where_one_left_off(ann: Person, ben: Person) -> None:
    playlist, track = ann.makes("How to sell"), track_of(ann, 60_000)
    entry = ann.adds(playlist, track)
    Player(ben, track, more={"playlist_id": playlist, "entry_id": entry}).listens(0, 20_000)
    page = home_of(ben)
    assert page["left_off"]["track"]["track_id"] == track
    assert page["left_off"]["progress"]["position_ms"] == 20_000
    assert (page["left_off"]["playlist_id"], page["left_off"]["entry_id"]) == (playlist, entry)
    assert page["left_off_in"]["title"] == "How to sell"
    assert home_of(ann)["left_off"] is None


def test_a_playlist_that_closed_is_not_gone_on_with(ann: Person, ben: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    entry = ann.adds(playlist, track)
    Player(ben, track, more={"playlist_id": playlist, "entry_id": entry}).listens(0, 20_000)
    ann.patch(path_of(ann, playlist), audience="me").expect(200)
    page = home_of(ben)
    assert page["left_off"]["track"]["track_id"] == track
    assert (page["left_off"]["playlist_id"], page["left_off"]["entry_id"]) == (None, None)
    assert page["left_off_in"] is None
    ann.patch(f"{ann.place}/tracks/{track}", consent={"audience": "me"}).expect(200)
    assert home_of(ben)["left_off"] is None


def test_what_one_follows_stands_there_with_what_is_new_in_it(ann: Person, ben: Person) -> None:
    quiet, lively, other = ann.makes("Quiet"), ann.makes("Lively"), ann.makes("Other")
    for playlist in (quiet, lively):
        follow(ben, playlist)
    for _ in range(2):
        ann.adds(lively, track_of(ann, 60_000))
    ann.adds(other, track_of(ann, 60_000))
    shown = home_of(ben)["following"]
    assert [(each["title"], each["new_count"]) for each in shown] == [("Lively", 2), ("Quiet", 0)]
    ben.post(f"{path_of(ben, lively)}/seen").expect(200)
    assert [each["new_count"] for each in home_of(ben)["following"]] == [0, 0]


def test_only_the_newest_changed_of_what_one_follows_are_shown(ann: Person) -> None:
    made = [ann.makes(f"Number {number}") for number in range(home.MOST_FOLLOWED + 1)]
    ann.adds(made[0], track_of(ann, 60_000))
    shown = [each["title"] for each in home_of(ann)["following"]]
    assert len(shown) == home.MOST_FOLLOWED
    assert shown[:2] == ["Number 0", f"Number {home.MOST_FOLLOWED}"]


def test_a_home_costs_thirteen_calls_and_no_more(world: World, ann: Person, ben: Person) -> None:
    for number in range(15):
        playlist, track = ann.makes(f"Number {number}"), track_of(ann, 60_000)
        entry = ann.adds(playlist, track)
        follow(ben, playlist)
    ann.post(f"{path_of(ann, playlist)}/assignments", member_ids=[ben.member_id]).expect(204)
    Player(ben, track, more={"playlist_id": playlist, "entry_id": entry}).listens(0, 20_000)
    forget_everything()
    home_of(ben)
    with wire.counted() as calls:
        home_of(ben)
    assert sorted(calls) == [
        "BatchGetItem loops progress members",
        "BatchGetItem members",
        "BatchGetItem playlists",
        "BatchGetItem playlists",
        "BatchGetItem progress",
        "BatchGetItem tracks",
        "GetItem loops",
        "GetItem tracks",
        "Query activity",
        "Query activity",
        "Query loops",
        "Query loops",
        "Query playlists",
    ]
