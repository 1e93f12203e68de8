"""Erasing somebody over HTTP."""

from typing import Annotated

from chalice import Blueprint
from msgspec import Meta

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.requests import Body, endpoint
from chalicelib.workspaces import members
from chalicelib.workspaces.views import MemberView

routes = Blueprint(__name__)


class Erasure(Body):
    """That somebody is to be erased, with their name typed out."""

    name: Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)]


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/erasure", methods=["POST"])
@endpoint(status=202)
def erase_member(workspace_id: str, member_id: str, body: Erasure) -> MemberView:
    """Erase oneself or, for admins, somebody deactivated, in the background; it cannot be undone."""
    now = times.now()
    me = membership.current(workspace_id)
    member = members.erase(me, member_id, typed=body.name, now=now)
    return MemberView.of(member, now.date())
