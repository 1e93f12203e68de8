"""Groups and who belongs to them: founding, inviting, joining, leaving, handing over."""

import uuid
from typing import Any

import pytest

from chalicelib.groups import belonging
from chalicelib.groups import models as groups
from chalicelib.groups.models import Group
from chalicelib.workspaces.models import Member
from tests.groups import company
from tests.groups.company import gathers, id_of, names, sees, told
from tests.tracks.audio import mp3
from tests.world import Person, World


@pytest.fixture
def cleo(ann: Person) -> Person:
    return company.calls(ann, "cleo", department="Legal")


def mine(person: Person) -> list[str]:
    found = person.get(f"{person.place}/groups").expect(200)["items"]
    return [each["group_id"] for each in found]


def offers(person: Person, which: str) -> list[str]:
    found = person.get(f"{person.place}/offers?which={which}").expect(200)["items"]
    return [each["group_id"] for each in found]


def test_a_group_is_founded_with_a_purpose_a_problem_and_seats(ann: Person) -> None:
    ann.patch(f"{ann.place}/members/{id_of(ann)}", department="Sales").expect(200)
    group_id = company.founds(
        ann,
        "cross_functional",
        "Fewer returns",
        problem="Every fifth parcel comes back.\n\n\nNobody  knows why.",
        seats=["Sales", "Legal", "sales"],
    )
    seen = sees(ann, group_id)
    assert (seen["kind"], seen["purpose"]) == ("cross_functional", "Fewer returns")
    assert seen["problem"] == "Every fifth parcel comes back.\n\nNobody knows why."
    assert seen["seats"] == [
        {"department": "Sales", "taken": True},
        {"department": "Legal", "taken": False},
    ]
    assert seen["prompts"] == ["What did we try?", "What happened?", "What would I do now?"]
    assert (seen["owner"]["member_id"], names(seen)) == (id_of(ann), ["Ann"])
    assert (seen["open"], seen["check_ins"], seen["topics"], seen["version"]) == (False, None, [], 1)
    assert mine(ann) == [group_id]


def test_founding_again_under_the_same_key_founds_nothing_new(ann: Person, ben: Person) -> None:
    key, body = str(uuid.uuid4()), {"kind": "circle", "purpose": "Chess"}
    first = ann.call("POST", f"{ann.place}/groups", body, Idempotency_Key=key).expect(201)
    assert ann.call("POST", f"{ann.place}/groups", body, Idempotency_Key=key).expect(201) == first
    assert mine(ann) == [key]
    taken = ben.call("POST", f"{ben.place}/groups", body, Idempotency_Key=key).expect(409)
    assert taken["Code"] == "AlreadyExists"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"kind": "mentoring", "purpose": "x"}, "kind"),
        ({"kind": "circle"}, "purpose"),
        ({"kind": "circle", "purpose": "x" * 201}, "purpose"),
        ({"kind": "circle", "purpose": " \n "}, "purpose"),
        ({"kind": "circle", "purpose": "x", "problem": "x" * 2001}, "problem"),
        ({"kind": "circle", "purpose": "x", "seats": ["x"] * 21}, "seats"),
        ({"kind": "circle", "purpose": "x", "seats": ["x" * 101]}, "seats"),
        ({"kind": "circle", "purpose": "x", "seats": [" "]}, "seats"),
        ({"kind": "circle", "purpose": "x", "members": ["m"]}, "members"),
        ({"kind": "circle", "purpose": "x", "owner_id": "m"}, "owner_id"),
    ],
)
def test_what_a_group_cannot_be_is_said(ann: Person, body: dict[str, Any], word: str) -> None:
    refused = ann.post(f"{ann.place}/groups", **body).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert word in refused["Message"]


def test_the_largest_group_that_can_be_said_is_founded(ann: Person) -> None:
    seats = [f"{number:02}" + "x" * 98 for number in range(20)]
    group_id = company.founds(ann, purpose="x" * 200, problem="x" * 2000, seats=seats)
    assert len(sees(ann, group_id)["seats"]) == 20


