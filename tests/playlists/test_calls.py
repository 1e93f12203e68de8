"""Open calls: a question, departments that are wanted, and who has been heard."""

from typing import Any

import pytest

from tests import wire
from tests.playlists.stories import path_of
from tests.tracks.audio import mp3
from tests.world import Person

CALL: dict[str, Any] = {
    "mode": "open_call",
    "question": "What do customers ask you most?",
    "seats": ["Sales", "Legal", "Support"],
}


def belongs(ann: Person, person: Person, department: str | None) -> None:
    ann.patch(f"{ann.place}/members/{person.member_id}", department=department).expect(200)


def heard(person: Person, playlist_id: str) -> list[str]:
    return [each["department"] for each in person.opens(playlist_id)["heard_from"] if each["heard"]]


def test_an_open_call_hears_from_departments_as_people_add(ann: Person, ben: Person) -> None:
    cleo = ann.invites("cleo@acme.example")
    for person, department in ((ann, "Sales"), (ben, "legal "), (cleo, "Finance")):
        belongs(ann, person, department)
    call = ann.makes("What customers ask", **CALL)
    seen = ben.opens(call)
    assert (seen["mode"], seen["question"], seen["may_add"]) == ("open_call", CALL["question"], True)
    assert [each["department"] for each in seen["heard_from"]] == CALL["seats"]
    assert heard(ben, call) == []
    entry_id = ben.adds(call, ben.records(mp3(2)))
    assert heard(ann, call) == ["Legal"]
    cleo.adds(call, cleo.records(mp3(2)))
    assert heard(ann, call) == ["Legal"]
    cleo.adds(call, ann.records(mp3(2)))  # heard is who speaks, not who adds
    assert heard(cleo, call) == ["Sales", "Legal"]
    ben.delete(f"{path_of(ben, call)}/entries/{entry_id}").expect(204)
    assert heard(ann, call) == ["Sales"]


def test_what_a_call_asks_stands_in_lists(ann: Person, ben: Person) -> None:
    ann.makes("What customers ask", **CALL)
    for query in ("", "?following=true"):
        person = ben if not query else ann
        [line] = person.get(f"{person.place}/playlists{query}").expect(200)["items"]
        assert {name: line[name] for name in CALL} == CALL


def test_who_is_heard_costs_no_further_call(ann: Person) -> None:
    call = ann.makes("What customers ask", **CALL)
    ann.adds(call, ann.records(mp3(2)))
    ann.opens(call)
    with wire.counted() as calls:
        ann.opens(call)
    assert len(calls) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "open_call"},
        {"mode": "open_call", "seats": ["Sales"]},
        {"mode": "personal", "question": "Why?"},
        {"mode": "collaborative", "seats": ["Sales"]},
        CALL | {"question": "x" * 201},
        CALL | {"seats": ["x"] * 13},
        CALL | {"seats": [" "]},
        CALL | {"seats": ["x" * 101]},
    ],
    ids=str,
)
def test_a_call_that_is_none_is_refused(ann: Person, wrong: dict[str, Any]) -> None:
    refused = ann.post(f"{ann.place}/playlists", title="x", **wrong).expect(400)
    assert refused["Code"] == "InvalidRequest"


def test_the_largest_call_is_made(ann: Person) -> None:
    seats = [f"{number:02}" + "x" * 98 for number in range(12)]
    call = ann.makes("x", **CALL | {"question": "x" * 200, "seats": seats})
    assert len(ann.opens(call)["heard_from"]) == 12


def test_a_department_written_twice_is_one_seat(ann: Person) -> None:
    call = ann.makes("x", **CALL | {"seats": ["Sales", " sales", "Legal"]})
    assert [each["department"] for each in ann.opens(call)["heard_from"]] == ["Sales", "Legal"]


def test_a_playlist_becomes_a_call_and_ends_as_one(ann: Person, ben: Person) -> None:
    playlist = ann.makes("x", mode="collaborative")
    path = path_of(ann, playlist)
    ann.patch(path, mode="open_call").expect(400)
    ann.patch(path, question="Why?").expect(400)
    assert ann.patch(path, **CALL).expect(200)["question"] == CALL["question"]
    ann.patch(path, question=None).expect(400)
    assert ann.patch(path, seats=[]).expect(200)["seats"] == []
    ended = ann.patch(path, mode="personal").expect(200)
    assert (ended["question"], ended["seats"]) == (None, [])
    assert not ben.opens(playlist)["may_add"]
