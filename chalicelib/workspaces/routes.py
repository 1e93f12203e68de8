"""Workspaces, members and invitations over HTTP."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import errors, requests, times
from chalicelib.auth import caller, membership
from chalicelib.requests import Body, Listing, Nothing, Page, endpoint, shaped
from chalicelib.workspaces import directory, founding, invitations, members, mine, playback
from chalicelib.workspaces.models import (
    HIGHEST_COMPLETION_PERCENT,
    LOWEST_COMPLETION_PERCENT,
    WorkingHours,
)
from chalicelib.workspaces.playback import PlaybackView
from chalicelib.workspaces.views import (
    DepartmentsView,
    InvitationsKnown,
    InvitationsSent,
    InvitationView,
    MemberView,
    MeView,
    WorkspaceView,
)

routes = Blueprint(__name__)

Name = Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)]
Topic = Annotated[str, Meta(min_length=1, max_length=members.LONGEST_TOPIC)]
Topics = Annotated[list[Topic], Meta(max_length=members.MOST_TOPICS)]
Clock = Annotated[str, shaped(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "a time of day, such as 09:30")]
Email = Annotated[
    str,
    Meta(max_length=254),
    shaped(
        r"\s*(?![^@]{65})[A-Za-z0-9!#$%&'*+/^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*"
        r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]\s*",
        "an e-mail address, such as ann@example.com",
    ),
]
"""An address that SES sends to, without what headers and clients read in different ways (``=?``, quotes).

SES refuses dots at the ends of what stands before the ``@``, and two in a row: such a mail would be tried in
vain again and again, and hold up what follows from other things that happened.
"""

Percent = Annotated[
    int,
    Meta(
        ge=LOWEST_COMPLETION_PERCENT,
        le=HIGHEST_COMPLETION_PERCENT,
        description="How many per cent of a track must be heard to complete it.",
    ),
]


class NewWorkspace(Body):
    """A workspace to create."""

    name: Name
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        super().__post_init__()
        requests.known_zone(self.time_zone)


class WorkspaceChange(Body):
    """What may change of a workspace; what is left out stays."""

    name: Name | UnsetType = UNSET
    completion_percent: Percent | UnsetType = UNSET
    public_links: bool | UnsetType = UNSET

    def changes(self) -> dict[str, Any]:
        """The fields that are there, as the model has them."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in given.items() if value is not UNSET}


class Hours(msgspec.Struct, forbid_unknown_fields=True, rename={"begin": "from", "end": "to"}):
    """Local times of a working day."""

    begin: Clock
    end: Clock


class MemberChange(Body):
    """What may change of a member; what is left out stays."""

    name: Name | UnsetType = UNSET
    title: Name | None | UnsetType = UNSET
    department: Name | None | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    working_hours: Hours | UnsetType = UNSET
    role: Literal["admin", "member"] | UnsetType = UNSET
    status: Literal["active", "deactivated"] | UnsetType = UNSET
    started_on: date | None | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    mentor_capacity: Annotated[int, Meta(ge=0, le=members.MOST_MENTOR_CAPACITY)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_zone is not UNSET:
            requests.known_zone(self.time_zone)
        if not isinstance(self.topics, UnsetType):
            self.topics = requests.tidy_each("topics", self.topics)

    def changes(self) -> dict[str, Any]:
        """The fields that are there, as the model has them."""
        given = {
            name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET
        }
        if isinstance(self.working_hours, Hours):
            given["working_hours"] = WorkingHours(begin=self.working_hours.begin, end=self.working_hours.end)
        if isinstance(self.started_on, date):
            given["started_on"] = self.started_on.isoformat()
        return given


class PlaybackChange(Body):
    """How to play from now on; what is left out stays."""

    rate: playback.Rate | UnsetType = UNSET
    even_loudness: bool | UnsetType = UNSET
    go_on: bool | UnsetType = UNSET
    single_keys: bool | UnsetType = UNSET

    def changes(self) -> dict[str, Any]:
        """The fields that are there, as the model has them."""
        given = {
            "playback_rate": self.rate,
            "evens_loudness": self.even_loudness,
            "goes_on": self.go_on,
            "uses_single_keys": self.single_keys,
        }
        return {name: value for name, value in given.items() if value is not UNSET}


class People(Page):
    """Which people; of several departments written alike all."""

    department: Name | None = None
    without_department: bool = False
    status: Literal["active", "deactivated"] | None = None
    q: Annotated[
        Name | None, Meta(description="Words that all stand in a name, a title or a department.")
    ] = None

    def wanted(self) -> directory.Wanted:
        """Who is looked for."""
        if self.without_department and self.department is not None:
            raise errors.InvalidRequest("Ask for `department` or for `without_department`, not for both.")
        return directory.Wanted("" if self.without_department else self.department, self.status, self.q)


class NewInvitations(Body):
    """Addresses to invite."""

    emails: Annotated[list[Email], Meta(min_length=1, max_length=invitations.MOST_AT_ONCE)]
    department: Name | None = None


class Addresses(Body):
    """Addresses to look up."""

    emails: Annotated[list[Email], Meta(min_length=1, max_length=invitations.MOST_CHECKED)]


@routes.route("/v1/me", methods=["GET"])
@endpoint()
def show_me() -> MeView:
    """Who is calling, where they belong and where they are invited."""
    return mine.me(caller.current(), now=times.now())


@routes.route("/v1/workspaces", methods=["POST"])
@endpoint(status=201)
def create_workspace(body: NewWorkspace) -> WorkspaceView:
    """Create a workspace with the caller as its admin."""
    workspace = founding.create(
        caller.current(),
        body.name,
        time_zone=body.time_zone,
        workspace_id=requests.idempotency_key(),
        now=times.now(),
    )
    return WorkspaceView.of(workspace)


@routes.route("/v1/workspaces/{workspace_id}", methods=["GET"])
@endpoint()
def show_workspace(workspace_id: str) -> WorkspaceView:
    """A workspace of the caller's."""
    membership.current(workspace_id)
    return WorkspaceView.of(founding.get(workspace_id))


@routes.route("/v1/workspaces/{workspace_id}", methods=["PATCH"])
@endpoint()
def change_workspace(workspace_id: str, body: WorkspaceChange) -> WorkspaceView:
    """Rename a workspace, say how much of a track completes it, allow public links or not; for admins."""
    membership.admin(workspace_id)
    return WorkspaceView.of(
        founding.change(workspace_id, body.changes(), expected_version=requests.expected_version())
    )


@routes.route("/v1/workspaces/{workspace_id}/members", methods=["GET"])
@endpoint()
def list_members(workspace_id: str, query: People) -> Listing[MemberView]:
    """The people of a workspace, deactivated ones included; or those of a department, or with these words."""
    me = membership.current(workspace_id)
    wanted = query.wanted()
    scope = "members", me.member_id, str(wanted)
    found, behind = directory.found(
        workspace_id, wanted, limit=query.limit, after=requests.position(query.after, *scope)
    )
    today = times.now().date()
    return Listing([MemberView.of(member, today) for member in found], requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/departments", methods=["GET"])
@endpoint()
def list_departments(workspace_id: str) -> DepartmentsView:
    """The departments of a workspace, and how many people each has."""
    membership.current(workspace_id)
    return DepartmentsView.of(directory.counted(workspace_id))


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}", methods=["GET"])
@endpoint()
def show_member(workspace_id: str, member_id: str) -> MemberView:
    """A person of a workspace."""
    membership.current(workspace_id)
    return MemberView.of(members.get(workspace_id, member_id), times.now().date())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}", methods=["PATCH"])
