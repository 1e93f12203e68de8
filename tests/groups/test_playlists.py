"""Playlists of a group: the place for solutions, those its members make, and rounds that are over."""

import uuid

import pytest

from chalicelib.activity.models import Activity
from chalicelib.groups import keeping
from tests.groups import company
from tests.groups.company import answers, closes, gathers, opens_round, rounds_of, sees, told
from tests.playlists.stories import path_of, titles
from tests.tracks.audio import mp3
from tests.world import Person, World


@pytest.fixture
def group_id(ann: Person, ben: Person, cleo: Person) -> str:
    return gathers(ben, ann, cleo)


def ids(person: Person, query: str = "") -> list[str]:
    found = person.get(f"{person.place}/playlists{query}").expect(200)["items"]
    return [each["playlist_id"] for each in found]


def test_a_playlist_of_a_group_is_nothing_to_everybody_else(
    ann: Person, ben: Person, dan: Person, eve: Person, group_id: str
) -> None:
    playlist = ben.makes("Ours", audience="group", group_id=group_id, mode="collaborative")
    for_group = {"audience": "group", "group_id": group_id}
    spoken, open_to_all = ben.records(mp3(2), "Spoken", consent=for_group), ann.records(mp3(2), "For all")
    ben.adds(playlist, spoken)
    ann.adds(playlist, open_to_all)
    seen = ann.opens(playlist)
    assert (seen["audience"], seen["group_id"], titles(seen)) == ("group", group_id, ["Spoken", "For all"])
    assert ids(ann, f"?group={group_id}") == [playlist]
    assert playlist not in ids(ann)
    assert "playlist_created" in told(ann)
    for outsider in (dan, eve):
        outsider.get(path_of(outsider, playlist)).expect(404)
        outsider.get(f"{outsider.place}/playlists?group={group_id}").expect(404)
        outsider.post(f"{path_of(outsider, playlist)}/entries", track_id=open_to_all).expect(404)
        assert "playlist_created" not in told(outsider)
        assert "entry_added" not in told(outsider)
        assert playlist not in str(outsider.get(f"{outsider.place}/home").expect(200))


def test_what_not_everybody_in_the_group_may_hear_is_not_added(
    ann: Person, ben: Person, cleo: Person, group_id: str
) -> None:
    playlist = ben.makes("Ours", audience="group", group_id=group_id, mode="collaborative")
    other = gathers(ben, cleo)
    for consent in ({"audience": "me"}, {"audience": "group", "group_id": other}):
        track_id = ben.records(mp3(2), consent=consent)
        refused = ben.post(f"{path_of(ben, playlist)}/entries", track_id=track_id).expect(409)
        assert refused["Code"] == "TrackNotForEverybody"


def test_a_track_of_the_group_is_in_no_playlist_for_others(ben: Person, group_id: str) -> None:
    track_id = ben.records(mp3(2), "Among us", consent={"audience": "group", "group_id": group_id})
    for_all = ben.makes("For all")
    refused = ben.post(f"{path_of(ben, for_all)}/entries", track_id=track_id).expect(409)
    assert refused["Code"] == "TrackNotForEverybody"
    ours = ben.makes("Ours", audience="group", group_id=group_id)
    ben.adds(ours, track_id)
    refused = ben.patch(path_of(ben, ours), audience="workspace").expect(409)
    assert refused["Code"] == "PlaylistHoldsNarrowerTracks"
    assert "Among us" in refused["Message"]
    ben.patch(path_of(ben, ours), audience="me").expect(200)


