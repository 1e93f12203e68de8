"""A member's way through a playlist, from data to data."""

from datetime import timedelta

import pytest

from chalicelib import times
from chalicelib.playlists import way
from chalicelib.playlists.models import Entry
from chalicelib.progress.models import Loop
from chalicelib.progress.standing import Standing

MONDAY = times.from_epoch(1_700_000_000)
DAY = timedelta(days=1)


def line(entry_id: str, *, added_by: str = "ann", **more: object) -> Entry:
    fields: dict[str, object] = {
        "rank": 0,
        "version": 1,
        "added_name": "Ann",
        "added_ms": times.epoch_ms(MONDAY),
        "track_id": f"track {entry_id}",
        "duration_ms": 100_000,
        "revision": 1,
        "audience_key": "w#acme",
    }
    return Entry(entry_id=entry_id, added_by=added_by, **(fields | more))  # type: ignore[arg-type]


A, B, C = (line(each) for each in "abc")
ALL = {"a", "b", "c"}

RESUMES = [
    (ALL, set(), None, "a", "from the start"),
    (ALL, {"a"}, None, "b", "at the first that is not completed"),
    (ALL, set(), "b", "b", "at the one heard last"),
    (ALL, {"b"}, "b", "c", "behind the one heard last, when that is completed"),
    (ALL, {"b", "c"}, "b", "a", "at what was left out, when all behind is completed"),
    (ALL, ALL, "c", None, "nowhere, when everything is completed"),
    ({"a", "c"}, set(), "b", "c", "behind the one heard last, when that cannot be heard any more"),
    (ALL, {"a"}, "gone", "b", "at the first that is not completed, when the last one is not even a line"),
    (set(), set(), "a", None, "nowhere, where nothing can be heard"),
]


@pytest.mark.parametrize(
    ("playable", "done", "last", "expected"),
    [each[:4] for each in RESUMES],
    ids=[each[4] for each in RESUMES],
)
def test_one_goes_on(playable: set[str], done: set[str], last: str | None, expected: str | None) -> None:
    assert way.resume([A, B, C], playable, done, last) == expected


def test_everything_is_completed_that_was_there_when_one_began() -> None:
    later = line("d", added_ms=times.epoch_ms(MONDAY + 2 * DAY))
    lines, playable = [A, B, later], {"a", "b", "d"}
    began = MONDAY + DAY
    assert not way.is_completed(lines, playable, {"a"}, began)
    assert way.is_completed(lines, playable, {"a", "b"}, began)
    assert not way.is_completed(lines, playable, {"a", "b"}, None)
    assert way.is_completed(lines, playable, {"a", "b", "d"}, None)


def test_what_is_optional_or_cannot_be_heard_is_not_needed() -> None:
    lines = [A, line("b", optional=True), C]
    assert way.is_completed(lines, {"a", "b"}, {"a"}, None)
    assert not way.is_completed([line("b", optional=True)], {"b"}, set(), None)
    assert not way.is_completed([A], set(), set(), None)


@pytest.mark.parametrize(
    ("seen", "started", "expected"),
    [
        (None, None, set()),
        (MONDAY + DAY, None, {"b", "c"}),
        (None, MONDAY + DAY, {"b", "c"}),
        (MONDAY + 3 * DAY, MONDAY, {"c"}),
        (MONDAY, MONDAY + 3 * DAY, {"c"}),
        (MONDAY + 9 * DAY, MONDAY, set()),
    ],
)
def test_new_is_what_others_added_since_one_looked_or_began(
    seen: object, started: object, expected: set[str]
) -> None:
    lines = [
        A,
        line("b", added_ms=times.epoch_ms(MONDAY + 2 * DAY)),
        line("c", added_ms=times.epoch_ms(MONDAY + 4 * DAY)),
        line("d", added_ms=times.epoch_ms(MONDAY + 4 * DAY), added_by="ben"),
        line("e", added_ms=times.epoch_ms(MONDAY + 4 * DAY)),
    ]
    loop = Loop("ben", "playlist", seen_at=seen, started_at=started)
    assert way.new_to("ben", lines, {"a", "b", "c", "d"}, loop) == expected


def test_a_part_counts_its_own_buckets() -> None:
    part = line("p", from_ms=10_000, to_ms=20_000)
    nine = Standing("t", 1, heard=frozenset(range(10, 19)), position_ms=19_000)
    assert way.heard(part, nine) == way.Heard(19_000, 0.9, True)
    eight = Standing("t", 1, heard=frozenset(range(11, 19)))
    assert way.heard(part, eight).completed is False
    outside = Standing("t", 1, heard=frozenset(range(20, 100)))
    assert way.heard(part, outside).coverage == 0
    known = Standing("t", 1, completed_at=MONDAY, source="self_declared")
    assert way.heard(part, known).completed is True


def test_a_whole_track_is_completed_when_its_progress_says_so() -> None:
    almost = Standing("t", 1, heard=frozenset(range(95)))
    assert way.heard(A, almost) == way.Heard(0, 0.95, False)
    assert way.heard(A, Standing("t", 1, completed_at=MONDAY)).completed is True
    assert way.heard(A, Standing("t", 1)) == way.NOTHING


def test_a_part_goes_on_within_itself() -> None:
    part = line("p", from_ms=10_000, to_ms=20_000)
    for position_ms, expected in ((15_000, 15_000), (5_000, 10_000), (20_000, 10_000), (90_000, 10_000)):
        standing = Standing("t", 1, position_ms=position_ms, moved_at=MONDAY)
        assert way.resume_ms(part, standing, MONDAY) == expected
    assert way.resume_ms(A, Standing("t", 1, position_ms=15_000, moved_at=MONDAY), MONDAY) == 15_000


def test_a_part_is_clipped_by_a_shorter_revision_and_dropped_by_one_too_short_for_it() -> None:
    assert line("p", from_ms=10_000, to_ms=20_000, duration_ms=15_000).part == (10_000, 15_000)
    assert line("p", from_ms=10_000, to_ms=20_000, duration_ms=10_999).part is None
    assert line("p").part is None
