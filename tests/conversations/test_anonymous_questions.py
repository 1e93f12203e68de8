"""Questions of which nobody can tell who asked: where they are offered, and what becomes of them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib import times
from chalicelib.conversations import question_publishing
from chalicelib.conversations.anonymity import LEAST_ASKERS
from chalicelib.conversations.question_models import MOST_QUESTIONS_A_DAY, Asked, Question
from chalicelib.due.models import Due
from chalicelib.workspaces.models import Quota
from tests import wire
from tests.conversations.questioning import (
    about,
    answered,
    asks,
    crowd,
    happened,
    id_of_asked,
    is_for,
    mine,
    next_morning,
    opens,
    path_of,
    speaks,
    texts,
    waiting,
    within,
)
from tests.groups.company import assigns, clock_strikes, gathers, group_of, id_of, leaves
from tests.world import Person


@pytest.fixture
def people(ann: Person) -> list[Person]:
    """As few people beside Ann as an anonymous question needs."""
    return crowd(ann, LEAST_ASKERS)


def deactivates(admin: Person, person: Person) -> None:
    admin.patch(f"{admin.place}/members/{id_of(person)}", status="deactivated").expect(200)
    admin.world.settle()


def offered(person: Person, path: str) -> bool:
    found: bool = person.get(path).expect(200)["may_ask_anonymously"]
    return found


def shyly(person: Person, path: str, text: str = "What is a lead?", **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = person.post(path, text=text, anonymous=True, **more).expect(201)
    return asked


def test_an_anonymous_question_about_a_track_needs_five_people_beside_its_speaker(ann: Person) -> None:
    [shy, *_] = crowd(ann, LEAST_ASKERS - 1)
    path = about(shy, speaks(ann))
    assert not offered(shy, path)
    refused = shy.post(path, text="What is a lead?", anonymous=True).expect(409)
    assert refused["Code"] == "NotAnonymousHere"
    assert f"Fewer than {LEAST_ASKERS} people other than the speaker" in refused["Message"]
    ann.invites("one-more@acme.example")
    assert offered(shy, path)
    assert not offered(ann, path)
    assert ann.post(path, text="Me?", anonymous=True).expect(409)["Code"] == "NotAnonymousHere"
    shyly(shy, path)


def test_who_has_left_could_not_have_asked(ann: Person, people: list[Person]) -> None:
    path = about(people[0], speaks(ann))
    assert offered(people[0], path)
    deactivates(ann, people[-1])
    assert not offered(people[0], path)


def test_an_anonymous_question_in_a_group_needs_five_of_its_members(
    ann: Person, people: list[Person]
) -> None:
    [shy, *others] = people
    group_id = gathers(shy, *others)
    path = within(shy, group_id)
    assert offered(shy, path)
    assert not offered(shy, about(shy, speaks(others[0], f"g#{group_id}")))
    shyly(shy, path)
    leaves(others[0], group_id).expect(204)
    assert not offered(shy, path)
    assert shy.post(path, text="Why?", anonymous=True).expect(409)["Code"] == "NotAnonymousHere"


def test_what_one_says_to_a_mentor_has_nobody_to_hide_among(ann: Person, people: list[Person]) -> None:
    [mentor, speaker, *_] = people
    path = about(mentor, speaks(speaker, f"m#{id_of(mentor)}"))
    assert not offered(mentor, path)
    assert mentor.post(path, text="Why?", anonymous=True).expect(409)["Code"] == "NotAnonymousHere"


def test_it_waits_for_the_next_morning_and_only_its_asker_knows(ann: Person, people: list[Person]) -> None:
    [shy, other, *_] = people
    track_id = speaks(ann)
    asked = shyly(shy, about(shy, track_id), at_ms=1000)
    question_id = id_of_asked(asked)
    today = times.now().date()
    assert asked["status"] == "waiting"
    assert asked["published_at"] == f"{today + timedelta(days=1)}T06:00:00Z"
    assert asked["question"] == {
        "asked": "anonymously",
        "question_id": question_id,
        "text": "What is a lead?",
        "track_id": track_id,
        "revision": 1,
        "at_ms": 1000,
        "group_id": None,
        "answer_count": 0,
        "asked_on": today.isoformat(),
    }
    assert uuid.UUID(question_id).version == 4
    assert mine(shy) == [asked]
    for person in (ann, other, shy):
        assert texts(person, about(person, track_id)) == []
        person.get(path_of(person, question_id)).expect(404)
        person.post(f"{path_of(person, question_id)}/answers", text="So.").expect(404)
        assert happened(person, "question_asked") == []
        assert waiting(person) == []
    clock_strikes(question_publishing.published_at(today) - timedelta(minutes=1))
    assert texts(ann, about(ann, track_id)) == []
    next_morning()
    assert [each["status"] for each in mine(shy)] == ["published"]
    for person in (ann, other, shy):
        assert opens(person, question_id)["question"] == asked["question"]
        assert texts(person, about(person, track_id)) == ["What is a lead?"]
        [told] = happened(person, "question_asked")
        assert told["actor"] is None
        assert (told["track_id"], told["question_id"]) == (track_id, question_id)
    assert waiting(ann) == ["What is a lead?"]
    answered(other, question_id)
    assert waiting(ann) == []


def test_a_days_questions_appear_together_in_an_order_by_chance(ann: Person, people: list[Person]) -> None:
    """By chance it is the order of asking once in 40,320 times."""
    path = about(people[0], speaks(ann))
    asked = [id_of_asked(shyly(people[number % 5], path, f"Question {number}")) for number in range(8)]
    [due] = [due for due in Due.scan() if due.slot.startswith("2") and due.kind == question_publishing.KIND]
    assert due.due_at == question_publishing.published_at(times.now().date())
    next_morning()
    listed = [each["question_id"] for each in ann.get(path).expect(200)["items"]]
    assert listed == sorted(asked, reverse=True)
    told = [each["question_id"] for each in happened(ann, "question_asked")]
    assert sorted(told) == sorted(asked)
    assert told[::-1] != asked


def test_publishing_twice_or_broken_off_tells_of_each_question_once(
    ann: Person, people: list[Person]
) -> None:
    path = about(people[0], speaks(ann))
    for person in people:
        shyly(person, path)
    [due] = [due for due in Due.scan() if due.slot.startswith("2") and due.kind == question_publishing.KIND]
    now = question_publishing.published_at(times.now().date())
    broken = wire.refusing("ValidationException", operation="Transact", after=2)
    with broken, pytest.raises(TransactWriteError):
        question_publishing.publish(due, now=now)
    assert len(texts(ann, path)) == 2
    for _ in range(2):
        question_publishing.publish(due, now=now)
    assert len(texts(ann, path)) == len(happened(ann, "question_asked")) == len(people)


@pytest.mark.parametrize("what", ["somebody leaves", "the track is narrowed", "the track is taken back"])
def test_it_is_withheld_where_by_then_too_few_could_have_asked(
    ann: Person, people: list[Person], what: str
) -> None:
    [shy, other, *_] = people
    group_id = gathers(ann, shy)
    track_id = speaks(ann)
    question_id = id_of_asked(shyly(shy, about(shy, track_id)))
    match what:
        case "somebody leaves":
            deactivates(ann, people[-1])
        case "the track is narrowed":
            is_for(ann, track_id, f"g#{group_id}")
        case "the track is taken back":
            ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    next_morning()
    [asked] = mine(shy)
    assert (asked["status"], asked["question"]["text"]) == ("withheld", "What is a lead?")
    for person in (ann, other, shy):
        person.get(path_of(person, question_id)).expect(404)
        assert happened(person, "question_asked") == []
    shy.delete(path_of(shy, question_id)).expect(204)
    assert mine(shy) == []


def test_a_groups_question_is_withheld_where_the_group_has_become_small(
    ann: Person, people: list[Person]
) -> None:
    [shy, *others] = people
    group_id = gathers(shy, *others)
    shyly(shy, within(shy, group_id))
    leaves(others[0], group_id).expect(204)
    next_morning()
    assert [each["status"] for each in mine(shy)] == ["withheld"]
    assert texts(shy, within(shy, group_id)) == []


def test_in_a_mentors_group_it_waits_for_the_mentor(ann: Person, people: list[Person]) -> None:
    [mentor, *new_hires] = people
    mentor.patch(f"{mentor.place}/members/{id_of(mentor)}", mentor_capacity=LEAST_ASKERS).expect(200)
    for new_hire in new_hires:
        assigns(ann, mentor, new_hire).expect(200)
    group_id = group_of(mentor)
    shyly(new_hires[0], within(new_hires[0], group_id))
    assert waiting(mentor) == []
    next_morning()
    assert waiting(mentor) == ["What is a lead?"]


def test_asking_again_under_one_key_asks_once_and_the_key_is_no_ones_to_see(
    ann: Person, people: list[Person]
) -> None:
    path, key = about(people[0], speaks(ann)), str(uuid.uuid4())
    body = {"text": "What is a lead?", "anonymous": True}
    once, again = (people[0].call("POST", path, body, Idempotency_Key=key) for _ in range(2))
    assert once.expect(201) == again.expect(201)
    assert id_of_asked(once.body) != key
    other = people[1].call("POST", path, body, Idempotency_Key=key).expect(201)
    assert id_of_asked(other) != id_of_asked(once.body)
    assert len(list(Question.scan())) == 2
    people[0].delete(path_of(ann, id_of_asked(once.body))).expect(204)
    gone = people[0].call("POST", path, body, Idempotency_Key=key).expect(409)
    assert gone["Code"] == "AlreadyExists"


def test_the_limit_of_a_day_holds_for_anonymous_questions_too(ann: Person, people: list[Person]) -> None:
    path = about(people[0], speaks(ann))
    Quota(id_of(people[0]), times.now().date().isoformat()).update(
        actions=[
            Quota.questions.set(MOST_QUESTIONS_A_DAY - 1),
            Quota.expires_at.set(times.epoch(times.now()) + 60),
        ]
    )
    shyly(people[0], path)
    refused = people[0].post(path, text="Why?", anonymous=True).expect(429)
    assert f"{MOST_QUESTIONS_A_DAY} questions a day" in refused["Message"]


def test_whoever_has_its_token_says_what_helped_and_nobody_looks_who_that_is(
    ann: Person, people: list[Person]
) -> None:
    [shy, other, *_] = people
    asked = shyly(shy, about(shy, speaks(ann)))
    question_id = id_of_asked(asked)
    next_morning()
    path = f"{path_of(ann, question_id)}/answers/{answered(ann, question_id)}/helped"
    for body in ({}, {"token": "x"}, {"token": Question.get(ann.workspace_id, question_id).helped_hash}):
        shy.call("PUT", path, body).expect(404)
    assert shy.call("PUT", path, {"token": asked["token"]}).expect(200)["helped"] is True
    assert opens(ann, question_id)["answers"][0]["helped"] is True
    taken_back = other.call("PUT", path, {"token": asked["token"], "helped": False}).expect(200)
    assert taken_back["helped"] is False


def test_one_can_delete_it_before_and_after_it_is_published(ann: Person, people: list[Person]) -> None:
    [shy, other, *_] = people
    path = about(shy, speaks(ann))
    before, after = (id_of_asked(shyly(shy, path, text)) for text in ("Before", "After"))
    other.delete(path_of(other, before)).expect(404)
    shy.delete(path_of(shy, before)).expect(204)
    next_morning()
    assert texts(ann, path) == ["After"]
    answered(ann, after)
    shy.delete(path_of(shy, after)).expect(204)
    assert texts(ann, path) == []
    assert mine(shy) == []
    assert list(Question.scan()) == []
    assert [note.note for note in Asked.scan() if note.note.startswith("question#")] == []


def test_named_and_anonymous_questions_stand_in_one_list(ann: Person, people: list[Person]) -> None:
    path = about(people[0], speaks(ann))
    shyly(people[0], path, "Shyly")
    asks(people[1], path, "By name")
    next_morning()
    assert texts(ann, path) == ["Shyly", "By name"]
    kinds = [each["asked"] for each in ann.get(path).expect(200)["items"]]
    assert kinds == ["anonymously", "by_name"]
