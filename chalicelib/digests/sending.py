"""Carrying out an order: composing the digests of its members, and sending them through SES.

The rule of the marker: that a member has got the digest of a day is written before it is sent, so that none
is sent twice, whatever is cut off or delivered again. What SES certainly did not take is marked back and
ordered again. Where nobody knows, because the worker or the connection was cut off in between, it is not sent
again: the member reads in their settings that it may not have arrived.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action

from chalicelib import aws, mail
from chalicelib.digests import bulk, mornings, orders, periods, readers, writing
from chalicelib.digests.models import TABLE, Subscription, UnderWay
from chalicelib.digests.newsroom import Newsroom, Told
from chalicelib.digests.orders import Order

log = logging.getLogger(__name__)

BUDGET_SECONDS: Final = 200.0
"""After so long the rest of an order is queued anew; the function's timeout is 300 s."""

NEWS_HOLD_SECONDS: Final = 45.0
"""What may be told is looked up again after so long: who narrows a track is heeded within a minute."""

AGAIN_IN: Final = timedelta(minutes=30)
"""When what SES did not take is tried again."""

BATCH: Final = readers.MOST - 1
"""Members sent to together: with the note of what is under way they fill five transactions of ten."""

CUT_OFF: Final = "cut_off"
"""Why a digest may not have arrived: whoever sent it was cut off before or after."""


def carry_out(body: str, *, now: datetime, sleep: Callable[[float], object] = time.sleep) -> None:
    """Send the digests of the order in a message, as far as they were not sent."""
    order = orders.of_text(body)
    if order.is_asked_for:
        _send_asked_for(order, now)
        return
    at = periods.welcome(ZoneInfo(order.zone), now)
    if at > now:
        mornings.postpone(order, at=at, now=now)
        return
    _own_up(order)
    newsroom, begun = Newsroom(order.workspace_id, now), time.monotonic()
    pace = bulk.pace()
    until = begun + BUDGET_SECONDS
    for begin in range(0, len(order.member_ids), BATCH):
        if time.monotonic() - begun > NEWS_HOLD_SECONDS:
            newsroom, begun = Newsroom(order.workspace_id, now), time.monotonic()
        found = readers.read(order.workspace_id, order.member_ids[begin : begin + BATCH])
        letters = newsroom.letters([each for each in found if each.is_due(order.day, order.zone)])
        if time.monotonic() > until or len(letters) > pace.left:
            _go_on_later(order.without(begin), is_used_up=len(letters) > pace.left, now=now)
            return
        marked = _marked(order, letters, now)
        if marked:
            _send(order, newsroom.workspace_name, marked, now)
            pace.took(len(marked), sleep)
    UnderWay(order.workspace_id, UnderWay.note_of(order.order_id)).delete()


def _send_asked_for(order: Order, now: datetime) -> None:
    """Send a digest of the last week; that it was sent says nothing of those that come by themselves."""
    newsroom = Newsroom(order.workspace_id, now)
    for to in readers.read(order.workspace_id, order.member_ids):
        written = writing.mail_of(to, newsroom.lately(to), order.workspace_id, newsroom.workspace_name)
        mail.send(
            to=written.to,
            subject=written.letter.subject,
            text=written.text,
            html=written.html,
            headers=written.headers,
            tags=written.tags,
        )


def _go_on_later(order: Order, *, is_used_up: bool, now: datetime) -> None:
    """Have the rest of an order carried out by somebody else, or once SES takes mails again."""
    UnderWay(order.workspace_id, UnderWay.note_of(order.order_id)).delete()
    if is_used_up:
        log.warning("the day's quota of mails is used up", extra={"order": order.order_id})
        mornings.postpone(order, at=now + AGAIN_IN, now=now)
    else:
        orders.queue(order)


