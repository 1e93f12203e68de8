"""Sends every upload that still lies in the bucket through the uploads queue again.

    python -m infra.redrive --stage dev

For uploads that were given up (`could_not_process`) once the cause is mended, and for events that
were lost. Each goes as the event S3 would send; processing twice has one effect.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import boto3

PREFIX = "uploads/"
AT_ONCE = 10  # messages in one batch of SQS


class RedriveError(Exception):
    """SQS did not take some of the events; running the command again is safe."""


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


def main(arguments: list[str] | None = None) -> None:
    """Redrive one stage of the account and region that AWS is configured with."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.redrive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stage", required=True)
    parser.add_argument("--bucket", help="otherwise earshot-STAGE-media-ACCOUNT")
    chosen = parser.parse_args(arguments)
    sqs = boto3.client("sqs")
    bucket = chosen.bucket or f"earshot-{chosen.stage}-media-{_account()}"
    queue_url = sqs.get_queue_url(QueueName=f"earshot-{chosen.stage}-uploads")["QueueUrl"]
    sent = redrive(boto3.client("s3"), sqs, bucket=bucket, queue_url=queue_url, now=datetime.now(UTC))
    print(f"{sent} uploads of {bucket} were sent to be processed again.")


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
    main()
