"""Removing a workspace in which everything was done, beside another one that has to stay as it is."""

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from pynamodb.exceptions import PynamoDBException

from chalicelib import duties, settings, times
from chalicelib.closing import removing
from chalicelib.closing.asking import KIND
from chalicelib.closing.steps import STEPS, TABLES
from chalicelib.due.models import Due
from chalicelib.due.slots import SLOT
from chalicelib.erasing.going import BUDGET_SECONDS
from chalicelib.exports import parts
from chalicelib.exports.models import UNDER_WAY, Export
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member, Workspace
from tests import policies, wire
from tests.closing.test_asking import closes, planned
from tests.environment import provider
from tests.erasing.test_erasing import does_everything
from tests.exports.stories import takes
from tests.groups.company import calls
from tests.progress.player import Player
from tests.sharing.test_shares import OPEN, link
from tests.tracks.audio import mp3
from tests.world import Moment, Person, World, forget_everything, upload

KILLED = (ReadTimeoutError, PynamoDBException)
Items = dict[str, set[str]]


@dataclass
class Scene:
    """Acme, where everything was done, and the other workspace, where Ann is a member, too."""

    world: World
    eve: Person
    ann: Person
    ben: Person
    cleo: Person
    done: dict[str, Any]
    feed: str
    others: Items
    then: Moment


@pytest.fixture(scope="module")
def filled() -> Iterator[Scene]:
    """Both workspaces; filling them takes long."""
    with mock_aws():
        world = World.begin(provider)
        eve = other(world)
        ann = world.founder("ann@acme.example", workspace="Acme")
        ben = ann.invites("ben@acme.example")
        cleo = calls(ann, "cleo", started_on=times.now().date().isoformat())
        done = does_everything(world, ann, ben, cleo)
        feed = does_more(ann, ben, cleo, done)
        others = of_other(world)
        assert [name for name, items in everything(world).items() if items == others[name]] == []
        yield Scene(world, eve, ann, ben, cleo, done, feed, others, world.as_it_is())


@pytest.fixture
def scene(filled: Scene) -> Scene:
    """Both workspaces, with nothing removed."""
    filled.world.becomes(filled.then)
    return filled


def other(world: World) -> Person:
    """The admin of the other workspace."""
    eve = world.founder("eve@other.example", workspace="Other")
    ann = eve.invites("ann@acme.example")
    heard = ann.records(mp3(2), "Ann's elsewhere", consent=OPEN)
    shared = eve.makes("Elsewhere", audience="workspace")
    eve.adds(shared, heard)
    link(eve, f"{eve.place}/playlists/{shared}")
    Player(eve, heard).listens(0, 1000)
    ann.post(f"{ann.place}/feed", holds="library").expect(201)
    takes(eve, "workspace")
    settled(world)
    return eve


def does_more(ann: Person, ben: Person, cleo: Person, done: dict[str, Any]) -> str:
    """What is under way, and what was left behind; the address of a feed."""
    gone = cleo.records(mp3(2), "Taken back")
    cleo.call("PUT", f"{cleo.place}/tracks/{gone}/feedback-door", {"about": "All of it"}).expect(200)
    cleo.delete(f"{cleo.place}/tracks/{gone}").expect(204)
    Player(ben, done["keep"]).listens(0, 1000)
    cleo.adds(done["passed"], done["keep"])  # which waits to be posted
    feed: str = ann.post(f"{ann.place}/feed", holds="library").expect(201)["url"]
    ann.post(f"{ann.place}/invitations", emails=["last@acme.example"]).expect(201)
    for export in Export.query(f"w#{ann.workspace_id}", Export.export_id > UNDER_WAY):
        parts.begin(export)
    settled(ann.world)
    upload(ann.announces("Under way")["upload"], mp3(2))
    return feed.removeprefix(settings.BASE_URL.rstrip("/"))


def everything(world: World) -> Items:
    """Every item of every table, and every object in the bucket with what is in it."""
    found: Items = {}
    for name in TABLES:
        pages = world.dynamodb.get_paginator("scan").paginate(TableName=settings.table(name))
        items = (item for page in pages for item in page["Items"])
        found[name] = {json.dumps(item, default=str, sort_keys=True) for item in items}
    lies_there = world.s3.list_objects_v2(Bucket=settings.MEDIA_BUCKET).get("Contents", [])
    found["bucket"] = {f"{each['Key']} {each['ETag']}" for each in lies_there}
    return found


