"""Each call of AWS goes wrong once, before or after it was done: feedback and nudges come exactly once."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from chalicelib import times
from chalicelib.conversations import feedback_delivery, loop_nudges
from chalicelib.due.models import Due
from chalicelib.workspaces import hours
from chalicelib.workspaces.models import Member
from tests import wire
from tests.conversations.stories import TOGETHER, asks, given, gives, received
from tests.groups.company import id_of, told
from tests.progress.player import Player, track_of
from tests.world import Person

FAILURES = (ReadTimeoutError, PynamoDBException)
MOST_CALLS = 20
"""More calls than any of these steps makes."""


def planned(kind: str) -> list[Due]:
    return [due for due in Due.scan() if due.slot.startswith("2") and due.kind == kind]


def interrupted(step: Callable[[int], bool], *, done: bool) -> int:
    """Take a step again and again, each time with another of its calls failing; how many calls that were.

    A step says whether it was interrupted, and is taken again undisturbed then.
    """
    for nth in range(1, MOST_CALLS):
        with wire.failing(nth, done=done):
            was_interrupted = step(nth)
        if not was_interrupted:
            return nth - 1
        assert not step(nth)
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("done", [False, True])
def test_feedback_is_given_once_whatever_answer_is_lost(ann: Person, ben: Person, done: bool) -> None:
    track_id = track_of(ben, 1000)
    asks(ben, track_id).expect(200)
    keys = [str(uuid.uuid4()) for _ in range(MOST_CALLS)]

    def give(nth: int) -> bool:
        answer = gives(ann, track_id, TOGETHER, Idempotency_Key=keys[nth])
        assert answer.status in (201, 503), answer.body
        return answer.status == 503

    calls = interrupted(give, done=done)
    assert calls > 5
    assert len(given(ann)) == 2 * (calls + 1)
    assert len(planned("feedback_delivery")) == calls + 1


@pytest.mark.parametrize("done", [False, True])
def test_feedback_is_delivered_once_wherever_the_scheduler_stops(
    ann: Person, ben: Person, done: bool
) -> None:
    track_id = track_of(ben, 1000)
    asks(ben, track_id).expect(200)
    for _ in range(8):
        gives(ann, track_id, TOGETHER).expect(201)
    receiver = Member.get(ben.workspace_id, id_of(ben), consistent_read=True)
    at_work = hours.of_member(receiver, times.now() + timedelta(days=1))
    waiting = planned("feedback_delivery")

    calls = interrupted(duty(feedback_delivery.deliver, waiting, at_work), done=done)
    assert calls >= 3
    assert len(received(ben)) == 2 * (calls + 1)
    assert told(ben).count("feedback_delivered") == calls + 1


@pytest.mark.parametrize("done", [False, True])
def test_a_nudge_comes_once_wherever_the_scheduler_stops(ann: Person, ben: Person, done: bool) -> None:
    track_id = track_of(ben, 1000)
    Player(ann, track_id).listens(0, 1000)
    for number in range(8):
        playlist_id = ben.makes(f"Number {number}")
        ben.adds(playlist_id, track_id)
        ann.call("PUT", f"{ann.place}/playlists/{playlist_id}/loop/gain").expect(200)
    waiting = [due for due in planned("use_question") if due.details["days"] == 7]

    calls = interrupted(duty(loop_nudges.ask, waiting, times.now() + timedelta(days=7)), done=done)
    assert calls >= 4
    assert told(ann).count("use_asked") == calls + 1


def duty(what: Any, waiting: list[Due], now: datetime) -> Callable[[int], bool]:
    """A step that does what is due, another of it each time."""

    def step(nth: int) -> bool:
        try:
            what(waiting[nth], now=now)
        except FAILURES:
            return True
        return False

    return step
