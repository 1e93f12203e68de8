"""From what happens to what stands in a channel: only what everybody there may open, once, and in time."""

import io
import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import logs, times
from chalicelib.activity.models import Activity
from chalicelib.announcements import queueing
from chalicelib.announcements.models import Connection, Delivery
from chalicelib.conversations.anonymity import LEAST_ASKERS
from chalicelib.conversations.question_models import Question
from chalicelib.workspaces.models import Member
from tests import listener, policies, wire
from tests.announcements.stories import Channel, connects, deliver, orders, passes
from tests.conversations import questioning
from tests.conversations.questioning import about, answered, asks, crowd, is_for, next_morning, within
from tests.groups.company import answers, closes, founds, gathers, id_of, leaves, opens_round
from tests.playlists.stories import path_of
from tests.playlists.test_expertise import own
from tests.progress.player import track_of
from tests.world import Person, World


@pytest.fixture
def slack(ann: Person) -> Channel:
    return connects(ann)


def said(channel: Channel) -> list[str]:
    """The sentences that stand in a Slack channel."""
    return [
        block["text"]["text"]
        for post in channel.box.posts
        for block in post.json["blocks"]
        if block["type"] == "section"
    ]


def test_a_new_playlist_is_announced_in_slack_teams_and_to_a_program(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    teams, program = connects(ann, "teams"), connects(ann, "webhook")
    playlist_id = ben.makes("How to <sell>")
    passes(world)
    url = f"http://127.0.0.1:8000/#/w/{ann.workspace_id}/playlist/{playlist_id}"
    assert said(slack) == [f"Ben began the playlist <{url}|How to &lt;sell&gt;>"]
    [card] = teams.box.posts
    assert "How to <sell>" in card.body.decode()
    assert "authorization" not in card.headers
    [post] = program.box.posts
    [event] = post.json["data"]["events"]
    assert (event["event"], event["playlist"], event["url"]) == ("playlist_created", "How to <sell>", url)
    assert post.headers["webhook-id"]
    assert post.headers["webhook-signature"].startswith("v1,")
    for channel in (slack, teams, program):
        seen = channel.seen()
        assert (seen["last_said"], seen["status"]) == ("It was accepted.", "active")
        assert seen["last_accepted_at"] is not None
        assert channel.waiting() == 0


def test_a_track_in_a_playlist_and_a_voice_in_an_open_call(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    ann.patch(f"{ann.place}/members/{id_of(ben)}", department="Sales").expect(200)
    playlist_id = ann.makes("How to sell")
    ann.adds(playlist_id, track_of(ann, 1000))
    call = {"mode": "open_call", "question": "What did it cost you?", "seats": ["Sales", "Legal", "Support"]}
    call_id = ann.makes("Clause nine", **call)
    ben.adds(call_id, track_of(ben, 1000))
    passes(world)
    whole = " / ".join(said(slack))
    assert "Ann added “A pitch” to the playlist" in whole
    assert "Ann asks everybody: “What did it cost you?” in" in whole
    assert "Ben added “A pitch” to the open call" in whole
    assert ": 2 seats left" in whole
    assert len(slack.box.posts) == 1


def test_what_a_new_hire_teaches_first(world: World, ann: Person, ben: Person, slack: Channel) -> None:
    world.settle()
    ben.adds(own(ben), track_of(ben, 1000))
    passes(world)
    assert [text.partition("<")[0] for text in said(slack)] == ["Ben, who is new, teaches “A pitch” in "]


def test_a_question_and_its_answer_are_told_without_their_words(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    question_id = asks(ben, about(ben, track_of(ann, 1000)), "Is clause nine a trap?", at_ms=500)
    answered(ann, question_id, "It was written by an enemy.")
    passes(world)
    assert [text.partition("<")[0] for text in said(slack)] == [
        "Ben asked a question about ",
        "Ann answered a question about ",
    ]
    assert f"/question/{question_id}|A pitch>" in said(slack)[0]
    assert "trap" not in slack.texts()[0]
    assert "enemy" not in slack.texts()[0]


def test_of_an_anonymous_question_nothing_tells_who_asked(world: World, ann: Person, slack: Channel) -> None:
    program, teams = connects(ann, "webhook"), connects(ann, "teams")
    people = crowd(ann, LEAST_ASKERS)
    track_id = track_of(ann, 1000)
    passes(world)
    for channel in (slack, program, teams):
        channel.box.posts.clear()
    people[0].post(about(people[0], track_id), text="What is a lead?", anonymous=True).expect(201)
    passes(world)
    assert slack.box.posts == []
    next_morning()
    passes(world, timedelta(days=2))
    assert "Somebody asked a question about" in said(slack)[0]
    [event] = program.box.posts[0].json["data"]["events"]
    assert event["who"] is None
    for text in [*slack.texts(), *program.texts(), *teams.texts()]:
        for person in people:
            assert person.email not in text
            assert id_of(person) not in text
            assert Member.get(person.workspace_id, id_of(person)).name not in text


def test_what_happens_in_a_group_is_told_to_its_channel_alone(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    cleo = ann.invites("cleo@acme.example")
    group_id = gathers(ben, cleo, purpose="Selling better")
    circle = connects(cleo, group_id=group_id)
    asks(ben, within(ben, group_id))
    ben.makes("For us", audience="group", group_id=group_id)
    ben.makes("For me", audience="me")
    ben.makes("For all")
    passes(world)
    assert [text.partition("<")[0] for text in said(circle)] == ["Ben asked ", "Ben began the playlist "]
    assert "For us> · “Selling better”" not in said(circle)[1]
    assert " · “Selling better”" in said(circle)[0]
    assert ["For all" in text for text in said(slack)] == [True]
    for hidden in ("Selling better", "For us", "For me", group_id):
        assert hidden not in "".join(slack.texts())
    assert "For me" not in "".join(circle.texts())
    ann.get(f"{ann.place}/groups/{group_id}/connections").expect(404)
    assert [each["connection_id"] for each in ann.get(f"{ann.place}/connections").expect(200)["items"]] == [
        slack.connection_id
    ]


def test_a_round_opens_and_closes_with_a_summary(world: World, ann: Person, ben: Person) -> None:
    cleo = ann.invites("cleo@acme.example")
    group_id = gathers(ann, ben, cleo, purpose="Selling better")
    circle = connects(ann, group_id=group_id)
    round_ = opens_round(ann, group_id)
    passes(world, since=datetime.fromisoformat(round_["opens_at"]))
    assert said(circle)[0].startswith("A round has opened: <")
    assert f"/round/{round_['round_id']}?group={group_id}|" in said(circle)[0]
    for person in (ann, ben):
        answers(person, group_id, round_, text="I tried it and it was dreadful.").expect(200)
    closes(round_)
    passes(world, timedelta(minutes=2), since=datetime.fromisoformat(round_["closes_at"]))
    ended = said(circle)[1]
    assert "|The round> is over. 2 said something on “" in ended
    assert "Ann and Ben. · “Selling better”" in ended
    assert "dreadful" not in "".join(circle.texts())


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


def test_what_is_switched_off_is_not_told(world: World, ann: Person, slack: Channel) -> None:
    slack.changes(events=["question_asked"])
    playlist_id = ann.makes("How to sell")
    ann.adds(playlist_id, track_of(ann, 1000))
    passes(world)
    assert (slack.box.posts, slack.waiting()) == ([], 0)
    slack.changes(events=["open_call"])  # whether an entry is one is known only when it is told
    ann.adds(playlist_id, track_of(ann, 1000))
    passes(world)
    assert (slack.box.posts, slack.waiting()) == ([], 0)
    slack.changes(events=[])
    ann.makes("Nothing")
    passes(world)
    assert (slack.box.posts, slack.seen()["events"]) == ([], [])


def narrowed(ann: Person, playlist_id: str, track_id: str) -> None:
    ann.patch(path_of(ann, playlist_id), audience="me").expect(200)


def deleted(ann: Person, playlist_id: str, track_id: str) -> None:
    ann.delete(path_of(ann, playlist_id)).expect(204)


def taken_back(ann: Person, playlist_id: str, track_id: str) -> None:
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)


def kept_to_oneself(ann: Person, playlist_id: str, track_id: str) -> None:
    is_for(ann, track_id, f"m#{id_of(ann)}")


@pytest.mark.parametrize("changed", [narrowed, deleted, taken_back, kept_to_oneself])
def test_what_not_everybody_may_open_any_more_is_not_told(
    world: World, ann: Person, slack: Channel, changed: Callable[[Person, str, str], None]
) -> None:
    playlist_id, track_id = ann.makes("How to sell"), track_of(ann, 1000)
    passes(world)
    slack.box.posts.clear()
    ann.adds(playlist_id, track_id)
    world.settle()
    assert slack.waiting() == 1
    changed(ann, playlist_id, track_id)
    passes(world, timedelta(minutes=2))
    assert (slack.box.posts, slack.waiting()) == ([], 0)


def test_a_question_that_was_deleted_is_not_told(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    question_id = asks(ben, about(ben, track_of(ann, 1000)), at_ms=500)
    world.settle()
    ben.delete(questioning.path_of(ben, question_id)).expect(204)
    passes(world)
    assert slack.box.posts == []


@pytest.mark.parametrize("changed", [Question.audience_key.set("m#somebody"), Question.status.set("waiting")])
def test_a_question_that_is_not_for_everybody_any_more_is_not_told(
    world: World, ann: Person, ben: Person, slack: Channel, changed: Any
) -> None:
    question_id = asks(ben, about(ben, track_of(ann, 1000)), at_ms=500)
    world.settle()
    Question(ben.workspace_id, question_id).update(actions=[changed])
    passes(world)
    assert (slack.box.posts, slack.waiting()) == ([], 0)


def test_for_what_is_for_one_member_no_channel_is_looked_for(
    world: World, ann: Person, slack: Channel
) -> None:
    happened = Activity(
        f"m#{id_of(ann)}",
        str(uuid.uuid4()),
        kind="question_asked",
        workspace_id=ann.workspace_id,
        at=times.now(),
    )
    with wire.counted() as calls:
        queueing.queue(happened)
    assert calls == []


def test_a_channel_whose_keeper_has_left_waits_for_somebody_else(
    world: World, ann: Person, ben: Person
) -> None:
    cleo = ann.invites("cleo@acme.example")
    group_id = gathers(ben, cleo)
    circle = connects(cleo, group_id=group_id)
    leaves(cleo, group_id).expect(204)
    asks(ben, within(ben, group_id))
    passes(world)
    assert (circle.box.posts, circle.waiting()) == ([], 1)
    circle.person = ben
    seen = circle.seen()
    assert seen["status"] == "attention"
    assert "belongs here no more" in seen["attention"]
    assert seen["kept_by"]["name"] == "Cleo"
    assert circle.changes(status="active")["kept_by"]["name"] == "Ben"
    passes(world)
    assert len(circle.box.posts) == 1


def test_an_admin_who_has_left_announces_nothing_more(
    world: World, ann: Person, ben: Person, slack: Channel
) -> None:
    ann.patch(f"{ann.place}/members/{id_of(ben)}", role="admin").expect(200)
    ben.patch(f"{ben.place}/members/{id_of(ann)}", status="deactivated").expect(200)
    ben.makes("How to sell")
    passes(world)
    assert slack.box.posts == []
    slack.person = ben
    assert slack.tests()["accepted"]
    passes(world, timedelta(minutes=2))
    assert "How to sell" in slack.texts()[1]


def test_a_group_that_is_closed_tells_nothing_and_its_address_is_forgotten(
    world: World, ann: Person, ben: Person
) -> None:
    group_id = founds(ben)
    circle = connects(ben, group_id=group_id)
    asks(ben, within(ben, group_id))
    world.settle()
    leaves(ben, group_id).expect(204)
    passes(world)
    assert circle.box.posts == []
    assert Connection.find(ben.workspace_id, circle.connection_id) is None
    assert world.dynamodb.scan(TableName="earshot-test-connections")["Count"] == 1  # what counts them


def test_a_paused_channel_hears_nothing_and_then_what_waited_before(
    world: World, ann: Person, slack: Channel
) -> None:
    ann.makes("Before")
    world.settle()
    assert slack.changes(status="paused")["status"] == "paused"
    ann.makes("Meanwhile")
    passes(world)
    assert (slack.box.posts, slack.waiting()) == ([], 1)
    slack.changes(status="active")
    passes(world)
    assert [text.rpartition("|")[2] for text in said(slack)] == ["Before>"]


def test_a_channel_that_was_removed_hears_nothing(world: World, ann: Person, slack: Channel) -> None:
    ann.makes("How to sell")
    world.settle()
    ann.delete(slack.path).expect(204)
    ann.makes("More")
    passes(world)
    assert slack.box.posts == []
    assert ann.get(f"{ann.place}/connections").expect(200)["items"] == []


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
