"""The slots in which things due are looked for."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.due import slots

EIGHT = datetime(2026, 10, 6, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        (EIGHT, EIGHT),
        (EIGHT + timedelta(minutes=14, seconds=59, microseconds=999_999), EIGHT),
        (EIGHT + timedelta(minutes=15), EIGHT + timedelta(minutes=15)),
        (EIGHT.astimezone(timezone(timedelta(hours=5, minutes=45))), EIGHT),
    ],
)
def test_a_slot_is_a_quarter_of_an_hour_in_utc(moment: datetime, begins: datetime) -> None:
    assert slots.begin(moment) == begins


def test_what_is_due_stands_in_one_of_the_shards_of_its_slot() -> None:
    assert slots.keys(EIGHT) == [f"2026-10-06T08:00Z#{shard}" for shard in range(slots.SHARDS)]
    found = {slots.key(EIGHT + timedelta(minutes=7), f"group-{number}") for number in range(100)}
    assert found == set(slots.keys(EIGHT))


def test_between_two_moments_lie_all_slots_with_both_ends() -> None:
    found = list(slots.between(EIGHT + timedelta(minutes=3), EIGHT + timedelta(minutes=31)))
    assert found == [EIGHT, EIGHT + timedelta(minutes=15), EIGHT + timedelta(minutes=30)]
    assert list(slots.between(EIGHT, EIGHT - timedelta(seconds=1))) == []


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.text(max_size=5))
def test_whatever_is_planned_is_found_from_any_earlier_moment(first: int, later: int, id_: str) -> None:
    begun, due_at = EIGHT + timedelta(seconds=first), EIGHT + timedelta(seconds=first + later % 10**5)
    looked_at = {key for slot in slots.between(begun, due_at) for key in slots.keys(slot)}
    assert slots.key(due_at, id_) in looked_at
