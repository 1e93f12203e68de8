"""Orders to send the digests of one morning, to so many members at once, in a queue of their own."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec

from chalicelib import aws, settings

MOST: Final = 1470
"""Members in one order: thirty batches. A worker that runs out of time has somebody else go on."""


class Order(msgspec.Struct, frozen=True):
    """The digests of a day for these members, who had their time in this zone when it was made."""

    order_id: str
    workspace_id: str
    zone: str
    day: date
    member_ids: tuple[str, ...]
    is_asked_for: bool = False
    """By its one member, who gets it whatever they got already."""

    def without(self, done: int) -> "Order":
        """What is left of an order after so many members."""
        return msgspec.structs.replace(self, member_ids=self.member_ids[done:])

    def as_text(self) -> str:
        return msgspec.json.encode(self).decode()


def of_text(text: str) -> Order:
    """The order in a message."""
    return msgspec.json.decode(text, type=Order)


class Book:
    """Takes members as they come and makes orders of them; the same members make the same orders."""

    def __init__(self, workspace_id: str, zone: str, day: date) -> None:
        self._workspace_id, self._zone, self._day = workspace_id, zone, day
        self._page, self._member_ids = 0, list[str]()

    def take(self, member_id: str) -> Iterator[Order]:
        """The order that is full with this member, if one is."""
        self._member_ids.append(member_id)
        if len(self._member_ids) == MOST:
            yield from self.rest()

    def rest(self) -> Iterator[Order]:
        """The order of those who wait for one, if anybody does."""
        if self._member_ids:
            order_id = f"{self._workspace_id}#{self._zone}#{self._day}#{self._page}"
            yield Order(order_id, self._workspace_id, self._zone, self._day, tuple(self._member_ids))
            self._page, self._member_ids = self._page + 1, []


def queue(order: Order) -> None:
    """Have somebody send them."""
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=_url(sqs), MessageBody=order.as_text())


@cache
def _url(sqs: Any) -> str:
    """The queue's address for this client, asked for once."""
    return str(sqs.get_queue_url(QueueName=settings.DIGESTS_QUEUE)["QueueUrl"])
