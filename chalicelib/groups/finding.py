"""Groups as of now: for whoever asks, for who belongs to one, for who owns it."""

from chalicelib import aws, errors
from chalicelib.groups.models import Group
from chalicelib.workspaces.models import Member


def current(workspace_id: str, group_id: str) -> Group:
    """A group as of now, whoever asks. Raises `NotFound`, also where it is closed."""
    group = aws.found(Group, workspace_id, group_id)
    if group is None or not group.is_active:
        raise errors.NotFound
    return group


def opened(me: Member, group_id: str) -> Group:
    """A group that the caller belongs to, as of now. Raises `NotFound`."""
    group = current(me.workspace_id, group_id)
    if me.member_id not in group.people:
        raise errors.NotFound
    return group


def owned(me: Member, group_id: str) -> Group:
    """A group that the caller owns, or is the mentor of. Raises `NotFound`."""
    group = opened(me, group_id)
    if group.owner_id != me.member_id:
        raise errors.NotFound
    return group
