"""Giving feedback through an open door, and taking it back for a quarter of an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid5

import uuid6
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.conversations import doors, feedback_delivery, loop_feedback, voice
from chalicelib.conversations.feedback_models import MOST_A_DAY, WITHDRAWABLE, Feedback, Given, Pair
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces import members, quotas
from chalicelib.workspaces.models import Member, Quota

NAMES: Final = UUID("5b0f6c2e-3f0b-4c57-9d5a-0f8b7b6a1c44")
"""The namespace of the ids of what comes together with a first ``try`` (RFC 9562, section 6.6)."""


@dataclass(frozen=True)
class Note:
    """What is said of a moment of a track: written, or spoken."""

    kind: str
    at_ms: int
    heard: str | None = None
    effect: str | None = None
    would_try: str | None = None
    voice_track_id: str | None = None


@dataclass(frozen=True)
class Gift:
    """What somebody gives at once: a note, maybe with the ``keep`` that comes with a first ``try``."""

    note: Note
    keep: Note | None
    may_publish: bool
    playlist_id: str | None
    """In which the giver listens: the feedback counts in their loop through it."""


def give(me: Member, track_id: str, gift: Gift, *, feedback_id: str | None, now: datetime) -> Feedback:
    """Give feedback to the speaker of a track.

    The same ``feedback_id`` from the same giver names the same feedback. Raises `NotFound`, `OwnTrack`,
    `DoorClosed`, `KeepComesFirst`, `InvalidRequest` where a moment lies behind the track's end,
    `AlreadyExists`, `QuotaReached`, and what `voice.recorded` raises.
    """
    track = uploads.heard_by(me, track_id, now=now)
    if track.speaker_id == me.member_id:
        raise errors.OwnTrack
    if gift.playlist_id is not None:
        loop_feedback.check(me, gift.playlist_id, track_id)
    id_ = feedback_id or str(uuid6.uuid7())
    made = [_made(me, track, note, id_, now) for note in (gift.note, gift.keep) if note is not None]
    if len(made) > 1:
        [with_it, keep] = made
        keep.feedback_id = str(uuid5(NAMES, id_))
        with_it.comes_with, keep.comes_with = keep.feedback_id, with_it.feedback_id
    for feedback in made:
        feedback.may_publish = gift.may_publish
    aws.repeat(partial(_given, me, track, gift.playlist_id, made, now))
    return _own(me, id_)


def withdraw(me: Member, feedback_id: str, *, now: datetime) -> None:
    """Take back what the caller has given; with a ``keep`` goes the ``try`` that came with it.

    Raises `NotFound`, `TooLateToWithdraw`.
    """
    aws.repeat(partial(_withdrawn, me, feedback_id, now))


def let_publish(me: Member, feedback_id: str, may: bool) -> Feedback:
    """Agree to having it published, or no more: then it is not published any more. Raises `NotFound`."""
    feedback = _own(me, feedback_id)
    actions: list[Action] = [Feedback.may_publish.set(may)]
    if not may:
        actions += [
            Feedback.published_on.remove(),
            Feedback.published_at.remove(),
            Feedback.published_to.remove(),
        ]
    aws.repeat(
        lambda: aws.written(
            lambda transaction: transaction.update(
                feedback, actions=actions, condition=Feedback.receiver_id.exists()
            )
        )
    )
    return _own(me, feedback_id)


def given(
    me: Member, *, limit: int, after: dict[str, Any] | None
) -> tuple[list[Feedback], dict[str, Any] | None]:
    """What the caller has given, newest first, and the position behind it."""
    found = Given.of_giver(me.member_id, limit=limit, after=after)
    notes = list(found)
    there = {
        feedback.feedback_id: feedback
        for feedback in Feedback.batch_get(
            [(note.receiver_id, note.feedback_id) for note in notes], consistent_read=True
        )
    }
    shown = [there[note.feedback_id] for note in notes if note.feedback_id in there]
    return shown, aws.behind(found, notes)


def needs_keep(giver_id: str, receiver_id: str, *, now: datetime) -> bool:
    """Whether a ``try`` to this receiver is the giver's first, which comes together with a ``keep``."""
    pair = _pair(giver_id, receiver_id)
    return pair is None or pair.settled_at > now


