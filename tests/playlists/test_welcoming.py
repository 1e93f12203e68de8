"""What every new hire is asked to hear when they join."""

from chalicelib.playlists import welcoming
from tests.groups.company import id_of, told
from tests.playlists.stories import path_of
from tests.playlists.test_assigning import at_home, titles
from tests.world import Person, World


def welcomes(admin: Person, playlist_id: str, status: int = 204) -> str:
    answer = admin.call("PUT", f"{admin.place}/welcoming/{playlist_id}").expect(status)
    return str(answer["Message"]) if answer else ""


def chosen(admin: Person) -> list[str]:
    return [each["title"] for each in admin.get(f"{admin.place}/welcoming").expect(200)["items"]]


def test_who_joins_is_asked_to_hear_what_is_chosen(world: World, ann: Person, ben: Person) -> None:
    world.settle()
    first, by_ben, narrowed, left_out = (
        ann.makes("Your first week"),
        ben.makes("By Ben"),
        ann.makes("Narrowed"),
        ann.makes("Left out"),
    )
    for each in (first, by_ben, narrowed, left_out, first):
        welcomes(ann, each)
    ann.patch(path_of(ann, narrowed), audience="me").expect(200)
    for _ in range(2):
        ann.delete(f"{ann.place}/welcoming/{left_out}").expect(204)
    cleo = ann.invites("cleo@acme.example")
    world.settle()
    assert sorted(titles(at_home(cleo))) == ["By Ben", "Your first week"]
    assert {each["assigned_by"]["member_id"] for each in at_home(cleo)} == {id_of(ann)}
    assert told(cleo).count("playlist_assigned") == 2
    assert at_home(ben) == [], "who was here before is not asked"


def test_only_what_everybody_may_open_and_only_so_many(ann: Person, ben: Person) -> None:
    welcomes(ann, ben.makes("His own", audience="me"), 404)
    assert "whole workspace" in welcomes(ann, ann.makes("Mine", audience="me"), 409)
    welcomes(ann, "unknown", 404)
    made = [ann.makes(f"Number {number}") for number in range(welcoming.MOST + 1)]
    for each in made[:-1]:
        welcomes(ann, each)
    assert str(welcoming.MOST) in welcomes(ann, made[-1], 409)
    ann.delete(path_of(ann, made[0])).expect(204)
    welcomes(ann, made[-1])
    assert chosen(ann) == [f"Number {number}" for number in range(1, welcoming.MOST + 1)]


def test_who_is_asked_twice_is_asked_once(world: World, ann: Person) -> None:
    world.settle()
    welcomes(ann, ann.makes())
    cleo = ann.invites("cleo@acme.example")
    records = world.stream_records()
    for _ in range(2):
        world.app.react_to_activity({"Records": records}, None)
    world.settle()
    assert titles(at_home(cleo)) == ["How to sell"]
    assert told(cleo).count("playlist_assigned") == 1
