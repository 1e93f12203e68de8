"""Mentors: assigning, one at a time, capacity, changing with its history, ending, suggesting."""

from datetime import datetime

import pytest

from chalicelib.groups.models import Group
from tests.groups import company
from tests.groups.company import assigns, beginning, group_of, id_of, mentees, mentor_path, names, sees, told
from tests.world import Person, World


@pytest.fixture
def nora(ann: Person) -> Person:
    """A new hire."""
    return company.calls(ann, "nora", department="Sales")


@pytest.fixture
def max_(ann: Person) -> Person:
    return company.calls(ann, "max", department="Legal")


def test_assigning_puts_the_new_hire_into_the_mentors_group(ann: Person, ben: Person, nora: Person) -> None:
    answer = assigns(ann, ben, nora).expect(200)
    assert (answer["mentor"]["name"], answer["former"]) == ("Ben", [])
    seen = sees(nora, group_of(ben))
    assert (seen["kind"], seen["owner"]["name"], names(seen)) == ("mentoring", "Ben", ["Ben", "Nora"])
    assert (seen["check_ins"]["every"], seen["check_ins"]["rests"]) == ("ramp", "too_small")
    assert len(seen["topics"]) == 3
    assert told(nora)[:2] == ["mentor_assigned", "group_joined"]
    assert mentees(ben) == 1
    assert assigns(ann, ben, nora).expect(200) == answer
    assert mentees(ben) == 1


