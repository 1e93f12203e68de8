"""Leaving a group, of one's own will, by its owner's, or with the workspace; never with a reason."""

from datetime import datetime
from functools import partial

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.auth import membership
from chalicelib.groups import belonging, finding, mentors
from chalicelib.groups.models import Group, at
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member


def leave(me: Member, group_id: str, *, now: datetime) -> None:
    """Take the caller out of a group, which passes to its longest-standing member or is closed.

    A new hire who leaves their mentor's group has no mentor any more; a mentor who leaves theirs has no new
    hires, and those go on as a circle. Raises `NotFound`.
    """
    finding.opened(me, group_id)
    _leave(me.workspace_id, me.member_id, group_id, now)


def remove(me: Member, group_id: str, member_id: str, *, now: datetime) -> None:
    """Take somebody out of a group of the caller's. Raises `NotFound`."""
    group = finding.owned(me, group_id)
    if member_id not in group.people:
        raise errors.NotFound
    _leave(me.workspace_id, member_id, group_id, now)


def leave_all(activity: Activity) -> None:
    """Take who left the workspace out of all of its groups, after a ``member_left`` activity."""
    try:
        member = members.get(activity.workspace_id, activity.details["member_id"])
    except errors.NotFound:  # erased since
        return
    if not member.is_active:  # and not back again
        leave_every(member, now=activity.at)


def leave_every(member: Member, *, now: datetime) -> None:
    """Take a member out of all of their groups, and out of those that they are asked into."""
    for group in Group.of_ids(member.workspace_id, member.group_ids or ()):
        if group.is_active:
            _leave(member.workspace_id, member.member_id, group.group_id, now)
    for group in Group.of_ids(member.workspace_id, member.invited_to or ()):
        if group.is_active and member.member_id in group.asked:
            belonging.withdraw(member, group.group_id, member.member_id)


def _leave(workspace_id: str, member_id: str, group_id: str, now: datetime) -> None:
    aws.repeat(partial(_left, workspace_id, member_id, group_id, now))
    membership.forget(workspace_id, member_id)


def _left(workspace_id: str, member_id: str, group_id: str, now: datetime) -> bool:
    mentors.end_in(workspace_id, member_id, group_id, now=now)
    group = finding.current(workspace_id, group_id)
    if member_id not in group.people:
        return True
    actions, condition = _departure(group, member_id)
    successor = _successor(group, member_id)
    no_mentor: Condition = Member.member_id.exists()
    own: list[Action] = [Member.group_ids.delete({group_id})]
    if group.kind == "mentoring" and group.owner_id == member_id:
        no_mentor &= Member.mentees == 0
        own.append(Member.mentoring_group_id.remove())

    def fill(transaction: TransactWrite) -> None:
        transaction.update(group, actions=actions, condition=condition)
        transaction.update(Member(workspace_id, member_id), actions=own, condition=no_mentor)
        if len(group.people) == 1:
            log.record(
                transaction,
                "group_closed",
                f"m#{member_id}",
                workspace_id=workspace_id,
                actor_id=member_id,
                now=now,
                details={"group_id": group_id},
            )
        if successor:
            belonging.pass_on_solutions(transaction, group, successor)
            belonging.tell(transaction, "group_handed_over", group, actor_id=successor.member_id, now=now)

    return aws.written(fill)


def _successor(group: Group, member_id: str) -> Member | None:
    """Whom the group passes to when its owner leaves; None where another leaves, or nobody is left."""
    others = [other for other in group.people if other != member_id]
    if group.owner_id != member_id or not others:
        return None
    return members.get(group.workspace_id, others[0])


def _departure(group: Group, member_id: str) -> tuple[list[Action], Condition]:
    """What becomes of the group, as long as those are there who are there."""
    actions: list[Action] = [at(Group.members, member_id).remove()]
    condition = at(Group.members, member_id).exists()
    others = [other for other in group.people if other != member_id]
    if not others:
        actions += [Group.status.set("closed"), Group.open_to.remove(), Group.next_at.remove()]
        return actions, condition & (size(Group.members) == 1)
    if group.owner_id != member_id:
        return actions, condition & (Group.owner_id == group.owner_id)
    actions += [Group.owner_id.set(others[0]), Group.version.add(1)]
    if group.kind == "mentoring":
        actions.append(Group.kind.set("circle"))
    return actions, condition & at(Group.members, others[0]).exists()
