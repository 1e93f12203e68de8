"""Creating a workspace, naming it and setting its rules."""

from datetime import datetime
from typing import Any

import uuid6
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, mail, settings
from chalicelib.activity import log
from chalicelib.auth.caller import Caller
from chalicelib.aws import transact
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member, Workspace
from chalicelib.workspaces.views import WorkspaceView


def may_create(caller: Caller) -> bool:
    """Whether this deployment lets the caller's address or domain create workspaces."""
    if caller.email is None:
        return False
    allowed = [mail.address(entry) for entry in settings.WORKSPACE_CREATORS.split(",")]
    return not {"*", caller.email, caller.email.rpartition("@")[2]}.isdisjoint(allowed)


def create(
    caller: Caller, name: str, *, time_zone: str, workspace_id: str | None, now: datetime
) -> Workspace:
    """A workspace of this name with the caller as its admin.

    The same ``workspace_id`` from the same caller names the same workspace: creating can be repeated.
    Raises `NotFound` where the caller may not create one, `AlreadyExists` where the id is another's.
    """
    if not may_create(caller):
        raise errors.NotFound
    workspace_id = workspace_id or str(uuid6.uuid7())
    founder = members.joining(
        caller, workspace_id, role="admin", department=None, time_zone=time_zone, now=now
    )
    workspace = Workspace(workspace_id, name=name, admin_ids={founder.member_id}, created_at=now)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(workspace, condition=Workspace.workspace_id.does_not_exist())
        transaction.save(founder)
        log.record(
            transaction,
            "workspace_created",
            founder.workspace_key,
            workspace_id=workspace_id,
            actor_id=founder.member_id,
            now=now,
        )

    try:
        transact(fill)
    except TransactWriteError as error:
        return _created_before(workspace_id, founder.member_id, error)
    return workspace


def _created_before(workspace_id: str, member_id: str, error: TransactWriteError) -> Workspace:
    workspace = aws.found(Workspace, workspace_id)
    if workspace is None:
        raise error
    member = aws.found(Member, workspace_id, member_id)
    if member is None or not member.is_active:
        raise errors.AlreadyExists from error
    return workspace


def get(workspace_id: str) -> Workspace:
    """The workspace as of now. Raises `NotFound`."""
    there = aws.found(Workspace, workspace_id)
    if there is None:
        raise errors.NotFound
    return there


def change(workspace_id: str, changes: dict[str, Any], *, expected_version: int | None) -> Workspace:
    """The workspace with these fields changed. Raises `StaleVersion`."""
    if not changes:
        return get(workspace_id)
    condition = Workspace.workspace_id.exists()
    if expected_version is not None:
        condition &= Workspace.version == expected_version
    workspace = Workspace(workspace_id)
    actions = [getattr(Workspace, name).set(value) for name, value in changes.items()]
    if not aws.updated(workspace, [*actions, Workspace.version.add(1)], condition):
        raise errors.StaleVersion(WorkspaceView.of(get(workspace_id)))
    return workspace
