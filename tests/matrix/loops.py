"""The learning loop of a playlist, and thanks."""

import uuid

from chalicelib import times
from chalicelib.conversations.loop_models import Shown, Thanks
from chalicelib.progress.models import Progress
from tests.matrix.feature import Bodies, Feature, Ids
from tests.matrix.tracks import ready_track

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/loop
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/gain
                                                          401      404     404  404    409    409   200   409
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/loop/application
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application
                                                          401      404     404  404    204    204   204   204
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection
                                                          401      404     404  404    200    200   200   200
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection
                                                          401      404     404  404    204    204   204   204
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/use
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/loops
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    409    409   200   409
DELETE /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    204    204   204   204
GET    /v1/workspaces/{workspace_id}/members/{member_id}/loops
                                                          401      404     404  404    404    200   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/thanks
                                                          401      404     404  404    204    204   409   204
GET    /v1/workspaces/{workspace_id}/thanks
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/thanks/{thanks_id}/audio
                                                          401      404     404  404    404    404   200   404
"""

BODIES: Bodies = {
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application"): {"text": "I tried"},
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection"): {"text": "Slower"},
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/use"): {"used": False},
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/thanks"): {"kind": "thanks"},
}


def things(ids: Ids) -> dict[str, str]:
    """What the owner was told in thanks, who knows the track and shows their mentor how far they are."""
    gone_through(ids["track_id"], ids["member_id"], shown_to=ids["fellow_id"])
    thanks_id = taught_back(ids["workspace_id"], ids["track_id"], ids["fellow_id"], ids["member_id"])
    return {"thanks_id": thanks_id}


def gone_through(track_id: str, member_id: str, *, shown_to: str) -> None:
    """A member who knows this track, and shows their mentor how far they are with playlists."""
    Progress(
        member_id,
        Progress.key_of(track_id, 1),
        completed_at=times.now(),
        source="self_declared",
    ).save()
    Shown(member_id, mentor_id=shown_to).save()


def taught_back(workspace_id: str, track_id: str, sender_id: str, speaker_id: str) -> str:
    """The id of what somebody has said to a speaker in their own words."""
    thanks = Thanks(
        speaker_id,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        sender_id=sender_id,
        kind="teach_back",
        track_id=track_id,
        voice_track_id=ready_track(workspace_id, sender_id, "me"),
        voice_revision=1,
        sent_at=times.now(),
    )
    thanks.save()
    return str(thanks.thanks_id)


FEATURE = Feature(TABLE, bodies=BODIES, things=things)
