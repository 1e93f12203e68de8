"""Tracks to look at again, those that are retired, and earlier recordings."""

from datetime import timedelta

from chalicelib import times
from chalicelib.tracks.models import Revision, Track
from tests.matrix.feature import Bodies, Feature, Ids
from tests.matrix.tracks import ready_track

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/reviews              401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/review
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/still-true
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/retirement
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/retirement
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{retired_id}/retirement
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/audio
                                                          401      404     404  404    409    409   200   409
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/transcript
                                                          401      404     404  404    409    409   200   409
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/revisions
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/revisions
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/revisions/1/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/revisions/1/audio
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{anew_id}/revisions/1/audio
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{anew_id}/revisions/1
                                                          401      404     404  404    404    404   204   404
"""

BODIES: Bodies = {
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/review"): {
        "review_on": (times.now() + timedelta(days=40)).date().isoformat()
    },
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/retirement"): {},
}

SAME_ROUTE = {
    "{retired_id}": "{track_id}",
    "{anew_id}": "{track_id}",
    "/revisions/1": "/revisions/{revision}",
}


def things(ids: Ids) -> dict[str, str]:
    """A track of the owner's that they have retired, and one that they have recorded anew."""
    return {
        "retired_id": retired_track(ids["workspace_id"], ids["member_id"]),
        "anew_id": recorded_anew(ids["workspace_id"], ids["member_id"]),
    }


def retired_track(workspace_id: str, speaker_id: str) -> str:
    """The id of a track that was for everybody until this speaker has retired it."""
    track = Track.get(workspace_id, ready_track(workspace_id, speaker_id, "workspace"))
    track.retired_at, track.meant_for, track.audience_key = times.now(), track.audience_key, None
    track.save()
    return str(track.track_id)


def recorded_anew(workspace_id: str, speaker_id: str) -> str:
    """The id of a track that is for everybody, and in its first revision was for its speaker."""
    track = Track.get(workspace_id, ready_track(workspace_id, speaker_id, "workspace"))
    track.revision = 2
    track.former = [
        Revision(
            revision=1,
            media_key="media/unheard-before",
            duration_ms=1000,
            published_at=track.published_at,
            audience_key=f"m#{speaker_id}",
        )
    ]
    track.save()
    return str(track.track_id)


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
