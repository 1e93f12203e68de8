"""What questions and answers look like to a caller.

An anonymous question is of a type that has no place for who asked.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.conversations import question_reading
from chalicelib.conversations.question_models import Answer, Asked, Question
from chalicelib.conversations.question_publishing import published_at
from chalicelib.groups.views import ColleagueView, People
from chalicelib.tracks import library
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import HiddenView
from chalicelib.workspaces.models import Member

Status = Literal["published", "waiting", "withheld"]


class _Question(msgspec.Struct, kw_only=True, tag_field="asked"):
    """A question; about a moment of a track, or in a group."""

    question_id: str
    text: str
    track_id: str | None
    revision: Annotated[int | None, Meta(description="Of the track, when it was asked.")]
    at_ms: Annotated[int | None, Meta(description="The moment; null is the track as a whole.")]
    group_id: str | None
    answer_count: int


class NamedQuestionView(_Question, kw_only=True, tag="by_name"):
    """A question asked by name."""

    asker: ColleagueView
    asked_at: datetime


class AnonymousQuestionView(_Question, kw_only=True, tag="anonymously"):
    """A question of which nobody knows who asked, nor when but for the day (UTC)."""

    asked_on: date


QuestionView = NamedQuestionView | AnonymousQuestionView


class QuestionsView(msgspec.Struct):
    """A part of a list of questions, and whether the caller may ask anonymously there now."""

    items: list[QuestionView]
    next: str | None
    may_ask_anonymously: bool


class AnswerTrackView(msgspec.Struct):
    """The track that somebody answered with."""

    track_id: str
    title: str
    duration_ms: int


class AnswerView(msgspec.Struct, kw_only=True):
    """An answer; it has neither text nor track where its track is not the caller's to hear any more."""

    answer_id: str
    answerer: ColleagueView
    answered_at: datetime
    text: str | None
    track: AnswerTrackView | None
    helped: Annotated[bool, Meta(description="Whether whoever asked has said so.")]
    hidden: Annotated[HiddenView | None, Meta(description="Only whoever answered sees this.")] = None


class QuestionPage(msgspec.Struct):
    """A question with its answers, the first one first."""

    question: QuestionView
    answers: list[AnswerView]


class AskedView(msgspec.Struct, kw_only=True):
    """What the caller has asked; nobody else is ever shown this.

    An anonymous question waits until the day's are published together, and is withheld where too few could
    have asked it by then. Its token says what helped.
    """

    status: Status
    published_at: Annotated[datetime | None, Meta(description="When it will be, while it waits.")]
    token: str | None
    question: QuestionView


def questions(workspace_id: str, found: Sequence[Question]) -> list[QuestionView]:
    """Questions as everybody sees them who may read them."""
    people = People(workspace_id, [each.asker_id for each in found if each.asker_id])
    return [_question(each, people) for each in found]


def question(workspace_id: str, found: Question) -> QuestionView:
    """One question as everybody sees it who may read it."""
    return questions(workspace_id, [found])[0]


def asked(me: Member, found: Sequence[tuple[Asked, Question]]) -> list[AskedView]:
    """What the caller has asked, as they alone see it."""
    shown = questions(me.workspace_id, [each for _, each in found])
    return [
        AskedView(
            status=each.status,  # type: ignore[arg-type]  # one of those, or it would not be there
            published_at=published_at(date.fromisoformat(each.asked_on))
            if each.status == "waiting"
            else None,
            token=note.token,
            question=view,
        )
        for (note, each), view in zip(found, shown, strict=True)
    ]


def answers(me: Member, found: Sequence[Answer]) -> list[AnswerView]:
    """Answers as the caller sees them; of those that were hidden only their own."""
    shown = [each for each in found if question_reading.may_read(me, each)]
    people = People(me.workspace_id, [each.answerer_id for each in shown])
    tracks = library.visible(me, {each.track_id for each in shown if each.track_id})
    return [_answer(each, people, tracks) for each in shown]


def answer(me: Member, found: Answer) -> AnswerView:
    """One answer as the caller sees it."""
    return answers(me, [found])[0]


def _question(found: Question, people: People) -> QuestionView:
    known: dict[str, Any] = {
        "question_id": found.question_id,
        "text": found.text,
        "track_id": found.track_id,
        "revision": None if found.revision is None else int(found.revision),
        "at_ms": None if found.at_ms is None else int(found.at_ms),
        "group_id": found.group_id,
        "answer_count": int(found.answers),
    }
    if found.asker_id is None:
        return AnonymousQuestionView(**known, asked_on=date.fromisoformat(found.asked_on))
    assert found.asked_at is not None
    return NamedQuestionView(**known, asker=people[found.asker_id], asked_at=found.asked_at)


def _answer(found: Answer, people: People, tracks: dict[str, Track]) -> AnswerView:
    track = tracks.get(found.track_id) if found.track_id else None
    return AnswerView(
        answer_id=found.answer_id,
        answerer=people.speaking(found.answerer_id, track),
        answered_at=found.answered_at,
        text=found.text,
        track=AnswerTrackView(track.track_id, track.title, int(track.duration_ms)) if track else None,
        helped=found.helped,
        hidden=HiddenView.of(found.hidden),
    )
