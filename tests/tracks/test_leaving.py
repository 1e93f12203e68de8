"""What becomes of somebody's tracks when they leave, and when they come back."""

from datetime import timedelta
from typing import Any

import pytest
from pynamodb.expressions.operand import Path

from chalicelib import times
from chalicelib.search import catalogue
from chalicelib.tracks.leaving import GRACE, SETTLES_IN
from chalicelib.tracks.models import FORMER_NAME, Track
from tests.groups.company import answers, calls, clock_strikes, closes, gathers, id_of, opens_round, rounds_of
from tests.reviews.saying import anew, led, retires
from tests.search.test_finding import finds
from tests.sharing.test_shares import OPEN, link, seen
from tests.tracks.audio import mp3
from tests.world import Person, World, upload

NAMELESS = OPEN | {"on_leaving": "keep_without_name"}
DELETE = OPEN | {"on_leaving": "delete"}
NOBODY = {"member_id": None, "name": FORMER_NAME}


def is_now(ann: Person, status: str, who: Person) -> None:
    """An admin deactivates somebody or has them back, and what follows from that has followed."""
    ann.patch(f"{ann.place}/members/{id_of(who)}", status=status).expect(200)
    ann.world.settle()


def report(person: Person, track_id: str) -> None:
    thing = {"kind": "track", "track_id": track_id, "reason": "wrong"}
    person.post(f"{person.place}/reports", **thing).expect(201)


def cases(admin: Person) -> list[dict[str, Any]]:
    """What was reported, as an admin sees it."""
    found: list[dict[str, Any]] = admin.get(f"{admin.place}/reports").expect(200)["items"]
    return found


def library(of: Person, query: str = "") -> list[str]:
    return [each["title"] for each in of.get(f"{of.place}/tracks{query}").expect(200)["items"]]


@pytest.fixture
def cleo(ann: Person) -> Person:
    """Who will leave."""
    return calls(ann, "cleo", department="Sales")


def test_a_speaker_says_once_what_becomes_of_a_track_and_changes_it_any_time(
    ann: Person, ben: Person
) -> None:
    track_id = ben.records(mp3(1))
    assert ben.track(track_id)["consent"]["on_leaving"] == "keep"
    assert "on_leaving" not in ann.track(track_id)["consent"]
    path = f"{ben.place}/tracks/{track_id}"
    ben.patch(path, consent=DELETE).expect(200)
    assert ben.patch(path, consent=OPEN).expect(200)["consent"] == DELETE | {"group_id": None}
    refused = ben.patch(path, consent=OPEN | {"on_leaving": "burn"}).expect(400)
    assert "on_leaving" in refused["Message"]
    created = ben.announces(consent=NAMELESS)
    assert created["track"]["consent"]["on_leaving"] == "keep_without_name"


