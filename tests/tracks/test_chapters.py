"""Chapters through the API: who says them, who sees them, and what becomes of them."""

from typing import Any

import pytest

from chalicelib.tracks.models import LONGEST_CHAPTER_TITLE, MOST_CHAPTERS
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World, upload

CHAPTERS = [{"at_ms": 0, "title": "Asking"}, {"at_ms": 1_500, "title": "語 🎧 <b>Waiting</b>"}]


def says(who: Person, track_id: str, chapters: Any = CHAPTERS, **headers: str) -> Answer:
    return who.call("PUT", f"{who.place}/tracks/{track_id}/chapters", {"chapters": chapters}, **headers)


def test_a_colleague_sees_what_a_speaker_said_begins_where(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    assert ben.track(track_id)["chapters"] == []
    said = says(ann, track_id).expect(200)
    assert said["chapters"] == CHAPTERS
    assert said == ann.track(track_id)
    assert ben.track(track_id)["chapters"] == CHAPTERS
    [listed] = ben.get(f"{ben.place}/tracks").expect(200)["items"]
    assert listed["chapters"] == [], "a list says nothing of them"
    says(ben, track_id, []).expect(404)
    assert says(ann, track_id, []).expect(200)["chapters"] == []
    assert ben.track(track_id)["chapters"] == []


def test_the_most_chapters_with_the_longest_titles_are_taken(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    most = [{"at_ms": at, "title": "🎧" * LONGEST_CHAPTER_TITLE} for at in range(MOST_CHAPTERS)]
    assert says(ann, track_id, most).expect(200)["chapters"] == most


def test_chapters_reach_to_the_last_moment_of_a_track(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    end_ms = ann.track(track_id)["duration_ms"]
    last = [{"at_ms": end_ms - 1, "title": "The end"}]
    assert says(ann, track_id, last).expect(200)["chapters"] == last
    refused = says(ann, track_id, [{"at_ms": end_ms, "title": "Behind it"}]).expect(400)
    end = f"0:{end_ms / 1000:06.3f}"
    assert refused["Message"] == f"Chapter 1 begins at {end}, but the track ends at {end}."


@pytest.mark.parametrize(
    ("chapters", "message"),
    [
        ([{"at_ms": 5, "title": "A"}, {"at_ms": 5, "title": "B"}], "Chapter 2 must begin later than the one"),
        ([{"at_ms": 5, "title": "A"}, {"at_ms": 4, "title": "B"}], "Chapter 2 must begin later than the one"),
        ([{"at_ms": 10**30, "title": "A"}], "Chapter 1 begins at"),
        ([{"at_ms": -1, "title": "A"}], "`chapters[0].at_ms`: Expected `int` >= 0."),
        ([{"at_ms": 0.5, "title": "A"}], "`chapters[0].at_ms`: Expected `int`, got `float`."),
        ([{"at_ms": 0, "title": ""}], "`chapters[0].title`: Expected `str` of length >= 1."),
        ([{"at_ms": 0, "title": " \n "}], "`chapters[0]`: `title` must not be empty."),
        (
            [{"at_ms": 0, "title": "x" * (LONGEST_CHAPTER_TITLE + 1)}],
            "`chapters[0].title`: Expected `str` of length <= 100.",
        ),
        (
            [{"at_ms": at, "title": "A"} for at in range(MOST_CHAPTERS + 1)],
            "`chapters`: Expected `array` of length <= 50.",
        ),
        ([{"at_ms": 0, "title": "A", "url": "x"}], "`chapters[0]`: Object contains unknown field `url`."),
        (None, "`chapters`: Expected `array`, got `null`."),
    ],
)
def test_what_are_no_chapters_of_the_track_is_refused_and_changes_nothing(
    ann: Person, chapters: Any, message: str
) -> None:
    track_id = ann.records(mp3(2))
    before = says(ann, track_id).expect(200)
    assert says(ann, track_id, chapters).expect(400)["Message"].startswith(message)
    assert ann.track(track_id) == before


def test_a_title_is_one_line(ann: Person) -> None:
    track_id = ann.records(mp3(2))
    said = says(ann, track_id, [{"at_ms": 0, "title": " Ask\nfirst \u202e"}]).expect(200)
    assert said["chapters"] == [{"at_ms": 0, "title": "Ask first"}]


def test_a_track_that_is_not_ready_has_no_chapters_yet(ann: Person) -> None:
    track_id = ann.announces()["track"]["track_id"]
    assert says(ann, track_id).expect(409)["Code"] == "TrackNotReady"


def test_chapters_are_changed_from_the_version_that_was_seen(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    version = ann.track(track_id)["version"]
    after = says(ann, track_id, If_Match=f'"{version}"').expect(200)
    assert after["version"] == version + 1
    stale = says(ann, track_id, [], If_Match=f'"{version}"').expect(409)
    assert (stale["Code"], stale["Current"]["chapters"]) == ("StaleVersion", CHAPTERS)
    answers = world.at_once(*[lambda each=each: says(ann, track_id, [each]) for each in CHAPTERS])
    assert [answer.status for answer in answers] == [200, 200]
    assert ann.track(track_id)["version"] == version + 3


def test_a_new_recording_begins_without_chapters(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    says(ann, track_id).expect(200)
    form = ann.post(f"{ann.place}/tracks/{track_id}/uploads", content_type="audio/mpeg", size_bytes=90_000)
    upload(form.expect(201)["upload"], mp3(1))
    world.settle()
    assert (ben.track(track_id)["revision"], ben.track(track_id)["chapters"]) == (2, [])
    assert says(ann, track_id).expect(400)["Message"].startswith("Chapter 2 begins at 0:01.500")


def test_renamed_and_tagged_anew_a_track_keeps_its_chapters(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    says(ann, track_id).expect(200)
    ann.patch(f"{ann.place}/tracks/{track_id}", title="Another").expect(200)
    world.settle()
    assert ann.track(track_id)["chapters"] == CHAPTERS
