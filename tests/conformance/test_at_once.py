"""What several people do at the same moment, on a DynamoDB that really cancels transactions."""

from functools import partial

import pytest

from chalicelib.tracks import uploads
from tests.world import Person, World

TRACK = {"title": "At once", "content_type": "audio/mpeg", "size_bytes": 1000}


def test_twenty_announcements_at_once_hold_the_quota(
    world: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_UPLOADS_A_DAY", 12)
    announce = partial(ann.call, "POST", f"{ann.place}/tracks", TRACK)
    answers = world.at_once(*[announce] * 20)
    assert sorted(answer.status for answer in answers) == [201] * 12 + [429] * 8
    assert len(ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"]) == 12


def test_an_announcement_sent_eight_times_at_once_is_one_track(world: World, ann: Person) -> None:
    key = "0190f6a0-0000-7000-8000-000000000001"
    announce = partial(ann.call, "POST", f"{ann.place}/tracks", TRACK, Idempotency_Key=key)
    answers = world.at_once(*[announce] * 8)
    assert {answer.expect(201)["track"]["track_id"] for answer in answers} == {key}
    assert len(ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"]) == 1


def test_an_invitation_accepted_eight_times_at_once_makes_one_member(world: World, ann: Person) -> None:
    ann.post(f"{ann.place}/invitations", emails=["ben@acme.example"]).expect(201)
    ben = world.person("ben@acme.example")
    answers = world.at_once(*[partial(ben.post, f"{ann.place}/invitations/accept")] * 8)
    assert len({answer.expect(201)["member_id"] for answer in answers}) == 1
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 2
    happened = ann.get(f"{ann.place}/activity").expect(200)["items"]
    assert [each["kind"] for each in happened].count("member_joined") == 1


def test_of_two_admins_who_demote_each_other_at_once_one_stays(
    world: World, ann: Person, ben: Person
) -> None:
    ann.patch(f"{ann.place}/members/{ben.member_id}", role="admin").expect(200)
    ids = {person.email: person.member_id for person in (ann, ben)}
    answers = world.at_once(
        partial(ann.patch, f"{ann.place}/members/{ids[ben.email]}", role="member"),
        partial(ben.patch, f"{ann.place}/members/{ids[ann.email]}", role="member"),
    )
    # Who comes second is told that somebody was faster, or is no admin any more.
    assert sorted(answer.status for answer in answers)[0] == 200
    assert sorted(answer.status for answer in answers)[1] in (404, 409)
    members = ann.get(f"{ann.place}/members").expect(200)["items"]
    assert [member["role"] for member in members].count("admin") == 1


def test_eight_admins_who_step_down_at_once_leave_one(world: World, ann: Person) -> None:
    admins = [ann, *(ann.invites(f"admin{number}@acme.example") for number in range(7))]
    ids = [admin.member_id for admin in admins]
    for member_id in ids[1:]:
        ann.patch(f"{ann.place}/members/{member_id}", role="admin").expect(200)
    step_down = [
        partial(admin.patch, f"{ann.place}/members/{member_id}", role="member")
        for admin, member_id in zip(admins, ids, strict=True)
    ]
    answers = world.at_once(*step_down)
    refused = [answer for answer in answers if answer.status != 200]
    assert [answer.expect(409)["Code"] for answer in refused] == ["LastAdmin"]
    members = ann.get(f"{ann.place}/members").expect(200)["items"]
    assert [member["role"] for member in members].count("admin") == 1
