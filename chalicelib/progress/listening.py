"""Taking what players report.

What was heard is merged by union, the position is the latest event's, and a track is completed once: the
order in which events arrive, and whether they arrive again, changes nothing. So an event that was not
answered is simply sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.progress import completion, events, recent, revisions, standing
from chalicelib.progress.events import Event, Refusal
from chalicelib.progress.models import Key
from chalicelib.progress.standing import Standing
from chalicelib.workspaces import visits
from chalicelib.workspaces.models import Member

MOST_EVENTS = 50
"""In one request: ten minutes of listening that was not reported in between."""


@dataclass(frozen=True)
class Taken:
    """What became of events: how many were taken, which not, and how far the member is now."""

    count: int
    refused: dict[int, Refusal]
    """By their place in the request."""

    standings: list[tuple[Standing, int]]
    """Of the revisions that were written, with how long they are in milliseconds."""


def take(me: Member, reported: Sequence[Event], *, now: datetime) -> Taken:
    """Take events of the caller's; one that is refused keeps no other from being taken.

    The events of one revision make one write: its position is the latest one's and what was heard the union,
    exactly as if they had come one by one.
    """
    refused = {place: why for place, event in enumerate(reported) if (why := events.refusal(event, now))}
    believed = {place: event for place, event in enumerate(reported) if place not in refused}
    lengths = revisions.open_to(me, {event.key for event in believed.values()})
    of_revision: dict[Key, list[Event]] = {}
    for place, event in believed.items():
        if event.key in lengths:
            of_revision.setdefault(event.key, []).append(event)
        else:
            refused[place] = events.NOT_FOUND
    standings = []
    for key, group in of_revision.items():
        written = _write(me, key, group, lengths[key])
        if written:
            standings.append((completion.reach(me, written, lengths[key], now=now), lengths[key]))
    beginnings = [event for group in of_revision.values() for event in group if event.begins_session]
    recent.note(me, beginnings)
    if beginnings:
        visits.note(me, now=now)
    return Taken(len(reported) - len(refused), refused, standings)


def _write(me: Member, key: Key, group: list[Event], duration_ms: int) -> Standing | None:
    """The standing after these events of one revision; None where they say nothing that was not known."""
    heard = sorted(set[int]().union(*(event.heard(duration_ms) for event in group)))
    latest = events.latest(group)
    values: dict[str, Any] = {
        ":position": {"N": str(min(latest.position_ms, duration_ms))},
        ":last": {"B": events.order(latest)},
    }
    add, heard_value = "", {}
    if heard:
        add, heard_value = "ADD heard :heard", {":heard": {"NS": [str(bucket) for bucket in heard]}}
    try:
        return _update(
            me,
            key,
            f"SET #position = :position, #last = :last {add}",
            values | heard_value,
            ConditionExpression="attribute_not_exists(#last) OR #last < :last",
            ExpressionAttributeNames={"#position": "position", "#last": "last"},
        )
    except ClientError as error:
        if not aws.is_failed_condition(error):
            raise
    # A later event was here before: a condition gates the whole update, so what was heard comes alone.
    return _update(me, key, add, heard_value) if heard else None


def _update(me: Member, key: Key, expression: str, values: dict[str, Any], **more: Any) -> Standing:
    answer = aws.client("dynamodb").update_item(
        TableName=standing.TABLE,
        Key=standing.item_key(me.member_id, key),
        UpdateExpression=expression,
        ExpressionAttributeValues=values,
        ReturnValues="ALL_NEW",
        **more,
    )
    return Standing.of_item(answer["Attributes"])
