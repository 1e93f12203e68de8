"""Feedback: asked for or agreed to, given, delivered, and what its receiver makes of it."""

import json
import logging
import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import errors, times
from chalicelib.activity.models import Activity
from chalicelib.conversations import doors, feedback_giving, feedback_models
from chalicelib.conversations.feedback_models import WITHDRAWABLE, Door, Feedback, Pair
from chalicelib.due.models import Due
from chalicelib.tracks.models import Track
from chalicelib.workspaces import hours
from chalicelib.workspaces.models import Member
from tests import wire
from tests.conversations.stories import (
    KEEP,
    TOGETHER,
    TRY,
    answered_with,
    asks,
    days_pass,
    given,
    gives,
    received,
    responds,
    track_path,
    withdraws,
)
from tests.groups import company
from tests.groups.company import assigns, clock_strikes, fires, gathers, id_of, told
from tests.progress.player import track_of
from tests.tracks.audio import mp3
from tests.world import Answer, Person


@pytest.fixture
def track_id(ben: Person) -> str:
    """A track of Ben's, of a second."""
    return track_of(ben, 1000)


def member(person: Person) -> Member:
    return Member.get(person.workspace_id, id_of(person), consistent_read=True)


def door(person: Person, track_id: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(track_path(person, track_id, "feedback-door")).expect(200)
    return found


def group_door(person: Person, group_id: str, method: str = "GET") -> Answer:
    return person.call(method, f"{company.path_of(person, group_id)}/feedback-door")


def a_delivered(giver: Person, speaker: Person, track_id: str, **more: Any) -> str:
    """The id of a ``keep`` that the giver gave and the speaker has received."""
    asks(speaker, track_id).expect(200)
    feedback_id = str(gives(giver, track_id, KEEP | more).expect(201)["feedback_id"])
    days_pass()
    return feedback_id


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


def test_feedback_is_delivered_when_its_receiver_is_at_work(ann: Person, ben: Person, track_id: str) -> None:
    ben.patch(
        f"{ben.place}/members/{id_of(ben)}",
        time_zone="Asia/Tokyo",
        working_hours={"from": "10:00", "to": "18:00"},
    ).expect(200)
    asks(ben, track_id).expect(200)
    gives(ann, track_id).expect(201)
    [due] = [each for each in Due.scan() if each.slot.startswith("2") and each.kind == "feedback_delivery"]
    local = due.due_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert 10 <= local.hour < 18
    assert local.weekday() < 5
    assert due.due_at >= times.now() + WITHDRAWABLE - timedelta(minutes=1)
    clock_strikes(due.due_at - timedelta(minutes=1))
    assert received(ben) == []
    clock_strikes(due.due_at)
    [found] = received(ben)
    assert found["delivered_at"] == due.due_at.isoformat().replace("+00:00", "Z")


def test_a_scheduler_that_comes_at_night_or_twice_delivers_once_and_in_the_morning(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    gives(ann, track_id).expect(201)
    [due] = [each for each in Due.scan() if each.slot.startswith("2") and each.kind == "feedback_delivery"]
    night = due.due_at.replace(hour=22, minute=7)
    fires(night)
    assert received(ben) == []
    morning = hours.of_member(member(ben), night)
    for late in (timedelta(), timedelta(), timedelta(hours=1)):
        fires(morning + late)
    assert len(received(ben)) == 1
    assert told(ben).count("feedback_delivered") == 1


def test_who_has_left_gets_nothing_and_is_given_nothing(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    feedback_id = gives(cleo, track_id).expect(201)["feedback_id"]
    ann.patch(f"{ann.place}/members/{id_of(ben)}", status="deactivated").expect(200)
    assert gives(cleo, track_id).expect(409)["Code"] == "DoorClosed"
    days_pass()
    assert Feedback.get(id_of(ben), feedback_id).delivered_at is None


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


def test_spoken_feedback_is_heard_by_its_receiver_alone(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    voice_id = cleo.records(mp3(2), "For Ben", consent={"audience": "me"})
    sent = gives(cleo, track_id, {"kind": "ask", "at_ms": 0, "voice_track_id": voice_id}).expect(201)
    audio = f"feedback/{sent['feedback_id']}/audio"
    ben.get(f"{ben.place}/{audio}").expect(404)
    days_pass()
    [found] = received(ben)
    assert (found["spoken"], found["heard"]) == (True, None)
    assert ben.get(f"{ben.place}/{audio}").expect(200)["url"]
    for outsider in (ann, cleo):
        outsider.get(f"{outsider.place}/{audio}").expect(404)
    ben.get(track_path(ben, voice_id)).expect(404)
    assert ben.get(f"{ben.place}/tracks?speaker={id_of(cleo)}").expect(200)["items"] == []
    cleo.delete(track_path(cleo, voice_id)).expect(204)
    ben.get(f"{ben.place}/{audio}").expect(404)


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


def test_the_giver_hears_of_thanks_and_use_once_and_of_closing_never(
    ann: Person, ben: Person, track_id: str
) -> None:
    feedback_id = a_delivered(ann, ben, track_id)
    before = ann.get(f"{ann.place}/activity").expect(200)
    closed = responds(ben, feedback_id, closed=True).expect(200)
    assert closed["closed_at"]
    assert ann.get(f"{ann.place}/activity").expect(200) == before
    assert "closed_at" not in given(ann)[0]
    assert received(ben) == []
    assert [each["feedback_id"] for each in received(ben, "closed")] == [feedback_id]
    for _ in range(2):
        responds(ben, feedback_id, thanked=True, used=True).expect(200)
    assert told(ann)[:2].count("feedback_thanked") == told(ann)[:2].count("feedback_used") == 1
    assert told(ann).count("feedback_thanked") == 1
    [sent] = given(ann)
    assert sent["thanked_at"]
    assert sent["used_at"]
    assert responds(ben, feedback_id, closed=False).expect(200)["closed_at"] is None
    assert len(received(ben)) == 1


@pytest.mark.parametrize(
    "said", [{"thanked": False}, {"used": False}, {"closed": None}, {"published": "yes"}, {"stars": True}]
)
def test_thanks_are_not_taken_back(ann: Person, ben: Person, track_id: str, said: dict[str, Any]) -> None:
    feedback_id = a_delivered(ann, ben, track_id)
    assert responds(ben, feedback_id, **said).expect(400)["Code"] == "InvalidRequest"


def test_feedback_is_published_where_its_giver_has_agreed(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    feedback_id = a_delivered(ann, ben, track_id)
    path = track_path(cleo, track_id, "feedback")
    assert responds(ben, feedback_id, published=True).expect(409)["Code"] == "GiverHasNotAgreed"
    assert cleo.get(path).expect(200)["items"] == []
    agreement = f"{ann.place}/given-feedback/{feedback_id}"
    ben.patch(f"{ben.place}/given-feedback/{feedback_id}", may_publish=True).expect(404)
    ann.patch(agreement, may_publish=True).expect(200)
    assert responds(ben, feedback_id, published=True).expect(200)["published_at"]
    [shown] = cleo.get(path).expect(200)["items"]
    assert (shown["heard"], shown["giver"]["member_id"]) == (KEEP["heard"], id_of(ann))
    assert given(ann)[0]["published_at"]
    responds(ben, feedback_id, published=False).expect(200)
    assert cleo.get(path).expect(200)["items"] == []
    responds(ben, feedback_id, published=True).expect(200)
    ann.patch(agreement, may_publish=False).expect(200)
    assert cleo.get(path).expect(200)["items"] == []
    assert received(ben)[0]["published_at"] is None


def test_what_was_published_in_a_group_stays_there_when_its_track_is_shared_more_widely(
    ann: Person, ben: Person, cleo: Person
) -> None:
    group_id = gathers(ben, ann)
    track_id = ben.records(mp3(2), consent={"audience": "group", "group_id": group_id})
    feedback_id = a_delivered(ann, ben, track_id, may_publish=True)
    responds(ben, feedback_id, published=True).expect(200)
    cleo.get(track_path(cleo, track_id, "feedback")).expect(404)
    ben.patch(track_path(ben, track_id), consent={"audience": "workspace"}).expect(200)
    assert cleo.get(track_path(cleo, track_id, "feedback")).expect(200)["items"] == []
    assert len(ann.get(track_path(ann, track_id, "feedback")).expect(200)["items"]) == 1


def test_published_feedback_that_was_spoken_is_heard_by_who_may_read_it(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    voice_id = track_of(ann, 1000, chosen="me")
    asks(ben, track_id).expect(200)
    said = {"kind": "keep", "at_ms": 0, "voice_track_id": voice_id, "may_publish": True}
    feedback_id = gives(ann, track_id, said).expect(201)["feedback_id"]
    days_pass()
    path = track_path(cleo, track_id, "feedback", feedback_id, "audio")
    cleo.get(path).expect(404)
    responds(ben, feedback_id, published=True).expect(200)
    assert cleo.get(path).expect(200)["url"]
    responds(ben, feedback_id, published=False).expect(200)
    cleo.get(path).expect(404)


def test_what_is_not_delivered_yet_is_nothing_to_its_receiver(
    ann: Person, ben: Person, track_id: str
) -> None:
    asks(ben, track_id).expect(200)
    feedback_id = gives(ann, track_id).expect(201)["feedback_id"]
    responds(ben, feedback_id, thanked=True).expect(404)
    responds(ann, feedback_id, thanked=True).expect(404)


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


def test_lists_go_on_where_they_stopped(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id).expect(200)
    for _ in range(3):
        gives(ann, track_id).expect(201)
    days_pass()
    for person, path in ((ben, "feedback"), (ann, "given-feedback")):
        first = person.get(f"{person.place}/{path}?limit=2").expect(200)
        rest = person.get(f"{person.place}/{path}?limit=2&after={first['next']}").expect(200)
        ids = [each["feedback_id"] for each in first["items"] + rest["items"]]
        assert len(set(ids)) == len(ids) == 3
        assert rest["next"] is None


def test_only_the_receiver_ever_sees_feedback_and_the_giver_what_they_have_given(
    ann: Person,
    ben: Person,
    eve: Person,
    track_id: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every route that answers, asked by everybody: an admin, the receiver's mentor, a fellow, a stranger."""
    logger = logging.getLogger("chalicelib")
    monkeypatch.setattr(logger, "handlers", [caplog.handler])
    secret = "The unmistakable words"
    giver, mentor, fellow = (company.calls(ann, name) for name in ("greta", "milo", "fay"))
    assigns(ann, mentor, ben).expect(200)
    group_id = gathers(ben, fellow)
    feedback_id = a_delivered(giver, ben, track_id, effect=secret)
    [found] = received(ben)
    assert found["effect"] == secret
    assert secret in json.dumps(given(giver))
    ids = {
        "workspace_id": ben.workspace_id,
        "member_id": id_of(ben),
        "track_id": track_id,
        "group_id": group_id,
        "feedback_id": feedback_id,
    }
    for person in (ann, mentor, fellow, eve, ben, giver):
        for path, said in answered_with(person, ids):
            may = (person is ben and path.endswith("/feedback") and "tracks" not in path) or (
                person is giver and path.endswith("/given-feedback")
            )
            assert (secret in said) == may, (person.email, path)
        for method, path, body in (
            ("PATCH", f"feedback/{feedback_id}", {"thanked": True}),
            ("PATCH", f"given-feedback/{feedback_id}", {"may_publish": True}),
            ("DELETE", f"given-feedback/{feedback_id}", None),
        ):
            if person not in (ben, giver):
                person.call(method, f"{ben.place}/{path}", body).expect(404)
    stored = [json.dumps(item.to_simple_dict(), default=str) for item in (*Activity.scan(), *Due.scan())]
    assert not any(secret in each for each in stored)
    assert secret not in caplog.text
