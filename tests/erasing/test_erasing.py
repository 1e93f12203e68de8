"""Erasing somebody who has done everything there is to do."""

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from chalicelib import settings, times
from chalicelib.due.models import Due
from chalicelib.erasing import going
from chalicelib.erasing.going import BEGINS_IN, STEPS, TABLES
from chalicelib.erasing.work import Erasing
from chalicelib.reports.models import Case
from chalicelib.tracks.models import FORMER_NAME, Track, former_id
from chalicelib.workspaces.models import Member
from tests import policies, wire
from tests.announcements.stories import connects
from tests.conversations import questioning
from tests.conversations.stories import TOGETHER, asks, days_pass, gives, received, track_path
from tests.exports.stories import place, takes
from tests.groups.company import (
    answers,
    assigns,
    calls,
    clock_strikes,
    closes,
    gathers,
    id_of,
    opens_round,
    path_of,
)
from tests.playlists.stories import path_of as path_of_playlist
from tests.reviews.saying import anew, retires
from tests.sharing.test_shares import OPEN, link
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World

KILLED = (ReadTimeoutError, PynamoDBException)
SAID = "Said by Cleo, in her own words"


@pytest.fixture
def cleo(ann: Person) -> Person:
    """Who will be erased."""
    return calls(ann, "cleo", started_on=times.now().date().isoformat())


def erases(person: Person, who: Person, name: str = "Cleo") -> Answer:
    return person.post(f"{person.place}/members/{id_of(who)}/erasure", name=name)


def time_passes(world: World, hours: int = 3) -> None:
    """Do what is due within some hours, and what follows from that."""
    for quarter in range(1, hours * 4):
        world.settle()
        world.carry_listening()
        moment = times.now() + timedelta(minutes=15 * quarter)
        for due in [each for each in Due.scan() if each.kind == going.KIND and each.due_at <= moment]:
            with policies.held_to("run_due"):
                going.go_on(due, now=moment)
            due.delete()
    world.settle()
    world.carry_listening()


def everything(world: World) -> Iterator[tuple[str, str]]:
    """Every item of every table, with its table's name."""
    for name in TABLES:
        for page in world.dynamodb.get_paginator("scan").paginate(TableName=settings.table(name)):
            for item in page["Items"]:
                yield name, json.dumps(item, default=str)


def naming(world: World, *words: str) -> list[str]:
    """The items in which one of these stands, but for those that say only by id what comes due."""
    return [
        f"{name} {item}"
        for name, item in everything(world)
        if name != "due" and any(word in item for word in words)
    ]


def test_every_table_was_thought_of(world: World) -> None:
    prefix = settings.table("")
    names = world.dynamodb.list_tables(Limit=100)["TableNames"]
    assert {name.removeprefix(prefix) for name in names} == TABLES.keys()


