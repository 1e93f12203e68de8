"""How far tracks have come, over HTTP; each speaker sees their own and nobody else's."""

from chalice import Blueprint
from pynamodb.exceptions import DoesNotExist

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.reach.models import SHOWN, Reach
from chalicelib.reach.views import ReachView
from chalicelib.requests import endpoint
from chalicelib.tracks import uploads

routes = Blueprint(__name__)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/reach", methods=["GET"])
@endpoint()
def read_reach(workspace_id: str, track_id: str) -> ReachView:
    """How many have heard a track of one's own, completed it, and where they have stopped."""
    track = uploads.of_speaker(membership.current(workspace_id), track_id, now=times.now())
    try:
        counted = Reach.get(track_id, SHOWN)
    except DoesNotExist:
        counted = None
    return ReachView.of(counted, int(track.revision))
