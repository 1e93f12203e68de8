"""Mentors and their new hires: assigning, changing, ending."""

from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
import uuid6
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.auth import membership
from chalicelib.groups import belonging, checkins, finding, turns
from chalicelib.groups.models import MOST_MEMBERS, Belonging, CheckIns, Group, at
from chalicelib.groups.views import mentor_shown
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member, Mentorship

MOST_FORMER: Final = 20
"""Mentors of the past that stay known of a member."""

PURPOSE: Final = "A good start"
"""What a mentor's group is for until its mentor says it better."""

_MENTOR: Any = Member.mentor
"""The paths of a mentorship's attributes; typed, they would be their values."""


def shown_to(me: Member, member_id: str) -> Member:
    """A member whose mentor the caller may know: one's own, one's new hire's; an admin everybody's.

    Raises `NotFound`.
    """
    member = members.get(me.workspace_id, member_id)
    if not (me.member_id in (member_id, _mentor_id(member)) or me.is_admin):
        raise errors.NotFound
    return member


def assign(me: Member, member_id: str, mentor_id: str, *, instead_of: str | None, now: datetime) -> Member:
    """The member with this mentor, in the mentor's group, which is made for the first.

    Where they have a mentor already, the caller says instead of whom. Raises `NotFound` where that is not the
    caller's to do (an admin's, the mentor's own, and the present mentor's to hand on), `OtherMentor`,
    `HasMentor` where the caller may not know whom, `MentorFull`.
    """
    if member_id == mentor_id:
        raise errors.InvalidRequest("Nobody is their own mentor. Choose somebody else.")
    aws.repeat(partial(_assigned, me, member_id, mentor_id, instead_of, now))
    for each in filter(None, (member_id, mentor_id, instead_of)):
        membership.forget(me.workspace_id, each)
    return members.get(me.workspace_id, member_id)


def end(me: Member, member_id: str, *, now: datetime) -> None:
    """End a mentorship, and with it the new hire's part in the mentor's group; one that has ended stays so.

    Raises `NotFound` where that is not the caller's to do.
    """
    member = shown_to(me, member_id)
    mentor_id = _mentor_id(member)
    aws.repeat(partial(_ended, me.workspace_id, member_id, now, leaves=True))
    for each in filter(None, (member_id, mentor_id)):
        membership.forget(me.workspace_id, each)


def end_in(workspace_id: str, member_id: str, group_id: str, *, now: datetime) -> None:
    """End the mentorships of somebody who is about to leave a group: as a new hire and as the mentor."""
    group = finding.current(workspace_id, group_id)
    if group.kind != "mentoring":
        return
    for each in members_of(group):
        if each.mentor and each.mentor.group_id == group_id and member_id in (each.member_id, group.owner_id):
            aws.repeat(partial(_ended, workspace_id, each.member_id, now, leaves=False))
            membership.forget(workspace_id, each.member_id)


def members_of(group: Group) -> list[Member]:
    """The people of a group, the longest-standing first."""
    there = {
        member.member_id: member
        for member in Member.batch_get(
            [(group.workspace_id, member_id) for member_id in group.people], consistent_read=True
        )
    }
    return [there[member_id] for member_id in group.people if member_id in there]


def _assigned(me: Member, member_id: str, mentor_id: str, instead_of: str | None, now: datetime) -> bool:
    member, mentor = (members.get(me.workspace_id, each) for each in (member_id, mentor_id))
    present_id = _mentor_id(member)
    hands_on = me.is_admin or me.member_id == present_id
    if not (member.is_active and mentor.is_active and (hands_on or me.member_id == mentor_id)):
        raise errors.NotFound
    if present_id == mentor_id:
        return True
    if present_id is not None and not hands_on:
        raise errors.HasMentor(member.name)
    if present_id != instead_of:
        raise _other_mentor(me, member, present_id)
    if mentor.mentees >= mentor.mentor_capacity:
        raise errors.MentorFull(mentor.name, int(mentor.mentor_capacity))
    group = _group_of(mentor, now)
    if len(group.people) >= MOST_MEMBERS and member_id not in group.people:
        raise errors.GroupFull("members", MOST_MEMBERS)

    def fill(transaction: TransactWrite) -> None:
        _take_on(transaction, group, mentor, member, now)
        _count_mentee(transaction, mentor, group)
        _change_mentor(
            transaction,
            member,
            Mentorship(member_id=mentor_id, group_id=group.group_id, since=now),
            leaves=True,
            now=now,
        )
        if member.mentor is not None:
            _let_go(transaction, member, leaves=True)
        log.record(
            transaction,
            "mentor_assigned",
            member.own_key,
            workspace_id=me.workspace_id,
            actor_id=mentor_id,
            now=now,
            group_id=group.group_id,
        )

    return aws.written(fill)


def _ended(workspace_id: str, member_id: str, now: datetime, *, leaves: bool) -> bool:
    member = members.get(workspace_id, member_id)
    if member.mentor is None:
        return True

    def fill(transaction: TransactWrite) -> None:
        _change_mentor(transaction, member, None, leaves=leaves, now=now)
        _let_go(transaction, member, leaves=leaves)

    return aws.written(fill)


