"""The message that somebody is to go on with an export, and the look now and then whether anybody does."""

import math
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.exports.models import Export

WATCH: Final = "export_watch"
"""The kind of what is due."""

LOOKED_AT_EVERY: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(minutes=15)
"""What SQS holds a message back for at most."""


class Order(msgspec.Struct, frozen=True):
    """The export to go on with."""

    audience_key: str
    export_id: str


def send(export: Export, wait: timedelta = timedelta(0)) -> None:
    """Have somebody go on with an export, after so long."""
    sqs = aws.client("sqs")
    sqs.send_message(
        QueueUrl=_url(sqs),
        MessageBody=msgspec.json.encode(Order(export.audience_key, export.export_id)).decode(),
        DelaySeconds=math.ceil(min(max(wait, timedelta(0)), LONGEST_DELAY).total_seconds()),
    )


def find(order: Order) -> Export | None:
    """The export that an order names, as of now."""
    return aws.found(Export, order.audience_key, order.export_id)


def watch(transaction: TransactWrite, export: Export, now: datetime) -> None:
    """Add to a transaction that somebody looks whether the export is still being written."""
    planning.plan(
        transaction,
        WATCH,
        f"{export.audience_key}#{export.export_id}",
        at=now + LOOKED_AT_EVERY,
        workspace_id=export.workspace_id,
        now=now,
        details={"audience_key": export.audience_key, "export_id": export.export_id},
    )


def look(due: Due, *, now: datetime) -> None:
    """Order an export again that is not over, and look again later: no message that is lost stops it."""
    export = find(msgspec.convert(due.details, Order))
    if export is None or export.is_over:
        return
    aws.transact(partial(watch, export=export, now=now))
    send(export)


@cache
def _url(sqs: Any) -> str:
    """The queue's address for this client, asked for once."""
    return str(sqs.get_queue_url(QueueName=settings.EXPORTS_QUEUE)["QueueUrl"])
