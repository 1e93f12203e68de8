"""Playlists through the API: made, found, opened, followed, changed and deleted."""

from typing import Any

import pytest

from chalicelib.playlists import following
from tests.playlists.stories import entry_path, path_of, states
from tests.progress.player import track_of
from tests.world import Person, World


def test_a_colleague_finds_a_playlist_and_hears_what_is_in_it(ann: Person, ben: Person) -> None:
    playlist = ann.makes("How to sell", description="In five minutes", topics=["sales", "pitch", "sales"])
    entry = ann.adds(playlist, track_of(ann, 60_000), note="Start here")
    [listed] = ben.get(f"{ben.place}/playlists").expect(200)["items"]
    assert listed["playlist_id"] == playlist
    assert (listed["title"], listed["description"], listed["topics"]) == (
        "How to sell",
        "In five minutes",
        ["sales", "pitch"],
    )
    assert (listed["owner"]["name"], listed["entry_count"], listed["mode"]) == ("Ann", 1, "personal")
    page = ben.opens(playlist)
    assert {name: page[name] for name in listed} == listed
    [shown] = page["entries"]
    assert (shown["entry_id"], shown["state"], shown["title"], shown["note"], shown["duration_ms"]) == (
        entry,
        "live",
        "A pitch",
        "Start here",
        60_000,
    )
    assert shown["added_by"] == {"member_id": ann.member_id, "name": "Ann"}
    assert "progress" not in shown
    assert (page["may_add"], page["may_change"], page["following"]) == (False, False, False)


def test_an_empty_playlist_has_a_page(ann: Person) -> None:
    page = ann.opens(ann.makes())
    assert (page["entries"], page["resume"], page["completed"], page["new_count"]) == ([], None, False, 0)
    assert (page["may_add"], page["may_change"], page["following"]) == (True, True, True)


def test_creating_can_be_repeated(ann: Person, ben: Person, eve: Person) -> None:
    key = "0190f6a0-0000-7000-8000-000000000001"
    body = {"title": "Once"}
    for _ in range(2):
        made = ann.call("POST", f"{ann.place}/playlists", body, Idempotency_Key=key).expect(201)
        assert made["playlist_id"] == key
    assert len(ann.get(f"{ann.place}/playlists?mine=true").expect(200)["items"]) == 1
    taken = ben.call("POST", f"{ben.place}/playlists", body, Idempotency_Key=key).expect(409)
    assert taken["Code"] == "AlreadyExists"
    eve.call("POST", f"{eve.place}/playlists", body, Idempotency_Key=key).expect(201)


def test_what_is_for_its_owner_alone_is_nobody_elses(ann: Person, ben: Person) -> None:
    playlist = ann.makes(audience="me")
    assert ben.get(path_of(ben, playlist)).expect(404)["Code"] == "NotFound"
    assert ben.get(f"{ben.place}/playlists").expect(200)["items"] == []
    assert ann.get(f"{ann.place}/playlists").expect(200)["items"] == []
    [mine] = ann.get(f"{ann.place}/playlists?mine=true").expect(200)["items"]
    assert (mine["playlist_id"], mine["audience"]) == (playlist, "me")
    assert ann.opens(playlist)["audience"] == "me"


def test_lists_go_page_by_page_newest_changed_first(ann: Person, ben: Person) -> None:
    made = [ann.makes(f"Number {number}") for number in range(5)]
    ann.adds(made[1], track_of(ann, 60_000))
    expected = ["Number 1", "Number 4", "Number 3", "Number 2", "Number 0"]
    for lister, query in ((ben, ""), (ann, "&mine=true")):
        seen: list[str] = []
        after = ""
        while True:
            answer = lister.get(f"{lister.place}/playlists?limit=2{query}{after}").expect(200)
            seen += [each["title"] for each in answer["items"]]
            if answer["next"] is None:
                break
            after = f"&after={answer['next']}"
        assert seen == expected


def test_a_cursor_is_one_lists_alone(ann: Person) -> None:
    for number in range(3):
        ann.makes(f"Number {number}")
    cursor = ann.get(f"{ann.place}/playlists?limit=1").expect(200)["next"]
    refused = ann.get(f"{ann.place}/playlists?mine=true&after={cursor}").expect(400)
    assert refused["Code"] == "InvalidCursor"


def test_one_asks_for_ones_own_or_for_what_one_follows(ann: Person) -> None:
    refused = ann.get(f"{ann.place}/playlists?mine=true&following=true").expect(400)
    assert "not several" in refused["Message"]


def test_followed_playlists_are_found_among_the_others(ann: Person, ben: Person) -> None:
    made = [ann.makes(f"Number {number}") for number in range(4)]
    assert ben.get(f"{ben.place}/playlists?following=true").expect(200) == {"items": [], "next": None}
    for number in (0, 2):
        followed = ben.call("PUT", f"{path_of(ben, made[number])}/following").expect(200)
        assert followed["following"] is True
    first = ben.get(f"{ben.place}/playlists?following=true&limit=1").expect(200)
    assert [each["title"] for each in first["items"]] == ["Number 2"]
    rest = ben.get(f"{ben.place}/playlists?following=true&after={first['next']}").expect(200)
    assert [each["title"] for each in rest["items"]] == ["Number 0"]
    assert rest["next"] is None
    ben.delete(f"{path_of(ben, made[2])}/following").expect(204)
    ben.delete(f"{path_of(ben, made[2])}/following").expect(204)
    ben.delete(f"{path_of(ben, made[3])}/following").expect(204)
    assert [
        each["title"] for each in ben.get(f"{ben.place}/playlists?following=true").expect(200)["items"]
    ] == ["Number 0"]
    assert ben.opens(made[0])["following"] is True
    assert ben.opens(made[2])["following"] is False


