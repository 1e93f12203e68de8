"""What stands in the partitions of colleagues: what somebody sent and did, and whose mentor they were."""

from collections.abc import Iterator
from functools import partial

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.aws import updated
from chalicelib.conversations.loop_models import Shown, Thanks
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.groups.models import Group
from chalicelib.playlists.assignment_models import Assignment
from chalicelib.tracks.models import former_id
from chalicelib.workspaces.models import Member, Mentorship


def colleagues(of: Erasing) -> Iterator[Done]:
    """Delete what they sent to colleagues and what tells of them, one colleague after the other.

    What they have asked colleagues to hear somebody has asked.
    """
    member = of.member
    behind = Member.member_id > of.after if of.after else None
    for colleague in Member.query(member.workspace_id, behind):
        if colleague.member_id == member.member_id:
            continue
        sent = Thanks.query(colleague.member_id, filter_condition=Thanks.sender_id == member.member_id)
        changes = sum(done.changes for done in rows.delete(sent))
        changes += sum(done.changes for done in rows.delete(_done_by(member, colleague.own_key)))
        for asked in list(Assignment.of_member(colleague.member_id)):
            if asked.assigned_by == member.member_id:
                there, by = Assignment(colleague.member_id, asked.slot), Assignment.assigned_by
                updated(there, [by.set(nobody())], by == member.member_id)
                changes += 1
        if any(each.member_id == member.member_id for each in colleague.former_mentors):
            repeat(partial(_forgotten, member, colleague.member_id))
            changes += 1
        yield Done(changes, colleague.member_id)


def activity(of: Erasing) -> Iterator[Done]:
    """Delete what tells everybody of them, and everything that told them alone."""
    member = of.member
    yield from rows.delete(_done_by(member, member.workspace_key))
    for group in Group.query(member.workspace_id):
        yield from rows.delete(_done_by(member, group.key))
    for key in (member.own_key, f"m#{former_id(member.member_id)}"):
        yield from rows.delete(Activity.query(key))


def _done_by(member: Member, audience_key: str) -> Iterator[Activity]:
    found = Activity.query(audience_key, filter_condition=Activity.actor_id == member.member_id)
    return iter(found)


def _forgotten(member: Member, colleague_id: str) -> bool:
    """Have a colleague's former mentor be nobody that is known."""
    colleague = aws.found(Member, member.workspace_id, colleague_id)
    if colleague is None:
        return True
    mentors = [_unless(member, each) for each in colleague.former_mentors]
    shown = Shown.member_id.exists() & (Shown.mentor_id == member.member_id)
    updated(Shown(colleague_id), [Shown.mentor_id.set(nobody())], shown)
    return updated(
        Member(member.workspace_id, colleague_id),
        [Member.former_mentors.set(mentors)],
        Member.former_mentors == colleague.former_mentors,
    )


def _unless(member: Member, past: Mentorship) -> Mentorship:
    """A mentorship, without whose it was where it was this member's."""
    if past.member_id != member.member_id:
        return past
    return Mentorship(member_id=nobody(), group_id=past.group_id, since=past.since, until=past.until)
