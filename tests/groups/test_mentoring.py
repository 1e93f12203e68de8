"""Suggesting mentors: the order, one criterion after the other, and the reasons given."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.groups import mentoring
from chalicelib.groups.mentoring import Person

WINTER = date(2026, 1, 13)


def person(name: str, **more: Any) -> Person:
    described: dict[str, Any] = {
        "department": "Sales",
        "topics": frozenset(),
        "time_zone": "Europe/Berlin",
        "begin": time(9),
        "end": time(17),
        "mentees": 0,
        "capacity": 3,
    }
    return Person(name, **(described | more))


NEWCOMER = person("nora", topics=frozenset({"pitching", "python"}), capacity=0)


def order(*people: Person, newcomer: Person = NEWCOMER) -> list[str]:
    return [found.member_id for found in mentoring.suggest(newcomer, people, on=WINTER)]


def test_who_has_fewest_new_hires_for_their_capacity_comes_first() -> None:
    assert order(
        person("a", mentees=1, capacity=2),
        person("b", mentees=1, capacity=3),
        person("c", mentees=2, capacity=5),
    ) == ["b", "c", "a"]


def test_capacity_counts_more_than_topics_and_topics_more_than_department() -> None:
    assert order(
        person("a", mentees=1, topics=frozenset({"pitching", "python"}), department="Legal"),
        person("b", department="Legal"),
        person("c", topics=frozenset({"pitching"})),
    ) == ["c", "b", "a"]


def test_another_department_counts_more_than_common_hours() -> None:
    elsewhere = person("far", department="Legal", time_zone="America/Los_Angeles")
    assert order(person("near"), elsewhere) == ["far", "near"]


def test_common_hours_decide_between_equals_and_names_are_no_reason() -> None:
    assert order(person("a", time_zone="America/New_York"), person("b"), person("c", begin=time(12))) == [
        "b",
        "c",
        "a",
    ]
    assert order(person("b"), person("a")) == ["a", "b"]


def test_who_is_full_and_the_newcomer_are_not_suggested() -> None:
    assert order(NEWCOMER, person("nora"), person("full", mentees=3), person("none", capacity=0)) == []


def test_without_a_department_nobody_is_elsewhere() -> None:
    unknown = person("nora", department=None)
    assert order(person("b", department="Legal"), person("a"), newcomer=unknown) == ["a", "b"]
    [alone] = mentoring.suggest(NEWCOMER, [person("a", department=None)], on=WINTER)
    assert not any("department" in reason for reason in alone.reasons)


def test_the_reasons_say_what_the_order_is_made_of() -> None:
    candidate = person(
        "a",
        mentees=1,
        topics=frozenset({"python", "pitching", "chess"}),
        department="Legal",
        begin=time(8, 30),
        end=time(16, 30),
    )
    [found] = mentoring.suggest(NEWCOMER, [candidate], on=WINTER)
    assert found.reasons == (
        "has time for 3 new hires and has 1",
        "shares pitching and python",
        "is in another department, Legal",
        "works 7 h 30 min of the day at the same time",
    )


def test_what_does_not_speak_for_somebody_is_not_said() -> None:
    [free] = mentoring.suggest(NEWCOMER, [person("a", time_zone="Pacific/Honolulu")], on=WINTER)
    assert free.reasons == ("has time for 3 new hires and has none yet",)
    [single] = mentoring.suggest(NEWCOMER, [person("a", capacity=1)], on=WINTER)
    assert single.reasons[0] == "has time for one new hire and has none yet"


@pytest.mark.parametrize(
    ("other", "hours"),
    [
        (person("a"), 8),
        (person("a", time_zone="Europe/London"), 7),
        (person("a", time_zone="America/New_York"), 2),
        (person("a", time_zone="America/Los_Angeles"), 0),
        (person("a", time_zone="Asia/Tokyo", begin=time(14), end=time(22)), 5),
        (person("a", time_zone="Pacific/Auckland", begin=time(18), end=time(2)), 5),
        (person("a", begin=time(22), end=time(6)), 0),
        (person("a", begin=time(16), end=time(10)), 2),
        (person("a", begin=time(0), end=time(0)), 8),
    ],
)
def test_common_hours_are_counted_across_zones_and_midnight(other: Person, hours: float) -> None:
    assert mentoring.overlap(person("nora"), other, on=WINTER) == timedelta(hours=hours)


def test_common_hours_know_which_zones_have_changed_their_clocks() -> None:
    new_york = person("a", time_zone="America/New_York")
    assert mentoring.overlap(person("nora"), new_york, on=date(2026, 3, 10)) == timedelta(hours=3)


clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
people = st.builds(
    person,
    st.sampled_from("abcdef"),
    department=st.sampled_from([None, "Sales", "Legal"]),
    topics=st.frozensets(st.sampled_from(["pitching", "python", "chess"])),
    time_zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"]),
    begin=clocks,
    end=clocks,
    mentees=st.integers(0, 4),
    capacity=st.integers(0, 4),
)


@given(st.lists(people, unique_by=lambda each: each.member_id), st.randoms())
def test_the_order_does_not_depend_on_the_order_in_which_people_are_given(
    given_people: list[Person], chance: Any
) -> None:
    shuffled = list(given_people)
    chance.shuffle(shuffled)
    assert order(*shuffled) == order(*given_people)


@given(people, people)
def test_common_hours_are_never_longer_than_either_day(one: Person, other: Person) -> None:
    together = mentoring.overlap(one, other, on=WINTER)
    lengths = [end - begin for begin, end in (mentoring._hours(one, WINTER), mentoring._hours(other, WINTER))]
    assert timedelta() <= together <= min(lengths[0], timedelta(hours=24))
