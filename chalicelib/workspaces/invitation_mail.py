"""The mail that invites; sent by the reader of the activity stream."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from pynamodb.exceptions import DoesNotExist

from chalicelib import mail, settings
from chalicelib.activity.models import Activity
from chalicelib.workspaces.models import Invitation, Workspace


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
    words = {
        "invited_by": invited_by,
        "workspace_name": workspace_name,
        "url": settings.BASE_URL,
    }
    templates = _templates()
    return (
        templates.get_template("invitation.txt").render(words),
        templates.get_template("invitation.html").render(words),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"]),
    )