@endpoint()
def change_member(workspace_id: str, member_id: str, body: MemberChange) -> MemberView:
    """Change what is said of oneself; admins change everybody, and departments, roles and status."""
    now = times.now()
    member = members.change(
        membership.current(workspace_id),
        member_id,
        body.changes(),
        expected_version=requests.expected_version(),
        now=now,
    )
    return MemberView.of(member, now.date())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/sessions", methods=["DELETE"])
@endpoint(status=204)
def end_sessions(workspace_id: str, member_id: str) -> None:
    """End all sessions of oneself or, for admins, of anybody."""
    members.end_sessions(membership.current(workspace_id), member_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/playback", methods=["GET"])
@endpoint()
def show_playback(workspace_id: str) -> PlaybackView:
    """How the caller likes to listen."""
    return PlaybackView.of(membership.current(workspace_id, as_of_now=True))


@routes.route("/v1/workspaces/{workspace_id}/playback", methods=["PATCH"])
@endpoint()
def change_playback(workspace_id: str, body: PlaybackChange) -> PlaybackView:
    """Listen otherwise from now on, on every device."""
    return playback.change(membership.current(workspace_id), body.changes())


@routes.route("/v1/workspaces/{workspace_id}/invitations", methods=["POST"])
@endpoint(status=201)
def invite(workspace_id: str, body: NewInvitations) -> InvitationsSent:
    """Invite people by e-mail; for admins."""
    me = membership.admin(workspace_id)
    sent, already = invitations.invite(me, body.emails, department=body.department, now=times.now())
    return InvitationsSent([InvitationView.of(invitation) for invitation in sent], already)


@routes.route("/v1/workspaces/{workspace_id}/invitations", methods=["GET"])
@endpoint()
def list_invitations(workspace_id: str, query: Page) -> Listing[InvitationView]:
    """The invitations that stand; for admins."""
    me = membership.admin(workspace_id)
    scope = "invitations", me.member_id
    standing, behind = invitations.standing(
        workspace_id, limit=query.limit, after=requests.position(query.after, *scope), now=times.now()
    )
    return Listing([InvitationView.of(each) for each in standing], requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/invitations/check", methods=["POST"])
@endpoint()
def check_invitations(workspace_id: str, body: Addresses) -> InvitationsKnown:
    """Say which addresses are here or invited already, before anything is sent; for admins."""
    membership.admin(workspace_id)
    return InvitationsKnown(*invitations.known(workspace_id, body.emails, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/invitations/{invitation_id}", methods=["DELETE"])
@endpoint(status=204)
def withdraw_invitation(workspace_id: str, invitation_id: str) -> None:
    """Take an invitation back; for admins."""
    invitations.withdraw(membership.admin(workspace_id), invitation_id)


@routes.route("/v1/workspaces/{workspace_id}/invitations/accept", methods=["POST"])
@endpoint(status=201, body=Nothing)
def accept_invitation(workspace_id: str) -> MemberView:
    """Join by the invitation to the caller's verified address."""
    now = times.now()
    member = invitations.accept(caller.current(), workspace_id, now=now)
    return MemberView.of(member, now.date())
