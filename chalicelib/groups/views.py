"""What groups and mentors look like to a caller."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.groups import prompts, rounds
from chalicelib.groups.models import Group, Round, Wish
from chalicelib.groups.rounds import Every
from chalicelib.tracks import library
from chalicelib.tracks.models import FORMER_NAME, Track, hides, is_former
from chalicelib.workspaces import departments
from chalicelib.workspaces.models import Member

Kind = Literal["mentoring", "cross_functional", "circle"]
Rests = Literal["too_small", "too_large"]


class ColleagueView(msgspec.Struct):
    """Somebody in the workspace."""

    member_id: Annotated[str | None, Meta(description="Null where nobody is to know.")]
    name: str
    department: str | None


class GroupMemberView(msgspec.Struct):
    """Somebody in a group."""

    member: ColleagueView
    joined_at: datetime
    away_until: Annotated[date | None, Meta(description="Rounds do not wait for them before this day.")]


class GroupInvitedView(msgspec.Struct):
    """Somebody who was invited and has not joined."""

    member: ColleagueView
    invited_by: ColleagueView
    at: datetime


class SeatView(msgspec.Struct):
    """A department wanted in a group, and whether somebody of it is there."""

    department: str
    taken: bool


class ProblemTrackView(msgspec.Struct):
    """The track that states a group's problem, while the caller may hear it."""

    track_id: str
    title: str


class TopicView(msgspec.Struct):
    """A topic for rounds."""

    topic_id: str
    text: str
    added_by: ColleagueView
    votes: int
    wanted_by_me: bool
    used_at: Annotated[datetime | None, Meta(description="When a round about it opened last.")]


class CheckInsView(msgspec.Struct, kw_only=True):
    """When a group's rounds open."""

    every: Every
    weekday: Annotated[int, Meta(description="Monday is 0.")]
    nth: Annotated[int, Meta(description="Which such weekday of a month; -1 is the last.")]
    at: str
    time_zone: str
    next_at: datetime
    rests: Annotated[Rests | None, Meta(description="Why no round opens: 3 to 12 members hold them.")]


class GroupView(msgspec.Struct, kw_only=True):
    """A group as its members see it."""

    group_id: str
    kind: Kind
    purpose: str
    problem: str | None
    problem_track: ProblemTrackView | None
    seats: list[SeatView]
    open: Annotated[bool, Meta(description="Whether anybody in the workspace may find and join it.")]
    owner: ColleagueView
    members: list[GroupMemberView]
    invited: list[GroupInvitedView]
    prompts: Annotated[list[str], Meta(description="What a contribution answers.")]
    playlist_id: Annotated[str | None, Meta(description="The place for solutions.")]
    check_ins: CheckInsView | None
    open_round_id: str | None
    topics: list[TopicView]
    created_at: datetime
    version: int


class GroupLine(msgspec.Struct, kw_only=True):
    """One of the caller's groups in a list."""

    group_id: str
    kind: Kind
    purpose: str
    owner: ColleagueView
    member_count: int
    next_at: datetime | None
    open_round_id: str | None
    waits_for_me: Annotated[bool, Meta(description="Whether its open round waits for the caller.")]


class OfferView(msgspec.Struct):
    """A group that the caller may join, with as much as one may know outside."""

    group_id: str
    kind: Kind
    purpose: str
    seats: list[str]
    owner: ColleagueView
    invited_by: ColleagueView | None


class SeatSuggestionView(msgspec.Struct):
    """Somebody who could take a seat, and why."""

    member: ColleagueView
    seat: str
    reasons: list[str]


class MentorshipView(msgspec.Struct):
    """Who was somebody's mentor, and when."""

    mentor: ColleagueView
    since: datetime
    until: datetime | None


class MentorView(msgspec.Struct):
    """Somebody's mentor, and those before."""

    mentor: ColleagueView | None
    since: datetime | None
    former: list[MentorshipView]


class MentorSuggestionView(msgspec.Struct):
    """A possible mentor, and why."""

    member: ColleagueView
    mentees: int
    capacity: int
    reasons: list[str]


class People:
    """The members who are named in an answer, read at once."""

    def __init__(self, workspace_id: str, member_ids: Iterable[str]) -> None:
        keys = [(workspace_id, member_id) for member_id in sorted(set(member_ids))]
        self._members = {member.member_id: member for member in Member.batch_get(keys, consistent_read=True)}

    def __getitem__(self, member_id: str) -> ColleagueView:
        member = self._members.get(member_id)
        if member is not None:
            return colleague(member)
        return ColleagueView(None if is_former(member_id) else member_id, "Somebody who has left", None)

    def speaking(self, member_id: str, track: Track | None) -> ColleagueView:
        """Somebody beside a track of theirs; nobody where it is to name nobody."""
        if track is not None and hides(track.speaker_id, member_id):
            return ColleagueView(None, FORMER_NAME, None)
        return self[member_id]

    def departments(self, member_ids: Iterable[str]) -> list[str | None]:
        return [self[member_id].department for member_id in member_ids]


def colleague(member: Member) -> ColleagueView:
    """A member as others see them in an answer about something else."""
    return ColleagueView(member.member_id, member.name, member.department)


