"""Connections to channels."""

import uuid

from chalicelib import times
from chalicelib.announcements.models import Connection, Secret
from tests.environment import listener
from tests.matrix.feature import Bodies, Feature, Ids

HOOK = {"kind": "webhook", "name": "Our wall", "url": "https://acme.example/hook"}

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/connections          401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/connections          401      404     404  404    404    404   404   201
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/connections
                                                          401      404     404  404    404    200   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/connections
                                                          401      404     404  404    404    201   201   404
PATCH  /v1/workspaces/{workspace_id}/connections/{connection_id}
                                                          401      404     404  404    404    404   404   200
PATCH  /v1/workspaces/{workspace_id}/connections/{groups_connection_id}
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/connections/{connection_id}
                                                          401      404     404  404    404    404   404   204
DELETE /v1/workspaces/{workspace_id}/connections/{groups_connection_id}
                                                          401      404     404  404    404    204   404   404
POST   /v1/workspaces/{workspace_id}/connections/{connection_id}/test
                                                          401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/connections/{groups_connection_id}/test
                                                          401      404     404  404    404    200   429   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/connections"): HOOK,
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/connections"): HOOK,
    ("PATCH", "/v1/workspaces/{workspace_id}/connections/{connection_id}"): {"name": "Their wall"},
    ("POST", "/v1/workspaces/{workspace_id}/connections/{connection_id}/test"): {},
}

SAME_ROUTE = {
    "{groups_connection_id}": "{connection_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A connection for everybody, and one of the group's, both made by the owner."""
    workspace_id, owner_id, group_id = ids["workspace_id"], ids["member_id"], ids["group_id"]
    return {
        "connection_id": connected(workspace_id, f"w#{workspace_id}", owner_id),
        "groups_connection_id": connected(workspace_id, f"g#{group_id}", owner_id, group_id=group_id),
    }


def connected(workspace_id: str, audience_key: str, member_id: str, *, group_id: str | None = None) -> str:
    """The id of a connection to a channel that takes what is posted; one post in 15 s."""
    connection = Connection(
        workspace_id,
        str(uuid.uuid4()),
        audience_key=audience_key,
        group_id=group_id,
        kind="teams",
        name="Sales",
        url_end="abcd",
        created_by=member_id,
        vouched_by=member_id,
        created_at=times.now(),
    )
    connection.seal(Secret(listener.box().url))
    connection.save()
    return str(connection.connection_id)


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
