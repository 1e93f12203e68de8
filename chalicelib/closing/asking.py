"""Asking that a workspace be deleted, and taking that back until the day.

Nothing else changes until then: everybody reads, listens, records and exports as before, so that taking it
back has nothing to restore.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.due import planning
from chalicelib.workspaces import founding, members
from chalicelib.workspaces.models import Member, Workspace

KIND: Final = "closing"
"""The kind of what is due."""

CLOSES_IN: Final = timedelta(days=7)
"""How long it can be taken back."""


def ask(me: Member, *, typed: str, now: datetime) -> Workspace:
    """The workspace, of which everything is to be removed a week from now; asked again, it stays as it was.

    ``typed`` is its name. Raises `NotFound`, `OtherName`.
    """
    workspace = _there(me.workspace_id)
    if not members.is_typed_out(typed, workspace.name):
        raise errors.OtherName(workspace.name)
    at = now + CLOSES_IN
    is_open = Workspace.workspace_id.exists() & Workspace.closes_at.does_not_exist()

    def fill(transaction: TransactWrite) -> None:
        planning.plan(transaction, KIND, me.workspace_id, at=at, workspace_id=me.workspace_id, now=now)
        _change(transaction, "workspace_closing", me, [Workspace.closes_at.set(at)], is_open, at=at, now=now)

    return _written(me, fill)


def take_back(me: Member, *, now: datetime) -> Workspace:
    """The workspace, which stays; where nothing was asked that is so already. Raises `NotFound`."""
    workspace = _there(me.workspace_id)
    at = workspace.closes_at
    if at is None:
        return workspace
    as_read = (Workspace.closes_at == at) & Workspace.closed_at.does_not_exist()
    return _written(
        me,
        lambda transaction: _change(
            transaction, "workspace_kept", me, [Workspace.closes_at.remove()], as_read, at=at, now=now
        ),
    )


def _written(me: Member, fill: Callable[[TransactWrite], None]) -> Workspace:
    """The workspace as it is then; somebody else may have been faster with the same."""
    aws.written(fill)
    return _there(me.workspace_id)


def _there(workspace_id: str) -> Workspace:
    """The workspace as of now. Raises `NotFound`, also where it is closed: nobody changes that any more."""
    workspace = founding.get(workspace_id)
    if workspace.closed_at is not None:
        raise errors.NotFound
    return workspace


def _change(
    transaction: TransactWrite,
    kind: log.Kind,
    me: Member,
    actions: list[Action],
    condition: Condition,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Change the workspace, and have its admins told."""
    transaction.update(Workspace(me.workspace_id), actions=actions, condition=condition)
    log.record(
        transaction,
        kind,
        me.own_key,
        workspace_id=me.workspace_id,
        actor_id=me.member_id,
        now=now,
        details={"by": me.name, "at": at.isoformat()},
    )
