"""Listening progress over HTTP; everybody sees their own and nobody else's."""

from typing import Annotated, Literal

from chalice import Blueprint
from msgspec import Meta

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.progress import completion, listening, recent, standing
from chalicelib.progress.events import Event, Revision
from chalicelib.progress.views import ProgressView, RecentView, StandingView, TakenView
from chalicelib.requests import ID, LONGEST_PAGE, Body, Listing, endpoint, shaped

routes = Blueprint(__name__)

Ids = Annotated[
    str,
    shaped(
        rf"{ID.pattern}(?:,{ID.pattern}){{0,{LONGEST_PAGE - 1}}}",
        f"1 to {LONGEST_PAGE} ids with commas between them",
    ),
]


class Events(Body):
    """What a player has to report, in the order in which it happened."""

    events: Annotated[list[Event], Meta(min_length=1, max_length=listening.MOST_EVENTS)]


class Declaration(Body):
    """How a revision of a track came to be known without being heard."""

    revision: Revision
    source: Literal["self_declared", "transcript"]


class OfRevision(Body):
    """A revision of a track."""

    revision: Revision


class OfTracks(Body):
    """Tracks, by their ids with commas between them."""

    tracks: Ids


@routes.route("/v1/workspaces/{workspace_id}/progress", methods=["POST"])
@endpoint()
def take_events(workspace_id: str, body: Events) -> TakenView:
    """Report what was listened to; each event is taken or refused on its own.

    After a 200 none of them is to be sent again. A request of another shape is refused whole: sent one by
    one, only the event that is wrong is.
    """
    me = membership.current(workspace_id)
    return TakenView.of(listening.take(me, body.events, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/progress", methods=["GET"])
@endpoint()
def list_progress(workspace_id: str, query: OfTracks) -> Listing[StandingView]:
    """How far the caller is in each of these tracks that are open to them."""
    me = membership.current(workspace_id)
    found = standing.of_tracks(me, set(query.tracks.split(",")))
    return Listing([StandingView.of(each, duration_ms) for each, duration_ms in found])


@routes.route("/v1/workspaces/{workspace_id}/progress/{track_id}", methods=["GET"])
@endpoint()
def show_progress(workspace_id: str, track_id: str) -> ProgressView:
    """What the caller has heard of a track, and where to go on."""
    now = times.now()
    me = membership.current(workspace_id)
    return ProgressView.of_track(*standing.of_track(me, track_id, now=now), now)


@routes.route("/v1/workspaces/{workspace_id}/progress/{track_id}/completion", methods=["PUT"])
@endpoint()
def complete_track(workspace_id: str, track_id: str, body: Declaration) -> ProgressView:
    """Say that one knows a track, or has read its transcript; what is completed stays as it was."""
    now = times.now()
    me = membership.current(workspace_id)
    completion.declare(me, track_id, body.revision, body.source, now=now)
    return ProgressView.of_track(*standing.of_track(me, track_id, now=now), now)


@routes.route("/v1/workspaces/{workspace_id}/progress/{track_id}/completion", methods=["DELETE"])
@endpoint(status=204)
def take_completion_back(workspace_id: str, track_id: str, query: OfRevision) -> None:
    """Take back that one knows a track."""
    me = membership.current(workspace_id)
    completion.take_back(me, track_id, query.revision, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/recent", methods=["GET"])
@endpoint()
def show_recent(workspace_id: str) -> RecentView:
    """Where the caller left off."""
    me = membership.current(workspace_id)
    return RecentView.of(recent.left_off(me, now=times.now()), me)
