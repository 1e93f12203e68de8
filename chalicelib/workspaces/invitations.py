"""Inviting people by e-mail, and accepting."""

from datetime import UTC, datetime, time, timedelta

from pynamodb.exceptions import DeleteError, DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import errors, times
from chalicelib.activity import log
from chalicelib.auth.caller import Caller
from chalicelib.aws import failed_conditions, transact
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Invitation, Member, Quota, Workspace

LASTS = timedelta(days=14)
MOST_AT_ONCE = 50
MOST_A_DAY = 500


def invite(
    me: Member, emails: list[str], *, department: str | None, now: datetime
) -> tuple[list[Invitation], list[str]]:
    """An invitation for each address, and the addresses that are members already.

    Each is one transaction with the activity whose reader sends the mail. Inviting an address again renews
    its invitation and sends the mail again. Raises `QuotaReached`.
    """
    there = {member.email for member in Member.of_workspace(me.workspace_id) if member.is_active}
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
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
        transaction.update(
            Quota(me.member_id, now.date().isoformat()),
            actions=[
                Quota.invitations.add(1),
                Quota.expires_at.set(times.epoch(now + timedelta(days=2))),
            ],
            condition=Quota.invitations.does_not_exist() | (Quota.invitations < MOST_A_DAY),
        )
        log.record(
            transaction,
            "member_invited",
            me.own_key,
            workspace_id=me.workspace_id,
            actor_id=me.member_id,
            now=now,
            details={"invitation_id": invitation.invitation_id},
        )

    try:
        transact(fill)
    except TransactWriteError as error:
        if failed_conditions(error):
            raise errors.QuotaReached(
                f"You may invite {MOST_A_DAY} addresses a day. Those before {email} were invited.",
                seconds_until_tomorrow(now),
            ) from error
        raise
    return invitation


def withdraw(me: Member, invitation_id: str) -> None:
    """Take an invitation back. Raises `NotFound`."""
    try:
        Invitation(me.workspace_id, invitation_id).delete(Invitation.invitation_id.exists())
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise errors.NotFound from error


def accept(caller: Caller, workspace_id: str, *, now: datetime) -> Member:
    """The caller as a new member, by the invitation to their verified address.

    Accepting twice makes one member. Raises `NotFound` where no invitation stands, or where the
    caller was deactivated in this workspace.
    """
    member_id = Member.id_of(workspace_id, caller.issuer, caller.subject)
    try:
        member = Member.get(workspace_id, member_id, consistent_read=True)
    except DoesNotExist:
        return _join(caller, workspace_id, now=now)
    if not member.is_active:
        raise errors.NotFound
    return member


def _join(caller: Caller, workspace_id: str, *, now: datetime) -> Member:
    if caller.email is None:
        raise errors.NotFound
    try:
        invitation = Invitation.get(
            workspace_id, Invitation.id_of(workspace_id, caller.email), consistent_read=True
        )
    except DoesNotExist:
        raise errors.NotFound from None
    if not invitation.stands(now):
        raise errors.NotFound
    member = members.joining(
        caller,
        workspace_id,
        role="member",
        department=invitation.department,
        time_zone="UTC",
        now=now,
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.condition_check(Workspace, workspace_id, condition=Workspace.workspace_id.exists())
        transaction.delete(invitation, condition=Invitation.created_at == invitation.created_at)
        transaction.save(member, condition=Member.member_id.does_not_exist())
        log.record(
            transaction,
            "member_joined",
            member.workspace_key,
            workspace_id=workspace_id,
            actor_id=member.member_id,
            now=now,
        )

    try:
        transact(fill)
    except TransactWriteError as error:
        if failed_conditions(error):
            return _joined_meanwhile(workspace_id, member.member_id)
        raise
    return member


def _joined_meanwhile(workspace_id: str, member_id: str) -> Member:
    try:
        return Member.get(workspace_id, member_id, consistent_read=True)
    except DoesNotExist:
        raise errors.NotFound from None


def seconds_until_tomorrow(now: datetime) -> int:
    """Seconds until a day's quota starts anew, at midnight UTC."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
    return int((tomorrow - now).total_seconds()) + 1
