"""Asking for a digest now, to see what one gets."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib import aws, errors, times
from chalicelib.digests import orders
from chalicelib.digests.orders import Order
from chalicelib.workspaces import invitations
from chalicelib.workspaces.models import Member, Quota

MOST_A_DAY: Final = 5


def ask(me: Member, *, now: datetime) -> None:
    """Have a digest of the last week sent to a member. Raises `QuotaReached`."""
    day = now.date().isoformat()
    counted = aws.updated(
        Quota(me.member_id, day),
        [Quota.digests.add(1), Quota.expires_at.set(times.epoch(now + timedelta(days=2)))],
        Quota.digests.does_not_exist() | (Quota.digests < MOST_A_DAY),
    )
    if not counted:
        raise errors.QuotaReached(
            f"You may ask for {MOST_A_DAY} digests a day.", invitations.seconds_until_tomorrow(now)
        )
    local_day = now.astimezone(ZoneInfo(me.time_zone)).date()
    orders.queue(
        Order(
            f"{me.member_id}#{times.epoch_ms(now)}",
            me.workspace_id,
            me.time_zone,
            local_day,
            (me.member_id,),
            True,
        )
    )
