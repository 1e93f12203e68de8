"""Whoever writes an export is killed at each call of AWS in turn; one right zip comes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from chalicelib import settings, times
from chalicelib.due import running
from chalicelib.due.models import Due
from chalicelib.exports import orders, parts, starting, writing
from chalicelib.exports.models import UNDER_WAY, Export, UnderWay
from chalicelib.exports.parts import LEAST_BYTES
from chalicelib.exports.writing import LEASE, MOST_ATTEMPTS
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member
from tests import policies, wire
from tests.exports.stories import Taken, ready_track, stored, taken_orders, turn
from tests.tracks.audio import mp3
from tests.world import Person, World

KILLED = (ReadTimeoutError, PynamoDBException)
LONG = b"a long talk " * (LEAST_BYTES // 12 + 1)
"""A part of its own."""

TITLES = ["First", "Second", "Third"]
SIZES = [len(LONG), len(mp3(2)), len(mp3(1))]


@pytest.fixture
def me(ann: Person) -> Member:
    """Ann, whose workspace has three tracks: one that fills a part, and two that do not."""
    member_id = ann.member_id
    for title, audio in zip(TITLES, (LONG, mp3(2), mp3(1)), strict=True):
        ready_track(ann, title, audio, member_id=member_id)
    return Member.get(ann.workspace_id, member_id)


def by_title(me: Member) -> dict[str, Track]:
    """The tracks of the workspace."""
    return {track.title: track for track in Track.of_audience(me.workspace_key, limit=9, after=None)}


def begun(world: World, me: Member, now: datetime) -> tuple[Export, str]:
    """An export, and the order to write it."""
    export = starting.start(me, me.workspace_key, export_id=None, now=now)
    [order] = taken_orders(world)
    return export, order


def goes_on(world: World, export: Export, order: str, now: datetime) -> Taken:
    """What comes of an export whose order is delivered again until it is over, each time a lease later."""
    for _ in range(MOST_ATTEMPTS):
        turn(order, now)
        export.refresh(consistent_read=True)
        if export.is_over:
            taken_orders(world)
            assert export.status == "ready"
            return stored(world, export)
        now += LEASE
    raise AssertionError("it is never over")


def killed(step: Callable[[], object], nth: int, *, done: bool) -> bool:
    """Whether this was cut off at its nth call of AWS."""
    with wire.failing(nth, done=done):
        try:
            step()
        except KILLED:
            return True
    return False


def is_whole(taken: Taken) -> bool:
    """Whether it is what an undisturbed export is."""
    titles = [each["title"] for each in taken.json("tracks.json")]
    sizes = [taken.zip.getinfo(name).file_size for name in taken.audio()]
    return (titles, sizes) == (TITLES, SIZES) and taken.names[-1] == "README.txt"


@pytest.mark.parametrize("done", [False, True])
def test_wherever_it_is_killed_one_right_zip_comes_of_it(world: World, me: Member, done: bool) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    with wire.made(None) as calls:
        goes_on(world, export, order, now)
        operations = [call.operation for call in calls]
    assert operations.count("UploadPart") == 2
    for nth, call in enumerate(calls, 1):
        if done and call.is_read:
            continue  # as if it had not been made
        now += timedelta(days=1)
        export, order = begun(world, me, now)
        cut = partial(goes_on, world, export, order, now)
        taken = goes_on(world, export, order, now + LEASE) if killed(cut, nth, done=done) else None
        assert is_whole(taken or stored(world, export)), (nth, call.operation)
        assert UnderWay.count(me.workspace_key, UnderWay.note == UNDER_WAY) == 0


def test_orders_that_come_twice_or_together_write_it_once(world: World, me: Member) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    with wire.overtaken("UploadPart", lambda: turn(order, now)), wire.made("s3") as calls:
        turn(order, now)
    assert [str(call) for call in calls].count("UploadPart") == 1
    assert is_whole(goes_on(world, export, order, now))
    with wire.made("s3") as calls:
        turn(order, now)
    assert calls == [], "it is over"


def test_who_was_away_longer_than_a_lease_writes_nothing_more(world: World, me: Member) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    with (
        wire.overtaken("PutObject", lambda: goes_on(world, export, order, now + LEASE)),
        pytest.raises(writing.Overtaken),
    ):
        turn(order, now)
    export.refresh(consistent_read=True)
    assert export.status == "ready"
    assert is_whole(stored(world, export))


def test_parts_that_s3_does_not_know_any_more_are_written_anew(world: World, me: Member) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    turn(order, now)
    export.refresh(consistent_read=True)
    state = parts.load(str(export.checkpoint))
    assert state is not None
    assert (len(state.parts), state.is_complete) == (1, False)
    with wire.refusing("NoSuchUpload", service="s3", operation="UploadPart"):  # moto does not say so
        turn(order, now)
    export.refresh(consistent_read=True)
    assert export.to_simple_dict().keys().isdisjoint({"checkpoint", "lease_until"})
    assert is_whole(goes_on(world, export, order, now))


def test_a_track_that_is_taken_back_meanwhile_is_left_out_and_that_is_said(
    world: World, ann: Person, me: Member
) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    turn(order, now)  # the first is written, the others are not
    tracks = {title: track.track_id for title, track in by_title(me).items()}
    ann.delete(f"{ann.place}/tracks/{tracks['First']}").expect(204)
    ann.patch(f"{ann.place}/tracks/{tracks['Second']}", consent={"audience": "me"}).expect(200)
    world.settle()
    taken = goes_on(world, export, order, now)
    assert taken.audio() == ["tracks/3 Third.mp3"]
    assert [each["title"] for each in taken.json("tracks.json")] == ["Third"]
    assert "Tracks with audio: 1" in taken.readme
    assert "Left out: 2, taken back or kept from these readers while this was written" in taken.readme


def test_audio_that_is_missing_is_left_out(world: World, me: Member) -> None:
    second = by_title(me)["Second"]
    world.s3.delete_object(Bucket=settings.MEDIA_BUCKET, Key=second.media_key)
    now = times.now()
    export, order = begun(world, me, now)
    taken = goes_on(world, export, order, now)
    assert taken.audio() == ["tracks/1 First.mp3", "tracks/3 Third.mp3"]
    assert "Left out: 1" in taken.readme


def test_an_order_that_got_lost_is_given_again(world: World, me: Member) -> None:
    now = times.now()
    export, _ = begun(world, me, now)  # and nobody has taken it up
    with policies.held_to("run_due"):
        running.run({orders.WATCH: orders.look}, now=lambda: now + timedelta(minutes=20))
    [again] = taken_orders(world)
    assert is_whole(goes_on(world, export, again, now))
    with policies.held_to("run_due"):
        running.run({orders.WATCH: orders.look}, now=lambda: now + timedelta(minutes=40))
    assert taken_orders(world) == []
    assert not [due for due in Due.scan() if due.kind == orders.WATCH]


def test_what_fails_again_and_again_is_given_up_with_a_reason(world: World, me: Member) -> None:
    now = times.now()
    export, order = begun(world, me, now)
    for _ in range(MOST_ATTEMPTS):
        with wire.refusing("InternalError", service="s3", operation="UploadPart"), pytest.raises(ClientError):
            turn(order, now)
        now += LEASE
    turn(order, now)
    export.refresh(consistent_read=True)
    assert (export.status, export.reason) == ("failed", "could_not_be_written")
    starting.start(me, me.workspace_key, export_id=None, now=now)
