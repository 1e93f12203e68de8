"""What happened, over HTTP."""

from datetime import datetime

import msgspec
from chalice import Blueprint

from chalicelib import requests
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.auth import membership
from chalicelib.requests import Listing, Page, endpoint
from chalicelib.tracks import library
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

routes = Blueprint(__name__)


class ActorView(msgspec.Struct):
    """Who did it."""

    member_id: str
    name: str


class ActivityView(msgspec.Struct):
    """Something that happened; the title is the present one of a track that the caller may hear."""

    activity_id: str
    kind: str
    at: datetime
    actor: ActorView
    track_id: str | None
    title: str | None


@routes.route("/v1/workspaces/{workspace_id}/activity", methods=["GET"])
@endpoint()
def list_activity(workspace_id: str, query: Page) -> Listing[ActivityView]:
    """What happened in the workspace that the caller may know of, newest first."""
    me = membership.current(workspace_id)
    scope = "activity", me.member_id
    before = (requests.position(query.after, *scope) or {}).get("before")
    happened = log.seen_by(me, before=before, limit=query.limit)
    behind = {"before": happened[-1].activity_id} if len(happened) == query.limit else None
    return Listing(_as_seen(me, happened), requests.cursor(behind, *scope))


def _as_seen(me: Member, happened: list[Activity]) -> list[ActivityView]:
    """What of this is to be told: of tracks only what the caller may hear at this moment."""
    told = [activity for activity in happened if activity.kind in log.TOLD]
    tracks = library.visible(me, {activity.track_id for activity in told if activity.track_id})
    actors = {
        member.member_id: member.name
        for member in Member.batch_get(
            [(me.workspace_id, actor_id) for actor_id in {activity.actor_id for activity in told}],
            consistent_read=True,  # who joined a moment ago is news right now
        )
    }
    return [
        ActivityView(
            activity_id=activity.activity_id,
            kind=activity.kind,
            at=activity.at,
            actor=ActorView(activity.actor_id, actors[activity.actor_id]),
            track_id=activity.track_id,
            title=_title(activity, tracks),
        )
        for activity in told
        if activity.actor_id in actors and (activity.track_id is None or activity.track_id in tracks)
    ]


def _title(activity: Activity, tracks: dict[str, Track]) -> str | None:
    return tracks[activity.track_id].title if activity.track_id else None