def _made(me: Member, track: Track, note: Note, feedback_id: str, now: datetime) -> Feedback:
    """A feedback that is not saved yet."""
    if note.at_ms > track.duration_ms:
        raise errors.InvalidRequest(f"`at_ms` lies behind the end of the track, {track.duration_ms} ms.")
    said = voice.recorded(me, note.voice_track_id, now=now) if note.voice_track_id else None
    return Feedback(
        track.speaker_id,
        feedback_id,
        workspace_id=me.workspace_id,
        giver_id=me.member_id,
        track_id=track.track_id,
        revision=track.revision,
        kind=note.kind,
        at_ms=note.at_ms,
        heard=note.heard,
        effect=note.effect,
        would_try=note.would_try,
        voice_track_id=note.voice_track_id,
        voice_revision=said.revision if said else None,
        given_at=now,
    )


def _given(me: Member, track: Track, playlist_id: str | None, made: list[Feedback], now: datetime) -> bool:
    [first, *_] = made
    if _is_there(me, first):
        return True
    ways = doors.ways_in(me, track, now=now)
    receiver = members.get(me.workspace_id, track.speaker_id)
    if not ways or not receiver.is_active:
        raise errors.DoorClosed
    pair = _pair(me.member_id, receiver.member_id) if first.kind == "try" else None
    if first.kind == "try" and len(made) == 1 and (pair is None or pair.settled_at > now):
        raise errors.KeepComesFirst
    sentence = f"You may give feedback {MOST_A_DAY} times a day. Go on tomorrow."
    quotas.check(me, Quota.feedback, MOST_A_DAY, sentence, now=now)

    def fill(transaction: TransactWrite) -> None:
        doors.hold_open(transaction, ways, now=now)
        for feedback in made:
            transaction.save(feedback, condition=Feedback.receiver_id.does_not_exist())
            transaction.save(_noted(me, feedback, playlist_id))
        if first.kind == "try" and pair is None:
            transaction.save(
                Pair(
                    receiver.member_id,
                    Pair.note_of(me.member_id),
                    first_try_id=first.feedback_id,
                    settled_at=now + WITHDRAWABLE,
                ),
                condition=Pair.receiver_id.does_not_exist(),
            )
        feedback_delivery.plan(transaction, receiver, made, not_before=now + WITHDRAWABLE, now=now)
        quotas.count(transaction, me, Quota.feedback, MOST_A_DAY, now=now)
        if playlist_id is not None:
            loop_feedback.count(transaction, me.member_id, playlist_id, first.feedback_id, now=now)

    return aws.written(fill)


def _is_there(me: Member, feedback: Feedback) -> bool:
    """Whether the caller gave it before. Raises `AlreadyExists` where somebody else did."""
    there = aws.found(Feedback, feedback.receiver_id, feedback.feedback_id)
    if there is None:
        return False
    if there.giver_id != me.member_id:
        raise errors.AlreadyExists
    return True


def _withdrawn(me: Member, feedback_id: str, now: datetime) -> bool:
    note = _note(me, feedback_id)
    feedback = _own(me, feedback_id)
    if feedback.withdrawable_until <= now:
        raise errors.TooLateToWithdraw(WITHDRAWABLE // timedelta(minutes=1))
    ids = [feedback_id]
    if feedback.kind == "keep" and feedback.comes_with is not None:
        ids.append(feedback.comes_with)
    pair = _pair(me.member_id, feedback.receiver_id)

    def fill(transaction: TransactWrite) -> None:
        for each in ids:
            waits = Feedback.delivered_at.does_not_exist()
            transaction.delete(Feedback(feedback.receiver_id, each), condition=waits)
            transaction.delete(Given(me.member_id, Given.note_of(each)))
        if pair is not None and pair.first_try_id in ids:
            transaction.delete(pair, condition=Pair.first_try_id == pair.first_try_id)
        if note.playlist_id is not None:
            loop_feedback.uncount(transaction, me.member_id, note.playlist_id, ids)

    return aws.written(fill)


def _own(me: Member, feedback_id: str) -> Feedback:
    """What the caller has given. Raises `NotFound`."""
    note = _note(me, feedback_id)
    there = aws.found(Feedback, note.receiver_id, feedback_id)
    if there is None:
        raise errors.NotFound
    return there


def _note(me: Member, feedback_id: str) -> Given:
    """The caller's own note of what they have given. Raises `NotFound`."""
    there = aws.found(Given, me.member_id, Given.note_of(feedback_id))
    if there is None:
        raise errors.NotFound
    return there


def _pair(giver_id: str, receiver_id: str) -> Pair | None:
    return aws.found(Pair, receiver_id, Pair.note_of(giver_id))


def _noted(me: Member, feedback: Feedback, playlist_id: str | None) -> Given:
    return Given(
        me.member_id,
        Given.note_of(feedback.feedback_id),
        receiver_id=feedback.receiver_id,
        given_by=me.member_id,
        given_at=feedback.given_at,
        playlist_id=playlist_id,
    )
