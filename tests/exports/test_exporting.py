"""What a workspace, a group and a member take with them, and what none of them gets."""

import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from chalicelib import settings, times
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.loop_models import Thanks
from chalicelib.exports import orders, starting
from chalicelib.exports.models import KEPT, MOST_A_DAY, Export
from chalicelib.exports.views import ExportView
from chalicelib.workspaces.models import Member
from tests.conversations.questioning import next_morning
from tests.exports.stories import carry, fetches, place, takes, unchanged
from tests.tracks.audio import flac, mp3
from tests.world import Person, World


def test_a_workspace_takes_what_is_open_to_all_of_it(world: World, ann: Person, ben: Person) -> None:
    ann.patch(f"{ann.place}/members/{ann.member_id}", name="Ann Okafor", title="Sales").expect(200)
    world.settle()
    first = ann.records(mp3(2), "How I open a call")
    second = ben.records(flac(2), "../../etc/passwd")
    ben.records(mp3(1), "To myself", consent={"audience": "me"})
    playlist = ann.makes("How to sell", description="Five minutes a day.")
    ann.adds(playlist, second, note="=cmd()")
    ann.adds(playlist, first)
    ben.makes("Nobody sees this", audience="me")
    with unchanged(world):
        taken = takes(ann)
    assert taken.audio() == ["tracks/1 How I open a call.mp3", "tracks/2 etc passwd.flac"]
    assert taken.read("tracks/1 How I open a call.mp3") == ben.hears(first)
    assert taken.read("tracks/2 etc passwd.flac") == ann.hears(second)
    assert [(each["track_id"], each["file"]) for each in taken.json("tracks.json")] == [
        (first, "tracks/1 How I open a call.mp3"),
        (second, "tracks/2 etc passwd.flac"),
    ]
    assert taken.audio("playlists") == ["playlists/1 How to sell.xml", "playlists/1 How to sell.json"]
    feed = ElementTree.fromstring(taken.read("playlists/1 How to sell.xml"))
    assert [item.findtext("title") for item in feed.findall("channel/item")] == [
        "../../etc/passwd",
        "How I open a call",
    ]
    [enclosure, _] = feed.findall("channel/item/enclosure")
    assert enclosure.attrib["url"] == "../tracks/2%20etc%20passwd.flac"
    assert enclosure.attrib["length"] == str(len(ann.hears(second)))
    entries = taken.json("playlists/1 How to sell.json")["entries"]
    assert [each["note"] for each in entries if "note" in each] == ["=cmd()"]
    people = taken.json("members.json")
    assert {(each["name"], each["title"]) for each in people} >= {("Ann Okafor", "Sales")}
    assert "Tracks with audio: 2" in taken.readme
    assert "Left out" not in taken.readme
    said = taken.text()
    assert "acme.example" not in said, "no address of anybody"
    assert "To myself" not in said
    assert "Nobody sees this" not in said
    assert not [key for key in ("media/", "member_key", "identity") if key in said]


def test_questions_and_published_feedback_go_along_and_who_asked_anonymously_does_not(
    world: World, ann: Person
) -> None:
    others = [ann.invites(f"{name}@acme.example") for name in ("ben", "cem", "dan", "eli", "fay", "gus")]
    ben, cem = others[:2]
    track = ann.records(mp3(2), "How I open a call")
    alone = ann.records(mp3(2), "To myself", consent={"audience": "me"})
    asked = ben.post(f"{ann.place}/tracks/{track}/questions", text="Named why?").expect(201)
    ann.post(f"{ann.place}/questions/{asked['question']['question_id']}/answers", text="Because.").expect(201)
    ann.post(f"{ann.place}/tracks/{alone}/questions", text="A secret why?").expect(201)
    body = {"text": "Anonymous why?", "anonymous": True}
    made = cem.call(
        "POST", f"{ann.place}/tracks/{track}/questions", body, Idempotency_Key=str(uuid.uuid4())
    ).expect(201)
    next_morning()
    taken = takes(ann)
    questions = {each["question"]["text"]: each for each in taken.json("questions.json")}
    assert questions.keys() == {"Named why?", "Anonymous why?"}
    assert [each["text"] for each in questions["Named why?"]["answers"]] == ["Because."]
    assert questions["Named why?"]["question"]["asker"]["member_id"] == ben.member_id
    assert questions["Anonymous why?"]["question"].keys() & {"asker", "asked_at"} == set()
    assert made["token"] not in taken.text()
    asked_by_cem = takes(cem, "member")
    assert [each["question"]["text"] for each in asked_by_cem.json("questions.json")] == ["Anonymous why?"]
    assert made["token"] not in asked_by_cem.text()
    assert "Anonymous why?" not in takes(ben, "member").text()


