"""Connecting, trying, changing and removing: what may be said, and what is never said again."""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from chalicelib.announcements.models import MOST_CONNECTIONS, Connection, Secret
from chalicelib.auth import keys
from tests import listener
from tests.announcements.stories import Channel, asks_to_connect, connects
from tests.announcements.test_addresses import LOGIC, REFUSED, SLACK, TEAMS
from tests.groups.company import gathers, leaves
from tests.world import Person

WORKSPACES = [
    "playlist_created",
    "track_added",
    "open_call",
    "expertise_shared",
    "question_asked",
    "question_answered",
]


@pytest.mark.parametrize(
    ("kind", "url"),
    [("slack", SLACK), ("teams", TEAMS), ("teams", LOGIC), ("webhook", "https://a.example/x")],
)
def test_a_connection_begins_with_everything_on_and_shows_only_the_end_of_its_address(
    ann: Person, kind: str, url: str
) -> None:
    made = asks_to_connect(ann, kind, url).expect(201)
    connection = made["connection"]
    assert (connection["kind"], connection["name"], connection["status"]) == (kind, "Sales", "active")
    assert connection["events"] == connection["possible_events"] == WORKSPACES
    assert connection["style"] == ("message" if kind == "teams" else None)
    assert (made["signing_secret"] is not None) == (kind == "webhook")
    assert connection["kept_by"] == {"member_id": ann.member_id, "name": "Ann"}
    listed = ann.get(f"{ann.place}/connections").expect(200)["items"]
    assert listed == [connection]
    for shown in (made, listed):
        assert url not in json.dumps(shown)
        assert url[-12:] not in json.dumps(shown)
    assert connection["url_end"] == url[-4:]


@pytest.mark.parametrize(
    ("kind", "url", "why"), [each for each in REFUSED if each[1] and "\r" not in each[1]]
)
def test_an_address_of_another_place_is_refused(ann: Person, kind: str, url: str, why: str) -> None:
    refused = asks_to_connect(ann, kind, url).expect(400)
    assert refused["Code"] == "AddressNotAllowed"
    assert why in refused["Message"]
    assert ann.get(f"{ann.place}/connections").expect(200)["items"] == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"kind": "discord"}, "Invalid enum value 'discord'"),
        ({"url": "https://acme.example/" + "x" * 1980}, "length <= 2000"),
        ({"name": ""}, "length >= 1"),
        ({"name": "x" * 201}, "length <= 200"),
        ({"workspace_id": "w"}, "unknown field"),
        ({"group_id": "g"}, "unknown field"),
        ({"status": "paused"}, "unknown field"),
    ],
)
def test_what_is_not_documented_is_refused(ann: Person, body: dict[str, Any], why: str) -> None:
    whole = {"kind": "webhook", "name": "Sales", "url": "https://acme.example/x"} | body
    refused = ann.post(f"{ann.place}/connections", **whole)
    answer = refused.expect(400)
    assert answer["Code"] == "InvalidRequest"
    assert why in answer["Message"]


def test_connecting_again_under_one_key_connects_once_and_tells_the_secret_once(ann: Person) -> None:
    body = {"kind": "webhook", "name": "Wall", "url": "https://acme.example/x"}
    key = str(uuid.uuid4())
    path = f"{ann.place}/connections"
    first = ann.call("POST", path, body, Idempotency_Key=key).expect(201)
    second = ann.call("POST", path, body, Idempotency_Key=key).expect(201)
    assert first["signing_secret"].startswith("whsec_")
    assert len(base64.b64decode(first["signing_secret"][6:])) == 32
    assert (second["signing_secret"], second["connection"]) == (None, first["connection"])
    assert len(ann.get(path).expect(200)["items"]) == 1


