"""Buckets, coverage, what is impossible, and where listening goes on."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.progress import coverage
from chalicelib.progress.coverage import Segment

MINUTE = 60_000
LONGEST_MS = 30 * MINUTE

durations = st.integers(1, LONGEST_MS)
edges = st.integers(0, LONGEST_MS)
played = st.lists(st.tuples(edges, edges), max_size=12)


@pytest.mark.parametrize(
    ("duration_ms", "bucket_ms", "count"),
    [
        (1, 1000, 1),
        (999, 1000, 1),
        (1000, 1000, 1),
        (1001, 1000, 2),
        (299_999, 1000, 300),
        (300_000, 1000, 300),
        (300_001, 2000, 151),
        (301_000, 2000, 151),
        (600_000, 2000, 300),
        (600_001, 3000, 201),
        (LONGEST_MS - 1, 6000, 300),
        (LONGEST_MS, 6000, 300),
    ],
)
def test_a_bucket_is_as_long_as_makes_at_most_three_hundred(
    duration_ms: int, bucket_ms: int, count: int
) -> None:
    assert coverage.bucket_ms(duration_ms) == bucket_ms
    assert len(coverage.buckets(duration_ms)) == count


@given(durations)
def test_buckets_cover_the_track_and_nothing_else(duration_ms: int) -> None:
    length, count = coverage.bucket_ms(duration_ms), len(coverage.buckets(duration_ms))
    assert length % 1000 == 0
    assert (count - 1) * length < duration_ms <= count * length
    assert count <= coverage.MOST_BUCKETS


@pytest.mark.parametrize(
    ("duration_ms", "segment", "heard"),
    [
        (10_000, (0, 500), set()),  # the midpoint of the first is at 500, and 500 is not played
        (10_000, (0, 501), {0}),
        (10_000, (500, 501), {0}),
        (10_000, (501, 1500), set()),
        (10_000, (501, 1501), {1}),
        (10_000, (0, 10_000), set(range(10))),
        (10_000, (0, 0), set()),
        (10_000, (10_000, 10_000), set()),
        (10_000, (3000, 2000), set()),
        (10_400, (10_000, 10_200), set()),  # the last bucket is what remains: 10.0 to 10.4
        (10_400, (10_200, 10_201), {10}),
        (10_400, (0, 10_400), set(range(11))),
        (10_001, (10_000, 10_001), {10}),
        (301_000, (300_000, 300_500), set()),
        (301_000, (300_500, 300_501), {150}),
        (301_000, (0, 1000), set()),
        (301_000, (0, 1001), {0}),
        (LONGEST_MS, (0, 3000), set()),
        (LONGEST_MS, (0, 3001), {0}),
        (LONGEST_MS, (1_797_000, LONGEST_MS), {299}),
        (400, (0, 200), set()),
        (400, (0, 201), {0}),
    ],
)
def test_a_bucket_is_heard_when_its_midpoint_is_played(
    duration_ms: int, segment: Segment, heard: set[int]
) -> None:
    assert coverage.heard_in([segment], duration_ms) == heard


@given(durations, played)
def test_heard_is_what_the_midpoints_say(duration_ms: int, segments: list[Segment]) -> None:
    length = coverage.bucket_ms(duration_ms)
    midpoints = {
        bucket: (bucket * length + min((bucket + 1) * length, duration_ms)) / 2
        for bucket in coverage.buckets(duration_ms)
    }
    assert coverage.heard_in(segments, duration_ms) == {
        bucket
        for bucket, midpoint in midpoints.items()
        if any(begin <= midpoint < end for begin, end in segments)
    }


@given(durations, played, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(
    duration_ms: int, segments: list[Segment], random: Random
) -> None:
    again = [*segments, *random.choices(segments, k=5)] if segments else []
    random.shuffle(again)
    one_by_one: set[int] = set()
    for segment in again:
        one_by_one |= coverage.heard_in([segment], duration_ms)
    assert one_by_one == coverage.heard_in(segments, duration_ms)


@given(durations)
def test_playing_everything_is_all_of_it(duration_ms: int) -> None:
    heard = coverage.heard_in([(0, duration_ms)], duration_ms)
    assert coverage.share(heard, coverage.buckets(duration_ms)) == 1
    assert coverage.is_covered(heard, coverage.buckets(duration_ms), 100)
    assert coverage.ranges(heard, duration_ms) == [(0, duration_ms)]


@given(durations, played)
def test_ranges_and_buckets_say_the_same(duration_ms: int, segments: list[Segment]) -> None:
    heard = coverage.heard_in(segments, duration_ms)
    found = coverage.ranges(heard, duration_ms)
    assert coverage.heard_in(found, duration_ms) == heard
    ends = [edge for segment in found for edge in segment]
    assert ends == sorted(set(ends)), "in order, and neighbours together"
    assert all(0 <= edge <= duration_ms for edge in ends)


@pytest.mark.parametrize(
    ("heard", "percent", "covered"),
    [(89, 90, False), (90, 90, True), (74, 75, False), (75, 75, True), (99, 100, False), (100, 100, True)],
)
def test_a_threshold_is_reached_exactly(heard: int, percent: int, covered: bool) -> None:
    assert coverage.is_covered(set(range(heard)), coverage.buckets(100_000), percent) is covered


def test_a_part_is_covered_by_its_own_buckets() -> None:
    own = coverage.part(10_000, 30_000, 60_000)
    assert own == range(10, 30)
    elsewhere = set(range(10)) | set(range(30, 60))
    assert coverage.share(elsewhere, own) == 0
    assert coverage.is_covered(elsewhere | set(range(10, 28)), own, coverage.PART_PERCENT)
    assert not coverage.is_covered(elsewhere | set(range(10, 27)), own, coverage.PART_PERCENT)


@pytest.mark.parametrize(
    ("begin_ms", "end_ms", "own"),
    [
        (0, 60_000, range(60)),
        (500, 1500, range(1)),
        (501, 1500, range(1, 2)),  # between two midpoints: the one it lies within
        (600, 700, range(1)),
        (59_900, 60_000, range(59, 60)),
        (60_000, 60_000, range(59, 60)),
    ],
)
def test_a_part_has_at_least_one_bucket(begin_ms: int, end_ms: int, own: range) -> None:
    assert coverage.part(begin_ms, end_ms, 60_000) == own


@given(durations, edges, edges)
def test_playing_a_part_covers_it(duration_ms: int, begin_ms: int, end_ms: int) -> None:
    begin_ms, end_ms = sorted((begin_ms % duration_ms, end_ms % duration_ms + 1))
    own = coverage.part(begin_ms, end_ms, duration_ms)
    assert len(own) > 0
    assert set(own) <= set(coverage.buckets(duration_ms))
    if len(own) > 1:
        assert coverage.share(coverage.heard_in([(begin_ms, end_ms)], duration_ms), own) == 1


@pytest.mark.parametrize(
    ("segments", "wall_ms", "rate", "trimmed"),
    [
        ([(0, 5000)], 5000, 1.0, [(0, 5000)]),
        ([(0, 7000)], 5000, 1.0, [(0, 7000)]),  # 2 s more than the clock says
        ([(0, 7001)], 5000, 1.0, [(0, 7000)]),
        ([(0, 19_501)], 5000, 3.5, [(0, 19_500)]),
        ([(0, 4000), (10_000, 14_000)], 5000, 1.0, [(0, 4000), (10_000, 13_000)]),
        ([(0, 9000), (10_000, 14_000)], 5000, 1.0, [(0, 7000)]),
        ([(-5000, 1000)], 5000, 1.0, [(0, 1000)]),
        ([(59_000, 70_000)], 20_000, 1.0, [(59_000, 60_000)]),
        ([(60_000, 61_000)], 5000, 1.0, []),
        ([(-9, -1)], 5000, 1.0, []),
        ([(3000, 2000)], 5000, 1.0, []),
        ([(3000, 3000)], 5000, 1.0, []),
        ([(0, 60_000)], 0, 0.0, [(0, 2000)]),
        ([], 5000, 1.0, []),
    ],
)
def test_the_impossible_is_trimmed(
    segments: list[Segment], wall_ms: int, rate: float, trimmed: list[Segment]
) -> None:
    assert coverage.possible(segments, 60_000, wall_ms=wall_ms, rate=rate) == trimmed


@given(
    durations,
    st.lists(st.tuples(st.integers(-LONGEST_MS, 2 * LONGEST_MS), st.integers(-LONGEST_MS, 2 * LONGEST_MS))),
    st.integers(0, LONGEST_MS),
    st.floats(0, coverage.FASTEST_RATE),
)
def test_never_more_is_heard_than_time_allows(
    duration_ms: int, segments: list[Segment], wall_ms: int, rate: float
) -> None:
    trimmed = coverage.possible(segments, duration_ms, wall_ms=wall_ms, rate=rate)
    assert sum(end - begin for begin, end in trimmed) <= wall_ms * rate + coverage.GRACE_MS
    for begin, end in trimmed:
        assert 0 <= begin < end <= duration_ms
        assert any(first <= begin and end <= last for first, last in segments)


@pytest.mark.parametrize(
    ("position_ms", "duration_ms", "paused_ms", "resumed"),
    [
        (100_000, 200_000, 0, 100_000),
        (100_000, 200_000, 59_999, 100_000),
        (100_000, 200_000, 60_000, 97_000),
        (100_000, 200_000, 3_599_999, 97_000),
        (100_000, 200_000, 3_600_000, 92_000),
        (100_000, 200_000, 30 * 86_400_000, 92_000),
        (20_000, 50_000, 3_600_000, 15_000),  # 10 % of a short track
        (0, 200_000, 0, 0),
        (4999, 200_000, 0, 0),
        (5000, 200_000, 0, 5000),
        (5000, 200_000, 3_600_000, 0),
        (196_999, 200_000, 0, 196_999),
        (197_000, 200_000, 0, 0),
        (200_000, 200_000, 0, 0),
        (6000, 8000, 0, 0),
    ],
)
def test_listening_goes_on_a_little_before(
    position_ms: int, duration_ms: int, paused_ms: int, resumed: int
) -> None:
    assert coverage.resume_at(position_ms, duration_ms, paused_ms) == resumed


@given(durations, edges, st.integers(0, 10**10))
def test_listening_goes_on_within_the_track(duration_ms: int, position_ms: int, paused_ms: int) -> None:
    position_ms %= duration_ms + 1
    resumed = coverage.resume_at(position_ms, duration_ms, paused_ms)
    assert 0 <= resumed <= position_ms
    assert resumed == 0 or position_ms - resumed <= min(8000, duration_ms / 10)
