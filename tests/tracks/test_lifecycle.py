"""A track from its announcement to its end, through the API, the queue and the stream."""

import json
from datetime import timedelta

import pytest
import requests
from moto.core import DEFAULT_ACCOUNT_ID

from chalicelib import settings, times
from chalicelib.tracks import processing
from chalicelib.tracks.models import UPLOAD, Track
from tests.tracks.audio import mp3
from tests.world import Person, World, upload


def test_a_voice_reaches_a_colleague(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2), title="How I open a call")
    seen = ben.track(track_id)
    assert seen["status"] == "ready"
    assert seen["title"] == "How I open a call"
    assert seen["speaker"]["name"] == "Ann"
    assert seen["revision"] == 1
    assert abs(seen["duration_ms"] - 2000) < 100
    [listed] = ben.get(f"{ben.place}/tracks").expect(200)["items"]
    assert listed["track_id"] == track_id
    assert ben.hears(track_id)[:3] == b"ID3"
    happened = ben.get(f"{ben.place}/activity").expect(200)["items"]
    assert next((each["kind"], each["title"]) for each in happened) == (
        "track_published",
        "How I open a call",
    )


def test_the_upload_is_gone_and_the_media_key_says_nothing(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    assert world.objects("uploads/") == []
    [key] = world.objects("media/")
    assert track_id not in key
    assert ann.workspace_id not in key


def test_an_announcement_can_be_repeated(ann: Person, eve: Person, ben: Person) -> None:
    key = "0190f6a0-0000-7000-8000-000000000001"
    body = {"title": "Once", "content_type": "audio/mpeg", "size_bytes": 10}
    first = ann.call("POST", f"{ann.place}/tracks", body, Idempotency_Key=key).expect(201)
    again = ann.call("POST", f"{ann.place}/tracks", body, Idempotency_Key=key).expect(201)
    assert first["track"]["track_id"] == again["track"]["track_id"] == key
    assert again["upload"]["fields"]["key"] == first["upload"]["fields"]["key"]
    assert len(ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"]) == 1
    taken = ben.call("POST", f"{ben.place}/tracks", body, Idempotency_Key=key).expect(409)
    assert taken["Code"] == "AlreadyExists"
    eve.call("POST", f"{eve.place}/tracks", body, Idempotency_Key=key).expect(201)


def test_a_duplicate_event_changes_nothing(world: World, ann: Person) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    [message] = world.messages()
    event = {"Records": [message]}
    assert world.app.process_uploads(event, None) == {"batchItemFailures": []}
    before = Track.get(ann.workspace_id, created["track"]["track_id"]).to_simple_dict()
    assert world.app.process_uploads(event, None) == {"batchItemFailures": []}
    assert Track.get(ann.workspace_id, created["track"]["track_id"]).to_simple_dict() == before
    kinds = [each["kind"] for each in ann.get(f"{ann.place}/activity").expect(200)["items"]]
    assert kinds.count("track_published") == 1


def test_the_test_event_of_s3_names_nothing(world: World) -> None:
    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    message = {"messageId": "1", "body": body}
    assert world.app.process_uploads({"Records": [message]}, None) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"Records": [{"s3": {"object": {"key": "media/x"}}}]}',
        '{"Records": [{}]}',
    ],
)
def test_a_poison_message_fails_alone(world: World, ann: Person, body: str) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    messages = [{"messageId": "poison", "body": body}, *world.messages()]
    answer = world.app.process_uploads({"Records": messages}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert ann.track(created["track"]["track_id"])["status"] == "ready"


def test_a_crash_in_the_middle_is_taken_up_when_the_lease_has_run_out(world: World, ann: Person) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    [arrived] = processing.arrived_in(world.messages()[0]["body"])
    now = times.now()
    assert processing._claim(arrived, now) is not None  # and the process dies
    assert ann.track(arrived.track_id)["status"] == "processing"
    with pytest.raises(processing.StillProcessing):
        processing.process(arrived, now=now + timedelta(seconds=60))
    processing.process(arrived, now=now + processing.LEASE + timedelta(seconds=1))
    assert ann.track(arrived.track_id)["status"] == "ready"


def test_what_cannot_be_processed_is_rejected_and_can_be_sent_through_again(
    world: World, ann: Person
) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    messages = world.messages()
    assert world.app.reject_dead_uploads({"Records": messages}, None) == {"batchItemFailures": []}
    track = ann.track(created["track"]["track_id"])
    assert track["status"] == "rejected"
    assert "again" in track["reason"]
    assert world.objects("uploads/") != []
    world.app.process_uploads({"Records": messages}, None)
    assert ann.track(created["track"]["track_id"])["status"] == "ready"


def test_a_late_event_of_a_replaced_upload_is_ignored(world: World, ann: Person) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    late = world.messages()
    renewed = ann.post(
        f"{ann.place}/tracks/{created['track']['track_id']}/uploads",
        content_type="audio/mpeg",
        size_bytes=100_000,
    ).expect(201)
    upload(renewed["upload"], mp3(3))
    world.settle()
    world.app.process_uploads({"Records": late}, None)
    track = ann.track(created["track"]["track_id"])
    assert (track["status"], track["revision"]) == ("ready", 1)
    assert abs(track["duration_ms"] - 3000) < 100
    assert world.objects("uploads/") == []


def test_a_file_that_is_not_audio_is_rejected_and_another_can_be_tried(world: World, ann: Person) -> None:
    track_id = ann.records(b"not audio at all", title="Oops")
    track = ann.track(track_id)
    assert track["status"] == "rejected"
    assert track["reason"]
    renewed = ann.post(
        f"{ann.place}/tracks/{track_id}/uploads", content_type="audio/mpeg", size_bytes=100_000
    ).expect(201)
    assert renewed["track"]["status"] == "awaiting_upload"
    upload(renewed["upload"], mp3(2))
    world.settle()
    assert ann.track(track_id)["status"] == "ready"


def test_what_is_not_ready_is_its_speakers_alone(ann: Person, ben: Person) -> None:
    waiting = ann.announces()["track"]["track_id"]
    ben.get(f"{ben.place}/tracks/{waiting}").expect(404)
    ann.get(f"{ann.place}/tracks/{waiting}/audio").expect(409)
    assert ben.get(f"{ben.place}/tracks").expect(200)["items"] == []
    [mine] = ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"]
    assert mine["status"] == "awaiting_upload"


def test_a_track_never_uploaded_is_hidden_after_a_day_and_gone_after_fifteen(
    world: World, ann: Person
) -> None:
    track_id = ann.announces()["track"]["track_id"]
    track = Track.get(ann.workspace_id, track_id)
    assert track.expires_at == times.epoch(track.created_at + timedelta(days=15))
    track.update(actions=[UPLOAD.created_at.set(times.now() - timedelta(hours=25))])
    assert ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"] == []
    ann.get(f"{ann.place}/tracks/{track_id}").expect(200)
    track.update(actions=[Track.expires_at.set(times.epoch(times.now()) - 1)])
    ann.get(f"{ann.place}/tracks/{track_id}").expect(404)


def test_recording_anew_is_a_revision_under_the_same_link(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    renewed = ann.post(
        f"{ann.place}/tracks/{track_id}/uploads", content_type="audio/mpeg", size_bytes=100_000
    ).expect(201)
    assert renewed["track"]["new_revision"] == {"status": "awaiting_upload", "reason": None}
    assert ben.track(track_id)["new_revision"] is None
    upload(renewed["upload"], mp3(3))
    world.settle()
    seen = ben.track(track_id)
    assert (seen["revision"], seen["status"], seen["new_revision"]) == (2, "ready", None)
    assert abs(seen["duration_ms"] - 3000) < 100
    kinds = [each["kind"] for each in ben.get(f"{ben.place}/activity").expect(200)["items"]]
    assert kinds[0] == "track_revised"


def test_a_revision_that_is_refused_leaves_the_old_one(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    renewed = ann.post(
        f"{ann.place}/tracks/{track_id}/uploads", content_type="audio/mpeg", size_bytes=100
    ).expect(201)
    upload(renewed["upload"], b"noise")
    world.settle()
    assert ann.track(track_id)["new_revision"]["status"] == "rejected"
    assert ann.track(track_id)["revision"] == 1
    assert ben.hears(track_id)


def test_a_rename_reaches_the_file(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2), title="Before")
    before = ann.hears(track_id)
    assert b"After" not in before
    answer = ann.patch(f"{ann.place}/tracks/{track_id}", title="After").expect(200)
    assert answer["title"] == "After"
    world.settle()
    assert b"After" in ann.hears(track_id).replace(b"\x00", b"")


def test_the_file_names_the_speaker_only_with_consent(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    assert b"Ann" not in ann.hears(track_id)
    consent = {"audience": "workspace", "public_link": True, "named_publicly": True}
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=consent).expect(200)
    world.settle()
    assert b"Ann" in ann.hears(track_id).replace(b"\x00", b"")


def test_a_stale_version_gets_the_current_state(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    version = ann.track(track_id)["version"]
    path = f"{ann.place}/tracks/{track_id}"
    ann.call("PATCH", path, {"title": "One"}, If_Match=str(version)).expect(200)
    stale = ann.call("PATCH", path, {"title": "Two"}, If_Match=str(version)).expect(409)
    assert (stale["Code"], stale["Current"]["title"]) == ("StaleVersion", "One")


def test_narrowing_and_widening_decide_who_hears(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2), consent={"audience": "me"})
    ben.get(f"{ben.place}/tracks/{track_id}").expect(404)
    assert ben.get(f"{ben.place}/tracks?speaker={ann.member_id}").expect(200)["items"] == []
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "workspace"}).expect(200)
    assert ben.track(track_id)["title"] == "A pitch"
    [told] = [
        each
        for each in ben.get(f"{ben.place}/activity").expect(200)["items"]
        if each["kind"] == "track_published"
    ]
    assert told["track_id"] == track_id
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)
    ben.get(f"{ben.place}/tracks/{track_id}/audio").expect(404)
    assert all(each["track_id"] != track_id for each in ben.get(f"{ben.place}/activity").expect(200)["items"])


