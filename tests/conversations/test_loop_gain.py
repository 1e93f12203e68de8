"""How much of a playlist was heard."""

from fractions import Fraction
from typing import Any

import pytest

from chalicelib.conversations import loop_gain
from chalicelib.playlists.models import Entry
from chalicelib.progress.standing import Standing


def entry(name: str, duration_ms: int, **more: Any) -> Entry:
    return Entry(
        entry_id=name,
        rank=0,
        version=1,
        added_by="ann",
        added_name="Ann",
        added_ms=0,
        track_id=name,
        duration_ms=duration_ms,
        revision=1,
        **more,
    )


def heard(name: str, *seconds: int, source: str | None = None) -> dict[tuple[str, int], Standing]:
    return {(name, 1): Standing(name, 1, frozenset(seconds), source=source)}


def test_longer_tracks_weigh_more() -> None:
    entries = [entry("long", 90_000), entry("short", 10_000)]
    assert loop_gain.share(entries, heard("long", *range(90))) == Fraction(9, 10)
    assert loop_gain.share(entries, heard("short", *range(10))) == Fraction(1, 10)
    assert loop_gain.share(entries, {}) == 0


@pytest.mark.parametrize(("seconds", "is_gained"), [(89, False), (90, True), (100, True)])
def test_ninety_per_cent_is_enough(seconds: int, is_gained: bool) -> None:
    share = loop_gain.share([entry("a", 100_000)], heard("a", *range(seconds)))
    assert loop_gain.is_gained(share) == is_gained


def test_of_a_part_only_the_part_counts() -> None:
    parts = [entry("a", 100_000, from_ms=20_000, to_ms=30_000)]
    assert loop_gain.share(parts, heard("a", *range(20, 30))) == 1
    assert loop_gain.share(parts, heard("a", *range(20))) == 0


@pytest.mark.parametrize(
    ("source", "share"), [("self_declared", 1), ("transcript", 1), ("listened", Fraction(1, 10)), (None, 0.1)]
)
def test_what_is_known_otherwise_counts_whole(source: str | None, share: float | Fraction) -> None:
    assert float(loop_gain.share([entry("a", 10_000)], heard("a", 3, source=source))) == float(share)


def test_an_empty_playlist_is_not_gained() -> None:
    assert loop_gain.share([], {}) == 0


def test_what_was_heard_of_an_earlier_revision_does_not_count() -> None:
    assert loop_gain.share([entry("a", 10_000)], {("a", 2): Standing("a", 2, frozenset(range(10)))}) == 0
