"""From what happens to what stands in a channel: only what everybody there may open."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.activity.models import Activity
from chalicelib.announcements import queueing
from chalicelib.announcements.models import Connection
from chalicelib.conversations.anonymity import LEAST_ASKERS
from chalicelib.conversations.question_models import Question
from chalicelib.workspaces.models import Member
from tests import wire
from tests.announcements.stories import Channel, connects, passes, said
from tests.conversations import questioning
from tests.conversations.questioning import about, answered, asks, crowd, is_for, next_morning, within
from tests.groups.company import answers, closes, founds, gathers, id_of, leaves, opens_round
from tests.playlists.stories import path_of
from tests.playlists.test_expertise import own
from tests.progress.player import track_of
from tests.world import Person, World


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
