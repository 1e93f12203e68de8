"""Groups, mentors and check-ins over HTTP."""

from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.groups import (
    belonging,
    checkins,
    contributing,
    finding,
    founding,
    leaving,
    mentors,
    onboarding,
    round_views,
    suggesting,
    topics,
    views,
)
from chalicelib.groups.models import (
    LONGEST_CONTRIBUTION,
    LONGEST_PROBLEM,
    MOST_MEMBERS,
    MOST_SEATS,
)
from chalicelib.groups.onboarding import BeginningView
from chalicelib.groups.round_views import RoundView
from chalicelib.groups.rounds import Every
from chalicelib.groups.views import (
    GroupLine,
    GroupView,
    MentorSuggestionView,
    MentorView,
    OfferView,
    SeatSuggestionView,
)
from chalicelib.requests import Body, Id, Line, Listing, Nothing, Page, endpoint, shaped
from chalicelib.workspaces import departments, members
from chalicelib.workspaces.models import Member

routes = Blueprint(__name__)

Department = Annotated[str, Meta(min_length=1, max_length=members.LONGEST_NAME)]
Seats = Annotated[list[Department], Meta(max_length=MOST_SEATS)]
Problem = Annotated[str, Meta(min_length=1, max_length=LONGEST_PROBLEM)]
Quarter = Annotated[
    str, shaped(r"(?:[01][0-9]|2[0-3]):(?:00|15|30|45)", "a quarter of an hour of the day, such as 10:15")
]


class GroupFields(Body, kw_only=True):
    """What is said of a group."""

    PARAGRAPHS: ClassVar = frozenset({"problem"})

    seats: Seats | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.seats, UnsetType):
            self.seats = departments.distinct(requests.tidy_each("seats", self.seats))

    def said(self) -> dict[str, Any]:
        """The fields that are there."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}


class NewGroup(GroupFields, kw_only=True):
    """A group to found; a mentor's group is founded by assigning the mentor."""

    kind: Literal["cross_functional", "circle"]
    purpose: Line
    problem: Problem | None = None
    problem_track_id: Id | None = None
    seats: Seats = []
    open: bool = False


class GroupChange(GroupFields, kw_only=True):
    """What may change of a group; what is left out stays."""

    purpose: Line | UnsetType = UNSET
    problem: Problem | None | UnsetType = UNSET
    problem_track_id: Id | None | UnsetType = UNSET
    open: bool | UnsetType = UNSET
    owner_id: Id | UnsetType = UNSET


class OffersPage(Page):
    """Which groups: those that the caller is invited into, or those that anybody may join."""

    which: Literal["invited", "open"] = "invited"


class NewMembers(Body):
    """People to invite into a group."""

    member_ids: Annotated[list[Id], Meta(min_length=1, max_length=MOST_MEMBERS)]


class NewTopic(Body):
    """A topic for rounds."""

    text: Line


class TopicAdded(msgspec.Struct):
    """A topic that was added."""

    topic_id: str


class Cadence(Body, kw_only=True):
    """When rounds open, from today on; ``nth`` belongs to ``monthly``, -1 is the last."""

    every: Every
    weekday: Annotated[int, Meta(ge=0, le=6)] = checkins.USUAL_WEEKDAY
    nth: Literal[1, 2, 3, 4, -1] = 1
    at: Quarter = f"{checkins.USUAL_TIME:%H:%M}"
    time_zone: str

    def __post_init__(self) -> None:
        super().__post_init__()
        requests.known_zone(self.time_zone)


class Snooze(Body):
    """Until when a group's rounds do not wait for the caller."""

    until: date


class NewContribution(Body):
    """What the caller contributes to a round: a text or a track."""

    PARAGRAPHS: ClassVar = frozenset({"text"})

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_CONTRIBUTION)] | None = None
    track_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.text is None) == (self.track_id is None):
            raise ValueError("a contribution is either a `text` or a `track_id`")


class NewMentor(Body):
    """Somebody's mentor; ``instead_of`` is the present one, where there is one."""

    mentor_id: Id
    instead_of: Id | None = None


@routes.route("/v1/workspaces/{workspace_id}/groups", methods=["POST"])
@endpoint(status=201)
def found_group(workspace_id: str, body: NewGroup) -> GroupView:
    """Found a group with a purpose, of which the caller is the owner and the first member."""
    me = membership.current(workspace_id)
    said = body.said()
    group = founding.found(
        me,
        said.pop("kind"),
        said.pop("purpose"),
        _as_kept(me, said),
        group_id=requests.idempotency_key(),
        now=times.now(),
    )
    return views.shown(me, group)