def test_members_take_all_their_own_and_nothing_of_others(world: World, ann: Person, ben: Person) -> None:
    mine = ben.records(mp3(2), "To myself", consent={"audience": "me"})
    shared = ben.records(mp3(2), "For everybody")
    anns = ann.records(mp3(2), "Ann's own words")
    ben.announces("On its way")
    playlist = ben.makes("My way", audience="me")
    ben.adds(playlist, anns, note="Listen to her")
    ben.adds(playlist, shared)
    heard = {
        "track_id": anns,
        "revision": 1,
        "session_id": str(uuid.uuid4()),
        "sequence": 1,
        "effective_at": times.now().isoformat(),
        "kind": "pause",
        "position_ms": 1000,
        "segments": [[0, 1000]],
        "rate": 1.0,
        "wall_ms": 1000,
    }
    ben.post(f"{ben.place}/progress", events=[heard]).expect(200)
    ben.call("PUT", f"{ben.place}/playlists/{playlist}/loop/reflection", {"text": "Slower."}).expect(200)
    asked = ann.post(f"{ann.place}/tracks/{shared}/questions", text="Why?").expect(201)
    ben.post(f"{ben.place}/questions/{asked['question']['question_id']}/answers", text="Because.").expect(201)
    asked = {"member_ids": [ben.member_id], "planned_for": times.now().date().isoformat()}
    ann.post(f"{ann.place}/playlists/{ann.makes('Your first week')}/assignments", **asked).expect(204)
    ben.post(f"{ben.place}/inbox/read", activity_ids=["0"]).expect(200)
    taken = takes(ben, "member")
    assert taken.audio() == ["tracks/1 To myself.mp3", "tracks/2 For everybody.mp3"]
    assert taken.read("tracks/1 To myself.mp3") == ben.hears(mine)
    assert taken.json("profile.json")["member"]["email"] == "ben@acme.example"
    assert taken.json("profile.json")["mails"] == {"digest": "weekly", "feedback": True}
    playback = {"rate": 1.0, "even_loudness": True, "go_on": True, "single_keys": True}
    assert taken.json("profile.json")["playback"] == playback
    assert [(each["title"], each["status"]) for each in taken.json("tracks.json")] == [
        ("To myself", "ready"),
        ("For everybody", "ready"),
        ("On its way", "awaiting_upload"),
    ]
    [name] = [name for name in taken.audio("playlists") if name.endswith("My way.xml")]
    feed = ElementTree.fromstring(taken.read(name))
    items = feed.findall("channel/item")
    assert [item.findtext("title") for item in items] == ["Ann's own words", "For everybody"]
    assert [item.find("enclosure") is not None for item in items] == [False, True]
    [listened] = taken.json("listening.json")
    assert (listened["title"], listened["heard"]) == ("Ann's own words", [[0, 1000]])
    loops = {each["title"]: each["reflected_text"] for each in taken.json("loops.json")}
    assert loops["My way"] == "Slower."
    [assigned] = taken.json("assigned.json")
    assert (assigned["title"], assigned["planned_for"]) == ("Your first week", asked["planned_for"])
    assert assigned["assigned_by"]["member_id"] == ann.member_id
    assert taken.json("inbox.json") == {"read_until": None, "read_apart": ["0"]}
    assert [each["text"] for each in taken.json("answers.json")] == ["Because."]
    for name in (
        "groups.json",
        "feedback-received.json",
        "feedback-given.json",
        "thanks.json",
        "reports.json",
    ):
        assert taken.json(name) == []
    nothing = takes(ann, "member")
    assert "To myself" not in nothing.text()
    assert nothing.audio() == ["tracks/1 Ann's own words.mp3"]


def test_feedback_is_with_who_gave_it_and_once_delivered_with_who_received_it(
    world: World, ann: Person, ben: Person
) -> None:
    track = ann.records(mp3(2), "How I open a call")
    door = f"{ann.place}/tracks/{track}/feedback-door"
    ann.call("PUT", door, {"about": "The opening"}).expect(200)
    note = {"kind": "keep", "at_ms": 0, "heard": "A question", "effect": "I listened"}
    ben.call("POST", f"{ann.place}/tracks/{track}/feedback", note, Idempotency_Key=str(uuid.uuid4())).expect(
        201
    )
    assert [each["heard"] for each in takes(ben, "member").json("feedback-given.json")] == ["A question"]
    before = takes(ann, "member")
    assert before.json("feedback-received.json") == []
    assert "A question" not in before.text()


