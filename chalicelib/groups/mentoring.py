"""Who could be whose mentor, and why: from people to suggestions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from chalicelib.workspaces import hours

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    """What is known of somebody when mentors are suggested; topics in lower case, hours local."""

    member_id: str
    department: str | None
    topics: frozenset[str]
    time_zone: str
    begin: time
    end: time
    mentees: int = 0
    capacity: int = 0


@dataclass(frozen=True)
class Suggestion:
    """A possible mentor, and what speaks for them in sentences."""

    member_id: str
    reasons: tuple[str, ...]


def suggest(newcomer: Person, people: Iterable[Person], *, on: date) -> list[Suggestion]:
    """Those who have room for another mentee, the most fitting first.

    Fewest mentees relative to capacity, then shared topics, another department, and hours in which both
    work on this day.
    """
    able = [each for each in people if each.member_id != newcomer.member_id and each.mentees < each.capacity]

    def order(person: Person) -> tuple[Fraction, int, bool, timedelta, str]:
        return (
            Fraction(person.mentees, person.capacity),
            -len(newcomer.topics & person.topics),
            not _elsewhere(newcomer, person),
            -overlap(newcomer, person, on=on),
            person.member_id,
        )

    return [
        Suggestion(person.member_id, tuple(_reasons(newcomer, person, on)))
        for person in sorted(able, key=order)
    ]


def overlap(one: Person, other: Person, *, on: date) -> timedelta:
    """How long both work at the same time on the first's working day of this date."""
    begin, end = _hours(one, on)
    total = timedelta()
    for day in (on - _DAY, on, on + _DAY):
        others_begin, others_end = _hours(other, day)
        total += max(timedelta(), min(end, others_end) - max(begin, others_begin))
    return total


def _hours(person: Person, on: date) -> tuple[datetime, datetime]:
    return hours.working_day(ZoneInfo(person.time_zone), person.begin, person.end, on)


def _elsewhere(newcomer: Person, person: Person) -> bool:
    """Whether both have a department, and not the same."""
    return None not in (newcomer.department, person.department) and newcomer.department != person.department


def _reasons(newcomer: Person, person: Person, on: date) -> Iterator[str]:
    room = "one new hire" if person.capacity == 1 else f"{person.capacity} new hires"
    yield f"has time for {room} and has {person.mentees or 'none yet'}"
    if shared := sorted(newcomer.topics & person.topics):
        yield f"shares {_listed(shared)}"
    if _elsewhere(newcomer, person):
        yield f"is in another department, {person.department}"
    if together := overlap(newcomer, person, on=on):
        yield f"works {_hours_and_minutes(together)} of the day at the same time"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _hours_and_minutes(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return " ".join(filter(None, [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]))