def test_one_answer_looks_through_so_many_playlists_and_no_more(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_LOOKED_AT", 2)
    made = [ann.makes(f"Number {number}") for number in range(4)]
    ben.call("PUT", f"{path_of(ben, made[1])}/following").expect(200)
    first = ben.get(f"{ben.place}/playlists?following=true").expect(200)
    assert first["items"] == []
    second = ben.get(f"{ben.place}/playlists?following=true&after={first['next']}").expect(200)
    assert [each["title"] for each in second["items"]] == ["Number 1"]
    if second["next"] is not None:
        third = ben.get(f"{ben.place}/playlists?following=true&after={second['next']}").expect(200)
        assert third == {"items": [], "next": None}


def test_one_cannot_follow_what_one_cannot_open(ann: Person, ben: Person) -> None:
    private = ann.makes(audience="me")
    ben.call("PUT", f"{path_of(ben, private)}/following").expect(404)
    ben.delete(f"{path_of(ben, private)}/following").expect(404)
    ben.post(f"{path_of(ben, private)}/seen").expect(404)


def test_one_may_cease_to_follow_what_one_cannot_open_any_more(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    ben.call("PUT", f"{path_of(ben, playlist)}/following").expect(200)
    ann.patch(path_of(ann, playlist), audience="me").expect(200)
    ben.delete(f"{path_of(ben, playlist)}/following").expect(204)


def test_its_owner_changes_what_is_said_of_it(ann: Person, ben: Person) -> None:
    playlist = ann.makes("Before", description="Old", topics=["a"])
    changed = ann.patch(path_of(ann, playlist), title="After", description=None, topics=[]).expect(200)
    assert (changed["title"], changed["description"], changed["topics"]) == ("After", None, [])
    assert changed["version"] == 2
    same = ann.patch(path_of(ann, playlist), title="After").expect(200)
    assert same["version"] == 2
    ben.patch(path_of(ben, playlist), title="Mine").expect(404)
    ben.delete(path_of(ben, playlist)).expect(404)


def test_a_stale_version_gets_the_current_state(ann: Person) -> None:
    playlist = ann.makes("Before")
    ann.call("PATCH", path_of(ann, playlist), {"title": "One"}, If_Match="1").expect(200)
    stale = ann.call("PATCH", path_of(ann, playlist), {"title": "Two"}, If_Match="1").expect(409)
    assert (stale["Code"], stale["Current"]["title"]) == ("StaleVersion", "One")


def test_a_playlist_is_opened_only_to_people_who_may_hear_all_of_it(ann: Person, ben: Person) -> None:
    playlist = ann.makes(audience="me")
    secret = track_of(ann, 60_000, chosen="me")
    ann.adds(playlist, track_of(ann, 60_000))
    entry = ann.adds(playlist, secret)
    refused = ann.patch(path_of(ann, playlist), audience="workspace").expect(409)
    assert refused["Code"] == "PlaylistHoldsNarrowerTracks"
    assert "A pitch" in refused["Message"]
    ann.delete(entry_path(ann, playlist, entry)).expect(204)
    ann.patch(path_of(ann, playlist), audience="workspace").expect(200)
    assert states(ben.opens(playlist)) == ["live", "removed"]
    told = ben.get(f"{ben.place}/activity").expect(200)["items"]
    assert [each["kind"] for each in told if each["playlist_id"] == playlist] == ["playlist_created"]


def test_a_narrowed_playlist_closes_to_everybody_else(ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    ben.opens(playlist)
    ann.patch(path_of(ann, playlist), audience="me").expect(200)
    ben.get(path_of(ben, playlist)).expect(404)
    assert ben.get(f"{ben.place}/playlists").expect(200)["items"] == []


def test_a_deleted_playlist_is_gone_and_its_tracks_stay(world: World, ann: Person, ben: Person) -> None:
    playlist = ann.makes()
    track = track_of(ann, 60_000)
    ann.adds(playlist, track)
    ann.adds(playlist, track)
    ben.call("PUT", f"{path_of(ben, playlist)}/following").expect(200)
    ann.delete(path_of(ann, playlist)).expect(204)
    ann.delete(path_of(ann, playlist)).expect(404)
    ben.get(path_of(ben, playlist)).expect(404)
    assert ben.get(f"{ben.place}/playlists?following=true").expect(200)["items"] == []
    assert ben.track(track)["status"] == "ready"
    world.settle()
    from chalicelib.tracks.models import Track

    assert Track.get(ann.workspace_id, track).entered is None


def test_the_longest_of_everything_is_taken(ann: Person) -> None:
    body: dict[str, Any] = {
        "title": "𝄞" * 200,
        "description": "𝄞" * 500,
        "topics": [f"{number}" + "𝄞" * 29 for number in range(10)],
    }
    page = ann.opens(ann.makes(**body))
    assert {name: page[name] for name in body} == body


def test_titles_are_one_line(ann: Person) -> None:
    assert ann.opens(ann.makes("How\nto\x00 sell", topics=["a\nb"]))["title"] == "How to sell"