def test_a_name_is_taken_out_everywhere_and_comes_back(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    track_id = cleo.records(mp3(2), "Quiet", consent=NAMELESS)
    before = Track.get(ann.workspace_id, track_id)
    anew(cleo, track_id)
    kept_id = cleo.records(mp3(2), "Loud", consent=OPEN)
    retired_id = cleo.records(mp3(1), "Once", consent=NAMELESS)
    cleo.call(
        "PUT",
        f"{cleo.place}/tracks/{track_id}/transcript",
        {"text": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Cleo>Hello"},
    ).expect(200)
    playlist_id = ann.makes(mode="collaborative")
    cleo.adds(playlist_id, track_id)
    cleo.adds(playlist_id, kept_id)
    cleo.adds(playlist_id, retired_id)
    retires(cleo, retired_id, track_id).expect(200)
    for about in (track_id, kept_id):
        report(ben, about)
    asked = ben.post(f"{ben.place}/tracks/{kept_id}/questions", text="How?", at_ms=0).expect(201)
    question_id = asked["question"]["question_id"]
    cleo.post(f"{cleo.place}/questions/{question_id}/answers", track_id=track_id).expect(201)
    world.settle()
    page = link(ann, f"{ann.place}/tracks/{track_id}")
    assert "Quiet" in finds(ben, "cleo")
    assert seen(world, page).body["tracks"][0]["speaker_name"] == "Cleo"
    assert b"Cleo" in ben.hears(track_id)
    assert b"Cleo" in world.stored(str(before.media_key))

    def told_of(track: str) -> list[Any]:
        happened = ben.get(f"{ben.place}/activity").expect(200)["items"]
        return [each["actor"] and each["actor"]["name"] for each in happened if each["track_id"] == track]

    told_first = len(told_of(track_id))
    assert set(told_of(track_id)) == {"Cleo"}
    is_now(ann, "deactivated", cleo)
    assert ben.track(track_id)["speaker"] == NOBODY
    assert ben.track(kept_id)["speaker"]["name"] == "Cleo"
    assert library(ben, f"?speaker={id_of(cleo)}") == ["Loud"]
    catalogue.forget()
    for narrowed in (f"speaker={id_of(cleo)}", "department=Sales"):
        found = ben.get(f"{ben.place}/library?{narrowed}").expect(200)["items"]
        assert "Quiet" not in [each["title"] for each in found]
    assert {(each["said"]["title"], each["author"]["name"]) for each in cases(ann)} == {
        ("Quiet", FORMER_NAME), ("Loud", "Cleo"),
    }  # fmt: skip
    successor = led(ben, retired_id)
    assert successor is not None
    assert successor["speaker"] == NOBODY
    quiet, loud, retired = ben.opens(playlist_id)["entries"]
    assert (retired["state"], retired["speaker"], retired["added_by"]) == ("retired", NOBODY, NOBODY)
    assert (quiet["speaker"], quiet["added_by"]) == (NOBODY, NOBODY)
    assert {loud["speaker"]["name"], loud["added_by"]["name"]} == {"Cleo"}
    assert "Quiet" not in finds(ben, "cleo")
    assert "Quiet" in finds(ben, "former")
    assert told_of(track_id) == [None] * told_first
    [former] = Track.get(ann.workspace_id, track_id).former
    assert former.media_key != before.media_key
    assert b"Cleo" not in world.stored(str(former.media_key))
    assert seen(world, page).body["tracks"][0]["speaker_name"] is None
    assert b"Cleo" not in ben.hears(track_id)
    said = ben.get(f"{ben.place}/tracks/{track_id}/transcript").expect(200)
    assert "Cleo" not in str(said)
    [answer] = ben.get(f"{ben.place}/questions/{question_id}").expect(200)["answers"]
    assert answer["answerer"] == NOBODY | {"department": None}
    ben.call("PUT", f"{ben.place}/tracks/{track_id}/thanks", {"kind": "thanks"}).expect(404)
    assert ben.get(f"{ben.place}/tracks/{track_id}/feedback").expect(200)["items"] == []
    ann.patch(f"{ann.place}/members/{id_of(cleo)}", name="Cleopatra").expect(200)
    world.settle()
    assert ben.track(track_id)["speaker"] == NOBODY
    is_now(ann, "active", cleo)
    assert ben.track(track_id)["speaker"] == {"member_id": id_of(cleo), "name": "Cleopatra"}
    assert library(ben, f"?speaker={id_of(cleo)}") == ["Loud", "Quiet"]
    assert {each["author"]["name"] for each in cases(ann)} == {"Cleopatra"}
    assert b"Cleopatra" in ben.hears(track_id)
    quiet, *_ = ben.opens(playlist_id)["entries"]
    assert quiet["speaker"]["name"] == quiet["added_by"]["name"] == "Cleopatra"
    assert ben.opens(playlist_id)["entries"][0]["speaker"]["name"] == "Cleopatra"


def test_what_was_said_in_a_round_names_nobody_either(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ben, cleo, ann)
    round_ = opens_round(ben, group_id)
    consent = {"audience": "group", "group_id": group_id, "on_leaving": "keep_without_name"}
    track_id = cleo.records(mp3(2), "Among us", consent=consent)
    answers(cleo, group_id, round_, track_id=track_id).expect(200)
    answers(ben, group_id, round_, text="Mine").expect(200)
    closes(round_)
    is_now(ann, "deactivated", cleo)
    [shown] = [each for each in rounds_of(ben, group_id) if each["round_id"] == round_["round_id"]]
    by_track = {each["track_id"]: each["member"] for each in shown["contributions"]}
    assert by_track[track_id] == NOBODY | {"department": None}
    assert "Cleo" not in shown["summary"]


def test_what_is_to_be_deleted_is_nobodys_at_once_and_gone_later_and_what_says_nothing_stays(
    world: World, ann: Person, cleo: Person
) -> None:
    old_id = cleo.records(mp3(1), "Old")
    Track(ann.workspace_id, old_id).update(actions=[Path("consent")["on_leaving"].remove()])
    assert cleo.track(old_id)["consent"]["on_leaving"] == "keep"
    track_id = cleo.records(mp3(2), "Mine", consent=DELETE)
    playlist_id = ann.makes()
    ann.adds(playlist_id, track_id)
    world.settle()
    page = link(ann, f"{ann.place}/tracks/{track_id}")
    left_at = times.now()
    is_now(ann, "deactivated", cleo)
    for path in ("", "/audio", "/transcript"):
        ann.get(f"{ann.place}/tracks/{track_id}{path}").expect(404)
    assert ann.opens(playlist_id)["entries"][0]["state"] == "masked"
    assert (library(ann), finds(ann, "mine")) == (["Old"], [])
    assert seen(world, page).status == world.call("GET", f"{page}/tracks/{track_id}/audio").status == 404
    clock_strikes(left_at + GRACE - timedelta(minutes=1))
    world.settle()
    assert len(world.objects("media/")) == 2
    clock_strikes(times.now() + GRACE)
    world.settle()
    assert len(world.objects("media/")) == 1
    assert ann.track(old_id)["speaker"]["name"] == "Cleo"
    assert ann.opens(playlist_id)["entries"][0]["state"] == "taken_back"
    is_now(ann, "active", cleo)
    assert library(ann) == ["Old"]
    assert [track.title for track in Track.of_speaker(id_of(cleo))] == ["Old"]


def test_who_is_back_in_time_or_invited_again_finds_everything_as_it_was(
    world: World, ann: Person, cleo: Person
) -> None:
    quiet_id = cleo.records(mp3(1), consent=NAMELESS)
    track_id = cleo.records(mp3(2), "Mine", consent=DELETE)
    playlist_id = ann.makes()
    ann.adds(playlist_id, track_id)
    before = ann.track(track_id)
    is_now(ann, "deactivated", cleo)
    is_now(ann, "active", cleo)
    assert ann.track(track_id) == before | {"version": before["version"] + 2}
    assert ann.opens(playlist_id)["entries"][0]["state"] == "live"
    clock_strikes(times.now() + GRACE + SETTLES_IN)
    assert ann.hears(track_id)
    is_now(ann, "deactivated", cleo)  # another time, and with days of its own
    clock_strikes(times.now() + GRACE - timedelta(minutes=1))
    ann.post(f"{ann.place}/invitations", emails=["cleo@acme.example"]).expect(201)
    again = world.person("cleo@acme.example", iat=int(times.now().timestamp()) + 1)
    again.post(f"{ann.place}/invitations/accept").expect(201)
    world.settle()
    assert ann.track(quiet_id)["speaker"]["name"] == "Cleo"
    assert ann.hears(track_id)
    clock_strikes(times.now() + GRACE + SETTLES_IN)
    assert ann.hears(track_id)


@pytest.mark.parametrize("wish", [NAMELESS, DELETE], ids=["nameless", "delete"])
def test_what_arrives_after_its_speaker_has_left_follows_too(
    world: World, ann: Person, cleo: Person, wish: dict[str, Any]
) -> None:
    audio = mp3(2)
    created = cleo.announces("Late", size_bytes=len(audio), consent=wish)
    track_id = created["track"]["track_id"]
    is_now(ann, "deactivated", cleo)
    upload(created["upload"], audio)
    world.settle()
    if wish is NAMELESS:
        assert ann.track(track_id)["speaker"] == NOBODY
        assert b"Cleo" not in ann.hears(track_id)
    else:
        ann.get(f"{ann.place}/tracks/{track_id}").expect(404)
    is_now(ann, "active", cleo)
    assert ann.track(track_id)["speaker"]["name"] == "Cleo"


def test_what_was_written_a_moment_late_is_found_by_the_second_look(
    world: World, ann: Person, cleo: Person
) -> None:
    track_id = cleo.records(mp3(2), "Late", consent=OPEN)
    is_now(ann, "deactivated", cleo)
    [track] = Track.of_speaker(id_of(cleo))
    track.update(
        actions=[Path("consent")["on_leaving"].set("delete")]
    )  # let in by a process that knew no better
    clock_strikes(times.now() + SETTLES_IN * 2)
    ann.get(f"{ann.place}/tracks/{track_id}").expect(404)


def test_somebody_who_is_back_while_it_follows_keeps_everything(
    world: World, ann: Person, cleo: Person
) -> None:
    first, second = (cleo.records(mp3(2), title, consent=DELETE) for title in ("One", "Two"))
    ann.patch(f"{ann.place}/members/{id_of(cleo)}", status="deactivated").expect(200)
    records = world.stream_records()
    ann.patch(f"{ann.place}/members/{id_of(cleo)}", status="active").expect(200)
    world.app.react_to_activity({"Records": records}, None)  # late, and then once more
    world.app.react_to_activity({"Records": records}, None)
    world.settle()
    assert [ann.hears(each) and each for each in (first, second)] == [first, second]
    assert not [track for track in Track.of_speaker(id_of(cleo)) if track.set_aside_at]