def does_everything(world: World, ann: Person, ben: Person, cleo: Person) -> dict[str, Any]:
    """What Cleo has done, and what was done with her."""
    keep = cleo.records(mp3(2), "Kept", consent=OPEN)
    anew(cleo, keep)
    quiet = cleo.records(mp3(2), "Quiet", consent=OPEN | {"on_leaving": "keep_without_name"})
    retires(cleo, quiet, keep).expect(200)
    gone = cleo.records(mp3(2), "Deleted", consent={"on_leaving": "delete"})
    own = cleo.records(mp3(2), "Mine alone", consent={"audience": "me"})
    cleo.announces("Never sent")
    vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Cleo>Hello"
    cleo.call("PUT", f"{cleo.place}/tracks/{keep}/transcript", {"text": vtt}).expect(200)
    theirs = ben.records(mp3(2), "Ben's")
    for person, track_id in ((ben, keep), (ben, gone), (cleo, theirs)):
        text = SAID if person is cleo else "Said by Ben"
        reported = {"kind": "track", "track_id": track_id, "reason": "wrong", "text": text}
        person.post(f"{person.place}/reports", **reported).expect(201)
    assigns(ann, ben, cleo).expect(200)
    cleo.call("PUT", f"{cleo.place}/loops/mentor", {}).expect(200)

    passed = cleo.makes("For everybody", audience="workspace")
    cleo.adds(passed, keep, note=SAID)
    cleo.makes("Nobody would miss it", audience="workspace")
    for asker, asked in ((cleo, ben), (ben, cleo)):
        course = asker.makes("A course", audience="workspace")
        asker.adds(course, theirs)
        ann.patch(f"{ann.place}/members/{id_of(asker)}", role="admin").expect(200)
        asker.post(f"{path_of_playlist(asker, course)}/assignments", member_ids=[id_of(asked)]).expect(204)
        asker.call("PUT", f"{asker.place}/welcoming/{course}").expect(204)
    cleo.makes("For me")
    shared = ben.makes("Ours", mode="collaborative")
    removed = cleo.adds(shared, keep, note=SAID)
    cleo.adds(shared, theirs)
    cleo.delete(f"{cleo.place}/playlists/{shared}/entries/{removed}").expect(204)
    cleo.adds(shared, gone)
    page = link(cleo, f"{cleo.place}/tracks/{keep}")

    group_id = gathers(ben, cleo, ann)
    cleo.post(f"{path_of(cleo, group_id)}/topics", text="Prices").expect(201)
    round_ = opens_round(ben, group_id)
    answers(cleo, group_id, round_, text=SAID).expect(200)
    answers(ben, group_id, round_, text="By Ben").expect(200)
    closes(round_)
    cleo.call("PUT", f"{path_of(cleo, group_id)}/feedback-door", {}).expect(200)

    about = questioning.about(cleo, theirs)
    answered = questioning.asks(cleo, about, "Answered?", at_ms=0)
    questioning.answered(ben, answered)
    unanswered = questioning.asks(cleo, about, SAID, at_ms=0)
    from_ben = questioning.asks(ben, questioning.about(ben, keep), "From Ben?", at_ms=0)
    questioning.answered(cleo, from_ben, SAID)
    questioning.asks(ben, questioning.about(ben, keep), "Waiting?", at_ms=0)

    asks(cleo, keep).expect(200)
    asks(ben, theirs).expect(200)
    gives(ben, keep, TOGETHER).expect(201)
    gives(cleo, theirs, TOGETHER).expect(201)
    days_pass()
    assert received(ben)
    for person, track_id in ((ben, keep), (cleo, theirs)):
        for kind in ("thanks", "used"):
            person.call("PUT", track_path(person, track_id, "thanks"), {"kind": kind}).expect(204)
    loop = f"{cleo.place}/playlists/{shared}/loop"
    cleo.call("PUT", f"{loop}/reflection", {"text": SAID, "teach_back_to": theirs}).expect(200)
    cleo.call(
        "PUT", f"{cleo.place}/progress/{theirs}/completion", {"revision": 1, "source": "self_declared"}
    ).expect(200)
    cleo.patch(f"{cleo.place}/mails", digest="daily").expect(200)
    cleo.patch(f"{cleo.place}/playback", rate=1.5).expect(200)
    happened = cleo.get(f"{cleo.place}/inbox").expect(200)["items"]
    cleo.post(f"{cleo.place}/inbox/read", activity_ids=[happened[0]["activity_id"]]).expect(200)
    cleo.post(f"{cleo.place}/feed", holds="library").expect(201)
    takes(cleo, "member")
    cleo.post(f"{cleo.place}/invitations", emails=["dora@acme.example"]).expect(201)
    cleo.post(place(cleo, "workspace")).expect(201)
    connects(cleo)
    [case] = [each for each in Case.query(ann.workspace_id) if each.track_id == theirs]
    decision = {"decision": "hide", "reason": "wrong", "note": SAID}
    cleo.call("PUT", f"{cleo.place}/reports/{case.report_id}/decision", decision).expect(200)
    ann.patch(f"{ann.place}/members/{id_of(cleo)}", role="member").expect(200)
    world.settle()
    return {
        "keep": keep, "gone": gone, "own": own, "theirs": theirs, "passed": passed, "shared": shared,
        "answered": answered, "unanswered": unanswered, "from_ben": from_ben, "page": page,
    }  # fmt: skip


def test_nothing_anywhere_names_who_was_erased(world: World, ann: Person, ben: Person, cleo: Person) -> None:
    done = does_everything(world, ann, ben, cleo)
    former = former_id(id_of(cleo))
    assert naming(world, SAID)
    erases(cleo, cleo).expect(202)
    world.settle()
    time_passes(world)
    assert sorted(each.name for each in Member.query(ann.workspace_id)) == ["Ann", "Ben"]
    words = (id_of(cleo), former, "Cleo", "cleo@", SAID)
    assert naming(world, *words) == []
    for key in world.objects(""):
        found = world.stored(key)
        tags = world.s3.get_object_tagging(Bucket=settings.MEDIA_BUCKET, Key=key)["TagSet"]
        assert b"Cleo" not in found or tags == [{"Key": "superseded", "Value": "yes"}]
    assert world.objects("exports/") == []

    assert ben.track(done["keep"])["speaker"] == {"member_id": None, "name": FORMER_NAME}
    assert b"Cleo" not in ben.hears(done["keep"])
    assert "Cleo" not in str(ben.get(f"{ben.place}/tracks/{done['keep']}/transcript").expect(200))
    for gone in ("gone", "own"):
        ben.get(f"{ben.place}/tracks/{done[gone]}").expect(404)
        assert not list(Track.batch_get([(ann.workspace_id, done[gone])]))
    assert ann.opens(done["passed"])["owner"]["name"] == "Ann"
    titles = [each["title"] for each in ann.get(f"{ann.place}/playlists").expect(200)["items"]]
    assert "Nobody would miss it" not in titles
    assert questioning.opens(ben, done["answered"])["question"]["asker"]["name"] == "Somebody who has left"
    ben.get(questioning.path_of(ben, done["unanswered"])).expect(404)
    assert questioning.opens(ben, done["from_ben"])["answers"] == []
    assert received(ben) == []
    assert world.call("GET", f"{done['page']}/content").status == 404


