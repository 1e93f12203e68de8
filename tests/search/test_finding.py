"""Finding over the API: who finds what, what it costs, and how soon."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uuid6

from chalicelib.search import catalogue, finding
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member
from tests import wire
from tests.groups import company
from tests.tracks.audio import mp3
from tests.world import Person, World


def search(person: Person, typed: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"{person.place}/search?q={typed}").expect(200)
    return found


def finds(person: Person, typed: str) -> list[str]:
    """The titles and names that a person finds, as if nobody had searched for a few seconds."""
    for each in catalogue._kept.values():
        each.read_at = each.read_at and each.read_at - catalogue.FRESH
    found = search(person, typed)
    assert found.keys() == {"tracks", "playlists", "people", "more"}
    return [
        *(each["title"] for each in found["tracks"]),
        *(each["title"] for each in found["playlists"]),
        *(each["name"] for each in found["people"]),
    ]


def populated(ann: Person, count: int) -> None:
    """A library of so many tracks."""
    now = datetime.now(UTC)
    with Track.batch_write() as batch:
        for number in range(count):
            batch.save(
                Track(
                    ann.workspace_id,
                    str(uuid6.uuid7()),
                    title=f"Call {number}",
                    speaker_id=ann.member_id,
                    speaker_name="Ann",
                    created_at=now,
                    published_at=now - timedelta(minutes=number),
                    changed_at=now - timedelta(minutes=number),
                    audience_key=f"w#{ann.workspace_id}",
                    media_key=f"media/{number}",
                    duration_ms=1000,
                    revision=1,
                )
            )


def test_tracks_playlists_and_people_are_found_by_title_name_and_topic(ann: Person, ben: Person) -> None:
    ben.patch(f"{ben.place}/members/{ben.member_id}", name="Bén Große", topics=["Pricing"]).expect(200)
    ann.records(mp3(1), title="How I open a call")
    ann.makes("Opening", topics=["pricing"])
    assert finds(ben, "open") == ["How I open a call", "Opening"]
    assert finds(ben, "pric") == ["Opening", "Bén Große"]
    assert finds(ann, "ben%20grosse") == ["Bén Große"]
    assert finds(ben, "call%20how") == ["How I open a call"]
    assert finds(ben, "nothing") == []


def test_a_new_track_and_a_new_title_are_found_within_seconds(ann: Person, ben: Person) -> None:
    assert finds(ben, "call") == []
    track_id = ann.records(mp3(1), title="A call")
    assert finds(ben, "call") == ["A call"]
    ann.patch(f"{ann.place}/tracks/{track_id}", title="A letter").expect(200)
    assert finds(ben, "letter") == ["A letter"]
    assert finds(ben, "call") == []


def test_a_new_name_finds_what_its_speaker_has_said(world: World, ann: Person, ben: Person) -> None:
    ann.records(mp3(1), title="A call")
    assert finds(ben, "okafor") == []
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Ann Okafor").expect(200)
    world.settle()
    assert "A call" in finds(ben, "okafor")


def test_another_workspace_finds_nothing(ann: Person, eve: Person) -> None:
    ann.records(mp3(1), title="A call")
    ann.makes("Calls")
    assert finds(ann, "call") == ["A call", "Calls"]
    assert finds(eve, "call") == []
    assert finds(eve, ann.email.split("@")[0]) == []


def test_what_is_for_oneself_or_a_group_is_found_by_them_alone(ann: Person, ben: Person) -> None:
    cat = ann.invites("cat@acme.example")
    group_id = company.gathers(ann, ben)
    ann.records(mp3(1), title="Call of mine", consent={"audience": "me"})
    ann.records(mp3(1), title="Call of ours", consent={"audience": "group", "group_id": group_id})
    ann.makes("Calls of mine", audience="me")
    ann.makes("Calls of ours", audience="group", group_id=group_id)
    assert finds(ann, "call") == ["Call of ours", "Call of mine", "Calls of ours", "Calls of mine"]
    assert finds(ben, "call") == ["Call of ours", "Calls of ours"]
    assert finds(cat, "call") == []


def test_what_was_narrowed_or_taken_back_shows_no_more_and_takes_nobodys_place(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_TRACKS", 2)
    monkeypatch.setattr(finding, "MOST_PLAYLISTS", 1)
    titles = ["Call 1", "Call 2", "Call 3", "Call 4"]
    tracks = [ann.records(mp3(1), title=title) for title in titles]
    playlists = [ann.makes(title) for title in ("Calls 1", "Calls 2")]
    assert finds(ben, "call") == ["Call 4", "Call 3", "Calls 2"]
    ann.patch(f"{ann.place}/tracks/{tracks[3]}", consent={"audience": "me"}).expect(200)
    ann.delete(f"{ann.place}/tracks/{tracks[2]}").expect(204)
    ann.delete(f"{ann.place}/playlists/{playlists[1]}").expect(204)
    assert [each["title"] for each in search(ben, "call")["tracks"]] == ["Call 2", "Call 1"]
    assert finds(ben, "call") == ["Call 2", "Call 1", "Calls 1"]
    assert finds(ann, "call") == ["Call 4", "Call 2", "Calls 1"]


def test_who_has_left_is_found_no_more_after_a_minute(ann: Person, ben: Person) -> None:
    assert [each["member_id"] for each in search(ann, "ben")["people"]] == [ben.member_id]
    ann.patch(f"{ann.place}/members/{ben.member_id}", status="deactivated").expect(200)
    catalogue._people[ann.workspace_id].read_at -= catalogue.PEOPLE_FRESH
    assert search(ann, "ben")["people"] == []


def test_the_best_of_many_are_answered(ann: Person) -> None:
    populated(ann, 150)
    ann.records(mp3(1), title="Another")
    assert finds(ann, "call") == [f"Call {number}" for number in range(finding.MOST_TRACKS)]
    assert search(ann, "call")["more"]
    assert not search(ann, "call%2014")["more"]  # 14 and 140 to 149


def test_typing_on_reads_only_what_was_found(ann: Person, ben: Person) -> None:
    ann.records(mp3(1), title="A call")
    ann.makes("Calls")
    ben.get(ben.place).expect(200)
    with wire.counted() as first:
        search(ben, "c")
    with wire.counted() as then:
        search(ben, "ca")
    with wire.counted() as nothing:
        search(ben, "cax")
    looked_up = ["BatchGetItem tracks", "BatchGetItem playlists"]
    read = {"Query members": 1, "Query tracks": 2, "Query playlists": 2}  # the workspace's and one's own
    assert {each: first.count(each) for each in set(first) - set(looked_up)} == read
    assert then == looked_up
    assert nothing == []


def test_what_changed_is_read_and_not_the_whole_library_again(ann: Person, ben: Person) -> None:
    populated(ann, 100)
    finds(ben, "call")
    with wire.made() as calls:
        finds(ben, "call")
    [again, *_] = [call for call in calls if str(call) == "Query tracks"]
    assert again.answer["Count"] == 1 + catalogue.OVERLAP // timedelta(minutes=1)


@pytest.mark.parametrize("typed", ["", "%20", "a" * 101, "%00"])
def test_nothing_and_too_much_are_refused(ann: Person, typed: str) -> None:
    refused = ann.get(f"{ann.place}/search?q={typed}")
    assert refused.status == 400
    assert "`q`" in refused.body["Message"]


def test_a_query_of_100_characters_of_any_kind_is_answered(ann: Person) -> None:
    assert finds(ann, "%F0%9F%8E%A7" * 100) == []
    assert finds(ann, "%26%3F%23%25%22%3C" * 16) == []


def test_a_member_who_knows_something_is_found_by_it(ann: Person) -> None:
    member = Member.get(ann.workspace_id, ann.member_id)
    member.update(actions=[Member.department.set("Négociation"), Member.title.set("Head of Deals")])
    assert finds(ann, "nego") == finds(ann, "deal") == [member.name]
