"""What a speaker says of a track beside its title, and what a file offers."""

from typing import Any

import pytest

from chalicelib.tracks import about, offers
from chalicelib.tracks.limits import LONGEST_DESCRIPTION, LONGEST_TOPIC, MOST_TOPICS
from chalicelib.tracks.models import Track
from tests.tracks.audio import made, mp3
from tests.world import Person

ABOUT: dict[str, Any] = {
    "description": "How I begin.\n\nAnd how I end.",
    "topics": ["Sales", "First calls"],
    "language": "pt-BR",
}
TAGS = (
    "-metadata",
    "title=On calls",
    "-metadata",
    "genre=Speech; sales",
    "-metadata",
    "keywords=Cold calls,sales",
)


def test_a_track_is_described_when_it_is_announced_and_whenever_its_speaker_likes(
    ann: Person, ben: Person
) -> None:
    track_id = ann.records(mp3(1), **ABOUT)
    place = f"{ann.place}/tracks/{track_id}"
    seen = ben.track(track_id)
    assert {name: seen[name] for name in ABOUT} == ABOUT
    [listed] = ben.get(f"{ben.place}/tracks").expect(200)["items"]
    assert {name: listed[name] for name in ABOUT} == ABOUT
    changed_at = Track.get(ann.workspace_id, track_id).changed_at
    changed = ann.patch(place, topics=["Sales"], language="DE-at").expect(200)
    assert (changed["topics"], changed["language"]) == (["Sales"], "de-AT")
    assert changed["description"] == ABOUT["description"]
    assert Track.get(ann.workspace_id, track_id).changed_at > changed_at
    assert changed["version"] == seen["version"] + 1
    bare = ann.patch(place, description=None, topics=[], language=None).expect(200)
    assert (bare["description"], bare["topics"], bare["language"]) == (None, [], None)
    again = ann.patch(place, description=None, topics=[]).expect(200)
    assert again["version"] == bare["version"]
    ben.patch(place, topics=["Mine"]).expect(404)


def test_a_track_of_before_has_nothing_said_of_it(ann: Person) -> None:
    track_id = ann.records(mp3(1))
    Track(ann.workspace_id, track_id).update(actions=[Track.topics.remove(), Track.suggested_topics.remove()])
    seen = ann.track(track_id)
    assert (seen["description"], seen["topics"], seen["language"]) == (None, [], None)
    assert (seen["suggested_topics"], seen["suggested_title"]) == ([], None)


def test_what_is_said_is_tidied(ann: Person) -> None:
    track_id = ann.records(
        mp3(1),
        description=" One\u202e  line \n\n\n\nanother ",
        topics=[" Sales\t now ", "Sales now", "Größe"],
    )
    seen = ann.track(track_id)
    assert seen["description"] == "One line\n\nanother"
    assert seen["topics"] == ["Sales now", "Größe"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"description": "a" * (LONGEST_DESCRIPTION + 1)}, "description"),
        ({"description": " \n "}, "description"),
        ({"topics": ["a" * (LONGEST_TOPIC + 1)]}, "topics"),
        ({"topics": [str(number) for number in range(MOST_TOPICS + 1)]}, "topics"),
        ({"topics": ["\u200b"]}, "topics"),
        ({"topics": None}, "topics"),
        ({"language": "English"[:1]}, "language"),
        ({"language": "en_GB"}, "language"),
        ({"language": "en\n"}, "language"),
        ({"language": "x" * 36}, "language"),
        ({"language": "en-" + "abcdefgh-" * 4 + "ab"}, "language"),
    ],
)
def test_what_is_too_long_or_no_language_is_refused(ann: Person, wrong: dict[str, Any], named: str) -> None:
    body = {"title": "A", "content_type": "audio/mpeg", "size_bytes": 1} | wrong
    refused = ann.post(f"{ann.place}/tracks", **body)
    assert refused.status == 400
    assert f"`{named}" in refused.body["Message"]


def test_the_longest_of_everything_is_taken(ann: Person) -> None:
    most: dict[str, Any] = {
        "description": "🎧" * LONGEST_DESCRIPTION,
        "topics": [f"{number}".ljust(LONGEST_TOPIC, "🎧") for number in range(MOST_TOPICS)],
        "language": "zh-Hant-TW-x-abcdefgh-abcdefgh-abcd",
    }
    seen = ann.announces(**most)["track"]
    assert {name: seen[name] for name in most} == most


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("EN", "en"),
        ("en-gb", "en-GB"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-CH-x-PHONEBK", "de-CH-x-phonebk"),
        ("en-a-bb-x-GB", "en-a-bb-x-gb"),
    ],
)
def test_a_language_is_written_as_usual(sent: str, kept: str) -> None:
    assert about.written(sent) == kept


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac", "wav"])
def test_a_file_offers_its_title_and_topics_to_its_speaker_alone(
    ann: Person, ben: Person, ending: str
) -> None:
    kinds = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "flac": "audio/flac", "wav": "audio/wav"}
    audio = made(ending, *TAGS, seconds=1)
    track_id = ann.records(audio, title="Mine", content_type=kinds[ending])
    seen = ann.track(track_id)
    assert (seen["title"], seen["topics"], seen["suggested_title"]) == ("Mine", [], "On calls")
    offered = seen["suggested_topics"]
    assert offered == OFFERED[ending]
    assert ben.track(track_id)["suggested_topics"] == []
    assert ann.patch(f"{ann.place}/tracks/{track_id}", topics=offered).expect(200)["topics"] == offered


OFFERED = {  # ffmpeg writes keywords into comments of FLAC and atoms of MP4, and no topics into INFO of WAV
    "mp3": ["Speech", "sales"],
    "m4a": ["Cold calls", "sales", "Speech"],
    "flac": ["Cold calls", "sales", "Speech"],
    "wav": [],
}


def test_hostile_labels_are_cut_and_counted() -> None:
    labels = ["a" * 10_000, "\x00\u202eb\x07", "Other, unknown", ", ".join(map(str, range(50))), "b;B"]
    offer = offers.of(None, labels)
    assert offer.topics[:3] == ("a" * LONGEST_TOPIC, "b", "0")
    assert len(offer.topics) == MOST_TOPICS
