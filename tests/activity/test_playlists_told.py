"""What is told of playlists, and to whom."""

from typing import Any

from tests.playlists.stories import entry_path, path_of
from tests.progress.player import track_of
from tests.world import Person, World


def told(person: Person, playlist: str) -> list[dict[str, Any]]:
    """What a person is told of a playlist, newest first."""
    happened = person.get(f"{person.place}/activity?limit=100").expect(200)["items"]
    return [each for each in happened if each["playlist_id"] == playlist]


def kinds(person: Person, playlist: str) -> list[str]:
    return [each["kind"] for each in told(person, playlist)]


def test_a_new_playlist_is_told_by_its_present_title(ann: Person, ben: Person) -> None:
    playlist = ann.makes("Before")
    ann.patch(path_of(ann, playlist), title="After").expect(200)
    [news] = told(ben, playlist)
    assert (news["kind"], news["playlist_title"], news["track_id"], news["title"]) == (
        "playlist_created",
        "After",
        None,
        None,
    )
    assert news["actor"]["name"] == "Ann"


def test_what_is_for_its_owner_alone_is_told_to_nobody(ann: Person, ben: Person) -> None:
    playlist = ann.makes(audience="me")
    ann.adds(playlist, track_of(ann, 60_000))
    assert kinds(ann, playlist) == kinds(ben, playlist) == []


def test_everybody_hears_of_what_is_added_to_a_collaborative_playlist(ann: Person, ben: Person) -> None:
    playlist, track = ann.makes("Ours", mode="collaborative"), track_of(ann, 60_000)
    ann.adds(playlist, track)
    added, created = told(ben, playlist)
    assert (added["kind"], added["track_id"], added["title"], added["playlist_title"]) == (
        "entry_added",
        track,
        "A pitch",
        "Ours",
    )
    assert created["kind"] == "playlist_created"


def test_of_what_is_added_to_somebodys_own_playlist_hear_those_who_follow_it(
    ann: Person, ben: Person
) -> None:
    playlist = ann.makes()
    ann.adds(playlist, track_of(ann, 60_000))
    assert kinds(ben, playlist) == ["playlist_created"]
    ben.call("PUT", f"{path_of(ben, playlist)}/following").expect(200)
    assert kinds(ben, playlist) == ["entry_added", "playlist_created"]
    ben.delete(f"{path_of(ben, playlist)}/following").expect(204)
    assert kinds(ben, playlist) == ["playlist_created"]


def test_what_cannot_be_opened_any_more_is_not_told_any_more(ann: Person, ben: Person) -> None:
    playlist, track = ann.makes(mode="collaborative"), track_of(ann, 60_000)
    ann.adds(playlist, track)
    ann.patch(f"{ann.place}/tracks/{track}", consent={"audience": "me"}).expect(200)
    assert kinds(ben, playlist) == ["playlist_created"]
    assert kinds(ann, playlist) == ["entry_added", "playlist_created"]
    ann.patch(path_of(ann, playlist), audience="me").expect(200)
    assert kinds(ben, playlist) == []
    other = ann.makes()
    ann.delete(path_of(ann, other)).expect(204)
    assert kinds(ben, other) == kinds(ann, other) == []


def test_removing_and_deleting_are_told_to_nobody(world: World, ann: Person, ben: Person) -> None:
    playlist = ann.makes(mode="collaborative")
    entry = ben.adds(playlist, track_of(ann, 60_000))
    ann.delete(entry_path(ann, playlist, entry)).expect(204)
    world.settle()
    assert kinds(ben, playlist) == ["entry_added", "playlist_created"]
    assert kinds(ann, playlist) == ["entry_added", "playlist_created"]