def shown(me: Member, group: Group) -> GroupView:
    """A group as the caller, who belongs to it, sees it."""
    belonging, asked, wishes = group.people, group.asked, group.wishes
    people = People(
        me.workspace_id,
        [
            group.owner_id,
            *belonging,
            *asked,
            *(invited.by for invited in asked.values()),
            *(wish.added_by for wish in wishes.values()),
        ],
    )
    return GroupView(
        group_id=group.group_id,
        kind=group.kind,  # type: ignore[arg-type]
        purpose=group.purpose,
        problem=group.problem,
        problem_track=_problem_track(me, group),
        seats=[
            SeatView(department, is_taken)
            for department, is_taken in departments.taken(
                list(group.seats), people.departments(belonging)
            ).items()
        ],
        open=group.open_to is not None,
        owner=people[group.owner_id],
        members=[
            GroupMemberView(people[member_id], times.from_epoch_ms(one.joined_ms), one.back_on)
            for member_id, one in belonging.items()
        ],
        invited=[
            GroupInvitedView(people[member_id], people[one.by], times.from_epoch_ms(one.at_ms))
            for member_id, one in asked.items()
        ],
        prompts=list(prompts.PROMPTS[group.kind]),
        playlist_id=group.playlist_id,
        check_ins=_check_ins(group),
        open_round_id=_open_round_id(group),
        topics=[_topic(topic_id, wish, me, group, people) for topic_id, wish in _by_votes(group)],
        created_at=group.created_at,
        version=int(group.version),
    )


def lines(me: Member, groups: Sequence[Group]) -> list[GroupLine]:
    """The caller's groups in a list."""
    people = People(me.workspace_id, [group.owner_id for group in groups])
    keys = [(group.group_id, group.open_round_at) for group in groups if group.open_round_at]
    waiting = {
        found.group_id for found in Round.batch_get(keys, consistent_read=True) if waits_for(me, found)
    }
    return [
        GroupLine(
            group_id=group.group_id,
            kind=group.kind,  # type: ignore[arg-type]
            purpose=group.purpose,
            owner=people[group.owner_id],
            member_count=len(group.people),
            next_at=group.next_at,
            open_round_id=_open_round_id(group),
            waits_for_me=group.group_id in waiting,
        )
        for group in groups
    ]


def offers(me: Member, groups: Sequence[Group]) -> list[OfferView]:
    """Groups that the caller may join, invited or as anybody may."""
    invited_by = {
        group.group_id: group.asked[me.member_id].by for group in groups if me.member_id in group.asked
    }
    people = People(me.workspace_id, [*(group.owner_id for group in groups), *invited_by.values()])
    return [
        OfferView(
            group_id=group.group_id,
            kind=group.kind,  # type: ignore[arg-type]
            purpose=group.purpose,
            seats=list(group.seats),
            owner=people[group.owner_id],
            invited_by=people[invited_by[group.group_id]] if group.group_id in invited_by else None,
        )
        for group in groups
    ]


def mentor_shown(member: Member) -> MentorView:
    """A member's mentor, and those before, the latest first."""
    former = list(reversed(member.former_mentors))
    present = member.mentor
    people = People(
        member.workspace_id, [each.member_id for each in ([*former, present] if present else former)]
    )
    return MentorView(
        people[present.member_id] if present else None,
        present.since if present else None,
        [MentorshipView(people[each.member_id], each.since, each.until) for each in former],
    )


def _problem_track(me: Member, group: Group) -> ProblemTrackView | None:
    if group.problem_track_id is None:
        return None
    track = library.visible(me, {group.problem_track_id}).get(group.problem_track_id)
    return ProblemTrackView(track.track_id, track.title) if track else None


def _check_ins(group: Group) -> CheckInsView | None:
    wanted, count = group.check_ins, len(group.people)
    if wanted is None:
        return None
    rests: Rests | None = None
    if count < rounds.LEAST_MEMBERS:
        rests = "too_small"
    elif count > rounds.MOST_MEMBERS:
        rests = "too_large"
    return CheckInsView(
        every=wanted.cadence.every,
        weekday=int(wanted.weekday),
        nth=int(wanted.nth),
        at=wanted.at,
        time_zone=wanted.time_zone,
        next_at=group.next_at,
        rests=rests,
    )


def _open_round_id(group: Group) -> str | None:
    return Round(group.group_id, group.open_round_at).round_id if group.open_round_at else None


def _by_votes(group: Group) -> list[tuple[str, Wish]]:
    """The topics in the order in which rounds would take them."""
    wishes, left, ordered = group.wishes, group.candidates, []
    while chosen := rounds.next_topic(left):
        ordered.append((chosen.topic_id, wishes[chosen.topic_id]))
        left.remove(chosen)
    return ordered


def _topic(topic_id: str, wish: Wish, me: Member, group: Group, people: People) -> TopicView:
    voters = wish.votes.keys() & group.people.keys()
    return TopicView(
        topic_id=topic_id,
        text=wish.text,
        added_by=people[wish.added_by],
        votes=len(voters),
        wanted_by_me=me.member_id in voters,
        used_at=None if wish.used_ms is None else times.from_epoch_ms(wish.used_ms),
    )


def waits_for(me: Member, found: Round) -> bool:
    """Whether a round waits for this member's contribution."""
    return found.status == "open" and me.member_id in found.waits_for
