"""Who is calling, where they belong and where they are invited."""

from datetime import datetime

from chalicelib import errors, times
from chalicelib.auth.caller import Caller
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Invitation, Member, Workspace
from chalicelib.workspaces.playback import PlaybackView
from chalicelib.workspaces.views import MembershipView, MeView, OpenInvitation


def me(caller: Caller, *, now: datetime) -> MeView:
    """The caller with their workspaces and the invitations to their verified address.

    Raises `SessionEnded` where any workspace has ended the sessions begun so long ago.
    """
    memberships = [member for member in Member.of_identity(caller.issuer, caller.subject) if member.is_active]
    if any(caller.began_at < member.sessions_valid_from for member in memberships):
        raise errors.SessionEnded
    invitations = Invitation.of_email(caller.email, now=now) if caller.email else []
    of = {member.workspace_id: member for member in memberships}
    invited = {invitation.workspace_id: invitation for invitation in invitations}
    there = {
        workspace.workspace_id: workspace
        for workspace in Workspace.batch_get([*of, *(set(invited) - set(of))])
        if workspace.closed_at is None
    }
    return MeView(
        name=caller.name,
        email=caller.email,
        may_create_workspace=founding.may_create(caller),
        workspaces=[
            MembershipView(
                workspace_id,
                there[workspace_id].name,
                member.member_id,
                "admin" if member.is_admin else "member",
                there[workspace_id].closes_at,
                PlaybackView.of(member),
            )
            for workspace_id, member in of.items()
            if workspace_id in there
        ],
        invitations=[
            OpenInvitation(
                workspace_id,
                there[workspace_id].name,
                invitation.invited_by,
                times.from_epoch(invitation.expires_at),
            )
            for workspace_id, invitation in invited.items()
            if workspace_id in there and workspace_id not in of
        ],
    )
