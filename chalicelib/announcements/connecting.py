"""Connecting, changing and removing; a workspace's by its admins, a group's by its members alone."""

import secrets
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, settings
from chalicelib.activity.models import Activity
from chalicelib.announcements import addresses, queueing, webhooks, wording
from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.models import MOST_CONNECTIONS, Connection, Secret, Tally, changes
from chalicelib.announcements.wording import Event
from chalicelib.auth import audience, membership
from chalicelib.workspaces.models import Member


@dataclass(frozen=True)
class Tried:
    """What came of trying a connection."""

    connection: Connection
    accepted: bool
    sentence: str
    status: int | None
    answer: str


def possible(group_id: str | None) -> tuple[Event, ...]:
    """What can be announced for a workspace, or for a group."""
    return wording.OF_WORKSPACES if group_id is None else wording.OF_GROUPS


def of_workspace(workspace_id: str) -> list[Connection]:
    """The connections of the caller's workspace, for admins. Raises `NotFound`."""
    return Connection.of_audience(membership.admin(workspace_id).workspace_key)


def of_group(workspace_id: str, group_id: str) -> list[Connection]:
    """The connections of a group of the caller's. Raises `NotFound`."""
    return Connection.of_audience(audience.of_group(membership.current(workspace_id), group_id))


def connect(
    workspace_id: str,
    group_id: str | None,
    kind: Kind,
    name: str,
    url: str,
    *,
    connection_id: str | None,
    now: datetime,
) -> tuple[Connection, str | None]:
    """A new connection with everything switched on, and for a program the secret that it knows Earshot by.

    The same ``connection_id`` from the same member names the same connection, whose secret is not told again.
    Raises `NotFound` where this is not the caller's to connect, `AddressNotAllowed`, `TooManyConnections` and
    `AlreadyExists`.
    """
    me = membership.current(workspace_id) if group_id else membership.admin(workspace_id)
    key = audience.of_group(me, group_id) if group_id else me.workspace_key
    addresses.read(kind, url, listener=settings.LISTENER)
    signing = webhooks.secret_of(secrets.token_bytes(webhooks.SECRET_BYTES)) if kind == "webhook" else None
    connection = Connection(
        workspace_id,
        connection_id or str(uuid.uuid4()),
        audience_key=key,
        group_id=group_id,
        kind=kind,
        name=name,
        url_end=url[-addresses.SHOWN :],
        style="message" if kind == "teams" else None,
        events=set(possible(group_id)),
        created_by=me.member_id,
        vouched_by=me.member_id,
        created_at=now,
    )
    connection.seal(Secret(url, signing))

    def fill(transaction: TransactWrite) -> None:
        transaction.save(connection, condition=Connection.connection_id.does_not_exist())
        transaction.update(
            Tally(workspace_id, Tally.id_of(key)),
            actions=[Tally.connections.add(1)],
            condition=Tally.connections.does_not_exist() | (Tally.connections < MOST_CONNECTIONS),
        )

    if not aws.written(fill):
        return _made_before(connection, me), None
    return connection, signing


def change(
    workspace_id: str,
    connection_id: str,
    *,
    name: str | None,
    events: Collection[Event] | None,
    style: str | None,
    status: str | None,
    now: datetime,
) -> Connection:
    """The connection with this changed; what is None stays. Active again, it posts what has waited.

    Raises `NotFound`, and `InvalidRequest` for what such a connection cannot have.
    """
    me, connection = mine(workspace_id, connection_id)
    given: dict[str, Any] = {} if name is None else {"name": name}
    if events is not None:
        if not set(events) <= set(possible(connection.group_id)):
            raise errors.InvalidRequest("`events`: some of them never happen for whom this connection is.")
        given["events"] = set(events) or None
    if style is not None:
        if connection.kind != "teams":
            raise errors.InvalidRequest("`style`: only connections to Teams have one.")
        given["style"] = style
    if status is not None:
        given |= {"status": status, "attention": None}
    if status == "active":
        given |= {"failures": 0, "next_allowed_at": None, "vouched_by": me.member_id}
    if given:
        changed(connection, **given)
    if status == "active":
        queueing.look(connection, (connection.paced_until or now) - now)
    return connection


def remove(workspace_id: str, connection_id: str) -> None:
    """Forget a connection with its address; what waits for it is not posted. Raises `NotFound`."""
    _, connection = mine(workspace_id, connection_id)
    _forget(connection)


def forget_group(activity: Activity) -> None:
    """Forget the connections of a group that nobody belongs to any more, after it was closed."""
    for connection in Connection.of_audience(f"g#{activity.details['group_id']}"):
        with suppress(errors.NotFound):  # forgotten the first time
            _forget(connection)


def _forget(connection: Connection) -> None:
    workspace_id, connection_id = connection.workspace_id, connection.connection_id

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(
            Connection(workspace_id, connection_id), condition=Connection.connection_id.exists()
        )
        transaction.update(
            Tally(workspace_id, Tally.id_of(connection.audience_key)),
            actions=[Tally.connections.add(-1)],
        )

    if not aws.written(fill):
        raise errors.NotFound


def mine(workspace_id: str, connection_id: str) -> tuple[Member, Connection]:
    """The caller and a connection that is theirs to change, as of now. Raises `NotFound`."""
    me = membership.current(workspace_id, as_of_now=True)
    connection = Connection.find(workspace_id, connection_id)
    if connection is None:
        raise errors.NotFound
    if me.is_admin if connection.group_id is None else audience.may_open(me, connection.audience_key):
        return me, connection
    raise errors.NotFound


def _made_before(connection: Connection, me: Member) -> Connection:
    there = aws.found(Connection, connection.workspace_id, connection.connection_id)
    if there is None:
        raise errors.TooManyConnections(MOST_CONNECTIONS)
    if there.created_by != me.member_id or there.audience_key != connection.audience_key:
        raise errors.AlreadyExists
    return there


def changed(connection: Connection, **values: Any) -> None:
    """Give a connection these values. Raises `NotFound` where it was removed meanwhile."""
    if not aws.updated(connection, changes(**values), Connection.connection_id.exists()):
        raise errors.NotFound
