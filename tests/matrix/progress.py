"""What one has heard, and where one left off."""

import uuid

from chalicelib import times
from tests.matrix.feature import Bodies, Feature

HEARD = {
    "track_id": "{track_id}",
    "revision": 1,
    "session_id": str(uuid.uuid4()),
    "sequence": 1,
    "effective_at": times.now().isoformat(),
    "kind": "pause",
    "position_ms": 500,
    "segments": [[0, 500]],
    "rate": 1.0,
    "wall_ms": 500,
}

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/progress             401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/progress             401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/progress/{track_id}
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/progress/{my_track_id}
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/progress/{track_id}/completion
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/progress/{my_track_id}/completion
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/progress/{track_id}/completion
                                                          401      404     404  404    204    204   204   204
GET    /v1/workspaces/{workspace_id}/recent               401      404     404  404    200    200   200   200
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/progress"): {"events": [HEARD]},
    ("PUT", "/v1/workspaces/{workspace_id}/progress/{track_id}/completion"): {
        "revision": 1,
        "source": "self_declared",
    },
}

QUERIES = {
    ("GET", "/v1/workspaces/{workspace_id}/progress"): "?tracks={track_id},{my_track_id}",
    ("DELETE", "/v1/workspaces/{workspace_id}/progress/{track_id}/completion"): "?revision=1",
}

FEATURE = Feature(TABLE, bodies=BODIES, queries=QUERIES)
