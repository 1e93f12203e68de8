"""The month of listening that the people of the demo have behind them."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import msgspec
import pytest

from chalicelib.progress import events
from chalicelib.progress.events import Event
from infra import company, crew, listening
from infra.company import Company
from infra.listening import Month, Stretch

TODAY = date(2026, 5, 28)


@pytest.fixture(scope="module")
def tarnwell() -> Company:
    """The company that is committed."""
    return company.read()


@pytest.fixture(scope="module")
def months(tarnwell: Company) -> dict[str, Month]:
    """What everybody hears where every track is 70 seconds long."""
    return {key: month_of(tarnwell, key) for key in tarnwell.people}


def month_of(tarnwell: Company, key: str) -> Month:
    durations_ms = dict.fromkeys(tarnwell.speakers, 70_000)
    return listening.of_person(tarnwell, key, durations_ms, TODAY)


def test_everybody_listens_now_and_then_and_not_everything_to_the_end(months: dict[str, Month]) -> None:
    assert all(month.past and month.lately for month in months.values())
    past = [stretch for month in months.values() for stretch in month.past]
    assert 400 < len(past) < 1500
    assert len({stretch.at.date() for stretch in past}) > 20
    assert 0.6 < sum(stretch.is_to_the_end for stretch in past) / len(past) < 0.95


def test_a_month_told_again_is_the_same(tarnwell: Company, months: dict[str, Month]) -> None:
    assert {key: month_of(tarnwell, key) for key in tarnwell.people} == months


def test_nobody_listens_before_their_first_day_or_in_a_playlist_that_is_another_ones(
    tarnwell: Company, months: dict[str, Month]
) -> None:
    private = {playlist.title: playlist.owner for playlist in tarnwell.playlists if playlist.audience == "me"}
    for key, month in months.items():
        first_day = tarnwell.people[key].started_on(TODAY) - timedelta(days=1)  # in another time zone
        assert all(stretch.at.date() >= first_day for stretch in month.past)
        assert all(private.get(stretch.playlist or "", key) == key for stretch in month.lately)


@pytest.mark.parametrize("clock", ["00:00:00", "23:59:59"])
def test_whatever_time_it_is_the_month_is_neither_to_come_nor_too_old(
    months: dict[str, Month], clock: str
) -> None:
    now = datetime.fromisoformat(f"{TODAY.isoformat()}T{clock}+00:00")
    for stretch in chain.from_iterable(month.past for month in months.values()):
        for event in taken(stretch):
            assert events.refusal(event, now) is None
            assert now - event.effective_at < timedelta(days=30)


def test_what_is_reported_of_a_stretch_is_believed_whole() -> None:
    at = datetime(2026, 5, 20, 8, tzinfo=UTC)
    stretch = Stretch(at, "A", 5_000, 200_000, 200_000, rate=1.5)
    reported = taken(stretch)
    assert [event.kind for event in reported] == ["tick", "tick", "ended"]
    assert [event.sequence for event in reported] == [1, 2, 3]
    assert set[int]().union(*(event.heard(200_000) for event in reported)) == set(range(5, 200))
    assert reported[-1].effective_at == stretch.over_at == at + timedelta(seconds=130)
    assert {event.session_id for event in reported} == {event.session_id for event in taken(stretch)}


def taken(stretch: Stretch) -> list[Event]:
    """What the server makes of what is reported."""
    ids = {"track_id": "t", "revision": 1}
    return [msgspec.convert(event | ids, Event) for event in listening.reported(stretch, crew.NAMES)]