def test_further_new_hires_get_into_the_same_group(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    group_id = group_of(ben)
    assigns(ann, ben, max_).expect(200)
    assert group_of(ben) == group_id
    seen = sees(max_, group_id)
    assert names(seen) == ["Ben", "Nora", "Max"]
    assert seen["check_ins"]["rests"] is None


def test_what_is_in_the_mentors_group_is_hidden_from_the_admin_who_assigned(
    ann: Person, ben: Person, nora: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    ann.get(company.path_of(ann, group_of(ben))).expect(404)
    assert "group_joined" not in told(ann)
    assert "mentor_assigned" not in told(ann)


def test_a_mentor_takes_a_new_hire_on(ann: Person, ben: Person, nora: Person, max_: Person) -> None:
    assert assigns(ben, ben, nora).expect(200)["mentor"]["name"] == "Ben"
    assigns(ben, max_, nora, instead_of=ben).expect(200)
    assert group_of(max_)


def test_assigning_is_not_a_colleagues_to_do(ann: Person, ben: Person, nora: Person, max_: Person) -> None:
    assigns(max_, ben, nora).expect(404)
    assigns(nora, ben, nora).expect(404)
    assigns(ann, ben, nora).expect(200)
    assigns(max_, max_, nora, instead_of=ben).expect(409)  # and is not told whether it was
    assigns(nora, max_, nora, instead_of=ben).expect(404)
    assert mentees(max_) == 0


def test_nobody_is_their_own_mentor(ann: Person, nora: Person) -> None:
    assert "own mentor" in assigns(ann, nora, nora).expect(400)["Message"]


def test_only_active_members_are_mentors_or_have_one(
    ann: Person, ben: Person, nora: Person, eve: Person
) -> None:
    path, ben_id, nora_id = mentor_path(ann, nora), id_of(ben), id_of(nora)
    ann.call("PUT", path, {"mentor_id": id_of(eve)}).expect(404)
    ann.patch(f"{ann.place}/members/{ben_id}", status="deactivated").expect(200)
    ann.call("PUT", path, {"mentor_id": ben_id}).expect(404)
    ann.call("PUT", f"{ann.place}/members/{ben_id}/mentor", {"mentor_id": nora_id}).expect(404)


def test_a_mentor_over_capacity_is_refused_with_a_clear_message(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    ben.patch(f"{ben.place}/members/{id_of(ben)}", mentor_capacity=1).expect(200)
    assigns(ann, ben, nora).expect(200)
    refused = assigns(ann, ben, max_).expect(409)
    assert refused["Code"] == "MentorFull"
    assert refused["Message"].startswith("Ben has time for 1 new hires at once, and no place is free.")
    ben.patch(f"{ben.place}/members/{id_of(ben)}", mentor_capacity=2).expect(200)
    assigns(ann, ben, max_).expect(200)


def test_changing_the_mentor_says_instead_of_whom_and_keeps_the_history(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    old = group_of(ben)
    assert assigns(ann, max_, nora).expect(409)["Code"] == "OtherMentor"
    assert assigns(ann, max_, nora, instead_of=ann).expect(409)["Code"] == "OtherMentor"
    changed = assigns(ann, max_, nora, instead_of=ben).expect(200)
    assert changed["mentor"]["name"] == "Max"
    [former] = changed["former"]
    assert former["mentor"]["name"] == "Ben"
    assert former["since"] < former["until"] <= changed["since"]
    assert (mentees(ben), mentees(max_)) == (0, 1)
    assert names(sees(ben, old)) == ["Ben"]
    nora.get(company.path_of(nora, old)).expect(404)
    assert names(sees(nora, group_of(max_))) == ["Max", "Nora"]
    back = assigns(ann, ben, nora, instead_of=max_).expect(200)
    assert [each["mentor"]["name"] for each in back["former"]] == ["Max", "Ben"]
    assert names(sees(nora, old)) == ["Ben", "Nora"]


def test_a_mentor_who_is_not_one_any_more_cannot_be_replaced(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    ann.delete(mentor_path(ann, nora)).expect(204)
    refused = assigns(ann, max_, nora, instead_of=ben).expect(409)
    assert refused["Message"].startswith("Nora has no mentor any more.")


@pytest.mark.parametrize("who", ["ann", "ben", "nora"])
def test_a_mentorship_is_ended_by_an_admin_the_mentor_or_the_new_hire(
    ann: Person, ben: Person, nora: Person, max_: Person, who: str
) -> None:
    assigns(ann, ben, nora).expect(200)
    max_.delete(mentor_path(max_, nora)).expect(404)
    person = {"ann": ann, "ben": ben, "nora": nora}[who]
    person.delete(mentor_path(person, nora)).expect(204)
    ann.delete(mentor_path(ann, nora)).expect(204)
    seen = nora.get(mentor_path(nora, nora)).expect(200)
    assert (seen["mentor"], [each["mentor"]["name"] for each in seen["former"]]) == (None, ["Ben"])
    assert mentees(ben) == 0
    assert names(sees(ben, group_of(ben))) == ["Ben"]


def test_who_whose_mentor_is_is_known_to_the_two_and_to_admins(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    for person in (ann, ben, nora):
        assert person.get(mentor_path(person, nora)).expect(200)["mentor"]["name"] == "Ben"
    max_.get(mentor_path(max_, nora)).expect(404)


def test_who_offers_to_be_the_mentor_does_not_learn_who_is_it(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    guesses = [
        assigns(max_, max_, nora, **instead) for instead in ({}, {"instead_of": ben}, {"instead_of": ann})
    ]
    for refused in guesses:
        assert refused.status == 409
        assert refused.body == guesses[0].body
    assert guesses[0].body["Code"] == "HasMentor"
    assert "Ben" not in str(guesses[0].body)
    ann.delete(mentor_path(ann, nora)).expect(204)
    ended = assigns(max_, max_, nora, instead_of=ben).expect(409)
    assert (ended["Code"], "Ben" in str(ended)) == ("OtherMentor", False)
    assigns(max_, max_, nora).expect(200)


def test_the_beginning_shows_both_sides(ann: Person, ben: Person, nora: Person) -> None:
    before = beginning(nora)
    assert (before["mentor"], before["mentors_group"], before["my_group"]) == (None, None, None)
    assert len(before["prompts"]) == 3
    assigns(ann, ben, nora).expect(200)
    hers, his = beginning(nora), beginning(ben)
    assert (hers["mentor"]["name"], hers["is_new_hire"], hers["new_hires"]) == ("Ben", True, [])
    assert hers["mentors_group"] == his["my_group"]
    [new_hire] = his["new_hires"]
    assert (new_hire["member"]["name"], new_hire["is_new_hire"]) == ("Nora", True)
    assert (his["capacity"], his["mentor"]) == (3, None)


def test_a_new_hire_who_leaves_the_group_has_no_mentor_any_more(
    ann: Person, ben: Person, nora: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    company.leaves(nora, group_of(ben)).expect(204)
    assert nora.get(mentor_path(nora, nora)).expect(200)["mentor"] is None
    assert mentees(ben) == 0
    assigns(ann, ben, nora).expect(200)
    assert names(sees(nora, group_of(ben))) == ["Ben", "Nora"]


def test_a_mentor_who_leaves_the_group_leaves_a_circle_of_fellows(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    for hire in (nora, max_):
        assigns(ann, ben, hire).expect(200)
    group_id = group_of(ben)
    company.leaves(ben, group_id).expect(204)
    seen = sees(max_, group_id)
    assert (seen["kind"], seen["owner"]["name"], names(seen)) == ("circle", "Nora", ["Nora", "Max"])
    assert (mentees(ben), beginning(ben)["my_group"], beginning(nora)["mentor"]) == (0, None, None)
    assigns(ann, ben, nora).expect(200)
    assert group_of(ben) != group_id


def test_a_mentors_group_is_neither_handed_over_nor_joined_by_invitation(
    ann: Person, ben: Person, nora: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    path = company.path_of(ben, group_of(ben))
    refused = ben.post(f"{path}/invitations", member_ids=[id_of(ann)]).expect(409)
    assert refused["Code"] == "JoinedByMentoring"
    refused = ben.patch(path, owner_id=id_of(nora)).expect(409)
    assert refused["Code"] == "HandedOverByAssigning"
    assert ben.patch(path, purpose="Nora's first weeks").expect(200)["purpose"] == "Nora's first weeks"


def test_a_mentor_who_leaves_the_workspace_leaves_their_new_hires_without_one(
    world: World, ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    for hire in (nora, max_):
        assigns(ann, ben, hire).expect(200)
    group_id = group_of(ben)
    ann.patch(f"{ann.place}/members/{id_of(ben)}", status="deactivated").expect(200)
    world.settle()
    seen = nora.get(mentor_path(nora, nora)).expect(200)
    assert (seen["mentor"], [each["mentor"]["name"] for each in seen["former"]]) == (None, ["Ben"])
    assert sees(nora, group_id)["owner"]["name"] == "Nora"


def test_a_new_hire_who_leaves_the_workspace_makes_room(
    world: World, ann: Person, ben: Person, nora: Person
) -> None:
    assigns(ann, ben, nora).expect(200)
    ann.patch(f"{ann.place}/members/{id_of(nora)}", status="deactivated").expect(200)
    world.settle()
    assert mentees(ben) == 0
    assert names(sees(ben, group_of(ben))) == ["Ben"]


def test_mentors_are_suggested_with_reasons(ann: Person, ben: Person, nora: Person, max_: Person) -> None:
    assigns(ann, ben, company.calls(ann, "otto")).expect(200)
    nora.patch(f"{nora.place}/members/{id_of(nora)}", topics=["Pitching"]).expect(200)
    max_.patch(f"{max_.place}/members/{id_of(max_)}", topics=["pitching", "law"]).expect(200)
    found = ann.get(f"{mentor_path(ann, nora)}/suggestions").expect(200)["items"]
    assert [each["member"]["name"] for each in found] == ["Max", "Ann", "Ben"]
    assert found[0]["reasons"] == [
        "has time for 3 new hires and has none yet",
        "shares pitching",
        "is in another department, Legal",
        "works 8 h of the day at the same time",
    ]
    assert (found[2]["mentees"], found[2]["capacity"]) == (1, 3)
    nora.get(f"{mentor_path(nora, nora)}/suggestions").expect(404)


def test_each_new_hire_begins_the_ramp_anew(ann: Person, ben: Person, nora: Person, max_: Person) -> None:
    assigns(ann, ben, nora).expect(200)
    group = Group.get(ann.workspace_id, group_of(ben))
    group.update(actions=[Group.check_ins["since"].set("2020-01-01")])
    before = group.next_at
    assigns(ann, ben, max_).expect(200)
    group.refresh()
    assert group.check_ins.since == f"{datetime.now(group.created_at.tzinfo):%Y-%m-%d}"
    assert group.next_at == before