def test_what_was_said_to_a_member_is_theirs_to_take_and_nobody_elses(
    world: World, ann: Person, ben: Person
) -> None:
    track = ann.records(mp3(2), "How I open a call")
    said = ben.records(mp3(1), "In my words", consent={"audience": "me"})
    now = times.now()
    spoken: dict[str, Any] = {
        "workspace_id": ann.workspace_id,
        "track_id": track,
        "voice_track_id": said,
        "voice_revision": 1,
    }
    Feedback(
        ann.member_id,
        str(uuid.uuid4()),
        giver_id=ben.member_id,
        revision=1,
        kind="keep",
        at_ms=0,
        given_at=now,
        delivered_to=ann.member_id,
        delivered_at=now,
        **spoken,
    ).save()
    Thanks(
        ann.member_id,
        str(uuid.uuid4()),
        sender_id=ben.member_id,
        kind="teach_back",
        sent_at=now,
        **spoken,
    ).save()
    taken = takes(ann, "member")
    assert taken.audio("spoken") == ["spoken/feedback/1 In my words.mp3", "spoken/thanks/1 In my words.mp3"]
    assert taken.read("spoken/thanks/1 In my words.mp3") == ben.hears(said)
    assert [each["spoken"] for each in taken.json("feedback-received.json")] == [True]
    assert [each["kind"] for each in taken.json("thanks.json")] == ["teach_back"]
    assert takes(ann).audio("spoken") == []
    ben.delete(f"{ben.place}/tracks/{said}").expect(204)
    assert takes(ann, "member").audio("spoken") == []


def test_a_group_takes_what_is_said_in_it(world: World, ann: Person, ben: Person) -> None:
    eli = ann.invites("eli@acme.example")
    group = ann.post(f"{ann.place}/groups", kind="circle", purpose="Selling better").expect(201)["group_id"]
    ann.post(f"{ann.place}/groups/{group}/invitations", member_ids=[ben.member_id]).expect(201)
    ben.post(f"{ann.place}/groups/{group}/members").expect(201)
    for_group = {"audience": "group", "group_id": group}
    ben.records(mp3(2), "Between us", consent=for_group)
    ben.records(mp3(2), "For everybody")
    ann.makes("Our list", **for_group)
    ann.post(f"{ann.place}/groups/{group}/questions", text="How?").expect(201)
    ann.post(f"{ann.place}/groups/{group}/topics", text="Cold calls").expect(201)
    taken = takes(ben, "group", group)
    assert taken.audio() == ["tracks/1 Between us.mp3"]
    assert taken.json("group.json")["purpose"] == "Selling better"
    assert [each["text"] for each in taken.json("group.json")["topics"]] == ["Cold calls"]
    assert [each["question"]["text"] for each in taken.json("questions.json")] == ["How?"]
    assert taken.audio("playlists")[0] == "playlists/1 Our list.xml"
    assert taken.json("rounds.json") == []
    assert "acme.example" not in taken.text()
    [seen] = ann.get(place(ann, "group", group)).expect(200)["items"]
    fetches(ann, place(ann, "group", group), seen["export_id"])
    for person in (eli, world.founder("eve@evil.example", workspace="Evil")):
        person.get(place(ann, "group", group)).expect(404)
        person.get(f"{place(ann, 'group', group)}/{seen['export_id']}/file").expect(404)
    whole = takes(ann)
    assert whole.audio() == ["tracks/1 For everybody.mp3"]
    assert not [words for words in ("Between us", "Our list", "How?", "Selling") if words in whole.text()]


def test_how_it_goes_is_seen_and_another_waits_until_it_is_over(
    world: World, ann: Person, ben: Person
) -> None:
    ann.records(mp3(2))
    where, key = place(ann, "workspace"), str(uuid.uuid4())
    started = ann.call("POST", where, {}, Idempotency_Key=key).expect(201)
    assert (started["export_id"], started["status"], started["total"]) == (key, "waiting", 0)
    again = ann.call("POST", where, {}, Idempotency_Key=key).expect(201)
    assert again["started_at"] == started["started_at"]
    refused = ann.post(where).expect(409)
    assert refused["Code"] == "ExportUnderWay"
    ann.get(f"{where}/{key}/file").expect(404)
    takes(ben, "member")  # of something else
    carry(world)
    [ready] = ann.get(where).expect(200)["items"]
    assert (ready["status"], ready["done"], ready["total"]) == ("ready", 1, 1)
    assert ready["size_bytes"] > 10_000
    assert ready["started_by"]["member_id"] == ann.member_id
    carry(world)
    for _ in range(MOST_A_DAY - 1):
        ann.post(where).expect(201)
        carry(world)
    assert ann.post(where).expect(429)["Code"] == "QuotaReached"


