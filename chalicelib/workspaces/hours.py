"""Working hours: when a working day begins and ends, and when somebody is at work next."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.workspaces.models import Member

WORKING_WEEKDAYS: Final = range(5)
"""Monday to Friday."""

_DAY = timedelta(days=1)
_LONGEST_REST = 4
"""Days after which a working day has begun: from Friday to Monday, and the one that is going on."""


def working_day(zone: ZoneInfo, begin: time, end: time, on: date) -> tuple[datetime, datetime]:
    """A working day in UTC; one that ends before it begins goes on past midnight."""
    last = on if begin < end else on + _DAY
    return (
        datetime.combine(on, begin, zone).astimezone(UTC),
        datetime.combine(last, end, zone).astimezone(UTC),
    )


def at_work(zone: ZoneInfo, begin: time, end: time, after: datetime) -> datetime:
    """The first moment from this one on that lies within a working day, Monday to Friday."""
    today = after.astimezone(zone).date()
    days = (today + offset * _DAY for offset in range(-1, _LONGEST_REST))
    days_at_work = (day for day in days if day.weekday() in WORKING_WEEKDAYS)
    spans = (working_day(zone, begin, end, day) for day in days_at_work)
    return next(max(begins, after) for begins, ends in spans if max(begins, after) < ends)


def of_member(member: Member, after: datetime) -> datetime:
    """The first moment from this one on at which a member is at work."""
    hours = member.working_hours
    return at_work(
        ZoneInfo(member.time_zone), time.fromisoformat(hours.begin), time.fromisoformat(hours.end), after
    )
