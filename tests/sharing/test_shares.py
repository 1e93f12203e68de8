"""Links for people without an account: who makes them, what they show, and when they show nothing."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.conversations.feedback_models import Door
from chalicelib.sharing.models import LONGEST_DAYS, MOST_ORIGINS, MOST_SHARES, Share
from chalicelib.tracks.rejections import LONGEST_MS
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World, upload

OPEN = {"audience": "workspace", "public_link": True, "named_publicly": True}
NAMELESS = OPEN | {"named_publicly": False}
CLOSED = {"audience": "workspace", "public_link": False}


def speaks(who: Person, title: str = "A pitch", consent: dict[str, Any] = OPEN) -> str:
    """The id of a ready track of two seconds."""
    track_id = who.records(mp3(2), title)
    return str(who.patch(f"{who.place}/tracks/{track_id}", consent=consent).expect(200)["track_id"])


def lists(who: Person, *track_ids: str, **said: Any) -> str:
    """The place of a playlist of these tracks."""
    body = {"title": "How to sell"} | said
    playlist_id = who.post(f"{who.place}/playlists", **body).expect(201)["playlist_id"]
    for track_id in track_ids:
        who.post(f"{who.place}/playlists/{playlist_id}/entries", track_id=track_id).expect(201)
    return f"{who.place}/playlists/{playlist_id}"


def link(who: Person, thing: str, **wanted: Any) -> str:
    """The path of a new link's page."""
    made = who.post(f"{thing}/shares", **wanted).expect(201)
    assert made["url"].startswith("http://127.0.0.1:8000/s/")
    return "/s/" + str(made["url"].rpartition("/")[2])


def seen(world: World, page: str) -> Answer:
    return world.call("GET", f"{page}/content")


def is_nothing(world: World, page: str, track_id: str) -> bool:
    """Whether a link is to everybody as one that never was."""
    unknown = "/s/" + "x" * 43
    for path, method in [("", "GET"), ("/content", "GET"), (f"/tracks/{track_id}/audio", "GET")]:
        answer = world.call(method, page + path)
        other = world.call(method, unknown + path)
        if (answer.status, answer.body) != (404, other.body):
            return False
    embed = world.call("GET", page.replace("/s/", "/embed/"))
    return embed.status == 404 and visits(world, page).status == 404


def visits(world: World, page: str) -> Answer:
    return world.call("POST", f"{page}/visits", headers={"Content-Type": "application/json"}, body=b"{}")


