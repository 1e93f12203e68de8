"""What a new hire is invited to teach first."""

from chalicelib.activity.models import Activity
from chalicelib.playlists import expertise
from tests.playlists.stories import path_of
from tests.tracks.audio import mp3
from tests.world import Person, World


def own(person: Person) -> str:
    """The id of the playlist that a new hire has got."""
    found = person.get(f"{person.place}/beginning").expect(200)["expertise"]
    return str(found["playlist_id"])


def kinds(person: Person) -> list[str]:
    happened = person.get(f"{person.place}/activity").expect(200)["items"]
    return [each["kind"] for each in happened]


def test_who_joins_finds_an_empty_playlist_that_nobody_else_sees(
    world: World, ann: Person, ben: Person
) -> None:
    world.settle()
    seen = ben.opens(own(ben))
    assert (seen["title"], seen["expertise"], seen["audience"]) == ("What Ben knows", True, "me")
    assert (seen["entries"], seen["following"]) == ([], True)
    ann.get(path_of(ann, own(ben))).expect(404)
    assert ann.get(f"{ann.place}/playlists").expect(200)["items"] == []
    assert "playlist_created" not in kinds(ann)
    assert ann.get(f"{ann.place}/beginning").expect(200)["expertise"] is None  # she founded it


def test_with_its_first_track_the_whole_workspace_hears_of_it_once(
    world: World, ann: Person, ben: Person
) -> None:
    world.settle()
    playlist = own(ben)
    ben.adds(playlist, ben.records(mp3(2), "Cold calls"))
    assert ann.opens(playlist)["audience"] == "workspace"
    [told] = [
        each
        for each in ann.get(f"{ann.place}/activity").expect(200)["items"]
        if each["kind"] == "expertise_shared"
    ]
    assert (told["actor"]["name"], told["playlist_title"], told["title"]) == (
        "Ben",
        "What Ben knows",
        "Cold calls",
    )
    ben.adds(playlist, ben.records(mp3(2), "More"))
    ben.patch(path_of(ben, playlist), audience="me").expect(200)
    ann.get(path_of(ann, playlist)).expect(404)
    ben.adds(playlist, ben.records(mp3(2), "Still more"))
    ann.get(path_of(ann, playlist)).expect(404)
    assert kinds(ann).count("expertise_shared") == 0  # what is not open to her is not told
    assert kinds(ben).count("expertise_shared") == 1


def test_a_track_for_oneself_shares_nothing_yet(world: World, ann: Person, ben: Person) -> None:
    world.settle()
    playlist = own(ben)
    ben.adds(playlist, ben.records(mp3(2), consent={"audience": "me"}))
    ann.get(path_of(ann, playlist)).expect(404)
    ben.adds(playlist, ben.records(mp3(2), "For all"))
    shown = ann.opens(playlist)
    assert [entry["state"] for entry in shown["entries"]] == ["masked", "live"]


def test_joining_twice_gives_one_playlist_and_keeps_what_is_in_it(
    world: World, ann: Person, ben: Person
) -> None:
    world.settle()
    ben.adds(own(ben), ben.records(mp3(2)))
    [joined] = [
        activity
        for activity in Activity.of_audience(f"w#{ann.workspace_id}", before=None, limit=50)
        if activity.kind == "member_joined"
    ]
    expertise.begin(joined)
    assert len(ben.opens(own(ben))["entries"]) == 1


def test_who_is_no_new_hire_gets_none(world: World, ann: Person) -> None:
    cleo = ann.invites("cleo@acme.example")
    ann.patch(f"{ann.place}/members/{cleo.member_id}", started_on="2020-01-01").expect(200)
    world.settle()
    assert cleo.get(f"{cleo.place}/beginning").expect(200)["expertise"] is None
