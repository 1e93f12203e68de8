"""Creating a workspace, naming it, and who may."""

import uuid

import pytest

from chalicelib import settings
from tests import wire
from tests.world import Person, World


def test_a_founder_is_the_admin(ann: Person) -> None:
    me = ann.get("/v1/me").expect(200)
    assert me["email"] == "ann@acme.example"
    assert [(each["name"], each["role"]) for each in me["workspaces"]] == [("Acme", "admin")]


@pytest.mark.parametrize(
    ("creators", "email", "may"),
    [
        ("*", "ann@acme.example", True),
        ("acme.example", "ann@acme.example", True),
        ("other.example, Acme.Example", "ann@acme.example", True),
        ("ann@acme.example", "ann@acme.example", True),
        ("Ann@Acme.example,ben@acme.example", "ANN@acme.example", True),
        ("ann@acme.example", "ben@acme.example", False),
        ("acme.example", "ann@sub.acme.example", False),
        ("acme.example", "ann@notacme.example", False),
        ("acme.example", "acme.example@evil.example", False),
        ("", "ann@acme.example", False),
        (",", "ann@acme.example", False),
    ],
)
def test_the_deployment_says_who_may_create_workspaces(
    world: World, monkeypatch: pytest.MonkeyPatch, creators: str, email: str, may: bool
) -> None:
    monkeypatch.setattr(settings, "WORKSPACE_CREATORS", creators)
    person = world.person(email)
    assert person.get("/v1/me").expect(200)["may_create_workspace"] is may
    person.post("/v1/workspaces", name="Acme").expect(201 if may else 404)


def test_creating_can_be_repeated_but_not_taken_over(ann: Person, eve: Person) -> None:
    key = str(uuid.uuid4())
    first = ann.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=key).expect(201)
    again = ann.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=key).expect(201)
    assert first == again
    assert first["workspace_id"] == key
    assert len(ann.get("/v1/me").expect(200)["workspaces"]) == 2
    taken = eve.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=key)
    assert taken.expect(409)["Code"] == "AlreadyExists"


def test_creating_whose_answer_was_lost_has_happened_once(world: World, ann: Person) -> None:
    key = str(uuid.uuid4())
    with wire.cut_off("TransactWriteItems"):
        ann.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=key).expect(201)
    ann.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=key).expect(201)
    happened = ann.get(f"/v1/workspaces/{key}/activity").expect(200)["items"]
    assert [each["kind"] for each in happened] == ["workspace_created"]


def test_one_who_was_deactivated_learns_nothing_by_creating_it_again(ann: Person, ben: Person) -> None:
    ann.patch(f"{ann.place}/members/{ben.member_id}", status="deactivated").expect(200)
    answer = ben.call("POST", "/v1/workspaces", {"name": "Mine"}, Idempotency_Key=ann.workspace_id)
    assert answer.expect(409)["Code"] == "AlreadyExists"


def test_two_people_who_create_under_one_id_at_once_make_one_workspace(world: World) -> None:
    key = str(uuid.uuid4())
    people = [world.person(f"{name}@acme.example") for name in ("ann", "ben")]
    answers = world.at_once(
        *(
            lambda person=person: person.call("POST", "/v1/workspaces", {"name": "Acme"}, Idempotency_Key=key)
            for person in people
        )
    )
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert sorted(len(person.get("/v1/me").expect(200)["workspaces"]) for person in people) == [0, 1]


def test_a_workspace_is_renamed_by_who_has_seen_it(ann: Person, ben: Person) -> None:
    seen = ben.get(ben.place).expect(200)
    assert (seen["name"], seen["version"]) == ("Acme", 1)
    ben.patch(ben.place, name="Ours").expect(404)
    renamed = ann.call("PATCH", ann.place, {"name": "Acme & Sons"}, If_Match='"1"').expect(200)
    assert (renamed["name"], renamed["version"]) == ("Acme & Sons", 2)
    stale = ann.call("PATCH", ann.place, {"name": "Acme"}, If_Match="1").expect(409)
    assert (stale["Code"], stale["Current"]["name"]) == ("StaleVersion", "Acme & Sons")
    assert ben.get(ben.place).expect(200)["name"] == "Acme & Sons"
    assert ben.get("/v1/me").expect(200)["workspaces"][0]["name"] == "Acme & Sons"


def test_an_admin_says_how_much_of_a_track_completes_it(ann: Person, ben: Person) -> None:
    assert ben.get(ben.place).expect(200)["completion_percent"] == 90
    ben.patch(ben.place, completion_percent=80).expect(404)
    for percent in (74, 101, 80.5, None, "80"):
        refused = ann.patch(ann.place, completion_percent=percent).expect(400)
        assert "completion_percent" in refused["Message"]
    for percent in (75, 100):
        changed = ann.patch(ann.place, completion_percent=percent).expect(200)
        assert (changed["completion_percent"], changed["name"]) == (percent, "Acme")
    assert ann.patch(ann.place, name="Acme & Sons").expect(200)["completion_percent"] == 100
    assert ann.patch(ann.place).expect(200) == ann.get(ann.place).expect(200)


def test_one_person_belongs_to_two_workspaces_as_two_members(ann: Person, eve: Person) -> None:
    eve.post(f"{eve.place}/invitations", emails=[ann.email]).expect(201)
    ann.post(f"{eve.place}/invitations/accept").expect(201)
    mine = {each["name"]: each for each in ann.get("/v1/me").expect(200)["workspaces"]}
    assert (mine["Acme"]["role"], mine["Evil"]["role"]) == ("admin", "member")
    assert mine["Acme"]["member_id"] != mine["Evil"]["member_id"]
    ann.patch(f"{eve.place}/members/{mine['Evil']['member_id']}", title="Guest").expect(200)
    assert ann.get(f"{ann.place}/members/{ann.member_id}").expect(200)["title"] is None
    ann.get(f"{ann.place}/members/{mine['Evil']['member_id']}").expect(404)
    eve.patch(f"{eve.place}/members/{mine['Evil']['member_id']}", status="deactivated").expect(200)
    ann.get(eve.place).expect(404)
    ann.get(ann.place).expect(200)