def test_a_track_taken_back_is_gone_with_its_audio(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    ben.delete(f"{ben.place}/tracks/{track_id}").expect(404)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    ann.get(f"{ann.place}/tracks/{track_id}").expect(404)
    world.settle()
    assert world.objects("") == []


def test_a_track_taken_back_while_it_is_processed_stays_gone(world: World, ann: Person) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(2))
    messages = world.messages()
    ann.delete(f"{ann.place}/tracks/{created['track']['track_id']}").expect(204)
    world.app.process_uploads({"Records": messages}, None)
    world.settle()
    assert world.objects("") == []


def test_a_new_name_reaches_the_tracks(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Ann Example").expect(200)
    world.settle()
    assert ben.track(track_id)["speaker"]["name"] == "Ann Example"


def test_quotas_are_said_and_hold(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.tracks import uploads

    monkeypatch.setattr(uploads, "MOST_UPLOADS_A_DAY", 2)
    ann.announces()
    ann.announces()
    body = {"title": "x", "content_type": "audio/mpeg", "size_bytes": 1}
    refused = ann.call("POST", f"{ann.place}/tracks", body)
    assert refused.expect(429)["Code"] == "QuotaReached"
    assert "2 files" in refused.body["Message"]
    assert int(refused.headers["Retry-After"]) > 0


def test_the_form_is_bound_to_key_type_and_size(ann: Person) -> None:
    created = ann.announces(size_bytes=1000)
    fields = created["upload"]["fields"]
    assert fields["key"].startswith(f"uploads/{ann.workspace_id}/{created['track']['track_id']}/")
    assert fields["Content-Type"] == "audio/mpeg"
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_the_audio_url_is_signed_for_five_minutes_with_our_own_type(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    url = ann.get(f"{ann.place}/tracks/{track_id}/audio").expect(200)["url"]
    assert "X-Amz-Expires=300" in url
    assert requests.get(url, timeout=5).headers["Content-Type"] == "audio/mpeg"
    assert DEFAULT_ACCOUNT_ID in settings.MEDIA_BUCKET
