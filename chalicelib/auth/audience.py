"""Who may open what: one function per audience, used by every feature.

An ``audience_key`` is ``w#<workspace>``, ``g#<group>`` or ``m#<member>``: who may read is part of the key
that is queried.
"""

from chalicelib import errors
from chalicelib.auth import membership
from chalicelib.workspaces.models import Member


def keys_of(member: Member) -> list[str]:
    """The audiences that a member belongs to."""
    return [member.workspace_key, member.own_key, *member.group_keys]


def key_for(
    audience: str,
    workspace_id: str,
    speaker_id: str,
    *,
    group_id: str | None = None,
    mentor_id: str | None = None,
) -> str:
    """The audience that a speaker chose: ``workspace``, ``group``, ``mentor`` or ``me``.

    The mentor is a member as any other: whoever that is at the moment of publishing may open it from then
    on, and their successor may not. Who has none keeps it to themselves.
    """
    match audience:
        case "workspace":
            return f"w#{workspace_id}"
        case "group":
            return f"g#{group_id}"
        case "mentor":
            return f"m#{mentor_id or speaker_id}"
    return f"m#{speaker_id}"


def of_group(me: Member, group_id: str) -> str:
    """The audience of a group that the caller belongs to, as of now. Raises `NotFound`."""
    key = f"g#{group_id}"
    if not (may_open(me, key) or may_open(membership.refreshed(me), key)):
        raise errors.NotFound
    return key


def may_open(member: Member, audience_key: str | None) -> bool:
    """Whether a member belongs to this audience; None is nobody."""
    if audience_key in (member.workspace_key, member.own_key):  # nearly always, and without a list
        return True
    return audience_key in member.group_keys


def covers(audience_key: str | None, other: str, workspace_id: str) -> bool:
    """Whether everybody in the other audience belongs to this one; None is nobody."""
    return audience_key in (other, f"w#{workspace_id}")
