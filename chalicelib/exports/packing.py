"""What goes into a zip, one unit after the other, and how far that has come.

A unit is written whole or not at all: between two of them writing can stop, be killed, and go on elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, Literal, TypeVar

import msgspec

from chalicelib.aws import MOST_KEYS
from chalicelib.exports.models import Export
from chalicelib.exports.zips import Entry
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

AHEAD: Final = 25
"""Tracks that are read at once: so many are written after a look whether they may be."""

TRACKS: Final = "tracks"
TRANSCRIPTS: Final = "transcripts"
"""Folders in the zip, of what belongs to tracks."""

WHOSE: Final = ("track_id", "speaker_id", "audience_key", "media_key")
"""Attributes of a track that decide whether it may be in a zip."""

T = TypeVar("T")
Kind = Literal["track", "feedback", "thanks", "check", "playlist", "document"]
Whose = Literal["workspace", "group", "member"]
KINDS: Final[dict[str, Whose]] = {"w": "workspace", "g": "group", "m": "member"}
"""Whose an export is, by what its audience key begins with."""


class Unit(msgspec.Struct, frozen=True):
    """Something to write: files of a track, a playlist or the like by its id, or a document by its name.

    ``check`` writes nothing, but looks what of all that was written may still be shown.
    """

    kind: Kind
    id: str
    number: int = 0


class Written(msgspec.Struct, frozen=True):
    """A file in the zip, and which unit it belongs to."""

    unit: int
    entry: Entry


class Sent(msgspec.Struct, frozen=True):
    """A part of the zip that S3 has."""

    etag: str
    checksum: str | None


class State(msgspec.Struct):
    """How far the writing of a zip has come: the checkpoint that lies in the bucket.

    ``gone`` are the tracks that were written and must not be shown any more.
    """

    upload_id: str
    units: list[Unit]
    next: int = 0
    size: int = 0
    parts: list[Sent] = []
    written: list[Written] = []
    gone: set[str] = set()

    @property
    def is_complete(self) -> bool:
        return self.next == len(self.units)

    @property
    def files(self) -> dict[str, Entry]:
        """The audio in the zip by its track, in order."""
        return self._of_tracks(TRACKS)

    @property
    def transcripts(self) -> dict[str, Entry]:
        """The transcripts in the zip by their track, in order."""
        return self._of_tracks(TRANSCRIPTS)

    @property
    def listed(self) -> Iterator[Entry]:
        """What the zip's directory names: everything but what is gone."""
        for each in self.written:
            unit = self.units[each.unit]
            if unit.kind != "track" or unit.id not in self.gone:
                yield each.entry

    @property
    def left_out(self) -> int:
        """How many tracks were taken back, or kept from these readers, while the zip was written."""
        tracks = {unit.id for unit in self.units[: self.next] if unit.kind == "track"}
        return len(tracks) - len(self.files)

    def _of_tracks(self, folder: str) -> dict[str, Entry]:
        of_tracks = ((self.units[each.unit], each.entry) for each in self.written)
        return {
            unit.id: entry
            for unit, entry in of_tracks
            if unit.kind == "track" and unit.id not in self.gone and entry.name.startswith(f"{folder}/")
        }

    def count(self, until: int | None = None) -> int:
        """How many files with audio there are to write, all in all or before this unit."""
        return sum(unit.kind in ("track", "feedback", "thanks") for unit in self.units[:until])


@dataclass(frozen=True)
class File:
    """A file to write."""

    name: str
    blocks: Iterable[bytes]
    modified: datetime


@dataclass
class Packing:
    """A zip that is being filled, and what is in it so far; ``owner`` is the member whose own data it is."""

    export: Export
    state: State
    owner: Member | None = None
    _ahead: dict[str, Track | None] = field(default_factory=dict)
    _digits: dict[Kind, int] = field(default_factory=dict)

    @property
    def workspace_id(self) -> str:
        return str(self.export.workspace_id)

    @property
    def key(self) -> str:
        return str(self.export.audience_key)

    @property
    def whose(self) -> Whose:
        return KINDS[self.key[0]]

    @property
    def me(self) -> Member:
        """Whose own data it is."""
        assert self.owner is not None, "only a member's own export is written for one reader"
        return self.owner

    def digits(self, kind: Kind) -> int:
        """How long the numbers of files of this kind are, so that names are in the order of numbers."""
        if kind not in self._digits:
            self._digits[kind] = len(str(sum(unit.kind == kind for unit in self.state.units)))
        return self._digits[kind]

    def track(self, track_id: str) -> Track | None:
        """A track that may be in this zip, as it was a moment ago; None where it may not."""
        if track_id not in self._ahead:
            some = islice(self.state.units, self.state.next, self.state.next + AHEAD)
            self._ahead = dict.fromkeys(unit.id for unit in some if unit.kind == "track")
            for track in self.tracks(self._ahead):
                self._ahead[track.track_id] = track
        return self._ahead.pop(track_id, None)

    def tracks(self, track_ids: Iterable[str], only: Sequence[str] | None = None) -> Iterator[Track]:
        """Those of these tracks that may be in this zip, as of now; of each `WHOSE` where that is enough."""
        for some in parted(track_ids, MOST_KEYS):
            keys = [(self.workspace_id, track_id) for track_id in some]
            found = Track.batch_get(
                keys, consistent_read=True, attributes_to_get=list(only) if only else None
            )
            there = {track.track_id: track for track in found}
            yield from (there[each] for each in some if each in there and self.may_hold(there[each]))

    def may_hold(self, track: Track) -> bool:
        """Whether a track belongs into this zip: one's own, or what is open to all of these readers."""
        mine = self.owner is not None and track.speaker_id == self.owner.member_id
        return bool(track.is_ready and (mine or track.audience_key == self.key))


def parted(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """The items in lists of so many at most."""
    some: list[T] = []
    for item in items:
        some.append(item)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def one(value: Any) -> Iterator[bytes]:
    """A value as JSON that people can read."""
    yield msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def listed(values: Iterable[Any]) -> Iterator[bytes]:
    """Values as a list in JSON, each on a line of its own and none of them kept."""
    yield b"["
    between = b"\n"
    for value in values:
        yield between + msgspec.json.encode(value)
        between = b",\n"
    yield b"\n]\n"
