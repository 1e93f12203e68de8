"""What happened, the home page and the inbox."""

from tests.matrix.feature import Bodies, Feature

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/activity             401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/home                 401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/inbox                401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/inbox/unread         401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/inbox/read           401      404     404  404    200    200   200   200
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/inbox/read"): {"until": "{track_id}"},
}

FEATURE = Feature(TABLE, bodies=BODIES)
