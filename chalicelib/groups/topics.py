"""The topics of a group's rounds: adding, removing, wanting one next."""

from datetime import datetime

import msgspec
import uuid6
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from chalicelib import aws, errors, times
from chalicelib.groups import finding
from chalicelib.groups.models import MOST_TOPICS, Group, Wish, at
from chalicelib.workspaces.models import Member


def add(me: Member, group_id: str, text: str, *, topic_id: str | None, now: datetime) -> str:
    """The id of a topic that the caller adds, and wants. The same ``topic_id`` names the same topic.

    Raises `NotFound`, `TooManyTopics`, `AlreadyExists`.
    """
    topic_id = topic_id or str(uuid6.uuid7())
    wish = Wish(text, me.member_id, times.epoch_ms(now), votes={me.member_id: True})
    place = at(Group.topics, topic_id)

    def added() -> bool:
        group = finding.opened(me, group_id)
        there = group.wishes.get(topic_id)
        if there:
            if there.added_by != me.member_id:
                raise errors.AlreadyExists
            return True
        if len(group.wishes) >= MOST_TOPICS:
            raise errors.TooManyTopics(MOST_TOPICS)
        room: Condition = place.does_not_exist() & (size(Group.topics) < MOST_TOPICS)
        return _written(me, group, place.set(msgspec.to_builtins(wish)), room)

    aws.repeat(added)
    return topic_id


def remove(me: Member, group_id: str, topic_id: str) -> None:
    """Remove a topic that the caller has added, or any from a group of theirs. Raises `NotFound`."""
    place = at(Group.topics, topic_id)

    def removed() -> bool:
        group = finding.opened(me, group_id)
        there = group.wishes.get(topic_id)
        if there is None or me.member_id not in (there.added_by, group.owner_id):
            raise errors.NotFound
        return _written(me, group, place.remove(), place.exists())

    aws.repeat(removed)


def vote(me: Member, group_id: str, topic_id: str, *, wanted: bool) -> None:
    """Want a topic next, or not any more; wanting it twice is wanting it once. Raises `NotFound`."""
    place = at(Group.topics, topic_id, "votes", me.member_id)
    action = place.set(True) if wanted else place.remove()

    def voted() -> bool:
        group = finding.opened(me, group_id)
        if topic_id not in group.wishes:
            raise errors.NotFound
        return _written(me, group, action, at(Group.topics, topic_id).exists())

    aws.repeat(voted)


def _written(me: Member, group: Group, action: Action, condition: Condition) -> bool:
    still = at(Group.members, me.member_id).exists() & condition
    return aws.written(lambda transaction: transaction.update(group, actions=[action], condition=still))
