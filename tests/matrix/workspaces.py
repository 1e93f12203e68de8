"""A workspace, its people, and who is invited to it."""

from tests.matrix.feature import Bodies, Feature

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/me                                             401      200     200  200    200    200   200   200
POST   /v1/workspaces                                     401      201     201  201    201    201   201   201
GET    /v1/workspaces/{workspace_id}                      401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}                      401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/closing              401      404     404  404    404    404   404   202
DELETE /v1/workspaces/{workspace_id}/closing              401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/members              401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/departments          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/members/{member_id}
                                                          401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/members/{member_id}
                                                          401      404     404  404    404    404   200   200
DELETE /v1/workspaces/{workspace_id}/members/{member_id}/sessions
                                                          401      404     404  404    404    404   204   204
GET    /v1/workspaces/{workspace_id}/playback             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/playback             401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/members/{member_id}/erasure
                                                          401      404     404  404    404    404   202   409
POST   /v1/workspaces/{workspace_id}/invitations          401      404     404  404    404    404   404   201
POST   /v1/workspaces/{workspace_id}/invitations/check    401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/invitations          401      404     404  404    404    404   404   200
DELETE /v1/workspaces/{workspace_id}/invitations/{invitation_id}
                                                          401      404     404  404    404    404   404   204
POST   /v1/workspaces/{workspace_id}/invitations/accept
                                                          401      404     201  404    201    201   201   201
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces"): {"name": "Another"},
    ("PATCH", "/v1/workspaces/{workspace_id}"): {"name": "Renamed"},
    ("POST", "/v1/workspaces/{workspace_id}/closing"): {"name": "Acme"},
    ("PATCH", "/v1/workspaces/{workspace_id}/members/{member_id}"): {"title": "Engineer"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playback"): {"rate": 1.5},
    ("POST", "/v1/workspaces/{workspace_id}/members/{member_id}/erasure"): {"name": "Somebody"},
    ("POST", "/v1/workspaces/{workspace_id}/invitations"): {"emails": ["new@acme.example"]},
    ("POST", "/v1/workspaces/{workspace_id}/invitations/check"): {"emails": ["new@acme.example"]},
    ("POST", "/v1/workspaces/{workspace_id}/invitations/accept"): {},
}

FEATURE = Feature(TABLE, bodies=BODIES)
