"""What happened, over HTTP, and the home page made of it."""

from chalice import Blueprint

from chalicelib import requests, times
from chalicelib.activity import home, log, reading
from chalicelib.activity.home import HomeView
from chalicelib.activity.reading import ActivityView
from chalicelib.auth import membership
from chalicelib.requests import Listing, Page, endpoint
from chalicelib.workspaces import visits

routes = Blueprint(__name__)


@routes.route("/v1/workspaces/{workspace_id}/activity", methods=["GET"])
@endpoint()
def list_activity(workspace_id: str, query: Page) -> Listing[ActivityView]:
    """What happened in the workspace that the caller may know of, newest first."""
    me = membership.current(workspace_id)
    visits.note(me, now=times.now())
    scope = "activity", me.member_id
    before = (requests.position(query.after, *scope) or {}).get("before")
    happened = log.seen_by(me, before=before, limit=query.limit)
    behind = {"before": happened[-1].activity_id} if len(happened) == query.limit else None
    return Listing(reading.as_seen(me, happened), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/home", methods=["GET"])
@endpoint()
def show_home(workspace_id: str) -> HomeView:
    """Where the caller left off, what is new in the playlists they follow, and what happened."""
    me, now = membership.current(workspace_id), times.now()
    visits.note(me, now=now)
    return home.of(me, now=now)
