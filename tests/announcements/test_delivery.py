"""What is to be posted, on its way: in bursts, once, in time, and when a host is slow, broken or silent."""

import io
import json
import logging
import uuid
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import logs, times
from chalicelib.announcements.models import Connection, Delivery
from tests import listener, policies
from tests.announcements.stories import Channel, connects, deliver, orders, passes, said
from tests.progress.player import track_of
from tests.world import Person, World


def test_a_burst_is_one_post_once_it_has_been_quiet_for_a_while(
    world: World, ann: Person, slack: Channel
) -> None:
    playlist_id = ann.makes("How to sell")
    for _ in range(6):
        ann.adds(playlist_id, track_of(ann, 1000))
    passes(world, timedelta(seconds=5))
    assert slack.box.posts == []
    assert slack.waiting() == 7
    passes(world)
    [post] = slack.box.posts
    assert post.json["text"] == "7 things are new in Earshot"
    assert len(said(slack)) == 7
    passes(world)
    assert len(slack.box.posts) == 1


def test_a_burst_that_never_ends_is_posted_after_two_minutes(
    world: World, ann: Person, slack: Channel
) -> None:
    begun = times.now()
    ann.makes("The first")
    world.settle()
    [row] = Delivery.waiting(slack.connection_id)
    for seconds, posts in ((100, 0), (121, 1)):
        late = Delivery.id_of(begun + timedelta(seconds=seconds - 1), str(uuid.uuid4()))
        Delivery(
            slack.connection_id,
            late,
            activity_id=row.activity_id,
            at=begun + timedelta(seconds=seconds - 1),
            expires_at=row.expires_at,
        ).save()
        passes(world, timedelta(seconds=seconds), since=begun)
        assert len(slack.box.posts) == posts


def queued(slack: Channel, many: int, ago: timedelta) -> None:
    """What waits there becomes so much more of the same, all of it so long ago."""
    [row] = Delivery.waiting(slack.connection_id)
    row.delete()
    for number in range(many):
        at = times.now() - ago + timedelta(milliseconds=number)
        delivery_id = Delivery.id_of(at, row.activity_id)
        Delivery(
            slack.connection_id, delivery_id, activity_id=row.activity_id, at=at, expires_at=row.expires_at
        ).save()


@pytest.mark.parametrize(("many", "headlines"), [(100, ["100"]), (101, ["100", "A new playlist"])])
def test_a_hundred_things_are_one_post(
    world: World, ann: Person, slack: Channel, many: int, headlines: list[str]
) -> None:
    ann.makes("How to sell")
    world.settle()
    queued(slack, many, timedelta(minutes=1))
    for seconds in (1, 3, 5):
        passes(world, timedelta(seconds=seconds))
    assert [post.json["blocks"][0]["text"]["text"].partition(" things")[0] for post in slack.box.posts] == (
        headlines
    )
    assert slack.waiting() == 0


@pytest.mark.parametrize("many", [1, 100, 101])
def test_however_much_is_too_old_all_of_it_is_given_up(
    world: World, ann: Person, slack: Channel, many: int
) -> None:
    ann.makes("How to sell")
    world.settle()
    queued(slack, many, timedelta(hours=24, seconds=1))
    passes(world, timedelta(seconds=2))
    passes(world, timedelta(seconds=4))
    assert (slack.box.posts, slack.waiting()) == ([], 0)
    assert slack.seen()["given_up_at"] is not None


