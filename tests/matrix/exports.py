"""Exports of a workspace, of a group and of oneself."""

import uuid
from datetime import timedelta

from chalicelib import times
from chalicelib.exports.models import Export
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/exports              401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/exports              401      404     404  404    404    404   404   201
GET    /v1/workspaces/{workspace_id}/exports/{export_id}/file
                                                          401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/exports
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{my_group_id}/exports
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/exports
                                                          401      404     404  404    404    201   409   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/exports/{groups_export_id}/file
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/exports
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/members/{member_id}/exports
                                                          401      404     404  404    404    404   201   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/exports/{own_export_id}/file
                                                          401      404     404  404    404    404   200   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/exports"): {},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/exports"): {},
    ("POST", "/v1/workspaces/{workspace_id}/members/{member_id}/exports"): {},
}

SAME_ROUTE = {
    "{groups_export_id}": "{export_id}",
    "{own_export_id}": "{export_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """An export of the workspace, one of the group, and one of the owner's own."""
    return {
        "export_id": exported(ids["workspace_id"], f"w#{ids['workspace_id']}"),
        "groups_export_id": exported(ids["workspace_id"], f"g#{ids['group_id']}"),
        "own_export_id": exported(ids["workspace_id"], f"m#{ids['member_id']}"),
    }


def exported(workspace_id: str, audience_key: str) -> str:
    """The id of an export that is ready; its zip nobody opens here."""
    now = times.now()
    export = Export(
        audience_key,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        started_by="owner",
        started_name="Owner",
        started_at=now,
        status="ready",
        ready_at=now,
        size_bytes=1000,
        expires_at=times.epoch(now + timedelta(days=1)),
    )
    export.save()
    return str(export.export_id)


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
