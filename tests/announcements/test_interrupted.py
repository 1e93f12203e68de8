"""Whoever queues or posts is killed at each call of AWS in turn, before or after it was done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from chalicelib import reactions, times
from chalicelib.activity import log
from chalicelib.announcements import posting
from tests import wire
from tests.announcements.stories import Channel, connects, deliver, orders, passes
from tests.world import Person, World

KILLED = (ReadTimeoutError, PynamoDBException)
MOST_CALLS = 25
"""More calls than queueing or posting makes."""


def killed(step: Callable[[], object], nth: int, *, done: bool) -> bool:
    """Whether this was cut off at its nth call of AWS."""
    with wire.failing(nth, done=done):
        try:
            step()
        except KILLED:
            return True
    return False


def posted(channel: Channel, title: str) -> int:
    """How often something was posted; under the same id counts once, as whoever gets it counts."""
    posts = [post for post in channel.box.posts if title in post.body.decode()]
    return len({post.headers.get("webhook-id", str(number)) for number, post in enumerate(posts)})


def goes_on(moment: datetime) -> None:
    """Let the messages that wait be handed on, now and some times later."""
    for minutes in (2, 4, 6):
        for body in orders():
            deliver(body, moment + timedelta(minutes=minutes))


@pytest.mark.parametrize("done", [False, True])
def test_what_happened_is_queued_once_wherever_its_reader_dies(world: World, ann: Person, done: bool) -> None:
    slack = connects(ann)
    passes(world)
    for nth in range(1, MOST_CALLS):
        title = f"Number {nth} begins"
        ann.makes(title)
        [record] = world.stream_records()
        was_killed = killed(partial(log.react, record, reactions.BY_KIND), nth, done=done)
        if was_killed:
            log.react(record, reactions.BY_KIND)
        moment = times.now() + nth * timedelta(minutes=10)
        waiting = orders()
        assert waiting
        for body in waiting:
            deliver(body, moment)
        goes_on(moment)
        assert posted(slack, title) == 1, nth
        if not was_killed:
            assert nth > 3
            return
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("kind", ["slack", "webhook"])
def test_what_waits_is_posted_wherever_whoever_posts_dies(
    world: World, ann: Person, kind: str, done: bool
) -> None:
    channel = connects(ann, kind)
    passes(world)
    unknown = 0
    for nth in range(1, MOST_CALLS):
        title = f"Number {nth} begins"
        ann.makes(title)
        world.settle()
        [body] = orders()
        moment = times.now() + nth * timedelta(minutes=20)
        was_killed = killed(partial(deliver, body, moment), nth, done=done)
        if was_killed:
            deliver(body, moment + timedelta(minutes=7))  # as soon as the queue shows it again
        goes_on(moment + timedelta(minutes=7))
        times_posted = posted(channel, title)
        if times_posted == 0:
            # Between the marker and the post: Slack would not know a second one, so none is made.
            assert (kind, done) == ("slack", True)
            assert channel.seen()["last_said"] == posting.UNANSWERED
            unknown += 1
        else:
            assert times_posted == 1, nth
        assert channel.waiting() == 0, nth
        assert channel.seen()["status"] == "active"
        if not was_killed:
            assert nth > 6
            assert unknown == (1 if (kind, done) == ("slack", True) else 0)
            return
    raise AssertionError("it never came to its end")


def test_two_who_look_at_the_same_moment_post_once(world: World, ann: Person) -> None:
    slack = connects(ann)
    ann.makes("How to sell")
    world.settle()
    [body] = orders()
    moment = times.now() + timedelta(minutes=1)
    with wire.overtaken("UpdateItem", lambda: deliver(body, moment)):
        deliver(body, moment)
    goes_on(moment)
    assert posted(slack, "How to sell") == 1