def test_who_has_the_link_to_a_track_hears_it_without_an_account(world: World, ann: Person) -> None:
    track_id = speaks(ann)
    page = link(ann, f"{ann.place}/tracks/{track_id}", start_ms=500)
    html = world.call("GET", page)
    assert (html.status, html.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "frame-ancestors 'none'" in html.headers["Content-Security-Policy"]
    assert b"A pitch" not in html.body
    shown = seen(world, page).expect(200)
    assert (shown["kind"], shown["title"], shown["start_ms"]) == ("track", "A pitch", 500)
    [one] = shown["tracks"]
    assert one["speaker_name"] == ann.get("/v1/me").expect(200)["name"]
    assert (one["track_id"], one["duration_ms"] > 1900) == (track_id, True)
    audio = world.call("GET", f"{page}/tracks/{track_id}/audio").expect(200)
    assert "X-Amz-Signature" in audio["url"]


def test_nothing_shown_says_who_somebody_is(world: World, ann: Person) -> None:
    page = link(ann, f"{ann.place}/tracks/{speaks(ann, consent=NAMELESS)}")
    shown = seen(world, page)
    assert shown.expect(200)["tracks"][0]["speaker_name"] is None
    text = str(shown.body) + str(shown.headers)
    for secret in (ann.email, ann.member_id, ann.workspace_id, "Ann", "media/"):
        assert secret not in text


def test_a_token_is_told_once_and_kept_nowhere(world: World, ann: Person) -> None:
    thing = f"{ann.place}/tracks/{speaks(ann)}"
    page = link(ann, thing, label="For the fair")
    token = page.rpartition("/")[2]
    assert len(token) == 43
    [listed] = ann.get(f"{thing}/shares").expect(200)["items"]
    assert (listed["label"], listed["visits"], listed["is_over"]) == ("For the fair", 0, False)
    assert token not in str(listed)
    assert all(token not in str(share.attribute_values) for share in Share.scan())


def test_a_playlist_plays_what_its_speakers_agree_to_and_everybody_in_it_may_hear(
    world: World, ann: Person, ben: Person
) -> None:
    one, closed, later = speaks(ann, "One"), speaks(ann, "Closed", CLOSED), speaks(ben, "Later", NAMELESS)
    thing = lists(ann, one, closed, later)
    page = link(ann, thing)
    assert [
        (each["title"], bool(each["speaker_name"])) for each in seen(world, page).expect(200)["tracks"]
    ] == [
        ("One", True),
        ("Later", False),
    ]
    assert world.call("GET", f"{page}/tracks/{closed}/audio").status == 404
    ben.patch(f"{ben.place}/tracks/{later}", consent=OPEN | {"audience": "me"}).expect(200)
    assert [each["title"] for each in seen(world, page).expect(200)["tracks"]] == ["One"]
    assert world.call("GET", f"{page}/tracks/{later}/audio").status == 404


def test_a_part_of_a_track_is_shared_as_that_part(world: World, ann: Person) -> None:
    thing = lists(ann)
    part = {"track_id": speaks(ann), "from_ms": 500, "to_ms": 1500}
    ann.call("POST", f"{thing}/entries", part).expect(201)
    [one] = seen(world, link(ann, thing)).expect(200)["tracks"]
    assert (one["from_ms"], one["to_ms"]) == (500, 1500)
    assert ann.post(f"{thing}/shares", start_ms=1000).expect(400)["Code"] == "InvalidRequest"
    assert ann.post(f"{thing}/shares", start_ms=999).status == 201


def test_without_consent_there_is_no_link(ann: Person) -> None:
    track_id = speaks(ann, consent=CLOSED)
    for thing in (f"{ann.place}/tracks/{track_id}", lists(ann, track_id), lists(ann)):
        assert ann.post(f"{thing}/shares").expect(409)["Code"] == "NotForThePublic"


def test_consent_taken_back_a_track_taken_back_and_a_playlist_deleted_end_their_links(
    world: World, ann: Person
) -> None:
    first, second, third = speaks(ann), speaks(ann), speaks(ann)
    pages = [link(ann, f"{ann.place}/tracks/{track_id}") for track_id in (first, second)]
    listed = lists(ann, third)
    pages.append(link(ann, listed))
    ann.patch(f"{ann.place}/tracks/{first}", consent=CLOSED).expect(200)
    ann.delete(f"{ann.place}/tracks/{second}").expect(204)
    ann.delete(listed).expect(204)
    for page, track_id in zip(pages, (first, second, third), strict=True):
        assert seen(world, page).status == 404
        assert world.call("GET", f"{page}/tracks/{track_id}/audio").status == 404


def test_what_comes_under_the_same_id_later_has_neither_the_links_nor_the_door_of_what_was_there(
    world: World, ann: Person
) -> None:
    track_id, playlist_id = speaks(ann), lists(ann).rpartition("/")[2]
    listed = f"{ann.place}/playlists/{playlist_id}"
    ann.adds(playlist_id, speaks(ann))
    pages = [link(ann, f"{ann.place}/tracks/{track_id}"), link(ann, listed)]
    ann.call("PUT", f"{ann.place}/tracks/{track_id}/feedback-door", {"about": "The opening"}).expect(200)
    for thing in (f"{ann.place}/tracks/{track_id}", listed):
        ann.delete(thing).expect(204)
    world.settle()
    assert [*Share.scan(), *Door.scan()] == []
    sound = mp3(2)
    anew = {"title": "Another", "content_type": "audio/mpeg", "size_bytes": len(sound), "consent": OPEN}
    made = ann.call("POST", f"{ann.place}/tracks", anew, Idempotency_Key=track_id).expect(201)
    upload(made["upload"], sound)
    world.settle()
    ann.get(f"{ann.place}/tracks/{track_id}/audio").expect(200)
    assert [seen(world, page).status for page in pages] == [404, 404]


def test_a_link_that_was_revoked_is_as_one_that_never_was(world: World, ann: Person) -> None:
    track_id = speaks(ann)
    thing = f"{ann.place}/tracks/{track_id}"
    page, other = link(ann, thing), link(ann, thing)
    assert not is_nothing(world, page, track_id)
    newest, oldest = ann.get(f"{thing}/shares").expect(200)["items"]
    ann.delete(f"{thing}/shares/{oldest['share_id']}").expect(204)
    assert is_nothing(world, page, track_id)
    assert seen(world, other).status == 200
    ann.delete(f"{thing}/shares/{oldest['share_id']}").expect(404)
    elsewhere = f"{ann.place}/tracks/{speaks(ann)}/shares/{newest['share_id']}"
    ann.delete(elsewhere).expect(404)


def test_a_link_ends_after_its_days(world: World, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    track_id = speaks(ann)
    thing = f"{ann.place}/tracks/{track_id}"
    made = ann.post(f"{thing}/shares", days=2).expect(201)
    page = "/s/" + made["url"].rpartition("/")[2]
    ends_at = Share.of_item(f"{ann.workspace_id}#track#{track_id}")[0].ends_at
    monkeypatch.setattr(times, "now", lambda: ends_at - timedelta(microseconds=1))
    assert seen(world, page).status == 200
    monkeypatch.setattr(times, "now", lambda: ends_at)
    assert is_nothing(world, page, track_id)


def test_a_link_that_leads_nowhere_opens_a_page_that_says_so(world: World) -> None:
    for place in ("s", "embed"):
        page = world.call("GET", f"/{place}/{'x' * 43}")
        assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert b"shared.js" in page.body


def test_a_workspace_that_forbids_public_links_has_none(world: World, ann: Person) -> None:
    track_id = speaks(ann)
    thing = f"{ann.place}/tracks/{track_id}"
    page = link(ann, thing)
    assert ann.get(ann.place).expect(200)["public_links"] is True
    ann.patch(ann.place, public_links=False).expect(200)
    assert is_nothing(world, page, track_id)
    assert ann.post(f"{thing}/shares").expect(409)["Code"] == "PublicLinksForbidden"
    ann.patch(ann.place, public_links=True).expect(200)
    assert seen(world, page).status == 200


def test_the_play_button_is_for_the_sites_it_was_made_for(world: World, ann: Person) -> None:
    thing = f"{ann.place}/tracks/{speaks(ann)}"
    sites = ["https://blog.example", "http://localhost:4000"]
    page = link(ann, thing, origins=[*sites, sites[0]])
    embed = world.call("GET", page.replace("/s/", "/embed/"))
    policy = embed.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://blog.example http://localhost:4000")
    assert "Set-Cookie" not in embed.headers
    unframed = world.call("GET", link(ann, thing).replace("/s/", "/embed/"))
    assert unframed.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_a_visit_counts_on_play_alone(world: World, ann: Person) -> None:
    thing = f"{ann.place}/tracks/{speaks(ann)}"
    page = link(ann, thing)
    for path in ("", "/content"):
        world.call("GET", page + path).expect(200)
    assert ann.get(f"{thing}/shares").expect(200)["items"][0]["visits"] == 0
    world.at_once(*[lambda: visits(world, page).expect(204)] * 8)
    assert ann.get(f"{thing}/shares").expect(200)["items"][0]["visits"] == 8


def test_an_admin_looks_after_what_they_may_open_and_colleagues_after_their_own(
    ann: Person, ben: Person
) -> None:
    thing = f"{ann.place}/tracks/{speaks(ben)}"
    made = ann.post(f"{thing}/shares").expect(201)["share"]
    assert [each["share_id"] for each in ben.get(f"{thing}/shares").expect(200)["items"]] == [
        made["share_id"]
    ]
    mine = f"{ann.place}/tracks/{speaks(ann)}"
    assert {ben.get(f"{mine}/shares").status, ben.post(f"{mine}/shares").status} == {404}
    ben.delete(f"{mine}/shares/{made['share_id']}").expect(404)
    ann.delete(f"{thing}/shares/{made['share_id']}").expect(204)
    assert ben.get(f"{thing}/shares").expect(200)["items"] == []
    private = lists(ben, speaks(ben), audience="me")
    ben.post(f"{private}/shares").expect(201)
    ann.get(f"{private}/shares").expect(404)


def test_there_are_so_many_links_to_one_thing_and_not_one_more(ann: Person) -> None:
    thing = f"{ann.place}/tracks/{speaks(ann)}"
    made = [ann.post(f"{thing}/shares").expect(201)["share"] for _ in range(MOST_SHARES)]
    refused = ann.post(f"{thing}/shares").expect(409)
    assert (refused["Code"], str(MOST_SHARES) in refused["Message"]) == ("TooManyShares", True)
    ann.delete(f"{thing}/shares/{made[0]['share_id']}").expect(204)
    ann.post(f"{thing}/shares").expect(201)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"days": 1}, 201),
        ({"days": 0}, 400),
        ({"days": LONGEST_DAYS}, 201),
        ({"days": LONGEST_DAYS + 1}, 400),
        ({"label": "🎧" * 200}, 201),
        ({"label": "🎧" * 201}, 400),
        ({"label": " "}, 400),
        ({"start_ms": -1}, 400),
        ({"start_ms": LONGEST_MS + 1}, 400),
        ({"origins": [f"https://{number}.example" for number in range(MOST_ORIGINS)]}, 201),
        ({"origins": [f"https://{number}.example" for number in range(MOST_ORIGINS + 1)]}, 400),
        ({"origins": ["https://blog.example:8443"]}, 201),
        ({"origins": ["http://blog.example"]}, 400),
        ({"origins": ["https://blog.example/path"]}, 400),
        ({"origins": ["https://*.example"]}, 400),
        ({"origins": ["https://blog.example; script-src *"]}, 400),
        ({"origins": ["*"]}, 400),
        ({"workspace_id": "another"}, 400),
    ],
)
def test_what_is_wanted_of_a_link_has_limits(ann: Person, wanted: dict[str, Any], status: int) -> None:
    thing = f"{ann.place}/tracks/{speaks(ann)}"
    assert ann.post(f"{thing}/shares", **wanted).status == status


