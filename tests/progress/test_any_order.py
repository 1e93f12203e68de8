"""Whatever order, repetition and failure events arrive with, one state comes of them."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from botocore.exceptions import HTTPClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from pynamodb.exceptions import PynamoDBException

from chalicelib import times
from chalicelib.progress import coverage, events, listening, standing
from chalicelib.progress.events import Event
from chalicelib.progress.models import RECENT, Loop, Recent
from chalicelib.workspaces.models import Member
from tests import environment, wire
from tests.progress.player import track_of
from tests.world import Person, World

LENGTHS_MS = (40_000, 301_000)
"""Of the revisions of the one track that is listened to."""

SESSIONS = [uuid.UUID(int=number) for number in (7, 2**100, 3)]
PLAYLISTS = (None, "playlist-1", "playlist-2")
NOW = times.now()

whole = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def acme() -> Iterator[Person]:
    """Earshot on an AWS of its own, which all examples of a property use one after the other."""
    with mock_aws():
        yield World.begin(environment.provider).founder("ann@acme.example", workspace="Acme")


@pytest.fixture(scope="module")
def ann(acme: Person) -> Member:
    return Member.get(acme.workspace_id, acme.member_id)


edges = st.integers(-2000, 310_000)
nearly_all_of_the_short_one = st.tuples(st.just(0), st.integers(30_000, 42_000))
played = (
    nearly_all_of_the_short_one
    | st.tuples(edges, edges)
    | st.tuples(edges, st.integers(0, 60_000)).map(lambda span: (span[0], span[0] + span[1]))
)


@st.composite
def reported(draw: Any) -> list[Event]:
    """What some sessions on some devices report; moments and sequences may well be the same."""
    sessions = draw(st.lists(st.sampled_from(SESSIONS), min_size=1, max_size=3, unique=True))
    found = []
    for session_id in sessions:
        playlist_id = draw(st.sampled_from(PLAYLISTS))
        for sequence in range(1, draw(st.integers(1, 5)) + 1):
            found.append(
                Event(
                    track_id="",
                    revision=draw(st.integers(1, len(LENGTHS_MS))),
                    playlist_id=playlist_id,
                    entry_id=draw(st.sampled_from((None, "entry-1", "entry-2"))),
                    session_id=session_id,
                    sequence=sequence,
                    effective_at=NOW - timedelta(seconds=draw(st.integers(0, 4))),
                    kind="tick",
                    position_ms=draw(st.integers(0, 310_000)),
                    segments=draw(st.lists(played, max_size=2)),
                    rate=draw(st.sampled_from((0.75, 1.0, 2.5))),
                    wall_ms=draw(st.sampled_from((0, 5000, 60_000))),
                )
            )
    return found


@dataclass(frozen=True)
class Delivery:
    """A request: which events it carries, and which of its calls of AWS is not answered, from 1 (0: none)."""

    carried: tuple[int, ...]
    fails_at: int = 0
    done: bool = False


@st.composite
def deliveries(draw: Any, count: int) -> list[Delivery]:
    """Requests in which every event is carried once or more, in any order."""
    order = draw(st.permutations(range(count)))
    order += draw(st.lists(st.integers(0, count - 1), max_size=5))
    requests = []
    while order:
        size = draw(st.integers(1, len(order)))
        carried, order = tuple(order[:size]), order[size:]
        requests.append(Delivery(carried, draw(st.integers(0, 5)), draw(st.booleans())))
    return requests


@whole
@given(data=st.data())
def test_one_state_comes_of_any_order_repetition_and_failure(ann: Member, acme: Person, data: Any) -> None:
    track_id = track_of(acme, LENGTHS_MS[1], former_ms=LENGTHS_MS[:1])
    me = _nobody_before(ann)
    told = [_about(event, track_id) for event in data.draw(reported())]
    waiting = data.draw(deliveries(len(told)))
    while waiting:
        delivery = waiting.pop(0)
        request = [told[index] for index in delivery.carried]
        try:
            with wire.failing(delivery.fails_at, done=delivery.done):
                taken = listening.take(me, request, now=NOW)
        except (HTTPClientError, PynamoDBException):
            waiting.append(Delivery(delivery.carried))  # and the client sends it again, to the letter
        else:
            assert taken.count == len(request)
    _check_progress(me, told)
    _check_recent(me, told)
    _check_loops(me, told)


def _check_progress(me: Member, told: Sequence[Event]) -> None:
    for revision, duration_ms in enumerate(LENGTHS_MS, 1):
        own = [event for event in told if event.revision == revision]
        key = (told[0].track_id, revision)
        found = standing.of_member(me.member_id, [key], consistent=True)[key]
        heard = {bucket for event in own for bucket in event.heard(duration_ms)}
        assert found.heard == heard
        assert found.is_begun is bool(own)
        if own:
            latest = max(own, key=_compared)
            assert found.position_ms == min(latest.position_ms, duration_ms)
            assert found.moved_at == latest.effective_at
        completed = coverage.is_covered(heard, coverage.buckets(duration_ms), 90)
        assert (found.completed_at, found.source) == ((_ms(NOW), "listened") if completed else (None, None))


def _check_recent(me: Member, told: Sequence[Event]) -> None:
    latest = max((event for event in told if event.sequence == 1), key=_compared)
    found = Recent.get(me.member_id, RECENT)
    assert (found.revision, found.in_playlist_id) == (latest.revision, latest.playlist_id)
    assert found.entry_id == latest.entry_id


def _check_loops(me: Member, told: Sequence[Event]) -> None:
    for playlist_id in PLAYLISTS[1:]:
        own = [event for event in told if event.playlist_id == playlist_id and event.sequence == 1]
        found = {loop.playlist_id: loop for loop in Loop.of_member(me.member_id)}.get(str(playlist_id))
        assert (found is not None) is bool(own)
        if found is not None:
            assert found.started_at == min(event.effective_at for event in own)
            assert found.last_entry_id == max(own, key=_compared).entry_id


def _compared(event: Event) -> tuple[datetime, uuid.UUID, int]:
    return event.effective_at, event.session_id, event.sequence


@given(reported())
def test_events_are_ordered_by_time_then_session_then_sequence(told: list[Event]) -> None:
    assert sorted(told, key=events.order) == sorted(told, key=_compared)
    for event in told:
        assert len(events.order(event)) == 28
        assert events.happened_at(events.order(event)) == event.effective_at


@dataclass
class Listener:
    """A person with a player that reports to the letter what it plays: pressing, dragging, letting it run."""

    duration_ms: int
    position_ms: int = 0
    sequence: int = 0

    def plays(self, wall_ms: int, rate: float) -> Event:
        begin = self.position_ms
        self.position_ms = min(self.duration_ms, begin + int(wall_ms * rate))
        return self._reports([(begin, self.position_ms)], wall_ms, rate)

    def drags(self, to_ms: int) -> Event:
        self.position_ms = min(to_ms, self.duration_ms)
        return self._reports([], 50, 1.0)

    def _reports(self, segments: list[coverage.Segment], wall_ms: int, rate: float) -> Event:
        self.sequence += 1
        return Event(
            track_id="track",
            revision=1,
            session_id=SESSIONS[0],
            sequence=self.sequence,
            effective_at=NOW,
            kind="tick",
            position_ms=self.position_ms,
            segments=segments,
            rate=rate,
            wall_ms=wall_ms,
        )


@given(
    duration_ms=st.integers(10_000, 1_800_000),
    drags=st.lists(st.integers(0, 1_800_000), max_size=40),
    replays=st.integers(1, 30),
    rate=st.floats(0.75, 2.5),
    random=st.randoms(use_true_random=False),
)
def test_dragging_and_replaying_never_complete(
    duration_ms: int, drags: list[int], replays: int, rate: float, random: Random
) -> None:
    listener = Listener(duration_ms)
    third_ms = duration_ms // 3
    told = [listener.drags(duration_ms), *(listener.drags(to_ms) for to_ms in drags)]
    for _ in range(replays):
        listener.drags(third_ms)
        told.append(listener.plays(int(third_ms / rate), rate))
        told.append(listener.drags(random.randrange(duration_ms)))
    told.append(listener.drags(duration_ms))
    heard = {bucket for event in told for bucket in event.heard(duration_ms)}
    assert heard <= set(coverage.part(third_ms, 2 * third_ms, duration_ms))
    assert not coverage.is_covered(heard, coverage.buckets(duration_ms), 75)


@given(duration_ms=st.integers(10_000, 1_800_000), rate=st.floats(0.75, 3.5), random=st.randoms())
def test_who_really_listens_to_everything_completes_it(duration_ms: int, rate: float, random: Random) -> None:
    listener = Listener(duration_ms)
    told = []
    while listener.position_ms < duration_ms:
        told.append(listener.plays(random.randint(1000, 60_000), rate))
    random.shuffle(told)
    heard = {bucket for event in told for bucket in event.heard(duration_ms)}
    assert heard == set(coverage.buckets(duration_ms))


def _about(event: Event, track_id: str) -> Event:
    return msgspec.structs.replace(event, track_id=track_id)


def _nobody_before(member: Member) -> Member:
    """The member under another id, who has heard nothing yet."""
    attributes = member.to_dynamodb_dict()
    attributes["member_id"] = {"S": uuid.uuid4().hex[:22]}
    other = Member()
    other.from_dynamodb_dict(attributes)
    return other


def _ms(moment: datetime) -> datetime:
    return times.from_epoch_ms(times.epoch_ms(moment))
