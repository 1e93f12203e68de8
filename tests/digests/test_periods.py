"""The calendar of digests: days, hours, zones, and the two nights a year that are longer or shorter."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.digests import periods
from chalicelib.digests.periods import Every

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("daily", [1, 2, 3, 4, 7, 8, 9, 10, 11, 14]),
        ("weekly", [1, 8]),
        ("monthly", [1]),
        ("off", []),
    ],
)
def test_digests_come_on_working_days_on_tuesdays_or_on_the_first_tuesday(
    every: Every, days: list[int]
) -> None:
    december = [date(2026, 12, day) for day in range(1, 15)]
    assert [day.day for day in december if periods.comes_on(every, day)] == days


@pytest.mark.parametrize(
    ("zone", "after", "then"),
    [
        ("Europe/Berlin", "2026-12-01 06:59", "2026-12-01 07:00"),
        ("Europe/Berlin", "2026-12-01 07:00", "2026-12-02 07:00"),
        ("Europe/Berlin", "2026-03-28 08:00", "2026-03-29 06:00"),  # the night in between is an hour shorter
        ("Europe/Berlin", "2026-10-24 08:00", "2026-10-25 07:00"),  # and here an hour longer
        ("Asia/Kolkata", "2026-12-01 00:00", "2026-12-01 02:30"),
        ("Asia/Kathmandu", "2026-12-01 00:00", "2026-12-01 02:15"),
        ("Pacific/Kiritimati", "2026-12-01 00:00", "2026-12-01 18:00"),
        ("Pacific/Pago_Pago", "2026-12-01 00:00", "2026-12-01 19:00"),
    ],
)
def test_a_morning_is_eight_o_clock_of_the_zone(zone: str, after: str, then: str) -> None:
    assert periods.next_moment(ZoneInfo(zone), utc(after)) == utc(then)


@given(ZONES, MOMENTS)
def test_the_next_morning_is_later_and_within_some_hours_of_a_day(zone: ZoneInfo, after: datetime) -> None:
    then = periods.next_moment(zone, after)
    assert after < then <= after + timedelta(hours=48)
    assert then.astimezone(zone).time() == periods.AT


@given(ZONES, MOMENTS)
def test_mail_is_welcome_from_seven_to_seven(zone: ZoneInfo, now: datetime) -> None:
    then = periods.welcome(zone, now)
    assert now <= then <= now + timedelta(hours=14)
    assert periods.EARLIEST <= then.astimezone(zone).time() < periods.LATEST
    if periods.EARLIEST <= now.astimezone(zone).time() < periods.LATEST:
        assert then == now


def test_the_edges_of_the_day() -> None:
    assert periods.welcome(BERLIN, utc("2026-12-01 05:59")) == utc("2026-12-01 06:00")
    assert periods.welcome(BERLIN, utc("2026-12-01 17:59")) == utc("2026-12-01 17:59")
    assert periods.welcome(BERLIN, utc("2026-12-01 18:00")) == utc("2026-12-02 06:00")


@pytest.mark.parametrize(
    ("every", "then"),
    [
        ("daily", "2026-12-02 07:00"),
        ("weekly", "2026-12-08 07:00"),
        ("monthly", "2027-01-05 07:00"),
    ],
)
def test_when_the_next_digest_would_come(every: Every, then: str) -> None:
    assert periods.next_digest(every, BERLIN, utc("2026-12-01 07:00")) == utc(then)


def test_no_digest_comes_to_who_wants_none() -> None:
    assert periods.next_digest("off", BERLIN, utc("2026-12-01 07:00")) is None


@pytest.mark.parametrize(
    ("every", "unvisited", "in_force"),
    [
        ("weekly", 3, "weekly"),
        ("weekly", 4, "monthly"),
        ("daily", 4, "monthly"),
        ("monthly", 9, "monthly"),
        ("off", 9, "off"),
    ],
)
def test_after_four_without_a_visit_they_come_monthly(every: Every, unvisited: int, in_force: Every) -> None:
    assert periods.in_force(every, unvisited) == in_force
