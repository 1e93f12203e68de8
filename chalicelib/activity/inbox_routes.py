"""The inbox over HTTP; everybody sees their own and nobody else's."""

from typing import Annotated

from chalice import Blueprint
from msgspec import Meta

from chalicelib import errors, requests, times
from chalicelib.activity import inbox
from chalicelib.activity.inbox import InboxItem, UnreadView
from chalicelib.activity.inbox_models import MOST_APART, MOST_AT_ONCE
from chalicelib.auth import membership
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.workspaces import visits

routes = Blueprint(__name__)


class Marked(Body):
    """What has been read: some of it, or everything until something."""

    activity_ids: Annotated[
        list[Id],
        Meta(
            max_length=MOST_AT_ONCE,
            description=f"{MOST_APART} are kept one by one; beyond that the older half counts as read.",
        ),
    ] = []
    until: Annotated[Id | None, Meta(description="The newest activity that was seen.")] = None


@routes.route("/v1/workspaces/{workspace_id}/inbox", methods=["GET"])
@endpoint()
def list_inbox(workspace_id: str, query: Page) -> Listing[InboxItem]:
    """What happened for the caller, in their groups and in what they follow, newest first; read or unread.

    There may be fewer than asked for before the end. What is older than 30 days counts as read.
    """
    me, now = membership.current(workspace_id), times.now()
    visits.note(me, now=now)
    scope = "inbox", me.member_id
    before = (requests.position(query.after, *scope) or {}).get("before")
    found, behind = inbox.listed(me, before=before, limit=query.limit, now=now)
    return Listing(found, requests.cursor({"before": behind} if behind else None, *scope))


@routes.route("/v1/workspaces/{workspace_id}/inbox/unread", methods=["GET"])
@endpoint()
def show_unread(workspace_id: str) -> UnreadView:
    """What is unread in the caller's inbox: how much, and where one reads it."""
    return inbox.unread(membership.current(workspace_id), now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/inbox/read", methods=["POST"])
@endpoint()
def read_inbox(workspace_id: str, body: Marked) -> UnreadView:
    """Have read some things in the inbox, or everything until one of them; what is unread then."""
    me = membership.current(workspace_id)
    if bool(body.activity_ids) == (body.until is not None):
        raise errors.InvalidRequest("Send `activity_ids` or `until`, one of them.")
    if body.until is not None:
        inbox.read_until(me, body.until)
    else:
        inbox.read(me, body.activity_ids)
    return inbox.unread(me, now=times.now())
