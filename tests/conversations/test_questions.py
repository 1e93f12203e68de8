"""Questions by name, about a track or in a group, and their answers."""

import uuid
from typing import Any

import pytest

from chalicelib import times
from chalicelib.conversations.question_models import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MOST_ANSWERS,
    MOST_ANSWERS_A_DAY,
    MOST_QUESTIONS_A_DAY,
    Answered,
    Asked,
    Question,
)
from chalicelib.workspaces.models import Quota
from tests.conversations.questioning import (
    MINUTE_MS,
    about,
    answered,
    answers,
    asks,
    happened,
    is_for,
    mine,
    opens,
    path_of,
    speaks,
    texts,
    waiting,
    within,
)
from tests.groups.company import assigns, beginning, gathers, id_of, leaves
from tests.playlists.stories import titles
from tests.world import Person


@pytest.fixture
def group_id(ben: Person, dan: Person) -> str:
    """A group of Ben and Dan, of which Ann, the admin, is none."""
    return gathers(ben, dan)


def helps(person: Person, question_id: str, answer_id: str, **said: Any) -> Any:
    path = f"{path_of(person, question_id)}/answers/{answer_id}/helped"
    return person.call("PUT", path, said)


def test_a_question_stands_at_a_moment_of_a_track_for_everybody_who_may_hear_it(
    ann: Person, ben: Person
) -> None:
    track_id = speaks(ann)
    asked = ben.post(about(ben, track_id), text="  Why \n\n\n so slow? ", at_ms=MINUTE_MS).expect(201)
    assert asked["status"] == "published"
    assert (asked["token"], asked["published_at"]) == (None, None)
    [seen] = ann.get(about(ann, track_id)).expect(200)["items"]
    assert seen == asked["question"]
    assert seen["asked"] == "by_name"
    assert seen["asker"]["member_id"] == id_of(ben)
    assert (seen["text"], seen["at_ms"], seen["revision"]) == ("Why\n\nso slow?", MINUTE_MS, 1)
    assert (seen["track_id"], seen["group_id"], seen["answer_count"]) == (track_id, None, 0)
    [told] = happened(ann, "question_asked")
    assert told["actor"]["member_id"] == id_of(ben)
    assert (told["track_id"], told["question_id"]) == (track_id, seen["question_id"])
    assert mine(ben) == [asked]
    assert mine(ann) == []


def test_questions_are_listed_newest_first_and_in_parts(ann: Person, ben: Person) -> None:
    track_id = speaks(ann)
    for number in range(3):
        asks(ben, about(ben, track_id), f"Question {number}")
    asks(ben, about(ben, speaks(ann)), "Of another track")
    first = ann.get(f"{about(ann, track_id)}?limit=2").expect(200)
    assert [each["text"] for each in first["items"]] == ["Question 2", "Question 1"]
    rest = ann.get(f"{about(ann, track_id)}?limit=2&after={first['next']}").expect(200)
    assert [each["text"] for each in rest["items"]] == ["Question 0"]
    assert rest["next"] is None
    part = ben.get(f"{ben.place}/questions?limit=3").expect(200)
    assert part["items"][0]["question"]["text"] == "Of another track"
    assert len(ben.get(f"{ben.place}/questions?after={part['next']}").expect(200)["items"]) == 1


def test_what_is_asked_in_a_group_stays_there(
    ann: Person, ben: Person, cleo: Person, dan: Person, group_id: str
) -> None:
    question_id = asks(ben, within(ben, group_id), "What do I say to Acme?")
    answer_id = answered(dan, question_id)
    assert texts(dan, within(dan, group_id)) == ["What do I say to Acme?"]
    assert [each["text"] for each in opens(ben, question_id)["answers"]] == ["Because."]
    assert happened(dan, "question_asked")[0]["group_id"] == group_id
    assert happened(ben, "question_answered")[0]["question_id"] == question_id
    for outside in (ann, cleo):
        assert happened(outside, "question_asked") == happened(outside, "question_answered") == []
        outside.get(within(outside, group_id)).expect(404)
        outside.post(within(outside, group_id), text="Why?").expect(404)
        outside.get(path_of(outside, question_id)).expect(404)
        outside.delete(path_of(outside, question_id)).expect(404)
        answers(outside, question_id, text="Because.").expect(404)
        helps(outside, question_id, answer_id).expect(404)
    leaves(ben, group_id).expect(204)
    ben.get(path_of(ben, question_id)).expect(404)
    assert mine(ben) == []


