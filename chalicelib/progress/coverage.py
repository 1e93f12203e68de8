"""How much of a track was heard, in buckets; no clock and no AWS.

A track is cut into at most 300 buckets. A bucket is heard when a segment [from, to) contains its midpoint,
the last bucket's midpoint being that of what remains. Sets of buckets are merged by union, so that neither
the order nor the repetition of what is reported matters. All times are milliseconds of the track.
"""

from collections.abc import Callable, Collection, Iterable

MOST_BUCKETS = 300
SHORTEST_BUCKET_MS = 1000

FASTEST_RATE = 3.5
"""Nobody listens faster; the player offers 0.75 to 2.5."""

GRACE_MS = 2000
"""How much more may be heard than wall time allows: clocks and buffers do not agree to the millisecond."""

PART_PERCENT = 90
"""Of its own buckets, from which on a part of a track counts as heard."""

RESTART_BELOW_MS = 5000
RESTART_BEFORE_END_MS = 3000
REWINDS = ((60_000, 0), (3_600_000, 3000))
"""How far listening goes back after a pause below so long."""

LONGEST_REWIND_MS = 8000

Segment = tuple[int, int]


def bucket_ms(duration_ms: int) -> int:
    """How long a bucket is: 1 s in tracks of up to 300 s, else as many whole seconds as make at most 300."""
    return SHORTEST_BUCKET_MS * max(1, -(-duration_ms // (MOST_BUCKETS * SHORTEST_BUCKET_MS)))


def buckets(duration_ms: int) -> range:
    """The buckets of a whole track."""
    return range(max(1, -(-duration_ms // bucket_ms(duration_ms))))


def part(begin_ms: int, end_ms: int, duration_ms: int) -> range:
    """The buckets of a part of a track: those with their midpoint in it, or the one it lies within."""
    before = _midpoints(duration_ms)
    own = range(before(begin_ms), before(end_ms))
    if own:
        return own
    around = min((begin_ms + end_ms) // 2 // bucket_ms(duration_ms), len(buckets(duration_ms)) - 1)
    return range(around, around + 1)


def possible(segments: Iterable[Segment], duration_ms: int, *, wall_ms: int, rate: float) -> list[Segment]:
    """What of these segments can have been heard: within the track, and in this time at this rate.

    They are taken in the order in which they were played, until the time is used up.
    """
    left = int(wall_ms * rate) + GRACE_MS
    trimmed = []
    for begin, end in segments:
        begin, end = max(begin, 0), min(end, duration_ms, max(begin, 0) + left)
        if begin < end:
            trimmed.append((begin, end))
            left -= end - begin
    return trimmed


def heard_in(segments: Iterable[Segment], duration_ms: int) -> set[int]:
    """The buckets that are heard in these segments."""
    before = _midpoints(duration_ms)
    return {bucket for begin, end in segments for bucket in range(before(begin), before(end))}


def share(heard: Collection[int], of: range) -> float:
    """Which share of these buckets was heard, 0 to 1."""
    return _count(heard, of) / len(of)


def is_covered(heard: Collection[int], of: range, percent: int) -> bool:
    """Whether that many per cent of these buckets were heard."""
    return 100 * _count(heard, of) >= percent * len(of)


def ranges(heard: Collection[int], duration_ms: int) -> list[Segment]:
    """The parts of the track that were heard, in order, neighbouring buckets together."""
    length = bucket_ms(duration_ms)
    found: list[Segment] = []
    for bucket in sorted(heard):
        begin, end = bucket * length, min((bucket + 1) * length, duration_ms)
        if found and found[-1][1] == begin:
            begin, _ = found.pop()
        found.append((begin, end))
    return found


def resume_at(position_ms: int, duration_ms: int, paused_ms: int) -> int:
    """Where listening goes on: a little before the position, the longer the pause the more.

    At most 10 % of the track before it; at the start where little was heard, or everything.
    """
    if position_ms < RESTART_BELOW_MS or duration_ms - position_ms <= RESTART_BEFORE_END_MS:
        return 0
    rewind = next((back for below, back in REWINDS if paused_ms < below), LONGEST_REWIND_MS)
    return max(0, position_ms - min(rewind, duration_ms // 10))


def _midpoints(duration_ms: int) -> Callable[[int], int]:
    """Tells how many buckets have their midpoint before an edge; twice everything, for whole numbers."""
    length = bucket_ms(duration_ms)
    last = len(buckets(duration_ms)) - 1
    last_midpoint = last * length + duration_ms

    def before(edge_ms: int) -> int:
        edge = 2 * edge_ms
        return min(max(-((length - edge) // (2 * length)), 0), last) + (edge > last_midpoint)

    return before


def _count(heard: Collection[int], of: range) -> int:
    return sum(map(of.__contains__, heard))
