"""What happened: who is told of it, page by page, and who never is."""

import copy
import json
import uuid
from typing import Any

import pytest
import uuid6

from chalicelib import times
from chalicelib.activity.models import Activity
from chalicelib.workspaces.models import Member
from tests import wire
from tests.tracks.audio import mp3
from tests.world import Person, World


def told(person: Person, **query: Any) -> list[dict[str, Any]]:
    """What a person is told, newest first, through every page."""
    happened: list[dict[str, Any]] = []
    after = ""
    limit = query.get("limit", 100)
    while True:
        page = person.get(f"{person.place}/activity?limit={limit}{after}").expect(200)
        assert len(page["items"]) <= limit
        happened += page["items"]
        if page["next"] is None:
            return happened
        after = f"&after={page['next']}"


def tracks(person: Person) -> list[str]:
    return [each["track_id"] for each in told(person) if each["track_id"]]


def test_what_everybody_may_know_everybody_is_told_newest_first(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1), title="How I open a call")
    newest, joined, created = told(ben)
    assert (newest["kind"], newest["track_id"], newest["title"]) == (
        "track_published",
        track_id,
        "How I open a call",
    )
    assert newest["actor"] == {"member_id": ann.member_id, "name": "Ann"}
    assert (joined["kind"], joined["actor"]["name"]) == ("member_joined", "Ben")
    assert (created["kind"], created["actor"]["name"]) == ("workspace_created", "Ann")
    assert told(ann) == told(ben)


def test_a_track_for_oneself_is_told_to_nobody_else(ann: Person, ben: Person, eve: Person) -> None:
    track_id = ann.records(mp3(1), consent={"audience": "me"})
    assert tracks(ann) == [track_id]
    assert tracks(ben) == []
    assert tracks(eve) == []


def test_a_track_that_is_narrowed_disappears_and_widened_comes_back_once(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    path = f"{ann.place}/tracks/{track_id}"
    assert tracks(ben) == [track_id]
    ann.patch(path, consent={"audience": "me"}).expect(200)
    assert tracks(ben) == []
    ann.patch(path, consent={"audience": "workspace"}).expect(200)
    assert track_id in tracks(ben)


def test_a_track_taken_back_disappears_from_what_happened(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    assert tracks(ben) == tracks(ann) == []


def test_a_title_is_the_present_one(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1), title="Before")
    ann.patch(f"{ann.place}/tracks/{track_id}", title="After").expect(200)
    assert next(each["title"] for each in told(ben) if each["track_id"] == track_id) == "After"


def test_what_only_the_streams_readers_need_is_shown_to_nobody(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    ann.post(f"{ann.place}/invitations", emails=["cleo@acme.example"]).expect(201)
    ann.patch(f"{ann.place}/tracks/{track_id}", title="Another").expect(200)
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Annie").expect(200)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    for person in (ann, ben):
        text = json.dumps(told(person))
        assert {each["kind"] for each in told(person)} == {"workspace_created", "member_joined"}
        for secret in ("details", "invitation_id", "media/", "uploads/", "cleo@", "keys"):
            assert secret not in text


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_lose_and_repeat_nothing_across_audiences(ann: Person, ben: Person, limit: int) -> None:
    sample = ann.records(mp3(1))
    for number in range(9):  # of the workspace, of one's own, and what is never told, all mixed
        for audience_key, kind in (
            (f"w#{ann.workspace_id}", "track_published"),
            (f"m#{ann.member_id}", "track_published"),
            (f"m#{ann.member_id}", "member_renamed"),
        )[number % 2 :]:
            copied(ann, audience_key, kind, sample)
    whole = told(ann)
    assert len(whole) == 1 + 5 + 9 + 2  # recorded, for all, for herself, joined and created
    assert told(ann, limit=limit) == whole
    assert len(told(ben, limit=limit)) == 1 + 5 + 0 + 2


def copied(ann: Person, audience_key: str, kind: str, track_id: str) -> None:
    """An activity about a track, written where only Ann or everybody reads."""
    Activity(
        audience_key,
        str(uuid6.uuid7()),
        kind=kind,
        workspace_id=ann.workspace_id,
        actor_id=ann.member_id,
        at=times.now(),
        track_id=track_id,
        details={"secret": str(uuid.uuid4())},
        expires_at=2**31,
    ).save()


def test_who_has_joined_this_moment_is_named(ann: Person, ben: Person) -> None:
    with wire.made() as calls:
        assert told(ann)[0]["actor"]["name"] == "Ben"
    [names] = [call for call in calls if call.operation == "BatchGetItem" and call.tables == ["members"]]
    [of_members] = names.request["RequestItems"].values()
    assert of_members["ConsistentRead"]


def test_of_who_is_gone_for_good_nothing_is_told(ann: Person, ben: Person) -> None:
    Member(ben.workspace_id, ben.member_id).delete()
    assert [each["kind"] for each in told(ann)] == ["workspace_created"]


def react(world: World, records: list[dict[str, Any]]) -> list[str]:
    """The sequence numbers from which Lambda would deliver again."""
    answer = world.app.react_to_activity({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_records_that_come_twice_change_nothing_twice(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1), title="Before")
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Annie").expect(200)
    consent = {"audience": "workspace", "public_link": True, "named_publicly": True}
    ann.patch(f"{ann.place}/tracks/{track_id}", title="After", consent=consent).expect(200)
    records = world.stream_records()
    assert react(world, records) == []
    after_once = ann.track(track_id), ann.hears(track_id), world.objects("media/")
    assert react(world, records) == []
    assert (ann.track(track_id), ann.hears(track_id), world.objects("media/")) == after_once
    assert after_once[0]["speaker"]["name"] == "Annie"


def test_a_track_taken_back_twice_in_the_stream_is_erased_once_and_for_all(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    records = world.stream_records()
    assert react(world, records + records) == []
    assert world.objects("") == []


def test_a_record_that_fails_holds_back_what_follows_until_it_succeeds(world: World, ann: Person) -> None:
    ann.post(f"{ann.place}/invitations", emails=[f"p{n}@acme.example" for n in range(3)]).expect(201)
    records = world.stream_records()
    invitations = [
        record for record in records if record["dynamodb"]["NewImage"]["kind"]["S"] == "member_invited"
    ]
    with wire.refusing("ServiceUnavailable", service="sesv2", after=1, times=1):
        failed = react(world, records)
    assert failed == [invitations[1]["dynamodb"]["SequenceNumber"]]
    assert len(world.mails()) == 1
    again = records[records.index(invitations[1]) :]
    assert react(world, again) == []
    assert len(world.mails()) == 3


def test_what_is_not_new_or_not_known_follows_nothing(world: World, ann: Person) -> None:
    ann.post(f"{ann.place}/invitations", emails=["ben@acme.example"]).expect(201)
    [*_, record] = world.stream_records()
    unknown = copy.deepcopy(record)
    unknown["dynamodb"]["NewImage"]["kind"]["S"] = "kind_of_a_later_version"
    unknown["dynamodb"]["NewImage"]["added_later"] = {"S": "by a later version"}
    expired = {
        "eventName": "REMOVE",
        "dynamodb": {"SequenceNumber": "1", "OldImage": record["dynamodb"]["NewImage"]},
    }
    changed = record | {"eventName": "MODIFY"}
    with wire.counted() as calls:
        assert react(world, [unknown, expired, changed]) == []
    assert calls == []
    assert world.mails() == []
