"""Groups and mentors on AWS's own DynamoDB: several people at the same moment, and a round's whole life."""

from collections.abc import Callable

import pytest

from chalicelib.groups import belonging
from tests.groups import company
from tests.groups.company import group_of, id_of, mentees, mentor_path, sees
from tests.world import Answer, Person


@pytest.fixture
def nora(ann: Person) -> Person:
    """A new hire."""
    return company.calls(ann, "nora")


@pytest.fixture
def max_(ann: Person) -> Person:
    return company.calls(ann, "max")


def mine(person: Person) -> list[str]:
    found = person.get(f"{person.place}/groups").expect(200)["items"]
    return [each["group_id"] for each in found]


def test_ten_people_join_at_the_same_moment_and_all_are_in(ann: Person) -> None:
    group_id = company.founds(ann, open=True)
    people = [ann.invites(f"p{number}@acme.example") for number in range(10)]
    ann.world.at_once(*[lambda person=person: company.joins(person, group_id) for person in people])
    assert len(sees(ann, group_id)["members"]) == 11
    assert all(mine(person) == [group_id] for person in people)


def test_the_last_place_is_taken_once(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belonging, "MOST_MEMBERS", 4)
    group_id = company.founds(ann, open=True)
    people = [ann.invites(f"p{number}@acme.example") for number in range(8)]
    path = f"{company.path_of(ann, group_id)}/members"
    answers = ann.world.at_once(*[lambda person=person: person.post(path).status for person in people])
    assert sorted(answers) == [201] * 3 + [409] * 5
    assert len(sees(ann, group_id)["members"]) == 4


def test_the_last_place_with_a_mentor_is_given_once(ann: Person, ben: Person) -> None:
    hires = [company.calls(ann, f"hire{number}") for number in range(5)]
    ids = [id_of(hire) for hire in hires]

    def assigning(member_id: str) -> Callable[[], Answer]:
        body = {"mentor_id": id_of(ben)}
        return lambda: ann.call("PUT", f"{ann.place}/members/{member_id}/mentor", body)

    found = ann.world.at_once(*map(assigning, ids))
    assert sorted(answer.status for answer in found) == [200, 200, 200, 409, 409]
    assert {answer.body["Code"] for answer in found if answer.status == 409} == {"MentorFull"}
    assert mentees(ben) == 3
    assert len(sees(ben, group_of(ben))["members"]) == 4


def test_of_two_admins_who_assign_two_mentors_one_wins_and_the_other_is_told(
    ann: Person, ben: Person, nora: Person, max_: Person
) -> None:
    dora = company.calls(ann, "dora", role="admin")
    body = [{"mentor_id": id_of(ben)}, {"mentor_id": id_of(max_)}]
    path = mentor_path(ann, nora)
    found = ann.world.at_once(lambda: ann.call("PUT", path, body[0]), lambda: dora.call("PUT", path, body[1]))
    assert sorted(answer.status for answer in found) == [200, 409]
    [won] = [answer.body for answer in found if answer.status == 200]
    [told_so] = [answer.body for answer in found if answer.status == 409]
    winner = won["mentor"]["name"]
    assert told_so["Code"] == "OtherMentor"
    assert told_so["Message"].startswith(f"{winner} is Nora's mentor.")
    assert told_so["Current"]["mentor"] == won["mentor"]
    assert sorted([mentees(ben), mentees(max_)]) == [0, 1]
