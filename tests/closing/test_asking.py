"""Asking that a workspace be deleted, and taking that back."""

from datetime import datetime, timedelta

import pytest

from chalicelib import times
from chalicelib.closing import asking, removing
from chalicelib.due.models import Due
from chalicelib.workspaces.models import Workspace
from tests.groups.company import id_of
from tests.world import Answer, Person, World


def closes(person: Person, name: str = "Acme") -> Answer:
    return person.post(f"{person.place}/closing", name=name)


def keeps(person: Person) -> Answer:
    return person.delete(f"{person.place}/closing")


def planned() -> list[Due]:
    return [due for due in Due.scan() if due.kind == asking.KIND]


def subjects(world: World) -> list[tuple[str, str]]:
    """To whom which mails about it went."""
    world.settle()
    return [(mail["To"], mail["Subject"]) for mail in world.mails() if "deleted" in mail["Subject"]]


@pytest.fixture
def bea(ann: Person) -> Person:
    """A second admin."""
    bea = ann.invites("bea@acme.example")
    ann.patch(f"{ann.place}/members/{id_of(bea)}", role="admin").expect(200)
    return bea


def test_every_admin_is_told_until_when_and_a_second_request_changes_nothing(
    world: World, ann: Person, bea: Person, ben: Person
) -> None:
    asked_at = times.now()
    seen = closes(ann, "  aCME ").expect(202)
    closes_at = datetime.fromisoformat(seen["closes_at"])
    assert timedelta(0) <= closes_at - asked_at - timedelta(days=7) < timedelta(minutes=1)
    assert closes(bea).expect(202) == closes(ann).expect(202) == seen
    assert len(planned()) == 1
    to_both = [(person.email, "Acme will be deleted in 7 days") for person in (ann, bea)]
    assert sorted(subjects(world)) == sorted(to_both)
    text = str(world.mails()[-1].get_body(("plain",)))
    assert "Ann has asked that Acme be deleted" in text
    assert f"{closes_at:%A}, {closes_at.day} {closes_at:%B %Y}" in text
    [mine] = ben.get("/v1/me").expect(200)["workspaces"]
    assert mine["closes_at"] == seen["closes_at"]


def test_until_the_day_everything_works_and_one_press_takes_it_back(
    world: World, ann: Person, bea: Person
) -> None:
    before = ann.get(ann.place).expect(200)
    closes(ann).expect(202)
    cleo = ann.invites("cleo@acme.example")
    assert cleo.makes("Still working")
    assert keeps(bea).expect(200) == keeps(ann).expect(200) == before
    told = [person for person, subject in subjects(world) if subject == "Acme will not be deleted"]
    assert sorted(told) == sorted([ann.email, bea.email])
    [due] = planned()
    removing.go_on(due, now=times.now() + timedelta(days=8))
    assert ann.get(ann.place).expect(200) == before


def test_asked_for_anew_it_begins_anew(ann: Person) -> None:
    closes(ann).expect(202)
    keeps(ann).expect(200)
    Workspace(ann.workspace_id).update(
        actions=[Workspace.closes_at.set(times.now() + timedelta(days=9))]
    )  # as asked for two days later
    [due] = planned()
    removing.go_on(due, now=times.now() + timedelta(days=8))
    assert ann.get(ann.place).expect(200)["closes_at"]


@pytest.mark.parametrize(("early", "closed"), [(timedelta(microseconds=1), False), (timedelta(0), True)])
def test_not_a_moment_before_the_seven_days_are_over(ann: Person, early: timedelta, closed: bool) -> None:
    at = datetime.fromisoformat(closes(ann).expect(202)["closes_at"])
    [due] = planned()
    removing.go_on(due, now=at - early)
    assert (Workspace.get(ann.workspace_id).closed_at is not None) == closed


def test_admins_alone_ask_for_it_and_type_the_name(
    world: World, ann: Person, ben: Person, eve: Person
) -> None:
    refused = closes(ann, "Acme Inc").expect(400)
    assert refused["Code"] == "OtherName"
    assert "Acme" in refused["Message"]
    closes(ben).expect(404)
    assert closes(eve, "Evil").expect(202)["name"] == "Evil"
    assert ann.get(ann.place).expect(200)["closes_at"] is None
    assert world.call("GET", "/settings.json").expect(200)["limits"]["closing_days"] == 7


def test_what_is_being_removed_nobody_takes_back(ann: Person) -> None:
    at = datetime.fromisoformat(closes(ann).expect(202)["closes_at"])
    Workspace(ann.workspace_id).update(actions=[Workspace.closed_at.set(at)])
    keeps(ann).expect(404)  # in the moment before the membership ends
    closes(ann).expect(404)
    assert Workspace.get(ann.workspace_id).closes_at == at


def test_what_it_does_is_said_where_it_is_described(world: World) -> None:
    paths = world.call("GET", "/openapi.json").expect(200)["paths"]
    said = paths["/v1/workspaces/{workspace_id}/closing"]["post"]["description"]
    assert "everybody reads, listens, records and exports as before" in said
