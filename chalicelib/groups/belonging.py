"""Who belongs to a group: inviting, declining, joining, handing over."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

import msgspec
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.auth import membership
from chalicelib.groups import finding
from chalicelib.groups.models import MOST_INVITED, MOST_MEMBERS, Belonging, Group, Invited, at
from chalicelib.playlists import library as playlists
from chalicelib.playlists.models import Playlist
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

MOST_GROUPS: Final = 25
"""Groups that one may join; a mentor's group comes beside that."""

HAS_ROOM: Final = Member.group_ids.does_not_exist() | (size(Member.group_ids) < MOST_GROUPS)


def invite(me: Member, group_id: str, member_ids: Sequence[str], *, now: datetime) -> Group:
    """The group after these people were invited; who is invited or a member already is left as it is.

    Raises `NotFound` where the caller does not belong to the group or one of them is no active member of the
    workspace, `JoinedByMentoring`, `GroupFull`.
    """
    invited = [members.get(me.workspace_id, member_id) for member_id in dict.fromkeys(member_ids)]
    if not all(member.is_active for member in invited):
        raise errors.NotFound
    for member in invited:
        aws.repeat(partial(_invited, me, group_id, member, now))
    return finding.opened(me, group_id)


def withdraw(me: Member, group_id: str, member_id: str) -> None:
    """Take an invitation back, or decline one's own.

    Raises `NotFound` where there is none, or the caller neither made it nor owns the group.
    """
    group = finding.current(me.workspace_id, group_id)
    invitation = group.asked.get(member_id)
    if invitation is None:
        raise errors.NotFound
    if me.member_id != member_id:
        finding.opened(me, group_id)
        if me.member_id not in (invitation.by, group.owner_id):
            raise errors.NotFound

    def fill(transaction: TransactWrite) -> None:
        transaction.update(group, actions=[at(Group.invited, member_id).remove()])
        transaction.update(
            Member(me.workspace_id, member_id),
            actions=[Member.invited_to.delete({group_id})],
            condition=Member.member_id.exists(),
        )

    aws.repeat(lambda: aws.written(fill))
    membership.forget(me.workspace_id, member_id)


def join(me: Member, group_id: str, *, now: datetime) -> Group:
    """The group with the caller in it, by an invitation or because it is open to everybody.

    Raises `NotFound`, `GroupFull`, `TooManyGroups`.
    """
    aws.repeat(partial(_joined, me, group_id, now))
    membership.forget(me.workspace_id, me.member_id)
    return finding.opened(me, group_id)


def hand_over(me: Member, group_id: str, member_id: str, *, now: datetime) -> Group:
    """The group of the caller's with another of its members as its owner.

    Raises `NotFound`, `HandedOverByAssigning`.
    """

    def handed_over() -> bool:
        group = finding.opened(me, group_id)
        if group.owner_id == member_id:
            return True
        if group.owner_id != me.member_id or member_id not in group.people:
            raise errors.NotFound
        if group.kind == "mentoring":
            raise errors.HandedOverByAssigning
        successor = members.get(me.workspace_id, member_id)

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                group,
                actions=[Group.owner_id.set(member_id), Group.version.add(1)],
                condition=(Group.owner_id == me.member_id) & at(Group.members, member_id).exists(),
            )
            pass_on_solutions(transaction, group, successor)
            tell(transaction, "group_handed_over", group, actor_id=member_id, now=now)

        return aws.written(fill)

    aws.repeat(handed_over)
    return finding.opened(me, group_id)


def pass_on_solutions(transaction: TransactWrite, group: Group, owner: Member) -> None:
    """Add to a transaction that the place for solutions has the group's new owner, where it is there."""
    if group.playlist_id is None or not playlists.is_there(group.workspace_id, group.playlist_id):
        return
    transaction.update(
        Playlist(group.workspace_id, group.playlist_id),
        actions=[Playlist.owner_id.set(owner.member_id), Playlist.owner_name.set(owner.name)],
        condition=Playlist.playlist_id.exists(),
    )


def enter(
    transaction: TransactWrite,
    group: Group,
    member_id: str,
    *,
    now: datetime,
    condition: Condition,
    actions: Sequence[Action] = (),
) -> None:
    """Add to a transaction that this member is one of the group's from now on, and that it hears of it."""
    may = (
        (Group.status == "active")
        & at(Group.members, member_id).does_not_exist()
        & (size(Group.members) < MOST_MEMBERS)
    )
    transaction.update(
        group,
        actions=[
            at(Group.members, member_id).set(msgspec.to_builtins(Belonging(times.epoch_ms(now)))),
            at(Group.invited, member_id).remove(),
            *actions,
        ],
        condition=may & condition,
    )
    tell(transaction, "group_joined", group, actor_id=member_id, now=now)


def tell(
    transaction: TransactWrite,
    kind: log.Kind,
    group: Group,
    *,
    actor_id: str,
    now: datetime,
    to: str | None = None,
    round_id: str | None = None,
) -> None:
    """Add to a transaction that something happened in a group, which it hears of; or one member alone."""
    log.record(
        transaction,
        kind,
        group.key if to is None else f"m#{to}",
        workspace_id=group.workspace_id,
        actor_id=actor_id,
        now=now,
        group_id=group.group_id,
        round_id=round_id,
    )


def _invited(me: Member, group_id: str, invited: Member, now: datetime) -> bool:
    group = finding.opened(me, group_id)
    if group.kind == "mentoring":
        raise errors.JoinedByMentoring
    if invited.member_id in group.people or invited.member_id in group.asked:
        return True
    if len(group.asked) >= MOST_INVITED:
        raise errors.GroupFull("open invitations", MOST_INVITED)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            group,
            actions=[
                at(Group.invited, invited.member_id).set(
                    msgspec.to_builtins(Invited(me.member_id, times.epoch_ms(now)))
                )
            ],
            condition=(Group.status == "active")
            & at(Group.members, me.member_id).exists()
            & at(Group.members, invited.member_id).does_not_exist()
            & (size(Group.invited) < MOST_INVITED),
        )
        transaction.update(
            Member(me.workspace_id, invited.member_id),
            actions=[Member.invited_to.add({group_id})],
            condition=Member.status == "active",
        )
        tell(transaction, "group_invited", group, actor_id=me.member_id, now=now, to=invited.member_id)

    return aws.written(fill)


def _joined(me: Member, group_id: str, now: datetime) -> bool:
    group = finding.current(me.workspace_id, group_id)
    if me.member_id in group.people:
        return True
    if me.member_id not in group.asked and group.open_to != me.workspace_key:
        raise errors.NotFound
    if len(group.people) >= MOST_MEMBERS:
        raise errors.GroupFull("members", MOST_MEMBERS)
    present = members.get(me.workspace_id, me.member_id)
    if not present.is_active:
        raise errors.NotFound
    if len(present.group_ids or ()) >= MOST_GROUPS:
        raise errors.TooManyGroups(MOST_GROUPS)

    def fill(transaction: TransactWrite) -> None:
        still = at(Group.invited, me.member_id).exists() | (Group.open_to == me.workspace_key)
        enter(transaction, group, me.member_id, now=now, condition=still)
        transaction.update(
            Member(me.workspace_id, me.member_id),
            actions=[Member.group_ids.add({group_id}), Member.invited_to.delete({group_id})],
            condition=(Member.status == "active") & HAS_ROOM,
        )

    return aws.written(fill)
