"""Mails: what a member wants of them, and unsubscribing from outside."""

from chalicelib.digests import unsubscribing
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /u/{mails_token}                                   200      200     200  200    200    200   200   200
POST   /u/{mails_token}                                   200      200     200  200    200    200   200   200
GET    /v1/workspaces/{workspace_id}/mails                401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/mails                401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/mails/digest         401      404     404  404    202    202   202   202
"""

BODIES: Bodies = {
    ("PATCH", "/v1/workspaces/{workspace_id}/mails"): {"digest": "monthly"},
    ("POST", "/v1/workspaces/{workspace_id}/mails/digest"): {},
}

FORMS = {("POST", "/u/{token}"): "List-Unsubscribe=One-Click"}

SAME_ROUTE = {
    "{mails_token}": "{token}",
}


def things(ids: Ids) -> dict[str, str]:
    """What stands in the link with which the owner unsubscribes."""
    return {"mails_token": unsubscribing.token(ids["workspace_id"], ids["member_id"], "digest")}


FEATURE = Feature(TABLE, bodies=BODIES, forms=FORMS, same_route=SAME_ROUTE, things=things)