def test_the_function_posts_what_is_due_puts_off_what_is_not_and_names_what_it_cannot_read(
    world: World, ann: Person, slack: Channel
) -> None:
    def handed(body: str) -> list[str]:
        """The messages that the function names as failed."""
        message = {"messageId": "m-1", "body": body}
        with policies.held_to("deliver"):
            answer = world.app.deliver({"Records": [message]}, None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    ann.makes("How to sell")
    world.settle()
    [body] = orders()
    assert handed(body) == []
    assert (slack.box.posts, orders()) == ([], [body])
    queued(slack, 1, timedelta(minutes=1))
    assert handed(body) == []
    assert len(slack.box.posts) == 1
    assert handed("nonsense") == ["m-1"]


@pytest.mark.parametrize("twice", ["the stream", "the message"])
def test_what_is_delivered_twice_is_posted_once(
    world: World, ann: Person, slack: Channel, twice: str
) -> None:
    ann.makes("How to sell")
    records = world.stream_records()
    for _ in range(2 if twice == "the stream" else 1):
        world.app.react_to_activity({"Records": records}, None)
    waiting = orders()
    moment = times.now() + timedelta(minutes=1)
    for body in waiting * 2:
        deliver(body, moment)
    world.app.react_to_activity({"Records": records}, None)
    for minutes in range(2, 5):
        for body in orders():
            deliver(body, moment + timedelta(minutes=minutes))
    assert len(slack.box.posts) == 1


@pytest.mark.parametrize(("kind", "seconds"), [("slack", 1), ("teams", 15), ("webhook", 1)])
def test_a_host_is_left_alone_between_two_posts(world: World, ann: Person, kind: str, seconds: int) -> None:
    channel = connects(ann, kind)
    ann.makes("One")
    first = passes(world)
    ann.makes("Two")
    passes(world, timedelta(seconds=seconds - 0.1), since=first)
    assert len(channel.box.posts) == 1
    passes(world, timedelta(seconds=seconds), since=first)
    assert len(channel.box.posts) == 2


def test_a_channel_that_asks_to_wait_is_left_alone_so_long(world: World, ann: Person, slack: Channel) -> None:
    slack.box.answers_with(listener.says(429, "rate_limited", Retry_After="100"), listener.says(200, "ok"))
    ann.makes("One")
    first = passes(world)
    assert "429" in slack.seen()["last_said"]
    ann.makes("Two")
    passes(world, timedelta(seconds=99), since=first)
    assert len(slack.box.posts) == 1
    passes(world, timedelta(seconds=100), since=first)
    assert len(slack.box.posts) == 2
    assert "2 things are new" in slack.texts()[1]
    assert slack.waiting() == 0


def test_what_fails_is_tried_again_with_growing_pauses_and_given_up_after_a_day(
    world: World, ann: Person, slack: Channel
) -> None:
    slack.box.answers_with(listener.says(500, "rollup_error"))
    ann.makes("How to sell")
    begun = moment = passes(world)
    pauses = []
    while waiting := orders():
        next_at = Connection.get(ann.workspace_id, slack.connection_id).next_allowed_at or moment
        pauses.append((next_at - moment).total_seconds())
        moment = max(next_at, moment)
        for body in waiting:
            deliver(body, moment)
    assert pauses[:4] == [30, 60, 120, 240]
    assert max(pauses) == 3600
    assert moment - begun >= timedelta(hours=23)
    assert (slack.waiting(), slack.seen()["status"]) == (0, "active")
    assert slack.seen()["given_up_at"] is not None
    assert slack.seen()["last_said"] == "What could not be posted for 24 hours was given up."


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("slack", listener.says(404, "no_service")),
        ("slack", listener.says(410, "channel_is_archived")),
        ("slack", listener.says(403, "action_prohibited")),
        ("slack", listener.says(302, Location="https://slack.com/")),
        ("teams", listener.says(404, "WorkflowNotFound")),
        ("webhook", listener.says(410)),
    ],
)
def test_what_somebody_has_to_mend_stops_the_channel_and_says_so(
    world: World, ann: Person, kind: str, answer: Any
) -> None:
    channel = connects(ann, kind)
    channel.box.answers_with(answer)
    ann.makes("How to sell")
    passes(world)
    seen = channel.seen()
    assert (seen["status"], seen["attention"]) == ("attention", seen["last_said"])
    passes(world)
    assert len(channel.box.posts) == 1
    channel.box.answers_with(listener.says(200, "ok"))
    assert channel.rests().tests()["accepted"]
    seen = channel.seen()
    assert (seen["status"], seen["attention"]) == ("active", None)
    passes(world, timedelta(minutes=2))
    assert len(channel.box.posts) == 3  # what was refused, the test, and what has waited
    assert "How to sell" in channel.texts()[2]


