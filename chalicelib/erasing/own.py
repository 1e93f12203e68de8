"""What stands in somebody's own name alone: exports, feed, mails, quotas, invitations, connections."""

from collections.abc import Iterator
from functools import partial

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.announcements.models import Connection
from chalicelib.aws import updated, written
from chalicelib.digests.models import Subscription
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.exports import parts
from chalicelib.exports.models import UNDER_WAY, Export, UnderWay
from chalicelib.groups.models import Group
from chalicelib.sharing.feed_models import Feed
from chalicelib.tracks.models import FORMER_NAME
from chalicelib.workspaces.models import Invitation, Member, Quota, Workspace


def exports(of: Erasing) -> Iterator[Done]:
    """Delete their own exports with what lies in the bucket; those of others name them no more."""
    member = of.member
    for export in list(Export.query(member.own_key, Export.export_id > UNDER_WAY)):
        parts.forget(parts.key_of(export))
        if export.checkpoint is not None:
            parts.forget(export.checkpoint)
        yield from rows.delete([export])
    yield from rows.delete(UnderWay.query(member.own_key))
    keys = [member.workspace_key, *(group.key for group in Group.query(member.workspace_id))]
    for key in keys:
        theirs = Export.started_by == member.member_id
        for export in list(Export.query(key, Export.export_id > UNDER_WAY, filter_condition=theirs)):
            actions = [Export.started_by.set(nobody()), Export.started_name.set(FORMER_NAME)]
            updated(Export(key, export.export_id), list(actions), theirs)
            yield Done(1)


def listening(of: Erasing) -> Iterator[Done]:
    """Delete their podcast feed, what mails they want and got, and what they did today."""
    member = of.member
    yield from rows.delete(Feed.batch_get([member.member_id], consistent_read=True))
    keys = [(member.workspace_id, member.member_id)]
    yield from rows.delete(Subscription.batch_get(keys, consistent_read=True))
    yield from rows.delete(Quota.query(member.member_id))


def invitations(of: Erasing) -> Iterator[Done]:
    """Delete the invitation to their address; those that they sent name them no more.

    Who invited them since it was asked that they be erased has them come as somebody new: that stays.
    """
    member = of.member
    own = Invitation.id_of(member.workspace_id, member.email)
    sent = Invitation.invited_by == member.name
    for invitation in list(Invitation.query(member.workspace_id)):
        if invitation.invitation_id == own:
            if invitation.created_at <= member.erasing_at:
                written(partial(_withdrawn, invitation))
                yield Done(1)
        elif invitation.invited_by == member.name:
            updated(
                Invitation(member.workspace_id, invitation.invitation_id),
                [Invitation.invited_by.set(FORMER_NAME)],
                sent,
            )
            yield Done(1)


def _withdrawn(invitation: Invitation, transaction: TransactWrite) -> None:
    """Withdraw an invitation as it was read: it may have been made anew a moment ago."""
    transaction.delete(invitation, condition=Invitation.created_at == invitation.created_at)


def welcoming(of: Erasing) -> Iterator[Done]:
    """Have what they chose for new hires be asked by its owner, as with whoever leaves."""
    member = of.member
    workspace = Workspace.get(member.workspace_id, consistent_read=True)
    if member.member_id in (workspace.welcoming or {}).values():
        repeat(partial(_unchosen, member))
        yield Done(1)


def _unchosen(member: Member) -> bool:
    workspace = Workspace.get(member.workspace_id, consistent_read=True)
    chosen: dict[str, str] = workspace.welcoming or {}
    asked_by = {each: nobody() if by == member.member_id else by for each, by in chosen.items()}
    actions: list[Action] = [Workspace.welcoming.set(asked_by), Workspace.version.add(1)]
    as_read = Workspace.version == workspace.version
    return updated(Workspace(member.workspace_id), actions, as_read)


def connections(of: Erasing) -> Iterator[Done]:
    """Have nobody vouch for what they have connected: it waits for somebody, as with whoever leaves."""
    member = of.member
    for connection in list(Connection.query(member.workspace_id)):
        for attribute in (Connection.created_by, Connection.vouched_by):
            if getattr(connection, attribute.attr_name) == member.member_id:
                there = Connection(member.workspace_id, connection.connection_id)
                updated(there, [attribute.set(nobody())], attribute == member.member_id)
                yield Done(1)
