"""Asking, by name or anonymously, and deleting what one has asked.

Of an anonymous question nothing outside the asker's own partition says who asked: not the question, not what
is due, not the log. What the asker needs to find it again, how much they have asked, and what makes asking
repeatable stand in their own partition.
"""

import secrets
import uuid
from datetime import datetime
from functools import partial
from typing import Final

import uuid6
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.conversations import (
    anonymity,
    answering,
    question_news,
    question_publishing,
    question_reading,
)
from chalicelib.conversations.question_models import (
    MOST_QUESTIONS_A_DAY,
    Answer,
    Asked,
    Asking,
    Question,
    listed_at,
    listed_on,
    round_of,
    waiting_in,
)
from chalicelib.conversations.question_reading import Place
from chalicelib.due import planning
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

TOKEN_BYTES: Final = 32


def ask_by_name(
    me: Member, place: Place, text: str, *, at_ms: int | None, question_id: str | None, now: datetime
) -> tuple[Asked, Question]:
    """A question that everybody in its place can read at once, with its asker's name.

    The same ``question_id`` from the same asker names the same question. Raises `AlreadyExists`,
    `QuotaReached`, and `InvalidRequest` where the moment lies behind the end of the track.
    """
    question = _made(me, place, text, at_ms, question_id or str(uuid6.uuid7()), now)
    question.asker_id, question.asked_at = me.member_id, now
    question.waits_for = None if place.asked_of == me.member_id else place.asked_of
    question.status, question.listed_in = "published", place.key
    question.listed_as = listed_at(now, question.question_id)
    note = _note(me, question)

    def asked() -> bool:
        there = question_reading.get(me.workspace_id, question.question_id)
        if there is not None:
            if there.asker_id != me.member_id:
                raise errors.AlreadyExists
            return True
        _check_quota(me, now)

        def fill(transaction: TransactWrite) -> None:
            _save(transaction, me, question, note, now)
            question_news.tell(
                transaction,
                "question_asked",
                question,
                speaker_id=place.speaker_id,
                actor_id=me.member_id,
                now=now,
            )

        return aws.written(fill)

    aws.repeat(asked)
    return _own(me, question.question_id)


def ask_anonymously(
    me: Member, place: Place, text: str, *, at_ms: int | None, key: str | None, now: datetime
) -> tuple[Asked, Question]:
    """A question of which nobody can tell who asked; published with the day's others.

    The same ``key`` from the same asker names the same question, and is known in their own partition alone.
    Raises `NotAnonymousHere`, `QuotaReached`, and `InvalidRequest` where the moment lies behind the end of
    the track.
    """
    question = _made(me, place, text, at_ms, str(uuid.uuid4()), now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    round_ = round_of(place.key, now.date())
    question.helped_hash = answering.hash_of(token)
    question.status, question.listed_in = "waiting", waiting_in(round_)
    question.listed_as = listed_on(now.date(), question.question_id)
    note = _note(me, question, token)
    asking = Asking(me.member_id, Asking.note_of(key or str(uuid.uuid4())), question_id=question.question_id)

    def asked() -> bool:
        if key and _has_asked(asking):
            return True
        if not may_ask_anonymously(me, place):
            raise errors.NotAnonymousHere(anonymity.LEAST_ASKERS)
        _check_quota(me, now)

        def fill(transaction: TransactWrite) -> None:
            _save(transaction, me, question, note, now)
            transaction.save(asking, condition=Asking.member_id.does_not_exist())
            planning.plan(
                transaction,
                question_publishing.KIND,
                round_,
                at=question_publishing.published_at(now.date()),
                workspace_id=me.workspace_id,
                now=now,
            )

        return aws.written(fill)

    aws.repeat(asked)
    return _own(me, asking.question_id)


def may_ask_anonymously(me: Member, place: Place) -> bool:
    """Whether enough people beside the speaker could ask here that nobody can tell who did."""
    speaks = place.speaker_id == me.member_id
    return not speaks and anonymity.holds(me.workspace_id, place.audience_key, speaker_id=place.speaker_id)


def delete(me: Member, question_id: str) -> None:
    """Delete what the caller has asked, published or not, with all answers. Raises `NotFound`."""
    note = _asked(me, question_id)
    if note is None:
        raise errors.NotFound
    aws.repeat(partial(_deleted, me, note))


def _made(
    me: Member, place: Place, text: str, at_ms: int | None, question_id: str, now: datetime
) -> Question:
    """A question that is not saved yet and says nothing of its asker."""
    track = place.track
    if track and track.is_retired:
        raise errors.TrackRetired
    if track and at_ms is not None and at_ms > track.duration_ms:
        raise errors.InvalidRequest(f"`at_ms` lies behind the end of the track, {track.duration_ms} ms.")
    return Question(
        me.workspace_id,
        question_id,
        audience_key=place.audience_key,
        track_id=track.track_id if track else None,
        revision=track.revision if track else None,
        at_ms=at_ms,
        group_id=place.group_id,
        text=text,
        asked_on=now.date().isoformat(),
    )


def _note(me: Member, question: Question, token: str | None = None) -> Asked:
    return Asked(
        me.member_id,
        Asked.note_of(question.question_id),
        workspace_id=me.workspace_id,
        question_id=question.question_id,
        listed_as=question.listed_as,
        token=token,
    )


def _save(transaction: TransactWrite, me: Member, question: Question, note: Asked, now: datetime) -> None:
    transaction.save(question, condition=Question.question_id.does_not_exist())
    transaction.save(note)
    quotas.count(transaction, me, Quota.questions, MOST_QUESTIONS_A_DAY, now=now)


def _check_quota(me: Member, now: datetime) -> None:
    """Raises `QuotaReached`."""
    sentence = f"You may ask {MOST_QUESTIONS_A_DAY} questions a day. Go on tomorrow."
    quotas.check(me, Quota.questions, MOST_QUESTIONS_A_DAY, sentence, now=now)


def _has_asked(asking: Asking) -> bool:
    """Whether something was asked under this key before, which the note names from then on."""
    try:
        asking.refresh(consistent_read=True)
    except DoesNotExist:
        return False
    return True


def _asked(me: Member, question_id: str) -> Asked | None:
    return aws.found(Asked, me.member_id, Asked.note_of(question_id))


def _own(me: Member, question_id: str) -> tuple[Asked, Question]:
    """What the caller has asked, with their own note of it. Raises `AlreadyExists` where it was deleted."""
    note, question = _asked(me, question_id), question_reading.get(me.workspace_id, question_id)
    if note is None or question is None:
        raise errors.AlreadyExists
    return note, question


def _deleted(me: Member, note: Asked) -> bool:
    for answer in Answer.of_question(note.question_id):
        answering.remove(answer)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(
            Question(me.workspace_id, note.question_id),
            condition=Question.question_id.does_not_exist() | (Question.answers == 0),
        )
        transaction.delete(Asked(note.member_id, note.note))

    return aws.written(fill)
