"""What a new hire is invited to teach first: an empty playlist, which its first track makes everybody's."""

from uuid import UUID, uuid5

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.playlists import library
from chalicelib.workspaces.models import Member

NAMES = UUID("b6a3c1de-5a0e-4a51-8f0d-7d0a3f0e9c42")
"""The namespace of the ids of these playlists (RFC 9562, section 6.6)."""


def id_of(member: Member) -> str:
    """The id of a member's playlist, the same however often they join."""
    return str(uuid5(NAMES, f"{member.workspace_id}#{member.member_id}"))


def begin(activity: Activity) -> None:
    """Give a new hire their playlist, after a ``member_joined`` activity."""
    member = aws.found(Member, activity.workspace_id, activity.actor_id)
    if member is None:
        return
    if not member.is_active or not member.is_new_hire(activity.at.date()):
        return
    playlist = library.made(
        member,
        {"title": f"What {member.name} knows", "mode": "personal", "expertise": True},
        audience_key=member.own_key,
        playlist_id=id_of(member),
        now=activity.at,
    )
    # else it is there from the first time
    aws.written(lambda transaction: library.add_new(transaction, playlist, now=activity.at))
