"""Connections over HTTP."""

from typing import Annotated, Literal

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests, times
from chalicelib.announcements import addresses, connecting
from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.models import Style
from chalicelib.announcements.views import ConnectedView, ConnectionView, TriedView
from chalicelib.announcements.wording import EVENTS, Event
from chalicelib.requests import Body, Line, Listing, Nothing, endpoint

routes = Blueprint(__name__)


class NewConnection(Body):
    """A channel or program to connect."""

    kind: Kind
    name: Line
    url: Annotated[str, Meta(max_length=addresses.LONGEST)]


class ConnectionChange(Body):
    """What may change of a connection; what is left out stays."""

    name: Line | UnsetType = UNSET
    events: Annotated[list[Event], Meta(max_length=len(EVENTS))] | UnsetType = UNSET
    style: Style | UnsetType = UNSET
    status: Literal["active", "paused"] | UnsetType = UNSET


@routes.route("/v1/workspaces/{workspace_id}/connections", methods=["GET"])
@endpoint()
def list_connections(workspace_id: str) -> Listing[ConnectionView]:
    """The channels and programs that are told what happens in a workspace; for admins."""
    return Listing(ConnectionView.of_all(connecting.of_workspace(workspace_id)))


@routes.route("/v1/workspaces/{workspace_id}/connections", methods=["POST"])
@endpoint(status=201)
def connect(workspace_id: str, body: NewConnection) -> ConnectedView:
    """Connect a channel or program to a workspace; for admins."""
    return _connected(workspace_id, None, body, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/connections", methods=["GET"])
@endpoint()
def list_group_connections(workspace_id: str, group_id: str) -> Listing[ConnectionView]:
    """The channels and programs that are told what happens in a group of the caller's."""
    return Listing(ConnectionView.of_all(connecting.of_group(workspace_id, group_id)))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/connections", methods=["POST"])
@endpoint(status=201)
def connect_group(workspace_id: str, group_id: str, body: NewConnection) -> ConnectedView:
    """Connect a channel or program to a group of the caller's."""
    return _connected(workspace_id, group_id, body, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/connections/{connection_id}", methods=["PATCH"])
@endpoint()
def change_connection(workspace_id: str, connection_id: str, body: ConnectionChange) -> ConnectionView:
    """Rename, pause or resume a connection, or say what is announced there and how."""
    connection = connecting.change(
        workspace_id,
        connection_id,
        name=None if body.name is UNSET else body.name,
        events=None if body.events is UNSET else body.events,
        style=None if body.style is UNSET else body.style,
        status=None if body.status is UNSET else body.status,
        now=times.now(),
    )
    return ConnectionView.of(connection)


@routes.route("/v1/workspaces/{workspace_id}/connections/{connection_id}", methods=["DELETE"])
@endpoint(status=204)
def remove_connection(workspace_id: str, connection_id: str) -> None:
    """Forget a connection with its address."""
    connecting.remove(workspace_id, connection_id)


@routes.route("/v1/workspaces/{workspace_id}/connections/{connection_id}/test", methods=["POST"])
@endpoint(body=Nothing)
def try_connection(workspace_id: str, connection_id: str) -> TriedView:
    """Post something there now, and see what is answered."""
    from chalicelib.announcements import trying  # what posts is for who posts

    return TriedView.of(trying.try_out(workspace_id, connection_id, now=times.now()))


def _connected(
    workspace_id: str, group_id: str | None, body: NewConnection, connection_id: str | None
) -> ConnectedView:
    connection, secret = connecting.connect(
        workspace_id,
        group_id,
        body.kind,
        body.name,
        body.url,
        connection_id=connection_id,
        now=times.now(),
    )
    return ConnectedView(ConnectionView.of(connection), secret)
