"""Noting that something happened for a few people alone, so that only for them it is looked up."""

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.digests.models import Subscription
from chalicelib.groups.models import Group


def note(activity: Activity) -> None:
    """Note for a member, or for everybody in a group, that something has happened there."""
    kind, _, id_ = activity.audience_key.partition("#")
    if kind == "m":
        _note(activity, id_)
    elif kind == "g":
        for group in Group.of_ids(activity.workspace_id, [id_]):
            for member_id in group.people:
                if member_id != activity.actor_id:
                    _note(activity, member_id)


def _note(activity: Activity, member_id: str) -> None:
    subscription = Subscription(activity.workspace_id, member_id)
    aws.patiently(lambda: subscription.update(actions=[Subscription.news_at.set(activity.at)]))
