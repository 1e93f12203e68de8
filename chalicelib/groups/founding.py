"""Founding a group, finding groups, and changing what is said of them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import uuid6
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.auth import audience, membership
from chalicelib.groups import finding
from chalicelib.groups.belonging import HAS_ROOM, MOST_GROUPS
from chalicelib.groups.models import Belonging, Group
from chalicelib.playlists import library as playlists
from chalicelib.tracks import uploads
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

Found = tuple[list[Group], dict[str, Any] | None]


def found(
    me: Member, kind: str, purpose: str, said: Mapping[str, Any], *, group_id: str | None, now: datetime
) -> Group:
    """A group of the caller's, who is its first member; with a problem to solve it has a place for solutions.

    The same ``group_id`` from the same member names the same group. Raises `AlreadyExists`, `TooManyGroups`;
    where a track states the problem, `NotFound` where the caller may not hear it, `TrackNotForTheGroup` where
    not everybody in the group may.
    """
    group_id = group_id or str(uuid6.uuid7())
    _check_problem(me, group_id, said, now)
    group = Group(
        me.workspace_id,
        group_id,
        kind=kind,
        purpose=purpose,
        owner_id=me.member_id,
        created_at=now,
        members={me.member_id: msgspec.to_builtins(Belonging(times.epoch_ms(now)))},
        **said,
    )
    if kind == "cross_functional":
        group.playlist_id = str(uuid6.uuid7())
    aws.repeat(partial(_founded, me, group, now))
    membership.forget(me.workspace_id, me.member_id)
    return finding.opened(me, group.group_id)


def mine(me: Member) -> list[Group]:
    """The groups that the caller belongs to, oldest first."""
    present = membership.refreshed(me)
    there = Group.of_ids(me.workspace_id, present.group_ids or ())
    return [group for group in there if group.is_active and me.member_id in group.people]


def inviting(me: Member) -> list[Group]:
    """The groups that the caller is invited into, oldest first."""
    present = membership.refreshed(me)
    there = Group.of_ids(me.workspace_id, present.invited_to or ())
    return [group for group in there if group.is_active and me.member_id in group.asked]


def open_to_all(me: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """Groups that anybody in the workspace may join, newest first, and the position behind them."""
    there = Group.open_in(me.workspace_key, limit=limit, after=after)
    shown = list(there)
    return shown, aws.behind(there, shown)


def visible(me: Member, group_ids: set[str]) -> dict[str, Group]:
    """Those of these groups that the caller belongs to or is invited into now, by id."""
    return {
        group.group_id: group
        for group in Group.of_ids(me.workspace_id, sorted(group_ids))
        if group.is_active and (me.member_id in group.people or me.member_id in group.asked)
    }


def change(
    me: Member, group_id: str, changes: Mapping[str, Any], *, expected_version: int | None, now: datetime
) -> Group:
    """The group of the caller's with this said of it.

    Raises `NotFound`, `StaleVersion` with the version as it is, and `TrackNotForTheGroup`.
    """
    finding.owned(me, group_id)
    _check_problem(me, group_id, changes, now)
    aws.repeat(partial(_changed, me, group_id, changes, expected_version))
    return finding.opened(me, group_id)


def _check_problem(me: Member, group_id: str, said: Mapping[str, Any], now: datetime) -> None:
    track_id = said.get("problem_track_id")
    if track_id is None:
        return
    track = uploads.heard_by(me, track_id, now=now)
    if not audience.covers(track.audience_key, f"g#{group_id}", me.workspace_id):
        raise errors.TrackNotForTheGroup


def _founded(me: Member, group: Group, now: datetime) -> bool:
    there = aws.found(Group, group.workspace_id, group.group_id)
    if there is not None:
        if there.owner_id != me.member_id or not there.is_active:
            raise errors.AlreadyExists
        return True
    present = members.get(me.workspace_id, me.member_id)
    if not present.is_active:
        raise errors.NotFound
    if len(present.group_ids or ()) >= MOST_GROUPS:
        raise errors.TooManyGroups(MOST_GROUPS)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(group, condition=Group.group_id.does_not_exist())
        transaction.update(
            Member(me.workspace_id, me.member_id),
            actions=[Member.group_ids.add({group.group_id})],
            condition=(Member.status == "active") & HAS_ROOM,
        )
        if group.playlist_id is not None:
            playlist = playlists.made(
                me,
                {"title": group.purpose, "mode": "collaborative"},
                audience_key=group.key,
                playlist_id=group.playlist_id,
                now=now,
            )
            playlists.add_new(transaction, playlist, now=now)

    return aws.written(fill)


def _changed(me: Member, group_id: str, changes: Mapping[str, Any], expected_version: int | None) -> bool:
    group = finding.owned(me, group_id)
    if expected_version not in (None, group.version):
        raise errors.StaleVersion({"version": int(group.version)})
    differing = {name: value for name, value in changes.items() if getattr(group, name) != value}
    if not differing:
        return True
    actions: list[Action] = [Group.version.add(1)]
    for name, value in differing.items():
        attribute = getattr(Group, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            group,
            actions=actions,
            condition=(Group.owner_id == me.member_id) & (Group.version == group.version),
        )

    return aws.written(fill)
