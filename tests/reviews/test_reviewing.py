"""Review dates through the API: who is asked, when, and what their answers do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib import times
from chalicelib.digests import news
from chalicelib.reviews import reviewing
from chalicelib.tracks.models import Track
from tests.reviews.saying import (
    anew,
    asked,
    asks,
    confirms,
    has_come,
    in_a_year,
    in_days,
    retires,
    reviews,
    today,
)
from tests.tracks.audio import mp3
from tests.world import Person, World


def waiting(who: Person) -> list[str]:
    return [each["title"] for each in who.get(f"{who.place}/reviews").expect(200)["items"]]


def test_a_track_is_to_be_looked_at_a_year_after_it_was_published(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    assert ann.track(track_id)["review_on"] == in_a_year()
    assert ben.track(track_id)["review_on"] is None, "it is their own business"
    assert waiting(ann) == []


def test_only_the_speaker_is_asked_when_the_day_has_come(ann: Person, ben: Person) -> None:
    waits = ann.records(mp3(1), title="How we sell")
    ann.records(mp3(1), title="Of today")
    has_come(ann, waits)
    assert waiting(ann) == ["How we sell"]
    assert waiting(ben) == []


def test_what_is_still_true_is_asked_about_in_a_year_and_says_so_to_listeners(
    ann: Person, ben: Person
) -> None:
    track_id = ann.records(mp3(1))
    has_come(ann, track_id, days_ago=40)
    said = confirms(ann, track_id).expect(200)
    assert (said["review_on"], said["still_true_on"]) == (in_a_year(), str(today()))
    assert ben.track(track_id)["still_true_on"] == str(today())
    assert confirms(ann, track_id).expect(200) == said, "twice a day is once"
    assert waiting(ann) == []
    confirms(ben, track_id).expect(404)


def test_a_new_recording_is_asked_about_a_year_after_it(ann: Person) -> None:
    track_id = ann.records(mp3(1))
    confirms(ann, track_id).expect(200)
    has_come(ann, track_id)
    anew(ann, track_id)
    track = ann.track(track_id)
    assert (track["revision"], track["review_on"]) == (2, in_a_year())
    assert track["still_true_on"] is None, "that was said of what it was before"
    assert track["revised_at"] > track["published_at"]


def test_a_speaker_chooses_another_day(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    for day in (in_days(1), str(times.in_years(today(), reviewing.MOST_YEARS))):
        assert reviews(ann, track_id, day).expect(200)["review_on"] == day
        reviews(ben, track_id, day).expect(404)


def test_a_day_that_has_come_or_is_too_far_away_is_none(ann: Person) -> None:
    track_id = ann.records(mp3(1))
    last = times.in_years(today(), reviewing.MOST_YEARS)
    for day in (in_days(0), str(last + timedelta(days=1))):
        refused = reviews(ann, track_id, day).expect(400)
        assert refused["Message"] == f"Choose a day from {in_days(1)} to {last}, 3 years from now."
    reviews(ann, track_id, "soon").expect(400)


def test_two_devices_do_not_overwrite_one_another(ann: Person) -> None:
    track_id = ann.records(mp3(1))
    seen = str(ann.track(track_id)["version"])
    reviews(ann, track_id, in_days(30), If_Match=seen).expect(200)
    stale = confirms(ann, track_id, If_Match=seen).expect(409)
    assert (stale["Code"], stale["Current"]["review_on"]) == ("StaleVersion", in_days(30))
    reviews(ann, track_id, in_days(31), If_Match=seen).expect(409)
    retires(ann, track_id, If_Match=seen).expect(409)


def test_answers_at_the_same_moment_leave_one_of_them_whole(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(1))
    confirmed, retired = world.at_once(lambda: confirms(ann, track_id), lambda: retires(ann, track_id))
    retired.expect(200)
    assert confirmed.status in (200, 409)
    track = ann.track(track_id)
    assert track["retired_at"] is not None
    assert track["review_on"] is None


def test_what_is_not_ready_or_is_retired_is_not_asked_about(ann: Person) -> None:
    coming = ann.announces()["track"]["track_id"]
    assert confirms(ann, coming).expect(409)["Code"] == "TrackNotReady"
    assert ann.track(coming)["review_on"] is None
    retired = ann.records(mp3(1))
    has_come(ann, retired)
    retires(ann, retired).expect(200)
    assert confirms(ann, retired).expect(409)["Code"] == "TrackRetired"
    assert reviews(ann, retired, in_days(9)).expect(409)["Code"] == "TrackRetired"
    assert waiting(ann) == []


def test_a_track_from_before_there_were_such_days_has_one_too(ann: Person) -> None:
    track_id = ann.records(mp3(1))
    Track(ann.workspace_id, track_id).update(actions=[Track.review_on.remove()])
    assert ann.track(track_id)["review_on"] == in_a_year()
    assert confirms(ann, track_id).expect(200)["review_on"] == in_a_year()
    assert Track.get(ann.workspace_id, track_id).review_on == date.fromisoformat(in_a_year())


def test_a_speaker_is_told_once_when_the_day_has_come(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    day = date.fromisoformat(in_a_year())
    morning = datetime.combine(day, time(1), UTC)
    asks(world, [track_id], morning - timedelta(days=1))
    assert asked(ann) == []
    asks(world, [track_id], morning)
    asks(world, [track_id], morning)
    assert asked(ann) == [track_id]
    assert asked(ben) == []
    [told] = news.of_some(ann.workspace_id, [f"m#{ann.member_id}"], times.now() - timedelta(days=1))
    assert told.kind == "review_asked"
    assert told.track is not None
    assert told.track.track_id == track_id
    confirms(ann, track_id).expect(200)
    assert news.of_some(ann.workspace_id, [f"m#{ann.member_id}"], times.now() - timedelta(days=1)) == []


def test_who_put_the_day_off_retired_the_track_or_took_it_back_is_not_told(world: World, ann: Person) -> None:
    put_off, retired, gone = (ann.records(mp3(1)) for _ in range(3))
    reviews(ann, put_off, in_days(700)).expect(200)
    retires(ann, retired).expect(200)
    ann.delete(f"{ann.place}/tracks/{gone}").expect(204)
    asks(world, [put_off, retired, gone], datetime.combine(date.fromisoformat(in_a_year()), time(1), UTC))
    assert asked(ann) == []


@pytest.mark.parametrize(
    ("day", "then"),
    [("2027-03-14", "2028-03-14"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")],
)
def test_a_year_later_is_the_same_day(day: str, then: str) -> None:
    assert str(times.in_years(date.fromisoformat(day), 1)) == then