def test_a_groups_questions_about_a_track_stay_there_when_the_track_goes_further(
    ben: Person, cleo: Person, dan: Person, group_id: str
) -> None:
    track_id = speaks(ben, f"g#{group_id}")
    question_id = asks(dan, about(dan, track_id), "Among ourselves?")
    cleo.get(about(cleo, track_id)).expect(404)
    is_for(ben, track_id, f"w#{ben.workspace_id}")
    assert texts(cleo, about(cleo, track_id)) == []
    cleo.get(path_of(cleo, question_id)).expect(404)
    asks(cleo, about(cleo, track_id), "For everybody?")
    assert texts(dan, about(dan, track_id)) == ["For everybody?", "Among ourselves?"]


def test_who_speaks_and_has_left_the_group_hears_nothing_of_what_it_asks(
    ben: Person, dan: Person, group_id: str
) -> None:
    track_id = speaks(ben, f"g#{group_id}")
    asks(dan, about(dan, track_id))
    leaves(ben, group_id).expect(204)
    ben.get(about(ben, track_id)).expect(404)
    ben.post(about(ben, track_id), text="What do you say?").expect(404)


def test_a_track_that_is_narrowed_takes_its_questions_along(
    ben: Person, cleo: Person, dan: Person, group_id: str
) -> None:
    track_id = speaks(ben)
    question_id = asks(cleo, about(cleo, track_id))
    is_for(ben, track_id, f"g#{group_id}")
    cleo.get(path_of(cleo, question_id)).expect(404)
    assert happened(cleo, "question_asked") == []
    assert opens(dan, question_id)["question"]["text"] == "Why?"


def test_what_a_mentor_asks_stays_between_the_two(ann: Person, ben: Person, cleo: Person) -> None:
    track_id = speaks(cleo, f"m#{id_of(ben)}")
    question_id = asks(ben, about(ben, track_id), "How did that feel?")
    assert texts(cleo, about(cleo, track_id)) == ["How did that feel?"]
    assert [each["question_id"] for each in happened(cleo, "question_asked")] == [question_id]
    assert happened(ben, "question_asked") == []
    answered(cleo, question_id, "Better than last time.")
    assert [each["question_id"] for each in happened(ben, "question_answered")] == [question_id]
    assert len(opens(ben, question_id)["answers"]) == 1
    ann.get(path_of(ann, question_id)).expect(404)
    is_for(cleo, track_id, f"w#{ann.workspace_id}")
    ann.get(path_of(ann, question_id)).expect(404)
    assert texts(ann, about(ann, track_id)) == []
    assert len(opens(cleo, question_id)["answers"]) == 1


def test_a_question_is_answered_by_text_and_by_voice(ann: Person, ben: Person) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    voice = speaks(ann)
    answered(ben, question_id, "I think so too.")
    by_voice = answers(ann, question_id, track_id=voice).expect(201)
    assert by_voice["text"] is None
    assert by_voice["track"] == {"track_id": voice, "title": "A pitch", "duration_ms": 5 * MINUTE_MS}
    seen = opens(ben, question_id)
    assert [each["answerer"]["member_id"] for each in seen["answers"]] == [id_of(ben), id_of(ann)]
    assert seen["question"]["answer_count"] == 2
    ann.delete(f"{ann.place}/tracks/{voice}").expect(204)
    assert opens(ben, question_id)["answers"][1]["track"] is None


def test_a_voice_answer_is_for_everybody_who_can_read_the_question(
    ben: Person, dan: Person, group_id: str
) -> None:
    to_all, in_group = asks(ben, about(ben, speaks(dan))), asks(ben, within(ben, group_id))
    for_group, for_all = speaks(dan, f"g#{group_id}"), speaks(dan)
    refused = answers(dan, to_all, track_id=for_group).expect(409)
    assert refused["Code"] == "TrackNotForTheQuestion"
    for track_id in (for_group, for_all):
        answers(dan, in_group, track_id=track_id).expect(201)
    answers(dan, to_all, track_id=speaks(ben)).expect(404)
    waiting = dan.announces()["track"]["track_id"]
    assert answers(dan, to_all, track_id=waiting).expect(409)["Code"] == "TrackNotReady"


def test_a_voice_answer_is_placed_right_after_the_track_that_it_explains(
    ann: Person, ben: Person, cleo: Person
) -> None:
    explained, voice = speaks(ann), speaks(ben)
    playlist_id = ann.makes(mode="collaborative")
    first = ann.adds(playlist_id, explained)
    last = ann.adds(playlist_id, speaks(cleo))
    question_id = asks(cleo, about(cleo, explained))
    answer_id = answers(ben, question_id, track_id=voice).expect(201)["answer_id"]
    path = f"{path_of(ben, question_id)}/answers/{answer_id}/entries"
    key = str(uuid.uuid4())
    for _ in range(2):
        placed = ben.call("POST", path, {"playlist_id": playlist_id}, Idempotency_Key=key).expect(201)
    assert placed["track_id"] == voice
    order = [entry["entry_id"] for entry in ann.opens(playlist_id)["entries"]]
    assert order == [first, key, last]
    assert titles(ann.opens(playlist_id)) == ["A pitch"] * 3


