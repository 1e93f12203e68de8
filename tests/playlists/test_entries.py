"""Entries: added, moved, annotated and removed, and by whom."""

import uuid

import pytest

from chalicelib.playlists import entries
from chalicelib.tracks.models import Track
from tests import wire
from tests.playlists.stories import add, entry_path, move, order, path_of, states, tie
from tests.progress.player import track_of
from tests.world import Person, World


@pytest.fixture
def track(ann: Person) -> str:
    return track_of(ann, 60_000)


def test_entries_stand_in_the_order_in_which_they_were_added_or_put(ann: Person, track: str) -> None:
    playlist = ann.makes()
    first, second = ann.adds(playlist, track), ann.adds(playlist, track)
    top = ann.adds(playlist, track, after=None)
    between = ann.adds(playlist, track, after=first)
    assert order(ann.opens(playlist)) == [top, first, between, second]


def test_an_entry_is_moved_to_the_top_behind_another_and_to_the_end(ann: Person, track: str) -> None:
    playlist = ann.makes()
    a, b, c = (ann.adds(playlist, track) for _ in range(3))
    for entry, after, expected in ((c, None, [c, a, b]), (c, a, [a, c, b]), (a, b, [c, b, a])):
        assert move(ann, playlist, entry, after).expect(200)["entry_id"] == entry
        assert order(ann.opens(playlist)) == expected


def test_moving_an_entry_to_where_it_stands_changes_nothing(ann: Person, track: str) -> None:
    playlist = ann.makes()
    a, b = ann.adds(playlist, track), ann.adds(playlist, track)
    assert move(ann, playlist, b, a).expect(200)["version"] == 1
    assert move(ann, playlist, a, None).expect(200)["version"] == 1


def test_moving_what_somebody_moved_first_is_a_conflict_with_the_present_order(
    ann: Person, ben: Person, track: str
) -> None:
    playlist = ann.makes(mode="collaborative")
    a, b, mine = ann.adds(playlist, track), ann.adds(playlist, track), ben.adds(playlist, track)
    move(ben, playlist, mine, None, version=1).expect(200)
    stale = move(ann, playlist, mine, a, version=1).expect(409)
    assert stale["Code"] == "StaleVersion"
    assert order(stale["Current"]) == [mine, a, b]
    assert stale["Current"]["entries"][0]["version"] == 2
    assert order(ann.opens(playlist)) == [mine, a, b]


