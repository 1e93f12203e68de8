"""Telling every admin by mail that their workspace is to be deleted, or stays; by the stream's reader."""

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib import aws, letters, mail, settings
from chalicelib.activity.models import Activity
from chalicelib.closing.asking import CLOSES_IN
from chalicelib.workspaces.models import Member, Workspace

TEMPLATES: Final = Path(__file__).with_name("templates")


def closing(activity: Activity) -> None:
    """Tell every admin until when it can be taken back, after a ``workspace_closing`` activity."""
    _send(activity, "closing", f"{{}} will be deleted in {CLOSES_IN.days} days")


def kept(activity: Activity) -> None:
    """Tell every admin that nothing is deleted, after a ``workspace_kept`` activity."""
    _send(activity, "kept", "{} will not be deleted")


def _send(activity: Activity, letter: str, subject: str) -> None:
    workspace = aws.found(Workspace, activity.workspace_id)
    if workspace is None:  # removed since
        return
    keys = [(workspace.workspace_id, member_id) for member_id in sorted(workspace.admin_ids)]
    for admin in Member.batch_get(keys):
        text, html = letters.write(
            TEMPLATES,
            letter,
            workspace=workspace.name,
            by=activity.details["by"],
            at=_said(datetime.fromisoformat(activity.details["at"]), admin.time_zone),
            url=f"{settings.BASE_URL}#/w/{workspace.workspace_id}/settings",
        )
        mail.send(to=admin.email, subject=subject.format(workspace.name), text=text, html=html)


def _said(moment: datetime, zone: str) -> str:
    """A moment as a clock in this zone tells it."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M} ({zone})"
