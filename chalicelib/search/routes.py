"""Search and the narrowed library over HTTP."""

from typing import Annotated

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.search import finding, narrowing, quoting
from chalicelib.search.narrowing import Length, Wishes
from chalicelib.search.views import ChoicesView, SaidView, SearchView
from chalicelib.tracks.limits import LONGEST_TOPIC
from chalicelib.tracks.views import TrackView
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

routes = Blueprint(__name__)


class Query(Body):
    """What is looked for: the beginnings of words, of which all have to be there."""

    q: Annotated[str, Meta(min_length=1, max_length=finding.LONGEST_QUERY)]


class Narrowed(Page):
    """Which part of the library: all of these hold; with ``minutes`` what fits and is not heard yet."""

    department: Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)] | None = None
    speaker: Annotated[Id, Meta(description="A member's id, or `me`.")] | None = None
    topic: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOPIC)] | None = None
    length: Annotated[Length, Meta(description="Up to 5 minutes, up to 15, or longer.")] | None = None
    unheard: Annotated[bool, Meta(description="Of others, and nothing heard of it yet.")] = False
    minutes: Annotated[int, Meta(ge=1, le=narrowing.MOST_MINUTES)] | UnsetType = UNSET

    def wishes(self, me: Member) -> Wishes:
        """What the caller wishes to hear."""
        speaker_id = me.member_id if self.speaker == "me" else self.speaker
        return Wishes(self.department, speaker_id, self.topic, self.length, self.unheard)

    def scope(self, me: Member) -> tuple[str, ...]:
        """What a cursor of this list is bound to."""
        wished = self.department, self.speaker, self.topic, self.length, self.unheard
        return "library", me.member_id, *map(str, wished)


@routes.route("/v1/workspaces/{workspace_id}/search", methods=["GET"])
@endpoint()
def search(workspace_id: str, query: Query) -> SearchView:
    """Tracks, playlists and people by titles, names and topics, as far as the caller may open them."""
    return finding.found(membership.current(workspace_id), query.q, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/search/transcripts", methods=["GET"])
@endpoint()
def search_transcripts(workspace_id: str, query: Query) -> SaidView:
    """Tracks in whose transcripts this is said, with the line, as far as the caller may open them."""
    return quoting.said(membership.current(workspace_id), query.q, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/library", methods=["GET"])
@endpoint()
def narrow_library(workspace_id: str, query: Narrowed) -> Listing[TrackView]:
    """What the caller may open and wishes to hear, newest first; or what of it fits into their minutes."""
    me = membership.current(workspace_id)
    if not isinstance(query.minutes, UnsetType):
        found, behind = narrowing.fitting(me, query.wishes(me), query.minutes, now=times.now()), None
    else:
        after = requests.position(query.after, *query.scope(me))
        found, behind = narrowing.narrowed(
            me, query.wishes(me), limit=query.limit, after=after, now=times.now()
        )
    items = [TrackView.of(track, me, whole=False) for track in found]
    return Listing(items, requests.cursor(behind, *query.scope(me)))


@routes.route("/v1/workspaces/{workspace_id}/library/choices", methods=["GET"])
@endpoint()
def show_choices(workspace_id: str) -> ChoicesView:
    """What the caller can narrow the library by."""
    return narrowing.choices(membership.current(workspace_id), now=times.now())
