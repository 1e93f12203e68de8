"""Playlists assigned to members, over HTTP."""

from datetime import date
from typing import Annotated

from chalice import Blueprint
from msgspec import Meta

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.playlists import assigned, assigning, welcoming
from chalicelib.playlists.assignment_models import LATEST_DAYS, MOST_A_DAY, MOST_AT_ONCE
from chalicelib.playlists.assignment_views import AssignedView, AssigneeView, assignees
from chalicelib.playlists.views import PlaylistView
from chalicelib.requests import Body, Id, Listing, Page, endpoint

routes = Blueprint(__name__)

MOST_SHOWN = 10
"""Assignments in one answer: of each the whole playlist is read."""


class NewAssignment(Body):
    """Whom to ask to hear a playlist, and until when."""

    member_ids: Annotated[
        list[Id],
        Meta(
            min_length=1,
            max_length=MOST_AT_ONCE,
            description=f"At most {MOST_AT_ONCE} at once, and {MOST_A_DAY} a day in all.",
        ),
    ]
    planned_for: Annotated[
        date | None,
        Meta(description=f"A day within the next {LATEST_DAYS}; null for none. Nothing is ever late."),
    ] = None


class Answer(Body):
    """What the caller says to a playlist that is assigned to them."""

    put_away: Annotated[bool, Meta(description="Not now: it waits no more, and nobody is told.")]


class AssignedPage(Page):
    """Which part of what is assigned."""

    limit: Annotated[int, Meta(ge=1, le=MOST_SHOWN)] = MOST_SHOWN


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments", methods=["POST"])
@endpoint(status=204)
def assign_playlist(workspace_id: str, playlist_id: str, body: NewAssignment) -> None:
    """Ask members to hear a playlist, until a day if one is said; asking again changes the day alone.

    Admins and the playlist's owner ask anybody who may open it, mentors those of their new hires who may.
    It stands on their home page, in their inbox and in their next digest, and nowhere else.
    """
    assigning.assign(
        membership.current(workspace_id),
        playlist_id,
        body.member_ids,
        planned_for=body.planned_for,
        now=times.now(),
    )


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments", methods=["GET"])
@endpoint()
def list_assignments(workspace_id: str, playlist_id: str, query: Page) -> Listing[AssigneeView]:
    """To whom the playlist is assigned, of those to whom the caller may; not what they have heard."""
    me = membership.current(workspace_id)
    scope = "assignments", me.member_id, playlist_id
    after = requests.position(query.after, *scope)
    found, behind = assigning.assigned_to(me, playlist_id, limit=query.limit, after=after)
    return Listing(assignees(workspace_id, found), requests.cursor(behind, *scope))


@routes.route(
    "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments/{member_id}", methods=["DELETE"]
)
@endpoint(status=204)
def take_assignment_back(workspace_id: str, playlist_id: str, member_id: str) -> None:
    """Ask a member no more to hear the playlist; who has asked them may, and who could."""
    assigning.take_back(membership.current(workspace_id), playlist_id, member_id)


@routes.route("/v1/workspaces/{workspace_id}/welcoming", methods=["GET"])
@endpoint()
def list_welcoming(workspace_id: str) -> Listing[PlaylistView]:
    """The playlists that every new hire is asked to hear; for admins."""
    return Listing([PlaylistView.of(each) for each in welcoming.chosen(membership.admin(workspace_id))])


@routes.route("/v1/workspaces/{workspace_id}/welcoming/{playlist_id}", methods=["PUT"])
@endpoint(status=204)
def welcome_with_playlist(workspace_id: str, playlist_id: str) -> None:
    """Ask everybody who joins from now on to hear the playlist, which everybody may open."""
    welcoming.choose(membership.admin(workspace_id), playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/welcoming/{playlist_id}", methods=["DELETE"])
@endpoint(status=204)
def stop_welcoming(workspace_id: str, playlist_id: str) -> None:
    """Ask those who join later no more; who was asked before still is."""
    welcoming.leave_out(membership.admin(workspace_id), playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/assigned", methods=["GET"])
@endpoint()
def list_assigned(workspace_id: str, query: AssignedPage) -> Listing[AssignedView]:
    """What is assigned to the caller, with what they have heard of it; put away and completed ones too."""
    me = membership.current(workspace_id)
    scope = "assigned", me.member_id
    after = requests.position(query.after, *scope)
    found, behind = assigned.listed(me, limit=query.limit, after=after, now=times.now())
    return Listing(found, requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/assigned/{playlist_id}", methods=["PATCH"])
@endpoint()
def answer_assignment(workspace_id: str, playlist_id: str, body: Answer) -> AssignedView:
    """Say "not now" to a playlist that is assigned to the caller, or take it up again; nobody is told."""
    me = membership.current(workspace_id)
    return assigned.put_away(me, playlist_id, away=body.put_away, now=times.now())
