"""From what happened to what waits for each connection: rows in the table, and a message that somebody looks.

A row and the note that it was queued are one transaction, so that a stream that delivers again queues nothing
again, also when the row has been posted and is gone. The message is sent after it, each time: one too many is
nothing, one too few would be a loss.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings, times
from chalicelib.activity.models import Activity
from chalicelib.announcements.models import GIVEN_UP_AFTER, REMEMBERED, Connection, Delivery, Queued
from chalicelib.announcements.wording import Event

QUIET: Final = timedelta(seconds=20)
"""A burst is over when nothing more has come for so long."""

LONGEST_BURST: Final = timedelta(minutes=2)
"""What waits is posted after so long, though more may come."""

LONGEST_DELAY: Final = timedelta(minutes=15)
"""What SQS holds a message back for at most; whoever gets it too early sends it again."""

ANNOUNCED: Final[Mapping[str, tuple[Event, ...]]] = {
    "playlist_created": ("playlist_created", "open_call"),
    "entry_added": ("track_added", "open_call"),
    "expertise_shared": ("expertise_shared",),
    "question_asked": ("question_asked",),
    "question_answered": ("question_answered",),
    "round_opened": ("round_opened",),
    "round_closed": ("round_closed",),
    "round_rolled_over": ("round_closed",),
}
"""What of the activity is announced, and under which of these switches."""

AUDIENCES: Final = ("w#", "g#")
"""How the audiences begin that a channel can have: what is for one member is announced nowhere."""


class Order(msgspec.Struct, frozen=True):
    """The message that somebody is to look what waits for a connection."""

    workspace_id: str
    connection_id: str


def queue(activity: Activity) -> None:
    """Queue what happened for every connection of its audience that has it switched on."""
    if not activity.audience_key.startswith(AUDIENCES):
        return
    for connection in Connection.of_audience(activity.audience_key):
        on = set(connection.events or ())
        if connection.status == "active" and on.intersection(ANNOUNCED[activity.kind]):
            _put(connection, activity)
            look(connection, QUIET)


def look(connection: Connection, wait: timedelta) -> None:
    """Have somebody look what waits for this connection, after so long."""
    seconds = math.ceil(min(max(wait, timedelta(0)), LONGEST_DELAY).total_seconds())
    sqs = aws.client("sqs")
    sqs.send_message(
        QueueUrl=_url(sqs),
        MessageBody=msgspec.json.encode(Order(connection.workspace_id, connection.connection_id)).decode(),
        DelaySeconds=seconds,
    )


def rests_until(first: datetime, last: datetime) -> datetime:
    """When a burst that began and until now ended at these moments may be posted."""
    return min(last + QUIET, first + LONGEST_BURST)


def _put(connection: Connection, activity: Activity) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            Queued(
                connection.connection_id,
                Queued.id_of(activity.activity_id),
                expires_at=times.epoch(activity.at + REMEMBERED),
            ),
            condition=Queued.delivery_id.does_not_exist(),
        )
        transaction.save(
            Delivery(
                connection.connection_id,
                Delivery.id_of(activity.at, activity.activity_id),
                activity_id=activity.activity_id,
                at=activity.at,
                expires_at=times.epoch(activity.at + GIVEN_UP_AFTER + REMEMBERED),
            )
        )

    aws.written(fill)  # else it was queued the first time


@cache
def _url(sqs: Any) -> str:
    """The queue's address for this client, asked for once."""
    return str(sqs.get_queue_url(QueueName=settings.DELIVERIES_QUEUE)["QueueUrl"])
