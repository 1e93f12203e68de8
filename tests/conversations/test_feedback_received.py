"""Feedback: delivered, and what its receiver makes of it."""

import json
import logging
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import times
from chalicelib.activity.models import Activity
from chalicelib.conversations.feedback_models import WITHDRAWABLE, Feedback
from chalicelib.due.models import Due
from chalicelib.workspaces import hours
from tests.conversations.stories import (
    KEEP,
    answered_with,
    asks,
    days_pass,
    given,
    gives,
    member,
    received,
    responds,
    track_path,
)
from tests.groups import company
from tests.groups.company import assigns, clock_strikes, fires, gathers, id_of, told
from tests.progress.player import track_of
from tests.tracks.audio import mp3
from tests.world import Person


def a_delivered(giver: Person, speaker: Person, track_id: str, **more: Any) -> str:
    """The id of a ``keep`` that the giver gave and the speaker has received."""
    asks(speaker, track_id).expect(200)
    feedback_id = str(gives(giver, track_id, KEEP | more).expect(201)["feedback_id"])
    days_pass()
    return feedback_id


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