@routes.route("/v1/workspaces/{workspace_id}/groups", methods=["GET"])
@endpoint()
def list_groups(workspace_id: str) -> Listing[GroupLine]:
    """The groups that the caller belongs to, oldest first."""
    me = membership.current(workspace_id)
    return Listing(views.lines(me, founding.mine(me)))


@routes.route("/v1/workspaces/{workspace_id}/offers", methods=["GET"])
@endpoint()
def list_offers(workspace_id: str, query: OffersPage) -> Listing[OfferView]:
    """The groups that the caller may join: into which they are invited, or which anybody may join."""
    me = membership.current(workspace_id)
    if query.which == "invited":
        return Listing(views.offers(me, founding.inviting(me)))
    scope = "offers", me.member_id
    found, behind = founding.open_to_all(me, limit=query.limit, after=requests.position(query.after, *scope))
    return Listing(views.offers(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}", methods=["GET"])
@endpoint()
def show_group(workspace_id: str, group_id: str) -> GroupView:
    """A group that the caller belongs to."""
    me = membership.current(workspace_id)
    return views.shown(me, finding.opened(me, group_id))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}", methods=["PATCH"])
@endpoint()
def change_group(workspace_id: str, group_id: str, body: GroupChange) -> GroupView:
    """Change what is said of a group of one's own, or hand it over to another of its members."""
    me = membership.current(workspace_id)
    said = body.said()
    owner_id = said.pop("owner_id", None)
    group = founding.change(
        me, group_id, _as_kept(me, said), expected_version=requests.expected_version(), now=times.now()
    )
    if owner_id is not None:
        group = belonging.hand_over(me, group_id, owner_id, now=times.now())
    return views.shown(me, group)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/suggestions", methods=["GET"])
@endpoint()
def suggest_members(workspace_id: str, group_id: str) -> Listing[SeatSuggestionView]:
    """People of departments still missing in a group, and why."""
    return Listing(suggesting.suggest_members(membership.current(workspace_id), group_id))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/invitations", methods=["POST"])
