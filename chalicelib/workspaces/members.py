"""The people of a workspace: joining, changing what is said of them, deactivating, ending sessions."""

from datetime import datetime
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.auth import membership
from chalicelib.auth.caller import Caller
from chalicelib.aws import failed_conditions, transact
from chalicelib.workspaces.models import Invitation, Member, Workspace
from chalicelib.workspaces.views import MemberView

OWN_TO_CHANGE = frozenset({"name", "title", "time_zone", "working_hours", "topics", "mentor_capacity"})
"""What members say of themselves; everything else is an admin's to set."""

LONGEST_NAME = 100
MOST_TOPICS = 20
LONGEST_TOPIC = 30
MOST_MENTOR_CAPACITY = 20
"""New hires that one member may have time for."""

TRIES = 5
"""How often a change is tried again that meets another one."""


def joining(
    caller: Caller,
    workspace_id: str,
    *,
    role: str,
    department: str | None,
    time_zone: str,
    now: datetime,
) -> Member:
    """The caller as somebody who joins a workspace now; not saved yet."""
    assert caller.email is not None, "nobody joins without an e-mail that the provider vouches for"
    return Member(
        workspace_id,
        Member.id_of(workspace_id, caller.issuer, caller.subject),
        identity_key=Member.identity_of(caller.issuer, caller.subject),
        name=caller.name,
        email=caller.email,
        department=department,
        time_zone=time_zone,
        role=role,
        started_on=now.date().isoformat(),
        joined_at=now,
        sessions_valid_from=times.from_epoch(0),
    )


def get(workspace_id: str, member_id: str) -> Member:
    """A person of this workspace. Raises `NotFound`."""
    there = aws.found(Member, workspace_id, member_id)
    if there is None:
        raise errors.NotFound
    return there


def change(
    me: Member,
    member_id: str,
    changes: dict[str, Any],
    *,
    expected_version: int | None,
    now: datetime,
) -> Member:
    """The member with these fields changed, in one transaction with what follows from it.

    Raises `NotFound` where the caller may not change one of the fields, `LastAdmin`, `BeingErased`,
    `StaleVersion`.
    """
    if member_id != me.member_id or not changes.keys() <= OWN_TO_CHANGE:
        me = membership.admin(me.workspace_id)
    for _ in range(TRIES):
        member = get(me.workspace_id, member_id)
        if member.erasing_at is not None:
            raise errors.BeingErased(member.name)
        differing = {name: value for name, value in changes.items() if getattr(member, name) != value}
        if expected_version not in (None, member.version):
            break
        if not differing or _written(me, member, differing, expected_version, now):
            membership.forget(me.workspace_id, member_id)
            return get(me.workspace_id, member_id)
    raise errors.StaleVersion(MemberView.of(member, now.date()))


def erase(me: Member, member_id: str, *, typed: str, now: datetime) -> Member:
    """The member, who is deactivated and whom from now on nothing keeps from being erased.

    Members erase themselves; admins whoever is deactivated already. ``typed`` is the member's name.
    Raises `NotFound`, `OtherName`, `StillActive`, `BeingErased`, `LastAdmin`, `StaleVersion`.
    """
    is_own = member_id == me.member_id
    if not is_own:
        me = membership.admin(me.workspace_id)
    for _ in range(TRIES):
        member = get(me.workspace_id, member_id)
        if member.erasing_at is not None:
            raise errors.BeingErased(member.name)
        if not is_typed_out(typed, member.name):
            raise errors.OtherName(member.name)
        if member.is_active and not is_own:
            raise errors.StillActive(member.name)
        changes: dict[str, Any] = {"erasing_at": now}
        if member.is_active:
            changes["status"] = "deactivated"
        if _written(me, member, changes, None, now):
            membership.forget(me.workspace_id, member_id)
            # not read anew: who is gone cannot ask again
            member.erasing_at, member.status = now, "deactivated"
            return member
    raise errors.StaleVersion(MemberView.of(member, now.date()))


