"""Transcripts through the API: who writes and reads them, and what becomes of them."""

from typing import Any

from chalicelib.tracks import captions, transcribing
from chalicelib.tracks.captions import MOST_CHARACTERS
from chalicelib.tracks.models import Track
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World, upload

FILE = """WEBVTT

00:00.500 --> 00:01.000
<v Ann>Ask first & wait.

00:01.000 --> 00:09.000
Then talk.
"""


def place(who: Person, track_id: str) -> str:
    return f"{who.place}/tracks/{track_id}/transcript"


def writes(who: Person, track_id: str, text: str = FILE, **headers: str) -> Answer:
    return who.call("PUT", place(who, track_id), {"text": text}, **headers)


def test_a_colleague_reads_what_a_speaker_wrote(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    assert ben.track(track_id)["transcript"] is None
    ben.get(place(ben, track_id)).expect(404)
    written = writes(ann, track_id).expect(200)
    assert ben.track(track_id)["transcript"] == {"kind": "webvtt", "revision": 1}
    read = ben.get(place(ben, track_id)).expect(200)
    assert read == written
    duration_ms = ben.track(track_id)["duration_ms"]
    assert read["cues"] == [
        {"from_ms": 500, "to_ms": 1000, "text": "Ask first & wait.", "voice": "Ann"},
        {"from_ms": 1000, "to_ms": duration_ms, "text": "Then talk.", "voice": None},
    ]
    assert "<v Ann>Ask first &amp; wait." in read["text"]
    assert writes(ann, track_id, read["text"]).expect(200)["cues"] == read["cues"]
    world.settle()
    [key] = world.objects("transcripts/")
    assert track_id not in key
    assert ann.workspace_id not in key


def test_a_text_without_times_is_a_transcript_too(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    writes(ann, track_id, "<b>Ask first.</b>\n\nThen talk.").expect(200)
    read = ben.get(place(ben, track_id)).expect(200)
    assert (read["kind"], read["cues"]) == ("text", [])
    assert read["paragraphs"] == ["<b>Ask first.</b>", "Then talk."]


def test_what_is_no_transcript_of_the_track_is_refused_and_changes_nothing(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    for text, message in [
        ("WEBVTT\n\n00:01,000 --> 00:02.000\nHi", "Line 3 is no time."),
        ("WEBVTT\n\n09:01.000 --> 09:02.000\nHi", "A cue begins at 09:01.000"),
        ("", "There are no words in this."),
        ("x" * (MOST_CHARACTERS + 1), "`text`: Expected `str` of length <= 100000."),
    ]:
        refused = writes(ann, track_id, text).expect(400)
        assert refused["Message"].startswith(message)
    writes(ann, track_id, "語" * 50_000).expect(413)
    assert world.objects("transcripts/") == []
    writes(ann, track_id, "x" * MOST_CHARACTERS).expect(200)
    writes(ann, track_id, "WEBVTT\n\n00:00.000 --> 00:01.000\n" + "&" * 90_000).expect(200)
    assert ann.get(place(ann, track_id)).expect(200)["cues"][0]["text"] == "&" * 90_000


def test_a_track_that_is_not_ready_has_no_transcript_yet(ann: Person) -> None:
    track_id = ann.announces()["track"]["track_id"]
    assert writes(ann, track_id).expect(409)["Code"] == "TrackNotReady"


def test_a_transcript_is_changed_from_the_version_that_was_seen(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    version = writes(ann, track_id).expect(200)["version"]
    after = writes(ann, track_id, "Better.", If_Match=f'"{version}"').expect(200)
    assert after["version"] == version + 1
    stale = writes(ann, track_id, "Older.", If_Match=f'"{version}"').expect(409)
    assert stale["Current"]["version"] == version + 1
    assert ann.get(place(ann, track_id)).expect(200)["paragraphs"] == ["Better."]
    world.settle()
    assert len(world.objects("transcripts/")) == 1, "what was replaced is erased"


def test_two_that_are_written_at_once_leave_one(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    answers = world.at_once(*[lambda text=text: writes(ann, track_id, text) for text in ("One.", "Two.")])
    assert [answer.status for answer in answers] == [200, 200]
    world.settle()
    [key] = world.objects("transcripts/")
    track = Track.get(ann.workspace_id, track_id)
    assert (track.transcript.key, track.transcript_drafts or set()) == (key, set())


def test_a_removed_transcript_is_erased(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    ann.delete(place(ann, track_id)).expect(204)
    writes(ann, track_id).expect(200)
    ann.delete(place(ann, track_id)).expect(204)
    ben.get(place(ben, track_id)).expect(404)
    assert ann.track(track_id)["transcript"] is None
    world.settle()
    assert world.objects("transcripts/") == []


def test_taken_back_and_kept_to_oneself_it_is_nobodys(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    writes(ann, track_id).expect(200)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)
    ben.get(place(ben, track_id)).expect(404)
    ann.get(place(ann, track_id)).expect(200)
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    ann.get(place(ann, track_id)).expect(404)
    world.settle()
    assert world.objects("transcripts/") == []


def test_a_new_recording_begins_without_one_and_its_speaker_still_has_the_old(
    world: World, ann: Person, ben: Person
) -> None:
    track_id = ann.records(mp3(2))
    writes(ann, track_id).expect(200)
    form = ann.post(f"{ann.place}/tracks/{track_id}/uploads", content_type="audio/mpeg", size_bytes=90_000)
    upload(form.expect(201)["upload"], mp3(1))
    world.settle()
    assert ben.track(track_id)["revision"] == 2
    assert ben.track(track_id)["transcript"] is None
    ben.get(place(ben, track_id)).expect(404)
    assert ann.track(track_id)["transcript"] == {"kind": "webvtt", "revision": 1}
    assert ann.get(place(ann, track_id)).expect(200)["revision"] == 1
    assert writes(ann, track_id, "Now other words.").expect(200)["revision"] == 2
    ben.get(place(ben, track_id)).expect(200)
    world.settle()
    assert len(world.objects("transcripts/")) == 1


def test_what_a_killed_attempt_left_is_erased_by_the_next_change(world: World, ann: Person) -> None:
    track_id = ann.records(mp3(2))
    track = Track.get(ann.workspace_id, track_id)
    transcribing._drafted(track, captions.read("Half way."))
    assert len(world.objects("transcripts/")) == 1
    ann.get(place(ann, track_id)).expect(404)
    writes(ann, track_id).expect(200)
    world.settle()
    [key] = world.objects("transcripts/")
    assert Track.get(ann.workspace_id, track_id).transcript.key == key
    transcribing._drafted(Track.get(ann.workspace_id, track_id), captions.read("Half way."))
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    world.settle()
    assert world.objects("transcripts/") == []


def test_reading_it_to_its_end_completes_the_track(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(2))
    writes(ann, track_id).expect(200)
    body: dict[str, Any] = {"revision": 1, "source": "transcript"}
    done = ben.call("PUT", f"{ben.place}/progress/{track_id}/completion", body).expect(200)
    assert done["source"] == "transcript"
