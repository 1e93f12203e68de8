"""Playlists over HTTP."""

from datetime import datetime
from typing import Annotated, Any

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import errors, requests, times
from chalicelib.auth import membership
from chalicelib.playlists import entries, following, library, page
from chalicelib.playlists.entries import Change, Part, Wanted
from chalicelib.playlists.models import (
    LONGEST_DESCRIPTION,
    LONGEST_NOTE,
    LONGEST_TOPIC,
    MOST_TOPICS,
)
from chalicelib.playlists.views import (
    Audience,
    EntryView,
    LoopView,
    Mode,
    PlaylistPage,
    PlaylistView,
)
from chalicelib.requests import Body, Id, Line, Listing, Page, endpoint, one_line

routes = Blueprint(__name__)

LONGEST_MS = 24 * 60 * 60 * 1000
Description = Annotated[str, Meta(min_length=1, max_length=LONGEST_DESCRIPTION)]
Note = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]
Topic = Annotated[str, Meta(min_length=1, max_length=LONGEST_TOPIC)]
Topics = Annotated[list[Topic], Meta(max_length=MOST_TOPICS)]
Milliseconds = Annotated[int, Meta(ge=0, le=LONGEST_MS)]


class NewPlaylist(Body):
    """A playlist to create."""

    title: Line
    description: Description | None = None
    topics: Topics = []
    mode: Mode = "personal"
    audience: Audience = "workspace"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.topics = _tidy_topics(self.topics)


class PlaylistChange(Body):
    """What may change of a playlist; what is left out stays."""

    title: Line | UnsetType = UNSET
    description: Description | None | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.topics, UnsetType):
            self.topics = _tidy_topics(self.topics)

    def changes(self) -> dict[str, Any]:
        """The fields that are there."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in given.items() if value is not UNSET}


class NewEntry(Body):
    """A track to add; at the end, or behind another entry (null: at the top)."""

    track_id: Id
    note: Note | None = None
    optional: bool = False
    from_ms: Milliseconds | None = None
    to_ms: Milliseconds | None = None
    after: Id | None | UnsetType = UNSET

    def wanted(self) -> Wanted:
        """The entry as it is added."""
        return Wanted(
            self.track_id,
            note=self.note,
            optional=self.optional,
            part=_part(self.from_ms, self.to_ms),
            after=self.after,
        )


class EntryChange(Body):
    """What may change of an entry; what is left out stays. ``after`` is the entry to stand behind."""

    after: Annotated[Id | None | UnsetType, Meta(description="Null is the top.")] = UNSET
    note: Note | None | UnsetType = UNSET
    optional: bool | UnsetType = UNSET
    from_ms: Milliseconds | None | UnsetType = UNSET
    to_ms: Milliseconds | None | UnsetType = UNSET

    def change(self) -> Change:
        """The change as it is made."""
        part: Part | None | UnsetType = UNSET
        if not isinstance(self.from_ms, UnsetType) and not isinstance(self.to_ms, UnsetType):
            part = _part(self.from_ms, self.to_ms)
        elif self.from_ms is not self.to_ms:
            raise errors.InvalidRequest(TOGETHER)
        return Change(self.after, self.note, self.optional, part)


class Seen(Body):
    """Until when the caller has seen what was added; now, where it is not said."""

    until: Annotated[datetime, Meta(tz=True)] | None = None


class PlaylistsPage(Page):
    """Which playlists: the workspace's, or only the caller's own, or only those they follow."""

    mine: bool = False
    following: bool = False


TOGETHER = "`from_ms` and `to_ms` belong together: send both, or null for both."


def _part(begin: int | None, end: int | None) -> Part | None:
    if begin is None and end is None:
        return None
    if begin is None or end is None:
        raise errors.InvalidRequest(TOGETHER)
    return begin, end


def _tidy_topics(topics: list[str]) -> list[str]:
    """Each topic once, as one line."""
    tidy = [one_line(topic) for topic in topics]
    if not all(tidy):
        raise ValueError("`topics` must not be empty")
    return list(dict.fromkeys(tidy))


@routes.route("/v1/workspaces/{workspace_id}/playlists", methods=["POST"])
@endpoint(status=201)
def create_playlist(workspace_id: str, body: NewPlaylist) -> PlaylistView:
    """Create a playlist of one's own."""
    playlist = library.create(
        membership.current(workspace_id),
        body.title,
        description=body.description,
        topics=body.topics,
        mode=body.mode,
        for_whom=body.audience,
        playlist_id=requests.idempotency_key(),
        now=times.now(),
    )
    return PlaylistView.of(playlist)


