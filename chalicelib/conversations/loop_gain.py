"""How much of a playlist a member has heard, from data to data."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Final

from chalicelib.playlists.models import Entry
from chalicelib.progress import coverage
from chalicelib.progress.models import Key
from chalicelib.progress.standing import Standing

NEEDED_PERCENT: Final = 90
"""From which on a playlist counts as gained."""

KNOWN: Final = frozenset({"self_declared", "transcript"})
"""Ways of completing a track without hearing it."""


def share(entries: Collection[Entry], standings: Mapping[Key, Standing]) -> Fraction:
    """Which share of the time of these entries was heard, 0 to 1; of a part of a track its own alone."""
    lengths = {entry.entry_id: _length_ms(entry) for entry in entries}
    whole = sum(lengths.values())
    heard = sum(lengths[entry.entry_id] * _heard(entry, standings) for entry in entries)
    return Fraction(heard) / whole if whole else Fraction(0)


def is_gained(heard: Fraction) -> bool:
    """Whether so much of a playlist is enough."""
    return 100 * heard >= NEEDED_PERCENT


def _length_ms(entry: Entry) -> int:
    if entry.part is None:
        return entry.duration_ms
    begin, end = entry.part
    return end - begin


def _heard(entry: Entry, standings: Mapping[Key, Standing]) -> Fraction:
    assert entry.track_id is not None, "a line has nothing to hear"
    standing = standings.get((entry.track_id, entry.revision))
    if standing is None:
        return Fraction(0)
    if standing.source in KNOWN:
        return Fraction(1)
    own = coverage.buckets(entry.duration_ms)
    if entry.part is not None:
        own = coverage.part(*entry.part, entry.duration_ms)
    return Fraction(sum(map(own.__contains__, standing.heard)), len(own))
