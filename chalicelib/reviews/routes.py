"""Reviews, retirement and earlier revisions of tracks over HTTP."""

from datetime import date

from chalice import Blueprint

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.requests import Body, Id, Listing, endpoint
from chalicelib.reviews import earlier, retiring, reviewing
from chalicelib.reviews.views import RetirementView, RevisionView, ToReviewView
from chalicelib.tracks.views import AudioView, TrackView

routes = Blueprint(__name__)


class Review(Body):
    """When to be asked about a track: a day from tomorrow to three years from now."""

    review_on: date


class Retirement(Body):
    """The track that a retired one leads to, if any."""

    successor_id: Id | None = None


@routes.route("/v1/workspaces/{workspace_id}/reviews", methods=["GET"])
@endpoint()
def list_reviews(workspace_id: str) -> Listing[ToReviewView]:
    """The caller's own tracks whose review date has come, longest waiting first."""
    found = reviewing.waiting(membership.current(workspace_id), now=times.now())
    return Listing([ToReviewView.of(track) for track in found])


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/review", methods=["PUT"])
@endpoint()
def set_review(workspace_id: str, track_id: str, body: Review) -> TrackView:
    """Choose the day on which one is asked whether a track of one's own is still true."""
    me = membership.current(workspace_id)
    version = requests.expected_version()
    track = reviewing.set_day(me, track_id, body.review_on, expected_version=version, now=times.now())
    return TrackView.of(track, me)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/still-true", methods=["PUT"])
@endpoint()
def confirm_track(workspace_id: str, track_id: str) -> TrackView:
    """Say that a track of one's own is still true; one is asked in twelve months again."""
    me = membership.current(workspace_id)
    version = requests.expected_version()
    return TrackView.of(reviewing.confirm(me, track_id, expected_version=version, now=times.now()), me)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/retirement", methods=["GET"])
@endpoint()
def show_retirement(workspace_id: str, track_id: str) -> RetirementView:
    """Since when a track is retired and where it leads; not found where it is not."""
    return retiring.shown(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/retirement", methods=["PUT"])
@endpoint()
def retire_track(workspace_id: str, track_id: str, body: Retirement) -> TrackView:
    """Retire a track of one's own: it leaves every list, and its page leads to its successor."""
    me = membership.current(workspace_id)
    version = requests.expected_version()
    track = retiring.retire(me, track_id, body.successor_id, expected_version=version, now=times.now())
    return TrackView.of(track, me)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/retirement", methods=["DELETE"])
@endpoint(status=204)
def bring_track_back(workspace_id: str, track_id: str) -> None:
    """Bring a retired track of one's own back."""
    retiring.bring_back(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/revisions", methods=["GET"])
@endpoint()
def list_revisions(workspace_id: str, track_id: str) -> Listing[RevisionView]:
    """The revisions of a track that the caller may hear, newest first; twenty earlier ones are remembered."""
    return Listing(earlier.of_track(membership.current(workspace_id), track_id, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/revisions/{revision}/audio", methods=["GET"])
@endpoint()
def show_revision_audio(workspace_id: str, track_id: str, revision: str) -> AudioView:
    """Where to hear a revision of a track for the next 5 minutes."""
    return earlier.audio(membership.current(workspace_id), track_id, revision, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/revisions/{revision}", methods=["DELETE"])
@endpoint(status=204)
def delete_revision(workspace_id: str, track_id: str, revision: str) -> None:
    """Delete the audio of an earlier revision of a track of one's own, for good."""
    earlier.erase(membership.current(workspace_id), track_id, revision, now=times.now())
