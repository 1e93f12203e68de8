import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib import settings
from chalicelib.due import slots
from chalicelib.due.models import Due
from chalicelib.due.running import GIVEN_UP, MOST_ATTEMPTS
from infra import emulator, redrive
from infra.emulator import Emulator
from infra.pump import Failures
from infra.redrive import RedriveError
from tests.infra.emulated import ACTIVITY, BUCKET, PAGE_ORIGIN, client, queue_url
from tests.world import Person, World

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEYS = [f"uploads/w/t/upload {number:02}" for number in range(23)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Emulator]:
    one = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    s3 = client(one, "s3")
    for key in (*KEYS, "media/kept"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"audio")
    sqs = client(one, "sqs")
    sqs.purge_queue(QueueUrl=queue_url(sqs, "uploads"))
    yield one
    one.stop()


def keys_in_queue(running: Emulator) -> list[str]:
    sqs = client(running, "sqs")
    url, keys = queue_url(sqs, "uploads"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            [record] = json.loads(message["Body"])["Records"]
            assert record["eventName"] == "ObjectCreated:Post"
            keys.append(record["s3"]["object"]["key"])
    return keys


def test_every_upload_goes_through_the_queue_again(running: Emulator) -> None:
    sqs = client(running, "sqs")
    sent = redrive.redrive(
        client(running, "s3"),
        sqs,
        bucket=BUCKET,
        queue_url=queue_url(sqs, "uploads"),
        now=NOW,
    )
    assert sent == len(KEYS)
    expected = [key.replace("/", "%2F").replace(" ", "+") for key in KEYS]
    assert sorted(keys_in_queue(running)) == expected


def test_the_command_finds_the_stage(
    running: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    redrive.main(["--stage", "test", "--bucket", BUCKET])
    assert capsys.readouterr().out == (f"23 uploads of {BUCKET} were sent to be processed again.\n")
    assert len(keys_in_queue(running)) == len(KEYS)


def test_nothing_to_send_is_no_error(running: Emulator) -> None:
    s3, sqs = client(running, "s3"), client(running, "sqs")
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in KEYS]})
    url = queue_url(sqs, "uploads")
    assert redrive.redrive(s3, sqs, bucket=BUCKET, queue_url=url, now=NOW) == 0


def give_up(world: World, ann: Person, email: str) -> None:
    """An invitation whose mail was never sent, since the stream's record was given up."""
    ann.post(f"{ann.place}/invitations", emails=[email]).expect(201)
    record = world.stream_records()[-1]
    number = record["dynamodb"]["SequenceNumber"]
    arrived = {"SequenceNumber": number, "ApproximateCreationDateTime": time.time()}
    Failures(world.sqs, "earshot-test-activity-failures").tell(
        "react_to_activity", {"eventSourceARN": "arn:aws:dynamodb:stream", "dynamodb": arrived}, 11
    )


def react_again(world: World, react: Any) -> int:
    url = queue_url(world.sqs, "activity-failures")
    return redrive.react_again(world.dynamodb, world.sqs, react, table=ACTIVITY, queue_url=url)


def test_what_was_given_up_of_the_activity_is_reacted_to_again(world: World, ann: Person) -> None:
    give_up(world, ann, "ben@acme.example")
    assert world.mails() == []
    assert react_again(world, lambda event: world.app.react_to_activity(event, None)) >= 1
    assert [mail["To"] for mail in world.mails()] == ["ben@acme.example"]
    assert react_again(world, lambda _: pytest.fail("nothing is left to react to")) == 0


def test_what_fails_again_stays_in_its_queue(world: World, ann: Person) -> None:
    give_up(world, ann, "ben@acme.example")
    failing = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    with pytest.raises(RedriveError, match="failed again; see the function's log"):
        react_again(world, lambda _: failing)
    url = queue_url(world.sqs, "activity-failures")
    asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessagesNotVisible"]}
    kept = world.sqs.get_queue_attributes(**asked)["Attributes"]
    assert kept["ApproximateNumberOfMessagesNotVisible"] == "1"


def deployed(answer: dict[str, Any]) -> tuple[redrive.Function, Stubber]:
    """The deployed function, which gives this answer once."""
    region = {"region_name": "eu-central-1"}
    cloudformation, lambda_ = boto3.client("cloudformation", **region), boto3.client("lambda", **region)
    detail = {
        "LogicalResourceId": "ReactToActivity",
        "PhysicalResourceId": "earshot-dev-ReactToActivity-1",
        "ResourceType": "AWS::Lambda::Function",
        "LastUpdatedTimestamp": NOW,
        "ResourceStatus": "CREATE_COMPLETE",
    }
    with Stubber(cloudformation) as stub:
        asked = {"StackName": "earshot-dev", "LogicalResourceId": "ReactToActivity"}
        stub.add_response("describe_stack_resource", {"StackResourceDetail": detail}, asked)
        function = redrive.Function(cloudformation, lambda_, "dev")
    stub = Stubber(lambda_)
    event = {"FunctionName": "earshot-dev-ReactToActivity-1", "Payload": b'{"Records": []}'}
    stub.add_response("invoke", answer, event)
    return function, stub


def test_the_deployed_function_is_asked() -> None:
    function, stub = deployed({"Payload": io.BytesIO(b'{"batchItemFailures": []}')})
    with stub:
        assert function({"Records": []}) == {"batchItemFailures": []}


def test_a_function_that_breaks_is_named_with_the_reason() -> None:
    broken = {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "no such secret"}')}
    function, stub = deployed(broken)
    with stub, pytest.raises(RedriveError, match="earshot-dev-ReactToActivity-1 broke: no such secret"):
        function({"Records": []})


def test_what_was_given_up_of_the_calendar_is_due_again(world: World) -> None:
    assert redrive.GIVEN_UP == GIVEN_UP
    for number in range(3):
        name = f"erasure#{number}"
        Due(
            GIVEN_UP, name, kind="erasure", id=str(number), workspace_id="w", due_at=NOW,
            details={"step": number}, attempts=MOST_ATTEMPTS,
        ).save()  # fmt: skip
    names = redrive.due_again(world.dynamodb, table=settings.table("due"), now=NOW)
    assert names == ["erasure#0", "erasure#1", "erasure#2"]
    assert list(Due.of_slot(GIVEN_UP)) == []
    again = [due for key in slots.keys(slots.begin(NOW)) for due in Due.of_slot(key)]
    assert sorted((due.id, due.attempts, due.details["step"]) for due in again) == [
        ("0", 0, 0), ("1", 0, 1), ("2", 0, 2),
    ]  # fmt: skip
