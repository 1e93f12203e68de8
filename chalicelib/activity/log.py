"""Writing down what happened, in the transaction of the change itself, and reading it back.

The table is the outbox: its stream makes everything that follows from a change, so that nothing that was
changed is forgotten between two writes.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import uuid6
from pynamodb.transactions import TransactWrite

from chalicelib import times
from chalicelib.activity.models import Activity
from chalicelib.auth import audience
from chalicelib.workspaces.models import Member

log = logging.getLogger(__name__)

KEPT = timedelta(days=365)

Kind = Literal[
    "workspace_created",
    "workspace_closing",
    "workspace_kept",
    "member_invited",
    "member_joined",
    "track_published",
    "track_revised",
    "track_changed",
    "track_taken_back",
    "audio_replaced",
    "transcript_changed",
    "revision_deleted",
    "review_asked",
    "member_renamed",
    "member_moved",
    "member_left",
    "member_returned",
    "member_erasing",
    "playlist_created",
    "entry_added",
    "entry_removed",
    "playlist_deleted",
    "playlist_assigned",
    "expertise_shared",
    "group_invited",
    "group_joined",
    "group_handed_over",
    "group_closed",
    "mentor_assigned",
    "round_opened",
    "round_reminder",
    "round_closed",
    "round_rolled_over",
    "question_asked",
    "question_answered",
    "feedback_delivered",
    "feedback_thanked",
    "feedback_used",
    "thanks_sent",
    "use_told",
    "taught_back",
    "use_asked",
    "words_hidden",
    "words_shown",
]

TOLD = frozenset(
    {
        "workspace_created",
        "member_joined",
        "track_published",
        "track_revised",
        "playlist_created",
        "playlist_assigned",
        "entry_added",
        "expertise_shared",
        "group_invited",
        "group_joined",
        "group_handed_over",
        "mentor_assigned",
        "round_opened",
        "round_reminder",
        "round_closed",
        "round_rolled_over",
        "question_asked",
        "question_answered",
        "feedback_delivered",
        "feedback_thanked",
        "feedback_used",
        "thanks_sent",
        "use_told",
        "taught_back",
        "use_asked",
        "review_asked",
        "words_hidden",
        "words_shown",
    }
)
"""Kinds that are news to people; the others are for the stream's readers alone."""


def record(
    transaction: TransactWrite,
    kind: Kind,
    audience_key: str,
    *,
    workspace_id: str,
    actor_id: str | None,
    now: datetime,
    track_id: str | None = None,
    playlist_id: str | None = None,
    group_id: str | None = None,
    round_id: str | None = None,
    question_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add what happened to the transaction in which it happens; without an actor where nobody is to know."""
    transaction.save(
        Activity(
            audience_key,
            str(uuid6.uuid7()),
            kind=kind,
            workspace_id=workspace_id,
            actor_id=actor_id,
            at=now,
            track_id=track_id,
            playlist_id=playlist_id,
            group_id=group_id,
            round_id=round_id,
            question_id=question_id,
            details=details,
            expires_at=times.epoch(now + KEPT),
        )
    )


def seen_by(member: Member, *, before: str | None, limit: int) -> list[Activity]:
    """What happened for the workspace, for this member's groups and for them alone, newest first.

    Before an activity, where that is given.
    """
    return newest_of_each(member, before=before, limit=limit)[:limit]


def newest_of_each(
    member: Member, *, limit: int, before: str | None = None, after: str | None = None
) -> list[Activity]:
    """The same, so many for each of these audiences: what happens for all takes no place of what is for one.

    Before an activity, or else after one, where that is given.
    """
    found = [
        activity
        for audience_key in audience.keys_of(member)
        for activity in Activity.of_audience(audience_key, before=before, after=after, limit=limit)
    ]
    return sorted(found, key=lambda activity: activity.activity_id, reverse=True)


def react(record: dict[str, Any], reactions: Mapping[str, Callable[[Activity], object]]) -> None:
    """Do what follows from the activity in a stream record; from most kinds nothing does."""
    image = record["dynamodb"].get("NewImage")
    if record["eventName"] != "INSERT" or image is None:
        return
    activity = Activity.of_image(image)
    reaction = reactions.get(activity.kind)
    if reaction:
        log.info("reacting", extra={"kind": activity.kind, "activity_id": activity.activity_id})
        reaction(activity)