def test_a_key_of_somebody_elses_connection_is_used_already(ann: Person, ben: Person) -> None:
    group_id = gathers(ann, ben)
    channel = connects(ann, group_id=group_id)
    path = f"{ben.place}/groups/{group_id}/connections"
    body = {"kind": "slack", "name": "Mine", "url": SLACK}
    refused = ben.call("POST", path, body, Idempotency_Key=channel.connection_id).expect(409)
    assert refused["Code"] == "AlreadyExists"
    here = ann.call("POST", f"{ann.place}/connections", body, Idempotency_Key=channel.connection_id)
    assert here.expect(409)["Code"] == "AlreadyExists"


def test_a_workspace_and_each_group_have_ten_connections(ann: Person, ben: Person) -> None:
    group_id = gathers(ann, ben)
    channels = [connects(ann) for _ in range(MOST_CONNECTIONS)]
    refused = asks_to_connect(ann, "slack", SLACK).expect(409)
    assert (refused["Code"], "10 connections" in refused["Message"]) == ("TooManyConnections", True)
    connects(ann, group_id=group_id)
    ann.delete(channels[0].path).expect(204)
    ann.delete(channels[0].path).expect(404)
    connects(ann)
    asks_to_connect(ann, "slack", SLACK).expect(409)


def test_ten_are_the_most_also_for_who_connect_at_once(ann: Person) -> None:
    for _ in range(MOST_CONNECTIONS - 1):
        connects(ann)
    given = ann.world.at_once(*[lambda: asks_to_connect(ann, "slack", SLACK).status] * 4)
    assert sorted(given) == [201, 409, 409, 409]


def test_a_test_shows_the_real_answer(slack: Channel) -> None:
    tried = slack.tests()
    assert (tried["accepted"], tried["status"], tried["answer"]) == (True, 200, "ok")
    assert tried["sentence"] == "It was accepted."
    [post] = slack.box.posts
    assert post.json["text"].startswith("Earshot can post here: what is new in Acme")
    assert tried["connection"]["last_accepted_at"] == tried["connection"]["last_tried_at"]
    assert slack.seen() == tried["connection"]


@pytest.mark.parametrize(
    ("answer", "status", "text", "means"),
    [
        (listener.says(404, "no_service"), 404, "no_service", "attention"),
        (listener.says(400, "invalid_payload"), 400, "invalid_payload", "active"),
        (listener.says(500, "x" * 1000), 500, "x" * 300, "active"),
        (listener.says(429, "rate_limited", Retry_After="3"), 429, "rate_limited", "active"),
        (listener.cuts, None, "", "active"),
    ],
)
def test_a_test_that_fails_shows_the_real_answer_too(
    slack: Channel, answer: Any, status: int | None, text: str, means: str
) -> None:
    slack.box.answers_with(answer)
    tried = slack.tests()
    assert (tried["accepted"], tried["status"], tried["answer"]) == (False, status, text)
    assert tried["connection"]["status"] == means
    assert tried["sentence"] == tried["connection"]["last_said"]


def test_an_answer_that_repeats_the_address_is_shown_without_it(slack: Channel) -> None:
    path = slack.box.url.partition("//")[2].partition("/")[2]
    slack.box.answers_with(listener.says(400, f"Cannot POST /{path} at {slack.box.url}"))
    assert slack.tests()["answer"] == "Cannot POST … at …"


def test_a_host_is_tried_once_in_its_time(ann: Person) -> None:
    teams = connects(ann, "teams")
    teams.tests()
    refused = ann.post(f"{teams.path}/test")
    assert refused.expect(429)["Code"] == "QuotaReached"
    assert 1 <= int(refused.headers["Retry-After"]) <= 15
    assert len(teams.box.posts) == 1


def test_two_who_try_at_once_post_once(ann: Person) -> None:
    teams = connects(ann, "teams")
    given = ann.world.at_once(*[lambda: ann.post(f"{teams.path}/test").status] * 3)
    assert sorted(given) == [200, 429, 429]
    assert len(teams.box.posts) == 1