def _change_mentor(
    transaction: TransactWrite, member: Member, mentorship: Mentorship | None, *, leaves: bool, now: datetime
) -> None:
    """Add to a transaction that a member has this mentor from now on, or none.

    ``leaves`` is whether they leave the group of the mentor before.
    """
    former, group_ids = list(member.former_mentors), set(member.group_ids or ())
    if member.mentor is not None:
        past = member.mentor
        former.append(
            Mentorship(member_id=past.member_id, group_id=past.group_id, since=past.since, until=now)
        )
        if leaves:
            group_ids.discard(past.group_id)
    actions: list[Action] = [Member.former_mentors.set(former[-MOST_FORMER:])]
    if mentorship is None:
        actions.append(_MENTOR.remove())
    else:
        actions.append(_MENTOR.set(mentorship))
        group_ids.add(mentorship.group_id)
    actions.append(Member.group_ids.set(group_ids) if group_ids else Member.group_ids.remove())
    transaction.update(member, actions=actions, condition=_as_read(member))


def _as_read(member: Member) -> Condition:
    """That the member is as active, in the same groups and with the same mentor as when read."""
    condition: Condition = Member.status == member.status
    if member.mentor is None:
        condition &= _MENTOR.does_not_exist()
    else:
        condition &= (_MENTOR.member_id == member.mentor.member_id) & (_MENTOR.since == member.mentor.since)
    if member.group_ids:
        condition &= Member.group_ids == member.group_ids
    else:
        condition &= Member.group_ids.does_not_exist()
    return condition


def _take_on(transaction: TransactWrite, group: Group, mentor: Member, member: Member, now: datetime) -> None:
    """Add to a transaction that the new hire is in the mentor's group, whose ramp begins anew."""
    if group.version == 0:
        group.version = 1
        group.members = {
            each.member_id: msgspec.to_builtins(Belonging(times.epoch_ms(now) + place))
            for place, each in enumerate((mentor, member))
        }
        transaction.save(group, condition=Group.group_id.does_not_exist())
        belonging.tell(transaction, "group_joined", group, actor_id=member.member_id, now=now)
        turns.plan_turn(transaction, group, group.next_at, now)
        return
    still = (Group.kind == "mentoring") & (Group.owner_id == mentor.member_id)
    actions: list[Action] = []
    if group.check_ins is not None and group.check_ins.every == "ramp":
        cadence = checkins.ramp(group.check_ins.time_zone, now)
        moment = turns.next_turn(cadence, now, not_before=turns.busy_until(group))
        actions = [Group.check_ins.set(CheckIns.of(cadence)), Group.next_at.set(moment)]
        still &= Group.check_ins.exists() & turns.still_busy(group)
        turns.plan_turn(transaction, group, moment, now)
    belonging.enter(transaction, group, member.member_id, now=now, condition=still, actions=actions)


def _count_mentee(transaction: TransactWrite, mentor: Member, group: Group) -> None:
    actions: list[Action] = [Member.mentees.add(1)]
    condition = (Member.status == "active") & (
        Member.mentees.does_not_exist() | (Member.mentees < mentor.mentor_capacity)
    )
    if mentor.mentoring_group_id is None:
        actions += [
            Member.mentoring_group_id.set(group.group_id),
            Member.group_ids.add({group.group_id}),
        ]
        condition &= Member.mentoring_group_id.does_not_exist()
    else:
        condition &= Member.mentoring_group_id == mentor.mentoring_group_id
    transaction.update(mentor, actions=actions, condition=condition)


def _let_go(transaction: TransactWrite, member: Member, *, leaves: bool) -> None:
    """Add to a transaction what ends for the mentor that a member has, and for that mentor's group."""
    past = member.mentor
    transaction.update(
        Member(member.workspace_id, past.member_id),
        actions=[Member.mentees.add(-1)],
        condition=Member.member_id.exists(),
    )
    if leaves:
        transaction.update(
            Group(member.workspace_id, past.group_id),
            actions=[at(Group.members, member.member_id).remove()],
            condition=Group.group_id.exists(),
        )


def _group_of(mentor: Member, now: datetime) -> Group:
    """The mentor's group; one that is not saved yet, of version 0, for the first new hire."""
    if mentor.mentoring_group_id is not None:
        return finding.current(mentor.workspace_id, mentor.mentoring_group_id)
    cadence = checkins.ramp(mentor.time_zone, now)
    group = Group(
        mentor.workspace_id,
        str(uuid6.uuid7()),
        kind="mentoring",
        purpose=PURPOSE,
        owner_id=mentor.member_id,
        created_at=now,
        version=0,
        check_ins=CheckIns.of(cadence),
        next_at=turns.next_turn(cadence, now, not_before=None),
    )
    group.topics = checkins.first_topics(group, now)
    return group


def _other_mentor(me: Member, member: Member, present_id: str | None) -> errors.OtherMentor:
    name = members.get(member.workspace_id, present_id).name if present_id else None
    shown = msgspec.to_builtins(mentor_shown(member)) if me.is_admin else None
    return errors.OtherMentor(member.name, name, shown)


def _mentor_id(member: Member) -> str | None:
    return str(member.mentor.member_id) if member.mentor else None
