"""What players report: one event's shape, what of it cannot be believed, and which event is later."""

import struct
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from chalicelib import errors, times
from chalicelib.progress import coverage
from chalicelib.requests import Id

FURTHEST_AHEAD = timedelta(seconds=60)
OLDEST = timedelta(days=30)
MOST_SEGMENTS = 50
MOST_REVISIONS = 1_000_000
_MOST_MS = 10**12
_ORDER = struct.Struct(">Q16sI")

Milliseconds = Annotated[int, Meta(ge=0, le=_MOST_MS)]
Edge = Annotated[int, Meta(ge=-_MOST_MS, le=_MOST_MS)]
Revision = Annotated[int, Meta(ge=1, le=MOST_REVISIONS)]


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a player reports of the time since it last did; sent again, it is the same to the letter."""

    track_id: Id
    revision: Revision
    playlist_id: Id | None = None
    entry_id: Id | None = None
    session_id: Annotated[
        UUID,
        Meta(description="One sitting with one track, from pressing play. Its first event has sequence 1."),
    ]
    sequence: Annotated[int, Meta(ge=1, lt=2**32)]
    effective_at: Annotated[
        datetime,
        Meta(tz=True, description="When it happened, by a clock corrected by the Date of Earshot's answers."),
    ]
    kind: Literal["tick", "pause", "seek", "ended", "close"]
    position_ms: Milliseconds
    segments: Annotated[
        list[tuple[Edge, Edge]],
        Meta(max_length=MOST_SEGMENTS, description="What was played, in that order: from, to in media time."),
    ]
    rate: Annotated[float, Meta(ge=0, description="The highest speed in this time; over 3.5 is refused.")]
    wall_ms: Annotated[int, Meta(ge=0, le=_MOST_MS, description="How long this time was.")]

    @property
    def key(self) -> tuple[str, int]:
        """The revision of a track that was listened to."""
        return self.track_id, self.revision

    @property
    def begins_session(self) -> bool:
        return self.sequence == 1

    def heard(self, duration_ms: int) -> set[int]:
        """The buckets heard, of what is possible."""
        segments = coverage.possible(self.segments, duration_ms, wall_ms=self.wall_ms, rate=self.rate)
        return coverage.heard_in(segments, duration_ms)


class Refusal(msgspec.Struct, frozen=True):
    """Why an event was not taken."""

    Code: str
    Message: str


AHEAD = Refusal(
    "EventAhead",
    f"`effective_at` is more than {FURTHEST_AHEAD.seconds} seconds ahead. "
    "Correct the clock by the Date of an answer.",
)
TOO_OLD = Refusal("EventTooOld", f"What was heard more than {OLDEST.days} days ago is not counted any more.")
TOO_FAST = Refusal("RateTooHigh", f"A `rate` over {coverage.FASTEST_RATE} is not listening.")
NOT_FOUND = Refusal("NotFound", str(errors.NotFound()))


def refusal(event: Event, now: datetime) -> Refusal | None:
    """What of this event cannot be believed, whatever it is about."""
    age = now - event.effective_at
    if age < -FURTHEST_AHEAD:
        return AHEAD
    if age > OLDEST:
        return TOO_OLD
    return TOO_FAST if event.rate > coverage.FASTEST_RATE else None


def order(event: Event) -> bytes:
    """What events are compared by: ``(effective_at, session_id, sequence)`` in 28 bytes that sort like it."""
    microseconds = (event.effective_at - times.EPOCH) // timedelta(microseconds=1)
    return _ORDER.pack(microseconds, event.session_id.bytes, event.sequence)


def happened_at(ordered: bytes) -> datetime:
    """When the event happened that has this order."""
    microseconds, _, _ = _ORDER.unpack(ordered)
    return times.EPOCH + timedelta(microseconds=microseconds)


def latest(events: Collection[Event]) -> Event:
    """The event that is later than the others."""
    return max(events, key=order)