def test_a_link_shows_what_is_said_and_names_voices_only_where_the_speaker_may_be_named(
    world: World, ann: Person
) -> None:
    track_id = speaks(ann)
    page = link(ann, f"{ann.place}/tracks/{track_id}")
    text = f"{page}/tracks/{track_id}/transcript"
    assert seen(world, page).expect(200)["tracks"][0]["has_transcript"] is False
    world.call("GET", text).expect(404)
    said = "WEBVTT\n\n00:00.500 --> 00:01.000\n<v Ann>Ask first."
    ann.call("PUT", f"{ann.place}/tracks/{track_id}/transcript", {"text": said}).expect(200)
    assert seen(world, page).expect(200)["tracks"][0]["has_transcript"] is True
    cue = {"from_ms": 500, "to_ms": 1000, "text": "Ask first.", "voice": "Ann"}
    assert world.call("GET", text).expect(200) == {"cues": [cue], "paragraphs": [], "language": None}
    about = {"description": "How I begin.", "topics": ["Sales"]}
    ann.patch(f"{ann.place}/tracks/{track_id}", language="en", **about).expect(200)
    assert world.call("GET", text).expect(200)["language"] == "en"
    shown = seen(world, page).expect(200)
    assert shown["description"] == "How I begin."
    assert {name: shown["tracks"][0][name] for name in about} == about
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=NAMELESS).expect(200)
    assert world.call("GET", text).expect(200)["cues"] == [cue | {"voice": None}]
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=CLOSED).expect(200)
    world.call("GET", text).expect(404)
