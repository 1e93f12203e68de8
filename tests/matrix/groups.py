"""Groups, their rounds, and mentors."""

import uuid
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib import times
from chalicelib.groups.models import Group, Round, Wish
from chalicelib.workspaces.models import Member, Mentorship
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
POST   /v1/workspaces/{workspace_id}/groups               401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/groups               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/offers               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/groups/{group_id}    401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{my_group_id}
                                                          401      404     404  404    404    404   200   404
PATCH  /v1/workspaces/{workspace_id}/groups/{group_id}    401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/suggestions
                                                          401      404     404  404    404    200   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/invitations
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/invitations/{invited_id}
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/members
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/members/{member_id}
                                                          401      404     404  404    404    404   204   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/members/{fellow_id}
                                                          401      404     404  404    404    204   404   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/check-ins
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/check-ins
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/snooze
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/snooze
                                                          401      404     404  404    404    204   204   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/topics
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote
                                                          401      404     404  404    404    204   204   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote
                                                          401      404     404  404    404    204   204   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}
                                                          401      404     404  404    404    200   200   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution
                                                          401      404     404  404    404    204   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence
                                                          401      404     404  404    404    204   204   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    200   200   200
PUT    /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    200   404   200
DELETE /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    204   204   204
GET    /v1/workspaces/{workspace_id}/members/{member_id}/mentor/suggestions
                                                          401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/beginning            401      404     404  404    200    200   200   200
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/groups"): {"kind": "circle", "purpose": "Selling better"},
    ("PATCH", "/v1/workspaces/{workspace_id}/groups/{group_id}"): {"purpose": "Selling more"},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/invitations"): {"member_ids": ["{free_id}"]},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/members"): {},
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/check-ins"): {
        "every": "weekly",
        "time_zone": "UTC",
    },
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/snooze"): {
        "until": (times.now() + timedelta(days=2)).date().isoformat()
    },
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/topics"): {"text": "Cold calls"},
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution"): {
        "text": "I tried it."
    },
    ("PUT", "/v1/workspaces/{workspace_id}/members/{member_id}/mentor"): {
        "mentor_id": "{free_id}",
        "instead_of": "{fellow_id}",
    },
}

SAME_ROUTE = {
    "{my_group_id}": "{group_id}",
    "{invited_id}": "{member_id}",
    "{fellow_id}": "{member_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A group of the owner and their fellow, one of the owner alone, and the mentor of the owner."""
    workspace_id, owner_id, fellow_id = ids["workspace_id"], ids["member_id"], ids["fellow_id"]
    mentored(workspace_id, owner_id, by=fellow_id)
    group = circle_of(workspace_id, owner_id, fellow_id, asked=ids["free_id"])
    return {
        "invited_id": ids["free_id"],
        "group_id": group.group_id,
        "my_group_id": circle_of(workspace_id, owner_id).group_id,
        "topic_id": next(iter(group.wishes)),
        "round_id": open_round(group).round_id,
    }


def circle_of(workspace_id: str, *member_ids: str, asked: str | None = None) -> Group:
    """A group of these people, of the first of whom it and its topic are, with somebody asked into it."""
    now, group_id = times.epoch_ms(times.now()), str(uuid.uuid4())
    [owner_id, *_] = member_ids
    group = Group(
        workspace_id,
        group_id,
        kind="circle",
        purpose="Selling better",
        owner_id=owner_id,
        created_at=times.now(),
        members={member_id: {"joined_ms": now + place} for place, member_id in enumerate(member_ids)},
        invited={asked: {"by": owner_id, "at_ms": now}} if asked else {},
        topics={str(uuid.uuid4()): msgspec.to_builtins(Wish("Cold calls", owner_id, now))},
    )
    group.save()
    for member_id in member_ids:
        Member(workspace_id, member_id).update(actions=[Member.group_ids.add({group_id})])
    return group


def open_round(group: Group) -> Round:
    """A round of this group's that is open and to which everybody has contributed."""
    opens_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=uuid.uuid4().int % 1_000_000)
    found = Round(
        group.group_id,
        opens_at,
        workspace_id=group.workspace_id,
        topic="Cold calls",
        remind_at=times.now() + timedelta(days=1),
        closes_at=times.now() + timedelta(days=2),
        expected=set(group.people),
        contributions={member_id: {"text": "I tried it.", "at_ms": 0} for member_id in group.people},
    )
    found.save()
    return found


def mentored(workspace_id: str, member_id: str, *, by: str) -> None:
    """A member's mentor, with the group of the two."""
    group = circle_of(workspace_id, by, member_id)
    group.update(actions=[Group.kind.set("mentoring")])
    mentorship = Mentorship(member_id=by, group_id=group.group_id, since=times.now())
    Member(workspace_id, member_id).update(actions=[Member.mentor.set(mentorship)])
    Member(workspace_id, by).update(
        actions=[Member.mentees.set(1), Member.mentoring_group_id.set(group.group_id)]
    )


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
