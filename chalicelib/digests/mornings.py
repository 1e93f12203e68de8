"""When digests are due: in each time zone of a workspace, at 8:00 of the days on which somebody wants one.

Who gets one is looked up then. Whoever joins, changes their mind or goes to another zone has the next morning
looked at, and that finds the next day that matters.
"""

import logging
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity.models import Activity
from chalicelib.digests import orders, periods, readers
from chalicelib.digests.orders import Order
from chalicelib.digests.periods import Every
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

log = logging.getLogger(__name__)

MORNING: Final = "digests"
"""Kind in the due table: one zone of a workspace."""

POSTPONED: Final = "postponed_digests"
"""Kind in the due table: an order that is to be carried out later."""


def begin(activity: Activity) -> None:
    """Have digests come in the zone of somebody who joined, or who moved into another."""
    details = activity.details or {}
    try:
        member = members.get(activity.workspace_id, str(details.get("member_id", activity.actor_id)))
    except errors.NotFound:  # erased since
        return
    aws.transact(partial(plan_next, member=member, now=activity.at))


def plan_next(transaction: TransactWrite, member: Member, *, now: datetime) -> None:
    """Add to a transaction that the next morning of a member's zone is looked at."""
    zone = member.time_zone
    _plan(transaction, member.workspace_id, zone, at=periods.next_moment(ZoneInfo(zone), now), now=now)


def _plan(transaction: TransactWrite, workspace_id: str, zone: str, *, at: datetime, now: datetime) -> None:
    """Add a morning to a transaction; planned twice it is one."""
    planning.plan(
        transaction,
        MORNING,
        f"{workspace_id}#{zone}",
        at=at,
        workspace_id=workspace_id,
        now=now,
        details={"zone": zone},
    )


def come(due: Due, *, now: datetime) -> None:
    """Order the digests of a zone that are due by now, and plan when the next are; what is due as `MORNING`.

    Of several mornings that nobody came for, everybody gets the latest that is theirs. What comes too late in
    the day for mail is ordered for the next morning. With nobody in the zone who gets digests it ends.
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
    wishes = set[Every]()
    for each in readers.of_workspace(workspace_id):
        if each.zone != name or each.every == "off":
            continue
        wishes.add(each.every)  # also of who has long not been here: by then they may be
        day = next((day for day in days if each.is_due(day, name)), None)
        if day is not None:
            for order in orders_of[day].take(each.member_id):
                _give(order, at=at, now=now)
    for book in orders_of.values():
        for order in book.rest():
            _give(order, at=at, now=now)
    moments = [moment for every in wishes if (moment := periods.next_digest(every, zone, now))]
    if moments:
        aws.transact(lambda transaction: _plan(transaction, workspace_id, name, at=min(moments), now=now))


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
