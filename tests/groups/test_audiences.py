"""What is said in a group stays there, and what is said to a mentor stays with that mentor."""

import uuid
from typing import Any

import pytest

from chalicelib.tracks.models import Track
from tests.groups import company
from tests.groups.company import assigns, gathers, id_of, told
from tests.tracks.audio import mp3
from tests.world import Person, World, upload


@pytest.fixture
def group_id(ben: Person, ann: Person) -> str:
    """A group of Ben and Dan, of which Ann, the admin, is none."""
    dan = company.calls(ann, "dan")
    return gathers(ben, dan)


@pytest.fixture
def dan(group_id: str, world: World, ann: Person) -> Person:
    person = world.person("dan@acme.example")
    person.workspace_id = ann.workspace_id
    return person


def for_group(group_id: str) -> dict[str, Any]:
    return {"audience": "group", "group_id": group_id}


def ids(person: Person, query: str = "") -> list[str]:
    found = person.get(f"{person.place}/tracks{query}").expect(200)["items"]
    return [track["track_id"] for track in found]


def test_a_track_of_a_group_is_heard_by_its_members_and_is_nothing_to_everybody_else(
    ann: Person, ben: Person, cleo: Person, dan: Person, eve: Person, group_id: str
) -> None:
    track_id = ben.records(mp3(2), "Among us", consent=for_group(group_id))
    assert dan.track(track_id)["consent"] == for_group(group_id) | {
        "public_link": False,
        "named_publicly": False,
    }
    assert dan.hears(track_id)
    assert ids(dan, f"?group={group_id}") == [track_id]
    assert ids(dan, f"?speaker={id_of(ben)}") == [track_id]
    assert told(dan)[0] == "track_published"
    for outsider in (ann, cleo, eve):
        for path in (f"tracks/{track_id}", f"tracks/{track_id}/audio", f"tracks?group={group_id}"):
            outsider.get(f"{outsider.place}/{path}").expect(404)
        assert ids(outsider) == ids(outsider, f"?speaker={id_of(ben)}") == []
        assert "track_published" not in told(outsider)
        home = outsider.get(f"{outsider.place}/home").expect(200)
        assert track_id not in str(home)
        assert group_id not in str(home)
    assert ids(dan) == []


def test_who_joins_hears_what_was_said_and_who_left_does_not(
    ben: Person, cleo: Person, group_id: str
) -> None:
    track_id = ben.records(mp3(2), consent=for_group(group_id))
    company.invites(ben, group_id, cleo)
    cleo.get(f"{cleo.place}/tracks/{track_id}").expect(404)
    company.joins(cleo, group_id)
    assert cleo.hears(track_id)
    company.leaves(cleo, group_id).expect(204)
    cleo.get(f"{cleo.place}/tracks/{track_id}/audio").expect(404)


def test_only_into_a_group_of_ones_own_may_one_speak(cleo: Person, group_id: str) -> None:
    body = {"title": "x", "content_type": "audio/mpeg", "size_bytes": 10}
    for unknown in (group_id, str(uuid.uuid4())):
        refused = cleo.post(f"{cleo.place}/tracks", **body, consent=for_group(unknown)).expect(404)
        assert refused["Code"] == "NotFound"
    track_id = cleo.records(mp3(2))
    cleo.patch(f"{cleo.place}/tracks/{track_id}", consent=for_group(group_id)).expect(404)
    assert cleo.track(track_id)["consent"]["audience"] == "workspace"


@pytest.mark.parametrize(
    "consent",
    [
        {"audience": "group"},
        {"audience": "workspace", "group_id": "x"},
        {"audience": "me", "group_id": "x"},
        {"audience": "everybody"},
    ],
)
def test_a_group_is_named_where_it_is_the_audience_and_nowhere_else(
    ben: Person, consent: dict[str, Any]
) -> None:
    body = {"title": "x", "content_type": "audio/mpeg", "size_bytes": 10, "consent": consent}
    assert "consent" in ben.post(f"{ben.place}/tracks", **body).expect(400)["Message"]


