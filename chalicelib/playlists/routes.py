"""Playlists over HTTP."""

from datetime import datetime
from typing import Annotated, Any

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import errors, requests, times
from chalicelib.auth import membership
from chalicelib.playlists import entries, following, library, page
from chalicelib.playlists.entries import Change, Part, Wanted
from chalicelib.playlists.library import Chosen
from chalicelib.playlists.models import (
    LONGEST_DESCRIPTION,
    LONGEST_NOTE,
    LONGEST_TOPIC,
    MOST_SEATS,
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
from chalicelib.requests import Body, Id, Line, Listing, Page, endpoint
from chalicelib.workspaces import departments, members, visits

routes = Blueprint(__name__)

LONGEST_MS = 24 * 60 * 60 * 1000
Description = Annotated[str, Meta(min_length=1, max_length=LONGEST_DESCRIPTION)]
Note = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]
Topic = Annotated[str, Meta(min_length=1, max_length=LONGEST_TOPIC)]
Topics = Annotated[list[Topic], Meta(max_length=MOST_TOPICS)]
Department = Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)]
Seats = Annotated[list[Department], Meta(max_length=MOST_SEATS)]
Milliseconds = Annotated[int, Meta(ge=0, le=LONGEST_MS)]


class NewPlaylist(Body):
    """A playlist to create."""

    title: Line
    description: Description | None = None
    topics: Topics = []
    mode: Mode = "personal"
    question: Line | None = None
    seats: Seats = []
    audience: Audience = "workspace"
    group_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.topics = requests.tidy_each("topics", self.topics)
        self.seats = departments.distinct(requests.tidy_each("seats", self.seats))
        _check_group(self.audience, self.group_id)

    def said(self) -> dict[str, Any]:
        """What is said of the playlist, as the model has it."""
        given = {name: getattr(self, name) for name in ("title", "description", "topics", "mode", "question")}
        return given | {"seats": self.seats or None}

    def for_whom(self) -> Chosen:
        """Whom the playlist is for."""
        return Chosen(self.audience, self.group_id)


class PlaylistChange(Body):
    """What may change of a playlist; what is left out stays."""

    title: Line | UnsetType = UNSET
    description: Description | None | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    question: Line | None | UnsetType = UNSET
    seats: Seats | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET
    group_id: Id | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.topics, UnsetType):
            self.topics = requests.tidy_each("topics", self.topics)
        if not isinstance(self.seats, UnsetType):
            self.seats = departments.distinct(requests.tidy_each("seats", self.seats))
        _check_group(self.audience, None if self.group_id is UNSET else self.group_id)

    def changes(self) -> dict[str, Any]:
        """The fields that are there, as the model has them; whom the playlist is for is not one of them."""
        names = set(self.__struct_fields__) - {"audience", "group_id"}
        given = {name: value for name in sorted(names) if (value := getattr(self, name)) is not UNSET}
        return given | ({"seats": given["seats"] or None} if "seats" in given else {})

    def for_whom(self) -> Chosen | None:
        """Whom the playlist is for from now on, None where that stays."""
        if isinstance(self.audience, UnsetType):
            return None
        return Chosen(self.audience, None if isinstance(self.group_id, UnsetType) else self.group_id)


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
    """Which playlists: the workspace's, or only one's own, an owner's, those one follows, or a group's."""

    mine: bool = False
    owner: Id | None = None
    following: bool = False
    group: Id | None = None


TOGETHER = "`from_ms` and `to_ms` belong together: send both, or null for both."


def _part(begin: int | None, end: int | None) -> Part | None:
    if begin is None and end is None:
        return None
    if begin is None or end is None:
        raise errors.InvalidRequest(TOGETHER)
    return begin, end


def _check_group(audience: str | UnsetType, group_id: object) -> None:
    if (audience == "group") != (group_id is not None):
        raise ValueError("`group_id` belongs to the audience `group`, and to no other")


@routes.route("/v1/workspaces/{workspace_id}/playlists", methods=["POST"])
@endpoint(status=201)
def create_playlist(workspace_id: str, body: NewPlaylist) -> PlaylistView:
    """Create a playlist of one's own."""
    playlist = library.create(
        membership.current(workspace_id),
        body.said(),
        for_whom=body.for_whom(),
        playlist_id=requests.idempotency_key(),
        now=times.now(),
    )
    return PlaylistView.of(playlist)


@routes.route("/v1/workspaces/{workspace_id}/playlists", methods=["GET"])
@endpoint()
def list_playlists(workspace_id: str, query: PlaylistsPage) -> Listing[PlaylistView]:
    """The workspace's playlists, newest changed first; or an owner's, those one follows, or a group's."""
    me = membership.current(workspace_id)
    if query.mine + query.following + (query.group is not None) + (query.owner is not None) > 1:
        raise errors.InvalidRequest("Ask for one of `mine`, `owner`, `following` and `group`, not several.")
    owner_id = me.member_id if query.mine else query.owner
    scope = "playlists", me.member_id, owner_id or "", str(query.following), query.group or ""
    after = requests.position(query.after, *scope)
    if query.group is not None:
        found, behind = library.of_group(me, query.group, limit=query.limit, after=after)
    elif query.following:
        found, behind = following.newest(me, following.followed(me), limit=query.limit, after=after)
    elif owner_id is not None:
        found, behind = library.of_owner(me, owner_id, limit=query.limit, after=after)
    else:
        found, behind = library.newest(me, limit=query.limit, after=after)
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
        for_whom=body.for_whom(),
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
    me, now = membership.current(workspace_id), times.now()
    visits.note(me, now=now)
    return LoopView.of(following.see(me, playlist_id, until=body.until, now=now))