def test_people_are_invited_and_join(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = company.founds(ann)
    company.invites(ann, group_id, ben, cleo)
    assert mine(ben) == []
    [offer] = ben.get(f"{ben.place}/offers").expect(200)["items"]
    assert (offer["group_id"], offer["purpose"]) == (group_id, "Selling better")
    assert offer["invited_by"]["name"] == "Ann"
    assert offer.keys() == {"group_id", "kind", "purpose", "seats", "owner", "invited_by"}
    ben.get(company.path_of(ben, group_id)).expect(404)
    company.joins(ben, group_id)
    company.joins(ben, group_id)
    seen = sees(ben, group_id)
    assert names(seen) == ["Ann", "Ben"]
    assert [each["member"]["name"] for each in seen["invited"]] == ["Cleo"]
    assert (mine(ben), offers(ben, "invited")) == ([group_id], [])
    assert told(ben)[0] == "group_joined"
    assert told(cleo)[0] == "group_invited"


def test_inviting_again_or_a_member_changes_nothing(ann: Person, ben: Person) -> None:
    group_id = gathers(ann, ben)
    company.invites(ann, group_id, ben, ann)
    assert sees(ann, group_id)["invited"] == []
    assert told(ben).count("group_invited") == 1


def test_an_invitation_is_declined_or_taken_back(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = company.founds(ann)
    company.invites(ann, group_id, ben, cleo)
    path = f"{company.path_of(ann, group_id)}/invitations"
    ben.delete(f"{path}/{id_of(cleo)}").expect(404)
    ben.delete(f"{path}/{id_of(ben)}").expect(204)
    ben.delete(f"{path}/{id_of(ben)}").expect(404)
    ann.delete(f"{path}/{id_of(cleo)}").expect(204)
    for person in (ben, cleo):
        assert offers(person, "invited") == []
        person.post(f"{company.path_of(person, group_id)}/members").expect(404)


def test_who_invited_may_take_it_back_and_other_members_may_not(
    ann: Person, ben: Person, cleo: Person
) -> None:
    dan = company.calls(ann, "dan")
    group_id = gathers(ann, ben, cleo)
    company.invites(ben, group_id, dan)
    path = f"{company.path_of(ann, group_id)}/invitations/{id_of(dan)}"
    cleo.delete(path).expect(404)
    ben.delete(path).expect(204)


def test_only_members_of_the_workspace_are_invited(ann: Person, ben: Person, eve: Person) -> None:
    group_id = company.founds(ann)
    gone = id_of(ben)
    ann.patch(f"{ann.place}/members/{gone}", status="deactivated").expect(200)
    for member_id in (gone, id_of(eve), "unknown"):
        ann.post(f"{company.path_of(ann, group_id)}/invitations", member_ids=[member_id]).expect(404)
    assert sees(ann, group_id)["invited"] == []


def test_an_open_group_is_found_and_joined_by_anybody(ann: Person, ben: Person, eve: Person) -> None:
    group_id = company.founds(ann, open=True)
    company.founds(ann, purpose="Secret")
    [offer] = ben.get(f"{ben.place}/offers?which=open").expect(200)["items"]
    assert (offer["group_id"], offer["invited_by"]) == (group_id, None)
    ben.get(company.path_of(ben, group_id)).expect(404)
    eve.post(f"/v1/workspaces/{ann.workspace_id}/groups/{group_id}/members").expect(404)
    company.joins(ben, group_id)
    ann.patch(company.path_of(ann, group_id), open=False).expect(200)
    cleo = company.calls(ann, "cleo")
    cleo.post(f"{company.path_of(cleo, group_id)}/members").expect(404)
    assert offers(cleo, "open") == []


def test_the_owner_alone_says_what_the_group_is(ann: Person, ben: Person) -> None:
    group_id = gathers(ann, ben)
    path = company.path_of(ann, group_id)
    ben.patch(path, purpose="Mine now").expect(404)
    changed = ann.patch(path, purpose="Chess", problem="Losing", seats=["Legal"]).expect(200)
    assert (changed["purpose"], changed["problem"], changed["version"]) == ("Chess", "Losing", 2)
    assert ann.patch(path, problem=None).expect(200)["problem"] is None
    stale = ann.call("PATCH", path, {"purpose": "Go"}, If_Match="2").expect(409)
    assert (stale["Code"], stale["Current"]) == ("StaleVersion", {"version": 3})


def test_the_problem_may_be_a_track_that_everybody_in_the_group_may_hear(ann: Person, ben: Person) -> None:
    track_id = ben.records(mp3(2), "The problem")
    group_id = gathers(ann, ben, problem_track_id=track_id)
    assert sees(ann, group_id)["problem_track"] == {"track_id": track_id, "title": "The problem"}
    ben.patch(f"{ben.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)
    assert sees(ann, group_id)["problem_track"] is None
    for hidden in (track_id, str(uuid.uuid4())):
        ann.patch(company.path_of(ann, group_id), problem_track_id=hidden).expect(404)
    own = ann.records(mp3(2), consent={"audience": "me"})
    refused = ann.patch(company.path_of(ann, group_id), problem_track_id=own).expect(409)
    assert refused["Code"] == "TrackNotForTheGroup"


def test_leaving_gives_no_reason_and_leaves_the_rest(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ann, ben, cleo)
    company.leaves(ben, group_id).expect(204)
    company.leaves(ben, group_id).expect(404)
    ben.get(company.path_of(ben, group_id)).expect(404)
    assert names(sees(ann, group_id)) == ["Ann", "Cleo"]
    assert told(ann)[0] == "group_joined"


def test_a_group_whose_owner_leaves_passes_to_its_longest_standing_member(
    ann: Person, ben: Person, cleo: Person
) -> None:
    group_id = gathers(ann, cleo, ben)
    company.leaves(ann, group_id).expect(204)
    seen = sees(ben, group_id)
    assert (seen["owner"]["name"], names(seen)) == ("Cleo", ["Cleo", "Ben"])
    assert told(ben)[0] == "group_handed_over"
    company.leaves(cleo, group_id).expect(204)
    company.leaves(ben, group_id).expect(204)
    assert Group.get(ann.workspace_id, group_id).status == "closed"
    for person in (ann, ben, cleo):
        person.get(company.path_of(person, group_id)).expect(404)
        assert mine(person) == []


def test_a_closed_group_is_nowhere_any_more(ann: Person, ben: Person) -> None:
    group_id = company.founds(ann, open=True)
    company.invites(ann, group_id, ben)
    company.leaves(ann, group_id).expect(204)
    assert (offers(ben, "open"), offers(ben, "invited")) == ([], [])
    ben.post(f"{company.path_of(ben, group_id)}/members").expect(404)


def test_an_owner_hands_over_to_a_member(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ann, ben)
    path = company.path_of(ann, group_id)
    ben.patch(path, owner_id=id_of(ben)).expect(404)
    ann.patch(path, owner_id=id_of(cleo)).expect(404)
    assert ann.patch(path, owner_id=id_of(ben)).expect(200)["owner"]["name"] == "Ben"
    ann.patch(path, purpose="Mine still").expect(404)
    ben.patch(path, purpose="Chess").expect(200)


def test_an_owner_takes_somebody_out(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ann, ben, cleo)
    path = f"{company.path_of(ann, group_id)}/members"
    ben.delete(f"{path}/{id_of(cleo)}").expect(404)
    ann.delete(f"{path}/{id_of(cleo)}").expect(204)
    ann.delete(f"{path}/{id_of(cleo)}").expect(404)
    assert names(sees(ann, group_id)) == ["Ann", "Ben"]


def test_people_of_missing_departments_are_suggested_with_reasons(
    ann: Person, ben: Person, cleo: Person
) -> None:
    for person, topics in ((ann, ["Pricing"]), (cleo, ["pricing", "law"])):
        person.patch(f"{person.place}/members/{id_of(person)}", topics=topics).expect(200)
    dan = company.calls(ann, "dan", department="legal")
    group_id = gathers(ann, ben, seats=["Legal", "Support"])
    path = f"{company.path_of(ann, group_id)}/suggestions"
    found = ben.get(path).expect(200)["items"]
    assert [(each["member"]["name"], each["seat"]) for each in found] == [("Cleo", "Legal"), ("Dan", "Legal")]
    assert found[0]["reasons"][1] == "shares pricing with people here"
    company.invites(ann, group_id, cleo)
    [left] = ann.get(path).expect(200)["items"]
    assert left["member"]["name"] == "Dan"
    company.joins(cleo, group_id)
    assert ann.get(path).expect(200)["items"] == []
    dan.get(path).expect(404)


def test_a_group_has_fifty_members_at_most(
    ann: Person, ben: Person, cleo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belonging, "MOST_MEMBERS", 2)
    group_id = gathers(ann, ben)
    company.invites(ann, group_id, cleo)
    refused = cleo.post(f"{company.path_of(cleo, group_id)}/members").expect(409)
    assert (refused["Code"], refused["Message"]) == ("GroupFull", "A group has 2 members at most.")
    assert groups.MOST_MEMBERS == 50


def test_one_may_belong_to_twenty_five_groups(ann: Person, ben: Person) -> None:
    group_id = company.founds(ann)
    company.invites(ann, group_id, ben)
    member = Member.get(ben.workspace_id, id_of(ben))
    member.update(actions=[Member.group_ids.set({str(uuid.uuid4()) for _ in range(24)})])
    last = company.founds(ben)
    for refused in (
        ben.post(f"{company.path_of(ben, group_id)}/members"),
        ben.post(f"{ben.place}/groups", kind="circle", purpose="One more"),
    ):
        assert refused.expect(409)["Code"] == "TooManyGroups"
        assert "25 groups" in refused.body["Message"]
    company.leaves(ben, last).expect(204)
    company.joins(ben, group_id)


def test_who_leaves_the_workspace_is_taken_out_of_their_groups(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    owned, shared, alone = gathers(ben, ann, cleo), gathers(ann, ben), company.founds(ben)
    invited = company.founds(ann)
    company.invites(ann, invited, ben)
    ben_id = id_of(ben)
    ann.patch(f"{ann.place}/members/{ben_id}", status="deactivated").expect(200)
    world.settle()
    seen = sees(cleo, owned)
    assert (seen["owner"]["name"], names(seen)) == ("Ann", ["Ann", "Cleo"])
    assert names(sees(ann, shared)) == ["Ann"]
    assert Group.get(ann.workspace_id, alone).status == "closed"
    assert sees(ann, invited)["invited"] == []
    left = Member.get(ann.workspace_id, ben_id)
    assert not left.group_ids
    assert not left.invited_to