def test_only_who_may_have_it_starts_sees_and_fetches_it(
    world: World, ann: Person, ben: Person, eve: Person
) -> None:
    key = str(uuid.uuid4())
    where, own = place(ann, "workspace"), place(ann, "member")
    ann.call("POST", where, {}, Idempotency_Key=key).expect(201)
    mine = ann.post(own).expect(201)["export_id"]
    carry(world)
    for person in (ben, eve):
        for path in (where, own):
            person.get(path).expect(404)
            person.post(path).expect(404)
        person.get(f"{where}/{key}/file").expect(404)
        person.get(f"{own}/{mine}/file").expect(404)
        elsewhere = place(person, "member")
        person.get(f"{elsewhere}/{mine}/file").expect(404)
    ann.patch(f"{ann.place}/members/{ben.member_id}", role="admin").expect(200)
    fetches(ben, where, key)
    ben.call("POST", where, {}, Idempotency_Key=key).expect(409)


def test_an_export_is_kept_for_a_week(world: World, ann: Person) -> None:
    where = place(ann, "workspace")
    me = Member.get(ann.workspace_id, ann.member_id)
    before = times.now() - KEPT - timedelta(minutes=1)
    export = starting.start(me, me.workspace_key, export_id=None, now=before)
    carry(world)
    assert ann.get(where).expect(200)["items"] == []
    ann.get(f"{where}/{export.export_id}/file").expect(404)
    rules = {
        rule["ID"]: rule
        for rule in world.s3.get_bucket_lifecycle_configuration(Bucket=settings.MEDIA_BUCKET)["Rules"]
    }
    assert rules["exports-expire"]["Expiration"]["Days"] == KEPT.days


def test_whoever_has_left_gets_a_reason_and_may_start_anew(world: World, ann: Person, ben: Person) -> None:
    ben.post(place(ben, "member")).expect(201)
    him = f"{ann.place}/members/{ben.member_id}"
    ann.patch(him, status="deactivated").expect(200)
    carry(world)
    [failed] = Export.of_audience(f"m#{him.rpartition('/')[2]}", now=times.now())
    assert (failed.status, failed.reason) == ("failed", "member_left")
    assert "An admin can let them back in" in (ExportView.of(failed).reason or "")
    me = Member.get(ann.workspace_id, him.rpartition("/")[2])
    starting.start(me, me.own_key, export_id=None, now=times.now())


@pytest.mark.parametrize("body", [{"audience_key": "w#1"}, {"workspace_id": "other"}])
def test_nothing_is_taken_from_the_body(ann: Person, body: dict[str, Any]) -> None:
    ann.post(place(ann, "workspace"), **body).expect(400)


def test_an_order_for_nothing_does_nothing(world: World, ann: Person) -> None:
    orders.send(Export("w#unknown", "unknown"))
    assert carry(world) == 1


def test_transcripts_and_chapters_go_along_with_their_audio(world: World, ann: Person, ben: Person) -> None:
    first, second = ann.records(mp3(2), "First"), ben.records(flac(2), "Second")
    bare = ann.records(mp3(1), "Bare")
    texts = {first: "WEBVTT\n\n00:00.500 --> 00:01.000\n<v Ann>Ask & wait.", second: "Ask first."}
    for who, track_id in ((ann, first), (ben, second)):
        path = f"{ann.place}/tracks/{track_id}/transcript"
        who.call("PUT", path, {"text": texts[track_id]}).expect(200)
    chapters = [{"at_ms": 500, "title": "Waiting"}]
    ann.call("PUT", f"{ann.place}/tracks/{first}/chapters", {"chapters": chapters}).expect(200)
    about = {"description": "How I begin.", "topics": ["Sales"], "language": "en"}
    ann.patch(f"{ann.place}/tracks/{first}", **about).expect(200)
    taken = takes(ann)
    assert taken.audio("transcripts") == ["transcripts/1 First.vtt", "transcripts/2 Second.txt"]
    assert taken.audio() == ["tracks/1 First.mp3", "tracks/2 Second.flac", "tracks/3 Bare.mp3"]
    written = taken.read("transcripts/1 First.vtt").decode()
    assert written == "WEBVTT\n\n00:00.500 --> 00:01.000\n<v Ann>Ask &amp; wait.\n"
    assert taken.read("transcripts/2 Second.txt") == b"Ask first.\n"
    assert [(each["track_id"], each["transcript"]) for each in taken.json("tracks.json")] == [
        (first, "transcripts/1 First.vtt"),
        (second, "transcripts/2 Second.txt"),
        (bare, None),
    ]
    assert [each["chapters"] for each in taken.json("tracks.json")] == [chapters, [], []]
    assert {name: taken.json("tracks.json")[0][name] for name in about} == about
    assert "Tracks with audio: 3" in taken.readme
    assert takes(ben, "member").audio("transcripts") == ["transcripts/1 Second.txt"]
