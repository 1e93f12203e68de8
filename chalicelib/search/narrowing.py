"""The library narrowed by what one wishes to hear, and what of it fits into the minutes one has.

What is wished for is looked up in the catalogues; what is answered, in one read of a table: it is what the
caller may open now.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Literal

from chalicelib.folding import fold
from chalicelib.progress import standing
from chalicelib.search import catalogue, finding
from chalicelib.search.catalogue import TRACKS, Catalogue, Recording
from chalicelib.search.views import ChoicesView, TopicView
from chalicelib.tracks import library as tracks
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

Length = Literal["short", "medium", "long"]

SHORT_S = 5 * 60
MEDIUM_S = 15 * 60
"""A ``short`` track lasts 5 minutes at most, a ``medium`` one 15, a ``long`` one more."""

LEAST_MS = 30_000
"""When less than this is left of one's minutes, nothing more is looked for."""

MOST_FITTING = 100
"""Tracks in the minutes one has."""

MOST_MINUTES = 240

MOST_TOPICS = 100
"""Topics to choose from, those of most tracks first."""

MOST_DEPARTMENTS = 200


@dataclass(frozen=True)
class Wishes:
    """What one wishes to hear: all of it has to hold, what is None does not matter."""

    department: str | None = None
    speaker_id: str | None = None
    topic: str | None = None
    length: Length | None = None
    unheard: bool = False


def narrowed(
    me: Member, wishes: Wishes, *, limit: int, after: dict[str, Any] | None, now: datetime
) -> tuple[list[Track], dict[str, Any] | None]:
    """What the caller may open of what they wish for, newest first, and the position behind it."""
    searched = catalogue.of_member(TRACKS, me, now=now)
    found = newest_first(wished(me, searched, wishes, now))
    if after is not None:
        place = after["at"], after["id"]
        found = [each for each in found if (each.at, each.id) < place]
    by_id = {each.id: each for each in found}
    visible = finding.openable(list(by_id), searched, partial(tracks.visible, me), limit + 1)
    shown = list(islice(visible, limit + 1))
    if len(shown) <= limit:
        return shown, None
    last = by_id[shown[limit - 1].track_id]
    return shown[:limit], {"at": last.at, "id": last.id}


def fitting(me: Member, wishes: Wishes, minutes: int, *, now: datetime) -> list[Track]:
    """Of what the caller has not heard, the newest that fit into so many minutes together."""
    searched = catalogue.of_member(TRACKS, me, now=now)
    found = newest_first(wished(me, searched, replace(wishes, unheard=True), now))
    while True:
        chosen = fitted(found, minutes * 60_000)
        there = tracks.visible(me, {each.id for each in chosen})
        gone = {each.id for each in chosen} - there.keys()
        if not gone:
            return [there[each.id] for each in chosen]
        found = [each for each in found if each.id not in gone]
        _drop(gone, searched)


def choices(me: Member, *, now: datetime) -> ChoicesView:
    """What the caller can narrow the library by; topics also of people, which no track may have yet.

    Each topic is looked up with the newest track that has it; in a small library, where a number would tell
    of one that was narrowed a moment ago, with all of them. In a larger one numbers may be an hour old.
    """
    known = catalogue.people(me.workspace_id, now=now)
    searched = catalogue.of_member(TRACKS, me, now=now)
    while True:
        found = _all(searched)
        newest, counted = _topics(newest_first(found))
        most = [key for key, _ in counted.most_common(MOST_TOPICS)]
        is_small = len(found) <= finding.MOST_LOOKED_UP
        told = {each.id for each in found if each.topics} if is_small else {newest[key].id for key in most}
        gone = told - tracks.visible(me, told).keys()
        if not gone:
            break
        _drop(gone, searched)
    topics = {key: TopicView(_spelt(newest[key], key), counted[key]) for key in most}
    for colleague in known.by_id.values():
        for topic in colleague.topics:
            if len(topics) < MOST_TOPICS:
                topics.setdefault(_key(topic), TopicView(topic, 0))
    names = [each.department for each in known.by_id.values() if each.department]
    departments = {name.casefold(): name for name in names}
    return ChoicesView(
        topics=list(topics.values()),
        departments=[name for _, name in sorted(departments.items())][:MOST_DEPARTMENTS],
    )


def wished(
    me: Member, searched: list[Catalogue[Recording]], wishes: Wishes, now: datetime
) -> list[Recording]:
    """What stands in the catalogues of what the caller wishes for."""
    found = _all(searched)
    if wishes.speaker_id is not None:
        found = [each for each in found if each.speaker_id == wishes.speaker_id]
    if wishes.department is not None:
        known = catalogue.people(me.workspace_id, now=now).by_id.values()
        wanted = wishes.department.casefold()
        theirs = {each.member_id for each in known if (each.department or "").casefold() == wanted}
        found = [each for each in found if each.speaker_id in theirs]
    if wishes.topic is not None:
        key = _key(wishes.topic)
        found = [each for each in found if any(_key(topic) == key for topic in each.topics)]
    if wishes.length is not None:
        found = [each for each in found if _length(each.duration_ms) == wishes.length]
    if wishes.unheard and found:
        begun = standing.begun(me.member_id)
        found = [
            each
            for each in found
            if each.speaker_id != me.member_id and (each.id, each.revision) not in begun
        ]
    return found


def _all(searched: list[Catalogue[Recording]]) -> list[Recording]:
    """What stands in the catalogues, each once."""
    return list({entry.id: entry for one in searched for entry in list(one.entries.values())}.values())


def newest_first(found: list[Recording]) -> list[Recording]:
    """The same in the order of the library."""
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)


def fitted(found: Iterable[Recording], room_ms: int) -> list[Recording]:
    """Those that have room together, each taken where it still has."""
    chosen: list[Recording] = []
    for each in found:
        if room_ms < LEAST_MS or len(chosen) == MOST_FITTING:
            break
        if each.duration_ms <= room_ms:
            chosen.append(each)
            room_ms -= each.duration_ms
    return chosen


def _drop(gone: set[str], searched: list[Catalogue[Recording]]) -> None:
    for one in searched:
        for entry_id in gone:
            one.drop(entry_id)


def _topics(found: list[Recording]) -> tuple[dict[str, Recording], Counter[str]]:
    """The topics of tracks: the newest that has each, and how many do."""
    newest: dict[str, Recording] = {}
    counted: Counter[str] = Counter()
    for each in found:
        for key in dict.fromkeys(map(_key, each.topics)):
            newest.setdefault(key, each)
            counted[key] += 1
    return newest, counted


def _spelt(recording: Recording, key: str) -> str:
    """A topic as a track has it."""
    return next(topic for topic in recording.topics if _key(topic) == key)


@lru_cache(maxsize=10_000)
def _key(topic: str) -> str:
    """What topics have in common that are one, however they are written."""
    return fold(topic) or topic


def _length(duration_ms: int) -> Length:
    seconds = round(duration_ms / 1000)
    return "short" if seconds <= SHORT_S else "medium" if seconds <= MEDIUM_S else "long"