def is_typed_out(typed: str, name: str) -> bool:
    """Whether this is the name, whatever the case and the spaces of it."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()


def end_sessions(me: Member, member_id: str, *, now: datetime) -> None:
    """End the sessions that this member has begun until now.

    Raises `NotFound` where that is not the caller's to do.
    """
    if member_id != me.member_id:
        membership.admin(me.workspace_id)
    member = get(me.workspace_id, member_id)
    member.update(actions=[Member.sessions_valid_from.set(now)], condition=Member.member_id.exists())
    membership.forget(me.workspace_id, member_id)


def _written(
    me: Member, member: Member, changes: dict[str, Any], expected_version: int | None, now: datetime
) -> bool:
    """Write the changes to the member as it was read; False where it has changed since.

    Raises `LastAdmin`.
    """
    was_admin, is_admin = _admins(member), _admins(member, changes)
    leaves, follow = changes.get("status") == "deactivated", _what_happens(changes)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            member,
            actions=_actions(changes, now),
            condition=_as_seen(member, expected_version),
        )
        if was_admin != is_admin:
            transaction.update(Workspace(me.workspace_id), **_admins_update(member.member_id, is_admin))
        if leaves:  # no invitation that still stands brings them back
            transaction.delete(Invitation(me.workspace_id, Invitation.id_of(me.workspace_id, member.email)))
        for kind in follow:
            log.record(
                transaction,
                kind,
                member.own_key,
                workspace_id=me.workspace_id,
                actor_id=me.member_id,
                now=now,
                details={"member_id": member.member_id},
            )

    try:
        transact(fill)
    except TransactWriteError as error:
        failed = failed_conditions(error)
        if leaves + len(follow) in failed:  # the member's update, which follows the delete and the puts
            return False
        if failed:
            raise errors.LastAdmin from error
        raise
    return True


def _what_happens(changes: dict[str, Any]) -> list[log.Kind]:
    """What is to be noted of such changes, for what follows from them."""
    returns = changes.get("status") == "active"
    happens: list[tuple[bool, log.Kind]] = [
        (changes.get("status") == "deactivated", "member_left"),
        ("name" in changes, "member_renamed"),
        (returns, "member_returned"),
        ("erasing_at" in changes, "member_erasing"),
        (returns or "time_zone" in changes, "member_moved"),
    ]
    return [kind for is_so, kind in happens if is_so]


def _admins(member: Member, changes: dict[str, Any] | None = None) -> bool:
    """Whether the member counts as an admin who can act: role and status together."""
    after = {"role": member.role, "status": member.status} | (changes or {})
    return bool(after["role"] == "admin" and after["status"] == "active")


def _actions(changes: dict[str, Any], now: datetime) -> list[Action]:
    actions: list[Action] = [Member.version.add(1)]
    for name, value in changes.items():
        attribute = getattr(Member, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    if changes.get("status") == "deactivated":
        actions += [Member.sessions_valid_from.set(now), Member.left_at.set(now)]
    if changes.get("status") == "active":
        actions.append(Member.left_at.remove())
    return actions


def _as_seen(member: Member, expected_version: int | None) -> Condition:
    """The version asked for, and always the role and status that decide who counts as an admin."""
    seen: Condition = (
        (Member.role == member.role) & (Member.status == member.status) & Member.erasing_at.does_not_exist()
    )
    return seen if expected_version is None else seen & (Member.version == expected_version)


def _admins_update(member_id: str, is_admin: bool) -> dict[str, Any]:
    if is_admin:
        return {
            "actions": [Workspace.admin_ids.add({member_id})],
            "condition": Workspace.workspace_id.exists(),
        }
    return {
        "actions": [Workspace.admin_ids.delete({member_id})],
        "condition": size(Workspace.admin_ids) > 1,
    }
