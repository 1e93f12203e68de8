"""What becomes of feedback once it is there: all of it its receiver's to decide."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.auth import audience
from chalicelib.conversations import voice
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.tracks import uploads
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Member

Found = tuple[list[Feedback], dict[str, Any] | None]


def received(me: Member, *, closed: bool, limit: int, after: dict[str, Any] | None) -> Found:
    """What was delivered to the caller, newest first, and the position behind it."""
    found = Feedback.received_by(me.member_id, closed=closed, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def respond(me: Member, feedback_id: str, said: Mapping[str, bool], *, now: datetime) -> Feedback:
    """Feedback after the caller has thanked for it, marked it used, published or closed it, or undone the
    last two.

    The giver is told of thanks and of use, and never that it was closed. Raises `NotFound`,
    `GiverHasNotAgreed`.
    """
    aws.repeat(partial(_responded, me, feedback_id, said, now))
    return delivered(me, feedback_id)


def delivered(me: Member, feedback_id: str) -> Feedback:
    """Feedback that the caller has received, as of now. Raises `NotFound`."""
    feedback = aws.found(Feedback, me.member_id, feedback_id)
    if feedback is None:
        raise errors.NotFound
    if feedback.delivered_at is None or feedback.hidden is not None:
        raise errors.NotFound
    return feedback


def audio(me: Member, feedback_id: str, *, now: datetime) -> AudioView:
    """Where to hear feedback that was spoken to the caller. Raises `NotFound`."""
    feedback = delivered(me, feedback_id)
    return voice.audio(me.workspace_id, feedback.voice_track_id, feedback.voice_revision, now=now)


def published(me: Member, track_id: str, *, limit: int, after: dict[str, Any] | None, now: datetime) -> Found:
    """What was published on a track to an audience of the caller's, newest first. Raises `NotFound`.

    Nothing where nobody is to know who speaks: it is said to them.
    """
    if uploads.heard_by(me, track_id, now=now).is_nameless:
        return [], None
    keys = audience.keys_of(me)
    found = Feedback.published_on_track(track_id, keys, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def published_audio(me: Member, track_id: str, feedback_id: str, *, now: datetime) -> AudioView:
    """Where to hear feedback that was published. Raises `NotFound`."""
    feedback = one_published(me, track_id, feedback_id, now=now)
    return voice.audio(me.workspace_id, feedback.voice_track_id, feedback.voice_revision, now=now)


def one_published(me: Member, track_id: str, feedback_id: str, *, now: datetime) -> Feedback:
    """Feedback that was published on a track to an audience of the caller's. Raises `NotFound`."""
    track = uploads.heard_by(me, track_id, now=now)
    feedback = aws.found(Feedback, track.speaker_id, feedback_id)
    if feedback is None:
        raise errors.NotFound
    is_shown = feedback.published_on == track_id and feedback.hidden is None
    if not (is_shown and audience.may_open(me, feedback.published_to)):
        raise errors.NotFound
    return feedback


def _responded(me: Member, feedback_id: str, said: Mapping[str, bool], now: datetime) -> bool:
    feedback = delivered(me, feedback_id)
    condition: Condition = Feedback.delivered_at.exists() & Feedback.hidden.does_not_exist()
    actions: list[Action] = []
    told: list[log.Kind] = []
    if said.get("thanked") and feedback.thanked_at is None:
        actions.append(Feedback.thanked_at.set(now))
        condition &= Feedback.thanked_at.does_not_exist()
        told.append("feedback_thanked")
    if said.get("used") and feedback.used_at is None:
        actions.append(Feedback.used_at.set(now))
        condition &= Feedback.used_at.does_not_exist()
        told.append("feedback_used")
    if "closed" in said and said["closed"] != (feedback.closed_at is not None):
        actions.append(Feedback.closed_at.set(now) if said["closed"] else Feedback.closed_at.remove())
    if "published" in said and said["published"] != (feedback.published_at is not None):
        if said["published"]:
            condition &= Feedback.may_publish.is_in(True)
        actions += _publication(me, feedback, said["published"], now)
    if not actions:
        return True

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Feedback(me.member_id, feedback_id),
            actions=actions,
            condition=condition,
        )
        for kind in told:
            log.record(
                transaction,
                kind,
                f"m#{feedback.giver_id}",
                workspace_id=me.workspace_id,
                actor_id=me.member_id,
                now=now,
            )

    return aws.written(fill)


def _publication(me: Member, feedback: Feedback, publish: bool, now: datetime) -> list[Action]:
    """Publish it to those whom its track is for now, or to nobody any more."""
    if not publish:
        return [
            Feedback.published_on.remove(),
            Feedback.published_at.remove(),
            Feedback.published_to.remove(),
        ]
    if not feedback.may_publish:
        raise errors.GiverHasNotAgreed
    track = uploads.of_speaker(me, feedback.track_id, now=now)
    return [
        Feedback.published_on.set(track.track_id),
        Feedback.published_at.set(now),
        Feedback.published_to.set(str(track.known_to)),
    ]
