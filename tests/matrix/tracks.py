"""Tracks, their audio, transcript and chapters, and who has heard them."""

import uuid

from chalicelib import aws, settings, times
from chalicelib.auth import audience
from chalicelib.tracks.models import Consent, Track, Transcript
from tests.matrix.feature import Bodies, Feature, Ids

FILE = {"content_type": "audio/mpeg", "size_bytes": 1000}

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
POST   /v1/workspaces/{workspace_id}/tracks               401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/tracks               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/uploads
                                                          401      404     404  404    404    404   201   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/transcript
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/chapters
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/reach
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/audio
                                                          401      404     404  404    404    404   200   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/tracks"): {"title": "A pitch"} | FILE,
    ("PATCH", "/v1/workspaces/{workspace_id}/tracks/{track_id}"): {"title": "Another"},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/uploads"): FILE,
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/transcript"): {"text": "Ask first."},
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/chapters"): {
        "chapters": [{"at_ms": 0, "title": "Asking"}]
    },
}

SAME_ROUTE = {
    "{my_track_id}": "{track_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A track of the owner's for everybody, and one for themselves."""
    return {
        "track_id": ready_track(ids["workspace_id"], ids["member_id"], "workspace"),
        "my_track_id": ready_track(ids["workspace_id"], ids["member_id"], "me"),
    }


def ready_track(workspace_id: str, speaker_id: str, chosen: str) -> str:
    """The id of a track of this speaker for this audience; its audio nobody listens to here."""
    track = Track(
        workspace_id,
        str(uuid.uuid4()),
        title="A pitch",
        speaker_id=speaker_id,
        speaker_name="Owner",
        consent=Consent(audience=chosen, public_link=True),
        created_at=times.now(),
        published_at=times.now(),
        audience_key=audience.key_for(chosen, workspace_id, speaker_id),
        revision=1,
        transcript=transcribed(),
        media_key="media/unheard",
        container="mp3",
        content_type="audio/mpeg",
        size_bytes=1000,
        duration_ms=1000,
    )
    track.save()
    return str(track.track_id)


def transcribed() -> Transcript:
    """A transcript of what is said in a track's first revision."""
    key = f"transcripts/{uuid.uuid4().hex}"
    aws.client("s3").put_object(Bucket=settings.MEDIA_BUCKET, Key=key, Body=b"Ask first.")
    return Transcript(key=key, revision=1, kind="text")


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
