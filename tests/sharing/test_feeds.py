"""Podcast feeds: what an app gets that has an address, and what it plays."""

import struct
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests

from chalicelib import times
from chalicelib.sharing import rss
from chalicelib.web import files
from tests.sharing.podcasts import audio_of, feed, feed_of, fetched, own, plays, titles
from tests.sharing.test_shares import CLOSED, NAMELESS, OPEN, link, lists, speaks
from tests.tracks.audio import flac, m4a, mp3, wav
from tests.world import Answer, Person, World, upload


def test_a_member_hears_the_newest_of_the_library_in_a_podcast_app(
    world: World, ann: Person, ben: Person
) -> None:
    first, second = speaks(ann, "First"), speaks(ann, "Second", NAMELESS)
    parsed = fetched(world, feed(ben))
    assert parsed.feed.title == "Acme"
    assert [entry.title for entry in parsed.entries] == ["Second", "First"]
    assert [entry.id for entry in parsed.entries] == [f"{second}/1", f"{first}/1"]
    named = [entry.get("author") for entry in parsed.entries]
    assert named == [None, ann.get("/v1/me").expect(200)["name"]]
    published = datetime.fromisoformat(ann.track(first)["published_at"])
    assert parsed.entries[1].published_parsed[:6] == published.timetuple()[:6]
    played = plays(world, audio_of(parsed.entries[1]))
    assert (played.status_code, played.headers["Content-Type"]) == (200, "audio/mpeg")
    [enclosure] = parsed.entries[1].enclosures
    assert (len(played.content), enclosure.type) == (int(enclosure.length), "audio/mpeg")
    part = plays(world, audio_of(parsed.entries[1]), Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, played.content[100:200])


@pytest.mark.parametrize(
    ("audio", "content_type", "ending"),
    [
        (mp3, "audio/mpeg", ".mp3"),
        (m4a, "audio/mp4", ".m4a"),
        (wav, "audio/wav", ".wav"),
        (flac, "audio/flac", ".flac"),
    ],
)
def test_an_address_ends_as_what_it_leads_to(
    world: World, ann: Person, audio: Any, content_type: str, ending: str
) -> None:
    ann.records(audio(2), content_type=content_type)
    [entry] = fetched(world, feed(ann)).entries
    [enclosure] = entry.enclosures
    assert (enclosure.type, enclosure.href.endswith(f"/1{ending}")) == (content_type, True)
    assert plays(world, audio_of(entry)).headers["Content-Type"] == content_type