def test_an_anonymous_question_stays_and_nothing_links_to_who_asked(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    for number in range(4):
        ann.invites(f"more{number}@acme.example")
    track_id = ben.records(mp3(2))
    path = questioning.about(cleo, track_id)
    published = questioning.asks(cleo, path, "Quietly?", at_ms=0, anonymous=True)
    clock_strikes(times.now() + timedelta(days=2))
    later = questioning.asks(cleo, path, "And this?", at_ms=0, anonymous=True)
    before = {item for name, item in everything(world) if name == "questions"}
    erases(cleo, cleo).expect(202)
    time_passes(world)
    assert naming(world, id_of(cleo)) == []
    assert {item for name, item in everything(world) if name == "questions"} == before
    clock_strikes(times.now() + timedelta(days=4))
    assert set(questioning.texts(ben, path)) == {"Quietly?", "And this?"}
    assert published != later


def test_whoever_erases_types_the_name(world: World, ann: Person, ben: Person, cleo: Person) -> None:
    assert "Cleo" in erases(cleo, cleo, "Leo").expect(400)["Message"]
    erases(ben, cleo).expect(404)
    assert erases(ann, cleo).expect(409)["Code"] == "StillActive"
    assert erases(ann, ann, "Ann").expect(409)["Code"] == "LastAdmin"
    ann.patch(f"{ann.place}/members/{id_of(cleo)}", status="deactivated").expect(200)
    assert erases(ann, cleo, "  cleo ").expect(202)["is_being_erased"]
    assert erases(ann, cleo).expect(409)["Code"] == "BeingErased"
    world.settle()
    [due] = [each for each in Due.scan() if each.kind == going.KIND]
    assert due.due_at == Member.get(ann.workspace_id, id_of(cleo)).erasing_at + BEGINS_IN
    refused = ann.patch(f"{ann.place}/members/{id_of(cleo)}", status="active").expect(409)
    assert refused["Code"] == "BeingErased"
    ann.post(f"{ann.place}/invitations", emails=["cleo@acme.example"]).expect(201)
    again = world.person("cleo@acme.example", iat=int(times.now().timestamp()) + 1)
    again.post(f"{ann.place}/invitations/accept").expect(409)
    world.settle()
    time_passes(world)  # who was invited since is not invited no more
    again.post(f"{ann.place}/invitations/accept").expect(201)
    again.workspace_id = ann.workspace_id
    assert again.get(f"{ann.place}/members/{id_of(cleo)}").expect(200)["topics"] == []


def test_what_was_hidden_with_an_answer_goes_with_it(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    question_id = questioning.asks(ben, questioning.about(ben, questioning.speaks(ben)))
    spoken, kept = cleo.records(mp3(1)), cleo.records(mp3(1))
    answer_id = questioning.answers(cleo, question_id, track_id=spoken).expect(201)["answer_id"]
    thing = {"kind": "answer", "question_id": question_id, "answer_id": answer_id}
    report_id = ben.post(f"{ben.place}/reports", reason="wrong", **thing).expect(201)["report_id"]
    decided = ann.call("PUT", f"{ann.place}/reports/{report_id}/decision", {"decision": "hide"})
    assert decided.expect(200)["status"] == "hidden"
    erases(cleo, cleo).expect(202)
    time_passes(world)
    left = {each.track_id for each in Track.query(ann.workspace_id)}
    assert (kept in left, spoken in left) == (True, False)


def test_every_step_says_when_nothing_is_left(world: World, ann: Person, cleo: Person) -> None:
    member = Member.get(ann.workspace_id, id_of(cleo))
    with policies.held_to("run_due"):
        for step in STEPS:
            for _ in range(2):
                changes = sum(done.changes for done in step(Erasing(member, None, times.now())))
            assert changes == 0, step.__name__


def test_killed_at_any_call_and_without_time_it_comes_to_the_same(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    """Each run is killed at a call, then made again with time for one thing only, which hands on."""
    does_everything(world, ann, ben, cleo)
    erases(cleo, cleo).expect(202)
    world.settle()
    moment = times.now() + BEGINS_IN
    kills = itertools.cycle(itertools.product(range(1, 8), (False, True)))
    runs = at_once = 0
    while waiting := [each for each in Due.scan() if each.kind == going.KIND]:
        due = min(waiting, key=lambda each: each.slot)
        nth, done = next(kills)
        with suppress(*KILLED), wire.failing(nth, done=done):
            going.go_on(due, now=moment, seconds=0)
        with policies.held_to("run_due"):
            rest = going.go_on(due, now=moment, seconds=0)
        due.delete()
        world.settle()
        runs, moment = runs + 1, moment + timedelta(minutes=15)
        if rest is not None:
            at_once += 1
            assert rest.details != msgspec.to_builtins(going.State(member_id=id_of(cleo))), "it waits"
        assert runs < 400
    assert runs > at_once > len(STEPS)
    assert naming(world, id_of(cleo), "Cleo", SAID) == []