def test_a_voice_answer_is_placed_only_where_that_means_something(ann: Person, ben: Person) -> None:
    explained = speaks(ann)
    own = ann.makes()
    question_id = asks(ann, about(ann, explained))
    written = answered(ben, question_id)
    spoken = answers(ben, question_id, track_id=speaks(ben)).expect(201)["answer_id"]
    answer_path = f"{path_of(ann, question_id)}/answers"
    refused = ann.post(f"{answer_path}/{spoken}/entries", playlist_id=own).expect(400)
    assert "does not stand in this playlist" in refused["Message"]
    ann.adds(own, explained)
    ben.post(f"{answer_path}/{spoken}/entries", playlist_id=own).expect(404)
    refused = ann.post(f"{answer_path}/{written}/entries", playlist_id=own).expect(400)
    assert "voice answer" in refused["Message"]


def test_whoever_asked_says_what_helped(ann: Person, ben: Person) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    answer_id = answered(ann, question_id)
    helps(ann, question_id, answer_id).expect(404)
    assert helps(ben, question_id, answer_id).expect(200)["helped"] is True
    assert opens(ann, question_id)["answers"][0]["helped"] is True
    assert helps(ben, question_id, answer_id, helped=False).expect(200)["helped"] is False


def test_one_deletes_what_one_has_asked_and_answered(ann: Person, ben: Person, cleo: Person) -> None:
    track_id = speaks(ann)
    question_id = asks(ben, about(ben, track_id))
    kept, dropped = answered(cleo, question_id, "Yes."), answered(ann, question_id, "No.")
    path = path_of(ann, question_id)
    cleo.delete(f"{path}/answers/{dropped}").expect(404)
    ann.delete(f"{path}/answers/{dropped}").expect(204)
    ann.delete(f"{path}/answers/{dropped}").expect(404)
    seen = opens(ben, question_id)
    assert [each["answer_id"] for each in seen["answers"]] == [kept]
    assert seen["question"]["answer_count"] == 1
    ann.delete(path).expect(404)
    ben.delete(path).expect(204)
    ben.delete(path).expect(404)
    ann.get(path).expect(404)
    assert texts(ann, about(ann, track_id)) == []
    assert mine(ben) == []
    assert list(Question.scan()) == []
    assert list(Answered.scan()) == []


def test_what_is_asked_about_a_track_waits_for_its_speaker_until_somebody_answers(
    ann: Person, ben: Person, cleo: Person
) -> None:
    track_id = speaks(ann)
    first = asks(ben, about(ben, track_id), "First")
    asks(cleo, about(cleo, track_id), "Second")
    asks(ann, about(ann, track_id), "What do you think?")
    assert waiting(ann) == ["Second", "First"]
    assert waiting(ben) == waiting(cleo) == []
    part = ann.get(f"{ann.place}/open-questions?limit=1").expect(200)
    rest = ann.get(f"{ann.place}/open-questions?after={part['next']}").expect(200)
    assert [each["text"] for each in part["items"] + rest["items"]] == ["Second", "First"]
    answered(cleo, first)
    assert waiting(ann) == ["Second"]
    is_for(ann, track_id, f"m#{id_of(ben)}")
    assert waiting(ann) == ["Second"]
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    assert waiting(ann) == []


def test_what_a_new_hire_asks_waits_for_the_mentor_as_long_as_they_are_one(
    ann: Person, ben: Person, cleo: Person
) -> None:
    assigns(ann, ben, cleo).expect(200)
    group_id = beginning(ben)["my_group"]["group_id"]
    asks(cleo, within(cleo, group_id), "Whom do I ask?")
    asks(ben, within(ben, group_id), "How was your week?")
    assert waiting(ben) == ["Whom do I ask?"]
    assert waiting(cleo) == []
    leaves(ben, group_id).expect(204)
    assert waiting(ben) == []


def test_a_track_that_is_taken_back_takes_what_was_asked_and_answered_along(
    ann: Person, ben: Person, cleo: Person
) -> None:
    track_id, other = speaks(ann), speaks(ann)
    for each in (track_id, other):
        answered(cleo, asks(ben, about(ben, each)))
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    ann.world.settle()
    assert [question.track_id for question in Question.scan()] == [other]
    assert [each["question"]["track_id"] for each in mine(ben)] == [other]
    notes = [note.note.partition("#")[0] for note in Answered.scan()]
    assert sorted(notes) == ["answer", "question"]


