"""The mail that somebody has feedback: never with its text, and once for what was delivered together."""

from pathlib import Path
from typing import Final

from chalicelib import aws, errors, letters, mail, settings
from chalicelib.activity.models import Activity
from chalicelib.digests import unsubscribing, wishes
from chalicelib.digests.models import Subscription
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Workspace

TEMPLATES: Final = Path(__file__).with_name("templates")


def send(activity: Activity) -> None:
    """Tell of a ``feedback_delivered`` activity, unless its receiver wants no such mail or had it already."""
    try:
        member = members.get(activity.workspace_id, activity.audience_key.removeprefix("m#"))
    except errors.NotFound:  # erased since
        return
    wanted = wishes.of(member)
    if not member.is_active or wanted.stopped or wanted.feedback is False or not _is_first(activity, wanted):
        return
    workspace = Workspace.get(activity.workspace_id, consistent_read=True)
    address = unsubscribing.url(member.workspace_id, member.member_id, "feedback")
    text, html = letters.write(
        TEMPLATES,
        "feedback",
        workspace=workspace.name,
        url=f"{settings.BASE_URL}#/w/{member.workspace_id}/feedback",
        unsubscribe=address,
    )
    mail.send(
        to=member.email,
        subject=f"You have feedback at {workspace.name}",
        text=text,
        html=html,
        headers=unsubscribing.headers(address),
        tags={"workspace": member.workspace_id, "member": member.member_id},
    )


def _is_first(activity: Activity, wanted: Subscription) -> bool:
    """Note that it is told, before it is: a stream that delivers again tells nobody again."""
    told = Subscription.feedback_told
    earlier = told.does_not_exist() | (told < activity.activity_id)
    return aws.updated(wanted, [told.set(activity.activity_id)], earlier)
