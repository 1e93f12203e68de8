"""Asking for a digest now, to see what one gets."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib import times
from chalicelib.digests import orders
from chalicelib.digests.orders import Order
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

MOST_A_DAY: Final = 5


def ask(me: Member, *, now: datetime) -> None:
    """Have a digest of the last week sent to a member. Raises `QuotaReached`."""
    if not quotas.counted(me, Quota.digests, MOST_A_DAY, now=now):
        raise quotas.reached(f"You may ask for {MOST_A_DAY} digests a day.", now)
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