@routes.route("/v1/workspaces/{workspace_id}/playlists", methods=["GET"])
@endpoint()
def list_playlists(workspace_id: str, query: PlaylistsPage) -> Listing[PlaylistView]:
    """The workspace's playlists, newest changed first; or one's own, or those one follows."""
    me = membership.current(workspace_id)
    if query.mine and query.following:
        raise errors.InvalidRequest("Ask for `mine` or for `following`, not for both.")
    scope = "playlists", me.member_id, str(query.mine), str(query.following)
    after = requests.position(query.after, *scope)
    if query.following:
        found, behind = following.newest(me, following.followed(me), limit=query.limit, after=after)
    else:
        find = library.mine if query.mine else library.newest
        found, behind = find(me, limit=query.limit, after=after)
    return Listing([PlaylistView.of(playlist) for playlist in found], requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}", methods=["GET"])
@endpoint()
def show_playlist(workspace_id: str, playlist_id: str) -> PlaylistPage:
    """A playlist with its entries in order, and the caller's way through it."""
    return page.of(membership.current(workspace_id), playlist_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}", methods=["PATCH"])
@endpoint()
def change_playlist(workspace_id: str, playlist_id: str, body: PlaylistChange) -> PlaylistView:
    """Change what is said of a playlist of one's own, who adds to it, or who may open it."""
    playlist = library.change(
        membership.current(workspace_id),
        playlist_id,
        body.changes(),
        expected_version=requests.expected_version(),
        now=times.now(),
    )
    return PlaylistView.of(playlist)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}", methods=["DELETE"])
@endpoint(status=204)
def delete_playlist(workspace_id: str, playlist_id: str) -> None:
    """Delete a playlist of one's own; its tracks stay."""
    library.delete(membership.current(workspace_id), playlist_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries", methods=["POST"])
@endpoint(status=201)
def add_entry(workspace_id: str, playlist_id: str, body: NewEntry) -> EntryView:
    """Add a track to a playlist, and follow it from now on."""
    me = membership.current(workspace_id)
    entry = entries.add(me, playlist_id, body.wanted(), entry_id=requests.idempotency_key(), now=times.now())
    return EntryView.of(entry, playable=entry.is_for(me))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}", methods=["PATCH"])
@endpoint()
def change_entry(workspace_id: str, playlist_id: str, entry_id: str, body: EntryChange) -> EntryView:
    """Move an entry, say why it is there, make it optional or only a part of its track."""
    me = membership.current(workspace_id)
    entry = entries.change(
        me,
        playlist_id,
        entry_id,
        body.change(),
        expected_version=requests.expected_version(),
        now=times.now(),
    )
    return EntryView.of(entry, playable=entry.is_for(me))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}", methods=["DELETE"])
@endpoint(status=204)
def remove_entry(workspace_id: str, playlist_id: str, entry_id: str) -> None:
    """Take an entry out of a playlist; a line stays that says who did."""
    entries.remove(
        membership.current(workspace_id),
        playlist_id,
        entry_id,
        expected_version=requests.expected_version(),
        now=times.now(),
    )


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/following", methods=["PUT"])
@endpoint()
def follow_playlist(workspace_id: str, playlist_id: str) -> LoopView:
    """Hear of what is new in a playlist."""
    me = membership.current(workspace_id)
    return LoopView.of(following.follow(me, playlist_id, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/following", methods=["DELETE"])
@endpoint(status=204)
def unfollow_playlist(workspace_id: str, playlist_id: str) -> None:
    """Hear of it no more."""
    following.unfollow(membership.current(workspace_id), playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/seen", methods=["POST"])
@endpoint()
def see_playlist(workspace_id: str, playlist_id: str, body: Seen) -> LoopView:
    """Have seen what is new in a playlist."""
    me = membership.current(workspace_id)
    return LoopView.of(following.see(me, playlist_id, until=body.until, now=times.now()))
