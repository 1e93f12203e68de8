"""Questions on AWS's own DynamoDB: what its conditions, transactions and indexes decide."""

import uuid

from tests.conversations.questioning import about, answers, asks, id_of_asked, mine, opens, speaks, waiting
from tests.conversations.test_anonymous_questions import (
    people,
    test_asking_again_under_one_key_asks_once_and_the_key_is_no_ones_to_see,
    test_it_waits_for_the_next_morning_and_only_its_asker_knows,
    test_one_can_delete_it_before_and_after_it_is_published,
)
from tests.conversations.test_questions import (
    test_a_question_is_answered_by_text_and_by_voice,
    test_one_deletes_what_one_has_asked_and_answered,
    test_questions_are_listed_newest_first_and_in_parts,
    test_what_is_asked_about_a_track_waits_for_its_speaker_until_somebody_answers,
)
from tests.world import Person

__all__ = [
    "people",
    "test_a_question_is_answered_by_text_and_by_voice",
    "test_asking_again_under_one_key_asks_once_and_the_key_is_no_ones_to_see",
    "test_it_waits_for_the_next_morning_and_only_its_asker_knows",
    "test_one_can_delete_it_before_and_after_it_is_published",
    "test_one_deletes_what_one_has_asked_and_answered",
    "test_questions_are_listed_newest_first_and_in_parts",
    "test_what_is_asked_about_a_track_waits_for_its_speaker_until_somebody_answers",
]


def test_who_answer_at_once_are_all_counted(ann: Person, ben: Person) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    given = ann.world.at_once(*[lambda: answers(ann, question_id, text="So.").status] * 4)
    assert given == [201] * 4
    seen = opens(ben, question_id)
    assert (seen["question"]["answer_count"], len(seen["answers"])) == (4, 4)
    assert waiting(ann) == []


def test_asking_anonymously_at_once_under_one_key_asks_once(ann: Person, people: list[Person]) -> None:
    [shy, *_] = people
    path, key = about(shy, speaks(ann)), str(uuid.uuid4())
    body = {"text": "What is a lead?", "anonymous": True}
    given = ann.world.at_once(*[lambda: shy.call("POST", path, body, Idempotency_Key=key).expect(201)] * 4)
    assert len({id_of_asked(each) for each in given}) == 1
    assert mine(shy) == [given[0]]
