"""Beginning: what a new hire finds, and what their mentor sees of it."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.auth import membership
from chalicelib.groups import mentors, prompts
from chalicelib.groups.models import Group
from chalicelib.groups.views import ColleagueView, GroupLine, colleague, lines
from chalicelib.playlists import expertise
from chalicelib.playlists import library as playlists
from chalicelib.playlists.views import PlaylistView
from chalicelib.workspaces.models import Member


class NewHireView(msgspec.Struct):
    """One of a mentor's new hires."""

    member: ColleagueView
    since: datetime
    started_on: date | None
    is_new_hire: bool


class BeginningView(msgspec.Struct, kw_only=True):
    """Who is with the caller, as a new hire and as a mentor, and what they are invited to teach first."""

    is_new_hire: bool
    mentor: ColleagueView | None
    mentor_since: datetime | None
    mentors_group: Annotated[GroupLine | None, Meta(description="The group of the caller's mentor.")]
    prompts: Annotated[list[str], Meta(description="What the caller is invited to teach first.")]
    expertise: Annotated[PlaylistView | None, Meta(description="The playlist for it.")]
    new_hires: list[NewHireView]
    capacity: Annotated[int, Meta(description="How many new hires the caller has time for.")]
    my_group: Annotated[GroupLine | None, Meta(description="The caller's group as a mentor.")]


def of(me: Member, *, now: datetime) -> BeginningView:
    """What the caller finds as a new hire, and as a mentor."""
    present = membership.refreshed(me)
    mentorship = present.mentor
    wanted = {mentorship.group_id if mentorship else None, present.mentoring_group_id} - {None}
    groups = {
        group.group_id: group
        for group in Group.of_ids(me.workspace_id, sorted(filter(None, wanted)))
        if group.is_active and me.member_id in group.people
    }
    of_id = {line.group_id: line for line in lines(present, list(groups.values()))}
    own = groups.get(present.mentoring_group_id or "")
    own_playlist = playlists.visible(present, [expertise.id_of(present)]).get(expertise.id_of(present))
    today = now.date()
    mentor = _member(present, mentorship.member_id) if mentorship else None
    return BeginningView(
        is_new_hire=present.is_new_hire(today),
        mentor=colleague(mentor) if mentor else None,
        mentor_since=mentorship.since if mentorship else None,
        mentors_group=of_id.get(mentorship.group_id) if mentorship else None,
        prompts=list(prompts.FIRST),
        expertise=PlaylistView.of(own_playlist) if own_playlist else None,
        new_hires=[
            _new_hire(member, today)
            for member in (mentors.members_of(own) if own else [])
            if member.mentor and member.mentor.member_id == me.member_id
        ],
        capacity=int(present.mentor_capacity),
        my_group=of_id.get(present.mentoring_group_id or ""),
    )


def _member(me: Member, member_id: str) -> Member:
    return Member.get(me.workspace_id, member_id, consistent_read=True)


def _new_hire(member: Member, today: date) -> NewHireView:
    return NewHireView(
        colleague(member),
        member.mentor.since,
        date.fromisoformat(member.started_on) if member.started_on else None,
        member.is_new_hire(today),
    )
