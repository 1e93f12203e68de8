"""The calendar of digests: on which days which of them come, and at what time of day mail is welcome.

All of it in the reader's own time, which keeps its hour across daylight saving.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Every = Literal["off", "daily", "weekly", "monthly"]
"""How often a member wants a digest: on working days, on Tuesdays, on the month's first Tuesday."""

AT: Final = time(8)
EARLIEST: Final = time(7)
LATEST: Final = time(19)
"""No digest is sent before or from then on, local time."""

TUESDAY: Final = 1
SATURDAY: Final = 5

MOST_UNVISITED: Final = 4
"""Digests without a visit after which they come monthly."""

MOST_DAYS_BACK: Final = 35
"""How many days' digests are caught up with."""

_DAY: Final = timedelta(days=1)


def in_force(every: Every, unvisited: int) -> Every:
    """How often digests come, where so many have come since the last visit."""
    return "monthly" if every in ("daily", "weekly") and unvisited >= MOST_UNVISITED else every


def comes_on(every: Every, day: date) -> bool:
    """Whether a digest comes on this day."""
    match every:
        case "daily":
            return day.weekday() < SATURDAY
        case "weekly":
            return day.weekday() == TUESDAY
        case "monthly":
            return day.weekday() == TUESDAY and day.day <= 7
    return False


def days_back(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, which comes first; of more than so many the latest."""
    for days in range(min((last - first).days, MOST_DAYS_BACK) + 1):
        yield last - days * _DAY


def moment(day: date, zone: ZoneInfo) -> datetime:
    """When the digests of a day are due, in UTC."""
    return datetime.combine(day, AT, zone).astimezone(UTC)


def next_moment(zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment later than this one at which digests may be due: 8:00 of some day, in UTC."""
    day = after.astimezone(zone).date()
    return next(each for each in (moment(day + days * _DAY, zone) for days in range(3)) if each > after)


def next_digest(every: Every, zone: ZoneInfo, after: datetime) -> datetime | None:
    """When the next digest would come; None where none does."""
    if every == "off":
        return None
    at = next_moment(zone, after)
    while not comes_on(every, at.astimezone(zone).date()):
        at = next_moment(zone, at)
    return at


def welcome(zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment from this one on at which mail is welcome, in UTC."""
    local = now.astimezone(zone)
    if EARLIEST <= local.time() < LATEST:
        return now
    day = local.date() if local.time() < EARLIEST else local.date() + _DAY
    return datetime.combine(day, EARLIEST, zone).astimezone(UTC)