def test_the_speaker_moves_what_was_said_to_a_wider_audience_and_back(
    ann: Person, ben: Person, dan: Person, group_id: str
) -> None:
    track_id = ben.records(mp3(2), consent=for_group(group_id))
    path = f"{ben.place}/tracks/{track_id}"
    dan.patch(path, consent={"audience": "workspace"}).expect(404)
    ben.patch(path, consent={"audience": "workspace"}).expect(200)
    assert ann.hears(track_id)
    assert told(ann)[0] == "track_published"
    ben.patch(path, consent=for_group(group_id)).expect(200)
    ann.get(path).expect(404)
    assert dan.hears(track_id)
    assert told(dan).count("track_published") == 2  # when it was recorded, and for everybody
    ben.patch(path, consent={"audience": "me"}).expect(200)
    dan.get(path).expect(404)
    ben.patch(path, consent=for_group(group_id)).expect(200)
    assert told(dan)[0] == "track_published"


def test_speaker_and_group_are_two_lists(ben: Person, group_id: str) -> None:
    refused = ben.get(f"{ben.place}/tracks?speaker=me&group={group_id}").expect(400)
    assert "two lists" in refused["Message"]


def test_what_is_said_to_the_mentor_is_heard_by_the_mentor_alone(
    ann: Person, ben: Person, cleo: Person, dan: Person
) -> None:
    for hire in (cleo, dan):
        assigns(ann, ben, hire).expect(200)
    track_id = cleo.records(mp3(2), "Between us", consent={"audience": "mentor"})
    assert ben.hears(track_id)
    assert ids(ben, f"?speaker={id_of(cleo)}") == [track_id]
    assert told(ben)[0] == "track_published"
    for other in (ann, dan):
        other.get(f"{other.place}/tracks/{track_id}").expect(404)
        assert "track_published" not in told(other)


def test_it_stays_with_the_mentor_of_then_when_the_mentor_changes(
    ann: Person, ben: Person, cleo: Person, dan: Person, world: World
) -> None:
    assigns(ann, ben, cleo).expect(200)
    track_id = cleo.records(mp3(2), consent={"audience": "mentor"})
    late = cleo.announces(consent={"audience": "mentor"})
    assigns(ann, dan, cleo, instead_of=ben).expect(200)
    path = f"{cleo.place}/tracks/{track_id}"
    cleo.patch(path, title="Renamed", consent={"audience": "mentor", "public_link": False}).expect(200)
    assert ben.hears(track_id)
    dan.get(path).expect(404)
    upload(late["upload"], mp3(2))
    world.settle()
    assert dan.hears(late["track"]["track_id"])
    ben.get(f"{ben.place}/tracks/{late['track']['track_id']}").expect(404)
    renewed = cleo.post(f"{path}/uploads", content_type="audio/mpeg", size_bytes=100_000).expect(201)
    upload(renewed["upload"], mp3(3))
    world.settle()
    assert ben.track(track_id)["revision"] == 2
    dan.get(path).expect(404)


def test_without_a_mentor_nothing_is_said_to_one(
    ann: Person, ben: Person, cleo: Person, world: World
) -> None:
    body = {"title": "x", "content_type": "audio/mpeg", "size_bytes": 10, "consent": {"audience": "mentor"}}
    assert cleo.post(f"{cleo.place}/tracks", **body).expect(409)["Code"] == "NoMentor"
    assigns(ann, ben, cleo).expect(200)
    waiting = cleo.announces(consent={"audience": "mentor"})
    ann.delete(company.mentor_path(ann, cleo)).expect(204)
    upload(waiting["upload"], mp3(2))
    world.settle()
    track = Track.get(cleo.workspace_id, waiting["track"]["track_id"])
    assert track.audience_key == f"m#{id_of(cleo)}"
