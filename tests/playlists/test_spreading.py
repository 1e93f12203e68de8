"""What happens to a track or a member is seen in the playlists."""

import json
from typing import Any

import pytest

from chalicelib import reactions, times
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.playlists import spreading
from chalicelib.playlists.models import Playlist
from chalicelib.tracks import library
from chalicelib.tracks.models import Track
from tests import wire
from tests.playlists.stories import add, entry_path, path_of, states
from tests.progress.player import track_of
from tests.tracks.audio import mp3
from tests.world import Person, World, upload


def consent(person: Person, track_id: str, audience: str) -> None:
    path = f"{person.place}/tracks/{track_id}"
    person.patch(path, consent={"audience": audience}).expect(200)


def test_a_rename_reaches_every_entry(world: World, ann: Person, ben: Person) -> None:
    track = ann.records(mp3(2), title="Before")
    playlists = [ann.makes(), ann.makes(audience="me"), ben.makes()]
    for owner, playlist in zip((ann, ann, ben), playlists, strict=True):
        owner.adds(playlist, track, note="Because")
    ann.patch(f"{ann.place}/tracks/{track}", title="After").expect(200)
    world.settle()
    for owner, playlist in zip((ann, ann, ben), playlists, strict=True):
        [entry] = owner.opens(playlist)["entries"]
        assert (entry["title"], entry["note"], entry["version"]) == ("After", "Because", 1)


def test_a_new_revision_reaches_every_entry(world: World, ann: Person, ben: Person) -> None:
    track = ann.records(mp3(2))
    playlist = ben.makes()
    ben.adds(playlist, track)
    renewed = ann.post(
        f"{ann.place}/tracks/{track}/uploads", content_type="audio/mpeg", size_bytes=100_000
    ).expect(201)
    upload(renewed["upload"], mp3(3))
    world.settle()
    [entry] = ben.opens(playlist)["entries"]
    assert entry["revision"] == 2
    assert entry["duration_ms"] == ann.track(track)["duration_ms"]


def test_a_new_name_reaches_what_one_spoke_made_added_and_removed(
    world: World, ann: Person, ben: Person
) -> None:
    track = track_of(ben, 60_000)
    anns, bens = ann.makes(mode="collaborative"), ben.makes(mode="collaborative")
    ann.adds(anns, track)
    gone = ben.adds(anns, track)
    ben.adds(bens, track)
    ben.delete(entry_path(ben, anns, gone)).expect(204)
    ben.patch(f"{ben.place}/members/{ben.member_id}", name="Benjamin").expect(200)
    world.settle()
    spoken, line = ann.opens(anns)["entries"]
    assert (spoken["speaker"]["name"], spoken["added_by"]["name"]) == ("Benjamin", "Ann")
    assert (line["added_by"]["name"], line["removed_by"]["name"]) == ("Benjamin", "Benjamin")
    page = ann.opens(bens)
    assert (page["owner"]["name"], page["entries"][0]["added_by"]["name"]) == ("Benjamin", "Benjamin")
    listed = ann.get(f"{ann.place}/playlists").expect(200)["items"]
    assert {each["playlist_id"]: each["owner"]["name"] for each in listed} == {anns: "Ann", bens: "Benjamin"}


def test_a_name_reaches_the_fullest_playlist(
    world: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "MOST_NAMES", 2)
    playlist, track = ann.makes(), track_of(ann, 60_000)
    for _ in range(5):
        ann.adds(playlist, track)
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Anna").expect(200)
    world.settle()
    page = ann.opens(playlist)
    assert {entry["added_by"]["name"] for entry in page["entries"]} == {"Anna"}
    assert page["owner"]["name"] == "Anna"


def test_a_narrowed_track_is_masked_before_that_is_answered(world: World, ann: Person, ben: Person) -> None:
    playlist = ben.makes()
    track = track_of(ann, 60_000)
    entry = ben.adds(playlist, track, note="You must hear this", from_ms=0, to_ms=5_000)
    consent(ann, track, "me")
    [masked] = ben.opens(playlist)["entries"]
    assert masked.keys() == {"entry_id", "version", "state", "added_by", "added_at"}
    assert masked["state"] == "masked"
    assert ben.opens(playlist)["resume"] is None
    [whole] = ann.opens(playlist)["entries"]
    assert (whole["state"], whole["title"]) == ("live", "A pitch")
    assert add(ben, playlist, track).expect(404)["Code"] == "NotFound"
    stale = ben.call("PATCH", entry_path(ben, playlist, entry), {"note": "x"}, If_Match="7").expect(409)
    assert stale["Current"]["entries"] == [masked]
    consent(ann, track, "workspace")
    assert ben.opens(playlist)["entries"][0]["note"] == "You must hear this"


def test_a_track_taken_back_leaves_a_line_before_that_is_answered(
    world: World, ann: Person, ben: Person
) -> None:
    playlist = ben.makes()
    track = ann.records(mp3(2), title="Regret")
    ben.adds(playlist, track, note="About regret")
    ann.delete(f"{ann.place}/tracks/{track}").expect(204)
    page = ben.opens(playlist)
    [line] = page["entries"]
    assert line["state"] == "taken_back"
    assert "egret" not in json.dumps(line)
    assert track not in json.dumps(page)
    assert page["entry_count"] == 0
    world.settle()
    assert ben.opens(playlist) == page


