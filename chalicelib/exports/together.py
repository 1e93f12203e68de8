"""What an export of a workspace or a group says of it and of its people."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib import times
from chalicelib.exports.packing import WHOSE, Packing, listed, one
from chalicelib.groups import finding
from chalicelib.groups.models import Group, Round
from chalicelib.groups.views import ColleagueView, People
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Member


class WorkspaceRecord(msgspec.Struct):
    """A workspace."""

    workspace_id: str
    name: str
    created_at: datetime
    completion_percent: int
    public_links: bool


class PersonRecord(msgspec.Struct):
    """Somebody in the workspace, with what anybody there may know but their e-mail address."""

    member_id: str
    name: str
    title: str | None
    department: str | None
    topics: list[str]


class GroupMemberRecord(msgspec.Struct):
    """Somebody in a group."""

    member: ColleagueView
    joined_at: datetime


class TopicRecord(msgspec.Struct):
    """A topic for rounds."""

    text: str
    added_by: ColleagueView
    votes: int


class CheckInsRecord(msgspec.Struct):
    """When a group's rounds open; Monday is 0."""

    every: str
    weekday: int
    nth: int
    at: str
    time_zone: str
    since: date


class GroupRecord(msgspec.Struct, kw_only=True):
    """A group as its members see it."""

    group_id: str
    kind: str
    purpose: str
    problem: str | None
    problem_track_id: str | None
    seats: list[str]
    owner: ColleagueView
    members: list[GroupMemberRecord]
    topics: list[TopicRecord]
    check_ins: CheckInsRecord | None
    created_at: datetime


class ContributionRecord(msgspec.Struct):
    """What a member contributed to a round; neither text nor track where the track is not in this zip."""

    member: ColleagueView
    at: datetime
    text: str | None
    track_id: str | None


class RoundRecord(msgspec.Struct, kw_only=True):
    """A round."""

    round_id: str
    topic: str
    status: str
    opens_at: datetime
    closes_at: datetime
    contributions: list[ContributionRecord]


def workspace(packing: Packing) -> Iterator[bytes]:
    """The workspace."""
    found = founding.get(packing.workspace_id)
    return one(
        WorkspaceRecord(
            found.workspace_id,
            found.name,
            found.created_at,
            int(found.completion_percent),
            found.allows_public_links,
        )
    )


def members(packing: Packing) -> Iterator[bytes]:
    """Those who are there."""
    found = (member for member in Member.of_workspace(packing.workspace_id) if member.is_active)
    return listed(
        PersonRecord(each.member_id, each.name, each.title, each.department, list(each.topics))
        for each in found
    )


def group(packing: Packing) -> Iterator[bytes]:
    """The group with its people, topics and check-ins."""
    found = _group(packing)
    belonging, wishes = found.people, found.wishes
    wanted = [found.owner_id, *belonging, *(wish.added_by for wish in wishes.values())]
    people = People(packing.workspace_id, wanted)
    problem = found.problem_track_id
    return one(
        GroupRecord(
            group_id=found.group_id,
            kind=found.kind,
            purpose=found.purpose,
            problem=found.problem,
            problem_track_id=problem if problem in packing.state.files else None,
            seats=list(found.seats),
            owner=people[found.owner_id],
            members=[
                GroupMemberRecord(people[member_id], times.from_epoch_ms(each.joined_ms))
                for member_id, each in belonging.items()
            ],
            topics=[
                TopicRecord(wish.text, people[wish.added_by], len(wish.votes.keys() & belonging.keys()))
                for wish in wishes.values()
            ],
            check_ins=_check_ins(found),
            created_at=found.created_at,
        )
    )


def rounds(packing: Packing) -> Iterator[bytes]:
    """The group's rounds, newest first, with what was contributed."""
    files = packing.state.files
    found = Round.of_group(_group(packing).group_id)
    return listed(_round(packing, each, files) for each in found)


def _group(packing: Packing) -> Group:
    return finding.current(packing.workspace_id, packing.key.partition("#")[2])


def _check_ins(found: Group) -> CheckInsRecord | None:
    if found.check_ins is None:
        return None
    cadence = found.check_ins.cadence
    return CheckInsRecord(
        cadence.every,
        cadence.weekday,
        cadence.nth,
        f"{cadence.at:%H:%M}",
        cadence.time_zone,
        cadence.since,
    )


def _round(packing: Packing, found: Round, files: dict[str, Any]) -> RoundRecord:
    people = People(packing.workspace_id, found.given)
    spoken = {given.track_id for given in found.given.values() if given.track_id in files}
    tracks = {track.track_id: track for track in packing.tracks(spoken, WHOSE)}
    return RoundRecord(
        round_id=found.round_id,
        topic=found.topic,
        status=found.status,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        contributions=[
            ContributionRecord(
                people.speaking(member_id, tracks.get(given.track_id or "")),
                times.from_epoch_ms(given.at_ms),
                given.text,
                given.track_id if given.track_id in files else None,
            )
            for member_id, given in found.given.items()
        ],
    )
