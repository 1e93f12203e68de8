"""Things that happened, for tests of what a digest makes of them."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from chalicelib.digests.composing import Group, Happened, Playlist, Question, Reader, Round, Track

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
LAST_TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
EVERYBODY = frozenset({"w#w"})
ME = Reader("me", frozenset({"w#w", "m#me", "g#mine"}), LAST_TUESDAY)

_numbers = count()


def track(title: str = "A pitch", *, by: str = "ann", minutes: float = 2) -> Track:
    return Track(f"t{next(_numbers)}", title, round(minutes * 60_000), by, by.title())


def happened(kind: str, *, by: str | None = "ann", at: datetime = MONDAY, **more: Any) -> Happened:
    """Something that everybody may know of, unless it is said otherwise."""
    keys = more.pop("audience_keys", EVERYBODY)
    return Happened(kind, at, keys, by, by.title() if by else None, **more)


def published(title: str = "A pitch", *, by: str = "ann", **more: Any) -> Happened:
    return happened("track_published", by=by, track=track(title, by=by), **more)


def for_me(kind: str, *, by: str | None = "ann", **more: Any) -> Happened:
    """Something that happened for the reader alone."""
    return happened(kind, by=by, audience_keys=frozenset({"m#me"}), **more)


def playlist(title: str = "Selling", *, listeners: frozenset[str] = frozenset()) -> Playlist:
    return Playlist(f"p{next(_numbers)}", title, "Ann", listeners)


MINE = Group("mine", "Selling better")
ASKED = Question("q", None)


def round_(topic: str = "What stuck?", *, waits_for: frozenset[str] = frozenset({"me"})) -> Round:
    return Round("r", topic, datetime(2026, 12, 4, 12, tzinfo=UTC), waits_for)


def in_my_group(kind: str, **more: Any) -> Happened:
    return happened(kind, by=None, audience_keys=frozenset({"g#mine"}), group=MINE, **more)