def test_an_app_learns_size_and_type_without_the_audio(world: World, ann: Person) -> None:
    speaks(ann)
    path = feed(ann)
    head = world.call("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["ETag"] == world.call("GET", path).headers["ETag"]
    [entry] = fetched(world, path).entries
    answer = world.call("HEAD", audio_of(entry))
    assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
    looked = requests.head(answer.headers["Location"], timeout=5, stream=True)
    [enclosure] = entry.enclosures
    assert looked.status_code == 200
    assert (looked.headers["Content-Length"], looked.headers["Content-Type"]) == (
        enclosure.length,
        "audio/mpeg",
    )


def test_what_is_said_in_a_group_or_to_oneself_is_in_no_feed(world: World, ann: Person, ben: Person) -> None:
    group = ann.post(f"{ann.place}/groups", kind="circle", purpose="Selling").expect(201)["group_id"]
    theirs = speaks(ann, "For the group", {"audience": "group", "group_id": group})
    speaks(ann, "For me", {"audience": "me"})
    assert titles(world, path := feed(ann)) == []
    assert world.call("GET", f"{path}/{theirs}/1.mp3").status == 404


def test_a_feed_shows_nobody_who_has_not_agreed_to_be_named(world: World, ann: Person, ben: Person) -> None:
    speaks(ann, consent=NAMELESS)
    path = feed(ben)
    body = world.call("GET", path).expect(200)
    for secret in (ann.email, ben.email, ann.member_id, ben.member_id, ann.get("/v1/me").body["name"]):
        assert str(secret).encode() not in body


def test_what_is_narrowed_or_taken_back_vanishes_and_what_is_renamed_is_renamed(
    world: World, ann: Person, ben: Person
) -> None:
    narrowed, taken, stays = speaks(ann, "Narrowed"), speaks(ann, "Taken back"), speaks(ann, "Stays")
    path = feed(ben)
    gone = [audio_of(entry) for entry in fetched(world, path).entries if entry.title != "Stays"]
    ann.patch(f"{ann.place}/tracks/{narrowed}", consent={"audience": "me"}).expect(200)
    ann.delete(f"{ann.place}/tracks/{taken}").expect(204)
    ann.patch(f"{ann.place}/tracks/{stays}", title="Renamed").expect(200)
    assert titles(world, path) == ["Renamed"]
    assert {world.call("GET", each).status for each in gone} == {404}


def test_what_is_recorded_anew_is_a_new_episode(world: World, ann: Person, ben: Person) -> None:
    track_id = speaks(ann, "First")
    speaks(ann, "Second")
    path = feed(ben)
    [_, before] = fetched(world, path).entries
    body = {"content_type": "audio/mpeg", "size_bytes": len(mp3(3))}
    renewed = ann.post(f"{ann.place}/tracks/{track_id}/uploads", **body).expect(201)
    upload(renewed["upload"], mp3(3))
    world.settle()
    [after, _] = fetched(world, path).entries
    assert (before.id, after.id) == (f"{track_id}/1", f"{track_id}/2")
    assert after.itunes_duration == "3"
    assert world.call("GET", audio_of(before)).status == 404
    assert plays(world, audio_of(after)).status_code == 200


def test_a_feed_may_hold_what_is_new_in_the_playlists_one_follows(
    world: World, ann: Person, ben: Person
) -> None:
    one, two, other = speaks(ann, "One"), speaks(ann, "Two"), speaks(ann, "Not in it")
    listed = lists(ann, two, one)
    lists(ann, other)
    path = feed(ben, holds="following")
    assert titles(world, path) == []
    ben.call("PUT", f"{listed}/following").expect(200)
    parsed = fetched(world, path)
    assert [entry.title for entry in parsed.entries] == ["One", "Two"]
    assert parsed.feed.title == "Acme: what I follow"
    ann.patch(f"{ann.place}/tracks/{one}", consent={"audience": "me"}).expect(200)
    assert titles(world, path) == ["Two"]
    ben.patch(f"{ben.place}/feed", holds="library").expect(200)
    assert titles(world, path) == ["Not in it", "Two"]
    assert own(ben)["holds"] == "library"
    ben.patch(f"{ben.place}/feed", holds="following").expect(200)
    ben.delete(f"{listed}/following").expect(204)
    assert titles(world, path) == []


def test_what_was_added_long_after_it_was_published_is_new_in_a_feed(
    world: World, ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = speaks(ann, "Old"), speaks(ann, "New")
    listed = lists(ann, new)
    later = times.now() + timedelta(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr(times, "now", lambda: later)
        ann.post(f"{listed}/entries", track_id=old).expect(201)
    path = feed(ann, holds="following")
    parsed = fetched(world, path)
    assert [entry.title for entry in parsed.entries] == ["Old", "New"]
    assert parsed.entries[0].published_parsed[:6] == later.timetuple()[:6]


def test_a_link_to_a_playlist_has_a_feed_in_its_order(world: World, ann: Person, ben: Person) -> None:
    one, closed, later = speaks(ann, "One"), speaks(ann, "Closed", CLOSED), speaks(ben, "Two", NAMELESS)
    thing = lists(ann, later, closed, one, description="For <our> fair & yours")
    made = ann.post(f"{thing}/shares").expect(201)
    path = urlsplit(made["feed_url"]).path
    parsed = fetched(world, path)
    assert (parsed.feed.title, parsed.feed.link) == ("How to sell", made["url"])
    assert "author" not in parsed.feed
    assert [(entry.title, entry.itunes_episode) for entry in parsed.entries] == [("Two", "1"), ("One", "2")]
    assert [bool(entry.get("author")) for entry in parsed.entries] == [False, True]
    assert plays(world, audio_of(parsed.entries[0])).status_code == 200
    assert world.call("GET", f"{path}/{closed}/1.mp3").status == 404
    body = world.call("GET", path).expect(200)
    for secret in (ann.email, ann.member_id, ann.workspace_id, "Acme", "media/"):
        assert secret.encode() not in body
    ann.patch(f"{ann.place}/tracks/{one}", consent=CLOSED).expect(200)
    assert titles(world, path) == ["Two"]
    page = world.call("GET", urlsplit(made["url"]).path)
    assert page.headers["Link"] == f'<..{path}>; rel="alternate"; type="application/rss+xml"'


def test_where_to_listen_stands_beside_parts_and_the_start(world: World, ann: Person) -> None:
    thing = lists(ann)
    track_id, whole = speaks(ann), speaks(ann, "Whole")
    for begin, end in ((0, 1000), (1000, 2000)):
        part = {"track_id": track_id, "from_ms": begin, "to_ms": end}
        ann.call("POST", f"{thing}/entries", part).expect(201)
    ann.post(f"{thing}/entries", track_id=whole).expect(201)
    one, other = fetched(world, feed_of(link(ann, thing))).entries
    assert (one.description, one.itunes_episode) == ("Listen from 0:00 to 0:01 and 0:01 to 0:02.", "1")
    assert "description" not in other
    listed = lists(ann, whole)
    [entry] = fetched(world, feed_of(link(ann, listed, start_ms=1500))).entries
    assert entry.description == "Begin at 0:01."
    part = {"track_id": whole, "from_ms": 1000, "to_ms": 2000}
    for start_ms, before in ((999, "Listen from 0:01 to 0:02."), (0, "Begin at 0:01.")):
        both = lists(ann)
        ann.call("POST", f"{both}/entries", part).expect(201)
        if not start_ms:
            ann.post(f"{both}/entries", track_id=whole).expect(201)
        [entry] = fetched(world, feed_of(link(ann, both, start_ms=start_ms))).entries
        assert entry.description == before


@pytest.mark.parametrize(
    "title", ["<![CDATA[ ]]>", "</title>&<b>", "\x0b\x00\ufffe title \uffff", "🎧" * 200]
)
def test_whatever_a_track_is_called_the_feed_is_well_formed(world: World, ann: Person, title: str) -> None:
    speaks(ann, title)
    assert len(fetched(world, feed(ann)).entries) == 1


def test_the_cover_is_as_large_as_podcast_apps_ask_for(world: World, ann: Person) -> None:
    href = fetched(world, feed(ann)).feed.image.href
    answer: Answer = world.call("GET", urlsplit(href).path)
    assert answer.headers["Content-Type"] == "image/png"
    cover = files.named("cover.png")
    assert cover is not None
    assert answer.body == cover.body
    width, height, depth, colours = struct.unpack(">IIBB", cover.body[16:26])
    assert (width, height, depth, colours) == (1400, 1400, 8, 2)  # 2: RGB without alpha
    assert len(cover.body) < 100_000


def test_the_consent_of_a_speaker_is_what_names_them(world: World, ann: Person) -> None:
    track_id = speaks(ann, consent=NAMELESS)
    path = feed(ann)
    assert "author" not in fetched(world, path).entries[0]
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=OPEN).expect(200)
    assert fetched(world, path).entries[0].author == ann.get("/v1/me").expect(200)["name"]


def test_an_app_fetches_the_transcript_that_its_feed_names(world: World, ann: Person, ben: Person) -> None:
    track_id = speaks(ann, consent=NAMELESS)
    thing = f"{ann.place}/tracks/{track_id}/transcript"
    path = feed(ben)

    def named() -> list[tuple[str, str]]:
        root = ElementTree.fromstring(world.call("GET", path).expect(200))
        found = root.iterfind(f"channel/item/{{{rss.PODCAST}}}transcript")
        return [(each.attrib["type"], str(urlsplit(each.attrib["url"]).path)) for each in found]

    assert named() == []
    ann.call("PUT", thing, {"text": "WEBVTT\n\n00:00.500 --> 00:01.000\nÄsk first."}).expect(200)
    place = f"{path}/{track_id}/1.vtt"
    assert named() == [("text/vtt", place)]
    fetched = plays(world, place)
    assert fetched.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert fetched.content.decode() == "WEBVTT\n\n00:00.500 --> 00:01.000\nÄsk first.\n"
    assert world.call("HEAD", place).status == 302
    ann.call("PUT", thing, {"text": "Ask first."}).expect(200)
    assert named() == [("text/plain", f"{path}/{track_id}/1.txt")]
    world.call("GET", place).expect(404)
    ann.patch(f"{ann.place}/tracks/{track_id}", language="de", description="Ask <first>.").expect(200)
    [item] = ElementTree.fromstring(world.call("GET", path).expect(200)).iterfind("channel/item")
    said = item.find(f"{{{rss.PODCAST}}}transcript")
    assert said is not None
    assert said.attrib["language"] == "de"
    assert item.findtext("description") == "Ask &lt;first&gt;."
    ann.call("PUT", thing, {"text": "WEBVTT\n\n00:00.500 --> 00:01.000\n<v Ann>Ask first."}).expect(200)
    assert named() == [], "it names who does not want to be named outside"
    world.call("GET", place).expect(404)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=OPEN).expect(200)
    assert named() == [("text/vtt", place)]
    assert plays(world, place).status_code == 200
    ann.delete(thing).expect(204)
    world.call("GET", place).expect(404)


def test_an_app_fetches_the_chapters_that_its_feed_names(world: World, ann: Person, ben: Person) -> None:
    track_id = speaks(ann, consent=NAMELESS)
    track = f"{ann.place}/tracks/{track_id}"
    own_path, shared_path = feed(ben), feed_of(link(ann, lists(ann, track_id)))

    def named(path: str) -> list[tuple[str, str]]:
        root = ElementTree.fromstring(world.call("GET", path).expect(200))
        found = root.iterfind(f"channel/item/{{{rss.PODCAST}}}chapters")
        return [(each.attrib["type"], str(urlsplit(each.attrib["url"]).path)) for each in found]

    said = [{"at_ms": 0, "title": "Äsking"}, {"at_ms": 1_500, "title": "Waiting"}]
    for path in (own_path, shared_path):
        ann.call("PUT", f"{track}/chapters", {"chapters": []}).expect(200)
        assert named(path) == []
        place = f"{path}/{track_id}/1.json"
        world.call("GET", place).expect(404)
        ann.call("PUT", f"{track}/chapters", {"chapters": said}).expect(200)
        assert named(path) == [("application/json+chapters", place)]
        fetched = world.call("GET", place)
        assert fetched.expect(200) == {
            "version": "1.2.0",
            "chapters": [{"startTime": 0.0, "title": "Äsking"}, {"startTime": 1.5, "title": "Waiting"}],
        }
        assert fetched.headers["Content-Type"] == "application/json+chapters"
        assert fetched.headers["Cache-Control"] == "private, no-cache"
        head = world.call("HEAD", place)
        assert (head.status, head.body, head.headers["ETag"]) == (200, b"", fetched.headers["ETag"])
        known = {"If-None-Match": fetched.headers["ETag"]}
        assert world.call("GET", place, headers=known).status == 304
        ann.call("PUT", f"{track}/chapters", {"chapters": said[:1]}).expect(200)
        assert world.call("GET", place, headers=known).status == 200
        assert world.call("GET", f"{path}/{track_id}/2.json").status == 404
    ann.patch(track, consent={"audience": "me"}).expect(200)
    for path in (own_path, shared_path):
        world.call("GET", f"{path}/{track_id}/1.json").expect(404)