def of_other(world: World) -> Items:
    """What there is of the other workspace, by its ids, and how far all that was due is done."""
    [workspace] = [each for each in Workspace.scan() if each.name == "Other"]
    its_tracks = list(Track.query(workspace.workspace_id))
    ids = ["checkpoint", workspace.workspace_id, *(each.track_id for each in its_tracks)]
    ids += [each.member_id for each in Member.query(workspace.workspace_id)]
    keys = [str(each.media_key) for each in its_tracks]
    keys += [parts.key_of(each) for each in Export.query(f"w#{workspace.workspace_id}")]
    found = {
        name: {item for item in items if any(id_ in item for id_ in ids)}
        for name, items in everything(world).items()
    }
    return found | {"bucket": {each for each in everything(world)["bucket"] if each.split()[0] in keys}}


def settled(world: World) -> None:
    """Carry everything that is under way."""
    world.settle()
    world.carry_listening()
    world.settle()


def its_day_comes(scene: Scene) -> datetime:
    """Ask that Acme be deleted; the moment when it is."""
    closes_at = datetime.fromisoformat(closes(scene.ann).expect(202)["closes_at"])
    settled_but_for_uploads(scene.world)
    return closes_at


def settled_but_for_uploads(world: World) -> None:
    while world.carry_activity():
        pass
    world.carry_listening()


def runs(moment: datetime, seconds: float = BUDGET_SECONDS) -> bool:
    """Do what is due by now of removing, as the schedule does; whether there was something."""
    waiting = [due for due in planned() if due.due_at <= moment]
    for due in waiting:
        with policies.held_to("run_due"):
            removing.go_on(due, now=moment, seconds=seconds)
        due.delete()
    return bool(waiting)


def test_every_table_was_thought_of(scene: Scene) -> None:
    prefix = settings.table("")
    names = scene.world.dynamodb.list_tables(Limit=100)["TableNames"]
    assert {name.removeprefix(prefix) for name in names} == TABLES.keys()


def test_on_its_day_it_is_there_for_nobody(scene: Scene) -> None:
    world, ann = scene.world, scene.ann
    last = world.person("last@acme.example")
    moment = its_day_comes(scene)
    page = f"{scene.done['page']}/content"
    assert (world.call("GET", page).status, world.call("GET", scene.feed).status) == (200, 200)
    assert [each["workspace_name"] for each in last.get("/v1/me").expect(200)["invitations"]] == ["Acme"]
    assert runs(moment)
    forget_everything()  # as every process does within a minute
    unknown = ann.get("/v1/workspaces/00000000-0000-0000-0000-000000000000/playlists").expect(404)
    for person in (ann, scene.ben, scene.cleo):
        assert person.get(f"{person.place}/playlists").expect(404) == unknown
        assert person.get("/v1/me").expect(200)["email"] == person.email
    ann.delete(f"{ann.place}/closing").expect(404)
    assert [each["name"] for each in ann.get("/v1/me").expect(200)["workspaces"]] == ["Other"]
    assert (world.call("GET", page).status, world.call("GET", scene.feed).status) == (404, 404)
    assert last.get("/v1/me").expect(200)["invitations"] == []
    last.post(f"{ann.place}/invitations/accept").expect(404)
    assert of_other(world) == scene.others


def test_nothing_is_left_of_it_and_the_other_is_as_it_was(scene: Scene) -> None:
    world = scene.world
    moment = its_day_comes(scene)
    assert runs(moment)
    stale = list(Due.scan(Due.workspace_id == scene.ann.workspace_id))
    assert not runs(moment + removing.SETTLES_IN - timedelta(microseconds=1))
    moment += removing.SETTLES_IN
    assert runs(moment)
    for due in stale:  # which the same run of the calendar had read before
        if due.kind != KIND:
            with policies.held_to("run_due"):
                duties.BY_KIND[due.kind](due, now=moment)
    settled(world)
    while runs(moment := moment + SLOT):
        settled(world)
    assert everything(world) == scene.others
    assert "Uploads" not in world.s3.list_multipart_uploads(Bucket=settings.MEDIA_BUCKET)
    assert len(scene.eve.get(f"{scene.eve.place}/members").expect(200)["items"]) == 2


def test_killed_at_any_call_and_without_time_it_comes_to_the_same(scene: Scene) -> None:
    """Each run is killed at a call, then made again with time for one thing only, which hands on."""
    moment = its_day_comes(scene)
    kills = itertools.cycle(itertools.product(range(1, 8), (False, True)))
    number = 0
    while waiting := planned():
        nth, done = next(kills)
        due = min(waiting, key=lambda each: each.slot)
        with suppress(*KILLED), wire.failing(nth, done=done):
            removing.go_on(due, now=moment, seconds=0)
        runs(moment, seconds=0)
        number, moment = number + 1, moment + SLOT
        assert number < 400
    settled(scene.world)
    assert number > len(STEPS)
    assert everything(scene.world) == scene.others
