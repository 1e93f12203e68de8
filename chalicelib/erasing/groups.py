"""Groups and their rounds: what somebody wrote there is deleted, and nothing names them any more."""

from collections.abc import Iterator
from functools import partial

from pynamodb.expressions.update import Action

from chalicelib import aws
from chalicelib.aws import updated
from chalicelib.conversations.feedback_models import Door
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.groups import leaving
from chalicelib.groups.models import Group, Round, at
from chalicelib.workspaces.models import Member

WAITED_FOR = (Round.expected, Round.stepped_out, Round.reminded)


def groups(of: Erasing) -> Iterator[Done]:
    """Take them out of every group of the workspace, also of those that they left or that are closed."""
    member = of.member
    there = Group.of_ids(member.workspace_id, {*(member.group_ids or ()), *(member.invited_to or ())})
    if any(member.member_id in (*group.people, *group.asked) for group in there if group.is_active):
        leaving.leave_every(member, now=of.now)
        yield Done(1)
    for group in Group.query(member.workspace_id, Group.group_id > of.after if of.after else None):
        changes = 0
        if _names(group, member.member_id):
            repeat(partial(_unnamed, member, group.group_id))
            changes += 1
        keys = [(Door.in_group(group.group_id), member.member_id)]
        for _ in rows.delete(Door.batch_get(keys, consistent_read=True)):
            changes += 1
        for round_ in Round.of_group(group.group_id):
            if _in_round(round_, member.member_id):
                repeat(partial(_out_of_round, member, round_))
                changes += 1
        yield Done(changes, group.group_id)


def _names(group: Group, member_id: str) -> bool:
    return any(member_id in (wish.added_by, *wish.votes) for wish in group.wishes.values()) or any(
        asked.by == member_id for asked in group.asked.values()
    )


def _unnamed(member: Member, group_id: str) -> bool:
    group = aws.found(Group, member.workspace_id, group_id)
    if group is None:
        return True
    actions: list[Action] = []
    condition = Group.group_id.exists()
    for topic_id, wish in group.wishes.items():
        if member.member_id in (wish.added_by, *wish.votes):
            condition &= at(Group.topics, topic_id).exists()
        if wish.added_by == member.member_id:
            actions.append(at(Group.topics, topic_id, "added_by").set(nobody()))
        if member.member_id in wish.votes:
            actions.append(at(Group.topics, topic_id, "votes", member.member_id).remove())
    for invited_id, asked in group.asked.items():
        if asked.by == member.member_id:
            condition &= at(Group.invited, invited_id).exists()
            actions.append(at(Group.invited, invited_id, "by").set(nobody()))
    return not actions or updated(Group(member.workspace_id, group_id), actions, condition)


def _in_round(round_: Round, member_id: str) -> bool:
    lists = (round_.expected, round_.stepped_out, round_.reminded)
    return member_id in round_.given or any(member_id in (each or ()) for each in lists)


def _out_of_round(member: Member, found: Round) -> bool:
    """Delete what they wrote; what they recorded stays in the round, as somebody's."""
    round_ = Round.get(found.group_id, found.opens_at, consistent_read=True)
    if not _in_round(round_, member.member_id):
        return True
    stand_in = nobody()
    actions: list[Action] = []
    condition = Round.group_id.exists()
    given = round_.given.get(member.member_id)
    if given is not None:
        condition &= at(Round.contributions, member.member_id, "at_ms") == given.at_ms
        actions.append(at(Round.contributions, member.member_id).remove())
        if given.track_id is not None:
            kept = {"at_ms": given.at_ms, "track_id": given.track_id}
            actions.append(at(Round.contributions, stand_in).set(kept))
    for attribute in WAITED_FOR:
        there = getattr(round_, attribute.attr_name)
        if member.member_id in (there or ()):
            condition &= attribute == there
            actions.append(attribute.set({*there, stand_in} - {member.member_id}))
    return updated(Round(round_.group_id, round_.opens_at), actions, condition)
