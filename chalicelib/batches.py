"""Batches from queues and streams: what failed is delivered again, what went well is not.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

log = logging.getLogger(__name__)


class Handler(Protocol):
    """What handles the body of one SQS message."""

    def __call__(self, body: str, *, now: datetime) -> object: ...


def each(event: dict[str, Any], handle: Handler, *, now: Callable[[], datetime]) -> dict[str, Any]:
    """Handle the body of each SQS message; a message whose handling raises is named as failed."""
    failed = []
    for message in event["Records"]:
        try:
            handle(message["body"], now=now())
        except Exception:
            log.exception("a message failed", extra={"message_id": message["messageId"]})
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def together(event: dict[str, Any], handle: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    """Handle stream records all at once; where that raises, Lambda delivers them again, in halves."""
    handle(event["Records"])
    return {"batchItemFailures": []}


def in_order(event: dict[str, Any], handle: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Handle stream records until one raises: Lambda delivers from that one on again."""
    for record in event["Records"]:
        try:
            handle(record)
        except Exception:
            sequence_number = record["dynamodb"]["SequenceNumber"]
            log.exception("a stream record failed", extra={"sequence_number": sequence_number})
            return {"batchItemFailures": [{"itemIdentifier": sequence_number}]}
    return {"batchItemFailures": []}
