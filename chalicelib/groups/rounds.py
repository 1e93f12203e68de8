"""The calendar of a group's check-ins: when a round opens, reminds and closes, whom it waits for, its topic.

Local times are read as RFC 5545 reads them (section 3.3.5): one that the clocks skip counts by the offset
before the gap, one that comes twice counts the first time.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count
from typing import Final, Literal
from zoneinfo import ZoneInfo

Every = Literal["weekly", "biweekly", "every4weeks", "monthly", "ramp"]
Outcome = Literal["closed", "rolled_over"]

LEAST_MEMBERS: Final = 3
MOST_MEMBERS: Final = 12
"""How many a group that holds rounds has."""

WINDOW_WORKING_DAYS: Final = 5
REMIND_AFTER_WORKING_DAYS: Final = 3
"""60 % of the window."""

LEAST_CONTRIBUTIONS: Final = 2
"""With fewer a round rolls over, and its topic returns."""

WEEKLY_FOR_WEEKS: Final = 4
BIWEEKLY_TO_WEEK: Final = 12
LAST: Final = -1
"""The last such weekday of a month, as `Cadence.nth`."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Cadence:
    """When rounds open: on this weekday (Monday is 0), at this local time, from this day on.

    ``monthly`` opens on the `nth` such weekday of a month, ``ramp`` weekly for 4 weeks, biweekly to week 12
    and then every 4 weeks.
    """

    every: Every
    weekday: int
    at: time
    time_zone: str
    since: date
    nth: int = 1


@dataclass(frozen=True)
class Window:
    """The time a round is open, and when those still missing are reminded."""

    opens_at: datetime
    remind_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Turn:
    """What a group's turn in the calendar comes to: a round with this window, or none; and the next turn."""

    window: Window | None
    next_at: datetime


@dataclass(frozen=True)
class Topic:
    """Something to talk about, the votes for it, and the last round that was about it."""

    topic_id: str
    votes: int
    added_at: datetime
    used_at: datetime | None


def next_opening(cadence: Cadence, after: datetime) -> datetime:
    """The first moment after this one at which a round is to open."""
    day = after.astimezone(ZoneInfo(cadence.time_zone)).date()
    openings = (_local(cadence, each) for each in _days(cadence, day - _DAY))
    return next(moment for moment in openings if moment > after)


def window(cadence: Cadence, opens_at: datetime) -> Window:
    """The window of the round that opens at this moment: five working days, so never more than a week."""
    day = opens_at.astimezone(ZoneInfo(cadence.time_zone)).date()
    return Window(
        opens_at,
        _local(cadence, _working_days_later(day, REMIND_AFTER_WORKING_DAYS)),
        _local(cadence, _working_days_later(day, WINDOW_WORKING_DAYS)),
    )


def turn(cadence: Cadence, planned: datetime, snoozes: Mapping[str, date | None], now: datetime) -> Turn:
    """What the turn planned for a moment comes to when it is taken up now, maybe much later.

    `snoozes` are the group's members with the day each is back, None for who is there. A round that nobody
    could answer any more is left out, a group too small or too large waits for its next turn, and one of
    which half is away is asked again a week later.
    """
    day = planned.astimezone(ZoneInfo(cadence.time_zone)).date()
    after = next_opening(cadence, planned)
    if not LEAST_MEMBERS <= len(snoozes) <= MOST_MEMBERS or window(cadence, planned).closes_at <= now:
        return Turn(None, _answerable(cadence, after, now))
    if half_is_away(snoozes, day):
        return Turn(None, _answerable(cadence, min(_local(cadence, day + _WEEK), after), now))
    return Turn(window(cadence, planned), _answerable(cadence, after, now))


def is_away(back_on: date | None, on: date) -> bool:
    """Whether somebody who snoozed until a day is away on this one; on the day itself they are back."""
    return back_on is not None and on < back_on


def expected(snoozes: Mapping[str, date | None], on: date) -> set[str]:
    """Whom a round waits for that opens on this day."""
    return {member_id for member_id, back_on in snoozes.items() if not is_away(back_on, on)}


def half_is_away(snoozes: Mapping[str, date | None], on: date) -> bool:
    """Whether at least half of a group is away on this day."""
    return 2 * len(expected(snoozes, on)) <= len(snoozes)


def next_topic(topics: Collection[Topic]) -> Topic | None:
    """The topic with the most votes; among equals the one not talked about for longest, then the oldest."""
    return min(
        topics,
        key=lambda topic: (-topic.votes, topic.used_at or _NEVER, topic.added_at, topic.topic_id),
        default=None,
    )


def outcome(contributions: int) -> Outcome:
    """What becomes of a round that so many members contributed to."""
    return "closed" if contributions >= LEAST_CONTRIBUTIONS else "rolled_over"


def _answerable(cadence: Cadence, opening: datetime, now: datetime) -> datetime:
    """This opening, or the first after it that can still be answered."""
    while window(cadence, opening).closes_at <= now:
        opening = next_opening(cadence, opening)
    return opening


def _local(cadence: Cadence, day: date) -> datetime:
    return datetime.combine(day, cadence.at, ZoneInfo(cadence.time_zone)).astimezone(UTC)


def _days(cadence: Cadence, first: date) -> Iterator[date]:
    """The days of a cadence from this one on."""
    if cadence.every == "monthly":
        days = _monthly(cadence, max(first, cadence.since))
    else:
        start = _on_or_after(cadence.since, cadence.weekday)
        days = (start + week * _WEEK for week in _weeks(cadence.every))
    return (day for day in days if day >= max(first, cadence.since))


def _weeks(every: Every) -> Iterator[int]:
    """In which weeks a round opens, counted from the first as 0."""
    match every:
        case "biweekly":
            return count(0, 2)
        case "every4weeks":
            return count(0, 4)
        case "ramp":
            biweekly = range(WEEKLY_FOR_WEEKS + 1, BIWEEKLY_TO_WEEK, 2)
            return chain(range(WEEKLY_FOR_WEEKS), biweekly, count(BIWEEKLY_TO_WEEK + 3, 4))
    return count(0)


def _monthly(cadence: Cadence, first: date) -> Iterator[date]:
    for month in count(first.year * 12 + first.month - 1):
        begin = date(month // 12, month % 12 + 1, 1)
        if cadence.nth == LAST:
            following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
            yield _on_or_after(following - _WEEK, cadence.weekday)
        else:
            yield _on_or_after(begin, cadence.weekday) + (cadence.nth - 1) * _WEEK


def _on_or_after(day: date, weekday: int) -> date:
    return day + (weekday - day.weekday()) % 7 * _DAY


def _working_days_later(day: date, working_days: int) -> date:
    while working_days:
        day += _DAY
        working_days -= day.weekday() < 5
    return day
