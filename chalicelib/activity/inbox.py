"""The inbox: of what happened, what is for the member alone, in their groups or new in what they follow.

It is made from the log on reading, with what the member may open then. That something was read stands in
one item of theirs, so that it is read on every device.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
import uuid6
from msgspec import Meta
from pynamodb.expressions.condition import size

from chalicelib import aws
from chalicelib.activity import log, reading
from chalicelib.activity.inbox_models import INBOX, MOST_APART, Read
from chalicelib.activity.models import Activity
from chalicelib.activity.reading import ActivityView
from chalicelib.aws import patiently
from chalicelib.conversations.question_models import Question
from chalicelib.playlists import following
from chalicelib.tracks import library as tracks
from chalicelib.workspaces.models import Member

LOOKED_AT: Final = 100
"""Of the newest that happened for each audience, those looked at together; of each for what is unread."""

MOST_LOOKS: Final = 3
"""How often one answer looks further back for what is the member's."""

NEW_FOR: Final = timedelta(days=30)
"""What is older counts as read."""

MOST_UNREAD: Final = 99
"""Unread things that are told; of more it is said that there are more."""

OF_GROUPS: Final = frozenset(
    {"round_opened", "round_reminder", "round_closed", "round_rolled_over", "group_handed_over"}
)
OF_PLACES: Final = {
    "feedback_delivered": "feedback",
    "feedback_thanked": "feedback",
    "feedback_used": "feedback",
    "group_invited": "groups",
    "mentor_assigned": "mentoring",
    "taught_back": "thanks",
    "thanks_sent": "thanks",
    "use_told": "thanks",
}
"""The pages on which one reads what is about nothing that has a page of its own."""


class InboxItem(ActivityView, kw_only=True):
    """Something in the inbox."""

    read: bool
    page: Annotated[str, Meta(description="The page of the client on which one reads it.")]


class UnreadItem(msgspec.Struct):
    """Something unread, and the page of the client on which one reads it."""

    activity_id: str
    page: str


class UnreadView(msgspec.Struct):
    """What is unread in the inbox, newest first."""

    count: int
    more: Annotated[bool, Meta(description=f"Whether there are more than the {MOST_UNREAD} counted.")]
    items: list[UnreadItem]


def listed(
    me: Member, *, before: str | None, limit: int, now: datetime
) -> tuple[list[InboxItem], str | None]:
    """What is in the inbox before an activity, newest first, and the activity to go on behind.

    There may be fewer than ``limit`` before the end: one answer looks through so many and no more.
    """
    known, followed = _read(me), following.followed(me)
    found: list[InboxItem] = []
    for _ in range(MOST_LOOKS):
        happened = log.seen_by(me, before=before, limit=LOOKED_AT)
        found += _items(me, happened, followed, known, now)
        before = happened[-1].activity_id if len(happened) == LOOKED_AT else None
        if before is None or len(found) >= limit:
            break
    if len(found) > limit:
        return found[:limit], found[limit - 1].activity_id
    return found, before


def unread(me: Member, *, now: datetime) -> UnreadView:
    """What of the newest that happened is unread."""
    known = _read(me)
    happened = log.newest_of_each(me, after=known.until, limit=LOOKED_AT)
    new = [each for each in happened if _is_new(me, each, known, now)]
    added = any(each.kind == "entry_added" for each in new)
    followed = following.followed(me) if added else ()
    likely = [each for each in new if _may_concern(me, each, followed)]
    items = _items(me, likely[:LOOKED_AT], followed, known, now)
    return UnreadView(
        count=min(len(items), MOST_UNREAD),
        more=len(items) > MOST_UNREAD,
        items=[UnreadItem(each.activity_id, each.page) for each in items[:MOST_UNREAD]],
    )


def read(me: Member, activity_ids: Collection[str]) -> None:
    """Have read these; what is not in one's inbox changes nothing there."""
    newest = str(uuid6.uuid7())
    wanted = {each for each in activity_ids if each < newest}
    if not wanted:
        return
    item, apart = Read(me.member_id), Read.apart
    room = apart.does_not_exist() | (size(apart) <= MOST_APART - len(wanted))
    if not aws.updated(item, [apart.add(wanted)], room):
        kept = sorted({*(_read(me).apart or ()), *wanted})
        read_until(me, kept[len(kept) // 2])
        read(me, activity_ids)


def read_until(me: Member, activity_id: str) -> None:
    """Have read everything until an activity, which has happened."""
    until = min(activity_id, str(uuid6.uuid7()))
    item = Read(me.member_id)
    is_later = Read.until.does_not_exist() | (Read.until < until)
    aws.updated(item, [Read.until.set(until)], is_later)
    covered = {each for each in _read(me).apart or () if each <= until}
    if covered:
        patiently(lambda: item.update(actions=[Read.apart.delete(covered)]))


def _read(me: Member) -> Read:
    return aws.found(Read, me.member_id, INBOX) or Read(me.member_id)


def _is_new(me: Member, activity: Activity, known: Read, now: datetime) -> bool:
    is_recent = activity.at > max(me.joined_at, now - NEW_FOR)
    return is_recent and not known.has(activity.activity_id)


def _items(
    me: Member, happened: Sequence[Activity], followed: Collection[str], known: Read, now: datetime
) -> list[InboxItem]:
    """What of this is in the inbox."""
    likely = [each for each in happened if _may_concern(me, each, followed)]
    theirs = _with_own_questions(me, likely)
    unread = {each.activity_id for each in theirs if _is_new(me, each, known, now)}
    return [
        InboxItem(
            **{name: getattr(view, name) for name in view.__struct_fields__},
            read=view.activity_id not in unread,
            page=_page(view),
        )
        for view in reading.as_seen(me, theirs, followed)
    ]


def _may_concern(me: Member, activity: Activity, followed: Collection[str]) -> bool:
    if activity.actor_id == me.member_id or activity.kind not in log.TOLD:
        return False
    if activity.kind == "entry_added":
        return activity.playlist_id in followed
    if activity.question_id is not None or activity.kind in OF_GROUPS:
        return True
    return bool(activity.audience_key == me.own_key)


def _with_own_questions(me: Member, happened: list[Activity]) -> list[Activity]:
    """What happened, of questions only those asked of the member, in their groups or answered to them."""
    ids = {each.question_id for each in happened if each.question_id}
    found = {
        question.question_id: question
        for question in Question.batch_get(
            [(me.workspace_id, each) for each in sorted(ids)], consistent_read=True
        )
        if question.is_published
    }
    heard = tracks.visible(me, {each.track_id for each in found.values() if each.track_id})
    spoken = {track_id for track_id, track in heard.items() if track.speaker_id == me.member_id}

    def is_theirs(activity: Activity) -> bool:
        question = found.get(activity.question_id or "")
        if question is None:
            return False
        if activity.kind == "question_answered":
            return bool(question.asker_id == me.member_id)
        return question.track_id is None or question.track_id in spoken

    return [each for each in happened if each.question_id is None or is_theirs(each)]


def _page(view: ActivityView) -> str:
    if view.kind in OF_PLACES:
        return OF_PLACES[view.kind]
    if view.question_id:
        return f"question/{view.question_id}"
    if view.round_id:
        return f"round/{view.round_id}"
    if view.group_id:
        return f"group/{view.group_id}"
    if view.playlist_id:
        return f"playlist/{view.playlist_id}"
    return f"track/{view.track_id}" if view.track_id else "inbox"
