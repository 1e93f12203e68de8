"""The member who is calling: one consistent read, cached for at most 60 s, read again before a 404."""

import threading
import time

from cachetools import TTLCache

from chalicelib import aws, errors
from chalicelib.auth import caller
from chalicelib.workspaces.models import Member

CACHED_SECONDS = 60
CACHED_MEMBERS = 4096

_members: TTLCache[tuple[str, str], Member] = TTLCache(CACHED_MEMBERS, CACHED_SECONDS, time.monotonic)
_lock = threading.Lock()


def current(workspace_id: str, *, as_of_now: bool = False) -> Member:
    """The caller as a member of this workspace.

    Raises `NotFound` where the caller is none, or is deactivated; `SessionEnded` where the sessions begun
    until some later moment were ended.
    """
    who = caller.current()
    key = workspace_id, Member.id_of(workspace_id, who.issuer, who.subject)
    with _lock:
        member = None if as_of_now else _members.get(key)
    if member is None:
        forget(*key)
        member = aws.found(Member, *key)
        if member is None:
            raise errors.NotFound
        if not member.is_active:
            raise errors.NotFound
        with _lock:
            _members[key] = member
    if who.began_at < member.sessions_valid_from:
        raise errors.SessionEnded
    return member


def admin(workspace_id: str) -> Member:
    """The caller as an admin of this workspace as of now: who was demoted changes nothing any more.

    Raises `NotFound` where the caller is none.
    """
    member = current(workspace_id, as_of_now=True)
    if not member.is_admin:
        raise errors.NotFound
    return member


def refreshed(member: Member) -> Member:
    """The member as of now, for who is about to be refused."""
    return current(member.workspace_id, as_of_now=True)


def forget(workspace_id: str, member_id: str) -> None:
    """Read this member anew at the next request: what this process changed it knows at once."""
    with _lock:
        _members.pop((workspace_id, member_id), None)
