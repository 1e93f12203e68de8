"""What was asked, answered and published to everybody who may have an export: of a workspace or a group."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.conversations import question_views
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.question_models import Answer, Question
from chalicelib.conversations.question_views import QuestionView
from chalicelib.exports.packing import WHOSE, Packing, listed, parted
from chalicelib.groups.views import ColleagueView, People

AT_ONCE = 50
"""Questions whose people are read together."""


class AnswerRecord(msgspec.Struct, kw_only=True):
    """An answer; it has neither text nor track where its track is not in this zip."""

    answer_id: str
    answerer: ColleagueView
    answered_at: datetime
    text: str | None
    track_id: str | None
    helped: bool


class QuestionRecord(msgspec.Struct):
    """A question as everybody sees it who may read it, with its answers, the first one first."""

    question: QuestionView
    answers: list[AnswerRecord]


class FeedbackRecord(msgspec.Struct, kw_only=True):
    """Feedback that its receiver has published; what is spoken has no texts."""

    feedback_id: str
    track_id: str
    revision: int
    kind: str
    at_ms: int
    heard: str | None
    effect: str | None
    would_try: str | None
    spoken: bool
    giver: ColleagueView
    published_at: datetime


def questions(packing: Packing) -> Iterator[bytes]:
    """What was asked about the tracks in the zip, or in the group."""
    files = packing.state.files
    found = (
        question
        for question in Question.published_to(packing.workspace_id, packing.key)
        if question.track_id is None or question.track_id in files
    )
    return listed(record for some in parted(found, AT_ONCE) for record in _asked(packing, some, {*files}))


def feedback(packing: Packing) -> Iterator[bytes]:
    """What the speakers of the tracks in the zip have published of what they were told."""
    files = packing.state.files
    speakers = dict.fromkeys(track.speaker_id for track in packing.tracks(files, WHOSE))
    published = (
        each
        for speaker_id in speakers
        for each in Feedback.published_by(speaker_id, packing.key)
        if each.published_on in files
    )
    return listed(record for some in parted(published, AT_ONCE) for record in _told(packing, some))


def _shown(question: Question) -> list[Answer]:
    """The answers to a question that nobody has hidden."""
    found = Answer.of_question(question.question_id) if question.answers else []
    return [answer for answer in found if answer.hidden is None]


def _asked(packing: Packing, found: list[Question], track_ids: set[str]) -> Iterator[QuestionRecord]:
    answers = {question.question_id: _shown(question) for question in found}
    people = People(packing.workspace_id, [each.answerer_id for some in answers.values() for each in some])
    spoken = {each.track_id for some in answers.values() for each in some} & track_ids
    tracks = {track.track_id: track for track in packing.tracks(spoken, WHOSE)}
    for question, view in zip(found, question_views.questions(packing.workspace_id, found), strict=True):
        yield QuestionRecord(
            view,
            [
                AnswerRecord(
                    answer_id=each.answer_id,
                    answerer=people.speaking(each.answerer_id, tracks.get(each.track_id)),
                    answered_at=each.answered_at,
                    text=each.text,
                    track_id=each.track_id if each.track_id in track_ids else None,
                    helped=each.helped,
                )
                for each in answers[question.question_id]
            ],
        )


def _told(packing: Packing, found: list[Feedback]) -> Iterator[FeedbackRecord]:
    people = People(packing.workspace_id, [each.giver_id for each in found])
    for each in found:
        yield FeedbackRecord(
            feedback_id=each.feedback_id,
            track_id=each.track_id,
            revision=int(each.revision),
            kind=each.kind,
            at_ms=int(each.at_ms),
            heard=each.heard,
            effect=each.effect,
            would_try=each.would_try,
            spoken=each.voice_track_id is not None,
            giver=people[each.giver_id],
            published_at=each.published_at,
        )
