"""What workspaces, members and invitations look like to a caller."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.workspaces.directory import Counts
from chalicelib.workspaces.models import Invitation, Member, Workspace
from chalicelib.workspaces.playback import PlaybackView

ClosesAt = Annotated[
    datetime | None,
    Meta(description="When everything of it is deleted, where an admin has asked for that; null otherwise."),
]


class WorkspaceView(msgspec.Struct):
    """A workspace."""

    workspace_id: str
    name: str
    completion_percent: int
    public_links: Annotated[bool, Meta(description="Whether links for people outside are allowed.")]
    created_at: datetime
    closes_at: ClosesAt
    version: int

    @classmethod
    def of(cls, workspace: Workspace) -> "WorkspaceView":
        return cls(
            workspace.workspace_id,
            workspace.name,
            int(workspace.completion_percent),
            workspace.allows_public_links,
            workspace.created_at,
            workspace.closes_at,
            int(workspace.version),
        )


class HoursView(msgspec.Struct, rename={"begin": "from", "end": "to"}):
    """Local times of a working day, ``HH:MM``."""

    begin: str
    end: str


class MemberView(msgspec.Struct):
    """A person in a workspace."""

    member_id: str
    name: str
    email: str
    department: str | None
    title: str | None
    time_zone: str
    working_hours: HoursView
    role: Literal["admin", "member"]
    status: Literal["active", "deactivated"]
    started_on: str | None
    joined_at: datetime
    is_new_hire: bool
    topics: Annotated[list[str], Meta(description="What the member knows or wants to know.")]
    is_being_erased: bool
    mentor_capacity: Annotated[int, Meta(description="How many new hires the member has time for.")]
    version: int

    @classmethod
    def of(cls, member: Member, today: date) -> "MemberView":
        return cls(
            member_id=member.member_id,
            name=member.name,
            email=member.email,
            department=member.department,
            title=member.title,
            time_zone=member.time_zone,
            working_hours=HoursView(member.working_hours.begin, member.working_hours.end),
            role="admin" if member.is_admin else "member",
            status="active" if member.is_active else "deactivated",
            started_on=member.started_on,
            joined_at=member.joined_at,
            is_new_hire=member.is_new_hire(today),
            topics=list(member.topics),
            is_being_erased=member.erasing_at is not None,
            mentor_capacity=int(member.mentor_capacity),
            version=int(member.version),
        )


class DepartmentView(msgspec.Struct):
    """A department, and how many active people it has."""

    department: str
    people: int


class DepartmentsView(msgspec.Struct):
    """The departments of a workspace in the alphabet's order, and how many people are in none or left."""

    items: list[DepartmentView]
    without_department: int
    deactivated: int

    @classmethod
    def of(cls, counts: Counts) -> "DepartmentsView":
        return cls(
            [DepartmentView(department, people) for department, people in counts.by_department.items()],
            counts.without,
            counts.deactivated,
        )


class InvitationView(msgspec.Struct):
    """An invitation as the workspace's admins see it."""

    invitation_id: str
    email: str
    department: str | None
    invited_by: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        return cls(
            invitation.invitation_id,
            invitation.email,
            invitation.department,
            invitation.invited_by,
            invitation.created_at,
            times.from_epoch(invitation.expires_at),
        )


class InvitationsSent(msgspec.Struct):
    """What became of addresses that were invited."""

    items: list[InvitationView]
    already_members: list[str]


class InvitationsKnown(msgspec.Struct):
    """Which addresses need no invitation any more: they are members', or one stands."""

    members: list[str]
    invited: list[str]


class MembershipView(msgspec.Struct):
    """A workspace that the caller belongs to."""

    workspace_id: str
    name: str
    member_id: str
    role: Literal["admin", "member"]
    closes_at: ClosesAt
    playback: PlaybackView


class OpenInvitation(msgspec.Struct):
    """An invitation as the one who is invited sees it."""

    workspace_id: str
    workspace_name: str
    invited_by: str
    expires_at: datetime


class MeView(msgspec.Struct):
    """Who is calling, where they belong and where they are invited."""

    name: str
    email: str | None
    may_create_workspace: bool
    workspaces: list[MembershipView]
    invitations: list[OpenInvitation]
