"""Suggesting people: mentors for a new hire, colleagues for the seats that are empty."""

from datetime import datetime, time
from typing import Final

from chalicelib.groups import finding, mentoring, seats
from chalicelib.groups.views import MentorSuggestionView, SeatSuggestionView, colleague
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

MOST_MENTORS: Final = 5
MOST_FOR_A_SEAT: Final = 3


def suggest_mentors(me: Member, member_id: str, *, now: datetime) -> list[MentorSuggestionView]:
    """Who could be this member's mentor, the most fitting first, and why. Raises `NotFound`."""
    newcomer = members.get(me.workspace_id, member_id)
    people = {
        member.member_id: member
        for member in Member.of_workspace(me.workspace_id)
        if member.is_active and member.mentor is None
    }
    found = mentoring.suggest(_candidate(newcomer), map(_candidate, people.values()), on=now.date())
    return [
        MentorSuggestionView(
            colleague(people[each.member_id]),
            int(people[each.member_id].mentees),
            int(people[each.member_id].mentor_capacity),
            list(each.reasons),
        )
        for each in found[:MOST_MENTORS]
    ]


def suggest_members(me: Member, group_id: str) -> list[SeatSuggestionView]:
    """People of the workspace for the seats of a group that are still empty, and why. Raises `NotFound`."""
    group = finding.opened(me, group_id)
    people = {member.member_id: member for member in Member.of_workspace(me.workspace_id) if member.is_active}
    found = seats.suggest(
        list(group.seats),
        [_colleague(people[member_id]) for member_id in group.people if member_id in people],
        [_colleague(member) for member in people.values() if member.member_id not in group.asked],
        most_for_each=MOST_FOR_A_SEAT,
    )
    return [
        SeatSuggestionView(colleague(people[each.member_id]), each.department, list(each.reasons))
        for each in found
    ]


def _candidate(member: Member) -> mentoring.Person:
    return mentoring.Person(
        member_id=member.member_id,
        department=member.department,
        topics=frozenset(topic.casefold() for topic in member.topics),
        time_zone=member.time_zone,
        begin=time.fromisoformat(member.working_hours.begin),
        end=time.fromisoformat(member.working_hours.end),
        mentees=int(member.mentees),
        capacity=int(member.mentor_capacity),
    )


def _colleague(member: Member) -> seats.Person:
    topics = frozenset(topic.casefold() for topic in member.topics)
    return seats.Person(member.member_id, member.name, member.department, topics)
