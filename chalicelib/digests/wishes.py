"""Which mails a member wants."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.digests import mornings, periods
from chalicelib.digests.models import DEFAULT, Subscription
from chalicelib.digests.periods import Every
from chalicelib.workspaces.models import Member


class MailsView(msgspec.Struct):
    """Which mails a member gets."""

    digest: Every
    feedback: bool
    next_digest_at: datetime | None
    is_monthly_for_now: bool
    """Whether digests come once a month since they were last here long ago."""
    not_sent: "NotSent | None"
    stopped: str | None
    """Why no mail reaches them: ``bounced`` or ``complained``; wanting something again tries it again."""


class NotSent(msgspec.Struct):
    """The last digest that may not have arrived."""

    day: str
    why: str


def of(member: Member) -> Subscription:
    """What a member wants and got, as of now."""
    key = member.workspace_id, member.member_id
    return aws.found(Subscription, *key) or Subscription(*key)


def view(member: Member, *, now: datetime) -> MailsView:
    """Which mails a member gets, and when the next digest may come."""
    found = of(member)
    every = msgspec.convert(found.every or DEFAULT, Every)
    seen = found.told_until and member.visited_at and member.visited_at > found.told_until
    in_force = periods.in_force(every, 0 if seen else int(found.unvisited or 0))
    at = None if found.stopped else periods.next_digest(in_force, ZoneInfo(member.time_zone), now)
    return MailsView(
        digest=every,
        feedback=found.feedback is not False,
        next_digest_at=at,
        is_monthly_for_now=in_force != every,
        not_sent=NotSent(found.failed_day, found.failed) if found.failed_day else None,
        stopped=found.stopped,
    )


def change(member: Member, wanted: dict[str, Any], *, now: datetime) -> None:
    """Want other mails from now on; where none arrived before, it is tried again."""

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Subscription(member.workspace_id, member.member_id),
            actions=[*_actions(wanted), Subscription.stopped.remove()],
        )
        mornings.plan_next(transaction, member, now=now)

    aws.transact(fill)


def end(member: Member, wanted: dict[str, Any]) -> None:
    """Want fewer mails from now on."""
    subscription = Subscription(member.workspace_id, member.member_id)
    aws.patiently(lambda: subscription.update(actions=_actions(wanted)))


def _actions(wanted: dict[str, Any]) -> list[Action]:
    return [getattr(Subscription, name).set(value) for name, value in wanted.items()]
