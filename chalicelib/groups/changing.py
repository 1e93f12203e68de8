"""Changes of a group: conditional, and made again on what is there by then where they met another one."""

from collections.abc import Callable
from typing import Final

from chalicelib import aws, errors
from chalicelib.groups.models import Group
from chalicelib.workspaces.models import Member

TRIES: Final = 8
"""How often a change is tried again that meets another one."""


def current(workspace_id: str, group_id: str) -> Group:
    """A group as of now, whoever asks. Raises `NotFound`, also where it is closed."""
    group = aws.found(Group, workspace_id, group_id)
    if group is None:
        raise errors.NotFound
    if not group.is_active:
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


def repeat(change: Callable[[], bool]) -> None:
    """Make a change until it was made on what is there. Raises `Unavailable` where others never rest."""
    for _ in range(TRIES):
        if change():
            return
    raise errors.Unavailable
