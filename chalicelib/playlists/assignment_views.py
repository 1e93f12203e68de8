"""What an assignment looks like to whom it is for, and to who made it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.playlists.assignment_models import Assignment
from chalicelib.playlists.views import PersonView, PlaylistView
from chalicelib.workspaces.models import Member

SOMEBODY = "Somebody who has left"

Day = Annotated[date | None, Meta(description="A day to have heard it by; once it is over, it says nothing.")]


class AssignedView(msgspec.Struct, kw_only=True):
    """A playlist that is assigned to the caller, and how far they are in it."""

    playlist: PlaylistView
    assigned_by: PersonView
    assigned_at: datetime
    planned_for: Day
    put_away: Annotated[bool, Meta(description="The caller said: not now.")]
    completed: bool
    heard: Annotated[int, Meta(description="Completed entries, of those that it takes.")]
    of: Annotated[int, Meta(description="Entries that it takes: optional and later ones are not among them.")]


class AssigneeView(msgspec.Struct, kw_only=True):
    """Somebody to whom a playlist is assigned; what they have heard of it is theirs."""

    member: PersonView
    assigned_by: PersonView
    assigned_at: datetime
    planned_for: Day


def assignees(workspace_id: str, assignments: Sequence[Assignment]) -> list[AssigneeView]:
    """Those to whom a playlist is assigned, as who may assign it sees them."""
    ids = sorted({each for one in assignments for each in (one.member_id, one.assigned_by)})
    found = Member.batch_get([(workspace_id, each) for each in ids])
    names = {member.member_id: member.name for member in found}
    return [
        AssigneeView(
            member=PersonView.of(each.member_id, names.get(each.member_id, SOMEBODY)),
            assigned_by=PersonView.of(each.assigned_by, names.get(each.assigned_by, SOMEBODY)),
            assigned_at=each.assigned_at,
            planned_for=each.day,
        )
        for each in assignments
    ]
