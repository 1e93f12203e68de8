"""The page of a playlist with the caller's way through it."""

from datetime import timedelta

import pytest
from msgspec import structs

from chalicelib import times
from chalicelib.playlists.models import Playlist
from tests import wire
from tests.playlists.stories import add, entry_path, path_of
from tests.progress.player import Player, as_text, track_of
from tests.world import Person, World, forget_everything


def test_the_page_shows_how_far_one_is_and_nobody_else(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    tracks = [track_of(ann, 60_000) for _ in range(3)]
    a, b, _ = (ann.adds(playlist, track) for track in tracks)
    Player(ben, tracks[0]).listens(0, 60_000)
    Player(ben, tracks[1], more={"playlist_id": playlist, "entry_id": b}).listens(0, 30_000)
    page = ben.opens(playlist)
    assert [entry.get("progress") for entry in page["entries"]] == [
        {"position_ms": 60_000, "coverage": 1.0, "completed": True},
        {"position_ms": 30_000, "coverage": 0.5, "completed": False},
        None,
    ]
    assert page["resume"] == {"entry_id": b, "position_ms": 30_000}
    assert page["started_at"] is not None
    others = ann.opens(playlist)
    assert [entry.get("progress") for entry in others["entries"]] == [None, None, None]
    assert others["resume"] == {"entry_id": a, "position_ms": 0}


def test_one_goes_on_by_entry_though_the_order_changes(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    tracks = [track_of(ann, 60_000) for _ in range(3)]
    a, b, c = (ann.adds(playlist, track) for track in tracks)
    Player(ben, tracks[1], more={"playlist_id": playlist, "entry_id": b}).listens(0, 20_000)
    ann.call("PATCH", entry_path(ann, playlist, b), {"after": c}).expect(200)
    assert ben.opens(playlist)["resume"] == {"entry_id": b, "position_ms": 20_000}
    ann.delete(entry_path(ann, playlist, b)).expect(204)
    assert ben.opens(playlist)["resume"]["entry_id"] == a


def test_a_playlist_is_completed_without_what_came_later(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    track, later = track_of(ann, 60_000), track_of(ann, 60_000)
    entry = ann.adds(playlist, track)
    ann.adds(playlist, track_of(ann, 60_000), optional=True)
    Player(ben, track, more={"playlist_id": playlist, "entry_id": entry}).listens(0, 60_000)
    assert ben.opens(playlist)["completed"] is True
    ann.adds(playlist, later)
    page = ben.opens(playlist)
    assert (page["completed"], page["new_count"]) == (True, 1)
    assert [entry.get("is_new", False) for entry in page["entries"]] == [False, False, True]
    assert page["resume"] is not None


def test_the_same_track_may_stand_in_a_playlist_more_than_once(ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    ann.adds(playlist, track, from_ms=0, to_ms=10_000)
    ann.adds(playlist, track, from_ms=50_000, to_ms=60_000)
    Player(ann, track).listens(0, 10_000)
    shares = [entry["progress"]["coverage"] for entry in ann.opens(playlist)["entries"]]
    assert shares == [1.0, 0.0]


def test_what_is_new_is_new_until_it_was_seen(ann: Person, ben: Person) -> None:
    playlist = ann.makes(mode="collaborative")
    ann.adds(playlist, track_of(ann, 60_000))
    assert ben.opens(playlist)["new_count"] == 0
    ben.call("PUT", f"{path_of(ben, playlist)}/following").expect(200)
    ben.adds(playlist, track_of(ann, 60_000))
    ann.adds(playlist, track_of(ann, 60_000))
    ann.adds(playlist, track_of(ann, 60_000))
    page = ben.opens(playlist)
    assert page["new_count"] == 2
    seen = ben.post(f"{path_of(ben, playlist)}/seen", until=page["changed_at"]).expect(200)
    assert seen["following"] is True
    assert ben.opens(playlist)["new_count"] == 0
    ann.adds(playlist, track_of(ann, 60_000))
    assert ben.opens(playlist)["new_count"] == 1
    ben.post(f"{path_of(ben, playlist)}/seen").expect(200)
    assert ben.opens(playlist)["new_count"] == 0


def test_nobody_has_seen_what_is_yet_to_come(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    tomorrow = as_text(times.now() + timedelta(days=1))
    ben.post(f"{path_of(ben, playlist)}/seen", until=tomorrow).expect(200)
    ann.adds(playlist, track_of(ann, 60_000))
    assert ben.opens(playlist)["new_count"] == 1


def test_a_page_is_two_reads(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    for _ in range(3):
        ann.adds(playlist, track_of(ann, 60_000))
    ben.opens(playlist)
    with wire.counted() as calls:
        ben.opens(playlist)
    assert calls == ["GetItem playlists", "BatchGetItem loops progress"]


def test_an_empty_page_is_two_reads(ann: Person) -> None:
    playlist = ann.makes()
    with wire.counted() as calls:
        ann.opens(playlist)
    assert calls == ["GetItem playlists", "BatchGetItem loops"]


@pytest.mark.parametrize(("entries", "batches"), [(99, 1), (100, 2), (150, 2)])
def test_every_further_hundred_of_tracks_is_one_more_read(ann: Person, entries: int, batches: int) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    first = ann.adds(playlist, track)
    stored = Playlist.get(ann.workspace_id, playlist)
    others = {
        f"e{number}": structs.replace(stored.entries[first], entry_id=f"e{number}", track_id=f"t{number}")
        for number in range(1, entries)
    }
    stored.update(actions=[Playlist.entries.set(stored.entries | others)])
    with wire.counted() as calls:
        page = ann.opens(playlist)
    assert len(page["entries"]) == entries
    assert [call.split()[0] for call in calls] == ["GetItem", *["BatchGetItem"] * batches]


def test_what_is_turned_away_is_looked_at_again_first(world: World, ann: Person, ben: Person) -> None:
    private = ann.makes(audience="me")
    forget_everything()
    for playlist in (private, "unknown"):
        ben.get(path_of(ben, playlist)).expect(404)
        with wire.counted() as calls:
            ben.get(path_of(ben, playlist)).expect(404)
        assert calls[:2] == ["GetItem playlists"] * 2


def test_adding_is_two_reads_and_one_transaction(ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    with wire.counted() as calls:
        add(ann, playlist, track).expect(201)
    assert calls == [
        "GetItem playlists",
        "GetItem tracks",
        "TransactWriteItems activity playlists tracks loops",
    ]


def test_moving_and_annotating_are_one_read_and_one_write(ann: Person) -> None:
    playlist, track = ann.makes(), track_of(ann, 60_000)
    ann.adds(playlist, track)
    entry = ann.adds(playlist, track)
    for body in ({"after": None}, {"note": "Because"}):
        with wire.counted() as calls:
            ann.call("PATCH", entry_path(ann, playlist, entry), body).expect(200)
        assert calls == ["GetItem playlists", "UpdateItem playlists"]


def test_removing_is_one_read_and_one_transaction(ann: Person) -> None:
    playlist = ann.makes()
    entry = ann.adds(playlist, track_of(ann, 60_000))
    with wire.counted() as calls:
        ann.delete(entry_path(ann, playlist, entry)).expect(204)
    assert calls == ["GetItem playlists", "TransactWriteItems activity playlists"]