def test_who_does_not_see_the_card_gets_the_other_kind(ann: Person) -> None:
    teams = connects(ann, "teams")
    teams.tests()
    assert teams.changes(style="card")["style"] == "card"
    teams.rests().tests()
    first, second = (post.json for post in teams.box.posts)
    assert first["type"] == "message"
    assert second == first["attachments"][0]["content"]


def test_a_program_can_verify_who_posts(ann: Person) -> None:
    program = connects(ann, "webhook")
    assert program.signing_secret
    program.tests()
    [post] = program.box.posts
    assert post.json["type"] == "test"
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    key = base64.b64decode(program.signing_secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert post.headers["webhook-signature"] == f"v1,{digest}"


def test_a_connection_is_renamed_switched_and_paused(slack: Channel) -> None:
    changed = slack.changes(name="Our wall", events=["question_asked", "open_call"], status="paused")
    assert (changed["name"], changed["status"]) == ("Our wall", "paused")
    assert changed["events"] == ["open_call", "question_asked"]
    assert slack.seen() == changed
    assert slack.changes(status="active")["status"] == "active"
    assert slack.changes() == slack.seen()
    assert slack.tests()["accepted"]


def test_a_paused_connection_that_is_tried_stays_paused(slack: Channel) -> None:
    slack.changes(status="paused")
    slack.box.answers_with(listener.says(404, "no_service"))
    assert slack.tests()["connection"]["status"] == "paused"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"events": ["round_opened"]}, "never happen for whom this connection is"),
        ({"events": ["nonsense"]}, "Invalid enum value 'nonsense'"),
        ({"events": ["open_call"] * 9}, "length <= 8"),
        ({"style": "card"}, "only connections to Teams"),
        ({"status": "attention"}, "Invalid enum value 'attention'"),
        ({"url": SLACK}, "unknown field"),
        ({"name": " "}, "must not be empty"),
    ],
)
def test_what_a_connection_cannot_have_is_refused(slack: Channel, body: dict[str, Any], why: str) -> None:
    refused = slack.person.patch(slack.path, **body).expect(400)
    assert (refused["Code"], why in refused["Message"]) == ("InvalidRequest", True)


def test_a_groups_connections_are_its_members_and_nobody_elses(ann: Person, ben: Person) -> None:
    cleo = ann.invites("cleo@acme.example")
    group_id = gathers(ben, cleo)
    circle = connects(ben, group_id=group_id)
    path = f"{ann.place}/groups/{group_id}/connections"
    assert [each["name"] for each in cleo.get(path).expect(200)["items"]] == ["Sales"]
    assert "round_opened" in circle.seen()["events"]
    assert "expertise_shared" not in circle.seen()["possible_events"]
    assert ann.get(f"{ann.place}/connections").expect(200)["items"] == []
    for answer in (
        ann.get(path),
        asks_to_connect(ann, "slack", SLACK, group_id),
        ann.patch(circle.path, name="Mine"),
        ann.post(f"{circle.path}/test"),
        ann.delete(circle.path),
    ):
        answer.expect(404)
    leaves(cleo, group_id).expect(204)
    cleo.patch(circle.path, name="Mine").expect(404)
    ben.delete(circle.path).expect(204)


def test_what_is_sealed_opens_only_where_it_was_sealed(ann: Person) -> None:
    first, second = (
        Connection.get(ann.workspace_id, each.connection_id) for each in (connects(ann), connects(ann))
    )
    assert first.secret.url.startswith("http://127.0.0.1:")
    first.sealed, second.sealed = second.sealed, first.sealed
    with pytest.raises(InvalidTag):
        _ = first.secret
    sealed = keys.seal("x", "a", "b")
    assert keys.unseal(sealed, "a", "b") == "x"
    assert keys.seal("x", "a", "b") != sealed
    with pytest.raises(InvalidTag):
        keys.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), "a", "b")
    assert "hooks" not in repr(Secret(SLACK))
