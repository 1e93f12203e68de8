"""Finding what was said, with the line in which it stands."""

from typing import Any

import pytest

from chalicelib.search import catalogue, quoting
from chalicelib.tracks import said
from chalicelib.tracks.captions import Cue, Said
from chalicelib.tracks.models import Track
from tests import wire
from tests.tracks.audio import mp3
from tests.world import Person, upload

WEBVTT = """WEBVTT

00:00.000 --> 00:01.000
Before you name a price, ask.

00:01.000 --> 00:02.000
<v Ann>Prices are about what it is worth: a größere Sache.
"""


def says(speaker: Person, text: str, title: str = "A pitch", **more: Any) -> str:
    """The id of a track of 3 seconds with this transcript."""
    track_id = speaker.records(mp3(3), title=title, **more)
    speaker.call("PUT", f"{speaker.place}/tracks/{track_id}/transcript", {"text": text}).expect(200)
    return track_id


def quotes(person: Person, typed: str) -> list[tuple[str, int | None, str]]:
    """Title, time and line of what a person finds, as if nobody had searched for a few seconds."""
    for each in catalogue._kept.values():
        each.read_at = each.read_at and each.read_at - catalogue.FRESH
    found = person.get(f"{person.place}/search/transcripts?q={typed}").expect(200)["items"]
    return [(each["track"]["title"], each["line"]["at_ms"], each["line"]["text"]) for each in found]


def test_what_is_said_is_found_with_its_line_and_time(ann: Person, ben: Person) -> None:
    says(ann, WEBVTT)
    first = ("A pitch", 0, "Before you name a price, ask.")
    second = ("A pitch", 1000, "Prices are about what it is worth: a größere Sache.")
    assert quotes(ben, "price") == [first]
    assert quotes(ben, "prices") == quotes(ben, "grosse") == [second]
    assert quotes(ben, "worth%20price") == [second]
    assert quotes(ben, "worth%20before") == [first]
    assert quotes(ben, "worth%20zebra") == []
    assert quotes(ben, "pr") == quotes(ben, "-%20?") == []
    assert quotes(ben, "pri%20a") == [first]


def test_a_text_without_times_is_found_and_long_ones_are_cut(ann: Person, ben: Person) -> None:
    says(ann, f"{'long ' * 100}before the needle comes {'more ' * 100}\n\n月曜の会議室")
    [(_, at_ms, line)] = quotes(ben, "need")
    assert at_ms is None
    assert line.startswith("… long long long long before the needle comes more")
    assert line.endswith("…")
    assert len(line) <= quoting.LONGEST_LINE + 2
    assert quotes(ben, "会議") == [("A pitch", None, "月曜の会議室")]
    assert quotes(ben, "議会") == []  # both stand there, but not so


def test_what_is_said_is_found_by_who_may_hear_it_now(ann: Person, ben: Person, eve: Person) -> None:
    track_id = says(ann, "the needle")
    place = f"{ann.place}/tracks/{track_id}"
    other_id = says(ann, "another needle", title="Mine", consent={"audience": "me"})
    assert [title for title, *_ in quotes(ann, "needle")] == ["Mine", "A pitch"]
    assert [title for title, *_ in quotes(ben, "needle")] == ["A pitch"]
    assert quotes(eve, "needle") == []
    ann.patch(place, consent={"audience": "me"}).expect(200)
    assert quotes(ben, "needle") == []
    ann.patch(place, consent={"audience": "workspace"}).expect(200)
    ann.patch(f"{ann.place}/tracks/{other_id}", consent={"audience": "workspace"}).expect(200)
    assert len(quotes(ben, "needle")) == 2
    ann.delete(place).expect(204)
    assert [title for title, *_ in quotes(ben, "needle")] == ["Mine"]


def test_what_was_changed_removed_or_recorded_anew_is_found_no_more(ann: Person, ben: Person) -> None:
    track_id = says(ann, "the needle")
    place = f"{ann.place}/tracks/{track_id}/transcript"
    assert quotes(ben, "needle")
    ann.call("PUT", place, {"text": "the thread"}).expect(200)
    assert quotes(ben, "needle") == []
    assert quotes(ben, "thread") == [("A pitch", None, "the thread")]
    ann.delete(place).expect(204)
    assert quotes(ben, "thread") == []
    assert Track.get(ann.workspace_id, track_id).words is None
    again_id = says(ann, "of the first recording")
    assert quotes(ben, "recording")
    audio = mp3(2)
    file = {"content_type": "audio/mpeg", "size_bytes": len(audio)}
    created = ann.post(f"{ann.place}/tracks/{again_id}/uploads", **file).expect(201)
    upload(created["upload"], audio)
    ann.world.settle()
    assert quotes(ben, "recording") == []
    assert Track.get(ann.workspace_id, again_id).words is None


def test_the_newest_of_many_are_quoted_and_read_once(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "MOST_QUOTED", 2)
    for number in range(3):
        says(ann, f"needle {number}", title=f"{number}")
    assert [title for title, *_ in quotes(ben, "needle")] == ["2", "1"]
    with wire.counted() as calls, wire.counted("s3") as of_s3:
        found = ben.get(f"{ben.place}/search/transcripts?q=need").expect(200)
    assert found["more"]
    assert calls == ["BatchGetItem tracks"]
    assert of_s3 == []


def test_characters_that_stand_nowhere_together_are_looked_for_in_so_many_transcripts_only(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "MOST_LOOKED_AT", 2)
    for _ in range(4):
        says(ann, "会議の議題")
    with wire.counted("s3") as of_s3:
        found = ben.get(f"{ben.place}/search/transcripts?q=議会").expect(200)
    assert found == {"items": [], "more": True}
    assert len(of_s3) == 2


def test_words_of_a_transcript_are_kept_once_and_in_bounded_room() -> None:
    cues = [Cue(0, 1000, "The price, the PRICE"), Cue(1000, 2000, "Größe")]
    assert said.unpacked(said.packed(Said("webvtt", cues=cues))) == " grosse price the"
    many = Said("text", paragraphs=[" ".join(f"w{number}" for number in range(20_000))])
    kept = said.unpacked(said.packed(many))
    assert said.MOST_BYTES - 10 < len(kept.encode()) <= said.MOST_BYTES
    assert " w0 " in kept
    assert len(said.packed(many)) < said.MOST_BYTES
