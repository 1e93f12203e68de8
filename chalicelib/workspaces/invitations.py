"""Inviting people by e-mail, and accepting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DeleteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, mail, times
from chalicelib.activity import log
from chalicelib.auth import membership
from chalicelib.auth.caller import Caller
from chalicelib.aws import behind, is_failed_condition
from chalicelib.workspaces import members, quotas
from chalicelib.workspaces.models import Invitation, Member, Quota, Workspace

LASTS = timedelta(days=14)
MOST_AT_ONCE = 50
MOST_A_DAY = 500
MOST_CHECKED = 250
"""Addresses that are looked up at once, before they are invited."""


def invite(
    me: Member, emails: list[str], *, department: str | None, now: datetime
) -> tuple[list[Invitation], list[str]]:
    """An invitation for each address, and the addresses that are members already.

    Each is one transaction with the activity whose reader sends the mail. Inviting an address again renews
    its invitation and sends the mail again; inviting somebody who was deactivated invites them back.
    Raises `QuotaReached`.
    """
    there = {member.email for member in Member.of_workspace(me.workspace_id) if member.is_active}
    wanted = list(dict.fromkeys(mail.address(email) for email in emails))
    invited = [_invite(me, email, department=department, now=now) for email in wanted if email not in there]
    return invited, [email for email in wanted if email in there]


def _invite(me: Member, email: str, *, department: str | None, now: datetime) -> Invitation:
    invitation = Invitation(
        me.workspace_id,
        Invitation.id_of(me.workspace_id, email),
        email=email,
        department=department,
        invited_by=me.name,
        created_at=now,
        expires_at=times.epoch(now + LASTS),
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(invitation)
        quotas.count(transaction, me, Quota.invitations, MOST_A_DAY, now=now)
        log.record(
            transaction,
            "member_invited",
            me.own_key,
            workspace_id=me.workspace_id,
            actor_id=me.member_id,
            now=now,
            details={"invitation_id": invitation.invitation_id},
        )

    if not aws.written(fill):
        sentence = f"You may invite {MOST_A_DAY} addresses a day. Those before {email} were invited."
        raise quotas.reached(sentence, now)
    return invitation


def standing(
    workspace_id: str, *, limit: int, after: dict[str, Any] | None, now: datetime
) -> tuple[list[Invitation], dict[str, Any] | None]:
    """Some invitations of a workspace that stand, and the position behind them."""
    found = Invitation.of_workspace(workspace_id, limit=limit, after=after, now=now)
    shown = list(found)
    return shown, behind(found, shown)


def known(workspace_id: str, emails: list[str], *, now: datetime) -> tuple[list[str], list[str]]:
    """Which of these addresses are active members', and to which others an invitation stands."""
    wanted = list(dict.fromkeys(mail.address(email) for email in emails))
    there = {member.email for member in Member.of_workspace(workspace_id) if member.is_active}
    ids = [(workspace_id, Invitation.id_of(workspace_id, email)) for email in wanted if email not in there]
    invited = {found.email for found in Invitation.batch_get(ids) if found.stands(now)}
    return [email for email in wanted if email in there], [email for email in wanted if email in invited]


def withdraw(me: Member, invitation_id: str) -> None:
    """Take an invitation back. Raises `NotFound`."""
    try:
        Invitation(me.workspace_id, invitation_id).delete(Invitation.invitation_id.exists())
    except DeleteError as error:
        if not is_failed_condition(error):
            raise
        raise errors.NotFound from error


def accept(caller: Caller, workspace_id: str, *, now: datetime) -> Member:
    """The caller as a member, by the invitation to their verified address.

    Accepting twice makes one member; who was deactivated and is invited again comes back as a member.
    Raises `NotFound` where no invitation stands, `SessionEnded` where this session was ended here,
    `BeingErased` until what there was of them is gone.
    """
    invitation = _invitation(caller, workspace_id, now)
    # Read after the invitation: where that was used up in the meantime, the member is there.
    member = aws.found(Member, workspace_id, Member.id_of(workspace_id, caller.issuer, caller.subject))
    if member is not None and member.is_active:
        _refuse_ended(caller, member)
        return member
    if invitation is None:
        raise errors.NotFound
    if member is None:
        return _join(caller, invitation, now=now)
    _refuse_ended(caller, member)
    if member.erasing_at is not None:
        raise errors.BeingErased(member.name)
    return _come_back(member, invitation, now=now)


def _join(caller: Caller, invitation: Invitation, *, now: datetime) -> Member:
    member = members.joining(
        caller,
        invitation.workspace_id,
        role="member",
        department=invitation.department,
        time_zone="UTC",
        now=now,
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(member, condition=Member.member_id.does_not_exist())

    return _accepted(invitation, member, fill, now)


def _come_back(former: Member, invitation: Invitation, *, now: datetime) -> Member:
    actions: list[Action] = [
        Member.status.set("active"),
        Member.role.set("member"),
        Member.email.set(invitation.email),
        Member.left_at.remove(),
        Member.version.add(1),
    ]
    if invitation.department is not None:
        actions.append(Member.department.set(invitation.department))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            former,
            actions=actions,
            condition=(Member.status == "deactivated") & Member.erasing_at.does_not_exist(),
        )
        log.record(
            transaction,
            "member_returned",
            former.own_key,
            workspace_id=former.workspace_id,
            actor_id=former.member_id,
            now=now,
            details={"member_id": former.member_id},
        )

    return _accepted(invitation, former, fill, now)


def _accepted(
    invitation: Invitation, member: Member, fill: Callable[[TransactWrite], None], now: datetime
) -> Member:
    """Use the invitation up, in one transaction with what makes the member an active one."""

    def fill_all(transaction: TransactWrite) -> None:
        is_there = Workspace.workspace_id.exists() & Workspace.closed_at.does_not_exist()
        transaction.condition_check(Workspace, member.workspace_id, condition=is_there)
        transaction.delete(invitation, condition=Invitation.created_at == invitation.created_at)
        fill(transaction)
        log.record(
            transaction,
            "member_joined",
            member.workspace_key,
            workspace_id=member.workspace_id,
            actor_id=member.member_id,
            now=now,
        )

    aws.written(fill_all)
    membership.forget(member.workspace_id, member.member_id)
    present = aws.found(Member, member.workspace_id, member.member_id)
    if present is None or not present.is_active:
        raise errors.NotFound
    return present


def _invitation(caller: Caller, workspace_id: str, now: datetime) -> Invitation | None:
    """The invitation to the caller's verified address, None where none stands."""
    if caller.email is None:
        return None
    invitation_id = Invitation.id_of(workspace_id, caller.email)
    invitation = aws.found(Invitation, workspace_id, invitation_id)
    if invitation is None:
        return None
    return invitation if invitation.stands(now) else None


def _refuse_ended(caller: Caller, member: Member) -> None:
    if caller.began_at < member.sessions_valid_from:
        raise errors.SessionEnded
