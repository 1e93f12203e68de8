"""Deleting a workspace over HTTP."""

from typing import Annotated

from chalice import Blueprint
from msgspec import Meta

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.closing import asking
from chalicelib.requests import Body, endpoint
from chalicelib.workspaces import members
from chalicelib.workspaces.views import WorkspaceView

routes = Blueprint(__name__)


class Closing(Body):
    """That a workspace is to be deleted, with its name typed out."""

    name: Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)]


@routes.route("/v1/workspaces/{workspace_id}/closing", methods=["POST"])
@endpoint(status=202)
def close_workspace(workspace_id: str, body: Closing) -> WorkspaceView:
    """Have everything of a workspace deleted 7 days from now; for admins.

    Until ``closes_at`` nothing changes: everybody reads, listens, records and exports as before, and every
    admin can take it back. Asked again, by whomever, that moment stays. From then on the workspace is not
    there for anybody, and everything of it is removed in the background; that cannot be undone.
    """
    me = membership.admin(workspace_id)
    return WorkspaceView.of(asking.ask(me, typed=body.name, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/closing", methods=["DELETE"])
@endpoint()
def keep_workspace(workspace_id: str) -> WorkspaceView:
    """Keep a workspace that was to be deleted; for admins, until the moment comes."""
    return WorkspaceView.of(asking.take_back(membership.admin(workspace_id), now=times.now()))