def _own_up(order: Order) -> None:
    """Say of whom was under way when an earlier try at the order was cut off that nobody knows of theirs."""
    under_way = aws.found(UnderWay, order.workspace_id, UnderWay.note_of(order.order_id))
    if under_way is None:
        return
    ids = [str(each) for each in under_way.member_ids]
    for each in readers.read(order.workspace_id, ids):
        if each.standing.day == order.day.isoformat():
            _note_failure(order, each.member_id, CUT_OFF)


def _marked(order: Order, letters: Sequence[Told], now: datetime) -> list[Told]:
    """Those of the letters that nobody else has sent: now they are ours to send."""
    under_way = UnderWay(order.workspace_id, UnderWay.note_of(order.order_id))
    under_way.member_ids = [letter.to.member_id for letter in letters]
    note = {"TableName": TABLE, "Item": under_way.to_dynamodb_dict()}
    puts, ours, waiting = [note], list[Told](), [*letters]
    while waiting:
        room = aws.MOST_ACTIONS - len(puts)
        part, waiting = waiting[:room], waiting[room:]
        try:
            aws.transact_items(puts=puts, updates=[_marker(order, letter, now) for letter in part])
        except TransactWriteError as error:
            failed = {place - len(puts) for place in aws.failed_conditions(error)}
            if not failed:
                raise
            waiting = [*(letter for place, letter in enumerate(part) if place not in failed), *waiting]
        else:
            ours += part
            puts = []
    return ours


def _marker(order: Order, letter: Told, now: datetime) -> aws.Item:
    """That a member has got the digest of this day, unless they had it."""
    return {
        "TableName": TABLE,
        "Key": {"workspace_id": {"S": order.workspace_id}, "member_id": {"S": letter.to.member_id}},
        "UpdateExpression": "SET #day = :day, told_until = :now, unvisited = :unvisited",
        "ConditionExpression": "attribute_not_exists(#day) OR #day < :day",
        "ExpressionAttributeNames": {"#day": "day"},
        "ExpressionAttributeValues": {
            ":day": {"S": order.day.isoformat()},
            ":now": {"S": Subscription.told_until.serialize(now)},
            ":unvisited": {"N": str(letter.to.unvisited + 1)},
        },
    }


def _send(order: Order, workspace_name: str, letters: Sequence[Told], now: datetime) -> None:
    """Send what was marked; what SES did not take is marked back, and ordered again."""
    mails = [
        writing.mail_of(letter.to, letter.digest, order.workspace_id, workspace_name) for letter in letters
    ]
    results = bulk.send(mails)
    later = [letter for letter, result in zip(letters, results, strict=True) if result == bulk.LATER]
    for letter, result in zip(letters, results, strict=True):
        if result not in (bulk.SENT, bulk.LATER):
            _note_failure(order, letter.to.member_id, result)
    if later:
        for letter in later:
            _mark_back(order, letter, now)
        ids = tuple(letter.to.member_id for letter in later)
        rest = msgspec.structs.replace(order, order_id=f"{order.order_id}#{ids[0]}", member_ids=ids)
        mornings.postpone(rest, at=now + AGAIN_IN, now=now)


def _mark_back(order: Order, letter: Told, now: datetime) -> None:
    """What a member has got is what it was before, unless they got another since."""
    before = letter.to.standing
    actions: list[Action] = [
        Subscription.day.remove() if before.day is None else Subscription.day.set(before.day),
        Subscription.told_until.remove()
        if before.told_until is None
        else Subscription.told_until.set(before.told_until),
        Subscription.unvisited.set(before.unvisited),
    ]
    ours = (Subscription.day == order.day.isoformat()) & (Subscription.told_until == now)
    aws.updated(Subscription(order.workspace_id, letter.to.member_id), actions, ours)


def _note_failure(order: Order, member_id: str, why: str) -> None:
    log.warning("a digest was not sent", extra={"member_id": member_id, "why": why})
    day = order.day.isoformat()
    actions: list[Action] = [Subscription.failed_day.set(day), Subscription.failed.set(why)]
    aws.updated(Subscription(order.workspace_id, member_id), actions, Subscription.day == day)
