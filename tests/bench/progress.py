"""P1: what a progress write costs through the app, against a bare handler that makes the same UpdateItem.

Measured in a process of its own that has imported nothing of the tests' listeners, against DynamoDB Local;
what counts is the CPU of that process.
"""

import json
import statistics
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests import environment
from tests.bench import acme
from tests.bench.acme import WORKSPACE, Caller, Handler, Request

ROUNDS = 15
CALLS = 100
TARGET = 1.5
DURATION_MS = 300_000
PROGRESS = "/v1/workspaces/{workspace_id}/progress"

Report = dict[str, Any]


def run() -> None:
    """Measure both, taking turns, and print their ratio."""
    from tests.conformance.dynamodb_local import DynamoDBLocal

    local = DynamoDBLocal()
    try:
        command = [sys.executable, "-m", "tests.bench.progress", local.url]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    finally:
        local.stop()


def measure(endpoint_url: str) -> None:
    """Print the ratio of a write of one event, and of the twelve that a minute of playing makes."""
    import boto3

    client = boto3.client("dynamodb", endpoint_url=endpoint_url)
    caller = _populate()
    import app

    for count, label in ((1, "one event"), (12, "a minute of them")):
        contestants = (
            (app.app, _reports(caller, count)),
            (_bare(client), _reports(caller, count)),
        )
        for handle, requests in contestants:  # what each process does once
            acme.check(handle(next(requests), None))
        rounds = [
            [acme.cpu_ms(handle, requests, CALLS) for handle, requests in contestants] for _ in range(ROUNDS)
        ]
        ours, bare = (statistics.median(each) for each in zip(*rounds, strict=True))
        ratio = f"{ours / bare:.2f} x (at most {TARGET:.2f})"
        print(f"P1 progress, {label}  {ratio}  {ours:.2f} ms / {bare:.2f} ms of CPU")


def _bare(client: Any) -> Handler:
    """What one writes to save a position and what was heard, and nothing else."""

    def handle(event: dict[str, Any], _: Any) -> dict[str, Any]:
        reported = json.loads(event["body"])["events"]
        latest = reported[-1]
        heard = [
            str(second)
            for each in reported
            for begin, end in each["segments"]
            for second in range(begin // 1000, end // 1000)
        ]
        answer = client.update_item(
            TableName="earshot-test-progress",
            Key={"member_id": {"S": "bare"}, "track_key": {"S": f"{latest['track_id']}#1"}},
            UpdateExpression="SET #position = :position, #last = :last ADD heard :heard",
            ConditionExpression="attribute_not_exists(#last) OR #last < :last",
            ExpressionAttributeNames={"#position": "position", "#last": "last"},
            ExpressionAttributeValues={
                ":position": {"N": str(latest["position_ms"])},
                ":last": {"B": latest["effective_at"].encode()},
                ":heard": {"NS": heard},
            },
            ReturnValues="ALL_NEW",
        )
        known = {"heard": len(answer["Attributes"]["heard"]["NS"])}
        return {"statusCode": 200, "headers": {}, "body": json.dumps(known)}

    return handle


def _reports(caller: Caller, count: int) -> Iterator[Request]:
    """Requests of API Gateway that report a minute of listening each, in order, over and over the track."""
    session_id = str(uuid.uuid4())
    at = datetime.now(UTC) - timedelta(hours=1)
    step_ms = 60_000 // count
    position_ms, sequence = 0, 1
    while True:
        reported = []
        for _ in range(count):
            begin_ms, position_ms = position_ms, position_ms + step_ms
            sequence, at = sequence + 1, at + timedelta(milliseconds=1)
            reported.append(_event(session_id, sequence, at, begin_ms, position_ms))
        position_ms %= DURATION_MS
        yield acme.request(caller, "POST", PROGRESS, body=json.dumps({"events": reported}))


def _event(session_id: str, sequence: int, at: datetime, begin_ms: int, end_ms: int) -> Report:
    return {
        "track_id": "0190f6a0-0000-7000-8000-000000000001",
        "revision": 1,
        "session_id": session_id,
        "sequence": sequence,
        "effective_at": at.isoformat(),
        "kind": "tick",
        "position_ms": end_ms,
        "segments": [[begin_ms, end_ms]],
        "rate": 1.0,
        "wall_ms": end_ms - begin_ms,
    }


def _populate() -> Caller:
    """A member who is signed in, in a workspace with a track."""
    from chalicelib.tracks.models import Track

    caller, now = acme.populate(), datetime.now(UTC)
    Track(
        WORKSPACE,
        "0190f6a0-0000-7000-8000-000000000001",
        title="A pitch",
        speaker_id=caller.member_id,
        speaker_name="Ann",
        created_at=now,
        published_at=now,
        audience_key=f"w#{WORKSPACE}",
        media_key="media/present",
        revision=1,
        duration_ms=DURATION_MS,
    ).save()
    return caller


if __name__ == "__main__":
    import os

    environment.prepare()
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = sys.argv[1]
    measure(sys.argv[1])
