"""Clients and names for tests that talk to an emulator of their own."""

from typing import Any

import boto3
from botocore.config import Config

from infra import emulator
from infra.emulator import Emulator

PAGE_ORIGIN = "http://127.0.0.1:8000"
REGION = "eu-central-1"
BUCKET = "earshot-test-media-123456789012"
ACTIVITY = "earshot-test-activity"
QUOTAS = "earshot-test-quotas"


def client(running: Emulator | str, service: str) -> Any:
    """A boto3 client for an emulator or its URL, as the server makes its own."""
    url = running if isinstance(running, str) else running.url
    options: dict[str, Any] = {}
    if service == "s3":
        options = {"signature_version": "s3v4", "s3": {"addressing_style": "path"}}
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=emulator.ACCESS_KEY,
        aws_secret_access_key=emulator.SECRET_KEY,
        config=Config(retries={"max_attempts": 1}, **options),
    )


def queue_url(sqs: Any, name: str) -> str:
    url: str = sqs.get_queue_url(QueueName=f"earshot-test-{name}")["QueueUrl"]
    return url


def received(sqs: Any, name: str) -> list[str]:
    """The bodies of the messages that wait in a queue, ten at most, taken out."""
    url = queue_url(sqs, name)
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]
