"""Finding what was said: tracks by the words of their transcripts, with the line in which they stand.

The catalogue knows the words of each transcript; the line is looked up in the transcript itself, which shows
at the same time that it still says so. A transcript lies under a key that is never used again: what was read
of one is remembered.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice

from cachetools import LRUCache

from chalicelib.folding import fold
from chalicelib.search import catalogue, finding, matching
from chalicelib.search.catalogue import TRANSCRIPTS
from chalicelib.search.views import LineView, QuoteView, SaidView
from chalicelib.tracks import library as tracks
from chalicelib.tracks import transcribing
from chalicelib.tracks.models import Track, Transcript
from chalicelib.tracks.views import TrackView
from chalicelib.workspaces.models import Member

MOST_QUOTED = 8
"""Tracks in one answer: each may be a transcript to fetch, all at the same time."""

MOST_LOOKED_AT = 90
"""Transcripts that one answer looks into: where the characters of a word stand somewhere in thousands,
and nowhere together, the others are not fetched, and it says that there may be more.
"""

LEAST_BYTES = 3
"""What is shorter stands in nearly every transcript: two letters, but not one Chinese character."""

LONGEST_LINE = 160
WORDS_BEFORE = 6
"""Of a line that is too long, characters that are shown, and words before the one that was looked for."""

MOST_REMEMBERED = 4_000_000
"""Characters of transcripts."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a transcript, and as it is searched."""

    at_ms: int | None
    text: str
    folded: str


_read: LRUCache[str, tuple[Line, ...]] = LRUCache(
    MOST_REMEMBERED, lambda lines: min(1 + sum(2 * len(line.text) for line in lines), MOST_REMEMBERED)
)
_lock = threading.Lock()


def said(me: Member, typed: str, *, now: datetime) -> SaidView:
    """The newest tracks that the caller may open in which all of this is said."""
    wanted = [each for each in matching.wanted(typed) if len(each.strip().encode()) >= LEAST_BYTES]
    if not wanted:
        return SaidView([], more=False)
    searched = catalogue.of_member(TRANSCRIPTS, me, now=now)
    entries = chain.from_iterable(list(one.entries.values()) for one in searched)
    words = [f" {word}" for each in wanted for word in each.split()]
    candidates = list(dict.fromkeys(each.id for each in matching.best(entries, words)))
    visible = finding.openable(candidates, searched, partial(tracks.visible, me), MOST_QUOTED + 1)
    looked_at = islice(visible, MOST_LOOKED_AT)
    quoted = list(islice(_quoted(looked_at, wanted), MOST_QUOTED + 1))
    views = [QuoteView(TrackView.of(track, me, whole=False), line) for track, line in quoted[:MOST_QUOTED]]
    goes_on = len(quoted) > MOST_QUOTED or next(visible, None) is not None
    return SaidView(views, more=goes_on)


def _quoted(visible: Iterator[Track], wanted: list[str]) -> Iterator[tuple[Track, LineView]]:
    with ThreadPoolExecutor(MOST_QUOTED + 1) as pool:
        while some := list(islice(visible, MOST_QUOTED + 1)):
            for track, lines in zip(some, pool.map(_lines_of, some), strict=True):
                line = quote(lines, wanted)
                if line is not None:
                    yield track, line


def quote(lines: tuple[Line, ...], wanted: list[str]) -> LineView | None:
    """The first of the lines that have most of what is wanted; None where they do not have all of it."""
    if not all(any(each in line.folded for line in lines) for each in wanted):
        return None
    best = max(lines, key=lambda line: sum(each in line.folded for each in wanted))
    return LineView(best.at_ms, _excerpt(best.text, wanted))


def _lines_of(track: Track) -> tuple[Line, ...]:
    """The present transcript by lines; none where it has just been changed."""
    present = track.present_transcript
    if present is None:
        return ()
    with _lock:
        known = _read.get(present.key)
    if known is None:
        known = _fetched(present)
        with _lock:
            _read[present.key] = known
    return known


def _fetched(transcript: Transcript) -> tuple[Line, ...]:
    spoken = transcribing.kept(transcript)
    if spoken is None:
        return ()
    cues = [(cue.from_ms, cue.text) for cue in spoken.cues]
    paragraphs = [(None, text) for text in spoken.paragraphs]
    return tuple(Line(at_ms, text, fold(text)) for at_ms, text in [*cues, *paragraphs])


def _excerpt(text: str, wanted: list[str]) -> str:
    """A line as one reads it, of a long one what stands around the first word that was looked for."""
    words = text.split()
    line = " ".join(words)
    if len(line) <= LONGEST_LINE:
        return line
    folded = map(fold, words)
    at = next((number for number, word in enumerate(folded) if any(each in word for each in wanted)), 0)
    begin = max(0, at - WORDS_BEFORE)
    rest = " ".join(words[begin:])
    cut = rest if len(rest) <= LONGEST_LINE else f"{rest[: LONGEST_LINE - 1].rstrip()}…"
    return f"… {cut}" if begin else cut