def test_asking_and_answering_again_under_one_key_is_doing_it_once(ann: Person, ben: Person) -> None:
    path, key = about(ben, speaks(ann)), str(uuid.uuid4())
    once, again = (ben.call("POST", path, {"text": "Why?"}, Idempotency_Key=key) for _ in range(2))
    assert once.expect(201) == again.expect(201)
    assert once.body["question"]["question_id"] == key
    taken = ann.call("POST", path, {"text": "Why?"}, Idempotency_Key=key).expect(409)
    assert taken["Code"] == "AlreadyExists"
    answer_path, answer_key = f"{path_of(ben, key)}/answers", str(uuid.uuid4())
    for _ in range(2):
        ann.call("POST", answer_path, {"text": "So."}, Idempotency_Key=answer_key).expect(201)
    taken = ben.call("POST", answer_path, {"text": "So."}, Idempotency_Key=answer_key).expect(409)
    assert taken["Code"] == "AlreadyExists"
    assert len(opens(ann, key)["answers"]) == 1
    assert len(happened(ann, "question_asked")) == len(happened(ann, "question_answered")) == 1


def test_what_one_writes_is_noted_in_ones_own_partition(ann: Person, ben: Person) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    answer_id = answered(ann, question_id)
    assert Asked.get(id_of(ben), Asked.note_of(question_id)).question_id == question_id
    assert Answered.get(id_of(ann), Answered.note_of(answer_id)).question_id == question_id


def test_a_days_questions_and_answers_have_a_limit_that_is_said(ann: Person, ben: Person) -> None:
    path = about(ben, speaks(ann))
    today = Quota(id_of(ben), times.now().date().isoformat())
    today.update(
        actions=[
            Quota.questions.set(MOST_QUESTIONS_A_DAY - 1),
            Quota.answers.set(MOST_ANSWERS_A_DAY - 1),
            Quota.expires_at.set(times.epoch(times.now()) + 60),
        ]
    )
    question_id = asks(ben, path)
    refused = ben.post(path, text="Why?")
    assert f"{MOST_QUESTIONS_A_DAY} questions a day" in refused.expect(429)["Message"]
    assert int(refused.headers["Retry-After"]) > 0
    answered(ben, question_id)
    refused = answers(ben, question_id, text="And so.")
    assert f"{MOST_ANSWERS_A_DAY} times a day" in refused.expect(429)["Message"]


def test_a_question_has_a_limit_of_answers_that_holds_for_who_answer_at_once(
    ann: Person, ben: Person
) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    stored = Question(ann.workspace_id, question_id)
    stored.update(actions=[Question.answers.set(MOST_ANSWERS - 1)])
    given = ann.world.at_once(
        *(lambda who=who: answers(who, question_id, text="So.") for who in (ann, ben, ann, ben))
    )
    assert sorted(each.status for each in given) == [201, 409, 409, 409]
    refused = next(each for each in given if each.status == 409)
    assert refused.body["Code"] == "TooManyAnswers"
    assert str(MOST_ANSWERS) in refused.body["Message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \u202e "}, "`text` must not be empty"),
        ({"text": "x" * (LONGEST_QUESTION + 1)}, str(LONGEST_QUESTION)),
        ({"text": "Why?", "at_ms": -1}, "at_ms"),
        ({"text": "Why?", "at_ms": 5 * MINUTE_MS + 1}, "behind the end of the track"),
        ({"text": "Why?", "anonymous": "yes"}, "anonymous"),
        ({"text": "Why?", "asker_id": "me"}, "asker_id"),
    ],
)
def test_what_is_no_question_is_refused(ann: Person, ben: Person, body: dict[str, Any], message: str) -> None:
    refused = ben.post(about(ben, speaks(ann)), **body).expect(400)
    assert message in refused["Message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "either a `text` or a `track_id`"),
        ({"text": "So.", "track_id": "x"}, "either a `text` or a `track_id`"),
        ({"text": "x" * (LONGEST_ANSWER + 1)}, str(LONGEST_ANSWER)),
        ({"track_id": "a/b"}, "an id"),
        ({"text": "So.", "helped": True}, "helped"),
    ],
)
def test_what_is_no_answer_is_refused(ann: Person, ben: Person, body: dict[str, Any], message: str) -> None:
    question_id = asks(ben, about(ben, speaks(ann)))
    assert message in answers(ann, question_id, **body).expect(400)["Message"]


def test_the_longest_question_and_answer_are_taken_at_the_last_moment_of_a_track(
    ann: Person, ben: Person
) -> None:
    path = about(ben, speaks(ann))
    question_id = asks(ben, path, "x" * LONGEST_QUESTION, at_ms=5 * MINUTE_MS)
    answered(ann, question_id, "x" * LONGEST_ANSWER)


def test_in_a_group_there_is_no_moment_and_of_a_track_on_its_way_nothing_to_ask(
    ben: Person, group_id: str
) -> None:
    assert "at_ms" in ben.post(within(ben, group_id), text="Why?", at_ms=0).expect(400)["Message"]
    track_id = ben.announces()["track"]["track_id"]
    assert ben.post(about(ben, track_id), text="Why?").expect(409)["Code"] == "TrackNotReady"
