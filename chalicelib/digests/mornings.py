"""When digests are due: once a day in each time zone of a workspace, at its 8:00.

Who gets one is looked up then: whoever changes their mind, or goes to another zone, changes nothing here.
"""

import logging
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.digests import orders, periods, readers
from chalicelib.digests.orders import Order
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.workspaces import members

log = logging.getLogger(__name__)

MORNING: Final = "digests"
"""Kind in the due table: one zone of a workspace."""

POSTPONED: Final = "postponed_digests"
"""Kind in the due table: an order that is to be carried out later."""


def begin(activity: Activity) -> None:
    """Have digests come in the zone of somebody who joined, or who moved into another."""
    details = activity.details or {}
    member = members.get(activity.workspace_id, str(details.get("member_id", activity.actor_id)))
    aws.transact(
        partial(
            plan,
            workspace_id=activity.workspace_id,
            zone=member.time_zone,
            after=activity.at,
            now=activity.at,
        )
    )


def plan(transaction: TransactWrite, *, workspace_id: str, zone: str, after: datetime, now: datetime) -> None:
    """Add to a transaction the next morning of a zone later than a moment; planned twice it is one."""
    planning.plan(
        transaction,
        MORNING,
        f"{workspace_id}#{zone}",
        at=periods.next_moment(ZoneInfo(zone), after),
        workspace_id=workspace_id,
        now=now,
        details={"zone": zone},
    )


def come(due: Due, *, now: datetime) -> None:
    """Order the digests of a zone that are due by now, and plan its next morning; what is due as `MORNING`.

    Of several mornings that nobody came for, everybody gets the latest that is theirs. What comes too late in
    the day for mail is ordered for the next morning. With nobody in the zone who gets digests it ends; it
    begins again with whoever comes.
    """
    name = due.details["zone"]
    zone, workspace_id = ZoneInfo(name), due.workspace_id
    days = [
        day
        for day in periods.days_back(due.due_at.astimezone(zone).date(), now.astimezone(zone).date())
        if periods.moment(day, zone) <= now
    ]
    at = periods.welcome(zone, now)
    orders_of = {day: orders.Book(workspace_id, name, day) for day in days}
    is_empty = True
    for each in readers.of_workspace(workspace_id):
        if each.zone != name or each.every == "off":
            continue
        is_empty = False
        day = next((day for day in days if each.is_due(day, name)), None)
        if day is not None:
            for order in orders_of[day].take(each.member_id):
                _give(order, at=at, now=now)
    for book in orders_of.values():
        for order in book.rest():
            _give(order, at=at, now=now)
    if not is_empty:
        aws.transact(partial(plan, workspace_id=workspace_id, zone=name, after=now, now=now))


def _give(order: Order, *, at: datetime, now: datetime) -> None:
    if at > now:
        postpone(order, at=at, now=now)
    else:
        orders.queue(order)


def postpone(order: Order, *, at: datetime, now: datetime) -> None:
    """Have an order carried out later."""
    details = msgspec.to_builtins(order)
    aws.transact(
        lambda transaction: planning.plan(
            transaction,
            POSTPONED,
            order.order_id,
            at=at,
            workspace_id=order.workspace_id,
            now=now,
            details=details,
        )
    )


def come_again(due: Due, *, now: datetime) -> None:
    """Queue an order again; what is due of the kind `POSTPONED`."""
    log.info("digests are ordered again", extra={"order": due.id, "late_s": (now - due.due_at).seconds})
    orders.queue(msgspec.convert(due.details, Order))
