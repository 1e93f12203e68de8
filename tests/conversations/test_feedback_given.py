"""Feedback: asked for or agreed to, given, and withdrawn."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import errors, times
from chalicelib.conversations import doors, feedback_giving, feedback_models
from chalicelib.conversations.feedback_models import WITHDRAWABLE, Door, Feedback, Pair
from chalicelib.tracks.models import Track
from tests import wire
from tests.conversations.stories import (
    KEEP,
    TOGETHER,
    TRY,
    asks,
    days_pass,
    given,
    gives,
    member,
    received,
    track_path,
    withdraws,
)
from tests.groups import company
from tests.groups.company import gathers, id_of, told
from tests.progress.player import track_of
from tests.tracks.audio import mp3
from tests.world import Answer, Person


def door(person: Person, track_id: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(track_path(person, track_id, "feedback-door")).expect(200)
    return found


def group_door(person: Person, group_id: str, method: str = "GET") -> Answer:
    return person.call(method, f"{company.path_of(person, group_id)}/feedback-door")


def test_feedback_asked_for_arrives_with_its_givers_name(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id, " The  opening ").expect(200)
    assert door(ann, track_id)["asked"]["about"] == "The opening"
    assert door(ann, track_id)["may_give"]
    gives(ann, track_id).expect(201)
    assert received(ben) == []
    days_pass()
    [found] = received(ben)
    assert (found["giver"]["member_id"], found["kind"], found["at_ms"]) == (id_of(ann), "keep", 500)
    assert (found["heard"], found["effect"]) == (KEEP["heard"], KEEP["effect"])
    assert (found["would_try"], found["spoken"], found["title"]) == (None, False, "A pitch")
    assert told(ben)[0] == "feedback_delivered"
    assert "feedback_delivered" not in told(ann)


def test_without_an_open_door_there_is_no_feedback(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    assert door(ann, track_id) == {"asked": None, "may_give": False, "try_needs_keep": True}
    refused = gives(ann, track_id).expect(409)
    assert (refused["Code"], "Ask its speaker" in refused["Message"]) == ("DoorClosed", True)
    asks(ann, track_id).expect(404)
    asks(ben, track_id).expect(200)
    assert not door(ben, track_id)["may_give"]
    assert gives(ben, track_id).expect(409)["Code"] == "OwnTrack"
    cleo.delete(track_path(cleo, track_id, "feedback-door")).expect(404)
    ben.delete(track_path(ben, track_id, "feedback-door")).expect(204)
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    assert not door(ann, track_id)["may_give"]


def test_a_door_that_meets_a_transaction_opens_and_closes_all_the_same(ben: Person, track_id: str) -> None:
    with wire.refusing("TransactionConflictException", operation="PutItem", times=2):
        asks(ben, track_id).expect(200)
    with wire.refusing("TransactionConflictException", operation="DeleteItem", times=2):
        ben.delete(track_path(ben, track_id, "feedback-door")).expect(204)
    assert list(Door.scan()) == []


def test_a_door_closes_after_14_days_and_asking_again_opens_it(
    ann: Person, ben: Person, track_id: str
) -> None:
    opened = asks(ben, track_id).expect(200)
    found = Door.get(Door.on_track(track_id), id_of(ben))
    assert found.closes_at - found.opened_at == timedelta(days=14)
    track = Track.get(ben.workspace_id, track_id)
    last = found.closes_at - timedelta.resolution
    assert doors.ways_in(member(ann), track, now=last)
    assert not doors.ways_in(member(ann), track, now=found.closes_at)
    found.update(actions=[Door.closes_at.set(times.now())])
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    assert asks(ben, track_id, "The end").expect(200)["closes_at"] > opened["closes_at"]
    gives(ann, track_id).expect(201)


def test_a_track_that_is_not_ready_is_not_asked_about(ben: Person) -> None:
    waiting = ben.announces()["track"]["track_id"]
    assert asks(ben, waiting).expect(409)["Code"] == "TrackNotReady"


@pytest.mark.parametrize("about", ["", "x" * 201, None, 7])
def test_what_is_no_asking_is_refused(ben: Person, track_id: str, about: Any) -> None:
    assert asks(ben, track_id, about).expect(400)["Code"] == "InvalidRequest"
    asks(ben, track_id, "x" * 200).expect(200)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "at_ms"),
        (KEEP | {"kind": "stop"}, "kind"),
        (KEEP | {"at_ms": -1}, "at_ms"),
        (KEEP | {"at_ms": 1001}, "`at_ms` lies behind the end of the track, 1000 ms."),
        (KEEP | {"heard": ""}, "heard"),
        ({"kind": "keep", "at_ms": 0}, "feedback says what you `heard`"),
        ({"kind": "ask", "at_ms": 0, "heard": "x"}, "both what you `heard` and its `effect`"),
        ({"kind": "try", "at_ms": 0, "heard": "x", "effect": "x"}, "a `try` says what you `would_try`"),
        (KEEP | {"would_try": "x"}, "`would_try` and `keep` belong to the kind `try`"),
        (KEEP | {"keep": TOGETHER["keep"]}, "`would_try` and `keep` belong to the kind `try`"),
        (KEEP | {"voice_track_id": "x"}, "either written or spoken"),
        (KEEP | {"heard": "x" * 300, "effect": "x" * 301}, "600 characters at most together"),
        (TRY | {"heard": "x", "effect": "x", "would_try": "x" * 599}, "600 characters at most together"),
        (KEEP | {"heard": "x" * 601}, "600"),
        (KEEP | {"stars": 5}, "stars"),
        (KEEP | {"giver_id": "x"}, "giver_id"),
    ],
)
def test_feedback_that_is_none_is_refused_with_what_is_wrong(
    ann: Person, ben: Person, track_id: str, said: dict[str, Any], message: str
) -> None:
    asks(ben, track_id).expect(200)
    refused = gives(ann, track_id, said).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert message in refused["Message"]


def test_feedback_may_have_600_characters_and_be_about_the_very_end(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    gives(ann, track_id, KEEP | {"heard": "x" * 300, "effect": "y" * 300, "at_ms": 1000}).expect(201)


def test_the_first_try_to_somebody_comes_with_a_keep_and_the_next_may_come_alone(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    assert door(ann, track_id)["try_needs_keep"]
    refused = gives(ann, track_id, TRY).expect(409)
    assert (refused["Code"], "something to keep" in refused["Message"]) == ("KeepComesFirst", True)
    gives(ann, track_id, KEEP).expect(201)  # one given apart is not one given together
    assert gives(ann, track_id, TRY).expect(409)["Code"] == "KeepComesFirst"
    first = gives(ann, track_id, TOGETHER).expect(201)
    [keep] = [each for each in given(ann) if each["feedback_id"] == first["comes_with"]]
    assert (keep["kind"], keep["comes_with"]) == ("keep", first["feedback_id"])
    # while the first can still be withdrawn, the next is a first one too
    assert gives(ann, track_id, TRY).expect(409)["Code"] == "KeepComesFirst"
    Pair(id_of(ben), Pair.note_of(id_of(ann))).update(actions=[Pair.settled_at.set(times.now())])
    assert not door(ann, track_id)["try_needs_keep"]
    gives(ann, track_id, TRY).expect(201)
    assert gives(cleo, track_id, TRY).expect(409)["Code"] == "KeepComesFirst"


def test_keep_and_try_arrive_together(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id).expect(200)
    gives(ann, track_id, TOGETHER).expect(201)
    days_pass()
    assert {each["kind"] for each in received(ben)} == {"keep", "try"}
    assert len({each["delivered_at"] for each in received(ben)}) == 1
    assert told(ben).count("feedback_delivered") == 1


def test_feedback_is_withdrawn_for_15_minutes(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id).expect(200)
    sent = gives(ann, track_id).expect(201)
    assert withdraws(ben, sent["feedback_id"]).expect(404)
    withdraws(ann, sent["feedback_id"]).expect(204)
    withdraws(ann, sent["feedback_id"]).expect(404)
    assert given(ann) == []
    days_pass()
    assert received(ben) == []
    assert "feedback_delivered" not in told(ben)
    for late, is_late in ((WITHDRAWABLE - timedelta.resolution, False), (WITHDRAWABLE, True)):
        again = gives(ann, track_id).expect(201)["feedback_id"]
        at = Feedback.get(id_of(ben), again).given_at
        if is_late:
            with pytest.raises(errors.TooLateToWithdraw, match="15 minutes"):
                feedback_giving.withdraw(member(ann), again, now=at + late)
        else:
            feedback_giving.withdraw(member(ann), again, now=at + late)


def test_withdrawing_the_keep_takes_the_try_along_and_withdrawing_the_try_leaves_the_keep(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    first = gives(ann, track_id, TOGETHER).expect(201)
    withdraws(ann, first["comes_with"]).expect(204)
    assert given(ann) == []
    assert gives(ann, track_id, TRY).expect(409)["Code"] == "KeepComesFirst"
    second = gives(ann, track_id, TOGETHER).expect(201)
    withdraws(ann, second["feedback_id"]).expect(204)
    assert [each["kind"] for each in given(ann)] == ["keep"]
    assert door(ann, track_id)["try_needs_keep"]


def test_giving_again_with_the_same_key_gives_once(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    key = str(uuid.uuid4())
    first = gives(ann, track_id, TOGETHER, Idempotency_Key=key).expect(201)
    assert gives(ann, track_id, TOGETHER, Idempotency_Key=key).expect(201) == first
    assert first["feedback_id"] == key
    assert len(given(ann)) == 2
    assert gives(cleo, track_id, KEEP, Idempotency_Key=key).expect(409)["Code"] == "AlreadyExists"


def test_somebody_gives_feedback_so_often_a_day(
    ann: Person, ben: Person, track_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_giving, "MOST_A_DAY", 2)
    asks(ben, track_id).expect(200)
    for _ in range(2):
        gives(ann, track_id).expect(201)
    refused = gives(ann, track_id)
    assert refused.expect(429)["Code"] == "QuotaReached"
    assert "2 times a day" in refused.body["Message"]
    assert 0 < int(refused.headers["Retry-After"]) <= 24 * 3600
    assert feedback_models.MOST_A_DAY == 50


def test_in_a_group_both_have_to_agree(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ben, ann, cleo)
    consent = {"audience": "group", "group_id": group_id}
    track_id = ben.records(mp3(2), consent=consent)
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    assert group_door(ben, group_id, "PUT").expect(200) == {"agreed": True, "open_with": []}
    assert group_door(ann, group_id).expect(200) == {"agreed": False, "open_with": []}
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    agreed = group_door(ann, group_id, "PUT").expect(200)
    assert [each["member_id"] for each in agreed["open_with"]] == [id_of(ben)]
    assert door(ann, track_id)["may_give"]
    gives(ann, track_id).expect(201)
    assert gives(cleo, track_id).expect(409)["Code"] == "DoorClosed"
    group_door(ben, group_id, "DELETE").expect(204)
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    assert group_door(ann, group_id).expect(200)["open_with"] == []


def test_agreeing_in_a_group_opens_no_other_track_and_ends_with_leaving(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    group_id = gathers(ben, ann, cleo)
    in_group = ben.records(mp3(2), consent={"audience": "group", "group_id": group_id})
    for person in (ann, ben):
        group_door(person, group_id, "PUT").expect(200)
    assert gives(ann, track_id).expect(409)["Code"] == "DoorClosed"
    company.leaves(ann, group_id).expect(204)
    gives(ann, in_group).expect(404)
    group_door(ann, group_id).expect(404)
    assert group_door(ben, group_id).expect(200)["open_with"] == []
    company.invites(ben, group_id, ann)
    company.joins(ann, group_id)
    assert not group_door(ann, group_id).expect(200)["agreed"]
    assert gives(ann, in_group).expect(409)["Code"] == "DoorClosed"


def test_what_is_spoken_is_ones_own_private_and_at_most_a_minute(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)

    def speaks(voice_track_id: str) -> Any:
        return gives(ann, track_id, {"kind": "keep", "at_ms": 0, "voice_track_id": voice_track_id})

    speaks(track_of(ben, 1000)).expect(404)
    assert speaks(track_of(ann, 1000)).expect(409)["Code"] == "VoiceNotPrivate"
    waiting = ann.announces(consent={"audience": "me"})["track"]["track_id"]
    assert speaks(waiting).expect(409)["Code"] == "TrackNotReady"
    too_long = speaks(track_of(ann, 61_001, chosen="me")).expect(409)
    assert (too_long["Code"], "60 seconds" in too_long["Message"]) == ("VoiceTooLong", True)
    speaks(track_of(ann, 61_000, chosen="me")).expect(201)


def test_what_was_spoken_is_not_changed_by_recording_it_anew(ann: Person, ben: Person, track_id: str) -> None:
    voice_id = track_of(ann, 1000, chosen="me")
    asks(ben, track_id).expect(200)
    gives(ann, track_id, {"kind": "keep", "at_ms": 0, "voice_track_id": voice_id}).expect(201)
    days_pass()
    [found] = received(ben)
    path = f"{ben.place}/feedback/{found['feedback_id']}/audio"
    ben.get(path).expect(200)
    Track(ann.workspace_id, voice_id).update(actions=[Track.revision.set(2)])
    ben.get(path).expect(404)


def test_feedback_counts_in_the_loop_of_the_playlist_it_is_given_in(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    playlist_id, other_id = ben.makes(), ben.makes("Another")
    ben.adds(playlist_id, track_id)
    gives(ann, track_id, KEEP | {"playlist_id": other_id}).expect(404)
    gives(ann, track_id, KEEP | {"playlist_id": str(uuid.uuid4())}).expect(404)
    path = f"{ann.place}/playlists/{playlist_id}/loop"
    first = gives(ann, track_id, TOGETHER | {"playlist_id": playlist_id}).expect(201)
    at = ann.get(path).expect(200)["feedback_at"]
    assert at == first["given_at"]
    second = gives(ann, track_id, KEEP | {"playlist_id": playlist_id}).expect(201)
    withdraws(ann, second["feedback_id"]).expect(204)
    assert ann.get(path).expect(200)["feedback_at"] == at
    withdraws(ann, first["comes_with"]).expect(204)
    assert ann.get(path).expect(200)["feedback_at"] is None
