"""Listening progress, on DynamoDB Local: the same stories, what they cost, and many devices at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from chalicelib import times
from chalicelib.progress import events, listening, standing
from chalicelib.progress.events import Event
from chalicelib.workspaces.models import Member
from tests import wire
from tests.progress.player import Player, event_of, track_of
from tests.progress.test_completion import *
from tests.progress.test_listening import *
from tests.progress.test_recent import *
from tests.world import Person

LONGEST_MS = 30 * 60_000
DEVICES = 8


def test_the_largest_progress_is_one_write_unit(ann: Person) -> None:
    track_id = track_of(ann, LONGEST_MS, former_ms=(LONGEST_MS,) * 99)
    player = Player(ann, track_id, revision=100, sequence=1)
    path = f"{ann.place}/progress/{track_id}/completion"
    ann.call("PUT", path, {"revision": 100, "source": "self_declared"}).expect(200)
    player.listens(0, LONGEST_MS)
    with wire.consumed() as consumed:
        player.listens(0, LONGEST_MS)
    assert consumed == [("UpdateItem progress", 1.0)]
    found = standing.of_member(ann.member_id, [(track_id, 100)])[track_id, 100]
    assert (len(found.heard), found.source) == (300, "self_declared")


def test_fifty_tracks_are_twenty_five_read_units(ann: Person) -> None:
    tracks = [track_of(ann, LONGEST_MS) for _ in range(50)]
    for track_id in tracks:
        Player(ann, track_id, sequence=1).listens(0, LONGEST_MS)
    member_id = ann.member_id
    with wire.consumed() as consumed:
        standings = standing.of_member(member_id, [(track_id, 1) for track_id in tracks])
    assert consumed == [("BatchGetItem progress", 25.0)]
    assert {len(each.heard) for each in standings.values()} == {300}


def test_devices_that_report_at_once_lose_nothing(ann: Person) -> None:
    track_id, now = track_of(ann, LONGEST_MS), times.now()
    me = Member.get(ann.workspace_id, ann.member_id)
    played: list[Event] = []
    for device in range(DEVICES):
        player = Player(ann, track_id)
        for step in range(20):
            begin_ms = (step * DEVICES + device) * 6000
            at = now - timedelta(seconds=(step * DEVICES + device) * 7 % 997)
            played.append(event_of(player.plays(begin_ms, begin_ms + 6000, effective_at=at.isoformat())))
    shuffled = random.Random(1).sample(played, len(played))
    with ThreadPoolExecutor(DEVICES) as devices:
        for _ in devices.map(lambda event: listening.take(me, [event], now=now), shuffled):
            pass
    found = standing.of_member(me.member_id, [(track_id, 1)], consistent=True)[track_id, 1]
    latest = events.latest(played)
    assert found.heard == frozenset(range(20 * DEVICES))
    assert (found.position_ms, found.moved_at) == (latest.position_ms, latest.effective_at)


def test_devices_that_complete_at_once_complete_it_once(ann: Person) -> None:
    track_id, now = track_of(ann, 100_000), times.now()
    me = Member.get(ann.workspace_id, ann.member_id)
    parts = [
        event_of(Player(ann, track_id).plays(begin_ms, begin_ms + 12_500))
        for begin_ms in range(0, 100_000, 12_500)
    ]
    moments = [now + timedelta(seconds=number) for number in range(len(parts))]
    with ThreadPoolExecutor(len(parts)) as devices:
        taken = list(devices.map(lambda event, at: listening.take(me, [event], now=at), parts, moments))
    found = standing.of_member(me.member_id, [(track_id, 1)], consistent=True)[track_id, 1]
    assert found.source == "listened"
    said = {each.completed_at for one in taken for each, _ in one.standings} - {None}
    assert said == {found.completed_at}, "whoever completes it says the same time"
