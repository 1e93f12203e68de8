"""Questions and answers over HTTP; what they are asked with is logged by none of them."""

from typing import Annotated, ClassVar

from chalice import Blueprint
from msgspec import Meta

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.conversations import answering, asking, question_reading, question_views
from chalicelib.conversations.question_models import LONGEST_ANSWER, LONGEST_QUESTION, Answer
from chalicelib.conversations.question_reading import Place
from chalicelib.conversations.question_views import (
    AnswerView,
    AskedView,
    QuestionPage,
    QuestionsView,
    QuestionView,
)
from chalicelib.playlists.views import EntryView
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.tracks.rejections import LONGEST_MS
from chalicelib.workspaces.models import Member

routes = Blueprint(__name__)

LONGEST_TOKEN = 100
QuestionText = Annotated[str, Meta(min_length=1, max_length=LONGEST_QUESTION)]
AnswerText = Annotated[str, Meta(min_length=1, max_length=LONGEST_ANSWER)]
Moment = Annotated[int, Meta(ge=0, le=LONGEST_MS)]


class NewGroupQuestion(Body):
    """A question to ask in a group, by name or anonymously."""

    PARAGRAPHS: ClassVar = frozenset({"text"})

    text: QuestionText
    anonymous: bool = False


class NewTrackQuestion(NewGroupQuestion):
    """A question to ask at a moment of a track, by name or anonymously."""

    at_ms: Moment | None = None


class NewAnswer(Body):
    """An answer: a text or a track of one's own."""

    PARAGRAPHS: ClassVar = frozenset({"text"})

    text: AnswerText | None = None
    track_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.text is None) == (self.track_id is None):
            raise ValueError("an answer is either a `text` or a `track_id`")


class Helped(Body):
    """Whether an answer has helped; with the question's token where it was asked anonymously."""

    helped: bool = True
    token: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOKEN)] | None = None


class NewPlace(Body):
    """The playlist in which a voice answer is to stand right after the track that it explains."""

    playlist_id: Id


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/questions", methods=["POST"])
@endpoint(status=201)
def ask_about_track(workspace_id: str, track_id: str, body: NewTrackQuestion) -> AskedView:
    """Ask something about a track; anonymously where enough people could have asked."""
    me = membership.current(workspace_id)
    place = question_reading.at_track(me, track_id, now=times.now())
    return _asked(me, place, body, body.at_ms, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/questions", methods=["GET"])
@endpoint()
def list_track_questions(workspace_id: str, track_id: str, query: Page) -> QuestionsView:
    """What was asked about a track, newest first."""
    me = membership.current(workspace_id)
    return _listed(me, question_reading.at_track(me, track_id, now=times.now()), query)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/questions", methods=["POST"])
@endpoint(status=201)
def ask_in_group(workspace_id: str, group_id: str, body: NewGroupQuestion) -> AskedView:
    """Ask something in a group; anonymously where enough people could have asked."""
    me = membership.current(workspace_id)
    return _asked(me, question_reading.in_group(me, group_id), body, None, requests.idempotency_key())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/questions", methods=["GET"])
@endpoint()
def list_group_questions(workspace_id: str, group_id: str, query: Page) -> QuestionsView:
    """What was asked in a group, newest first."""
    me = membership.current(workspace_id)
    return _listed(me, question_reading.in_group(me, group_id), query)


@routes.route("/v1/workspaces/{workspace_id}/questions", methods=["GET"])
@endpoint()
def list_my_questions(workspace_id: str, query: Page) -> Listing[AskedView]:
    """What the caller has asked, newest first, with what waits to be published."""
    me = membership.current(workspace_id)
    scope = "questions", me.member_id
    after = requests.position(query.after, *scope)
    found, behind = question_reading.mine(me, limit=query.limit, after=after)
    return Listing(question_views.asked(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/open-questions", methods=["GET"])
@endpoint()
def list_open_questions(workspace_id: str, query: Page) -> Listing[QuestionView]:
    """What was asked about the caller's tracks, or their mentoring group, and nobody has answered yet."""
    me = membership.current(workspace_id)
    scope = "open-questions", me.member_id
    after = requests.position(query.after, *scope)
    found, behind = question_reading.open_for(me, limit=query.limit, after=after)
    return Listing(question_views.questions(workspace_id, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/questions/{question_id}", methods=["GET"])
@endpoint()
def show_question(workspace_id: str, question_id: str) -> QuestionPage:
    """A question with its answers."""
    me = membership.current(workspace_id)
    found = question_reading.opened(me, question_id, now=times.now())
    return QuestionPage(
        question_views.question(workspace_id, found),
        question_views.answers(me, Answer.of_question(question_id)),
    )


@routes.route("/v1/workspaces/{workspace_id}/questions/{question_id}", methods=["DELETE"])
@endpoint(status=204)
def delete_question(workspace_id: str, question_id: str) -> None:
    """Delete a question of one's own, with its answers."""
    asking.delete(membership.current(workspace_id), question_id)


@routes.route("/v1/workspaces/{workspace_id}/questions/{question_id}/answers", methods=["POST"])
@endpoint(status=201)
def answer_question(workspace_id: str, question_id: str, body: NewAnswer) -> AnswerView:
    """Answer a question by text, or by a track that everybody may hear who can read the question."""
    me = membership.current(workspace_id)
    given = answering.answer(
        me,
        question_id,
        text=body.text,
        track_id=body.track_id,
        answer_id=requests.idempotency_key(),
        now=times.now(),
    )
    return question_views.answer(me, given)


@routes.route("/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}", methods=["DELETE"])
@endpoint(status=204)
def delete_answer(workspace_id: str, question_id: str, answer_id: str) -> None:
    """Delete an answer of one's own; a track that it was spoken in stays."""
    answering.take_back(membership.current(workspace_id), question_id, answer_id, now=times.now())


@routes.route(
    "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/helped", methods=["PUT"]
)
@endpoint()
def mark_answer(workspace_id: str, question_id: str, answer_id: str, body: Helped) -> AnswerView:
    """Say of an answer to a question of one's own that it has helped, or not after all."""
    me = membership.current(workspace_id)
    given = answering.mark(me, question_id, answer_id, helped=body.helped, token=body.token, now=times.now())
    return question_views.answer(me, given)


@routes.route(
    "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/entries", methods=["POST"]
)
@endpoint(status=201)
def place_answer(workspace_id: str, question_id: str, answer_id: str, body: NewPlace) -> EntryView:
    """Add a voice answer to a playlist, right after the track that it explains."""
    me = membership.current(workspace_id)
    entry = answering.place(
        me,
        question_id,
        answer_id,
        body.playlist_id,
        entry_id=requests.idempotency_key(),
        now=times.now(),
    )
    return EntryView.of(entry, playable=entry.is_for(me))


def _asked(me: Member, place: Place, body: NewGroupQuestion, at_ms: int | None, key: str | None) -> AskedView:
    now = times.now()
    if body.anonymous:
        found = asking.ask_anonymously(me, place, body.text, at_ms=at_ms, key=key, now=now)
    else:
        found = asking.ask_by_name(me, place, body.text, at_ms=at_ms, question_id=key, now=now)
    return question_views.asked(me, [found])[0]


def _listed(me: Member, place: Place, query: Page) -> QuestionsView:
    scope = "questions", me.member_id, place.key
    found, behind = question_reading.of_place(
        me, place, limit=query.limit, after=requests.position(query.after, *scope)
    )
    return QuestionsView(
        question_views.questions(me.workspace_id, found),
        requests.cursor(behind, *scope),
        asking.may_ask_anonymously(me, place),
    )
