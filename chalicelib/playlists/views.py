"""What a playlist looks like to a caller."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.progress.models import Loop
from chalicelib.tracks.models import FORMER_NAME, Track, hides, is_former
from chalicelib.workspaces.models import Member

Audience = Literal["workspace", "group", "me"]
Mode = Literal["personal", "collaborative", "open_call"]
AUDIENCES = {"w": "workspace", "g": "group", "m": "me"}
"""What an audience key begins with."""

Assignees = Literal["all", "new_hires"]
State = Literal["live", "masked", "removed", "taken_back", "retired"]


class PersonView(msgspec.Struct):
    """Somebody in the workspace."""

    member_id: Annotated[str | None, Meta(description="Null where nobody is to know.")]
    name: str

    @classmethod
    def of(cls, member_id: str, name: str) -> "PersonView":
        return cls(None if is_former(member_id) else member_id, name)


NOBODY_KNOWN = PersonView(None, FORMER_NAME)


class PlaylistView(msgspec.Struct, kw_only=True):
    """A playlist without its entries."""

    playlist_id: str
    title: str
    description: str | None
    topics: list[str]
    mode: Mode
    question: Annotated[str | None, Meta(description="What an open call asks.")]
    seats: Annotated[list[str], Meta(description="The departments that an open call wants to hear from.")]
    expertise: Annotated[bool, Meta(description="Whether it is what a new hire was invited to teach.")]
    audience: Audience
    group_id: str | None
    owner: PersonView
    entry_count: int
    created_at: datetime
    changed_at: datetime
    version: int

    @classmethod
    def of(cls, playlist: Playlist) -> "PlaylistView":
        return cls(**header(playlist))


class SuccessorView(msgspec.Struct):
    """The track that a retired one leads to."""

    track_id: str
    title: str


class EntryProgress(msgspec.Struct):
    """What the caller has heard of an entry; of its part alone, where it has one."""

    position_ms: int
    coverage: Annotated[float, Meta(description="0 to 1.")]
    completed: bool


class EntryView(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An entry; what it has not is left out.

    ``live`` can be played. ``masked`` is not for the caller any more, ``removed`` and ``taken_back`` are
    lines that say what became of an entry.
    """

    entry_id: str
    version: int
    state: State
    added_by: PersonView
    added_at: datetime
    track_id: str | None = None
    title: str | None = None
    speaker: PersonView | None = None
    duration_ms: Annotated[int | None, Meta(description="Of the whole track.")] = None
    revision: int | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    optional: bool = False
    note: str | None = None
    removed_by: PersonView | None = None
    gone_at: datetime | None = None
    retired_at: datetime | None = None
    successor: SuccessorView | None = None
    is_new: Annotated[bool, Meta(description="Added by somebody else since the caller looked last.")] = False
    progress: EntryProgress | None = None

    @classmethod
    def of(
        cls,
        entry: Entry,
        *,
        playable: bool,
        is_new: bool = False,
        progress: EntryProgress | None = None,
        known: bool = False,
        successor: Track | None = None,
    ) -> "EntryView":
        """The entry for somebody who can play it, who knows it although it is retired, or for whom it is
        masked; ``successor`` is one that they may open.
        """
        always: dict[str, Any] = {
            "entry_id": entry.entry_id,
            "version": entry.version,
            "added_by": NOBODY_KNOWN
            if hides(entry.speaker_id, entry.added_by)
            else PersonView.of(entry.added_by, entry.added_name),
            "added_at": entry.added_at.replace(microsecond=0),  # fifty of them in a page of 25 kB
        }
        if entry.gone_ms is not None:
            gone_at = times.from_epoch_ms(entry.gone_ms)
            if entry.removed_by is None:
                return cls(**always, state="taken_back", gone_at=gone_at)
            by = PersonView.of(entry.removed_by, entry.removed_name or "")
            return cls(**always, state="removed", gone_at=gone_at, removed_by=by)
        if entry.retired_ms is not None and known:
            return cls(
                **always,
                state="retired",
                track_id=entry.track_id,
                title=entry.title,
                speaker=PersonView.of(entry.speaker_id, entry.speaker_name),
                note=entry.note,
                retired_at=times.from_epoch_ms(entry.retired_ms),
                successor=SuccessorView(successor.track_id, successor.title) if successor else None,
            )
        if not playable:
            return cls(**always, state="masked")
        begin, end = entry.part or (None, None)
        return cls(
            **always,
            state="live",
            track_id=entry.track_id,
            title=entry.title,
            speaker=PersonView.of(entry.speaker_id, entry.speaker_name),
            duration_ms=entry.duration_ms,
            revision=entry.revision,
            from_ms=begin,
            to_ms=end,
            optional=entry.optional,
            note=entry.note,
            is_new=is_new,
            progress=progress,
        )


class OrderView(msgspec.Struct):
    """The entries of a playlist in their present order, without anybody's progress."""

    entries: list[EntryView]

    @classmethod
    def of(cls, playlist: Playlist, reader: Member) -> "OrderView":
        return cls(
            [
                EntryView.of(entry, playable=entry.is_for(reader), known=entry.is_known_to(reader))
                for entry in playlist.in_order
            ]
        )


class Resume(msgspec.Struct):
    """Where to go on in a playlist."""

    entry_id: str
    position_ms: int


class HeardFrom(msgspec.Struct):
    """A department that an open call wants to hear from, and whether somebody of it speaks in it."""

    department: str
    heard: bool


class PlaylistPage(PlaylistView, kw_only=True):
    """A playlist with its entries in order and the caller's way through it."""

    entries: list[EntryView]
    heard_from: list[HeardFrom]
    may_change: Annotated[bool, Meta(description="The playlist and every entry: its owner may.")]
    may_add: bool
    may_assign: Annotated[
        Assignees | None, Meta(description="To whom of those who may open it the caller may assign it.")
    ]
    following: bool
    started_at: datetime | None
    seen_at: datetime | None
    new_count: Annotated[int, Meta(description="Entries added by others since the caller looked last.")]
    completed: bool
    resume: Resume | None


class LoopView(msgspec.Struct):
    """The caller's way through a playlist."""

    following: bool
    started_at: datetime | None
    seen_at: datetime | None

    @classmethod
    def of(cls, loop: Loop) -> "LoopView":
        return cls(bool(loop.following), loop.started_at, loop.seen_at)


def header(playlist: Playlist) -> dict[str, Any]:
    """What is said of a playlist, by the names of `PlaylistView`."""
    kind, _, audience_id = playlist.audience_key.partition("#")
    return {
        "playlist_id": playlist.playlist_id,
        "title": playlist.title,
        "description": playlist.description,
        "topics": list(playlist.topics or []),
        "mode": playlist.mode,
        "question": playlist.question,
        "seats": list(playlist.seats or []),
        "expertise": bool(playlist.expertise),
        "audience": AUDIENCES[kind],
        "group_id": audience_id if kind == "g" else None,
        "owner": PersonView.of(playlist.owner_id, playlist.owner_name),
        "entry_count": int(playlist.entry_count),
        "created_at": playlist.created_at,
        "changed_at": playlist.changed_at,
        "version": int(playlist.version),
    }
