"""Does again what was given up, once the cause is mended.

    python -m infra.redrive --stage dev              # every upload that still lies in the bucket
    python -m infra.redrive --stage dev --activity   # what the activity failures queue names
    python -m infra.redrive --stage dev --due        # what was given up of the calendar

Uploads go through their queue as the event S3 would send; processing twice has one effect. What happened
when activity was given up is reacted to again by the same function; of reactions only a mail shows twice.
What is due once more is done by the next run of the calendar.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.due import slots

PREFIX = "uploads/"
GIVEN_UP = "given-up"
"""The slot of the calendar in which stands what failed too often."""

AT_ONCE = 10  # messages in one batch of SQS
BEFORE, AFTER = timedelta(seconds=30), timedelta(seconds=2)
"""What is given up is named by when the stream had it: a request may have begun so long before."""


class RedriveError(Exception):
    """Not everything was done again; running the command again is safe."""


def redrive(s3: Any, sqs: Any, *, bucket: str, queue_url: str, now: datetime) -> int:
    """Send an event for every object under `uploads/`; returns how many there were."""
    batch: list[str] = []
    sent = 0
    for event in _events(s3, bucket, now):
        batch.append(event)
        if len(batch) == AT_ONCE:
            sent += _send(sqs, queue_url, batch)
            batch = []
    return sent + (_send(sqs, queue_url, batch) if batch else 0)


def react_again(
    dynamodb: Any, sqs: Any, react: Callable[[dict[str, Any]], Any], *, table: str, queue_url: str
) -> int:
    """React to all that happened when the queue says something was given up; returns how much it was."""
    done = 0
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=AT_ONCE).get("Messages"):
        for message in messages:
            records = _records(dynamodb, table, json.loads(message["Body"])["DDBStreamBatchInfo"])
            for record in records:
                if react({"Records": [record]})["batchItemFailures"]:
                    raise RedriveError(f"Activity {record['eventID']} failed again; see the function's log.")
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            done += len(records)
    return done


def due_again(dynamodb: Any, *, table: str, now: datetime) -> list[str]:
    """Have what was given up be due now, with all its attempts before it; returns what it is."""
    found = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="slot = :slot",
        ExpressionAttributeValues={":slot": {"S": GIVEN_UP}},
        ConsistentRead=True,
    )
    done: list[str] = []
    for item in [item for page in found for item in page["Items"]]:
        slot = {"S": slots.key(now, item["id"]["S"])}
        given_up = {"slot": item["slot"], "name": item["name"]}
        moved = {**item, "slot": slot, "attempts": {"N": "0"}}
        dynamodb.transact_write_items(
            TransactItems=[
                {"Delete": {"TableName": table, "Key": given_up}},
                {"Put": {"TableName": table, "Item": moved}},
            ]
        )
        done.append(item["name"]["S"])
    return done


def main(arguments: list[str] | None = None) -> None:
    """Redrive one stage of the account and region that AWS is configured with."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.redrive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stage", required=True)
    parser.add_argument("--activity", action="store_true", help="activity, not uploads")
    parser.add_argument("--due", action="store_true", help="what was given up of the calendar, not uploads")
    parser.add_argument("--bucket", help="otherwise earshot-STAGE-media-ACCOUNT")
    chosen = parser.parse_args(arguments)
    if chosen.due:
        table = f"earshot-{chosen.stage}-due"
        names = due_again(boto3.client("dynamodb"), table=table, now=datetime.now(UTC))
        print("\n".join([*names, f"{len(names)} things of {table} are due again."]))
        return
    sqs = boto3.client("sqs")
    if chosen.activity:
        queue_url = sqs.get_queue_url(QueueName=f"earshot-{chosen.stage}-activity-failures")["QueueUrl"]
        table = f"earshot-{chosen.stage}-activity"
        function = Function(boto3.client("cloudformation"), boto3.client("lambda"), chosen.stage)
        done = react_again(boto3.client("dynamodb"), sqs, function, table=table, queue_url=queue_url)
        print(f"{done} activities of {table} were reacted to again.")
        return
    bucket = chosen.bucket or f"earshot-{chosen.stage}-media-{_account()}"
    queue_url = sqs.get_queue_url(QueueName=f"earshot-{chosen.stage}-uploads")["QueueUrl"]
    now = datetime.now(UTC)
    sent = redrive(boto3.client("s3"), sqs, bucket=bucket, queue_url=queue_url, now=now)
    print(f"{sent} uploads of {bucket} were sent to be processed again.")


class Function:
    """The deployed function that reacts to activity."""

    def __init__(self, cloudformation: Any, lambda_: Any, stage: str) -> None:
        found = cloudformation.describe_stack_resource(
            StackName=f"earshot-{stage}", LogicalResourceId="ReactToActivity"
        )
        self._name = found["StackResourceDetail"]["PhysicalResourceId"]
        self._lambda = lambda_

    def __call__(self, event: dict[str, Any]) -> Any:
        """What it answers to an event. Raises `RedriveError` where it breaks."""
        answer = self._lambda.invoke(FunctionName=self._name, Payload=json.dumps(event).encode())
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RedriveError(f"{self._name} broke: {said.get('errorMessage', said)}")
        return said


def _records(dynamodb: Any, table: str, given_up: dict[str, Any]) -> list[dict[str, Any]]:
    """What happened when the stream had what was given up, as the stream tells it, oldest first."""
    first, last = (
        datetime.fromisoformat(given_up[f"approximateArrivalOf{which}Record"]) for which in ("First", "Last")
    )
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="#at BETWEEN :first AND :last",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues={
            ":first": {"S": _as_kept(first - BEFORE)},
            ":last": {"S": _as_kept(last + AFTER)},
        },
    )
    found = [item for page in pages for item in page["Items"]]
    return [
        {
            "eventID": item["activity_id"]["S"],
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "NewImage": item,
                "SequenceNumber": str(number),
                "StreamViewType": "NEW_IMAGE",
            },
        }
        for number, item in enumerate(sorted(found, key=lambda item: str(item["activity_id"]["S"])), 1)
    ]


def _as_kept(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def _events(s3: Any, bucket: str, now: datetime) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        for found in page.get("Contents", []):
            record = {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": s3.meta.region_name,
                "eventTime": f"{now:%Y-%m-%dT%H:%M:%S.000Z}",
                "eventName": "ObjectCreated:Post",
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "redrive",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {
                        "key": quote_plus(found["Key"]),
                        "size": found["Size"],
                        "eTag": found["ETag"].strip('"'),
                    },
                },
            }
            yield json.dumps({"Records": [record]})


def _send(sqs: Any, queue_url: str, bodies: list[str]) -> int:
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    if failed := answer.get("Failed"):
        raise RedriveError(f"SQS did not take {len(failed)} events: {failed[0].get('Message')}")
    return len(bodies)


def _account() -> str:
    account: str = boto3.client("sts").get_caller_identity()["Account"]
    return account


if __name__ == "__main__":
    try:
        main()
    except (RedriveError, BotoCoreError, ClientError) as problem:
        sys.exit(str(problem))
