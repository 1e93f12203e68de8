"""Looking people up: departments with their counts, who is in them, and who is found by words."""

from typing import Any

import pytest

from chalicelib import times
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member
from tests.world import Person

PEOPLE = {
    "Zoe Adler": ("Sales", "active"),
    "Abe Brown": ("sales ", "active"),
    "Cleo Chan": ("Sales", "active"),
    "Dan Dahl": ("Legal", "active"),
    "Finn Fox": ("Sales", "deactivated"),
}


@pytest.fixture
def people(ann: Person) -> Person:
    """Ann, who is in no department, with colleagues."""
    for name, (department, status) in PEOPLE.items():
        Member(
            ann.workspace_id,
            name.replace(" ", ""),
            identity_key=name,
            name=name,
            email=f"{name[:3]}@acme.example",
            title="Account manager" if name == "Cleo Chan" else None,
            department=department,
            status=status,
            role="member",
            joined_at=times.now(),
            sessions_valid_from=times.from_epoch(0),
        ).save()
    return ann


def names(ann: Person, query: str) -> set[str]:
    return {each["name"] for each in pages(ann, query)}


def pages(ann: Person, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = ann.get(f"{ann.place}/members?{query}{after}").expect(200)
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def test_each_department_says_how_many_people_it_has_however_they_write_it(people: Person) -> None:
    assert people.get(f"{people.place}/departments").expect(200) == {
        "items": [{"department": "Legal", "people": 1}, {"department": "Sales", "people": 3}],
        "without_department": 1,
        "deactivated": 1,
    }


def test_people_are_found_by_department_status_and_words(people: Person) -> None:
    mine = people.get("/v1/me").expect(200)["name"]
    sellers = {"Zoe Adler", "Abe Brown", "Cleo Chan"}
    assert names(people, "department=SALES&status=active") == sellers
    assert names(people, "department=Sales") == sellers | {"Finn Fox"}
    assert names(people, "without_department=true") == {mine}
    assert names(people, "status=deactivated") == {"Finn Fox"}
    assert names(people, "q=manager%20chan") == {"Cleo Chan"}
    assert names(people, "q=sales&status=active") == sellers
    assert names(people, "department=Nowhere") == set()


def test_a_page_holds_as_many_as_are_asked_for_and_nobody_comes_twice(people: Person) -> None:
    first = people.get(f"{people.place}/members?department=Sales&limit=2").expect(200)
    assert len(first["items"]) == 2
    assert first["next"]
    found = [each["name"] for each in pages(people, "department=Sales&limit=2")]
    assert sorted(found) == sorted(set(found))
    assert len(found) == 4


def test_a_cursor_is_for_one_search(people: Person) -> None:
    cursor = people.get(f"{people.place}/members?department=Sales&limit=1").expect(200)["next"]
    people.get(f"{people.place}/members?department=Legal&limit=1&after={cursor}").expect(400)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("department=Sales&without_department=true", "not for both"),
        (f"q={'a' * (members.LONGEST_NAME + 1)}", "100"),
        ("status=asleep", "status"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(ann: Person, query: str, refused: str) -> None:
    assert refused in ann.get(f"{ann.place}/members?{query}").expect(400)["Message"]
    ann.get(f"{ann.place}/members?q={'a' * members.LONGEST_NAME}").expect(200)


def test_an_owners_playlists_are_those_that_one_may_open(ann: Person, ben: Person) -> None:
    shown = ben.makes("For everybody")
    ben.makes("For me", audience="me")
    found = ann.get(f"{ann.place}/playlists?owner={ben.member_id}").expect(200)["items"]
    assert [each["playlist_id"] for each in found] == [shown]
    assert len(ben.get(f"{ben.place}/playlists?mine=true").expect(200)["items"]) == 2
    ann.get(f"{ann.place}/playlists?owner={ben.member_id}&mine=true").expect(400)