def test_what_a_dying_process_left_undone_is_done_by_the_stream(
    world: World, ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = ben.makes()
    narrowed, taken_back = ann.records(mp3(2)), ann.records(mp3(2))
    ben.adds(playlist, narrowed)
    ben.adds(playlist, taken_back)
    with wire.refusing("ThrottlingException", operation="UpdateItem"):
        ann.patch(f"{ann.place}/tracks/{narrowed}", consent={"audience": "me"}).expect(503)
        ann.delete(f"{ann.place}/tracks/{taken_back}").expect(503)
    assert states(ben.opens(playlist)) == ["live", "live"]
    world.settle()
    assert states(ben.opens(playlist)) == ["masked", "taken_back"]


def test_what_comes_late_does_not_undo_what_came_after(ann: Person, ben: Person) -> None:
    playlist = ben.makes()
    track = track_of(ann, 60_000)
    ben.adds(playlist, track)
    ann.patch(f"{ann.place}/tracks/{track}", title="Open").expect(200)
    before = Track.get(ann.workspace_id, track)
    consent(ann, track, "me")
    spreading.carry(before)
    assert states(ben.opens(playlist)) == ["masked"]


def test_a_track_entered_while_it_is_taken_back_leaves_a_line_too(ann: Person, ben: Person) -> None:
    playlist = ben.makes()
    track = track_of(ann, 60_000)
    with wire.overtaken("TransactWriteItems", lambda: ben.adds(playlist, track)):
        ann.delete(f"{ann.place}/tracks/{track}").expect(204)
    assert states(ben.opens(playlist)) == ["taken_back"]


def test_everything_may_be_told_twice(world: World, ann: Person, ben: Person) -> None:
    playlist = ann.makes(mode="collaborative")
    track = ann.records(mp3(2))
    first, kept = ben.adds(playlist, track), ben.adds(playlist, track)
    ben.delete(entry_path(ben, playlist, first)).expect(204)
    other = ann.makes()
    ann.adds(other, track)
    ann.delete(path_of(ann, other)).expect(204)
    ann.patch(f"{ann.place}/tracks/{track}", title="After").expect(200)
    ben.patch(f"{ben.place}/members/{ben.member_id}", name="Benjamin").expect(200)
    records = world.stream_records()
    for _ in range(2):
        for record in records:
            log.react(record, reactions.BY_KIND)
    page = ann.opens(playlist)
    assert states(page) == ["removed", "live"]
    assert page["entries"][1]["title"] == "After"
    assert Track.get(ann.workspace_id, track).entered == {f"{playlist}#{kept}"}


def test_activity_from_before_playlists_is_understood(ann: Person) -> None:
    now = times.now()
    taken_back = Activity(
        ann.workspace_id,
        "1",
        kind="track_taken_back",
        workspace_id=ann.workspace_id,
        actor_id=ann.member_id,
        at=now,
        track_id="t",
        details={"keys": []},
        expires_at=0,
    )
    spreading.take_track_out(taken_back)


def test_a_track_that_is_gone_has_nothing_to_carry(ann: Person) -> None:
    happened = Activity("m#a", "1", kind="track_changed", workspace_id=ann.workspace_id, track_id="gone")
    spreading.carry_track(happened)


def test_entries_of_a_deleted_playlist_are_carried_nowhere(world: World, ann: Person) -> None:
    track = ann.records(mp3(2))
    playlist = ann.makes()
    ann.adds(playlist, track)
    with wire.overtaken("UpdateItem", lambda: ann.delete(path_of(ann, playlist)).expect(204)):
        consent(ann, track, "me")
    assert list(Playlist.query(ann.workspace_id)) == []
    world.settle()
    assert list(Playlist.query(ann.workspace_id)) == []


def test_the_app_tells_playlists_before_it_answers() -> None:
    assert library.on_consent == [spreading.carry]
    assert library.on_taken_back == [spreading.take_out]


def test_a_playlist_that_changes_all_the_time_is_tried_again(ann: Person, ben: Person) -> None:
    playlist = ben.makes(mode="collaborative")
    track = track_of(ann, 60_000)
    ann.adds(playlist, track)

    def change(call: Any) -> None:
        Playlist(ben.workspace_id, playlist).update(actions=[Playlist.placings.add(1)])

    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Anna").expect(200)
    with wire.overtaken("UpdateItem", lambda: ben.adds(playlist, track)):
        spreading.carry_name(
            Activity("m#a", "1", workspace_id=ann.workspace_id, details={"member_id": ann.member_id})
        )
    assert ben.opens(playlist)["entries"][0]["added_by"]["name"] == "Anna"


def test_who_speaks_in_it_hears_an_entry_whoever_else_may(ann: Person, ben: Person) -> None:
    """As of a track that is for its speaker's mentor."""
    playlist = ann.makes(audience="me")
    track = track_of(ann, 60_000, chosen="me")
    Track(ann.workspace_id, track).update(actions=[Track.audience_key.set(f"m#{ben.member_id}")])
    add(ann, playlist, track).expect(201)
    assert states(ann.opens(playlist)) == ["live"]
    shared = ann.makes()
    assert add(ann, shared, track).expect(409)["Code"] == "TrackNotForEverybody"
