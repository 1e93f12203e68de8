"""Answering by text or voice, saying what helped, and placing a voice answer behind what it explains."""

import hashlib
import hmac
from datetime import datetime
from functools import partial

import uuid6
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.auth import audience
from chalicelib.conversations import question_news, question_reading
from chalicelib.conversations.question_models import (
    MOST_ANSWERS,
    MOST_ANSWERS_A_DAY,
    OF_TWO,
    Answer,
    Answered,
    Question,
)
from chalicelib.playlists import entries
from chalicelib.playlists import library as playlists
from chalicelib.playlists.entries import Wanted
from chalicelib.playlists.models import Entry
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota


def answer(
    me: Member,
    question_id: str,
    *,
    text: str | None,
    track_id: str | None,
    answer_id: str | None,
    now: datetime,
) -> Answer:
    """The caller's answer to a question: a text, or a track of theirs for everybody who can read it.

    The same ``answer_id`` from the same member names the same answer. Raises `NotFound`, `TrackNotReady`,
    `TrackNotForTheQuestion`, `TooManyAnswers`, `AlreadyExists`, `QuotaReached`.
    """
    question = question_reading.opened(me, question_id, now=now)
    if track_id is not None:
        _check(uploads.of_speaker(me, track_id, now=now), question)
    made = Answer(
        question_id,
        answer_id or str(uuid6.uuid7()),
        workspace_id=me.workspace_id,
        answerer_id=me.member_id,
        answered_at=now,
        text=text,
        track_id=track_id,
    )
    aws.repeat(partial(_answered, me, made, now))
    return question_reading.answer_to(me, question, made.answer_id)


def take_back(me: Member, question_id: str, answer_id: str, *, now: datetime) -> None:
    """Delete an answer of the caller's; a track of theirs stays. Raises `NotFound`."""
    question = question_reading.opened(me, question_id, now=now)
    given = question_reading.answer_to(me, question, answer_id)
    if given.answerer_id != me.member_id:
        raise errors.NotFound
    remove(given)


def remove(given: Answer) -> None:
    """Take an answer away; doing that again changes nothing."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(Answer(given.question_id, given.answer_id), condition=Answer.answer_id.exists())
        transaction.delete(Answered(given.answerer_id, Answered.note_of(given.answer_id)))
        transaction.update(
            Question(given.workspace_id, given.question_id),
            actions=[Question.answers.add(-1)],
            condition=Question.question_id.exists(),
        )

    aws.written(fill)


def mark(
    me: Member, question_id: str, answer_id: str, *, helped: bool, token: str | None, now: datetime
) -> Answer:
    """The answer, of which the asker has said whether it helped.

    Of an anonymous question that is whoever has its token: who is calling is not looked at. Raises
    `NotFound`.
    """
    question = question_reading.opened(me, question_id, now=now)
    given = question_reading.answer_to(me, question, answer_id)
    if not (_knows(question, token) if question.is_anonymous else question.asker_id == me.member_id):
        raise errors.NotFound
    if not aws.updated(given, [Answer.helped.set(helped)], Answer.answer_id.exists()):
        raise errors.NotFound
    return given


def place(
    me: Member, question_id: str, answer_id: str, playlist_id: str, *, entry_id: str | None, now: datetime
) -> Entry:
    """Add a voice answer to a playlist, right after the track that it explains.

    Raises `NotFound`, `InvalidRequest` where nothing was spoken or the track does not stand there, and what
    `entries.add` raises.
    """
    question = question_reading.opened(me, question_id, now=now)
    given = question_reading.answer_to(me, question, answer_id)
    playlist = playlists.opened(me, playlist_id)
    if not entries.may_add(me, playlist):
        raise errors.NotFound
    if given.track_id is None or question.track_id is None:
        raise errors.InvalidRequest("Only a voice answer to a question about a track has a place.")
    explained = [line for line in playlist.in_order if line.track_id == question.track_id]
    if not explained:
        raise errors.InvalidRequest("The track that was asked about does not stand in this playlist.")
    wanted = Wanted(given.track_id, after=explained[0].entry_id)
    return entries.add(me, playlist_id, wanted, entry_id=entry_id, now=now)


def hash_of(token: str) -> str:
    """What a question keeps of the token by which its asker says what helped."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check(track: Track, question: Question) -> None:
    """Refuse a track that not everybody who can read the question may hear."""
    if not track.is_ready:
        raise errors.TrackNotReady
    if not audience.covers(track.audience_key, question.audience_key, question.workspace_id):
        raise errors.TrackNotForTheQuestion


def _knows(question: Question, token: str | None) -> bool:
    return hmac.compare_digest(hash_of(token or ""), question.helped_hash)


def _answered(me: Member, made: Answer, now: datetime) -> bool:
    if _is_there(me, made):
        return True
    question = question_reading.opened(me, made.question_id, now=now)
    if question.answers >= MOST_ANSWERS:
        raise errors.TooManyAnswers(MOST_ANSWERS)
    sentence = f"You may answer {MOST_ANSWERS_A_DAY} times a day. Go on tomorrow."
    quotas.check(me, Quota.answers, MOST_ANSWERS_A_DAY, sentence, now=now)
    speaker_id = _speaker_of(me, question, now)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(made, condition=Answer.answer_id.does_not_exist())
        transaction.save(
            Answered(
                me.member_id,
                Answered.note_of(made.answer_id),
                workspace_id=me.workspace_id,
                question_id=made.question_id,
            )
        )
        transaction.update(
            Question(me.workspace_id, made.question_id),
            actions=[Question.answers.add(1), Question.waits_for.remove()],
            condition=(Question.status == "published") & (Question.answers < MOST_ANSWERS),
        )
        quotas.count(transaction, me, Quota.answers, MOST_ANSWERS_A_DAY, now=now)
        question_news.tell(
            transaction,
            "question_answered",
            question,
            speaker_id=speaker_id,
            actor_id=me.member_id,
            now=now,
        )

    return aws.written(fill)


def _speaker_of(me: Member, question: Question, now: datetime) -> str | None:
    """Who speaks in the track asked about, where that decides who hears of an answer."""
    if question.track_id is None or not question.audience_key.startswith(OF_TWO):
        return None
    return str(uploads.heard_by(me, question.track_id, now=now).speaker_id)


def _is_there(me: Member, made: Answer) -> bool:
    """Whether the caller gave it before. Raises `AlreadyExists` where somebody else did."""
    there = aws.found(Answer, made.question_id, made.answer_id)
    if there is None:
        return False
    if there.answerer_id != me.member_id:
        raise errors.AlreadyExists
    return True
