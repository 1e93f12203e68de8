"""Processing that stops in the middle, runs twice, or is overtaken by what people do meanwhile."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import batches, settings, times
from chalicelib.tracks import processing, uploads
from chalicelib.tracks.models import MOST_FORMER, Revision, Track
from tests import wire
from tests.tracks.audio import flac, mp3
from tests.tracks.stored import kept, superseded
from tests.world import Person, World, upload

FILE = {"content_type": "audio/mpeg", "size_bytes": 1_000_000}
OF_DYNAMODB = ["UpdateItem tracks", "GetItem workspaces", "TransactWriteItems activity tracks"]
OF_S3 = ["HeadObject", "GetObject", "GetObject", "PutObject", "DeleteObject"]
CALLS_OF_PROCESSING = len(OF_DYNAMODB) + len(OF_S3)
LATER = processing.LEASE + timedelta(seconds=1)


def arrives(world: World, ann: Person, audio: bytes, **more: Any) -> tuple[str, str]:
    """A track whose upload has arrived in the bucket, and the message that says so."""
    created = ann.announces(size_bytes=len(audio), **more)
    upload(created["upload"], audio)
    [message] = world.messages()
    return created["track"]["track_id"], message["body"]


def arrives_anew(world: World, ann: Person, track_id: str, audio: bytes) -> str:
    """The message that says that another file for this track has arrived."""
    renewed = ann.post(f"{ann.place}/tracks/{track_id}/uploads", **FILE).expect(201)
    upload(renewed["upload"], audio)
    [message] = world.messages()
    return str(message["body"])


def processed(body: str, now: datetime | None = None) -> None:
    """Process a message as its queue has it done: what goes wrong is written down, and comes again."""
    broken: list[AssertionError] = []

    def handle(body: str, *, now: datetime) -> None:
        try:
            processing.process_message(body, now=now)
        except AssertionError as error:  # of what was done meanwhile
            broken.append(error)

    batches.each({"Records": [{"messageId": "1", "body": body}]}, handle, now=lambda: now or times.now())
    assert broken == []


def kinds(ann: Person) -> list[str]:
    return [each["kind"] for each in ann.get(f"{ann.place}/activity").expect(200)["items"]]


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done and not answered"])
@pytest.mark.parametrize("nth", range(1, CALLS_OF_PROCESSING + 1))
def test_an_attempt_that_dies_at_any_call_is_made_good_by_the_next(
    world: World, ann: Person, nth: int, done: bool
) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    with wire.failing(nth, done=done):
        processed(body)
    processed(body, times.now() + LATER)
    track = ann.track(track_id)
    assert (track["status"], track["revision"], track["version"]) == ("ready", 1, 2)
    assert kinds(ann).count("track_published") == 1
    assert world.objects("uploads/") == []
    assert world.objects("media/") == [Track.get(ann.workspace_id, track_id).media_key]
    assert ann.hears(track_id)[:3] == b"ID3"


def test_those_are_all_calls_of_processing(world: World, ann: Person) -> None:
    _, body = arrives(world, ann, mp3(1))
    with wire.counted("dynamodb") as of_dynamodb, wire.counted("s3") as of_s3:
        processing.process_message(body, now=times.now())
    assert of_dynamodb == OF_DYNAMODB
    assert of_s3 == OF_S3


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done and not answered"])
@pytest.mark.parametrize("nth", range(1, 4))
def test_a_rejection_that_dies_at_any_call_is_made_good_by_the_next(
    world: World, ann: Person, nth: int, done: bool
) -> None:
    track_id, body = arrives(world, ann, b"not audio at all")
    with wire.failing(nth, done=done):
        processed(body)
    processed(body, times.now() + LATER)
    assert ann.track(track_id)["status"] == "rejected"
    assert world.objects("") == []


def rename(ann: Person, track_id: str) -> None:
    ann.patch(f"{ann.place}/tracks/{track_id}", title="Meanwhile").expect(200)


def name_publicly(ann: Person, track_id: str) -> None:
    consent = {"public_link": True, "named_publicly": True}
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=consent).expect(200)


def narrow(ann: Person, track_id: str) -> None:
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)


def call_oneself(ann: Person, track_id: str) -> None:
    consent = {"public_link": True, "named_publicly": True}
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=consent).expect(200)
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Ann Other").expect(200)


STEPS = ["HeadObject", "PutObject", "TransactWriteItems", "DeleteObject"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("change", [rename, name_publicly, narrow, call_oneself])
def test_what_is_changed_while_a_track_is_processed_holds(
    world: World, ann: Person, ben: Person, change: Callable[[Person, str], None], step: str
) -> None:
    track_id, body = arrives(world, ann, mp3(1), title="Before")
    with wire.overtaken(step, lambda: change(ann, track_id)):
        processed(body)
    world.settle()
    track = ann.track(track_id)
    heard = ann.hears(track_id)
    assert track["status"] == "ready"
    assert track["title"].encode() in heard
    assert (b"TPE1" in heard) == track["consent"]["named_publicly"]
    if track["consent"]["named_publicly"]:
        assert track["speaker"]["name"].encode() in heard
    seen = ben.get(f"{ben.place}/tracks/{track_id}").status
    assert seen == (404 if track["consent"]["audience"] == "me" else 200)
    assert kept(world) == [Track.get(ann.workspace_id, track_id).media_key]
    assert world.objects("uploads/") == []


@pytest.mark.parametrize("step", ["HeadObject", "GetObject", *STEPS[1:]])
def test_a_track_taken_back_at_any_step_leaves_nothing(world: World, ann: Person, step: str) -> None:
    track_id, body = arrives(world, ann, mp3(1))

    def take_back() -> None:
        ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
        world.settle()

    with wire.overtaken(step, take_back):
        processed(body)
    processed(body)
    world.settle()
    ann.get(f"{ann.place}/tracks/{track_id}").expect(404)
    assert world.objects("") == []


@pytest.mark.parametrize("step", ["PutObject", "TransactWriteItems"])
def test_a_track_taken_back_while_an_attempt_dies_leaves_nothing(
    world: World, ann: Person, step: str
) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    with wire.cut_off(step, service="s3" if step == "PutObject" else "dynamodb", times=3):
        processed(body)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    world.settle()
    processed(body)
    assert world.objects("") == []


def test_a_second_attempt_waits_for_the_first(world: World, ann: Person) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    seen = []

    def second() -> None:
        with pytest.raises(processing.StillProcessing):
            processing.process_message(body, now=times.now())
        seen.append(ann.track(track_id)["status"])

    with wire.overtaken("HeadObject", second):
        processing.process_message(body, now=times.now())
    assert seen == ["processing"]
    assert ann.track(track_id)["status"] == "ready"


@pytest.mark.parametrize("step", ["HeadObject", "PutObject", "TransactWriteItems"])
def test_an_attempt_that_outlives_its_lease_does_no_harm(world: World, ann: Person, step: str) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    with wire.overtaken(step, lambda: processing.process_message(body, now=times.now() + LATER)):
        processed(body)
    processed(body, times.now() + 3 * LATER)
    assert ann.track(track_id)["revision"] == 1
    assert kinds(ann).count("track_published") == 1
    assert world.objects("uploads/") == []
    assert world.objects("media/") == [Track.get(ann.workspace_id, track_id).media_key]
    assert ann.hears(track_id)[:3] == b"ID3"


def test_an_attempt_that_outlives_its_lease_leaves_the_upload_to_its_successor(
    world: World, ann: Person
) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    [arrived] = processing.arrived_in(body)
    now = times.now()

    def take_over() -> None:
        processing._claim(arrived, now + LATER)

    with wire.overtaken("PutObject", take_over), pytest.raises(processing.StillProcessing):
        processing.process(arrived, now=now)
    assert world.objects("uploads/") == [arrived.key]
    processing.process(arrived, now=now + 2 * LATER)
    assert ann.track(track_id)["status"] == "ready"


def test_recording_anew_waits_for_what_is_processed(world: World, ann: Person) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    answers = []

    def record_anew() -> None:
        answers.append(ann.post(f"{ann.place}/tracks/{track_id}/uploads", **FILE))

    with wire.overtaken("HeadObject", record_anew):
        processed(body)
    assert answers[0].expect(409)["Code"] == "NothingToUpload"
    assert ann.track(track_id)["status"] == "ready"


def test_an_upload_that_replaces_a_stuck_one_wins(world: World, ann: Person) -> None:
    track_id, stuck = arrives(world, ann, mp3(1))
    [arrived] = processing.arrived_in(stuck)
    processing._claim(arrived, times.now() - LATER)  # and the process dies
    anew = arrives_anew(world, ann, track_id, mp3(3))
    processed(stuck)
    processed(anew)
    assert abs(ann.track(track_id)["duration_ms"] - 3000) < 100
    assert world.objects("uploads/") == []
    assert world.objects("media/") == [Track.get(ann.workspace_id, track_id).media_key]


def test_events_out_of_order_leave_the_upload_that_counts(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    second = arrives_anew(world, ann, track_id, mp3(2))
    third = arrives_anew(world, ann, track_id, mp3(3))
    for body in (third, second, second, third):
        processed(body)
    track = ann.track(track_id)
    assert (track["revision"], track["new_revision"]) == (2, None)
    assert abs(track["duration_ms"] - 3000) < 100
    assert world.objects("uploads/") == []


def test_an_upload_of_another_type_and_size_is_what_its_bytes_say(world: World, ann: Person) -> None:
    created = ann.announces(content_type="audio/mpeg", size_bytes=5_000_000)
    upload(created["upload"], flac(2))
    world.settle()
    track = ann.track(created["track"]["track_id"])
    assert (track["status"], track["content_type"]) == ("ready", "audio/flac")
    assert track["size_bytes"] == len(ann.hears(track["track_id"]))


def test_the_upload_of_somebody_deactivated_meanwhile_is_processed(
    world: World, ann: Person, ben: Person
) -> None:
    track_id, body = arrives(world, ben, mp3(1))
    ann.patch(f"{ann.place}/members/{ben.member_id}", status="deactivated").expect(200)
    processed(body)
    assert ann.track(track_id)["status"] == "ready"
    ben.post(f"{ben.place}/tracks", title="x", **FILE).expect(404)


@pytest.mark.parametrize("encode", [quote, lambda key: quote(key, safe="")], ids=["/", "%2F"])
def test_keys_come_encoded(world: World, ann: Person, encode: Callable[[str], str]) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    [arrived] = processing.arrived_in(body)
    event = {"Records": [{"s3": {"object": {"key": encode(arrived.key), "size": 1}}, "eventVersion": "2.1"}]}
    processing.process_message(json.dumps(event), now=times.now())
    assert ann.track(track_id)["status"] == "ready"


def test_an_upload_that_is_not_there_any_more_is_said_to_be_missing(world: World, ann: Person) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    [key] = world.objects("uploads/")
    world.s3.delete_object(Bucket=settings.MEDIA_BUCKET, Key=key)
    processed(body)
    track = ann.track(track_id)
    assert (track["status"], "did not arrive" in track["reason"]) == ("rejected", True)
    assert Track.get(ann.workspace_id, track_id).upload.reason_code == "upload_missing"


def test_what_was_given_up_is_not_erased_by_an_event_that_comes_late(world: World, ann: Person) -> None:
    track_id, body = arrives(world, ann, mp3(1))
    now = times.now()

    def give_up() -> None:
        processing.reject_dead(body, now=now + LATER)

    [arrived] = processing.arrived_in(body)
    with wire.overtaken("PutObject", give_up), pytest.raises(processing.StillProcessing):
        processing.process(arrived, now=now)
    assert ann.track(track_id)["status"] == "rejected"
    assert world.objects("uploads/") == [arrived.key]
    processing.process(arrived, now=now + 2 * LATER)
    assert ann.track(track_id)["status"] == "ready"


def test_taking_back_erases_what_was_replaced_too(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    rename(ann, track_id)
    world.settle()
    processed(arrives_anew(world, ann, track_id, mp3(2)))
    name_publicly(ann, track_id)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    world.settle()
    assert kept(world) == []


def test_a_track_remembers_so_many_revisions(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    track = Track.get(ann.workspace_id, track_id)
    former = [
        Revision(revision=number, media_key=f"media/{number}", duration_ms=1, published_at=times.now())
        for number in range(MOST_FORMER)
    ]
    world.s3.put_object(Bucket=settings.MEDIA_BUCKET, Key="media/0", Body=b"the oldest")
    track.update(actions=[Track.former.set(former), Track.revision.set(MOST_FORMER)])
    processed(arrives_anew(world, ann, track_id, mp3(2)))
    world.settle()
    known = Track.get(ann.workspace_id, track_id).former
    assert len(known) == MOST_FORMER
    assert [known[0].media_key, known[-1].media_key] == ["media/1", track.media_key]
    assert superseded(world) == ["media/0"]


def test_a_rejected_track_tried_again_late_is_listed_and_gone_when_nothing_comes(
    world: World, ann: Person
) -> None:
    track_id = ann.records(b"noise")
    track = Track.get(ann.workspace_id, track_id)
    assert track.expires_at is None
    track.update(actions=[Track.created_at.set(times.now() - timedelta(days=3))])
    ann.post(f"{ann.place}/tracks/{track_id}/uploads", **FILE).expect(201)
    [listed] = ann.get(f"{ann.place}/tracks?speaker=me").expect(200)["items"]
    assert listed["status"] == "awaiting_upload"
    assert Track.get(ann.workspace_id, track_id).expires_at > times.epoch(times.now() + timedelta(days=14))


def test_a_ready_track_never_expires_for_a_new_revision(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    ann.post(f"{ann.place}/tracks/{track_id}/uploads", **FILE).expect(201)
    assert Track.get(ann.workspace_id, track_id).expires_at is None


def test_an_attempt_lasts_no_longer_than_its_lease() -> None:
    config = json.loads((Path(__file__).resolve().parents[2] / ".chalice" / "config.json").read_text())
    timeout = config["lambda_functions"]["process_uploads"]["lambda_timeout"]
    assert processing.LEASE.total_seconds() >= timeout


def test_keys_of_audio_follow_from_one_another_and_say_nothing() -> None:
    first = uploads.next_key("uploads/w/t/u")
    assert first == uploads.next_key("uploads/w/t/u")
    assert first != uploads.next_key(first)
    assert len(first) == len("media/") + 32
