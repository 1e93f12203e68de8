"""Exports over HTTP: of a workspace for its admins, of a group for its members, of oneself for oneself."""

from chalice import Blueprint

from chalicelib import errors, requests, times
from chalicelib.auth import membership
from chalicelib.exports import starting
from chalicelib.exports.models import Export
from chalicelib.exports.views import DownloadView, ExportView
from chalicelib.groups import finding
from chalicelib.requests import Listing, Nothing, endpoint
from chalicelib.workspaces.models import Member

routes = Blueprint(__name__)


@routes.route("/v1/workspaces/{workspace_id}/exports", methods=["GET"])
@endpoint()
def list_workspace_exports(workspace_id: str) -> Listing[ExportView]:
    """The exports of what is open to the whole workspace; for admins."""
    return _listed(membership.admin(workspace_id).workspace_key)


@routes.route("/v1/workspaces/{workspace_id}/exports", methods=["POST"])
@endpoint(status=201, body=Nothing)
def export_workspace(workspace_id: str) -> ExportView:
    """Start an export of what is open to the whole workspace; for admins."""
    me = membership.admin(workspace_id)
    return _started(me, me.workspace_key, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/exports/{export_id}/file", methods=["GET"])
@endpoint()
def fetch_workspace_export(workspace_id: str, export_id: str) -> DownloadView:
    """Where an export that is ready can be fetched from for the next 5 minutes; for admins."""
    return starting.fetch(membership.admin(workspace_id).workspace_key, export_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/exports", methods=["GET"])
@endpoint()
def list_group_exports(workspace_id: str, group_id: str) -> Listing[ExportView]:
    """The exports of a group; for its members."""
    return _listed(finding.opened(membership.current(workspace_id), group_id).key)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/exports", methods=["POST"])
@endpoint(status=201, body=Nothing)
def export_group(workspace_id: str, group_id: str) -> ExportView:
    """Start an export of what is open to a group; for its members."""
    me = membership.current(workspace_id)
    return _started(me, finding.opened(me, group_id).key, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/exports/{export_id}/file", methods=["GET"])
@endpoint()
def fetch_group_export(workspace_id: str, group_id: str, export_id: str) -> DownloadView:
    """Where an export that is ready can be fetched from for the next 5 minutes; for the group's members."""
    group = finding.opened(membership.current(workspace_id), group_id)
    return starting.fetch(group.key, export_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/exports", methods=["GET"])
@endpoint()
def list_own_exports(workspace_id: str, member_id: str) -> Listing[ExportView]:
    """The exports of one's own data; for nobody else."""
    return _listed(_oneself(workspace_id, member_id).own_key)


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/exports", methods=["POST"])
@endpoint(status=201, body=Nothing)
def export_own_data(workspace_id: str, member_id: str) -> ExportView:
    """Start an export of all of one's own data; for nobody else."""
    me = _oneself(workspace_id, member_id)
    return _started(me, me.own_key, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/exports/{export_id}/file", methods=["GET"])
@endpoint()
def fetch_own_export(workspace_id: str, member_id: str, export_id: str) -> DownloadView:
    """Where an export that is ready can be fetched from for the next 5 minutes; for nobody else."""
    return starting.fetch(_oneself(workspace_id, member_id).own_key, export_id, now=times.now())


def _oneself(workspace_id: str, member_id: str) -> Member:
    """The caller, where that is who is meant. Raises `NotFound`."""
    me = membership.current(workspace_id)
    if me.member_id != member_id:
        raise errors.NotFound
    return me


def _listed(audience_key: str) -> Listing[ExportView]:
    return Listing([ExportView.of(each) for each in Export.of_audience(audience_key, now=times.now())])


def _started(me: Member, audience_key: str, export_id: str | None) -> ExportView:
    return ExportView.of(starting.start(me, audience_key, export_id=export_id, now=times.now()))
