"""Publishing what was asked anonymously: all of a place and a day together, in an order by chance."""

from datetime import UTC, date, datetime, time, timedelta
from random import SystemRandom
from typing import Final

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.auth import audience
from chalicelib.conversations import anonymity, question_news, question_reading
from chalicelib.conversations.question_models import Question, listed_on
from chalicelib.due.models import Due
from chalicelib.groups import finding
from chalicelib.tracks.models import Track

KIND: Final = "questions"
"""In the due table."""

PUBLISHED: Final = time(6, tzinfo=UTC)
"""When a day's questions are published on the day after: hours after the last could be asked."""

_shuffle = SystemRandom().shuffle


def published_at(day: date) -> datetime:
    """When what was asked on a day (UTC) is published."""
    return datetime.combine(day + timedelta(days=1), PUBLISHED)


def publish(due: Due, *, now: datetime) -> None:
    """Publish the questions of a place and a day, or withhold them where too few could have asked by now.

    What is due of `KIND`. The order is a new one each time.
    """
    waiting = Question.waiting(due.id)
    _shuffle(waiting)
    tracks = {question.track_id: _track(question) for question in waiting}
    kept = {
        key: anonymity.holds(*key[:2], speaker_id=key[2])
        for key in {_kept_by(question, tracks[question.track_id]) for question in waiting}
    }
    for question in waiting:
        track = tracks[question.track_id]
        if kept[_kept_by(question, track)]:
            _publish(question, track, now)
        else:
            _withhold(question)


def _kept_by(question: Question, track: Track | None) -> tuple[str, str | None, str | None]:
    """Among whom its asker is hidden: those who could ask then and can hear it now, without the speaker."""
    workspace_id, asked_in = question.workspace_id, question.audience_key
    if question.track_id is None:
        return workspace_id, asked_in, None
    if track is None:
        return workspace_id, None, None
    if audience.covers(track.known_to, asked_in, workspace_id):
        return workspace_id, asked_in, track.speaker_id
    narrower = audience.covers(asked_in, str(track.known_to), workspace_id)
    return workspace_id, track.known_to if narrower else None, track.speaker_id


def _publish(question: Question, track: Track | None, now: datetime) -> None:
    group = finding.current(question.workspace_id, question.group_id) if question.group_id else None
    asked_of = question_reading.whose_answer(track, group)
    actions: list[Action] = [
        Question.status.set("published"),
        Question.listed_in.set(question.place),
        Question.listed_as.set(listed_on(now.date(), question.question_id)),
    ]
    if asked_of is not None:
        actions.append(Question.waits_for.set(asked_of))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Question(question.workspace_id, question.question_id),
            actions=actions,
            condition=Question.status == "waiting",
        )
        question_news.tell(
            transaction,
            "question_asked",
            question,
            speaker_id=track.speaker_id if track else None,
            actor_id=None,
            now=now,
        )

    aws.written(fill)  # not again, where that was done or it was deleted meanwhile


def _withhold(question: Question) -> None:
    aws.written(
        lambda transaction: transaction.update(
            Question(question.workspace_id, question.question_id),
            actions=[Question.status.set("withheld"), Question.listed_in.remove()],
            condition=Question.status == "waiting",
        )
    )


def _track(question: Question) -> Track | None:
    if question.track_id is None:
        return None
    return aws.found(Track, question.workspace_id, question.track_id)
