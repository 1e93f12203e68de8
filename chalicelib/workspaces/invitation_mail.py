"""The mail that invites; sent by the reader of the activity stream."""

from pathlib import Path
from typing import Final

from pynamodb.exceptions import DoesNotExist

from chalicelib import letters, mail, settings
from chalicelib.activity.models import Activity
from chalicelib.workspaces.models import Invitation, Workspace

TEMPLATES: Final = Path(__file__).with_name("templates")


def send(activity: Activity) -> None:
    """Send the mail for a ``member_invited`` activity, unless the invitation was withdrawn or used since."""
    try:
        invitation = Invitation.get(
            activity.workspace_id, activity.details["invitation_id"], consistent_read=True
        )
        workspace = Workspace.get(activity.workspace_id, consistent_read=True)
    except DoesNotExist:
        return
    text, html = compose(invitation.invited_by, workspace.name)
    mail.send(
        to=invitation.email,
        subject=f"{invitation.invited_by} invites you to {workspace.name} on Earshot",
        text=text,
        html=html,
    )


def compose(invited_by: str, workspace_name: str) -> tuple[str, str]:
    """The mail as text and as HTML."""
    return letters.write(
        TEMPLATES, "invitation", invited_by=invited_by, workspace_name=workspace_name, url=settings.BASE_URL
    )
