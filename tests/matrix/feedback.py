"""Feedback on tracks, and the doors through which it comes."""

import uuid
from datetime import timedelta
from typing import Any

from chalicelib import times
from chalicelib.conversations.feedback_models import Door, Feedback, Given
from tests.matrix.feature import Bodies, Feature, Ids
from tests.matrix.tracks import ready_track

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/feedback-door
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    204   204   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback
                                                          401      404     404  404    201    201   409   201
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/feedback
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback/{feedback_id}/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/feedback             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/feedback/{feedback_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/feedback/{feedback_id}/audio
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/given-feedback       401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/given-feedback/{given_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/given-feedback/{given_id}
                                                          401      404     404  404    404    404   204   404
"""

BODIES: Bodies = {
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door"): {"about": "The opening"},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback"): {
        "kind": "keep",
        "at_ms": 0,
        "heard": "A question",
        "effect": "I listened",
    },
    ("PATCH", "/v1/workspaces/{workspace_id}/feedback/{feedback_id}"): {"thanked": True},
    ("PATCH", "/v1/workspaces/{workspace_id}/given-feedback/{feedback_id}"): {"may_publish": True},
}

SAME_ROUTE = {
    "{given_id}": "{feedback_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """The owner's open door, what they have got and published, and what they have given."""
    workspace_id, owner_id, track_id = ids["workspace_id"], ids["member_id"], ids["track_id"]
    asked_about(track_id, owner_id)
    return {
        "feedback_id": published_feedback(workspace_id, track_id, ids["fellow_id"], owner_id),
        "given_id": feedback_of(workspace_id, track_id, owner_id, ids["fellow_id"]).feedback_id,
    }


def asked_about(track_id: str, speaker_id: str) -> None:
    """An open door for feedback on this speaker's track."""
    now = times.now()
    Door(
        Door.on_track(track_id),
        speaker_id,
        about="The opening",
        opened_at=now,
        closes_at=now + timedelta(days=1),
    ).save()


def feedback_of(workspace_id: str, track_id: str, giver_id: str, receiver_id: str, **more: Any) -> Feedback:
    """What somebody has just given somebody."""
    now = times.now()
    feedback = Feedback(
        receiver_id,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        giver_id=giver_id,
        track_id=track_id,
        revision=1,
        kind="keep",
        at_ms=0,
        given_at=now,
        **more,
    )
    feedback.save()
    Given(
        giver_id,
        Given.note_of(feedback.feedback_id),
        receiver_id=receiver_id,
        given_by=giver_id,
        given_at=now,
    ).save()
    return feedback


def published_feedback(workspace_id: str, track_id: str, giver_id: str, receiver_id: str) -> str:
    """The id of what somebody has said to a speaker, who has published it."""
    now = times.now()
    return feedback_of(
        workspace_id,
        track_id,
        giver_id,
        receiver_id,
        voice_track_id=ready_track(workspace_id, giver_id, "me"),
        voice_revision=1,
        may_publish=True,
        delivered_to=receiver_id,
        delivered_at=now,
        published_on=track_id,
        published_at=now,
        published_to=f"w#{workspace_id}",
    ).feedback_id


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
