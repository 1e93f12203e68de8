"""When somebody last looked at what is new, or listened: a digest tells them nothing that happened before."""

from datetime import datetime, timedelta
from typing import Final

from chalicelib import aws
from chalicelib.workspaces.models import Member

EVERY: Final = timedelta(minutes=10)
"""How often a visit that goes on is written down."""


def note(me: Member, *, now: datetime) -> None:
    """Write down that a member is here, unless that was written a moment ago, or they are gone."""
    if me.visited_at is not None and now - me.visited_at < EVERY:
        return
    aws.updated(me, [Member.visited_at.set(now)], Member.member_id.exists())
