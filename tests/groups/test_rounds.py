"""The calendar of check-ins: daylight saving, month ends, the ramp, who is away, and topics in turn."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.groups import rounds
from chalicelib.groups.rounds import Cadence, Topic

BERLIN = "Europe/Berlin"
TUESDAY = 1


def cadence(every: Any = "weekly", **more: Any) -> Cadence:
    described: dict[str, Any] = {
        "weekday": TUESDAY,
        "at": time(10),
        "time_zone": BERLIN,
        "since": date(2026, 1, 1),
    } | more
    return Cadence(every=every, **described)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def openings(chosen: Cadence, after: str, how_many: int) -> list[str]:
    """So many openings after a moment, as local times."""
    found, moment = [], utc(after)
    for _ in range(how_many):
        moment = rounds.next_opening(chosen, moment)
        found.append(f"{moment.astimezone(ZoneInfo(chosen.time_zone)):%Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("chosen", "after", "local"),
    [
        (cadence("weekly"), "2025-12-24T00:00", ["2026-01-06 10:00", "2026-01-13 10:00"]),
        (cadence("biweekly"), "2026-01-06T09:00", ["2026-01-20 10:00", "2026-02-03 10:00"]),
        (cadence("every4weeks"), "2026-01-06T09:00", ["2026-02-03 10:00", "2026-03-03 10:00"]),
        (cadence("monthly"), "2026-01-06T08:59", ["2026-01-06 10:00", "2026-02-03 10:00"]),
        (cadence("monthly", nth=4, weekday=4), "2026-01-01T00:00", ["2026-01-23 10:00", "2026-02-27 10:00"]),
        (cadence("monthly", nth=-1, weekday=4), "2026-01-01T00:00", ["2026-01-30 10:00", "2026-02-27 10:00"]),
        (cadence("monthly", nth=-1, weekday=0), "2026-11-01T00:00", ["2026-11-30 10:00", "2026-12-28 10:00"]),
        (cadence("monthly", nth=-1, weekday=3), "2027-12-01T00:00", ["2027-12-30 10:00", "2028-01-27 10:00"]),
        (cadence("monthly", nth=-1), "2028-02-01T00:00", ["2028-02-29 10:00", "2028-03-28 10:00"]),
        (cadence("monthly", since=date(2026, 1, 7)), "2026-01-01T00:00", ["2026-02-03 10:00"]),
        (cadence(since=date(2026, 1, 6)), "2026-01-01T00:00", ["2026-01-06 10:00"]),
        (cadence(since=date(2026, 1, 7)), "2026-01-01T00:00", ["2026-01-13 10:00"]),
        (cadence(time_zone="Pacific/Kiritimati"), "2026-01-05T19:59", ["2026-01-06 10:00"]),
        (cadence(time_zone="Pacific/Kiritimati"), "2026-01-05T20:00", ["2026-01-13 10:00"]),
        (cadence(time_zone="Pacific/Pago_Pago"), "2026-01-06T21:00", ["2026-01-13 10:00"]),
    ],
)
def test_a_cadence_opens_at_its_local_times(chosen: Cadence, after: str, local: list[str]) -> None:
    assert openings(chosen, after, len(local)) == local


def test_local_time_is_kept_across_daylight_saving() -> None:
    spring = [rounds.next_opening(cadence(), utc("2026-03-24T00:00"))]
    spring.append(rounds.next_opening(cadence(), spring[0]))
    assert spring == [utc("2026-03-24T09:00"), utc("2026-03-31T08:00")]
    autumn = rounds.next_opening(cadence(), utc("2026-10-21T00:00"))
    assert autumn == utc("2026-10-27T09:00")


def test_a_time_that_the_clocks_skip_counts_by_the_offset_before() -> None:
    sunday_night = cadence(weekday=6, at=time(2, 30))
    assert rounds.next_opening(sunday_night, utc("2026-03-28T00:00")) == utc("2026-03-29T01:30")
    assert openings(sunday_night, "2026-03-22T03:00", 2) == ["2026-03-29 03:30", "2026-04-05 02:30"]


def test_a_time_that_comes_twice_counts_once_and_the_first_time() -> None:
    sunday_night = cadence(weekday=6, at=time(2, 30))
    first = rounds.next_opening(sunday_night, utc("2026-10-24T00:00"))
    assert first == utc("2026-10-25T00:30")
    assert rounds.next_opening(sunday_night, first) == utc("2026-11-01T01:30")


def test_a_day_that_a_zone_skips_opens_one_round() -> None:
    friday = cadence(weekday=4, time_zone="Pacific/Apia", since=date(2011, 12, 1))
    assert openings(friday, "2011-12-24T00:00", 2) == ["2011-12-31 10:00", "2012-01-06 10:00"]


def test_new_hires_ramp_from_weekly_over_biweekly_to_every_four_weeks() -> None:
    first, moment, weeks = utc("2026-01-06T09:00"), utc("2026-01-01T00:00"), []
    for _ in range(11):
        moment = rounds.next_opening(cadence("ramp"), moment)
        weeks.append(round((moment - first) / timedelta(weeks=1)) + 1)
    assert weeks == [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24]


@pytest.mark.parametrize(
    ("weekday", "reminds", "closes"),
    [
        (0, "2026-06-04", "2026-06-08"),
        (1, "2026-06-05", "2026-06-09"),
        (2, "2026-06-08", "2026-06-10"),
        (3, "2026-06-09", "2026-06-11"),
        (4, "2026-06-10", "2026-06-12"),
        (5, "2026-06-10", "2026-06-12"),
        (6, "2026-06-10", "2026-06-12"),
    ],
)
def test_a_window_spans_five_working_days_and_reminds_after_three(
    weekday: int, reminds: str, closes: str
) -> None:
    chosen = cadence(weekday=weekday)
    opens_at = rounds.next_opening(chosen, utc("2026-05-31T23:00"))
    window = rounds.window(chosen, opens_at)
    assert (f"{window.remind_at:%Y-%m-%d %H:%M}", f"{window.closes_at:%Y-%m-%d %H:%M}") == (
        f"{reminds} 08:00",
        f"{closes} 08:00",
    )
    assert rounds.REMIND_AFTER_WORKING_DAYS == 0.6 * rounds.WINDOW_WORKING_DAYS


def test_a_window_ends_at_the_same_local_time_as_it_began_across_daylight_saving() -> None:
    window = rounds.window(cadence(), utc("2026-03-24T09:00"))
    assert (window.remind_at, window.closes_at) == (utc("2026-03-27T09:00"), utc("2026-03-31T08:00"))


SOMEBODY = {"a": None, "b": None, "c": None, "d": None}
MONDAY_BEFORE = utc("2026-01-05T00:00")
FIRST = utc("2026-01-06T09:00")


def test_a_turn_opens_a_round_and_names_the_next() -> None:
    turn = rounds.turn(cadence(), FIRST, SOMEBODY, FIRST)
    assert turn.window == rounds.window(cadence(), FIRST)
    assert turn.next_at == utc("2026-01-13T09:00")


@pytest.mark.parametrize(
    ("size", "opens"),
    [(2, False), (3, True), (12, True), (13, False)],
)
def test_a_group_of_three_to_twelve_holds_rounds(size: int, opens: bool) -> None:
    turn = rounds.turn(cadence(), FIRST, {str(number): None for number in range(size)}, FIRST)
    assert (turn.window is not None) == opens
    assert turn.next_at == utc("2026-01-13T09:00")


@pytest.mark.parametrize(
    ("late", "opens", "next_at"),
    [
        (timedelta(minutes=15), True, "2026-02-03T09:00"),
        (timedelta(days=1), True, "2026-02-03T09:00"),
        (timedelta(days=7) - timedelta(seconds=1), True, "2026-02-03T09:00"),
        (timedelta(days=7), False, "2026-02-03T09:00"),
        (timedelta(days=40), False, "2026-03-03T09:00"),
    ],
)
def test_a_late_turn_opens_while_somebody_can_still_answer(
    late: timedelta, opens: bool, next_at: str
) -> None:
    turn = rounds.turn(cadence("every4weeks"), FIRST, SOMEBODY, FIRST + late)
    assert (turn.window is not None) == opens
    assert turn.next_at == utc(next_at)


@pytest.mark.parametrize(
    ("every", "next_at"),
    [("weekly", "2026-01-13T09:00"), ("every4weeks", "2026-01-13T09:00"), ("monthly", "2026-01-13T09:00")],
)
def test_with_half_the_group_away_the_turn_is_asked_again_a_week_later(every: str, next_at: str) -> None:
    away = SOMEBODY | {"a": date(2026, 1, 7), "b": date(2026, 2, 1)}
    turn = rounds.turn(cadence(every), FIRST, away, FIRST)
    assert (turn.window, turn.next_at) == (None, utc(next_at))
    one_week_later = rounds.turn(cadence(every), turn.next_at, away, turn.next_at)
    assert one_week_later.window is not None


def test_asking_again_never_skips_the_next_regular_turn() -> None:
    away = SOMEBODY | {"a": date(2027, 1, 1), "b": date(2027, 1, 1)}
    chosen, planned, asked = cadence("monthly"), FIRST, []
    for _ in range(5):
        planned = rounds.turn(chosen, planned, away, planned).next_at
        asked.append(f"{planned:%m-%d}")
    assert asked == ["01-13", "01-20", "01-27", "02-03", "02-10"]


def test_who_is_back_on_the_day_is_expected() -> None:
    snoozes = {"ann": None, "ben": date(2026, 1, 6), "cleo": date(2026, 1, 7)}
    assert rounds.expected(snoozes, date(2026, 1, 6)) == {"ann", "ben"}
    assert not rounds.half_is_away(snoozes, date(2026, 1, 6))
    assert rounds.half_is_away(snoozes, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("contributions", "outcome"), [(0, "rolled_over"), (1, "rolled_over"), (2, "closed"), (12, "closed")]
)
def test_fewer_than_two_contributions_roll_over(contributions: int, outcome: str) -> None:
    assert rounds.outcome(contributions) == outcome


def topic(name: str, votes: int = 0, used: str | None = None, added: str = "2026-01-01T00:00") -> Topic:
    return Topic(name, votes, utc(added), utc(used) if used else None)


@pytest.mark.parametrize(
    ("topics", "chosen"),
    [
        ([], None),
        ([topic("a"), topic("b", votes=1)], "b"),
        ([topic("a", votes=1, used="2026-01-06T09:00"), topic("b")], "a"),
        ([topic("a", used="2026-01-06T09:00"), topic("b")], "b"),
        ([topic("a", used="2026-01-13T09:00"), topic("b", used="2026-01-06T09:00")], "b"),
        ([topic("a", added="2026-01-02T00:00"), topic("b")], "b"),
        ([topic("b"), topic("a")], "a"),
    ],
)
def test_the_next_topic_is_the_most_wanted_and_then_the_longest_untouched(
    topics: list[Topic], chosen: str | None
) -> None:
    found = rounds.next_topic(topics)
    assert (found.topic_id if found else None) == chosen


@given(st.integers(1, 8))
def test_without_votes_every_topic_has_its_turn_before_any_comes_again(how_many: int) -> None:
    topics = {str(number): topic(str(number)) for number in range(how_many)}
    used = []
    for week in range(3 * how_many):
        chosen = rounds.next_topic(topics.values())
        assert chosen is not None
        used.append(chosen.topic_id)
        topics[chosen.topic_id] = Topic(
            chosen.topic_id, 0, chosen.added_at, FIRST + week * timedelta(weeks=1)
        )
    assert used == 3 * used[:how_many]
    assert set(used) == set(topics)


ZONES = ["UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"]
cadences = st.builds(
    Cadence,
    every=st.sampled_from(["weekly", "biweekly", "every4weeks", "monthly", "ramp"]),
    weekday=st.integers(0, 6),
    at=st.times().map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)),
    time_zone=st.sampled_from(ZONES),
    since=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    nth=st.sampled_from([1, 2, 3, 4, rounds.LAST]),
)
moments = st.integers(0, 6 * 366 * 24 * 3600).map(
    lambda seconds: utc("2024-01-01T00:00") + timedelta(seconds=seconds)
)
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@given(cadences, moments)
def test_the_next_opening_is_after_the_moment_and_nothing_lies_between(
    chosen: Cadence, moment: datetime
) -> None:
    opening = rounds.next_opening(chosen, moment)
    assert opening > moment
    between = moment + (opening - moment) * 0.5
    assert rounds.next_opening(chosen, min(between, opening - timedelta(microseconds=1))) == opening
    local = opening.astimezone(ZoneInfo(chosen.time_zone))
    assert local.date() >= chosen.since
    assert local.weekday() == chosen.weekday
    wall = datetime.combine(local.date(), chosen.at)
    assert abs(local.replace(tzinfo=None) - wall) <= timedelta(hours=1)


@given(cadences, moments)
def test_a_round_has_closed_when_the_next_one_opens(chosen: Cadence, moment: datetime) -> None:
    first = rounds.next_opening(chosen, moment)
    second = rounds.next_opening(chosen, first)
    window = rounds.window(chosen, first)
    assert first < window.remind_at < window.closes_at <= second
    assert second - first >= timedelta(days=7, hours=-1)


@given(
    cadences,
    moments,
    st.lists(st.one_of(st.none(), days), max_size=14),
)
def test_a_turn_always_names_a_later_one_that_can_be_answered(
    chosen: Cadence, now: datetime, backs: list[date | None]
) -> None:
    planned = rounds.next_opening(chosen, now - timedelta(days=30))
    turn = rounds.turn(chosen, planned, {str(number): back for number, back in enumerate(backs)}, now)
    assert turn.next_at > planned
    assert rounds.window(chosen, turn.next_at).closes_at > now
    if turn.window:
        assert turn.window.opens_at == planned
        assert now < turn.window.closes_at <= turn.next_at


@given(cadences, moments)
def test_no_two_openings_are_further_apart_than_the_cadence_says(chosen: Cadence, moment: datetime) -> None:
    found = [rounds.next_opening(chosen, moment)]
    while found[-1] < moment + timedelta(days=365):
        found.append(rounds.next_opening(chosen, found[-1]))
    longest = {"weekly": 7, "biweekly": 14, "every4weeks": 28, "monthly": 35, "ramp": 28}[chosen.every]
    for one, other in pairwise(found):
        assert other - one <= timedelta(days=longest, hours=1)