def test_what_slack_does_not_take_is_not_sent_again(world: World, ann: Person, slack: Channel) -> None:
    slack.box.answers_with(listener.says(400, "invalid_payload"), listener.says(200, "ok"))
    ann.makes("How to sell")
    passes(world)
    passes(world)
    assert (len(slack.box.posts), slack.waiting(), slack.seen()["status"]) == (1, 0, "active")
    assert slack.seen()["last_said"] == "Slack answered 400 and did not post this."


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channel_that_gives_no_answer_may_have_shown_it_and_gets_it_once(
    world: World, ann: Person, kind: str
) -> None:
    channel = connects(ann, kind)
    channel.box.answers_with(listener.cuts, listener.says(200, "ok"))
    ann.makes("One")
    passes(world)
    assert "Whether it was posted nobody knows" in channel.seen()["last_said"]
    ann.makes("Two")
    passes(world, timedelta(minutes=2))
    assert ["One" in text for text in channel.texts()] == [True, False]
    assert ["Two" in text for text in channel.texts()] == [False, True]


def test_a_program_that_gives_no_answer_gets_the_same_under_the_same_id(world: World, ann: Person) -> None:
    program = connects(ann, "webhook")
    program.box.answers_with(listener.cuts, listener.says(503), listener.says(204))
    ann.makes("One")
    passes(world)
    ann.makes("Two")
    for minutes in (2, 4, 6):
        passes(world, timedelta(minutes=minutes))
    first, second, third, fourth = program.box.posts
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == third.headers["webhook-id"]
    assert first.json["data"] == second.json["data"] == third.json["data"]
    assert fourth.headers["webhook-id"] != first.headers["webhook-id"]
    assert [event["playlist"] for event in fourth.json["data"]["events"]] == ["Two"]
    assert program.waiting() == 0


def test_a_program_gets_everything_of_a_large_burst_in_several_posts(world: World, ann: Person) -> None:
    program = connects(ann, "webhook")
    playlist_id = ann.makes("\N{GRINNING FACE}" * 200)
    for _ in range(12):
        ann.adds(playlist_id, track_of(ann, 1000))
    for minutes in range(1, 8):
        passes(world, timedelta(minutes=minutes))
    told = [event["id"] for post in program.box.posts for event in post.json["data"]["events"]]
    assert len(told) == len(set(told)) == 13
    assert len(program.box.posts) > 1
    assert program.waiting() == 0


def test_a_broken_channel_holds_nobody_else_up(world: World, ann: Person, slack: Channel) -> None:
    broken = connects(ann)
    broken.box.answers_with(listener.says(500))
    ann.makes("How to sell")
    passes(world)
    assert (len(said(slack)), broken.waiting(), slack.waiting()) == (1, 1, 0)


def test_no_address_stands_in_a_log_or_an_item(world: World, ann: Person, slack: Channel) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    level = root.level
    ours = logging.getLogger("chalicelib")
    for logger in (root, ours):
        logger.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        slack.box.answers_with(listener.says(200, "ok"), listener.talks_nonsense, listener.says(404, "x"))
        for number in range(4):
            ann.makes(f"Number {number}")
            passes(world, timedelta(hours=number + 1))
    finally:
        root.setLevel(level)
        for logger in (root, ours):
            logger.removeHandler(handler)
    path = slack.box.url.rpartition("/")[2]
    posted = [line for line in lines.getvalue().splitlines() if '"posted"' in line]
    assert posted
    assert path not in lines.getvalue()
    for table in ("connections", "deliveries"):
        items = world.dynamodb.scan(TableName=f"earshot-test-{table}")["Items"]
        assert items
        assert path not in json.dumps(items, default=lambda value: value.decode("latin-1"))