def test_only_a_group_of_ones_own_is_an_audience(dan: Person, ben: Person, group_id: str) -> None:
    for unknown in (group_id, str(uuid.uuid4())):
        dan.post(f"{dan.place}/playlists", title="x", audience="group", group_id=unknown).expect(404)
    for wrong in ({"audience": "group"}, {"audience": "me", "group_id": group_id}, {"group_id": group_id}):
        refused = ben.post(f"{ben.place}/playlists", title="x", **wrong).expect(400)
        assert "group_id" in refused["Message"]
    playlist = dan.makes("Mine")
    dan.patch(path_of(dan, playlist), audience="group", group_id=group_id).expect(404)
    ours = ben.makes("Ours")
    ben.patch(path_of(ben, ours), group_id=group_id).expect(400)
    assert (
        ben.patch(path_of(ben, ours), audience="group", group_id=group_id).expect(200)["group_id"] == group_id
    )


def test_who_leaves_the_group_leaves_what_they_made_there(ben: Person, cleo: Person, group_id: str) -> None:
    playlist = cleo.makes("Ours", audience="group", group_id=group_id)
    company.leaves(cleo, group_id).expect(204)
    cleo.get(path_of(cleo, playlist)).expect(404)
    assert playlist not in ids(cleo, "?mine=true")
    assert ben.opens(playlist)["owner"]["name"] == "Cleo"


def test_a_group_with_a_problem_has_a_place_for_solutions(
    ann: Person, ben: Person, cleo: Person, dan: Person
) -> None:
    group_id = gathers(ben, ann, cleo, kind="cross_functional", purpose="Fewer returns")
    playlist = sees(ann, group_id)["playlist_id"]
    seen = ann.opens(playlist)
    assert (seen["title"], seen["mode"], seen["group_id"]) == ("Fewer returns", "collaborative", group_id)
    assert (seen["owner"]["name"], seen["may_add"], seen["may_change"]) == ("Ben", True, False)
    dan.get(path_of(dan, playlist)).expect(404)
    company.leaves(ben, group_id).expect(204)
    assert ann.opens(playlist)["owner"]["name"] == "Ann"
    ann.patch(company.path_of(ann, group_id), owner_id=cleo.member_id).expect(200)
    assert cleo.patch(path_of(cleo, playlist), title="Solved").expect(200)["title"] == "Solved"
    cleo.delete(path_of(cleo, playlist)).expect(204)
    company.leaves(cleo, group_id).expect(204)
    assert sees(ann, group_id)["owner"]["name"] == "Ann"


def test_a_circle_has_none(ann: Person, group_id: str) -> None:
    assert sees(ann, group_id)["playlist_id"] is None


def test_a_round_becomes_a_playlist_by_itself(
    world: World, ann: Person, ben: Person, cleo: Person, dan: Person, group_id: str
) -> None:
    opened = opens_round(ben, group_id)
    for_group = {"audience": "group", "group_id": group_id}
    first, second, gone = (
        person.records(mp3(2), title, consent=for_group)
        for person, title in ((ann, "Mine"), (ben, "His"), (cleo, "Taken back"))
    )
    for person, track_id in ((ben, second), (ann, first), (cleo, gone)):
        answers(person, group_id, opened, track_id=track_id).expect(200)
    cleo.delete(f"{cleo.place}/tracks/{gone}").expect(204)
    closes(opened)
    world.settle()
    playlist = rounds_of(ann, group_id)[-1]["playlist_id"]
    seen = cleo.opens(playlist)
    assert (seen["title"], titles(seen), seen["group_id"]) == (opened["topic"], ["His", "Mine"], group_id)
    dan.get(path_of(dan, playlist)).expect(404)
    assert not {"playlist_created", "entry_added"} & set(told(ann))
    [closed] = [
        activity
        for activity in Activity.of_audience(f"g#{group_id}", before=None, limit=50)
        if activity.kind == "round_closed"
    ]
    keeping.keep(closed)
    assert titles(ann.opens(playlist)) == ["His", "Mine"]


def test_a_round_of_texts_alone_becomes_none(world: World, ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ben, group_id)
    for person in (ann, ben):
        answers(person, group_id, opened, text="Done").expect(200)
    closes(opened)
    world.settle()
    assert rounds_of(ann, group_id)[-1]["playlist_id"] is None
    assert ids(ann, f"?group={group_id}") == []