def test_two_who_want_the_same_are_not_in_conflict(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    ann.adds(playlist, track)
    mine = ben.adds(playlist, track)
    for person in (ann, ben):
        assert move(person, playlist, mine, None, version=1).expect(200)["version"] == 2


def test_a_move_meets_another_between_reading_and_writing(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    a, b, mine = ann.adds(playlist, track), ann.adds(playlist, track), ben.adds(playlist, track)
    with wire.overtaken("UpdateItem", lambda: move(ben, playlist, mine, None).expect(200)):
        stale = move(ann, playlist, mine, a, version=1).expect(409)
    assert order(stale["Current"]) == [mine, a, b]
    with wire.overtaken("UpdateItem", lambda: move(ben, playlist, mine, a).expect(200)):
        move(ann, playlist, mine, b).expect(200)
    assert order(ann.opens(playlist)) == [a, b, mine]


def test_what_others_do_elsewhere_in_the_list_is_no_conflict(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    a, b, mine = ann.adds(playlist, track), ann.adds(playlist, track), ben.adds(playlist, track)

    def meanwhile() -> None:
        ben.adds(playlist, track)
        ben.patch(entry_path(ben, playlist, mine), note="Mine").expect(200)

    with wire.overtaken("UpdateItem", meanwhile):
        move(ann, playlist, b, None, version=1).expect(200)
    assert order(ann.opens(playlist))[:3] == [b, a, mine]


def test_one_cannot_stand_behind_what_is_not_there(ann: Person, track: str) -> None:
    playlist = ann.makes()
    entry = ann.adds(playlist, track)
    assert move(ann, playlist, entry, "unknown").expect(409)["Code"] == "StaleVersion"
    assert move(ann, playlist, entry, entry).expect(409)["Code"] == "StaleVersion"
    assert add(ann, playlist, track, after="unknown").expect(409)["Code"] == "StaleVersion"
    move(ann, playlist, "unknown", None).expect(404)


def test_equals_are_spread_so_that_one_can_stand_between_them(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    first = ann.adds(playlist, track)
    tied: list[str] = []
    with wire.overtaken("TransactWriteItems", lambda: tied.append(ben.adds(playlist, track))):
        tied.append(ann.adds(playlist, track))
    assert sorted(order(ann.opens(playlist))[1:]) == sorted(tied)
    second, third = order(ann.opens(playlist))[1:]
    move(ann, playlist, first, second).expect(200)
    assert order(ann.opens(playlist)) == [second, first, third]


def test_what_is_added_while_everybody_is_spread_is_in_nobodys_way(
    ann: Person, ben: Person, track: str
) -> None:
    playlist = ann.makes(mode="collaborative")
    ids = [ann.adds(playlist, track) for _ in range(3)]
    a, b, c = tie(ann, playlist, ids)
    added: list[str] = []
    with wire.overtaken("UpdateItem", lambda: added.append(ben.adds(playlist, track))):
        move(ann, playlist, c, a).expect(200)
    assert order(ann.opens(playlist)) == [a, c, b, *added]
    with wire.overtaken("TransactWriteItems", lambda: move(ben, playlist, added[0], None).expect(200)):
        last = ann.adds(playlist, track)
    assert order(ann.opens(playlist)) == [*added, a, c, b, last]


def test_adding_can_be_repeated(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    key = str(uuid.uuid4())
    for _ in range(2):
        assert add(ann, playlist, track, key=key).expect(201)["entry_id"] == key
    page = ann.opens(playlist)
    assert (order(page), page["entry_count"]) == ([key], 1)
    assert add(ben, playlist, track, key=key).expect(409)["Code"] == "AlreadyExists"
    assert add(ann, playlist, track_of(ann, 60_000), key=key).expect(409)["Code"] == "AlreadyExists"
    ann.delete(entry_path(ann, playlist, key)).expect(204)
    assert add(ann, playlist, track, key=key).expect(201)["state"] == "removed"
    assert ann.opens(playlist)["entry_count"] == 0


def test_adding_whose_answer_is_lost_adds_once(ann: Person, track: str) -> None:
    playlist = ann.makes()
    key = str(uuid.uuid4())
    with wire.cut_off("TransactWriteItems", times=5):
        add(ann, playlist, track, key=key).expect(503)
    add(ann, playlist, track, key=key).expect(201)
    page = ann.opens(playlist)
    assert (order(page), page["entry_count"]) == ([key], 1)


def test_an_entry_is_annotated_made_optional_and_a_part(ann: Person, track: str) -> None:
    playlist = ann.makes()
    entry = ann.adds(playlist, track)
    path = entry_path(ann, playlist, entry)
    changed = ann.patch(path, note="The close", optional=True, from_ms=10_000, to_ms=20_000).expect(200)
    assert (changed["note"], changed["optional"], changed["from_ms"], changed["to_ms"]) == (
        "The close",
        True,
        10_000,
        20_000,
    )
    assert ann.opens(playlist)["entries"] == [changed]
    plain = ann.patch(path, note=None, optional=False, from_ms=None, to_ms=None).expect(200)
    assert {"note", "optional", "from_ms", "to_ms"}.isdisjoint(plain)
    assert plain["version"] == 3
    assert ann.patch(path, note=None).expect(200)["version"] == 3


def test_a_removed_entry_leaves_a_line_that_says_who(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    entry = ben.adds(playlist, track, note="Because")
    ann.adds(playlist, track)
    ann.delete(entry_path(ann, playlist, entry)).expect(204)
    ann.delete(entry_path(ann, playlist, entry)).expect(204)
    page = ben.opens(playlist)
    line, _ = page["entries"]
    assert (line["state"], line["removed_by"]["name"], line["added_by"]["name"]) == ("removed", "Ann", "Ben")
    assert {"track_id", "title", "note", "speaker", "duration_ms"}.isdisjoint(line)
    assert page["entry_count"] == 1
    assert move(ann, playlist, entry, None).expect(409)["Code"] == "StaleVersion"


def test_what_was_changed_meanwhile_is_not_removed(ann: Person, track: str) -> None:
    playlist = ann.makes()
    entry = ann.adds(playlist, track)
    ann.patch(entry_path(ann, playlist, entry), note="Wait").expect(200)
    stale = ann.call("DELETE", entry_path(ann, playlist, entry), If_Match="1").expect(409)
    assert stale["Current"]["entries"][0]["note"] == "Wait"
    ann.call("DELETE", entry_path(ann, playlist, entry), If_Match="2").expect(204)


def test_only_its_owner_adds_to_a_personal_playlist(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes()
    entry = ann.adds(playlist, track)
    add(ben, playlist, track).expect(404)
    move(ben, playlist, entry, None).expect(404)
    ben.patch(entry_path(ben, playlist, entry), note="Hello").expect(404)
    ben.delete(entry_path(ben, playlist, entry)).expect(404)
    assert states(ann.opens(playlist)) == ["live"]


def test_everybody_adds_to_a_collaborative_one_and_changes_what_they_added(
    ann: Person, ben: Person, track: str
) -> None:
    playlist = ann.makes(mode="collaborative")
    anns, bens = ann.adds(playlist, track), ben.adds(playlist, track)
    page = ben.opens(playlist)
    assert (page["may_add"], page["may_change"], page["following"]) == (True, False, True)
    ben.patch(entry_path(ben, playlist, bens), note="Mine").expect(200)
    move(ben, playlist, bens, None).expect(200)
    ben.patch(entry_path(ben, playlist, anns), note="Not mine").expect(404)
    move(ben, playlist, anns, None).expect(404)
    ben.delete(entry_path(ben, playlist, anns)).expect(404)
    ann.patch(entry_path(ann, playlist, bens), note="The owner's word").expect(200)
    ben.delete(entry_path(ben, playlist, bens)).expect(204)
    ann.patch(path_of(ann, playlist), mode="personal").expect(200)
    add(ben, playlist, track).expect(404)


def test_nobody_adds_to_what_has_just_become_personal(ann: Person, ben: Person, track: str) -> None:
    playlist = ann.makes(mode="collaborative")
    with wire.overtaken(
        "TransactWriteItems", lambda: ann.patch(path_of(ann, playlist), mode="personal").expect(200)
    ):
        add(ben, playlist, track).expect(404)
    assert ann.opens(playlist)["entries"] == []


def test_a_track_that_not_everybody_may_hear_is_refused(ann: Person, ben: Person) -> None:
    secret = track_of(ann, 60_000, chosen="me")
    shared, private = ann.makes(mode="collaborative"), ann.makes(audience="me")
    refused = add(ann, shared, secret).expect(409)
    assert refused["Code"] == "TrackNotForEverybody"
    assert add(ben, shared, secret).expect(404)["Code"] == "NotFound"
    add(ann, private, secret).expect(201)
    add(ann, private, track_of(ben, 60_000)).expect(201)
    waiting = ann.announces()["track"]["track_id"]
    assert add(ann, shared, waiting).expect(409)["Code"] == "TrackNotReady"
    assert add(ann, shared, "unknown").expect(404)["Code"] == "NotFound"


def test_what_is_narrowed_between_reading_and_writing_is_refused(
    ann: Person, ben: Person, track: str
) -> None:
    playlist = ann.makes(mode="collaborative")

    def narrow() -> None:
        consent = {"audience": "me"}
        ann.patch(f"{ann.place}/tracks/{track}", consent=consent).expect(200)

    with wire.overtaken("TransactWriteItems", narrow):
        add(ben, playlist, track).expect(404)
    assert ann.opens(playlist)["entries"] == []


def test_what_is_opened_between_reading_and_writing_takes_no_secret(ann: Person, ben: Person) -> None:
    secret = track_of(ann, 60_000, chosen="me")
    playlist = ann.makes(audience="me")
    with wire.overtaken(
        "TransactWriteItems", lambda: ann.patch(path_of(ann, playlist), audience="workspace").expect(200)
    ):
        assert add(ann, playlist, secret).expect(409)["Code"] == "TrackNotForEverybody"
    other = ann.makes(audience="me")
    with wire.overtaken("TransactWriteItems", lambda: add(ann, other, secret).expect(201)):
        refused = ann.patch(path_of(ann, other), audience="workspace").expect(409)
    assert refused["Code"] == "PlaylistHoldsNarrowerTracks"


def test_the_longest_note_is_taken(ann: Person, track: str) -> None:
    playlist = ann.makes()
    ann.adds(playlist, track, note="𝄞" * 160)
    assert ann.opens(playlist)["entries"][0]["note"] == "𝄞" * 160


def test_a_full_playlist_takes_a_new_entry_only_in_the_place_of_a_line(
    ann: Person, track: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ENTRIES", 4)
    playlist = ann.makes()
    a, b, c, d = (ann.adds(playlist, track) for _ in range(4))
    refused = add(ann, playlist, track).expect(409)
    assert refused["Code"] == "PlaylistFull"
    assert "4 entries" in refused["Message"]
    ann.delete(entry_path(ann, playlist, c)).expect(204)
    ann.delete(entry_path(ann, playlist, b)).expect(204)
    x = ann.adds(playlist, track, after=a)
    page = ann.opens(playlist)
    assert (order(page), states(page)) == ([a, x, b, d], ["live", "live", "removed", "live"])
    y = ann.adds(playlist, track, after=b)
    assert order(ann.opens(playlist)) == [a, x, y, d]
    assert add(ann, playlist, track).expect(409)["Code"] == "PlaylistFull"
    assert ann.opens(playlist)["entry_count"] == 4


def test_a_line_makes_room_though_everybody_has_to_be_spread(
    ann: Person, track: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ENTRIES", 4)
    playlist = ann.makes()
    ids = [ann.adds(playlist, track) for _ in range(4)]
    a, b, c, d = tie(ann, playlist, ids)
    ann.delete(entry_path(ann, playlist, b)).expect(204)
    x = ann.adds(playlist, track, after=b)
    assert order(ann.opens(playlist)) == [a, x, c, d]


def test_the_last_place_goes_to_one_of_two(
    ann: Person, ben: Person, track: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
    playlist = ann.makes(mode="collaborative")
    ann.adds(playlist, track)
    with wire.overtaken("TransactWriteItems", lambda: add(ben, playlist, track).expect(201)):
        assert add(ann, playlist, track).expect(409)["Code"] == "PlaylistFull"
    ann.delete(entry_path(ann, playlist, order(ann.opens(playlist))[0])).expect(204)
    with wire.overtaken("TransactWriteItems", lambda: add(ben, playlist, track).expect(201)):
        assert add(ann, playlist, track).expect(409)["Code"] == "PlaylistFull"
    assert ann.opens(playlist)["entry_count"] == 2


def test_a_track_stands_in_so_many_playlists_and_no_more(
    world: World, ann: Person, track: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ENTERED", 2)
    one, other = ann.makes(), ann.makes()
    first = ann.adds(one, track)
    ann.adds(other, track)
    refused = add(ann, other, track).expect(409)
    assert refused["Code"] == "TrackInTooManyPlaylists"
    assert "2 playlists" in refused["Message"]
    ann.delete(entry_path(ann, one, first)).expect(204)
    world.settle()
    ann.adds(other, track)
    with wire.overtaken("TransactWriteItems", lambda: None):
        assert add(ann, one, track).expect(409)["Code"] == "TrackInTooManyPlaylists"


def test_where_a_track_is_entered_is_never_shown(ann: Person, ben: Person, track: str) -> None:
    private = ann.makes(audience="me")
    ann.adds(private, track)
    seen = ben.track(track)
    assert "entered" not in seen
    assert private not in str(seen)
    assert seen["version"] == 1
    assert Track.get(ann.workspace_id, track).entered is not None


def test_what_meets_a_transaction_is_made_again(ann: Person, track: str) -> None:
    playlist = ann.makes()
    a = ann.adds(playlist, track)
    with wire.refusing("TransactionCanceledException", operation="TransactWriteItems", times=3):
        b = ann.adds(playlist, track)
    with wire.refusing("TransactionConflictException", operation="UpdateItem", times=3):
        move(ann, playlist, b, None).expect(200)
    assert order(ann.opens(playlist)) == [b, a]
    with wire.refusing("TransactionConflictException", operation="UpdateItem"):
        move(ann, playlist, a, None).expect(503)
