"""When somebody is at work next."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.workspaces import hours

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("after", "begin", "end", "expected"),
    [
        ("2026-01-14T08:59", "09:00", "17:00", "2026-01-14T09:00"),
        ("2026-01-14T09:00", "09:00", "17:00", "2026-01-14T09:00"),
        ("2026-01-14T12:34", "09:00", "17:00", "2026-01-14T12:34"),
        ("2026-01-14T16:59", "09:00", "17:00", "2026-01-14T16:59"),
        ("2026-01-14T17:00", "09:00", "17:00", "2026-01-15T09:00"),
        ("2026-01-16T17:00", "09:00", "17:00", "2026-01-19T09:00"),
        ("2026-01-17T12:00", "09:00", "17:00", "2026-01-19T09:00"),
        ("2026-01-18T23:59", "09:00", "17:00", "2026-01-19T09:00"),
        # a night shift that begins on Friday goes on into Saturday
        ("2026-01-17T03:00", "22:00", "06:00", "2026-01-17T03:00"),
        ("2026-01-17T06:00", "22:00", "06:00", "2026-01-19T22:00"),
        ("2026-01-19T03:00", "22:00", "06:00", "2026-01-19T22:00"),
        # clocks go forward on 29 March and back on 25 October: nine o'clock stays nine o'clock
        ("2026-03-27T18:00", "09:00", "17:00", "2026-03-30T09:00"),
        ("2026-10-23T18:00", "09:00", "17:00", "2026-10-26T09:00"),
    ],
)
def test_the_next_moment_at_work(after: str, begin: str, end: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=BERLIN)
    found = hours.at_work(BERLIN, time.fromisoformat(begin), time.fromisoformat(end), moment)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)


@given(
    minutes=st.integers(min_value=0, max_value=10 * 365 * 24 * 60),
    zone=st.timezones(),
    begin=st.times(),
    end=st.times(),
)
def test_whatever_the_hours_there_is_one_soon_and_then_it_is_now(
    minutes: int, zone: ZoneInfo, begin: time, end: time
) -> None:
    after = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = hours.at_work(zone, begin, end, after)
    assert after <= found <= after + timedelta(days=5)
    assert hours.at_work(zone, begin, end, found) == found
