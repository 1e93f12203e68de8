"""What this process knows of everything that an audience may find, and how it keeps up.

A process reads an audience's part of an index once, of each track or playlist only what can be searched, and
from then on, at most every few seconds, what has changed in it since. The words of transcripts are ten times
as much as all the rest: they are a kind of their own, read once somebody looks for what was said. Whether
somebody may still open what was found is not decided here: what was narrowed or taken back stays until it is
found and dropped, or until everything is read anew.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from cachetools import LRUCache
from pynamodb.attributes import UTCDateTimeAttribute

from chalicelib.auth import audience
from chalicelib.aws import Item, queried
from chalicelib.playlists.models import Playlist
from chalicelib.search import matching
from chalicelib.search.matching import Entry
from chalicelib.tracks import said
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

E = TypeVar("E", bound=Entry)

FRESH = timedelta(seconds=3)
"""What was read so recently is not asked for again: several answers while somebody types are of one state."""

OVERLAP = timedelta(minutes=15)
"""A change carries the time at which its handler began, and no Lambda runs longer.

What the activity stream brings carries the activity's time: where the stream lags more than this, what it
changes is found when everything is read anew.
"""

ANEW = timedelta(hours=1)
"""After so long everything is read anew, which lets go of what was narrowed or taken back unfound."""

PEOPLE_FRESH = timedelta(seconds=60)
"""The table of members has no index by change: they are read whole."""

MOST_KEPT = 200_000
"""Entries that a process keeps, about 500 bytes each."""


@dataclass(frozen=True, slots=True)
class Recording(Entry):
    """A track as it is found, and what the library is narrowed by."""

    speaker_id: str
    duration_ms: int
    revision: int
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Kind(Generic[E]):
    """A kind of things that are found by audience, and how an item of its index is searched.

    ``moved`` is the attribute that says when an item changed, ``weight`` how many entries one takes the room
    of.
    """

    table: str
    index: str
    key: str
    searched: Callable[[Item], E]
    moved: str = "changed_at"
    weight: int = 1


@dataclass
class Catalogue(Generic[E]):
    """What an audience may find of one kind, by id, with when each item had changed last."""

    began_at: datetime
    weight: int = 1
    read_at: datetime | None = None
    entries: dict[str, E] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)

    def is_fresh(self, now: datetime) -> bool:
        return self.read_at is not None and timedelta() <= now - self.read_at < FRESH

    def drop(self, entry_id: str) -> None:
        """Let go of what is not for this audience any more."""
        self.entries.pop(entry_id, None)
        self.changed.pop(entry_id, None)


@dataclass(frozen=True)
class Colleague:
    """A person as they are found."""

    member_id: str
    name: str
    department: str | None
    title: str | None
    topics: list[str]


@dataclass
class People:
    """The active people of a workspace."""

    read_at: datetime
    entries: list[Entry]
    by_id: dict[str, Colleague]


def _track(item: Item) -> Recording:
    topics = tuple(_texts(item, "topics"))
    return Recording(
        item["track_id"]["S"],
        item["published_at"]["S"],
        matching.folded(
            item["title"]["S"],
            item["speaker_name"]["S"],
            ", ".join(topics),
            item.get("description", {}).get("S", ""),
        ),
        item["speaker_id"]["S"],
        int(item["duration_ms"]["N"]),
        int(item["revision"]["N"]),
        topics,
    )


def _transcript(item: Item) -> Entry:
    return Entry(item["track_id"]["S"], item["published_at"]["S"], said.unpacked(item["words"]["B"]))


def _playlist(item: Item) -> Entry:
    return matching.entry(
        item["playlist_id"]["S"],
        item["changed_at"]["S"],
        item["title"]["S"],
        item["owner_name"]["S"],
        ", ".join(_texts(item, "topics")),
    )


TRACKS = Kind(Track.Meta.table_name, "searched", "track_id", _track)
TRANSCRIPTS = Kind(Track.Meta.table_name, "said", "track_id", _transcript, moved="words_at", weight=5)
PLAYLISTS = Kind(Playlist.Meta.table_name, "audience", "playlist_id", _playlist)

_kept: LRUCache[tuple[str, str, str], Catalogue[Any]] = LRUCache(
    MOST_KEPT, lambda catalogue: min(1 + catalogue.weight * len(catalogue.entries), MOST_KEPT)
)
_people: LRUCache[str, People] = LRUCache(MOST_KEPT, lambda people: min(1 + len(people.entries), MOST_KEPT))
_lock = threading.Lock()


def of_audience(kind: Kind[E], audience_key: str, *, now: datetime) -> Catalogue[E]:
    """What an audience may find of one kind, as of a few seconds ago at most."""
    key = kind.table, kind.index, audience_key
    with _lock:
        catalogue: Catalogue[E] | None = _kept.get(key)
        if catalogue is None or not catalogue.is_fresh(now):
            if catalogue is None or not timedelta() <= now - catalogue.began_at < ANEW:
                catalogue = Catalogue(began_at=now, weight=kind.weight)
            _keep_up(catalogue, kind, audience_key, now)
            _kept[key] = catalogue
        return catalogue


def of_member(kind: Kind[E], me: Member, *, now: datetime) -> list[Catalogue[E]]:
    """What a member may find of one kind, by audience."""
    return [of_audience(kind, key, now=now) for key in audience.keys_of(me)]


def people(workspace_id: str, *, now: datetime) -> People:
    """The active people of a workspace, as of a minute ago at most."""
    with _lock:
        known = _people.get(workspace_id)
        if known is None or not timedelta() <= now - known.read_at < PEOPLE_FRESH:
            known = _read_people(workspace_id, now)
            _people[workspace_id] = known
        return known


def forget() -> None:
    """Know nothing any more."""
    with _lock:
        _kept.clear()
        _people.clear()


def _keep_up(catalogue: Catalogue[E], kind: Kind[E], audience_key: str, now: datetime) -> None:
    """Read what has changed since the catalogue was read last, everything at first."""
    condition, values = "audience_key = :audience", {":audience": {"S": audience_key}}
    if catalogue.read_at is not None:
        condition += f" AND {kind.moved} >= :since"
        values[":since"] = {"S": UTCDateTimeAttribute().serialize(catalogue.read_at - OVERLAP)}
    for item in queried(
        TableName=kind.table,
        IndexName=kind.index,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
    ):
        changed_at, entry_id = item[kind.moved]["S"], item[kind.key]["S"]
        if catalogue.changed.get(entry_id) != changed_at:
            catalogue.entries[entry_id] = kind.searched(item)
            catalogue.changed[entry_id] = changed_at
    catalogue.read_at = now


def _read_people(workspace_id: str, now: datetime) -> People:
    entries: list[Entry] = []
    by_id: dict[str, Colleague] = {}
    for item in queried(
        TableName=Member.Meta.table_name,
        KeyConditionExpression="workspace_id = :workspace",
        FilterExpression="#status = :active",
        ProjectionExpression="member_id, #name, department, #title, topics, joined_at",
        ExpressionAttributeNames={"#status": "status", "#name": "name", "#title": "title"},
        ExpressionAttributeValues={":workspace": {"S": workspace_id}, ":active": {"S": "active"}},
    ):
        topics = _texts(item, "topics")
        colleague = Colleague(
            item["member_id"]["S"],
            item["name"]["S"],
            item.get("department", {}).get("S"),
            item.get("title", {}).get("S"),
            topics,
        )
        about = ", ".join([colleague.department or "", colleague.title or "", *topics])
        entries.append(matching.entry(colleague.member_id, item["joined_at"]["S"], colleague.name, about))
        by_id[colleague.member_id] = colleague
    return People(now, entries, by_id)


def _texts(item: Item, name: str) -> list[str]:
    return [each["S"] for each in item.get(name, {}).get("L", [])]
