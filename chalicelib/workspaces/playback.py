"""How a member likes to listen, on whatever device: theirs alone to set, and nobody else sees it."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.auth import membership
from chalicelib.workspaces.models import Member

SLOWEST = 0.75
FASTEST = 2.5

Rate = Annotated[float, Meta(ge=SLOWEST, le=FASTEST, description="How fast tracks are played.")]


class PlaybackView(msgspec.Struct):
    """How the caller likes to listen."""

    rate: Rate
    even_loudness: Annotated[bool, Meta(description="Whether every speaker is to be about as loud.")]
    go_on: Annotated[bool, Meta(description="Whether the next track follows by itself.")]
    single_keys: Annotated[bool, Meta(description="Whether keys of a single character act on the player.")]

    @classmethod
    def of(cls, member: Member) -> "PlaybackView":
        return cls(
            float(member.playback_rate or 1),
            member.evens_loudness is not False,
            member.goes_on is not False,
            member.uses_single_keys is not False,
        )


def change(me: Member, changes: dict[str, Any]) -> PlaybackView:
    """Play like this from now on; what two devices change at once is each kept.

    It is no change of the member's version: who edits their settings meanwhile need not see it.
    """
    if changes:
        actions = [getattr(Member, name).set(value) for name, value in changes.items()]
        me.update(actions=actions, condition=Member.member_id.exists())
        membership.forget(me.workspace_id, me.member_id)
    return PlaybackView.of(membership.refreshed(me))