@endpoint(status=201)
def invite_members(workspace_id: str, group_id: str, body: NewMembers) -> GroupView:
    """Invite people of the workspace into a group."""
    me = membership.current(workspace_id)
    return views.shown(me, belonging.invite(me, group_id, body.member_ids, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/invitations/{member_id}", methods=["DELETE"])
@endpoint(status=204)
def withdraw_member(workspace_id: str, group_id: str, member_id: str) -> None:
    """Take an invitation into a group back, or decline one's own."""
    belonging.withdraw(membership.current(workspace_id), group_id, member_id)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/members", methods=["POST"])
@endpoint(status=201, body=Nothing)
def join_group(workspace_id: str, group_id: str) -> GroupView:
    """Join a group, invited or as anybody may."""
    me = membership.current(workspace_id)
    return views.shown(me, belonging.join(me, group_id, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/members/{member_id}", methods=["DELETE"])
@endpoint(status=204)
def leave_group(workspace_id: str, group_id: str, member_id: str) -> None:
    """Leave a group, without a reason; an owner takes others out of it."""
    me = membership.current(workspace_id)
    if member_id == me.member_id:
        leaving.leave(me, group_id, now=times.now())
    else:
        leaving.remove(me, group_id, member_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/check-ins", methods=["PUT"])
@endpoint()
def begin_check_ins(workspace_id: str, group_id: str, body: Cadence) -> GroupView:
    """Hold rounds in a group of one's own, from today on."""
    me = membership.current(workspace_id)
    wanted = checkins.Wanted(body.every, body.weekday, body.nth, time.fromisoformat(body.at), body.time_zone)
    return views.shown(me, checkins.begin(me, group_id, wanted, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/check-ins", methods=["DELETE"])
@endpoint(status=204)
def stop_check_ins(workspace_id: str, group_id: str) -> None:
    """Open no more rounds in a group of one's own."""
    checkins.stop(membership.current(workspace_id), group_id)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/snooze", methods=["PUT"])
@endpoint()
def snooze_rounds(workspace_id: str, group_id: str, body: Snooze) -> GroupView:
    """Let a group's rounds not wait for the caller until a day."""
    me = membership.current(workspace_id)
    return views.shown(me, checkins.snooze(me, group_id, body.until, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/snooze", methods=["DELETE"])
@endpoint(status=204)
def end_snooze(workspace_id: str, group_id: str) -> None:
    """Take part in a group's rounds again."""
    checkins.snooze(membership.current(workspace_id), group_id, None, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/topics", methods=["POST"])
@endpoint(status=201)
def add_topic(workspace_id: str, group_id: str, body: NewTopic) -> TopicAdded:
    """Add a topic for a group's rounds, and want it."""
    me = membership.current(workspace_id)
    added = topics.add(me, group_id, body.text, topic_id=requests.idempotency_key(), now=times.now())
    return TopicAdded(added)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}", methods=["DELETE"])
@endpoint(status=204)
def remove_topic(workspace_id: str, group_id: str, topic_id: str) -> None:
    """Remove a topic that one has added, or any from a group of one's own."""
    topics.remove(membership.current(workspace_id), group_id, topic_id)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote", methods=["PUT"])
@endpoint(status=204)
def want_topic(workspace_id: str, group_id: str, topic_id: str) -> None:
    """Want a topic next."""
    topics.vote(membership.current(workspace_id), group_id, topic_id, wanted=True)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote", methods=["DELETE"])
@endpoint(status=204)
def unwant_topic(workspace_id: str, group_id: str, topic_id: str) -> None:
    """Want a topic not any more."""
    topics.vote(membership.current(workspace_id), group_id, topic_id, wanted=False)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/rounds", methods=["GET"])
@endpoint()
def list_rounds(workspace_id: str, group_id: str, query: Page) -> Listing[RoundView]:
    """The rounds of a group, newest first."""
    me = membership.current(workspace_id)
    scope = "rounds", me.member_id, group_id
    _, (found, behind) = contributing.rounds_of(
        me, group_id, limit=query.limit, after=requests.position(query.after, *scope)
    )
    return Listing(round_views.shown(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}", methods=["GET"])
@endpoint()
def show_round(workspace_id: str, group_id: str, round_id: str) -> RoundView:
    """A round of a group."""
    me = membership.current(workspace_id)
    _, found = contributing.opened(me, group_id, round_id)
    return round_views.shown(me, [found])[0]


@routes.route(
    "/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution", methods=["PUT"]
)
@endpoint()
def contribute(workspace_id: str, group_id: str, round_id: str, body: NewContribution) -> RoundView:
    """Contribute to an open round, in place of what one contributed before."""
    me = membership.current(workspace_id)
    _, found = contributing.contribute(
        me, group_id, round_id, text=body.text, track_id=body.track_id, now=times.now()
    )
    return round_views.shown(me, [found])[0]


@routes.route(
    "/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution", methods=["DELETE"]
)
@endpoint(status=204)
def take_contribution_back(workspace_id: str, group_id: str, round_id: str) -> None:
    """Take one's contribution to an open round back."""
    contributing.take_back(membership.current(workspace_id), group_id, round_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence", methods=["PUT"])
@endpoint()
def step_out(workspace_id: str, group_id: str, round_id: str) -> RoundView:
    """Leave an open round, without a reason; nobody is told."""
    me = membership.current(workspace_id)
    _, found = contributing.step_out(me, group_id, round_id, now=times.now())
    return round_views.shown(me, [found])[0]


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence", methods=["DELETE"])
@endpoint(status=204)
def step_in(workspace_id: str, group_id: str, round_id: str) -> None:
    """Take part in an open round after all."""
    contributing.step_in(membership.current(workspace_id), group_id, round_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/mentor", methods=["GET"])
@endpoint()
def show_mentor(workspace_id: str, member_id: str) -> MentorView:
    """Somebody's mentor, and those before; of oneself, for the mentor and for admins."""
    return views.mentor_shown(mentors.shown_to(membership.current(workspace_id), member_id))


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/mentor", methods=["PUT"])
@endpoint()
def assign_mentor(workspace_id: str, member_id: str, body: NewMentor) -> MentorView:
    """Assign a mentor: an admin anybody, a mentor themselves, the present mentor their successor."""
    member = mentors.assign(
        _as_of_now(workspace_id), member_id, body.mentor_id, instead_of=body.instead_of, now=times.now()
    )
    return views.mentor_shown(member)


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/mentor", methods=["DELETE"])
@endpoint(status=204)
def end_mentoring(workspace_id: str, member_id: str) -> None:
    """End a mentorship: one's own, as the mentor, or as an admin."""
    mentors.end(_as_of_now(workspace_id), member_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/mentor/suggestions", methods=["GET"])
@endpoint()
def suggest_mentors(workspace_id: str, member_id: str) -> Listing[MentorSuggestionView]:
    """Who could be somebody's mentor, the most fitting first, and why; for admins."""
    return Listing(suggesting.suggest_mentors(membership.admin(workspace_id), member_id, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/beginning", methods=["GET"])
@endpoint()
def show_beginning(workspace_id: str) -> BeginningView:
    """What the caller finds as a new hire, and as a mentor."""
    return onboarding.of(membership.current(workspace_id), now=times.now())


def _as_of_now(workspace_id: str) -> Member:
    return membership.current(workspace_id, as_of_now=True)


def _as_kept(me: Member, said: dict[str, Any]) -> dict[str, Any]:
    """What is said of a group, as the model has it."""
    if "open" in said:
        said["open_to"] = me.workspace_key if said.pop("open") else None
    return said
